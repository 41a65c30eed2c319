//! A service of several runtimes whose months can be played: publications, withdrawals, deletions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use klayers::domain::{AccountId, LayerName, Partition, RegionCode, Requirements, Sha256};
use klayers::ledger::{Affected, Event, LEDGER_DIR, Published, Unyanked, Yanked};
use klayers::outside::files::{self, Durability};
use klayers::render::{Collector, SiteSources, Tree, View};
use klayers::{config, ledger};

use super::world::day;

/// The runtimes of the service.
pub const RUNTIMES: [&str; 4] = ["p3.13", "p3.13-arm64", "p3.14", "p3.14-arm64"];
/// Its regions.
pub const REGIONS: [&str; 5] = ["ap-south-1", "ca-west-1", "eu-west-1", "us-east-1", "us-west-2"];

/// What was recorded of a service.
#[derive(Clone)]
pub struct Service {
    /// Its account.
    pub account: &'static str,
    /// Where its site is.
    pub address: Option<&'static str>,
    events: BTreeMap<(String, String), Vec<Event>>,
    numbers: BTreeMap<(LayerName, RegionCode), u64>,
    status: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    names: BTreeSet<String>,
}

/// A service as rendering takes it.
pub struct Written {
    catalog: config::Catalog,
    ledger: ledger::Ledger,
    sources: SiteSources,
}

impl Written {
    /// What is rendered for the repository.
    pub fn deployments(&self, today: &str) -> Tree {
        let sink = Collector::default();
        klayers::render::deployments(&View::new(&self.catalog, &self.ledger, day(today)), &sink).expect("deployments");
        sink.into_tree()
    }

    /// The service as renderers look at it.
    pub fn view(&self, today: &str) -> View<'_> {
        View::new(&self.catalog, &self.ledger, day(today))
    }

    /// What is rendered for the host.
    pub fn site(&self, today: &str) -> Tree {
        let sink = Collector::default();
        klayers::render::site(&self.view(today), &self.sources, &sink).expect("a site");
        sink.into_tree()
    }
}

/// A build that is published.
#[derive(Clone, Copy)]
pub struct Build<'a> {
    /// When: a day or a time.
    pub at: &'a str,
    /// Which package, in its normal form.
    pub package: &'a str,
    /// In which version.
    pub version: &'a str,
    /// What else is in it.
    pub others: &'a [&'a str],
    /// For which runtimes.
    pub runtimes: &'a [&'a str],
    /// To which regions.
    pub regions: &'a [&'a str],
    /// Its licence.
    pub license: &'a str,
}

impl<'a> Build<'a> {
    /// Everywhere.
    pub fn new(at: &'a str, package: &'a str, version: &'a str, others: &'a [&'a str]) -> Self {
        Self { at, package, version, others, runtimes: &RUNTIMES, regions: &REGIONS, license: "MIT" }
    }
}

impl Service {
    /// One that never published anything.
    pub fn new() -> Self {
        Self { account: "123456789012", address: None, events: BTreeMap::new(), numbers: BTreeMap::new(), status: BTreeMap::new(), names: BTreeSet::new() }
    }

    /// Asks for a package.
    pub fn ask_for(&mut self, package: &str) {
        self.names.insert(package.to_owned());
    }

    /// Publishes a build.
    pub fn publish(&mut self, build: Build<'_>) {
        self.ask_for(build.package);
        let lines = build.others.iter().map(|line| (*line).to_owned()).chain([format!("{}=={}", build.package, plain_version(build.version))]);
        let mut lines: Vec<String> = lines.collect();
        lines.sort();
        let requirements = Requirements::try_from(lines).expect("valid");
        for runtime in build.runtimes {
            let layer = layer(runtime, build.package);
            let regions = build.regions.iter().map(|region| {
                let region: RegionCode = region.parse().expect("valid");
                let number = self.numbers.entry((layer.clone(), region.clone())).or_default();
                *number += 1;
                (region, *number)
            });
            let published = Published {
                at: time(build.at),
                account: self.account.parse::<AccountId>().expect("valid"),
                partition: Partition::Aws,
                regions: regions.collect(),
                layer,
                package: build.package.to_owned(),
                version: build.version.to_owned(),
                requirements_sha256: requirements.sha256(),
                zip_sha256: Sha256::of(format!("{runtime} {requirements}").as_bytes()),
                requirements: requirements.clone(),
                zip_bytes: 1_000_000 + build.version.len() as u64 * 100_000,
                unzipped_bytes: 5_000_000,
                license: build.license.to_owned(),
                papers: None,
            };
            self.record(runtime, build.package, Event::Published(published));
        }
    }

    /// Withdraws the newest build on some runtimes.
    pub fn yank(&mut self, at: &str, package: &str, runtimes: &[&str], reason: &str) {
        for runtime in runtimes {
            let newest = self.newest(runtime, package);
            let yanked = Yanked { at: time(at), layer: newest.layer, requirements_sha256: newest.requirements_sha256, reason: reason.to_owned() };
            self.record(runtime, package, Event::Yanked(yanked));
        }
    }

    /// Undoes that.
    pub fn unyank(&mut self, at: &str, package: &str, runtimes: &[&str]) {
        for runtime in runtimes {
            let newest = self.newest(runtime, package);
            self.record(runtime, package, Event::Unyanked(Unyanked { at: time(at), layer: newest.layer, requirements_sha256: newest.requirements_sha256 }));
        }
    }

    /// Notes that something happened to the layer versions of one number.
    pub fn affect(&mut self, at: &str, package: &str, runtimes: &[&str], number: u64, regions: &[&str], event: impl Fn(Affected) -> Event) {
        for runtime in runtimes {
            let regions = regions.iter().map(|region| (region.parse().expect("valid"), number)).collect();
            self.record(runtime, package, event(Affected { at: time(at), layer: layer(runtime, package), regions }));
        }
    }

    /// Notes that a package could not be made.
    pub fn fail(&mut self, runtime: &str, package: &str, state: &str, code: &str, reason: &str, since: &str) {
        self.ask_for(package);
        let entry = serde_json::json!({"state": state, "code": code, "reason": reason, "since": time(since)});
        self.status.entry(runtime.to_owned()).or_default().insert(package.to_owned(), entry);
    }

    /// The service, written and read as the real one.
    pub fn written(&self) -> Written {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), "pipeline/config/klayers.toml", &self.settings());
        put(folder.path(), "pipeline/config/regions.csv", &(csv("Code,Name\n", REGIONS.iter().map(|region| format!("{region},Region of {region}")))));
        let packages = csv("Package_Name,License,Authors/Maintainers\n", self.names.iter().map(|name| format!("{name},MIT,")));
        put(folder.path(), "pipeline/config/packages.csv", &packages);
        for ((runtime, package), events) in &self.events {
            let lines: String = events.iter().map(Event::canonical).collect();
            put(folder.path(), &format!("{LEDGER_DIR}/{runtime}/{package}/events.jsonl"), &lines);
        }
        for (runtime, packages) in &self.status {
            put(folder.path(), &format!("{LEDGER_DIR}/{runtime}/status.json"), &serde_json::json!({ "packages": packages }).to_string());
        }
        let config = config::read(folder.path()).expect("read");
        assert!(config.problems.is_empty(), "{:?}", config.problems);
        let ledger = ledger::read(&folder.path().join(LEDGER_DIR), LEDGER_DIR).expect("read");
        // A version that is none is told, and no command goes on with it. What is rendered would be harmless all the same.
        let others: Vec<_> = ledger.problems.sorted().into_iter().filter(|problem| problem.code != "ledger-version-invalid").collect();
        assert!(others.is_empty(), "{others:?}");
        let sources = SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("read");
        Written { catalog: config.catalog.expect("a catalogue"), ledger: ledger.ledger, sources }
    }

    fn settings(&self) -> String {
        let mut settings = "prefix = \"Klayers\"\nretention_days = 365\n".to_owned();
        if let Some(address) = self.address {
            let _ = writeln!(settings, "[site]\naddress = \"{address}\"");
        }
        for python in ["3.13", "3.14"] {
            let _ = writeln!(
                settings,
                "[runtime.\"{python}\"]\narchitectures = [\"x86_64\", \"arm64\"]\noperating_system = \"AL2023\"\nglibc = \"2.34\"\n\
                 state = \"active\"\nend_of_life = 2029-06-30\npackages = [\"packages.csv\"]"
            );
        }
        settings
    }

    fn record(&mut self, runtime: &str, package: &str, event: Event) {
        self.events.entry((runtime.to_owned(), package.to_owned())).or_default().push(event);
    }

    fn newest(&self, runtime: &str, package: &str) -> Published {
        let events = self.events[&(runtime.to_owned(), package.to_owned())].iter().rev();
        let published = events.filter_map(|event| if let Event::Published(published) = event { Some(published.clone()) } else { None });
        published.take(1).next().expect("was published")
    }
}

/// A version may be anything in a record; a line of requirements may not.
fn plain_version(version: &str) -> &str {
    if version.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') { version } else { "1" }
}

fn layer(runtime: &str, package: &str) -> LayerName {
    format!("Klayers-{}-{package}", runtime.replace('.', "")).parse().expect("valid")
}

fn time(text: &str) -> Timestamp {
    if text.contains('T') { text.parse() } else { format!("{text}T09:30:00Z").parse() }.expect("a time")
}

fn csv(header: &str, rows: impl Iterator<Item = String>) -> String {
    rows.fold(header.to_owned(), |text, row| text + &row + "\n")
}

fn put(root: &Path, path: &str, text: &str) {
    files::write(&root.join(path), text.as_bytes(), Durability::Process).expect("written");
}
