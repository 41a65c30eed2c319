//! What the program says when something is wrong has one voice: the fact in lower case without a full stop, then, on a line
//! of its own, what to do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "architecture/repository.rs"]
#[allow(dead_code, reason = "others ask it for more")]
mod repository;

/// What begins a text that people read as an error.
const BEGINNINGS: [&str; 11] =
    ["#[error(", "problem(", "refused(", "unusable(", "bail!(", "ensure!(", "anyhow!(", ".context(", "with_context(", "Problem::new(", "Failure::new("];
/// Names that are written so.
const NAMES: [&str; 10] = ["GitHub", "AWS", "S3", "Python", "Pages", "Lambda", "SHA-256", "HTTP", "JSON", "CloudFront"];
/// Words of other programs: ours says `cannot`, and what is wrong instead of that something is.
const OTHERS: [&str; 9] = ["failed to ", "unable to ", "please", "sorry", "illegal", "oops", "successfully", "Error:", "error: "];

/// The texts of a source, with the numbers of their lines: those within the call that one of the beginnings begins.
fn texts(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for (at, beginning) in BEGINNINGS.iter().flat_map(|beginning| code.match_indices(beginning)) {
        let line = code[..at].lines().count();
        let (mut depth, mut rest) = (1, code[at + beginning.len()..].chars().peekable());
        while depth > 0 {
            match rest.next() {
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                Some('\'') => {
                    if rest.next_if(|next| "()\"".contains(*next)).is_some() {
                        rest.next_if_eq(&'\'');
                    }
                }
                Some('"') => {
                    let mut text = String::new();
                    while let Some(letter) = rest.next().filter(|letter| *letter != '"') {
                        match (letter, if letter == '\\' { rest.next() } else { None }) {
                            ('\\', Some('n')) => text.push('\n'),
                            // The text goes on behind the blanks of the next line.
                            ('\\', Some('\n')) => while rest.next_if(|next| next.is_whitespace()).is_some() {},
                            ('\\', Some(escaped)) => text.push(escaped),
                            (letter, _) => text.push(letter),
                        }
                    }
                    found.push((line, text));
                }
                Some(_) => {}
                None => break,
            }
        }
    }
    found.retain(|(_, text)| text.contains(' '));
    found
}

fn fault(text: &str) -> Option<&'static str> {
    let (fact, help) = text.split_once("\nhelp: ").map_or((text, None), |(fact, help)| (fact, Some(help)));
    let begins_small = |text: &str| !text.starts_with(|first: char| first.is_ascii_uppercase()) || NAMES.iter().any(|name| text.starts_with(name));
    if !begins_small(fact) || help.is_some_and(|help| !begins_small(help)) {
        Some("it begins with a capital")
    } else if [Some(fact), help].into_iter().flatten().any(|part| part.ends_with(['.', '!']) && !part.ends_with("..")) {
        Some("it ends with a full stop")
    } else if fact.contains("help: ") || ["run this again", "run it again"].iter().any(|action| help.is_some() && fact.contains(action)) {
        Some("what to do stands on a line of its own, after `help: `")
    } else if OTHERS.iter().any(|word| text.contains(word)) {
        Some("it speaks as other programs do")
    } else {
        None
    }
}

#[test]
fn everything_that_is_wrong_is_said_in_one_voice() {
    let (mut seen, mut found) = (0, Vec::new());
    for path in repository::tracked().into_iter().filter(|path| path.starts_with("src/") && path.ends_with(".rs")) {
        for (line, text) in texts(&repository::text(&path)) {
            seen += 1;
            found.extend(fault(&text).map(|fault| format!("{path}:{line}: {fault}: {text:?}")));
        }
    }
    assert!(seen > 200, "the texts are not found any more: {seen}");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn another_voice_is_heard() {
    let source = r#"
        bail!("Cannot do (it)");
        Err(error).context("reading it.");
        #[error("{0} is wrong; help: mend it")]
        anyhow!("failed to read `{}`", name(')'));
        Problem::new(Location::file("a b"), "some-code", "the row is wrong", "Mend it.");
        bail!("GitHub does not answer\nhelp: wait");
    "#;
    let faults: Vec<&str> = texts(source).iter().filter_map(|(_, text)| fault(text)).collect();
    assert_eq!(faults.len(), 5, "{faults:?}");
}
