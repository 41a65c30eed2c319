//! What a report does not say of itself, because it would not be believed: where it comes from.

use super::Change;

/// Where a report comes from, as GitHub says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstances {
    /// The commit that was built, as its hash; nothing when it is plain, as on the page of a run.
    pub commit: Option<String>,
    /// The run that made it; nothing when it is plain.
    pub run: Option<Run>,
    /// Which files the change touches.
    pub change: Change,
}

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its page at GitHub. Made by us of a number, never taken from elsewhere.
    pub url: String,
    /// What GitHub says of how it ended.
    pub ending: Ending,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every job did what it should.
    Success,
    /// A job of it failed.
    Failure,
    /// Somebody, or a newer run, ended it.
    Cancelled,
    /// It took too long.
    TimedOut,
    /// It waits for a maintainer to let it run.
    ActionRequired,
    /// In another way, which need not be known.
    Other,
}

impl Ending {
    /// As GitHub names it.
    pub fn of(conclusion: &str) -> Self {
        match conclusion {
            "success" => Self::Success,
            "failure" | "startup_failure" => Self::Failure,
            "cancelled" => Self::Cancelled,
            "timed_out" => Self::TimedOut,
            "action_required" => Self::ActionRequired,
            _ => Self::Other,
        }
    }

    /// What a run did, as the end of a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Success => "ended well",
            Self::Failure => "failed",
            Self::Cancelled => "was cancelled",
            Self::TimedOut => "took too long",
            Self::ActionRequired => "waits for a maintainer who lets it run",
            Self::Other => "did not end well",
        }
    }
}
