//! The service that `examples/generate_ledger` makes up for measurements: that it is one, and what a month changes in
//! what is rendered of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "../examples/generate_ledger/chance.rs"]
mod chance;
mod common;
#[path = "generated_ledger/difference.rs"]
mod difference;
#[path = "../examples/generate_ledger/ledger.rs"]
mod ledger;
#[path = "../examples/generate_ledger/lock.rs"]
mod lock;
#[path = "../examples/generate_ledger/month.rs"]
mod month;
#[path = "../examples/generate_ledger/service.rs"]
mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use common::{World, tree};
use difference::{Line, changed_lines};
use jiff::ToSpan as _;
use jiff::civil::Date;
use klayers::config::{self, Catalog};
use klayers::ledger::{Event, LEDGER_DIR, Ledger};
use klayers::resolve::pins;
use ledger::{Changing, Written};
use service::Size;

const SEED: u64 = 7;
const FIRST: &str = "2024-12-01";

/// A generated service, as old as it is.
struct Generated {
    world: World,
    catalog: Catalog,
    today: Date,
}

impl Generated {
    fn new(packages: usize, months: i64, changing: Changing) -> (Self, Written) {
        let world = World::new(&[]);
        let root = world.path("");
        service::write_config(&root, Size { packages, runtimes: 3, regions: 3 }, SEED).unwrap();
        let catalog = config::read(&root).unwrap().catalog.unwrap();
        let first: Date = FIRST.parse().unwrap();
        let days: Vec<Date> = (0..months).map(|month| first.checked_add(month.months()).unwrap()).collect();
        let written = ledger::run(&root, &catalog, &days, changing, SEED).unwrap();
        (Self { world, catalog, today: *days.last().unwrap() }, written)
    }

    /// A month passes, in which so many packages have a new release. Returns how these are spelled.
    fn next_month(&mut self, count: usize) -> BTreeSet<String> {
        self.today = self.today.checked_add(1.month()).unwrap();
        let before = self.ledger();
        ledger::run(&self.world.path(""), &self.catalog, &[self.today], Changing::Count(count), SEED).unwrap();
        let after = self.ledger();
        let is_new = |row: &&config::Row| {
            let key = (row.runtime, row.request.normalized());
            before.packages.get(&key).map(|package| &package.events) != after.packages.get(&key).map(|package| &package.events)
        };
        self.catalog.rows.iter().filter(is_new).map(|row| row.request.name().to_string()).collect()
    }

    fn ledger(&self) -> Ledger {
        let read = klayers::ledger::read(&self.world.path(LEDGER_DIR), LEDGER_DIR).unwrap();
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        read.ledger
    }

    /// Renders as on its day, and returns what a folder then has.
    fn rendered(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        self.world.run(&["render", "--today", &self.today.to_string()]).exits(0);
        tree(&self.world.path(folder))
    }
}

#[test]
fn it_is_in_order_has_everything_that_happens_and_renders() {
    let (service, written) = Generated::new(60, 15, Changing::Share(1.0));
    service.world.run(&["check", "--offline"]).exits(0).says("180 rows for 3 regions are in order");
    let ledger = service.ledger();
    let events: Vec<&Event> = ledger.packages.values().flat_map(|package| &package.events).collect();
    let count = |is_it: fn(&Event) -> bool| events.iter().filter(|event| is_it(event)).count();
    assert_eq!(events.len(), written.events);
    assert_eq!(count(|event| matches!(event, Event::Published(_))), ledger.packages.len() * 15, "every package, every month");
    for (what, is_it) in [
        ("yanked", (|event| matches!(event, Event::Yanked(_))) as fn(&Event) -> bool),
        ("lost", |event| matches!(event, Event::Lost(_))),
        ("deleted", |event| matches!(event, Event::Deleted(_))),
    ] {
        assert!(count(is_it) > 0, "nothing was ever {what}");
    }
    assert_eq!(ledger.expired(service.today, service.catalog.settings.retention_days), [], "what expired is deleted");
    assert!(ledger.status.values().all(|status| status.packages.len() == 1), "{:?}", ledger.status);
    for ((runtime, name), package) in &ledger.packages {
        let glibc = service.catalog.runtime(*runtime).unwrap().glibc;
        let pins = pins(package.lock.as_ref().unwrap(), *runtime, glibc).unwrap();
        let Some(Event::Published(last)) = package.events.iter().rfind(|event| matches!(event, Event::Published(_))) else { panic!("{name}") };
        let mut lines: Vec<String> = pins.iter().map(|pin| format!("{}=={}", pin.name(), pin.version())).collect();
        lines.sort();
        assert_eq!(lines, last.requirements.lines(), "the lock is of the newest build");
        assert!((1..=12).contains(&lines.len()), "{lines:?}");
    }
    let site = service.rendered("_site");
    let spelled: BTreeSet<String> = service.catalog.rows.iter().map(|row| row.request.name().to_string()).collect();
    for odd in [|name: &&String| name.contains('.'), |name: &&String| name.contains(char::is_uppercase)] {
        let name = spelled.iter().find(odd).unwrap();
        for alias in [name.clone(), name.to_lowercase().replace('.', "-")] {
            assert!(site.contains_key(&PathBuf::from(format!("api/v2/p3.14/layers/us-east-1/{alias}/index.html"))), "{alias}");
        }
    }
    service.world.run(&["render", "--today", &service.today.to_string()]).exits(0).says("nothing changed since the last time");
}

#[test]
fn the_same_options_give_the_same_bytes_and_a_share_is_one() {
    let share = || Generated::new(40, 12, Changing::Share(0.25));
    let ((one, written), (other, again)) = (share(), share());
    assert_eq!(written, again);
    assert!(tree(&one.world.path("pipeline")) == tree(&other.world.path("pipeline")));
    let cells = one.ledger().packages.len();
    let (least, most) = (cells * 11 / 5 + cells, cells * 11 / 3 + cells);
    assert!((least..most).contains(&written.events), "{} lines of {cells} packages in 12 months", written.events);
}

#[test]
fn a_month_changes_only_the_lines_of_the_packages_that_changed() {
    let (mut service, _) = Generated::new(40, 6, Changing::Share(1.0));
    let before = service.rendered("deployments");
    // The day alone changes nothing, as long as nothing expires.
    service.today = service.today.checked_add(20.days()).unwrap();
    assert!(service.rendered("deployments") == before);
    service.today = service.today.checked_sub(20.days()).unwrap();

    let names = service.next_month(5);
    assert_eq!(names.len(), 5, "{names:?}");
    let lines = changed_lines(&before, &service.rendered("deployments"));
    assert!(lines.len() > 5 * 3 * 3, "a row of each package on each runtime in each region: {}", lines.len());
    let others: Vec<&Line> = lines.iter().filter(|line| !names.contains(line.first_cell())).collect();
    assert!(others.is_empty(), "{names:?} changed, and these lines do not name them: {others:#?}");
    let named: BTreeSet<String> = lines.iter().map(|line| line.first_cell().to_owned()).collect();
    assert_eq!(named, names);
}

#[test]
fn of_other_packages_a_month_only_takes_away_what_expired() {
    let (mut service, _) = Generated::new(40, 14, Changing::Share(1.0));
    let before = service.rendered("deployments");
    let names = service.next_month(5);
    let lines = changed_lines(&before, &service.rendered("deployments"));
    let others: Vec<&Line> = lines.iter().filter(|line| !names.contains(line.first_cell())).collect();
    assert!(!others.is_empty(), "something expired");
    let is_expired = |line: &&&Line| !line.is_added && line.date().is_some_and(|day| day <= service.today);
    let unexplained: Vec<&&Line> = others.iter().filter(|line| !is_expired(line)).collect();
    assert!(unexplained.is_empty(), "{names:?} changed, and these lines neither name them nor expired: {unexplained:#?}");
}

#[test]
fn a_month_changes_only_the_files_of_the_packages_that_changed_and_the_lists() {
    let (mut service, _) = Generated::new(40, 6, Changing::Share(1.0));
    let before = service.rendered("_site/api/v2");
    let names = service.next_month(5);
    let after = service.rendered("_site/api/v2");
    let spellings: BTreeSet<String> = names.iter().flat_map(|name| [name.clone(), name.to_lowercase(), name.to_lowercase().replace('.', "-")]).collect();
    let changed: Vec<&PathBuf> = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
    assert!(before.keys().eq(after.keys()), "no file comes or goes");
    let (of_packages, lists): (Vec<&PathBuf>, Vec<&PathBuf>) =
        changed.into_iter().partition(|path| path.iter().any(|part| part.to_str().is_some_and(|part| spellings.contains(part))));
    let runtimes_and_regions = service.catalog.runtimes.len() * service.catalog.regions.len();
    // With and without `latest`, under each spelling.
    assert!(of_packages.len() <= 2 * spellings.len() * runtimes_and_regions, "{}", of_packages.len());
    assert!(of_packages.len() >= 2 * names.len() * (runtimes_and_regions - 3), "{}", of_packages.len());
    // Four lists of each region, and one of a runtime's builds.
    let most = 4 * runtimes_and_regions + service.catalog.runtimes.len();
    assert!(lists.iter().all(|path| path.iter().any(|part| part == "latest")) && lists.len() <= most, "{lists:?}");
}
