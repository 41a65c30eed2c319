//! Shares the builds out over machines.

use super::PlannedBuild;

/// Fixed cost of a build beside its wheels, in the same unit: bytes that could be handled meanwhile.
const BASE_COST: u64 = 1 << 20;

/// Gives each build one of `shards` shares so that the shares cost about the same: the most
/// expensive first, each to the share that has least.
pub fn share_out(builds: &mut [PlannedBuild], shards: u32) {
    let mut loads = vec![0_u64; shards.max(1) as usize];
    let mut order: Vec<usize> = (0..builds.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(builds[index].cost));
    for index in order {
        let (shard, load) = loads.iter_mut().enumerate().min_by_key(|(_, load)| **load).expect("at least one share");
        *load += builds[index].cost + BASE_COST;
        builds[index].shard = u32::try_from(shard).expect("counted in u32");
    }
}
