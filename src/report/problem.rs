//! One problem, and all of a run.

use std::collections::BTreeMap;

use serde::Serialize;

/// Longest fact, action and name of a file, in characters.
const TEXT_MAX_CHARS: usize = 2_000;

/// Where in the data a problem is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Location {
    /// The file, as the reader would name it: relative to the root folder.
    pub file: String,
    /// The line, from 1; nothing when the whole file is meant.
    pub line: Option<u64>,
}

impl Location {
    /// The place of a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None }
    }

    /// The place of one line of a file, from 1.
    pub fn line(file: impl Into<String>, line: u64) -> Self {
        Self { file: file.into(), line: Some(line) }
    }
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is done until it is mended. It ends a command with 1.
    Error,
    /// It is said, and the command goes on.
    Warning,
}

/// Something wrong with data: what, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file and the line that it is about.
    #[serde(flatten)]
    pub location: Location,
    /// A short name that never changes, in kebab case: `duplicate-layer-name`.
    pub code: &'static str,
    /// Whether it stops the run.
    pub severity: Severity,
    /// The fact, in lower case, without a full stop.
    pub message: String,
    /// The action, in the same form.
    pub help: String,
}

impl Problem {
    /// A problem that is an error. Each of its texts is cut at 2,000 characters.
    pub fn new(location: Location, code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        let Location { file, line } = location;
        let location = Location { file: cut(file), line };
        Self { location, code, severity: Severity::Error, message: cut(message.into()), help: cut(help.into()) }
    }

    /// The same, as a warning.
    pub fn into_warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// What stays when rows are added above: file, code and message, without the numbers of lines in it.
    fn sameness(&self) -> (String, &'static str, String) {
        let without_number =
            |(at, part): (usize, &str)| if at == 0 { part.to_owned() } else { part.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned() };
        let message: Vec<String> = self.message.split("line ").enumerate().map(without_number).collect();
        (self.location.file.clone(), self.code, message.join("line "))
    }
}

/// Strangers may have written it, and as much as they liked.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(TEXT_MAX_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The problems of a run, in any order until they are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// No problems so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem to them.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Whether one of them stops the run.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them by file and line, each once.
    pub fn sorted(&self) -> Vec<Problem> {
        let mut all = self.0.clone();
        all.sort();
        all.dedup();
        all
    }

    /// Turns those that `base` already had into warnings: old rows may break a new rule.
    /// A line number moves when rows are added above it, so it does not count; how many there are does.
    pub fn ratchet(&mut self, base: &Problems) {
        let mut old: BTreeMap<_, usize> = BTreeMap::new();
        for problem in base.sorted() {
            *old.entry(problem.sameness()).or_default() += 1;
        }
        self.0 = self.sorted();
        for problem in &mut self.0 {
            if let Some(left @ 1..) = old.get_mut(&problem.sameness()) {
                *left -= 1;
                problem.severity = Severity::Warning;
            }
        }
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        self.0.extend(problems);
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self(problems.into_iter().collect())
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: u64, message: &str) -> Problem {
        Problem::new(Location::line("a.csv", line), "some-code", message, "mend it")
    }

    #[test]
    fn sorted_by_file_and_line_each_once() {
        let mut problems = Problems::new();
        problems.extend([problem(9, "b"), problem(2, "a"), problem(9, "b")]);
        assert_eq!(problems.sorted().iter().map(|problem| problem.location.line).collect::<Vec<_>>(), [Some(2), Some(9)]);
    }

    #[test]
    fn only_new_problems_stop_a_run() {
        let mut base = Problems::new();
        base.push(problem(2, "old"));
        let mut now = Problems::new();
        now.push(problem(3, "old"));
        now.ratchet(&base);
        assert!(!now.has_errors());
        now.push(problem(4, "new"));
        now.ratchet(&base);
        assert!(now.has_errors());
    }

    #[test]
    fn a_second_one_of_an_old_kind_is_new_and_a_moved_line_is_not() {
        let mut base = Problems::new();
        base.extend([problem(2, "taken by line 1 of x"), problem(2, "taken by line 1 of x")]);
        let mut now = Problems::new();
        now.extend([problem(12, "taken by line 11 of x"), problem(12, "taken by line 11 of x")]);
        now.ratchet(&base);
        assert!(!now.has_errors(), "one problem that was told twice is one");
        now.push(problem(13, "taken by line 11 of x"));
        now.ratchet(&base);
        assert!(now.has_errors());
    }
}
