//! Which layer version of a region came after which, and what that makes of the older ones.

use jiff::{SignedDuration, Timestamp};

use super::history::{Build, LayerVersion, VersionState};
use crate::domain::LayerName;

/// Puts the oldest first. Within one layer the numbers tell, whatever the clocks said. A package whose spelling
/// or prefix changed has a second layer that counts from 1 again: between layers the time tells.
pub(super) fn put_in_order(versions: &mut Vec<LayerVersion>, builds: &[Build]) {
    let layer = |version: &LayerVersion| &builds[version.build].published.layer;
    versions.sort_by_key(|version| (layer(version), version.number));
    let mut newest: Option<(&LayerName, Timestamp)> = None;
    let mut timed: Vec<(Timestamp, LayerVersion)> = Vec::with_capacity(versions.len());
    for version in versions.drain(..) {
        let before = newest.filter(|(of, _)| *of == layer(&version)).map_or(Timestamp::MIN, |(_, at)| at);
        let at = before.max(version.published_at);
        newest = Some((layer(&version), at));
        timed.push((at, version));
    }
    // Stable: what is equal stays sorted by layer and number.
    timed.sort_by_key(|(at, _)| *at);
    versions.extend(timed.into_iter().map(|(_, version)| version));
}

/// Deprecates every living version below the newest living one. It is deprecated since the version
/// after it was published, even if that one is deleted by now; one that was withdrawn or lost never
/// replaced anything.
pub(super) fn deprecate(versions: &mut [LayerVersion], builds: &[Build], retention: SignedDuration) {
    let mut since = None;
    for version in versions.iter_mut().rev().filter(|version| builds[version.build].yanked.is_none()) {
        match (version.state, since) {
            (VersionState::Latest, None) => since = Some(version.published_at),
            (VersionState::Latest, Some(newer)) => {
                version.state = VersionState::Deprecated { since: newer, expires: newer.checked_add(retention).unwrap_or(Timestamp::MAX) };
                since = Some(version.published_at);
            }
            (VersionState::Deleted { .. }, Some(_)) => since = Some(version.published_at),
            (VersionState::Deleted { .. }, None) | (VersionState::Lost { .. } | VersionState::Yanked { .. }, _) => {}
            (VersionState::Deprecated { .. }, _) => unreachable!("only this function deprecates"),
        }
    }
}
