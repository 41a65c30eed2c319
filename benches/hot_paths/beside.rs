//! Two ways to one end.

use criterion::Criterion;

/// The function of ours has this name in each group; `scripts/bench-hot-paths` looks for it.
const OURS: &str = "klayers";

/// Times `ours`, and then `other`, which is what one would do without us. What they return is dropped in the time of both.
pub fn side_by_side<A, B>(criterion: &mut Criterion, what: &str, ours: impl Fn() -> A, beside: &str, other: impl Fn() -> B) {
    let mut group = criterion.benchmark_group(what);
    group.bench_function(OURS, |bencher| bencher.iter(&ours));
    group.bench_function(beside, |bencher| bencher.iter(&other));
    group.finish();
}
