//! How things are with a package on a runtime, for people.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::domain::RuntimeState;
use crate::render::api_v3::release::State;
use crate::render::api_v3::status::{PackageState, status};
use crate::render::view::PackageView;

/// How things are.
#[derive(Debug, Serialize)]
pub struct Situation<'a> {
    /// In a word or two.
    pub word: &'static str,
    /// The class of the word's badge.
    pub badge: &'static str,
    /// In a sentence; empty when all is well.
    pub sentence: &'static str,
    /// A short name of the reason; may be empty.
    pub code: &'a str,
    /// The reason in the words of whatever failed; may be empty.
    pub reason: &'a str,
    /// Since which day; may be empty.
    pub since: String,
}

/// How things are with `package`, which may be nothing, on a runtime in `state`.
pub fn situation<'a>(package: Option<&'a PackageView<'_>>, state: RuntimeState) -> Situation<'a> {
    let Some(package) = package else {
        let (word, sentence) = match state {
            RuntimeState::Active => ("not asked for", "Nobody has asked for it here."),
            // What is told of the runtime itself is enough.
            RuntimeState::Deprecated | RuntimeState::Retired => ("none", ""),
        };
        return Situation { word, badge: "", sentence, code: "", reason: "", since: String::new() };
    };
    let row = status(package);
    let (word, badge, sentence) = match row.state {
        PackageState::Published => ("up to date", "good", ""),
        PackageState::HeldBack => ("held back", "caution", "Its newest version cannot be built yet; what is here is older."),
        PackageState::Failed if package.current().is_some() => ("failed", "caution", "The last attempt to build it failed; what is here is older."),
        PackageState::Failed => ("failed", "bad", "The last attempt to build it failed."),
        PackageState::TooBig => ("too big", "bad", "It does not fit into a layer."),
        PackageState::Unsupported => ("unsupported", "bad", "It has nothing that works on this runtime."),
        PackageState::Pending => ("not yet", "", "It is asked for and was not tried yet: it is built in the next run."),
        PackageState::Gone => ("gone", "bad", "What was here was withdrawn, was lost or has expired, and nothing took its place."),
    };
    Situation { word, badge, sentence, code: row.code.unwrap_or(""), reason: row.reason.unwrap_or(""), since: row.since.map(day).unwrap_or_default() }
}

/// The word for what a layer version is, with the class of its badge.
pub fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::Latest => ("latest", "good"),
        State::Deprecated => ("deprecated", "caution"),
        State::Expired => ("expired", ""),
        State::Yanked => ("yanked", "bad"),
        State::Lost => ("lost", "bad"),
        State::Deleted => ("deleted", ""),
    }
}

/// The day of a moment, in universal time.
pub fn day(at: Timestamp) -> String {
    date(at).to_string()
}

/// The same.
pub fn date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
