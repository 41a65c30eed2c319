//! How states and times are said.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::render::api_v3::status::PackageState;

/// A state for people, and the class of its badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StateWords {
    /// In a word or two.
    pub word: &'static str,
    /// A class of the style sheet.
    pub class: &'static str,
}

/// The words for `state`.
pub fn state(state: PackageState) -> StateWords {
    let (word, class) = match state {
        PackageState::Published => ("well", "good"),
        PackageState::HeldBack => ("held back", "caution"),
        PackageState::Failed => ("failed", "bad"),
        PackageState::TooBig => ("too big", "bad"),
        PackageState::Unsupported => ("unsupported", "bad"),
        PackageState::Pending => ("pending", ""),
        PackageState::Gone => ("gone", "bad"),
    };
    StateWords { word, class }
}

/// What a state means that comes without a reason.
pub fn without_reason(state: PackageState) -> &'static str {
    match state {
        PackageState::Published => "its newest version is there",
        PackageState::Pending => "it was not tried yet: the next whole run will",
        PackageState::Gone => "what was there was withdrawn, was lost or has expired, and nothing took its place",
        PackageState::HeldBack | PackageState::Failed | PackageState::TooBig | PackageState::Unsupported => "no reason was recorded",
    }
}

/// The day of a moment, in universal time.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// How many days lie between two days; less than none when `later` is the earlier one.
pub fn days_between(earlier: Date, later: Date) -> i32 {
    later.since(earlier).map_or(0, |span| span.get_days())
}
