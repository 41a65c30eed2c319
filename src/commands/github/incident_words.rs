//! The words of the issue that tells of failures. Names, codes and reasons are those of strangers and shown as they are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::jobs::{JobResult, Jobs};
use crate::domain::Runtime;
use crate::ledger::{Status, StatusState};
use crate::pull::code;

/// Lines of regions that are left open.
const OPEN_MAX: usize = 20;
/// Packages that are named.
const PACKAGES_MAX: usize = 20;
const LINE_MAX_CHARS: usize = 300;

/// What there is to tell.
#[derive(Debug)]
pub struct Told<'a> {
    /// Of which workflow.
    pub workflow: &'a str,
    /// The page of its run.
    pub run: Option<&'a str>,
    /// How its jobs ended.
    pub jobs: &'a Jobs,
    /// What publishing left open, a line for each kind of failure.
    pub open: Vec<String>,
    /// What the ledger knows of packages.
    pub status: &'a BTreeMap<Runtime, Status>,
}

/// The section of the issue.
pub fn text(told: &Told<'_>) -> String {
    let mut text = format!("## `{}` failed\n\n{}\n\n", told.workflow, page(told.run));
    for (job, result) in told.jobs.bad() {
        let ended = match result {
            JobResult::Cancelled => "was cancelled, or took too long",
            JobResult::Failure | JobResult::Success | JobResult::Skipped => "failed",
        };
        let _ = writeln!(text, "- {} {ended}", line(job));
    }
    if !told.open.is_empty() {
        text += "\nWhat publishing left open:\n\n";
        let _ = told.open.iter().take(OPEN_MAX).try_for_each(|open| writeln!(text, "- {}", line(open)));
        text += &more(told.open.len(), OPEN_MAX, "kinds of failure");
    }
    let failed: Vec<String> = told.status.iter().flat_map(|(runtime, status)| of_runtime(*runtime, status)).collect();
    if !failed.is_empty() {
        let _ =
            write!(text, "\n{} cannot be built at the moment:\n\n", if failed.len() == 1 { "1 layer".to_owned() } else { format!("{} layers", failed.len()) });
        let _ = failed.iter().take(PACKAGES_MAX).try_for_each(|package| writeln!(text, "- {package}"));
        text += &more(failed.len(), PACKAGES_MAX, "layers");
    }
    text += "\nWhat was published is recorded, and the next run goes on where this one ended. What to do: read the log of the first job \
             that failed; when it was the fault of a network or a region, choose *Re-run failed jobs* there, or wait for the next run. \
             `klayers doctor --github` tells what is missing in the setup. This issue closes by itself.\n";
    text
}

/// The comment when it fails again.
pub fn news(workflow: &str, run: Option<&str>) -> String {
    format!("`{workflow}` fails again. {}", page(run))
}

/// The comment when all is well.
pub fn well_again(run: Option<&str>) -> String {
    format!("All is well again. {}", page(run))
}

fn page(run: Option<&str>) -> String {
    run.map_or_else(|| "Its run has no page.".to_owned(), |run| format!("[The run]({run})"))
}

fn of_runtime(runtime: Runtime, status: &Status) -> Vec<String> {
    let failed = status.packages.iter().filter(|(_, entry)| entry.state == StatusState::Failed);
    let words = failed.map(|(package, entry)| format!("{package} for {runtime} [{}] {}", entry.code, entry.reason));
    words.map(|words| line(&words)).collect()
}

fn more(all: usize, shown: usize, what: &str) -> String {
    if all > shown { format!("- and {} more {what}\n", all - shown) } else { String::new() }
}

/// One short line that is nothing but text.
fn line(text: &str) -> String {
    code(text, LINE_MAX_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::StatusEntry;

    #[test]
    fn it_says_what_failed_and_what_to_do_and_strangers_say_nothing() {
        let jobs: Jobs = r#"{"build":{"result":"success"},"publish":{"result":"failure"},"site":{"result":"cancelled"}}"#.parse().unwrap();
        let hostile = "@everyone <img src=x> [a](http://e.example) #1 ::error:: `b` \n# big";
        let entry = |state| StatusEntry { state, code: "no-wheel".to_owned(), reason: hostile.to_owned(), since: "2026-01-01T00:00:00Z".parse().unwrap() };
        let mut status = Status { packages: (0..25).map(|at| (format!("p{at:02}").parse().unwrap(), entry(StatusState::Failed))).collect() };
        status.packages.insert("held".parse().unwrap(), entry(StatusState::HeldBack));
        let status = BTreeMap::from([("p3.13".parse().unwrap(), status)]);
        let open = (0..22).map(|at| format!("open: {at} layers in eu-west-1: {hostile}")).collect();
        let text = text(&Told { workflow: "publish", run: Some("https://github.com/o/r/actions/runs/1"), jobs: &jobs, open, status: &status });
        assert!(
            text.starts_with(
                "## `publish` failed\n\n[The run](https://github.com/o/r/actions/runs/1)\n\n- <code>publish</code> failed\n- <code>site</code> was cancelled, or took too long\n"
            ),
            "{text}"
        );
        for words in ["\n25 layers cannot be built", "- <code>p19 for p3.13 ", "- and 5 more layers\n", "- and 2 more kinds of failure\n", "closes by itself"] {
            assert!(text.contains(words), "`{words}` is not in:\n{text}");
        }
        for forbidden in ["@everyone", "<img", "](http://e", "#1", "p20", "held", "\n# big"] {
            assert!(!text.replace("\\#", "").contains(forbidden), "`{forbidden}` is in:\n{text}");
        }
        assert!(text.len() < 40_000, "{}", text.len());
    }
}
