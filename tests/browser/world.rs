//! The service that visitors of the journeys see: a few packages, each with a story.

use klayers::domain::{ImportTest, Paper, PaperKind, Sha256};
use klayers::ledger::Event;
use klayers::render::PaperStore;
use serde_json::json;

use super::build::{Build, normalized};
use super::common::World;
use super::served::ADDRESS;

/// Where `klayers render` finds papers.
const PAPERS: &str = ".klayers/papers";

const REGIONS: &str = "Code,Name,State
us-east-1,US East (N. Virginia),
us-west-2,US West (Oregon),
eu-west-1,Europe (Ireland),
eu-central-1,Europe (Frankfurt),
ap-southeast-1,Asia Pacific (Singapore),paused
me-south-1,Middle East (Bahrain),retired
";
/// `simplejson` is published and no longer asked for.
const PACKAGES: &str = r#"Package_Name,License,Authors/Maintainers
beautifulsoup4,MIT,
cryptography,Apache-2.0 OR BSD-3-Clause,
numpy,BSD-3-Clause,
opencv-python-headless,Apache-2.0,
pandas,BSD-3-Clause,
Pillow,MIT-CMU,
"psycopg[binary,pool]",LGPL-3.0-only,
pydantic,MIT,
PyYAML,MIT,
requests,Apache-2.0,
torch,BSD-3-Clause,
ujson,BSD-3-Clause,
zope.interface,ZPL-2.1,
"#;
/// With the numbers that all four have.
const fn everywhere(number: u64) -> [(&'static str, u64); 4] {
    [("eu-central-1", number), ("eu-west-1", number), ("us-east-1", number), ("us-west-2", number)]
}

/// The world, which has no site yet.
pub fn world() -> World {
    let world = World::new(&[]);
    world.write("pipeline/config/klayers.toml", &settings());
    world.write("pipeline/config/regions.csv", REGIONS);
    world.write("pipeline/config/packages.csv", PACKAGES);
    events(&world, "p3.13-arm64", "pandas", &pandas(&world));
    for (runtime, infix) in [("p3.14", "p314"), ("p3.14-arm64", "p314-arm64"), ("p3.13", "p313"), ("p3.12", "p312"), ("p3.12-arm64", "p312-arm64")] {
        let build = Build::new(infix, "pandas", "2026-09-01", "3.0.2").license("BSD-3-Clause").with(&PANDAS_NEW).sizes(19_200_000, 74_100_000);
        events(&world, runtime, "pandas", &[build.regions(&everywhere(4)).imported(702).published()]);
    }
    for (runtime, infix) in ACTIVE {
        others(&world, runtime, infix);
    }
    let old = |package: &'static str, version: &str| Build::new("p310", package, "2026-03-01", version).regions(&[("eu-west-1", 7), ("us-east-1", 8)]);
    events(&world, "p3.10", "requests", &[old("requests", "2.32.5").license("Apache-2.0").published()]);
    let retired = Build::new("p39", "requests", "2025-12-01", "2.32.5").license("Apache-2.0").regions(&everywhere(12));
    events(&world, "p3.9", "requests", &[retired.adopted()]);
    world.write("pipeline/ledger/p3.13-arm64/status.json", &status(true).to_string());
    world.write("pipeline/ledger/p3.14-arm64/status.json", &status(false).to_string());
    world.write("pipeline/ledger/last-run.json", "{\n  \"at\": \"2026-11-01T02:07:00Z\"\n}\n");
    world
}

const ACTIVE: [(&str, &str); 6] =
    [("p3.14", "p314"), ("p3.14-arm64", "p314-arm64"), ("p3.13", "p313"), ("p3.13-arm64", "p313-arm64"), ("p3.12", "p312"), ("p3.12-arm64", "p312-arm64")];

const PANDAS_OLD: [&str; 4] = ["numpy==2.2.6", "python-dateutil==2.9.0", "pytz==2025.2", "six==1.17.0"];
const PANDAS_NEW: [&str; 3] = ["numpy==2.3.5", "python-dateutil==2.9.0", "six==1.17.0"];

fn settings() -> String {
    let mut settings = format!(
        "prefix = \"Klayers\"\nretention_days = 365\n\n[build]\nbytecode = \"never\"\nimport_test = \"never\"\n\n[site]\naddress = \"{ADDRESS}\"\nrepository = \"https://github.com/example/layers\"\n"
    );
    for (python, architectures, state, end_of_life, packages) in [
        ("3.14", "[\"x86_64\", \"arm64\"]", "active", "2029-06-30", "[\"packages.csv\"]"),
        ("3.13", "[\"x86_64\", \"arm64\"]", "active", "2029-06-30", "[\"packages.csv\"]"),
        ("3.12", "[\"x86_64\", \"arm64\"]", "active", "2028-10-31", "[\"packages.csv\"]"),
        ("3.10", "[\"x86_64\"]", "deprecated", "2026-10-31", "[]"),
        ("3.9", "[\"x86_64\"]", "retired", "2025-12-15", "[]"),
    ] {
        let system = if python.len() == 4 && python >= "3.12" {
            "operating_system = \"AL2023\"\nglibc = \"2.34\""
        } else {
            "operating_system = \"AL2\"\nglibc = \"2.26\""
        };
        settings += &format!(
            "\n[runtime.\"{python}\"]\narchitectures = {architectures}\n{system}\nstate = \"{state}\"\nend_of_life = {end_of_life}\npackages = {packages}\n"
        );
    }
    settings
}

/// Deleted, expired, deprecated with twenty days left, yanked, deprecated, latest.
fn pandas(world: &World) -> Vec<Event> {
    let build = |at: &str, version: &str, number: u64| {
        let pins: &[&str] = if version.starts_with('3') { &PANDAS_NEW } else { &PANDAS_OLD };
        Build::new("p313-arm64", "pandas", at, version).license("BSD-3-Clause").with(pins).regions(&everywhere(number))
    };
    let six = |number| [&everywhere(number)[..], &[("ap-southeast-1", number), ("me-south-1", number)]].concat();
    let first = build("2025-01-06", "2.2.3", 1).regions(&six(1)).sizes(16_900_000, 63_800_000);
    let second = build("2025-06-10", "2.3.0", 2).regions(&six(2)).sizes(17_300_000, 65_000_000).imported(612);
    let third = build("2025-10-01", "2.3.3", 3).regions(&[&everywhere(3)[..], &[("ap-southeast-1", 3)]].concat()).sizes(17_800_000, 66_200_000).imported(640);
    let withdrawn = build("2025-11-01", "3.0.0", 4).sizes(18_700_000, 71_000_000).imported(655);
    let papers = |version: &str| {
        let (lock, sbom) = (lock(version), sbom(version));
        let store = PaperStore::new(&world.path(PAPERS));
        for (kind, text) in [(PaperKind::Lock, &lock), (PaperKind::Sbom, &sbom)] {
            store.add(Paper { kind, sha256: Sha256::of(text.as_bytes()) }, text.as_bytes()).unwrap();
        }
        (lock, sbom)
    };
    let (old_lock, old_sbom) = papers("3.0.1");
    let (new_lock, new_sbom) = papers("3.0.2");
    world.write("pipeline/ledger/p3.13-arm64/pandas/pylock.toml", &new_lock);
    let fifth = build("2025-12-12", "3.0.1", 5).sizes(18_900_000, 72_400_000).papers(&old_lock, &old_sbom, ImportTest::Passed { milliseconds: 671 });
    let latest = build("2026-09-01", "3.0.2", 6).sizes(19_400_000, 74_900_000).papers(&new_lock, &new_sbom, ImportTest::Passed { milliseconds: 688 });
    vec![
        first.published(),
        second.published(),
        third.published(),
        withdrawn.published(),
        withdrawn.yanked("2025-11-10", "reads CSV files with an empty last column wrongly; fixed in 3.0.1"),
        fifth.published(),
        first.deleted("2026-07-01"),
        latest.published(),
    ]
}

/// What stands beside pandas on every active runtime.
fn others(world: &World, runtime: &str, infix: &'static str) {
    let build = |package: &str, at: &str, version: &str| Build::new(infix, package, at, version).regions(&everywhere(3)).imported(140);
    // Somebody published it in one region alone.
    let skewed = [("eu-central-1", 9), ("eu-west-1", 11), ("us-east-1", 14), ("us-west-2", 9)];
    let numpy = |at: &str, version: &str, before: u64| {
        let regions: Vec<_> = skewed.iter().map(|(region, number)| (*region, number - before)).collect();
        build("numpy", at, version).license("BSD-3-Clause").regions(&regions).sizes(14_100_000, 48_000_000)
    };
    let rest = [
        build("Pillow", "2026-07-01", "12.3.0").license("MIT-CMU").sizes(5_300_000, 12_900_000),
        build("zope.interface", "2026-02-01", "8.1.1").license("ZPL-2.1").sizes(240_000, 900_000),
        build("psycopg[binary,pool]", "2026-04-01", "3.3.1").license("LGPL-3.0-only").with(&["psycopg-binary==3.3.1", "psycopg-pool==3.3.0"]),
        build("requests", "2026-10-01", "2.33.1").license("Apache-2.0").with(&["certifi==2026.9.1", "idna==3.12", "urllib3==2.7.0"]),
        build("beautifulsoup4", "2026-01-01", "4.14.3").with(&["soupsieve==2.8"]),
        build("cryptography", "2026-11-01", "48.0.0").license("Apache-2.0 OR BSD-3-Clause").with(&["cffi==2.1.0", "pycparser==3.0"]),
        build("pydantic", "2026-05-01", "2.13.0").with(&["annotated-types==0.8.0", "pydantic-core==2.44.0", "typing-extensions==4.16.0"]),
        build("simplejson", "2026-01-01", "3.21.0").license("MIT OR AFL-2.1"),
    ];
    events(world, runtime, "numpy", &[numpy("2026-05-01", "2.3.4", 1).published(), numpy("2026-11-01", "2.3.5", 0).published()]);
    for build in rest {
        events(world, runtime, build.package(), &[build.published()]);
    }
    let yaml = build("PyYAML", "2026-06-01", "6.0.4");
    let missing = yaml.clone().regions(&[("eu-central-1", 3)]);
    events(world, runtime, "PyYAML", &[yaml.published(), missing.lost("2026-11-15")]);
}

fn status(with_held_back: bool) -> serde_json::Value {
    let entry = |state: &str, code: &str, reason: &str, since: &str| json!({"state": state, "code": code, "reason": reason, "since": since});
    let mut packages = json!({
        "opencv-python-headless": entry("failed", "no-wheel", "opencv-python-headless 4.13.0 has no wheel for this runtime", "2026-08-01T02:30:00Z"),
        "torch": entry("failed", "too-large", "it is 871 MB when unpacked, and Lambda takes 262 MB", "2026-03-01T02:31:00Z"),
    });
    if with_held_back {
        packages["pydantic"] =
            entry("held-back", "dependency", "2.13.0 was chosen because 2.14.0 needs something that has no wheel for this runtime", "2026-11-01T02:32:00Z");
    }
    json!({"packages": packages})
}

fn events(world: &World, runtime: &str, package: &str, events: &[Event]) {
    let lines: String = events.iter().map(Event::canonical).collect();
    world.write(&format!("pipeline/ledger/{runtime}/{}/events.jsonl", normalized(package)), &lines);
}

fn lock(version: &str) -> String {
    format!("lock-version = \"1.0\"\ncreated-by = \"uv\"\n\n[[packages]]\nname = \"pandas\"\nversion = \"{version}\"\n")
}

/// With two vulnerabilities, as `klayers build` writes it.
fn sbom(version: &str) -> String {
    let purl = |name: &str, version: &str| format!("pkg:pypi/{name}@{version}");
    let pandas = purl("pandas", version);
    let component = |name: &str, version: &str, license: &str, description: &str| {
        json!({
            "type": "library", "bom-ref": purl(name, version), "name": name, "version": version, "description": description, "scope": "required",
            "hashes": [{"alg": "SHA-256", "content": Sha256::of(name.as_bytes()).to_string()}],
            "licenses": [{"expression": license, "acknowledgement": "declared"}], "purl": purl(name, version),
            "externalReferences": [{"type": "website", "url": format!("https://example.org/{name}")}],
            "properties": [{"name": "klayers:wheel", "value": format!("{}-{version}-cp313-cp313-manylinux_2_28_aarch64.whl", name.replace('-', "_"))}],
        })
    };
    let vulnerability = |id: &str, alias: &str, description: &str, name: &str, version: &str| {
        json!({
            "bom-ref": format!("{id}@{name}"), "id": id, "source": {"name": "OSV", "url": format!("https://example.org/vulnerability/{id}")},
            "references": [{"id": alias, "source": {"name": "CVE"}}], "description": description,
            "recommendation": "Take a version in which it is fixed.",
            "affects": [{"ref": purl(name, version), "versions": [{"version": version, "status": "affected"}]}],
        })
    };
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": "urn:uuid:00000000-0000-5000-8000-000000000000", "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "klayers", "version": "0.1.0"}]},
            "component": {"type": "application", "bom-ref": "layer", "name": "pandas", "version": version},
        },
        "components": [
            component("numpy", "2.3.5", "BSD-3-Clause AND MIT AND Zlib", "Fundamental package for array computing in Python"),
            component("pandas", version, "BSD-3-Clause", "Powerful data structures for data analysis, time series, and statistics"),
            component("python-dateutil", "2.9.0", "Apache-2.0 OR BSD-3-Clause", "Extensions to the standard Python datetime module"),
            component("six", "1.17.0", "MIT", "Python 2 and 3 compatibility utilities"),
        ],
        "dependencies": [
            {"ref": "layer", "dependsOn": [pandas]},
            {"ref": pandas, "dependsOn": [purl("numpy", "2.3.5"), purl("python-dateutil", "2.9.0")]},
            {"ref": purl("python-dateutil", "2.9.0"), "dependsOn": [purl("six", "1.17.0")]},
        ],
        "vulnerabilities": [
            vulnerability("PYSEC-2026-101", "CVE-2026-10101", "A crafted file makes numpy read outside of its memory.", "numpy", "2.3.5"),
            vulnerability("PYSEC-2026-102", "CVE-2026-10102", "Parsing a crafted date takes very long.", "python-dateutil", "2.9.0"),
        ],
    });
    serde_json::to_string_pretty(&document).unwrap() + "\n"
}
