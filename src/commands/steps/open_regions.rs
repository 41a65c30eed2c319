//! What publishing left open, for people.

use std::collections::BTreeMap;

use crate::domain::{Failure, LayerName, Receipt, RegionCode, Sha256};
use crate::report::printable;

/// A line per region and kind of failure, with the reason of the first layer. What was told last of each archive
/// in each region holds.
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
    let mut open: BTreeMap<(&RegionCode, &str), (&str, usize)> = BTreeMap::new();
    for ((_, _, region), failure) in last {
        if let Some(failure) = failure {
            open.entry((region, &failure.code)).or_insert((&failure.reason, 0)).1 += 1;
        }
    }
    let line = |((region, code), (reason, count)): ((&RegionCode, &str), (&str, usize))| {
        let layers = if count == 1 { "1 layer" } else { &format!("{count} layers") };
        format!("open: {layers} in {region}: [{}] {}", printable(code), printable(reason))
    };
    open.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_last_holds_and_like_failures_are_one_line() {
        let layer: LayerName = "K-p313-x".parse().expect("valid");
        let region: RegionCode = "eu-west-1".parse().expect("valid");
        let failed = |name: &str, code: &str| Receipt::Failed {
            layer: layer.clone(),
            zip_sha256: Sha256::of(name.as_bytes()),
            region: region.clone(),
            failure: Failure::new(code, format!("{name}\u{1b}[2J")),
        };
        let published = Receipt::Published {
            layer: layer.clone(),
            zip_sha256: Sha256::of(b"a"),
            region: region.clone(),
            version: 1,
            at: "2026-01-01T00:00:00Z".parse().expect("a time"),
        };
        let receipts = [failed("a", "throttled"), failed("b", "unreachable"), failed("c", "unreachable"), published];
        let lines = open_regions(&receipts);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("open: 2 layers in eu-west-1: [unreachable] ") && lines[0].ends_with("\\u{1b}[2J"), "{lines:?}");
    }
}
