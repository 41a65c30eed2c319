//! What holds for every record and every catalogue, tried on many that nobody thought of.

mod properties {
    pub mod record;
}

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use klayers::config::{self, Catalog};
use klayers::ledger::{Affected, Event, History, LayerVersion, Ledger, PackageLedger};
use klayers::outside::files::{self, Durability};
use klayers::render::{Collector, SiteSources, Tree, View, deployments, site};
use properties::record::{self, Happening, Record, happenings};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

const RETENTION_DAYS: u32 = 365;
const SETTINGS: &str = "prefix = \"K\"\nretention_days = 365\n";
const PYTHON: &str = "\n[runtime.\"3.13\"]\narchitectures = [\"x86_64\"]\noperating_system = \"AL2023\"\n\
    glibc = \"2.34\"\nstate = \"active\"\nend_of_life = 2029-06-30\npackages = [\"packages.csv\"]\n";
const REGIONS: [&str; 3] = ["ap-south-1,Asia Pacific (Mumbai)", "eu-west-1,Europe (Ireland)", "us-east-1,US East (N. Virginia)"];
const HEADER: &str = "Package_Name,License,Authors/Maintainers\n";

/// A seed that failed is shown, and not kept in a file.
fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..ProptestConfig::default() }
}

/// The catalogue with these rows, or the codes of what is wrong with it.
fn catalog(rows: &str) -> Result<Catalog, Vec<String>> {
    catalog_of(rows, &REGIONS, &[PYTHON.to_owned()])
}

fn catalog_of(rows: &str, regions: &[&str], pythons: &[String]) -> Result<Catalog, Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |path: &str, text: &str| files::write(&folder.path().join(path), text.as_bytes(), Durability::Process).map(drop).expect("written");
    put("pipeline/config/klayers.toml", &format!("{SETTINGS}{}", pythons.concat()));
    put("pipeline/config/regions.csv", &format!("Code,Name\n{}\n", regions.join("\n")));
    put("pipeline/config/packages.csv", &format!("{HEADER}{rows}"));
    let read = config::read(folder.path()).expect("read");
    let codes: Vec<String> = read.problems.sorted().into_iter().map(|problem| problem.code.to_string()).collect();
    read.catalog.filter(|_| codes.is_empty()).ok_or(codes)
}

/// The number of a layer version, what is in it, and what it is.
type VersionMeaning = (u64, String, String);

/// What every layer version is, by region and number, and what the package is now. Of two builds with one content, which is only
/// had by going back to the first, it does not matter which a version is said to be of.
fn meaning(events: &[Event]) -> (BTreeMap<String, Vec<VersionMeaning>>, Option<String>) {
    let history = History::fold(events, RETENTION_DAYS);
    let content = |build: usize| history.builds[build].published.requirements_sha256.to_string();
    let versions = |versions: &[LayerVersion]| {
        versions.iter().map(|version| (version.number, content(version.build), format!("{} {:?}", version.published_at, version.state))).collect()
    };
    let regions = history.regions.iter().map(|(region, all)| (region.to_string(), versions(all))).collect();
    (regions, history.current_index().map(content))
}

fn ledger(events: &[Event]) -> Ledger {
    let key = ("p3.13".parse().expect("a runtime"), "x".parse().expect("a name"));
    Ledger { packages: [(key, PackageLedger { events: events.to_vec(), lock: None })].into(), ..Ledger::default() }
}

fn rendered(catalog: &Catalog, ledger: &Ledger, sources: &SiteSources, today: jiff::civil::Date) -> [Tree; 2] {
    let view = View::new(catalog, ledger, today);
    let (one, other) = (Collector::default(), Collector::default());
    deployments(&view, &one).expect("deployments");
    site(&view, sources, &other).expect("a site");
    [one.into_tree(), other.into_tree()]
}

fn sources() -> SiteSources {
    SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("sources")
}

/// The ARNs of layer versions that a file of any format lists. A link to the page that tells what became of one lists nothing.
fn listed(text: &str) -> BTreeSet<&str> {
    let in_arn = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_');
    let ends = |rest: &str| rest.find(|c| !in_arn(c)).unwrap_or(rest.len());
    let listed = text.match_indices("arn:aws:").filter(|(at, _)| !text[..*at].ends_with("?arn="));
    listed.map(|(at, _)| &text[at..at + ends(&text[at..])]).collect()
}

/// The day after the last that anything happened on.
fn tomorrow(happenings: &[(u16, Happening)]) -> jiff::civil::Date {
    record::days(happenings).last().expect("a day").tomorrow().expect("a day")
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_record_means_the_same_however_its_regions_were_gathered(happenings in happenings(), masks in prop::collection::vec(any::<u8>(), 14)) {
        let whole = Record::of(&happenings).events;
        let parts: Vec<Event> = whole.iter().zip(&masks).flat_map(|(event, mask)| record::split(event, *mask)).collect();
        prop_assert_eq!(meaning(&whole), meaning(&parts));
    }

    #[test]
    fn a_line_is_written_as_it_was_read(happenings in happenings()) {
        for event in Record::of(&happenings).events {
            let line = event.canonical();
            prop_assert!(line.ends_with('\n') && line.matches('\n').count() == 1);
            let read: Event = serde_json::from_str(&line).expect("a line of ours");
            prop_assert_eq!(&read, &event);
            prop_assert_eq!(read.canonical(), line);
        }
    }

    #[test]
    fn every_region_has_at_most_one_latest_and_it_is_the_newest_that_lives(happenings in happenings()) {
        let today = tomorrow(&happenings);
        let history = History::fold(&Record::of(&happenings).events, RETENTION_DAYS);
        for region in history.regions.keys() {
            let listed: Vec<_> = history.listed(region, today).collect();
            let latest = listed.iter().filter(|version| version.state == klayers::ledger::VersionState::Latest).count();
            prop_assert!(latest <= 1 && (listed.is_empty() || latest == 1), "{:?}", listed);
            prop_assert_eq!(listed.last().copied(), history.latest(region).or(listed.last().copied()));
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_was_deleted_stands_on_no_list(happenings in happenings()) {
        let catalog = catalog("x,MIT,\n").expect("a catalogue");
        let mut record = Record::default();
        let mut deleted: BTreeSet<String> = BTreeSet::new();
        for (day, (_, happening)) in record::days(&happenings).zip(&happenings) {
            record.add(day, happening);
            // As `klayers expire` does every day.
            let expired = ledger(&record.events).expired(day, RETENTION_DAYS);
            let at = day.at(13, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a day").timestamp();
            record.events.extend(Affected::all(at, expired.iter().map(|one| &one.recorded.arn)).into_iter().map(Event::Deleted));
        }
        for event in &record.events {
            if let Event::Deleted(affected) = event {
                deleted.extend(affected.regions.iter().map(|(region, number)| format!("arn:aws:lambda:{region}:123456789012:layer:{}:{number}", affected.layer)));
            }
        }
        let deleted_arns: BTreeSet<&str> = deleted.iter().map(String::as_str).collect();
        for tree in rendered(&catalog, &ledger(&record.events), &SiteSources { content: BTreeMap::new(), ..sources() }, tomorrow(&happenings)) {
            for (path, bytes) in tree.iter() {
                let wrong: Vec<String> = listed(&String::from_utf8_lossy(bytes)).intersection(&deleted_arns).map(|arn| (*arn).to_owned()).collect();
                prop_assert!(wrong.is_empty(), "{}: {:?}", path, wrong);
            }
        }
    }

    #[test]
    fn two_packages_never_share_a_layer(names in prop::collection::vec("[A-Za-z0-9]([A-Za-z0-9._-]{0,4}[A-Za-z0-9])?", 1..6)) {
        let rows: String = names.iter().map(|name| format!("{name},MIT,\n")).collect();
        match catalog(&rows) {
            Ok(catalog) => {
                let layers: BTreeSet<&str> = catalog.rows.iter().map(|row| row.layer.as_str()).collect();
                prop_assert_eq!(layers.len(), catalog.rows.len());
                prop_assert_eq!(layers.len(), names.len());
            }
            Err(codes) => prop_assert!(!codes.is_empty(), "refused without a reason"),
        }
    }

    #[test]
    fn what_is_rendered_does_not_depend_on_the_order_of_what_is_read(
        happenings in happenings(),
        rows in Just(vec!["x,MIT,", "a,MIT,", "Z.y,,", "\"psycopg[binary]\",LGPL,", "B_c,\"a, b\",c"]).prop_shuffle(),
        regions in Just(REGIONS.to_vec()).prop_shuffle(),
        pythons in Just(vec!["3.13", "3.9", "3.14"]).prop_shuffle(),
    ) {
        let of = |rows: &[&str], regions: &[&str], pythons: &[&str]| {
            let pythons: Vec<String> = pythons.iter().map(|python| PYTHON.replace("3.13", python)).collect();
            catalog_of(&rows.iter().map(|row| format!("{row}\n")).collect::<String>(), regions, &pythons).expect("a catalogue")
        };
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        let (ledger, sources) = (ledger(&Record::of(&happenings).events), sources());
        // The order of regions is the operator's: tables and menus of regions have it. The lists of ARNs do not.
        let catalogs = [of(&sorted, &REGIONS, &["3.9", "3.13", "3.14"]), of(&rows, &REGIONS, &pythons), of(&rows, &regions, &pythons)];
        let [one, other, [ordered, _]] = catalogs.map(|catalog| rendered(&catalog, &ledger, &sources, tomorrow(&happenings)));
        let lists = |tree: &Tree| tree.iter().filter(|(path, _)| path.contains("/arns/")).map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect::<Vec<_>>();
        prop_assert!(lists(&ordered) == lists(&one[0]), "{:?}", regions);
        for (one, other) in one.iter().zip(&other) {
            let different: Vec<&str> = one.iter().filter(|(path, bytes)| other.get(path) != Some(bytes)).map(|(path, _)| path).collect();
            prop_assert!(different.is_empty() && one.len() == other.len(), "{:?}", different);
        }
    }
}
