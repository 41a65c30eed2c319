//! The forms in which problems leave the program.

use super::{Problem, Problems, Severity};
use crate::domain::{printable, printable_json};

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, in several lines each.
    Text,
    /// The same, with the first word in colour.
    ColoredText,
    /// For GitHub: `::error file=…,line=…::…`, shown beside the line in a pull request.
    /// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
    Github,
    /// For programs: one JSON array.
    Json,
}

/// Problems as text, ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed(pub String);

impl Printed {
    /// All of `problems`, sorted, in `format`. Ends with a newline unless empty.
    ///
    /// # Panics
    /// Never: problems are plain data.
    pub fn new(problems: &Problems, format: Format) -> Self {
        let sorted = problems.sorted();
        Self(match format {
            Format::Text => sorted.iter().fold(String::new(), |out, problem| out + &text(problem)),
            Format::ColoredText => {
                sorted.iter().fold(String::new(), |out, problem| out + color(problem.severity) + &text(problem).replacen('[', "\u{1b}[0m[", 1))
            }
            Format::Github => sorted.iter().fold(String::new(), |out, problem| out + &annotation(problem)),
            Format::Json => printable_json(&serde_json::to_string_pretty(&sorted).expect("problems are plain data")) + "\n",
        })
    }
}

fn text(problem: &Problem) -> String {
    let severity = severity(problem.severity);
    let line = problem.location.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!(
        "{severity}[{}]: {}\n  --> {}{line}\n  help: {}\n",
        problem.code,
        printable(&problem.message),
        printable(&problem.location.file),
        printable(&problem.help)
    )
}

fn annotation(problem: &Problem) -> String {
    let severity = severity(problem.severity);
    let line = problem.location.line.map(|line| format!(",line={line}")).unwrap_or_default();
    format!(
        "::{severity} file={}{line},title={}::{}%0Ahelp: {}\n",
        property(&printable(&problem.location.file)),
        property(problem.code),
        data(&printable(&problem.message)),
        data(&printable(&problem.help))
    )
}

fn color(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\u{1b}[1;31m",
        Severity::Warning => "\u{1b}[1;33m",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Location;

    fn sample() -> Problems {
        let mut problems = Problems::new();
        problems.push(Problem::new(Location::line("a,b.csv", 3), "blank-line", "line is 100% blank", "remove it"));
        problems.push(Problem::new(Location::file("a"), "gone", "no \u{1b}[31m::error::", "put it back").into_warning());
        problems
    }

    #[test]
    fn text_names_code_place_fact_and_action() {
        assert_eq!(
            Printed::new(&sample(), Format::Text).0,
            "warning[gone]: no \\u{1b}[31m::error::\n  --> a\n  help: put it back\n\
             error[blank-line]: line is 100% blank\n  --> a,b.csv:3\n  help: remove it\n"
        );
    }

    #[test]
    fn annotations_are_one_escaped_line_each() {
        assert_eq!(
            Printed::new(&sample(), Format::Github).0,
            "::warning file=a,title=gone::no \\u{1b}[31m::error::%0Ahelp: put it back\n\
             ::error file=a%2Cb.csv,line=3,title=blank-line::line is 100%25 blank%0Ahelp: remove it\n"
        );
    }

    #[test]
    fn json_is_an_array_that_parses() {
        let parsed: serde_json::Value = serde_json::from_str(&Printed::new(&sample(), Format::Json).0).expect("JSON");
        assert_eq!(parsed[1]["line"], 3);
        assert_eq!(parsed[1]["code"], "blank-line");
        assert_eq!(Printed::new(&Problems::new(), Format::Text).0, "");
    }
}
