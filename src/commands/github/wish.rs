//! What a `/rebuild` asks for: words of strangers, made words of ours or refused.

use crate::commands::steps::{List, Selection};
use crate::domain::{Invalid, PackageName, shown};

/// How the comment begins.
const COMMAND: &str = "/rebuild";
/// What the form of an issue says where nobody wrote anything.
const NO_ANSWER: &str = "_No response_";

/// What comes after `/rebuild` in the first line of a comment; nothing when it is another comment.
pub fn command(comment: &str) -> Option<&str> {
    let line = comment.lines().next()?.trim_end();
    let rest = line.strip_prefix(COMMAND)?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.trim())
}

/// What is to be built: what the command names, or else what the form of the issue does.
///
/// # Errors
/// When neither names a package, or a word is no package and no runtime.
pub fn wish(command: &str, issue: &str) -> Result<Selection, Invalid> {
    let (package, runtimes) = match command.split_once([' ', '\t']) {
        Some((package, runtimes)) => (package, runtimes),
        None if !command.is_empty() => (command, ""),
        None => (answer(issue, "Package").unwrap_or(""), answer(issue, "Runtimes").unwrap_or("")),
    };
    if package.is_empty() {
        return Err(Invalid("neither the comment nor the issue names a package".to_owned()));
    }
    let package: PackageName = package.parse().map_err(|error| Invalid(format!("`{}` is not a package: {error}", shown(package))))?;
    let List(runtimes) = runtimes.parse().map_err(|error| Invalid(format!("`{}` are not runtimes: {error}", shown(runtimes))))?;
    Ok(Selection { packages: vec![package], runtimes })
}

/// The first line below a heading of the form.
fn answer<'a>(issue: &'a str, heading: &str) -> Option<&'a str> {
    let mut lines = issue.lines().map(str::trim).skip_while(|line| line.strip_prefix("### ") != Some(heading)).skip(1);
    lines.find(|line| !line.is_empty()).filter(|line| *line != NO_ANSWER && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "### Package\r\n\r\nrequests\r\n\r\n### Runtimes\r\n\r\np3.13, p3.13-arm64\r\n\r\n### Why now\r\n\r\n### Package\r\n\r\nother\r\n";

    fn said(selection: Result<Selection, Invalid>) -> String {
        let words = |selection: Selection| {
            let packages: Vec<String> = selection.packages.iter().map(ToString::to_string).collect();
            let runtimes: Vec<String> = selection.runtimes.iter().map(ToString::to_string).collect();
            format!("{}:{}", packages.join("+"), runtimes.join("+"))
        };
        selection.map_or_else(|error| error.to_string(), words)
    }

    #[test]
    fn only_a_first_line_that_is_the_command_is_one() {
        for (comment, expected) in [
            ("/rebuild", Some("")),
            ("/rebuild \r\nplease", Some("")),
            ("/rebuild requests p3.13", Some("requests p3.13")),
            ("/rebuild\trequests", Some("requests")),
            ("/rebuilds", None),
            (" /rebuild", None),
            ("please\n/rebuild", None),
            ("> /rebuild", None),
            ("", None),
        ] {
            assert_eq!(command(comment), expected, "{comment:?}");
        }
    }

    #[test]
    fn the_command_comes_before_the_form_and_nothing_else_is_taken() {
        let no_runtimes = FORM.replace("p3.13, p3.13-arm64", NO_ANSWER);
        for (command, issue, expected) in [
            ("", FORM, "requests:p3.13+p3.13-arm64"),
            ("", no_runtimes.as_str(), "requests:"),
            ("Pillow", FORM, "Pillow:"),
            ("Pillow p3.12 p3.13", FORM, "Pillow:p3.12+p3.13"),
            ("", "", "neither the comment nor the issue names a package"),
            ("", "### Package\n\n### Runtimes\n\np3.13", "neither the comment nor the issue names a package"),
        ] {
            assert_eq!(said(wish(command, issue)), expected, "{command:?} {issue:?}");
        }
        for (command, issue) in [
            ("requests;curl", ""),
            ("$(curl)", ""),
            ("", "### Package\n\nrequests\nmore"),
            ("requests p3.13;x", ""),
            ("requests ${{github.token}}", ""),
            ("requests --force", ""),
            ("", "### Package\n\n@everyone"),
        ] {
            let selection = wish(command, issue);
            let is_plain = selection.as_ref().is_ok_and(|selection| selection.packages[0].to_string() == "requests" && selection.runtimes.is_empty());
            assert!(selection.is_err() || is_plain, "{command:?} {issue:?}: {selection:?}");
        }
    }
}
