//! From layer versions that an account has to the lines that would tell of them.
//!
//! The account does not say which versions were published together. Those with the same bytes that were made on one
//! day are taken as one publication; the same bytes again in one region are another.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Event, Published};
use crate::domain::{LayerArn, LayerName, NormalizedName, RegionCode, Requirements, Runtime, Sha256};

/// A layer version that no line tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecorded {
    /// The address at which the account has it.
    pub arn: LayerArn,
    /// The runtime that it is for.
    pub runtime: Runtime,
    /// The package that it holds.
    pub package: NormalizedName,
    /// The package as people spell it, with its extras.
    pub spelled: String,
    /// The package's version.
    pub version: String,
    /// When it was made, as the account says.
    pub created: Timestamp,
    /// What is in it.
    pub requirements: Requirements,
    /// The SHA-256 of its archive.
    pub zip_sha256: Sha256,
    /// The archive's size in bytes.
    pub zip_bytes: u64,
    /// Its size when unpacked, in bytes.
    pub unzipped_bytes: u64,
    /// Its licence, as the account says; may be empty.
    pub license: String,
}

/// One line, and where it belongs.
pub type Adoption = (Runtime, NormalizedName, Event);

/// The lines that tell of `versions`, those of one package oldest first.
pub fn adoptions(mut versions: Vec<Unrecorded>) -> Vec<Adoption> {
    versions.sort_by(|a, b| (&a.arn.layer, &a.arn.region, a.arn.version).cmp(&(&b.arn.layer, &b.arn.region, b.arn.version)));
    let mut repeats: BTreeMap<(LayerName, Sha256, Date, RegionCode), u32> = BTreeMap::new();
    let mut waves: BTreeMap<(LayerName, Sha256, Date, u32), Vec<Unrecorded>> = BTreeMap::new();
    for version in versions {
        let day = version.created.to_zoned(TimeZone::UTC).date();
        let repeat = repeats.entry((version.arn.layer.clone(), version.zip_sha256, day, version.arn.region.clone())).or_default();
        waves.entry((version.arn.layer.clone(), version.zip_sha256, day, *repeat)).or_default().push(version);
        *repeat += 1;
    }
    let ordered = |((_, _, _, repeat), wave): (_, Vec<Unrecorded>)| event(wave).map(|(at, number, adoption)| ((at, repeat, number), adoption));
    let mut adoptions: Vec<((Timestamp, u32, u64), Adoption)> = waves.into_iter().filter_map(ordered).collect();
    adoptions.sort_by(|(a_order, a), (b_order, b)| (a.0, &a.1, a_order).cmp(&(b.0, &b.1, b_order)));
    adoptions.into_iter().map(|(_, adoption)| adoption).collect()
}

/// The line, with its time and its lowest number, by which lines are sorted.
fn event(wave: Vec<Unrecorded>) -> Option<(Timestamp, u64, Adoption)> {
    // As `record` does: when the last region was done.
    let at = wave.iter().map(|version| version.created).max()?;
    let number = wave.iter().map(|version| version.arn.version).min()?;
    let regions = wave.iter().map(|version| (version.arn.region.clone(), version.arn.version)).collect();
    let first = wave.into_iter().next()?;
    let published = Published {
        at,
        account: first.arn.account,
        partition: first.arn.partition,
        layer: first.arn.layer,
        package: first.spelled,
        version: first.version,
        requirements_sha256: first.requirements.sha256(),
        requirements: first.requirements,
        zip_sha256: first.zip_sha256,
        zip_bytes: first.zip_bytes,
        unzipped_bytes: first.unzipped_bytes,
        license: first.license,
        papers: None,
        regions,
    };
    Some((at, number, (first.runtime, first.package, Event::Adopted(published))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(content: &str, region: &str, number: u64, created: &str) -> Unrecorded {
        Unrecorded {
            arn: format!("arn:aws:lambda:{region}:123456789012:layer:K-p313-x:{number}").parse().unwrap(),
            runtime: "p3.13".parse().unwrap(),
            package: "x".parse().unwrap(),
            spelled: "X".to_owned(),
            version: content.to_owned(),
            created: created.parse().unwrap(),
            requirements: Requirements::try_from(vec![format!("x=={content}")]).unwrap(),
            zip_sha256: Sha256::of(content.as_bytes()),
            zip_bytes: 1,
            unzipped_bytes: 2,
            license: String::new(),
        }
    }

    fn lines(versions: Vec<Unrecorded>) -> Vec<String> {
        let line = |(_, _, event): Adoption| {
            let Event::Adopted(published) = event else { panic!("{event:?}") };
            let regions: Vec<String> = published.regions.iter().map(|(region, number)| format!("{region}:{number}")).collect();
            format!("{} {} {}", published.version, published.at, regions.join(" "))
        };
        adoptions(versions).into_iter().map(line).collect()
    }

    #[test]
    fn what_was_published_together_is_one_line_and_the_oldest_comes_first() {
        let versions = vec![
            found("2", "us-east-1", 9, "2026-03-01T00:00:00Z"),
            found("1", "us-east-1", 8, "2026-01-01T10:00:09Z"),
            found("1", "eu-west-1", 3, "2026-01-01T10:00:00Z"),
            found("2", "eu-west-1", 4, "2026-03-01T00:00:01Z"),
            // A region that was filled later.
            found("1", "ap-south-1", 1, "2026-02-01T00:00:00Z"),
        ];
        let expected =
            ["1 2026-01-01T10:00:09Z eu-west-1:3 us-east-1:8", "1 2026-02-01T00:00:00Z ap-south-1:1", "2 2026-03-01T00:00:01Z eu-west-1:4 us-east-1:9"];
        assert_eq!(lines(versions.clone()), expected);
        assert_eq!(lines(versions.into_iter().rev().collect()), expected, "in whatever order they were found");
    }

    #[test]
    fn the_same_bytes_twice_in_one_region_are_two_lines() {
        let at = "2026-01-01T00:00:00Z";
        let versions = vec![found("1", "us-east-1", 1, at), found("1", "us-east-1", 2, at), found("1", "eu-west-1", 7, at), found("1", "us-east-1", 3, at)];
        assert_eq!(lines(versions), [format!("1 {at} eu-west-1:7 us-east-1:1"), format!("1 {at} us-east-1:2"), format!("1 {at} us-east-1:3")]);
    }

    #[test]
    fn nothing_makes_no_line() {
        assert_eq!(lines(Vec::new()), [""; 0]);
    }
}
