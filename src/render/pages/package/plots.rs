//! Which plots there are: size and import time of a package's builds.

use super::plot::{Plot, Series, Unit, figure, plot};
use super::trend::trend;
use super::words::day;
use crate::domain::{ImportTest, one_line};
use crate::ledger::{History, Published};

const MEBIBYTES: Unit = Unit { name: "MiB", smaller: ("KiB", 1024.0) };
const SECONDS: Unit = Unit { name: "s", smaller: ("ms", 1000.0) };
/// Versions are shorter.
const VERSION_MAX_CHARS: usize = 40;

/// The plots of what was built of `name` on a runtime that goes by `id` and `title`: those for which there is enough to tell.
pub fn plots(history: &History, name: &str, id: &str, title: &str) -> Vec<Plot> {
    let mut builds: Vec<&Published> = history.builds.iter().map(|build| &build.published).collect();
    builds.sort_by_key(|build| build.at);
    [size(&builds, name, id, title), import(&builds, name, id, title)].into_iter().flatten().collect()
}

fn size(builds: &[&Published], name: &str, id: &str, title: &str) -> Option<Plot> {
    let series = |label, bytes: fn(&Published) -> u64| Series {
        label,
        values: builds.iter().map(|build| (build.at, bytes(build) as f64 / f64::from(1 << 20))).collect(),
    };
    let (unzipped, zip) = (series("unzipped", |build| build.unzipped_bytes), series("zip", |build| build.zip_bytes));
    let sentence = format!(
        "Size of {name} for {title}. Unzipped: {}. Zip: {}.",
        told(builds, &unzipped.values.iter().map(|(_, value)| *value).collect::<Vec<_>>(), MEBIBYTES, ["more", "less"])?,
        told(builds, &zip.values.iter().map(|(_, value)| *value).collect::<Vec<_>>(), MEBIBYTES, ["more", "less"])?,
    );
    plot(format!("size-{id}"), sentence, MEBIBYTES, &[unzipped, zip])
}

fn import(builds: &[&Published], name: &str, id: &str, title: &str) -> Option<Plot> {
    let seconds = |build: &&Published| match build.papers.as_ref()?.import_test {
        ImportTest::Passed { milliseconds } => Some(milliseconds as f64 / 1000.0),
        ImportTest::NotTested { .. } => None,
    };
    let tested: Vec<(&Published, f64)> = builds.iter().filter_map(|build| Some((*build, seconds(build)?))).collect();
    let (of, values): (Vec<&Published>, Vec<f64>) = tested.iter().copied().unzip();
    let sentence = format!(
        "Seconds that the first import of {name} took for {title}, on the machine that tested it: {}.",
        told(&of, &values, SECONDS, ["longer", "shorter"])?
    );
    let values = tested.iter().map(|(build, seconds)| (build.at, *seconds)).collect();
    plot(format!("import-{id}"), sentence, SECONDS, &[Series { label: "import", values }])
}

/// From the first to the last, and how much that is.
fn told(builds: &[&Published], values: &[f64], unit: Unit, words: [&str; 2]) -> Option<String> {
    let end = |build: &Published, value: f64| {
        let (name, scale) = if value < 1.0 { unit.smaller } else { (unit.name, 1.0) };
        format!("{}\u{a0}{name} in {} ({})", figure(value * scale), one_line(&build.version, VERSION_MAX_CHARS), day(build.at))
    };
    let (first, last) = (*values.first()?, *values.last()?);
    Some(format!("{}, {}, {}", end(builds.first()?, first), end(builds.last()?, last), trend(first, last, words)))
}
