//! What publishing left open, for people.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Failure, LayerName, Receipt, RegionCode, Sha256};
use crate::report::printable;

/// Regions that a line names one by one; of more it gives the number and the first.
const NAMED_MAX: usize = 4;

/// A line per kind of failure, with one reason as an example. What was told last of each archive in each region
/// holds.
pub fn open_regions(receipts: &[Receipt]) -> Vec<String> {
    let mut last: BTreeMap<(&LayerName, Sha256, &RegionCode), Option<&Failure>> = BTreeMap::new();
    for receipt in receipts {
        match receipt {
            Receipt::Published { layer, zip_sha256, region, .. } => last.insert((layer, *zip_sha256, region), None),
            Receipt::Orphaned { layer, zip_sha256, region, failure, .. } | Receipt::Failed { layer, zip_sha256, region, failure } => {
                last.insert((layer, *zip_sha256, region), Some(failure))
            }
            Receipt::Attempt(_) | Receipt::Archive(_) => None,
        };
    }
    let mut open: BTreeMap<&str, Open<'_>> = BTreeMap::new();
    for ((layer, _, region), failure) in last {
        if let Some(failure) = failure {
            let of_code = open.entry(&failure.code).or_insert_with(|| Open { reason: &failure.reason, layers: BTreeSet::new(), regions: BTreeSet::new() });
            of_code.layers.insert(layer);
            of_code.regions.insert(region);
        }
    }
    open.into_iter().map(|(code, open)| format!("open: {} in {}: [{}] {}", open.layers(), open.regions(), printable(code), printable(open.reason))).collect()
}

/// What failed in one way.
struct Open<'a> {
    reason: &'a str,
    layers: BTreeSet<&'a LayerName>,
    regions: BTreeSet<&'a RegionCode>,
}

impl Open<'_> {
    fn layers(&self) -> String {
        if self.layers.len() == 1 { "1 layer".to_owned() } else { format!("{} layers", self.layers.len()) }
    }

    fn regions(&self) -> String {
        let named: Vec<String> = self.regions.iter().take(NAMED_MAX).map(ToString::to_string).collect();
        match self.regions.len() - named.len() {
            0 => named.join(", "),
            more => format!("{} and {more} more regions", named.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_last_holds_and_like_failures_are_one_line() {
        let layer = |name: &str| format!("K-p313-{name}").parse::<LayerName>().expect("valid");
        let failed = |name: &str, region: &str, code: &str| Receipt::Failed {
            layer: layer(name),
            zip_sha256: Sha256::of(name.as_bytes()),
            region: region.parse().expect("valid"),
            failure: Failure::new(code, format!("{region}\u{1b}[2J")),
        };
        let published = Receipt::Published {
            layer: layer("a"),
            zip_sha256: Sha256::of(b"a"),
            region: "eu-west-1".parse().expect("valid"),
            version: 1,
            at: "2026-01-01T00:00:00Z".parse().expect("a time"),
        };
        let mut receipts =
            vec![failed("a", "eu-west-1", "throttled"), failed("b", "eu-west-1", "unreachable"), failed("c", "eu-west-1", "unreachable"), published];
        assert_eq!(open_regions(&receipts), ["open: 2 layers in eu-west-1: [unreachable] eu-west-1\\u{1b}[2J"]);
        receipts.extend((1..6).map(|number| failed("b", &format!("us-east-{number}"), "unreachable")));
        let lines = open_regions(&receipts);
        assert!(lines[0].starts_with("open: 2 layers in eu-west-1, us-east-1, us-east-2, us-east-3 and 2 more regions: [unreachable] "), "{lines:?}");
    }
}
