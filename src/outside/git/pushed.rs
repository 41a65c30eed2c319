//! What became of a push, by what the host said.

use super::error::said;
use crate::outside::process::Output;

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// The branch is at our commit.
    Done,
    /// Somebody was faster: the branch is not what was fetched.
    Outrun,
    /// The branch has rules that our commit does not satisfy; what the host said.
    Protected(String),
    /// We may not write there; what the host said.
    Forbidden(String),
    /// Nobody knows; what git said. It may have happened.
    Unclear(String),
}

impl Pushed {
    /// What a push that failed means. The host's answer stands in both outputs.
    pub(super) fn of(output: &Output, token: Option<&str>) -> Self {
        let all = format!("{}\n{}", output.stderr, output.stdout);
        let has = |words: &[&str]| words.iter().any(|word| all.contains(word));
        let said = said(&all, token);
        if has(&["GH006", "GH013", "protected branch", "repository rule violations"]) {
            Self::Protected(said)
        } else if has(&[
            "(fetch first)",
            "non-fast-forward",
            "(stale info)",
            "cannot lock ref",
            "failed to update ref",
            "incorrect old value",
            "fetched commit",
        ]) {
            Self::Outrun
        } else if has(&["hook declined", "(deny", "branch is currently checked out"]) {
            Self::Protected(said)
        } else if has(&[
            "error: 403",
            "error: 401",
            "HTTP 403",
            "HTTP 401",
            "Authentication failed",
            "could not read Username",
            "Permission denied",
            "denied to",
            "Permission to",
        ]) {
            Self::Forbidden(said)
        } else {
            Self::Unclear(said)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_says_of_a_push_is_understood() {
        let pushed = |stderr: &str| Pushed::of(&Output { code: Some(1), stdout: String::new(), stderr: stderr.to_owned() }, Some("secret"));
        let kind = |pushed: Pushed| match pushed {
            Pushed::Done => "done",
            Pushed::Outrun => "outrun",
            Pushed::Protected(_) => "protected",
            Pushed::Forbidden(_) => "forbidden",
            Pushed::Unclear(_) => "unclear",
        };
        for (stderr, expected) in [
            ("! [rejected] HEAD -> main (fetch first)", "outrun"),
            ("! [rejected] HEAD -> main (non-fast-forward)", "outrun"),
            ("! [remote rejected] HEAD -> main (cannot lock ref 'refs/heads/main': is at 12 but expected 34)", "outrun"),
            ("remote: error: GH006: Protected branch update failed for refs/heads/main.", "protected"),
            ("remote: error: GH013: Repository rule violations found for refs/heads/main.\n! [remote rejected] (push declined)", "protected"),
            ("! [remote rejected] HEAD -> main (pre-receive hook declined)", "protected"),
            ("remote: Permission to o/r.git denied to github-actions[bot].\nfatal: unable to access: The requested URL returned error: 403", "forbidden"),
            ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", "forbidden"),
            ("fatal: the remote end hung up unexpectedly", "unclear"),
            ("fatal: bad object 4034014034014034014034014034014034014034", "unclear"),
            ("", "unclear"),
        ] {
            assert_eq!(kind(pushed(stderr)), expected, "{stderr}");
        }
    }
}
