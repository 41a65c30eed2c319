//! The results of a workflow's other jobs, as `toJSON(needs)` writes them.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

/// Jobs by name, with their results.
#[derive(Debug, Deserialize)]
pub struct Jobs(BTreeMap<String, Job>);

#[derive(Debug, Deserialize)]
struct Job {
    result: JobResult,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobResult {
    /// As it should.
    Success,
    /// It did not have to run.
    Skipped,
    /// It failed.
    Failure,
    /// It was ended before its time, by a person or by its time limit.
    Cancelled,
}

impl FromStr for Jobs {
    type Err = serde_json::Error;
    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl Jobs {
    /// Those that failed or were cancelled.
    pub fn bad(&self) -> Vec<(&str, JobResult)> {
        let is_bad = |result| match result {
            JobResult::Failure | JobResult::Cancelled => true,
            JobResult::Success | JobResult::Skipped => false,
        };
        self.0.iter().filter(|(_, job)| is_bad(job.result)).map(|(name, job)| (name.as_str(), job.result)).collect()
    }
}

/// The name under which a workflow tells of itself.
pub fn section(workflow: Option<&str>) -> String {
    let name: String =
        workflow.unwrap_or("").to_ascii_lowercase().chars().filter(|character| character.is_ascii_alphanumeric() || *character == '-').take(40).collect();
    if name.is_empty() { "workflow".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_or_was_cancelled_is_bad_and_what_was_skipped_is_not() {
        let jobs: Jobs = r#"{"plan":{"result":"success","outputs":{"any":"true"}},"build":{"result":"cancelled","outputs":{}},"publish":{"result":"failure"},"s3":{"result":"skipped"}}"#.parse().unwrap();
        assert_eq!(jobs.bad(), [("build", JobResult::Cancelled), ("publish", JobResult::Failure)]);
        assert!("{}".parse::<Jobs>().unwrap().bad().is_empty());
        for wrong in ["", "[]", r#"{"plan":{}}"#, r#"{"plan":{"result":"odd"}}"#] {
            assert!(wrong.parse::<Jobs>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_workflow_is_told_by_a_plain_name() {
        assert_eq!([section(Some("Publish layers -->")), section(Some("日")), section(None)], ["publishlayers--", "workflow", "workflow"]);
    }
}
