//! What became of the versions that were to be deleted, counted by region.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::{Failure, RegionCode};
use crate::ledger::Expired;
use crate::publish::Removal;
use crate::report::printable;

/// The counts.
#[derive(Debug, Default)]
pub struct RemovalCounts {
    regions: BTreeMap<RegionCode, [usize; 3]>,
    left: BTreeMap<(RegionCode, String), (Failure, usize)>,
}

impl RemovalCounts {
    /// Takes in one.
    pub fn note(&mut self, region: &RegionCode, removal: &Removal) {
        let column = match removal {
            Removal::Deleted => 0,
            Removal::Gone => 1,
            Removal::Left(failure) => {
                let known = self.left.entry((region.clone(), failure.code.clone())).or_insert_with(|| (failure.clone(), 0));
                known.1 += 1;
                2
            }
        };
        self.regions.entry(region.clone()).or_default()[column] += 1;
    }

    /// Takes in several.
    pub fn note_all(&mut self, expired: &[Expired], removals: &[Removal]) {
        expired.iter().zip(removals).for_each(|(expired, removal)| self.note(&expired.recorded.arn.region, removal));
    }

    /// Whether something is left that should go.
    pub fn is_open(&self) -> bool {
        !self.left.is_empty()
    }

    /// One line per region. `verb` is what was done to the first column.
    pub fn table(&self, verb: &str) -> String {
        if self.regions.is_empty() {
            return "nothing is past its date\n".to_owned();
        }
        let mut table = format!("{:<16} {verb:>10} {:>8} {:>6}\n", "region", "was gone", "left");
        for (region, [deleted, gone, left]) in &self.regions {
            let _ = writeln!(table, "{:<16} {deleted:>10} {gone:>8} {left:>6}", region.to_string());
        }
        table
    }

    /// Why things are left: a line per region and kind, with the reason of the first.
    pub fn open(&self) -> Vec<String> {
        let line = |((region, code), (failure, count)): (&(RegionCode, String), &(Failure, usize))| {
            let versions = if *count == 1 { "1 layer version".to_owned() } else { format!("{count} layer versions") };
            format!("left: {versions} in {region}: [{}] {}", printable(code), printable(&failure.reason))
        };
        self.left.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_once_for_each_kind() {
        let (here, there) = ("eu-west-1".parse().unwrap(), "us-east-1".parse().unwrap());
        let mut swept = RemovalCounts::default();
        assert_eq!((swept.table("deleted").as_str(), swept.is_open()), ("nothing is past its date\n", false));
        swept.note(&here, &Removal::Deleted);
        swept.note(&here, &Removal::Gone);
        assert!(!swept.is_open());
        for reason in ["first\u{1b}[2J", "second"] {
            swept.note(&there, &Removal::Left(Failure::new("unreachable", reason)));
        }
        assert_eq!(
            swept.table("deleted"),
            "region              deleted was gone   left\neu-west-1                 1        1      0\nus-east-1                 0        0      2\n"
        );
        assert_eq!(swept.open(), ["left: 2 layer versions in us-east-1: [unreachable] first\\u{1b}[2J"]);
    }
}
