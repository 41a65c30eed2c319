//! The days on which versions of a package expire.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{happening, tag, words};
use crate::config::Settings;
use crate::domain::{AccountId, LayerName, NormalizedName, RegionCode, Runtime};
use crate::render::view::{PackageView, RuntimeView, Standing};

/// Regions of which the layer version's number is told.
const NUMBERED_REGIONS_MAX: usize = 3;
const VERSION_MAX_CHARS: usize = 60;

/// A day on which a version of a package is no longer listed somewhere. The order is that of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expiry {
    /// Which day.
    pub day: Date,
    /// The name that it keeps for ever.
    pub uid: String,
    /// What expires.
    pub what: String,
    /// Since when that is known.
    pub known_since: Timestamp,
    /// A line about each layer.
    pub layers: Vec<String>,
}

/// A version that expires on one day.
struct Expiring<'a> {
    expires: Timestamp,
    layers: BTreeMap<(Runtime, LayerName), Vec<(RegionCode, u64)>>,
    replacements: BTreeMap<Runtime, &'a str>,
}

/// All that are known of a package, by day.
pub fn expiries(package: &NormalizedName, spelled: &str, on: &[(&RuntimeView<'_>, &PackageView<'_>)], settings: &Settings) -> Vec<Expiry> {
    let mut days: BTreeMap<(Date, &str, &AccountId), Expiring<'_>> = BTreeMap::new();
    for (runtime, view) in on {
        let id = runtime.spec.runtime;
        for listed in view.regions().flat_map(|region| view.listed(region)) {
            let Standing::Deprecated { expires } = listed.standing else { continue };
            let key = (happening::day(expires), listed.published.version.as_str(), &listed.published.account);
            let new = || Expiring { expires, layers: BTreeMap::new(), replacements: BTreeMap::new() };
            let expiring = days.entry(key).or_insert_with(new);
            expiring.expires = expiring.expires.max(expires);
            expiring.layers.entry((id, listed.arn.layer)).or_default().push((listed.arn.region, listed.arn.version));
            if let Some(current) = view.current() {
                expiring.replacements.insert(id, &current.version);
            }
        }
    }
    let outdone = |version: &str, expiring: &Expiring<'_>| expiring.replacements.values().all(|replacement| *replacement == version);
    let retention = SignedDuration::from_hours(24 * i64::from(settings.retention_days));
    let expiry = |((day, version, account), expiring): ((Date, &str, &AccountId), Expiring<'_>)| Expiry {
        day,
        uid: tag::of_day(account, day, &settings.prefix, package, version),
        what: format!("{spelled} {}{}", words::plain(version, VERSION_MAX_CHARS), if outdone(version, &expiring) { " (older build)" } else { "" }),
        // It was known when the newer version was published.
        known_since: expiring.expires.checked_sub(retention).unwrap_or(Timestamp::UNIX_EPOCH),
        layers: expiring
            .layers
            .iter()
            .rev()
            .map(|((runtime, layer), regions)| line(layer, regions, version, expiring.replacements.get(runtime).copied()))
            .collect(),
    };
    days.into_iter().map(expiry).collect()
}

fn line(layer: &LayerName, regions: &[(RegionCode, u64)], version: &str, replacement: Option<&str>) -> String {
    let regions = if regions.len() > NUMBERED_REGIONS_MAX {
        format!("in {} regions", regions.len())
    } else {
        let numbers: Vec<String> = regions.iter().map(|(region, number)| format!("version {number} in {region}")).collect();
        words::list(&numbers)
    };
    match replacement {
        Some(newer) if newer == version => format!("{layer}: {regions}. Take the newer build instead."),
        Some(newer) => format!("{layer}: {regions}. Take {} instead.", words::plain(newer, VERSION_MAX_CHARS)),
        None => format!("{layer}: {regions}."),
    }
}
