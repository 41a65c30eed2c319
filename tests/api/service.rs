//! A service in which everything has happened that can: every state, every event, every word, and texts that do harm.

use klayers::domain::{ImportTest, PaperKind, Papers, Partition, Requirements, Sha256};
use klayers::ledger::{Affected, Event, Published, Unyanked, Yanked};
use klayers::render::Tree;

use crate::world::{Config, HOSTILE, LOCK, SBOM, World, keep, put, write_events};

const SETTINGS: &str = r#"prefix = "Klayers"
retention_days = 365

[runtime."3.9"]
architectures = ["x86_64"]
operating_system = "AL2"
glibc = "2.26"
state = "retired"
end_of_life = 2025-12-15
packages = ["packages.csv"]

[runtime."3.12"]
architectures = ["x86_64"]
operating_system = "AL2023"
glibc = "2.34"
state = "deprecated"
end_of_life = 2028-10-31
packages = ["packages.csv"]

[runtime."3.13"]
architectures = ["x86_64", "arm64"]
operating_system = "AL2023"
glibc = "2.34"
state = "active"
end_of_life = 2029-06-30
packages = ["packages.csv"]
"#;
const REGIONS: &str = "Code,Name,State\neu-west-1,Europe (Ireland),\nus-east-1,US East (N. Virginia),paused\nap-south-1,Asia Pacific (Mumbai),retired\n\
                       cn-north-1,China (Beijing),\nus-gov-west-1,AWS GovCloud (US-West),\n";
const PACKAGES: &str =
    "Package_Name,License,Authors/Maintainers\nPillow,HPND,\n\"psycopg[binary]\",,\nZope.Interface,ZPL,\nbig,,\nbroken,,\nno-wheels,,\nnever-tried,,\nidna,,\n";
const ACCOUNT: &str = "123456789012";

/// The site of it on `today`.
pub fn site(today: &str) -> Tree {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write_events(root, "p3.13-arm64", "pillow", &pillow());
    write_events(root, "p3.13-arm64", "psycopg", &strange());
    write_events(root, "p3.13", "zope-interface", &in_all_partitions());
    write_events(root, "p3.13", "respelled", &respelled());
    write_events(root, "p3.13", "requests", &requests());
    write_events(root, "p3.13", "withdrawn", &withdrawn());
    write_events(root, "p3.12", "idna", &[Event::Adopted(build("p312-idna", "idna", "2026-02-01T00:00:00Z", "3.7", 2, &["idna==3.7"]))]);
    write_events(root, "p3.9", "idna", &[Event::Published(build("p39-idna", "idna", "2024-02-01T00:00:00Z", "3.6", 1, &["idna==3.6"]))]);
    let entry = |state: &str, code: &str, reason: &str| serde_json::json!({ "state": state, "code": code, "reason": reason, "since": "2026-11-01T00:00:00Z" });
    let status = serde_json::json!({ "packages": {
        "pillow": entry("held-back", "no-wheel", HOSTILE), "big": entry("failed", "too-large", "300 MB"), "broken": entry("failed", "import-failed", HOSTILE),
        "no-wheels": entry("failed", "no-wheel", ""),
    }});
    put(root, "pipeline/ledger/p3.13-arm64/status.json", &status.to_string());
    keep(root, PaperKind::Lock, LOCK);
    keep(root, PaperKind::Sbom, SBOM);
    World::load(folder, &Config { settings: SETTINGS, regions: REGIONS, packages: PACKAGES }).site(today)
}

/// Expired and deleted, expired, deprecated with a lost one and one that was found again, latest, yanked, unyanked.
fn pillow() -> Vec<Event> {
    let build = |at, version: &str, number, also: &[&str]| {
        build("p313-arm64-Pillow", "Pillow", at, version, number, &[also, &[&format!("pillow=={version}")]].concat())
    };
    let known = |lock: &str, import_test, bytecode| {
        Some(Papers { lock_sha256: Sha256::of(lock.as_bytes()), sbom_sha256: Sha256::of(SBOM.as_bytes()), import_test, bytecode })
    };
    let not_tested = || ImportTest::NotTested { reason: HOSTILE.to_owned() };
    let yanked = Published { papers: known("gone", not_tested(), false), ..build("2026-02-01T00:00:00Z", "12.0.0", 5, &["a==1.0", "b==1.0", "d==1"]) };
    let unyanked = build("2026-03-01T00:00:00Z", "12.1.0", 6, &["b==2.0", "c==1.0", "d==1.1"]);
    let layer = yanked.layer.clone();
    let affected =
        |at: &str, region: &str, number| Affected { at: at.parse().unwrap(), layer: layer.clone(), regions: [(region.parse().unwrap(), number)].into() };
    let passed = known(LOCK, ImportTest::Passed { milliseconds: 321 }, true);
    vec![
        Event::Published(build("2024-01-01T00:00:00Z", "9.0.0", 1, &[])),
        Event::Published(build("2025-01-01T00:00:00Z", "10.0.0", 2, &[])),
        Event::Deleted(affected("2026-01-01T00:00:00Z", "eu-west-1", 1)),
        Event::Published(build("2025-06-01T00:00:00Z", "11.0.0", 3, &["a==1.0"])),
        Event::Published(Published { papers: passed.clone(), ..build("2026-01-10T00:00:00Z", "11.1.0", 4, &["a==1.0", "b==1.0", "d==1"]) }),
        Event::Published(yanked.clone()),
        Event::Yanked(yank(&yanked, "2026-02-02T00:00:00Z", HOSTILE)),
        Event::Published(unyanked.clone()),
        Event::Yanked(yank(&unyanked, "2026-03-02T00:00:00Z", "mistaken")),
        Event::Unyanked(Unyanked { at: "2026-03-03T00:00:00Z".parse().unwrap(), layer: layer.clone(), requirements_sha256: unyanked.requirements_sha256 }),
        Event::Lost(affected("2026-04-01T00:00:00Z", "us-east-1", 4)),
        Event::Lost(affected("2026-04-01T00:00:00Z", "eu-west-1", 4)),
        Event::Found(affected("2026-05-01T00:00:00Z", "eu-west-1", 4)),
        Event::Published(Published { papers: passed, ..build("2026-06-01T00:00:00Z", "12.2.0", 7, &["b==2.0", "c==1.0", "d==1.1"]) }),
    ]
}

/// With extras, and a version and a licence that do harm.
fn strange() -> Vec<Event> {
    let published = build("p313-arm64-psycopg", "psycopg[binary]", "2026-04-01T00:00:00Z", HOSTILE, 1, &["psycopg==3.2.1"]);
    vec![Event::Published(Published { license: HOSTILE.to_owned(), ..published })]
}

/// The same in China and in GovCloud, where accounts are others.
fn in_all_partitions() -> Vec<Event> {
    let published = build("p313-Zope-Interface", "Zope.Interface", "2026-04-01T00:00:00Z", "8.1", 1, &["zope-interface==8.1"]);
    let elsewhere = |partition, account: &str, region: &str, number| {
        let (account, regions) = (account.parse().unwrap(), [(region.parse().unwrap(), number)].into());
        Event::Published(Published { partition, account, regions, at: "2026-04-02T00:00:00Z".parse().unwrap(), ..published.clone() })
    };
    vec![
        Event::Published(published.clone()),
        elsewhere(Partition::AwsCn, "210987654321", "cn-north-1", 1),
        elsewhere(Partition::AwsUsGov, "000000000001", "us-gov-west-1", 12),
    ]
}

/// Its layer has had two names, which differ in capitals alone.
fn respelled() -> Vec<Event> {
    vec![
        Event::Published(build("p313-Respelled", "Respelled", "2026-03-01T00:00:00Z", "1.0", 1, &["respelled==1.0"])),
        Event::Published(build("p313-respelled", "respelled", "2026-05-01T00:00:00Z", "1.1", 1, &["respelled==1.1"])),
    ]
}

/// What the pages about the API show.
fn requests() -> Vec<Event> {
    let build = |at, version: &str, number, certifi: &str| {
        let lines = [format!("certifi=={certifi}"), format!("requests=={version}")];
        Event::Published(Published {
            license: "Apache-2.0".to_owned(),
            ..build("p313-requests", "requests", at, version, number, &lines.each_ref().map(String::as_str))
        })
    };
    vec![build("2025-06-20T12:00:00Z", "2.32.4", 3, "2025.6.15"), build("2026-01-31T12:00:00Z", "2.32.5", 4, "2025.11.12")]
}

fn withdrawn() -> Vec<Event> {
    let published = build("p313-withdrawn", "withdrawn", "2026-03-01T00:00:00Z", "1.0", 1, &["withdrawn==1.0"]);
    vec![Event::Published(published.clone()), Event::Yanked(yank(&published, "2026-03-02T00:00:00Z", "it was never meant"))]
}

fn yank(published: &Published, at: &str, reason: &str) -> Yanked {
    Yanked { at: at.parse().unwrap(), layer: published.layer.clone(), requirements_sha256: published.requirements_sha256, reason: reason.to_owned() }
}

fn build(layer: &str, package: &str, at: &str, version: &str, number: u64, lines: &[&str]) -> Published {
    let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
    lines.sort();
    let requirements = Requirements::try_from(lines).unwrap();
    Published {
        at: at.parse().unwrap(),
        account: ACCOUNT.parse().unwrap(),
        partition: Partition::Aws,
        layer: format!("Klayers-{layer}").parse().unwrap(),
        package: package.to_owned(),
        version: version.to_owned(),
        requirements_sha256: requirements.sha256(),
        requirements,
        zip_sha256: Sha256::of(version.as_bytes()),
        zip_bytes: 1_500_000,
        unzipped_bytes: 5_000_000,
        license: if number == 1 { String::new() } else { "MIT".to_owned() },
        papers: None,
        regions: ["eu-west-1", "us-east-1"].map(|region| (region.parse().unwrap(), number)).into(),
    }
}
