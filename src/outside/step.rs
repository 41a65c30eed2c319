//! A step of GitHub Actions: where it leaves values for later jobs, and words for people.
//!
//! Both are files that GitHub names in the environment; outside of a workflow there are none and nothing is written.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::io::Write as _;
use std::path::PathBuf;

use super::OutsideError;

/// Longest summary of a step that GitHub takes, in bytes.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>
const SUMMARY_MAX_BYTES: usize = 1 << 20;

/// The files of the step that we are.
#[derive(Debug, Clone, Default)]
pub struct Step {
    outputs: Option<PathBuf>,
    summary: Option<PathBuf>,
}

impl Step {
    /// As the environment says.
    pub fn from_environment() -> Self {
        let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self { outputs: path("GITHUB_OUTPUT"), summary: path("GITHUB_STEP_SUMMARY") }
    }

    /// Leaves values for later steps and jobs.
    ///
    /// # Errors
    /// When the file cannot be written.
    ///
    /// # Panics
    /// When a value has more than one line: such values are not for outputs.
    pub fn output(&self, values: &[(&str, &str)]) -> Result<(), OutsideError> {
        assert!(values.iter().all(|(name, value)| !name.contains(['\n', '=']) && !value.contains(['\n', '\r'])), "an output is one line: {values:?}");
        let text: String = values.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        append(self.outputs.as_ref(), &text)
    }

    /// Shows Markdown on the page of the run. What is too long for GitHub ends with a line that says so.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn summary(&self, markdown: &str) -> Result<(), OutsideError> {
        const CUT: &str = "\n\n*This is not all: the rest is too long for this page.*\n";
        if markdown.len() <= SUMMARY_MAX_BYTES {
            return append(self.summary.as_ref(), markdown);
        }
        let kept = markdown.floor_char_boundary(SUMMARY_MAX_BYTES - CUT.len());
        let whole_lines = markdown[..kept].rfind('\n').unwrap_or(0);
        append(self.summary.as_ref(), &format!("{}{CUT}", &markdown[..whole_lines]))
    }
}

fn append(path: Option<&PathBuf>, text: &str) -> Result<(), OutsideError> {
    let Some(path) = path else { return Ok(()) };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(OutsideError::file("write", path))?;
    file.write_all(text.as_bytes()).map_err(OutsideError::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_words_are_added_to_what_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| Some(folder.path().join(name));
        let step = Step { outputs: path("outputs"), summary: path("summary") };
        step.output(&[("any", "true"), ("shards", "[{\"shard\":0}]")]).expect("written");
        step.output(&[("more", "1")]).expect("written");
        step.summary("# One\n").expect("written");
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("read");
        assert_eq!(read("outputs"), "any=true\nshards=[{\"shard\":0}]\nmore=1\n");
        assert_eq!(read("summary"), "# One\n");
        step.summary(&"ä line\n".repeat(200_000)).expect("written");
        assert!(read("summary").len() <= SUMMARY_MAX_BYTES + 6 && read("summary").ends_with("for this page.*\n"));
        Step::default().output(&[("any", "true")]).expect("nothing to write to");
    }

    #[test]
    #[should_panic(expected = "an output is one line")]
    fn a_value_that_would_be_two_is_none() {
        let _ = Step::default().output(&[("any", "true\nshards=[]")]);
    }
}
