//! Shares the builds out over machines.

use std::collections::BTreeMap;

use super::{Plan, PlannedBuild, Shard};
use crate::domain::Architecture;

/// What a build takes beside its wheels: to start programs, to check, to import.
const BASE_SECONDS: u64 = 2;
/// Bytes of wheels that are fetched, assembled, compiled and checked in a second.
const BYTES_PER_SECOND: u64 = 10_000_000;
/// A machine takes about half a minute to come and to get its tools: less work than this is not worth another one.
const WORTH_SECONDS: u64 = 60;

/// How long a build takes of which nothing is recorded, in seconds, when its wheels have this many bytes.
pub(super) fn guessed_seconds(bytes: u64) -> u64 {
    BASE_SECONDS + bytes / BYTES_PER_SECOND
}

/// Gives each build one of at most `shards_max` shares so that the shares cost about the same: the most expensive
/// first, each to the share that has least. A share is for one architecture, so a plan for both has two at least.
/// `recorded` is how many seconds a build took the last time.
pub fn share_out(plan: &mut Plan, recorded: impl Fn(&PlannedBuild) -> Option<u64>, shards_max: u32) {
    for build in &mut plan.builds {
        build.seconds = recorded(build).unwrap_or(build.seconds).max(1);
    }
    let mut work: BTreeMap<Architecture, u64> = BTreeMap::new();
    for build in &plan.builds {
        *work.entry(build.runtime.architecture).or_default() += build.seconds;
    }
    plan.shards.clear();
    let mut left = u64::from(shards_max).max(work.len() as u64);
    let mut total: u64 = work.values().sum();
    for (at, (&architecture, &seconds)) in work.iter().enumerate() {
        let others = (work.len() - at - 1) as u64;
        let fair = (left * seconds).div_ceil(total.max(1)).clamp(1, left - others);
        let builds = plan.builds.iter().filter(|build| build.runtime.architecture == architecture).count() as u64;
        let wanted = seconds.div_ceil(WORTH_SECONDS).min(fair).min(builds).max(1);
        let first = plan.shards.len();
        for _ in 0..wanted {
            let shard = u32::try_from(plan.shards.len()).expect("at most `shards_max`");
            plan.shards.push(Shard { shard, architecture, seconds: 0 });
        }
        fill(&mut plan.builds, architecture, &mut plan.shards[first..]);
        left -= wanted;
        total -= seconds;
    }
}

fn fill(builds: &mut [PlannedBuild], architecture: Architecture, shards: &mut [Shard]) {
    let mut order: Vec<&mut PlannedBuild> = builds.iter_mut().filter(|build| build.runtime.architecture == architecture).collect();
    order.sort_by_key(|build| std::cmp::Reverse(build.seconds));
    for build in order {
        let shard = shards.iter_mut().min_by_key(|shard| (shard.seconds, shard.shard)).expect("at least one share");
        shard.seconds += build.seconds;
        build.shard = shard.shard;
    }
}
