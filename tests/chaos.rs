//! Publishing through a network that throttles, fails, stalls and cuts, with runs that are killed and receipts that
//! are lost: in the end every layer is in every region once, public, and the ledger tells what the account has.
//!
//! What happens comes from a seed. `KLAYERS_CHAOS_SEEDS` says how many are run, `KLAYERS_CHAOS_FROM` the first of
//! them; `scripts/chaos` runs 200. The order in which requests arrive is not the seed's, so a seed that failed may
//! pass the next time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "chaos/account.rs"]
mod account;
#[path = "aws/mod.rs"]
mod aws;
mod common;
#[path = "chaos/service.rs"]
mod service;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use aws::Fault;
use service::{Service, Told};

const SEEDS: u64 = 20;
/// Fewer need not meet everything.
const SEEDS_THAT_MEET_ALL: u64 = 10;
const AT_ONCE: usize = 8;

#[test]
fn whatever_goes_wrong_every_layer_version_is_there_once_and_recorded() {
    let from = number("KLAYERS_CHAOS_FROM").unwrap_or(1);
    let seeds = number("KLAYERS_CHAOS_SEEDS").unwrap_or(SEEDS);
    let service = Service::start();
    let next = AtomicU64::new(from);
    let told = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + seeds {
                        return;
                    }
                    let of_seed = catch_unwind(AssertUnwindSafe(|| service.run(seed))).unwrap_or_else(|panic| panicked(panic.downcast_ref::<String>()));
                    println!("seed {seed}: {}", of_seed.in_a_line());
                    told.lock().unwrap().insert(seed, of_seed);
                }
            });
        }
    });
    let told = told.into_inner().unwrap();

    let kills: usize = told.values().map(|told| told.kills).sum();
    let left_open: usize = told.values().map(|told| told.left_open).sum();
    let met = |fault: Fault| told.values().filter_map(|told| told.faults.get(&fault)).sum::<usize>();
    let faults = Fault::ALL.map(|fault| (fault, met(fault)));
    let all = faults.iter().map(|(_, count)| count).sum::<usize>();
    println!("{} seeds, {kills} kills, {left_open} runs that left something open, {all} faults: {faults:?}", told.len());
    let most_in_a_second = told.values().map(|told| told.most_in_a_second).max();
    println!("at most {} requests to Lambda in any second, region and seed", most_in_a_second.unwrap_or(0));

    let wrong: Vec<(&u64, &Told)> = told.iter().filter(|(_, told)| !told.wrong.is_empty()).collect();
    for (seed, told) in &wrong {
        println!("\nseed {seed} went wrong:\n{}", told.wrong.join("\n"));
    }
    assert!(wrong.is_empty(), "seeds that went wrong: {:?}", wrong.iter().map(|(seed, _)| seed).collect::<Vec<_>>());
    if seeds >= SEEDS_THAT_MEET_ALL {
        let is_all_met = kills > 0 && left_open > 0 && faults.iter().all(|(_, count)| *count > 0);
        assert!(is_all_met, "not everything was met: {kills} kills, {left_open} runs that left something open, {faults:?}");
    }
}

fn panicked(message: Option<&String>) -> Told {
    Told { wrong: vec![format!("panicked: {}", message.map_or("", |message| message))], ..Told::default() }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("`{variable}` is `{text}`, which is no number")))
}
