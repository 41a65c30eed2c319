//! Shares the builds out over machines.

use std::collections::BTreeMap;

use super::{Plan, PlannedBuild, Shard};
use crate::domain::Architecture;

/// Seconds that a build takes beside its wheels: to start programs, to check, to import.
const BASE_SECONDS: u64 = 2;
/// Bytes of wheels that are fetched, assembled, compiled and checked in a second.
const BYTES_PER_SECOND: u64 = 10_000_000;
/// A machine takes about half a minute to come and to get its tools: less work than this is not worth another one.
const WORTH_SECONDS: u64 = 60;

/// How long a build takes of which nothing is recorded, in seconds, when its wheels have this many bytes.
pub(super) fn guessed_seconds(bytes: u64) -> u64 {
    BASE_SECONDS + bytes / BYTES_PER_SECOND
}

/// Gives each build one of at most `shards_max` shares so that the shares cost about the same: the most expensive first,
/// each to the share that has least. A share is for one architecture, so a plan for both has two at least, and there are
/// fewer where a share would have less than a minute of work. `recorded` is how many seconds a build took the last time.
///
/// # Panics
/// Never: there is at least one share for each architecture, and no more than a `u32` counts.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Requirements;
    use crate::plan::{Reason, Scope};

    /// A plan of builds that take these seconds, for x86_64 and for arm64.
    fn plan(x86_64: &[u64], arm64: &[u64]) -> Plan {
        let build = |runtime: &str, number: usize, seconds: u64| PlannedBuild {
            runtime: runtime.parse().unwrap(),
            request: crate::domain::LayerRequest::package(format!("x{number}").parse().unwrap()),
            layer: format!("K-p313-x{number}").parse().unwrap(),
            version: "1".to_owned(),
            requirements: Requirements::try_from(vec!["x==1".to_owned()]).unwrap(),
            regions: Vec::new(),
            reason: Reason::New,
            license: String::new(),
            lock: String::new(),
            seconds,
            shard: 0,
            held_back: None,
            previous: None,
        };
        let builds = |runtime: &'static str, seconds: &[u64]| seconds.iter().enumerate().map(|(at, &s)| build(runtime, at, s)).collect::<Vec<_>>();
        let builds = [builds("p3.13", x86_64), builds("p3.13-arm64", arm64)].concat();
        let at = jiff::Timestamp::UNIX_EPOCH;
        Plan { schema: 2, at, scope: Scope::Whole, shards: Vec::new(), builds, settled: Vec::new(), left_out: Vec::new() }
    }

    /// Shares out and holds what always holds; returns how many shares each processor has.
    fn shared(plan: &mut Plan, limit: u32) -> [usize; 2] {
        share_out(plan, |_| None, limit);
        for (at, shard) in plan.shards.iter().enumerate() {
            assert_eq!(shard.shard as usize, at);
            let of_it: Vec<&PlannedBuild> = plan.builds.iter().filter(|build| build.shard == shard.shard).collect();
            assert!(!of_it.is_empty(), "no machine is started for nothing");
            assert!(of_it.iter().all(|build| build.runtime.architecture == shard.architecture), "one processor each");
            assert_eq!(of_it.iter().map(|build| build.seconds).sum::<u64>(), shard.seconds);
        }
        assert!(plan.builds.iter().all(|build| (build.shard as usize) < plan.shards.len()), "every build has its share");
        Architecture::ALL.map(|architecture| plan.shards.iter().filter(|shard| shard.architecture == architecture).count())
    }

    #[test]
    fn as_many_machines_as_the_work_is_worth_and_the_limit_allows() {
        let heavy = |count: usize| vec![600; count];
        for (x86_64, arm64, limit, expected) in [
            (vec![], vec![], 20, [0, 0]),
            (vec![1], vec![], 20, [1, 0]),
            (vec![], vec![3, 4], 256, [0, 1]),
            (vec![1; 50], vec![1; 20], 20, [1, 1]),
            // Two processors are two machines, whatever the limit.
            (heavy(9), heavy(9), 1, [1, 1]),
            (heavy(9), vec![], 1, [1, 0]),
            (heavy(3), heavy(2), 20, [3, 2]),
            (heavy(90), heavy(30), 20, [15, 5]),
            (heavy(90), vec![1], 20, [19, 1]),
            (heavy(200), heavy(200), 256, [128, 128]),
            (heavy(300), vec![], 256, [256, 0]),
            (heavy(2), vec![], 256, [2, 0]),
            (vec![61], vec![], 256, [1, 0]),
            (vec![0; 3], vec![0], 20, [1, 1]),
        ] {
            let mut plan = plan(&x86_64, &arm64);
            assert_eq!(shared(&mut plan, limit), expected, "{} and {} builds on {limit}", x86_64.len(), arm64.len());
        }
    }

    #[test]
    fn what_is_recorded_counts_more_than_what_is_guessed() {
        let mut plan = plan(&[100, 100, 100], &[]);
        share_out(&mut plan, |build| (build.request.normalized().as_str() == "x1").then_some(500), 2);
        assert_eq!(plan.builds.iter().map(|build| (build.seconds, build.shard)).collect::<Vec<_>>(), [(100, 1), (500, 0), (100, 1)]);
        assert_eq!(plan.shards.iter().map(|shard| shard.seconds).collect::<Vec<_>>(), [500, 200]);
    }

    /// The least that the longest share can take, found by trying all ways.
    fn optimum(left: &[u64], shares: &mut [u64]) -> u64 {
        let Some((&next, rest)) = left.split_first() else { return *shares.iter().max().unwrap() };
        let try_one = |at: usize| {
            let mut with = shares.to_vec();
            with[at] += next;
            optimum(rest, &mut with)
        };
        (0..shares.len()).map(try_one).min().unwrap()
    }

    #[test]
    fn shares_cost_about_the_same() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let seconds: Vec<u64> = (0..random.usize(1..8)).map(|_| random.u64(30..400)).collect();
            let mut plan = plan(&seconds, &[]);
            let machines = shared(&mut plan, random.u32(1..4))[0];
            let longest = plan.shards.iter().map(|shard| shard.seconds).max().unwrap();
            // The bound of Graham for "the longest first".
            assert!(3 * longest <= 4 * optimum(&seconds, &mut vec![0; machines]), "{seconds:?} on {machines}");
        }
        for _ in 0..50 {
            let seconds: Vec<u64> = (0..random.usize(1..600)).map(|_| random.u64(1..900)).collect();
            let mut plan = plan(&seconds, &[]);
            let machines = shared(&mut plan, random.u32(1..=256))[0] as u64;
            let longest = plan.shards.iter().map(|shard| shard.seconds).max().unwrap();
            assert!(longest <= seconds.iter().sum::<u64>() / machines + seconds.iter().max().unwrap());
        }
    }
}
