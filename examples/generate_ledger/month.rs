//! What happens to one package on one runtime between two monthly runs, and in the second of them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use klayers::config::{Catalog, Row};
use klayers::domain::{AccountId, ImportTest, LayerArn, LayerNumbers, NormalizedName, Papers, Partition, RegionCode, Requirements, Sha256};
use klayers::ledger::{Affected, Event, Ledger, PackageLedger, Published, Yanked};

use super::chance;

const ACCOUNT: &str = "123456789012";
/// One build in so many.
const YANKED_ONE_IN: u32 = 200;
const LOST_ONE_IN: u32 = 400;
const REGION_LEFT_OUT_ONE_IN: u32 = 50;
/// The distributions that packages depend on.
const DEPENDENCIES: u32 = 150;
const DEPENDENCIES_MAX: u32 = 11;

/// A run of the service.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// What it works on.
    pub catalog: &'a Catalog,
    /// Its day, the first of a month.
    pub day: Date,
    /// Which chance.
    pub seed: u64,
}

impl Run<'_> {
    /// Adds the lines of this run for `row`, which has `events` and, if `changes`, a newer release.
    pub fn advance(&self, row: &Row, events: &mut Vec<Event>, changes: bool) {
        self.since_the_last_run(row, events);
        if changes {
            let published = self.published(row, events);
            events.push(Event::Published(published));
        }
        self.expire(row, events);
    }

    /// A build of the run before turns out to be broken, or one of its versions vanishes.
    fn since_the_last_run(&self, row: &Row, events: &mut Vec<Event>) {
        let Some(Event::Published(last)) = events.iter().rev().find(|event| matches!(event, Event::Published(_))).cloned() else { return };
        let before = self.day.checked_sub(jiff::Span::new().months(1)).expect("a month before");
        if last.at.to_zoned(TimeZone::UTC).date() < before {
            return;
        }
        let mut random = self.chance(row, "fate");
        let later = |days: i64| last.at.checked_add(SignedDuration::from_hours(24 * days)).expect("a time");
        if random.u32(..YANKED_ONE_IN) == 0 {
            let reason = "does not import".to_owned();
            events.push(Event::Yanked(Yanked { at: later(3), layer: last.layer, requirements_sha256: last.requirements_sha256, reason }));
        } else if random.u32(..LOST_ONE_IN) == 0 && !last.regions.is_empty() {
            let (region, number) = last.regions.iter().nth(random.usize(..last.regions.len())).expect("one of them");
            events.push(Event::Lost(Affected { at: later(10), layer: last.layer.clone(), regions: [(region.clone(), *number)].into() }));
        }
    }

    fn published(&self, row: &Row, events: &[Event]) -> Published {
        let mut random = self.chance(row, "published");
        let build = events.iter().filter(|event| matches!(event, Event::Published(_))).count();
        let requirements = self.requirements(row, build);
        let name = row.request.normalized();
        let version = requirements.lines().iter().find_map(|line| line.strip_prefix(&format!("{name}=="))).expect("its own line").to_owned();
        let zip_bytes = random.u64(20_000..30_000_000);
        Published {
            at: self.at(6).checked_add(SignedDuration::from_secs(random.i64(0..7200))).expect("a time"),
            account: account(),
            partition: Partition::Aws,
            layer: row.layer.clone(),
            package: row.request.spelled(),
            version,
            requirements_sha256: requirements.sha256(),
            requirements,
            zip_sha256: Sha256::of(format!("{} {build} {}", row.layer, self.seed).as_bytes()),
            zip_bytes,
            unzipped_bytes: zip_bytes * random.u64(25..45) / 10,
            license: row.license.clone(),
            papers: Some(Papers {
                lock_sha256: Sha256::of(format!("lock {} {build} {}", row.layer, self.seed).as_bytes()),
                sbom_sha256: Sha256::of(format!("sbom {} {build} {}", row.layer, self.seed).as_bytes()),
                import_test: ImportTest::Passed { milliseconds: random.u64(10..2000) },
                bytecode: true,
            }),
            regions: self.regions(events, &mut random),
        }
    }

    /// The next number of each region. Now and then one cannot be reached.
    fn regions(&self, events: &[Event], random: &mut fastrand::Rng) -> LayerNumbers {
        let active: Vec<&RegionCode> = self.catalog.active_regions().map(|region| &region.code).collect();
        let left_out = (random.u32(..REGION_LEFT_OUT_ONE_IN) == 0 && active.len() > 1).then(|| random.usize(..active.len()));
        let number = |region: &RegionCode| {
            let before = events.iter().filter_map(|event| if let Event::Published(published) = event { published.regions.get(region) } else { None });
            before.max().map_or(1, |number| number + 1)
        };
        active.iter().enumerate().filter(|(at, _)| Some(*at) != left_out).map(|(_, region)| ((*region).clone(), number(region))).collect()
    }

    /// The package itself in another version for each build, and what it depends on as of this month.
    fn requirements(&self, row: &Row, build: usize) -> Requirements {
        let own = row.request.normalized();
        let mut random = chance::of(self.seed, &["dependencies", own.as_str()]);
        let version = format!("{}.{}.{}", 1 + random.u32(..4), build, random.u32(..3));
        let mut pins: std::collections::BTreeMap<NormalizedName, String> = [(own, version)].into();
        // Most have few.
        let most = random.u32(..=DEPENDENCIES_MAX);
        for _ in 0..random.u32(..=most) {
            let number = random.u32(..DEPENDENCIES);
            // Each has a new release every few months.
            let release = self.months() / (1 + number % 6);
            pins.insert(format!("needed-{number}").parse().expect("a name"), format!("{}.{release}.{}", number % 9, number % 3));
        }
        Requirements::new(pins.iter().map(|(name, version)| (name, version.clone())))
    }

    /// What `klayers expire` would delete after this run, as it would record it.
    fn expire(&self, row: &Row, events: &mut Vec<Event>) {
        let retention_days = self.catalog.settings.retention_days;
        let oldest = events.first().and_then(|event| if let Event::Published(published) = event { Some(published.at) } else { None });
        if oldest.is_none_or(|at| self.at(0).duration_since(at) < SignedDuration::from_hours(24 * i64::from(retention_days))) {
            return;
        }
        let key = (row.runtime, row.request.normalized());
        let mut ledger = Ledger::default();
        ledger.packages.insert(key.clone(), PackageLedger { events: std::mem::take(events), lock: None });
        let expired = ledger.expired(self.day, retention_days);
        *events = ledger.packages.remove(&key).expect("it was put there").events;
        for build in expired.chunk_by(|a, b| a.recorded.zip_sha256 == b.recorded.zip_sha256) {
            let arns: Vec<&LayerArn> = build.iter().map(|expired| &expired.recorded.arn).collect();
            events.extend(Affected::all(self.at(9), arns).into_iter().map(Event::Deleted));
        }
    }

    fn chance(&self, row: &Row, what: &str) -> fastrand::Rng {
        chance::of(self.seed, &[what, row.layer.as_str(), &self.day.to_string()])
    }

    /// Months since the year 2000.
    fn months(&self) -> u32 {
        u32::from(self.day.year().unsigned_abs() - 2000) * 12 + u32::from(self.day.month().unsigned_abs())
    }

    fn at(&self, hour: i8) -> Timestamp {
        self.day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a time").timestamp()
    }
}

fn account() -> AccountId {
    ACCOUNT.parse().expect("twelve digits")
}
