//! What goes wrong at the stand-in, as it does at GitHub.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer::Answer;

/// What goes wrong with the next requests that are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Of this method, or any.
    #[serde(default)]
    pub method: Option<String>,
    /// Whose path has this.
    #[serde(default)]
    pub path: String,
    /// So often.
    pub times: u32,
    pub kind: FaultKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The primary limit is used up for so many seconds.
    Primary(i64),
    /// The secondary limit, which says how long to wait.
    SecondaryFor(u32),
    /// The secondary limit, which does not.
    Secondary,
    /// 429 without any word of how long.
    TooMany,
    /// 500 before anything was done.
    FailsBefore,
    /// 502 after it was done.
    FailsAfter,
    /// The connection is closed before anything was done.
    CutBefore,
    /// The connection is closed after it was done.
    CutAfter,
    /// The answer breaks off after it was done.
    HalfAfter,
    /// Redirects there.
    Redirect(String),
    /// This text, as if it were an answer.
    Says(String),
    /// An answer of so many bytes.
    Huge(usize),
}

/// What to do about a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// Close the connection without an answer.
    Cut,
    /// Begin to answer and close it.
    Half,
    /// Answer this.
    Answer,
}

impl Fault {
    pub fn once(kind: FaultKind) -> Self {
        Self { method: None, path: String::new(), times: 1, kind }
    }

    pub fn of(method: &str, path: &str, times: u32, kind: FaultKind) -> Self {
        Self { method: Some(method.to_owned()), path: path.to_owned(), times, kind }
    }

    pub fn is_meant(&self, method: &str, path: &str) -> bool {
        self.times > 0 && self.method.as_ref().is_none_or(|wanted| wanted == method) && path.contains(&self.path)
    }
}

impl FaultKind {
    pub fn is_after(&self) -> bool {
        matches!(self, Self::FailsAfter | Self::CutAfter | Self::HalfAfter)
    }

    /// What comes instead of an answer.
    pub fn answer(&self, now: i64) -> (Way, Answer) {
        let secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        let message = |status: u16, message: &str| Answer::new(status, json!({ "message": message, "documentation_url": "https://docs.github.com/rest" }));
        match self {
            Self::Primary(seconds) => {
                let reset = (now + seconds).to_string();
                let refused = message(403, "API rate limit exceeded for installation.");
                (Way::Answer, refused.with("x-ratelimit-remaining", "0").with("x-ratelimit-reset", &reset))
            }
            Self::SecondaryFor(seconds) => (Way::Answer, message(403, secondary).with("retry-after", &seconds.to_string())),
            Self::Secondary => (Way::Answer, message(403, secondary).with("x-ratelimit-remaining", "4000")),
            Self::TooMany => (Way::Answer, message(429, "Too many requests")),
            Self::FailsBefore => (Way::Answer, message(500, "Server Error")),
            Self::FailsAfter => (Way::Answer, message(502, "Bad Gateway")),
            Self::CutBefore | Self::CutAfter => (Way::Cut, Answer::new(0, json!(null))),
            Self::HalfAfter => (Way::Half, Answer::new(200, json!({}))),
            Self::Redirect(to) => (Way::Answer, Answer::new(307, json!({ "message": "Moved" })).with("location", to)),
            Self::Says(text) => (Way::Answer, Answer { text: text.clone(), ..Answer::new(200, json!(null)) }),
            Self::Huge(bytes) => (Way::Answer, Answer { text: format!("[\"{}\"]", "x".repeat(*bytes)), ..Answer::new(200, json!(null)) }),
        }
    }
}
