//! A service in which strangers have filled every field that they can: rows, regions, the ledger, what stands in `status.json`,
//! bills and locks. All of it is right as data, and read without a problem.

use klayers::domain::{ImportTest, Paper, PaperKind, Sha256};
use klayers::ledger::Event;
use klayers::render::PaperStore;
use serde_json::json;

use crate::build::Build;
use crate::common::World;
use crate::said::NASTY;

/// The package whose every text is that number.
pub fn package(number: usize) -> String {
    format!("nasty-{number}")
}

/// The world.
pub fn service() -> World {
    let world = World::new(&[]);
    // A row is one line.
    let quoted = |text: &str| text.replace(['\n', '\r'], " ").replace('"', "\"\"");
    let rows: Vec<String> = NASTY.iter().enumerate().map(|(number, text)| format!("{},\"{t}\",\"{t}\"", package(number), t = quoted(text))).collect();
    world.packages(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let regions = ["us-east-1", "eu-west-1", "us-west-2"].iter().zip([0, 6, 12]);
    let regions: String = regions.map(|(code, first)| format!("{code},\"{}\",\n", quoted(&NASTY[first..first + 6].concat()))).collect();
    world.write("pipeline/config/regions.csv", &format!("Code,Name,State\n{regions}"));
    for (runtime, infix) in [("p3.13", "p313"), ("p3.12", "p312")] {
        let mut status = serde_json::Map::new();
        for (number, text) in NASTY.iter().enumerate() {
            let name = package(number);
            let lines: String = events(&world, infix, &name, text).iter().map(Event::canonical).collect();
            world.write(&format!("pipeline/ledger/{runtime}/{name}/events.jsonl"), &lines);
            let state = if number % 2 == 0 { "failed" } else { "held-back" };
            status.insert(name, json!({"state": state, "code": text, "reason": text, "since": "2026-11-01T00:00:00Z"}));
        }
        world.write(&format!("pipeline/ledger/{runtime}/status.json"), &json!({"packages": status}).to_string());
    }
    world
}

/// Withdrawn, deprecated, latest.
fn events(world: &World, infix: &'static str, name: &str, text: &str) -> Vec<Event> {
    let sbom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": [{"type": "library", "bom-ref": text, "name": name, "version": text, "description": text, "purl": text,
            "licenses": [{"expression": text}], "externalReferences": [{"type": "website", "url": text}]}],
        "vulnerabilities": [{"bom-ref": text, "id": text, "description": text, "source": {"name": text, "url": text}, "affects": [{"ref": text}]}],
    })
    .to_string();
    let store = PaperStore::new(&world.path(".klayers/papers"));
    for (kind, paper) in [(PaperKind::Lock, text), (PaperKind::Sbom, sbom.as_str())] {
        store.add(Paper { kind, sha256: Sha256::of(paper.as_bytes()) }, paper.as_bytes()).unwrap();
    }
    let build = |at: &str, number: u64| {
        let build = Build::new(infix, name, at, &format!("{number}.0+x_y-z")).license(text);
        build.papers(text, &sbom, ImportTest::NotTested { reason: text.to_owned() }).regions(&[("us-east-1", number), ("eu-west-1", number)])
    };
    let (first, second, third) = (build("2026-01-01", 1), build("2026-02-01", 2), build("2026-10-01", 3));
    vec![first.published(), first.yanked("2026-01-05", text), second.published(), third.published(), third.lost("2026-11-01")][..4].to_vec()
}
