//! A small service: what people wrote and what was published, through the same door as the real one.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use klayers::config::{self, Catalog};
use klayers::domain::{ImportTest, Paper, PaperKind, Papers, Requirements, Sha256};
use klayers::ledger::{self, Affected, Event, Ledger, Published, Yanked};
use klayers::outside::files::{self, Durability};
use klayers::render::{Collector, PaperStore, PapersAtHand, RenderError, SiteSources, Tree, View};

/// The day of all tests.
pub const TODAY: &str = "2026-11-22";
/// Text that does harm wherever it is not escaped.
pub const HOSTILE: &str = "=1|2`\"><script>alert(1)</script> [x](http://e.example) <img src=x>\r\n| a | b |";

/// What people wrote.
pub struct Config {
    /// `klayers.toml`.
    pub settings: &'static str,
    /// `regions.csv`.
    pub regions: &'static str,
    /// `packages.csv`.
    pub packages: &'static str,
}

const CONFIG: Config = Config { settings: SETTINGS, regions: REGIONS, packages: PACKAGES };
const SETTINGS: &str = r#"prefix = "Klayers"
retention_days = 365

[runtime."3.9"]
architectures = ["x86_64"]
operating_system = "AL2"
glibc = "2.26"
state = "retired"
end_of_life = 2025-12-15
packages = ["packages.csv"]

[runtime."3.13"]
architectures = ["arm64"]
operating_system = "AL2023"
glibc = "2.34"
state = "active"
end_of_life = 2029-06-30
packages = ["packages.csv"]
"#;
const REGIONS: &str = "Code,Name,State\neu-west-1,Europe (Ireland),\nus-east-1,US East (N. Virginia),paused\nap-south-1,Asia Pacific (Mumbai),retired\n";
/// `json` and `latest` are published and no longer asked for.
const PACKAGES: &str = "Package_Name,License,Authors/Maintainers\nPillow,HPND,\n\"psycopg[binary,pool]\",LGPL-3.0,\nZope.Interface,ZPL,\nnever-built,MIT,\n";
const STATUS: &str = r#"{"packages":{"never-built":{"state":"failed","code":"no-wheel","reason":"<b>","since":"2026-11-01T00:00:00Z"}}}"#;

/// A lock.
pub const LOCK: &str = "lock-version = \"1.0\"\n";
/// A bill of materials.
pub const SBOM: &str = "{\"bomFormat\":\"CycloneDX\"}\n";

/// Everything that rendering takes.
pub struct World {
    /// The configuration.
    pub catalog: Catalog,
    /// The record.
    pub ledger: Ledger,
    /// The real templates; in a small world with a page and a file of our own.
    pub sources: SiteSources,
    /// The papers that are kept; the newest lock is in the ledger.
    pub papers: BTreeSet<Paper>,
    /// Of the ledger's files.
    pub fingerprint: Sha256,
    store: PaperStore,
    _folder: tempfile::TempDir,
}

impl World {
    /// The world, freshly written and read.
    pub fn read() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_events(folder.path(), "p3.13-arm64", "pillow", &pillow());
        write_events(folder.path(), "p3.13-arm64", "psycopg", &[psycopg()]);
        write_events(folder.path(), "p3.13-arm64", "zope-interface", &[plain("p313-arm64", "Zope.Interface", "8.1", 1)]);
        write_events(folder.path(), "p3.13-arm64", "json", &[plain("p313-arm64", "json", "0.1", 1)]);
        write_events(folder.path(), "p3.13-arm64", "latest", &[plain("p313-arm64", "latest", "0.2", 1)]);
        write_events(folder.path(), "p3.9", "idna", &[plain("p39", "idna", "3.7", 2)]);
        put(folder.path(), "pipeline/ledger/p3.13-arm64/status.json", STATUS);
        put(folder.path(), "pipeline/ledger/p3.13-arm64/pillow/pylock.toml", LOCK);
        keep(folder.path(), PaperKind::Sbom, SBOM);
        Self::small(folder)
    }

    /// The same service before its first run.
    pub fn empty() -> Self {
        Self::small(tempfile::tempdir().expect("a folder"))
    }

    fn small(folder: tempfile::TempDir) -> Self {
        let mut world = Self::load(folder, &CONFIG);
        world.sources.content = [("words.md".to_owned(), "# Words\n\n[Home](../), <b>raw</b>.\n\n| a | b |\n| - | - |\n| c | d |\n".to_owned())].into();
        world.sources.static_files = [("a.css".to_owned(), b"p { margin: 0 }\n".to_vec())].into();
        world
    }

    /// What was published and kept in `folder`, by a service with this configuration and the real templates, pages and files.
    pub fn load(folder: tempfile::TempDir, config: &Config) -> Self {
        let root = folder.path();
        put(root, "pipeline/config/klayers.toml", config.settings);
        put(root, "pipeline/config/regions.csv", config.regions);
        put(root, "pipeline/config/packages.csv", config.packages);
        let config = config::read(root).expect("read");
        assert!(config.problems.is_empty(), "{:?}", config.problems);
        let ledger = ledger::read(&root.join(ledger::LEDGER_DIR), ledger::LEDGER_DIR).expect("read");
        // A version that is none is told, and no command goes on with it. What is rendered would be harmless all the same.
        let others: Vec<_> = ledger.problems.sorted().into_iter().filter(|problem| problem.code != "ledger-version-invalid").collect();
        assert!(others.is_empty(), "{others:?}");
        let sources = SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("read");
        let fingerprint = ledger::fingerprint(&root.join(ledger::LEDGER_DIR)).expect("read");
        let store = PaperStore::new(&root.join("papers"));
        let papers = store.papers().expect("read");
        Self { catalog: config.catalog.expect("a catalogue"), ledger: ledger.ledger, sources, papers, fingerprint, store, _folder: folder }
    }

    /// What is rendered for the repository.
    pub fn deployments(&self, today: &str) -> Tree {
        let sink = Collector::default();
        klayers::render::deployments(&self.view(today), &sink).expect("deployments");
        sink.into_tree()
    }

    /// What is rendered for the host.
    pub fn site(&self, today: &str) -> Tree {
        self.try_site(today).expect("a site")
    }

    /// The same, or why not.
    pub fn try_site(&self, today: &str) -> Result<Tree, RenderError> {
        let sink = Collector::default();
        let at_hand = PapersAtHand::new(&self.store, &self.papers, &self.ledger);
        let view = self.view(today);
        let (papers, bills) = (at_hand.of(&view), at_hand.bills(&view));
        klayers::render::site(&view.with_papers(papers.clone()).with_bills(bills), &self.sources, &sink)?;
        at_hand.put(&papers, &sink)?;
        Ok(sink.into_tree())
    }

    /// The world as renderers look at it.
    pub fn view(&self, today: &str) -> View<'_> {
        View::new(&self.catalog, &self.ledger, day(today))
    }
}

/// A day.
pub fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Adds a paper to what is kept in `root`.
pub fn keep(root: &Path, kind: PaperKind, text: &str) {
    let paper = Paper { kind, sha256: Sha256::of(text.as_bytes()) };
    PaperStore::new(&root.join("papers")).add(paper, text.as_bytes()).expect("kept");
}

/// Expired, deprecated, latest, yanked; and deleted in a region that is retired.
fn pillow() -> Vec<Event> {
    let regions = |number| [("eu-west-1", number), ("ap-south-1", number - 7)];
    let build = |at: &str, version: &str, number: u64| published("p313-arm64", "Pillow", at, version, "MIT-CMU", &regions(number));
    let yanked = build("2026-05-01T00:00:00Z", "12.2.0", 11);
    let papers = Papers {
        lock_sha256: Sha256::of(LOCK.as_bytes()),
        sbom_sha256: Sha256::of(SBOM.as_bytes()),
        import_test: ImportTest::Passed { milliseconds: 321 },
        bytecode: true,
    };
    let not_kept = Papers {
        lock_sha256: Sha256::of(b"old"),
        sbom_sha256: Sha256::of(b"old"),
        import_test: ImportTest::NotTested { reason: HOSTILE.to_owned() },
        bytecode: false,
    };
    vec![
        Event::Published(build("2025-01-01T00:00:00Z", "11.0.0", 8)),
        Event::Published(Published { papers: Some(not_kept), ..build("2025-06-01T00:00:00Z", "12.0.0", 9) }),
        Event::Published(Published { papers: Some(papers), ..build("2026-03-01T12:30:00Z", "12.1.0", 10) }),
        Event::Published(yanked.clone()),
        Event::Yanked(Yanked {
            at: "2026-05-02T00:00:00Z".parse().expect("a date"),
            layer: yanked.layer,
            requirements_sha256: yanked.requirements_sha256,
            reason: "broken".to_owned(),
        }),
        Event::Deleted(Affected {
            at: "2026-06-01T00:00:00Z".parse().expect("a date"),
            layer: "Klayers-p313-arm64-Pillow".parse().expect("valid"),
            regions: [("ap-south-1".parse().expect("valid"), 1)].into(),
        }),
    ]
}

/// In every region, with text in it that does harm.
fn psycopg() -> Event {
    let regions = [("eu-west-1", 1), ("us-east-1", 1), ("ap-south-1", 1)];
    let mut published = published("p313-arm64", "psycopg[binary,pool]", "2026-04-01T00:00:00Z", "3.2.1", HOSTILE, &regions);
    published.version = HOSTILE.to_owned();
    Event::Published(published)
}

fn plain(infix: &str, package: &str, version: &str, number: u64) -> Event {
    Event::Adopted(published(infix, package, "2026-02-01T00:00:00Z", version, "MIT", &[("eu-west-1", number)]))
}

fn published(infix: &str, package: &str, at: &str, version: &str, license: &str, regions: &[(&str, u64)]) -> Published {
    let name = package.split('[').next().expect("a name");
    let normalized = name.to_ascii_lowercase().replace('.', "-");
    let requirements = Requirements::try_from(vec!["anyio==4.9".to_owned(), format!("{normalized}=={version}")]).expect("valid");
    Published {
        at: at.parse().expect("a date"),
        account: "123456789012".parse().expect("valid"),
        partition: klayers::domain::Partition::Aws,
        layer: format!("Klayers-{infix}-{}", name.replace('.', "-")).parse().expect("valid"),
        package: package.to_owned(),
        version: version.to_owned(),
        requirements_sha256: requirements.sha256(),
        requirements,
        zip_sha256: Sha256::of(version.as_bytes()),
        zip_bytes: 1_500_000,
        unzipped_bytes: 5_000_000,
        license: license.to_owned(),
        papers: None,
        regions: regions.iter().map(|(region, number)| (region.parse().expect("valid"), *number)).collect(),
    }
}

/// Writes what happened to a package of `runtime`.
pub fn write_events(root: &Path, runtime: &str, package: &str, events: &[Event]) {
    let lines: String = events.iter().map(Event::canonical).collect();
    put(root, &format!("pipeline/ledger/{runtime}/{package}/events.jsonl"), &lines);
}

/// Writes a file below `root`.
pub fn put(root: &Path, path: &str, text: &str) {
    files::write(&root.join(path), text.as_bytes(), Durability::Process).expect("written");
}
