//! What an audit saw, as problems for people and as lines for the record.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::commands::lost_versions::how_it_comes_back;
use crate::config::Catalog;
use crate::domain::{Failure, RegionCode, RegionState};
use crate::ledger::{AuditStanding, Audited};
use crate::publish::{Health, doubtful_regions};
use crate::report::{Location, Problem, Problems};

const REGIONS: &str = "pipeline/config/regions.csv";

/// Whether many losses at once are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Losses {
    /// A region that lost most of what was asked about is probably not looked at rightly.
    Doubted,
    /// The operator says that they are real.
    Accepted,
}

/// What an audit saw.
#[derive(Debug, Default)]
pub struct Findings<'a> {
    /// What is wrong or unknown.
    pub problems: Problems,
    /// What is listed and no longer there.
    pub lost: Vec<&'a Audited>,
    /// What was lost and is there.
    pub found: Vec<&'a Audited>,
    /// How many were mended.
    pub repaired: usize,
    /// How many are as they should be.
    pub well: usize,
}

impl<'a> Findings<'a> {
    /// Judges what was seen of `audited`, of a ledger that is called `shown`.
    pub fn new(catalog: &Catalog, shown: &Path, audited: &'a [Audited], healths: &[Health], losses: Losses) -> Self {
        let mut findings = Self::default();
        let listed = audited.iter().zip(healths).filter(|(one, _)| one.standing == AuditStanding::Listed);
        let mut doubted = doubtful_regions(listed.map(|(one, health)| (&one.recorded.arn.region, health)));
        doubted.retain(|_, _| losses == Losses::Doubted);
        let mut unknown: BTreeMap<(&RegionCode, &str), (&Failure, usize)> = BTreeMap::new();
        for (one, health) in audited.iter().zip(healths) {
            let arn = &one.recorded.arn;
            let file = shown.join(one.runtime.to_string()).join(one.package.as_str()).join("events.jsonl");
            let location = Location::line(file.to_string_lossy(), one.line);
            let mut tell = |code, message: String, help: &str| findings.problems.push(Problem::new(location.clone(), code, message, help));
            let is_there = match health {
                Health::Well | Health::Repaired => true,
                Health::NotShared(reason) => {
                    tell("layer-not-shared", format!("`{arn}` is not shared as it should be: {reason}"), "`klayers audit --repair` shares it again");
                    true
                }
                Health::TooPublic(reason) => {
                    tell(
                        "layer-too-public",
                        format!("`{arn}` is shared with more than it should be: {reason}"),
                        "remove the statement by hand; nothing here takes permissions away",
                    );
                    true
                }
                Health::OtherArchive(found) => {
                    let message = format!("`{arn}` has SHA-256 {found}, and {} is recorded", one.recorded.zip_sha256);
                    tell(
                        "layer-hash-differs",
                        message,
                        "the record or the account was changed by somebody else: withdraw the build with `klayers yank`, and find out",
                    );
                    false
                }
                Health::Missing => {
                    if one.standing == AuditStanding::Listed && !doubted.contains_key(&arn.region) {
                        let help = format!("it is not listed any more and does not come back by itself; {}", how_it_comes_back(&one.package));
                        tell("layer-lost", format!("`{arn}` is no longer in the account"), &help);
                        findings.lost.push(one);
                    }
                    false
                }
                Health::Unknown(failure) => {
                    unknown.entry((&arn.region, &failure.code)).or_insert((failure, 0)).1 += 1;
                    false
                }
            };
            findings.well += usize::from(matches!(health, Health::Well));
            findings.repaired += usize::from(matches!(health, Health::Repaired));
            if is_there && one.standing == AuditStanding::Lost {
                findings.found.push(one);
            }
        }
        findings.problems.extend(doubted.iter().map(|(region, (missing, asked))| doubt(region, *missing, *asked)));
        findings.problems.extend(unknown.into_iter().map(|((region, _), (failure, count))| not_known(catalog, region, failure, count)));
        findings
    }
}

fn doubt(region: &RegionCode, missing: usize, asked: usize) -> Problem {
    let message = format!("{missing} of {asked} layer versions are missing in `{region}`, which is hard to believe, so none of them is recorded as lost");
    let help = "look whether the account and the region are the right ones; `klayers audit --accept-losses` records them";
    Problem::new(Location::file(REGIONS), "region-losses-doubted", message, help)
}

/// A region to which nothing is published may be silent for long.
fn not_known(catalog: &Catalog, region: &RegionCode, failure: &Failure, count: usize) -> Problem {
    let message = format!("{count} layer versions in `{region}` could not be looked at: [{}] {}", failure.code, failure.reason);
    let problem = Problem::new(Location::file(REGIONS), "region-not-audited", message, "run it again later; a region that is gone for long can be `paused`");
    let active: BTreeSet<&RegionCode> = catalog.regions.iter().filter(|known| known.state == RegionState::Active).map(|known| &known.code).collect();
    if active.contains(region) { problem } else { problem.into_warning() }
}
