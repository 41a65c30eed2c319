//! What a run says at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::assemble::import_outcome::ImportOutcome;
use crate::assemble::{BytecodeRecord, ImportRecord, Manifest};
use crate::domain::{Attempt, HeldBackReason, Outcome, Runtime};
use crate::publish::Tally;
use crate::report::printable;
use crate::verify::VerifiedArchive;

/// How many of each outcome, per runtime, as a table; then what failed and what is held back.
pub fn table(attempts: &[Attempt]) -> String {
    let mut counts: BTreeMap<Runtime, [usize; 3]> = BTreeMap::new();
    for attempt in attempts {
        let column = match attempt.outcome {
            Outcome::Built => 0,
            Outcome::Unchanged => 1,
            Outcome::Failed(_) => 2,
        };
        counts.entry(attempt.runtime).or_default()[column] += 1;
    }
    let mut text = format!("{:<12} {:>6} {:>10} {:>7}\n", "runtime", "built", "unchanged", "failed");
    for (runtime, [built, unchanged, failed]) in &counts {
        text += &format!("{:<12} {built:>6} {unchanged:>10} {failed:>7}\n", runtime.to_string());
    }
    for failure in failures(attempts.iter()) {
        text += &format!("{failure}\n");
    }
    for attempt in attempts {
        if let (Some(held), Outcome::Built | Outcome::Unchanged) = (&attempt.held_back, &attempt.outcome) {
            let why = match held.reason {
                HeldBackReason::NoWheel => "has no wheel for it",
                HeldBackReason::Dependency => "needs what has no wheel for it",
            };
            text += &format!("held back: {} for {}: {} was taken because {} {why}\n", attempt.package, attempt.runtime, held.chosen, held.newest);
        }
    }
    text
}

/// A line for each attempt that failed.
pub fn failures<'a>(attempts: impl Iterator<Item = &'a Attempt>) -> Vec<String> {
    let failed = attempts.filter_map(|attempt| match &attempt.outcome {
        Outcome::Failed(failure) => {
            Some(format!("failed: {} for {}: [{}] {}", attempt.package, attempt.runtime, printable(&failure.code), printable(&failure.reason)))
        }
        Outcome::Built | Outcome::Unchanged => None,
    });
    failed.collect()
}

/// One layer in one line.
pub fn built(path: &str, manifest: &Manifest) -> String {
    let count = manifest.wheels.len();
    let packages = if count == 1 { "1 package".to_owned() } else { format!("{count} packages") };
    let Manifest { spelled, version, runtime, zip_bytes, unzipped_bytes, .. } = manifest;
    let imports = match &manifest.import_test {
        ImportRecord::Tested { outcome, .. } => match &**outcome {
            ImportOutcome::Passed(passed) => format!("imports in {}", passed.seconds),
            ImportOutcome::Failed(_) => "cannot be imported".to_owned(),
        },
        ImportRecord::NotTested { reason } => format!("not imported: {reason}"),
    };
    let bytecode = match &manifest.bytecode {
        BytecodeRecord::Compiled { .. } => "",
        BytecodeRecord::Omitted { .. } => " without bytecode",
    };
    let (zipped, unzipped) = (megabytes(*zip_bytes), megabytes(*unzipped_bytes));
    format!("{path}: {spelled} {version} for {runtime}{bytecode}, {packages}, {zipped}, {unzipped} unpacked, {imports}")
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// How many layers were imported, and why others were not, the most frequent reason first.
pub fn imports(archives: &[VerifiedArchive]) -> String {
    let mut tested = 0;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for archive in archives {
        match &archive.manifest().import_test {
            ImportRecord::Tested { .. } => tested += 1,
            ImportRecord::NotTested { reason } => *reasons.entry(reason).or_default() += 1,
        }
    }
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|&(reason, count)| (std::cmp::Reverse(count), reason));
    let others: String = reasons.into_iter().map(|(reason, count)| format!("; {count} not: {}", printable(reason))).collect();
    format!("{tested} of {} new layers were imported{others}", archives.len())
}

/// What was done in the account.
pub fn published(tally: Tally, regions: usize) -> String {
    let found = tally.adopted + tally.done;
    let found = if found > 0 { format!(", {found} found there") } else { String::new() };
    let open = tally.orphaned + tally.failed;
    let open = if open > 0 { format!(", {open} open: the next run goes on with them") } else { String::new() };
    format!("{} layer versions published in {regions} regions{found}{open}", tally.published)
}

/// How long everything would take if a part took `elapsed`.
pub fn whole_catalogue(rows: usize, of_part: usize, elapsed: Duration) -> String {
    let factor = u32::try_from(rows / of_part.max(1)).unwrap_or(u32::MAX);
    let seconds = elapsed.saturating_mul(factor.max(1)).as_secs();
    let time = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) };
    format!("the whole catalogue has {rows} layers: `klayers run` would take about {time} at this pace")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Failure, HeldBack};

    #[test]
    fn the_table_counts_and_names() {
        let attempt = |package: &str, runtime: &str, outcome, held_back| Attempt {
            runtime: runtime.parse().expect("valid"),
            package: package.parse().expect("valid"),
            outcome,
            held_back,
            seconds: None,
        };
        let held = HeldBack { chosen: "1".to_owned(), newest: "2".to_owned(), reason: HeldBackReason::NoWheel };
        let text = table(&[
            attempt("a", "p3.13", Outcome::Built, None),
            attempt("b", "p3.13", Outcome::Failed(Failure::new("no-wheel", "none\u{1b}[2J")), None),
            attempt("c", "p3.12", Outcome::Unchanged, Some(held)),
        ]);
        assert_eq!(
            text,
            "runtime       built  unchanged  failed\np3.12             0          1       0\np3.13             1          0       1\n\
             failed: b for p3.13: [no-wheel] none\\u{1b}[2J\nheld back: c for p3.12: 1 was taken because 2 has no wheel for it\n"
        );
        assert_eq!(whole_catalogue(360, 20, Duration::from_secs(10)), "the whole catalogue has 360 layers: `klayers run` would take about 3 min at this pace");
    }
}
