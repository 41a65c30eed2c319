//! The index of the search: whoever follows its rule gets exactly the ARNs that there are.

use std::collections::BTreeMap;

use klayers::domain::{RegionState, RuntimeState};
use klayers::ledger::Event;
use klayers::render::{Tree, View};
use serde_json::Value;

use super::service::{Build, REGIONS, Service};
use super::world::{TODAY, World};

/// By runtime, region and package: the version and the ARN of the latest layer.
type Arns = BTreeMap<(String, String, String), (String, String)>;

fn index(site: &Tree) -> Value {
    serde_json::from_slice(site.get("search.json").expect("an index")).expect("JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}

/// What the index says, by the rule at the top of `src/render/pages/search_index.rs`.
fn told(index: &Value) -> Arns {
    let mut arns = Arns::new();
    for package in list(&index["packages"]) {
        for (runtime, entry) in list(&index["runtimes"]).iter().zip(list(&package[2])) {
            let plain = [entry.clone()];
            let parts: Vec<&[Value]> = match entry {
                Value::Null => continue,
                Value::Number(_) => vec![&plain],
                _ => list(entry)[1..].iter().map(list).collect(),
            };
            for part in parts {
                let at = |place: usize| part.get(place).map_or(0, |value| usize::try_from(number(value)).expect("a place"));
                for (place, region) in list(&index["regions"]).iter().enumerate() {
                    let spread = index["spreads"][at(2)].as_object().expect("an object");
                    let differs = spread.iter().find(|(_, regions)| list(regions).iter().any(|region| number(region) == place as i64));
                    let extra = match differs {
                        Some((extra, _)) if extra == "-" => continue,
                        Some((extra, _)) => extra.parse::<i64>().expect("a number"),
                        None => 0,
                    };
                    let head = match part.get(3) {
                        Some(head) => text(head).replace('*', text(&region["code"])),
                        None => format!("{}{}{}", text(&region["head"]), text(&runtime["head"]), text(&package[0]).replace('.', "-")),
                    };
                    let key = (text(&runtime["id"]).to_owned(), text(&region["code"]).to_owned(), text(&package[0]).to_owned());
                    let found = (text(&package[1][at(1)]).to_owned(), format!("{head}:{}", number(&part[0]) + extra));
                    assert_eq!(arns.insert(key.clone(), found), None, "{key:?} is there once");
                }
            }
        }
    }
    arns
}

/// What there is. A package has one spelling in the index, whatever each runtime knows.
fn there(view: &View<'_>) -> Arns {
    let spelled: BTreeMap<String, String> =
        view.by_package().iter().map(|(name, columns)| (name.to_string(), columns.last().expect("one").1.name.to_string())).collect();
    let mut arns = Arns::new();
    for runtime in view.runtimes.iter().filter(|runtime| runtime.spec.state != RuntimeState::Retired) {
        for region in view.catalog.regions.iter().filter(|region| region.state != RegionState::Retired) {
            for (package, latest) in runtime.latest(&region.code) {
                let key = (runtime.spec.runtime.to_string(), region.code.to_string(), spelled[package.normalized.as_str()].clone());
                arns.insert(key, (latest.published.version.clone(), latest.arn.to_string()));
            }
        }
    }
    arns
}

#[test]
fn the_index_has_every_arn_of_the_hostile_world() {
    let world = World::read();
    let index = index(&world.site(TODAY));
    assert_eq!(told(&index), there(&world.view(TODAY)));
    let names: Vec<&str> = list(&index["packages"]).iter().map(|package| text(&package[0])).collect();
    assert_eq!(
        names,
        ["idna", "json", "latest", "never-built", "Pillow", "psycopg", "Zope.Interface"],
        "those of retired runtimes and those without a layer too"
    );
    assert_eq!(index["packages"][3], serde_json::json!(["never-built", [], [[1]]]));
    assert_eq!(index["states"], serde_json::json!([["published", ""], ["unsupported", "no-wheel"]]));
    assert_eq!(index["packages"][4][3], serde_json::json!(["PIL"]), "what people import");
    assert_eq!(index["packages"][0][2], serde_json::json!([null]));
}

#[test]
fn the_index_of_a_service_without_anything_is_empty() {
    let index = index(&World::empty().site(TODAY));
    assert_eq!(told(&index), Arns::new());
}

#[test]
fn the_index_has_numbers_that_differ_versions_that_differ_and_layers_of_another_account() {
    let mut service = Service::new();
    service.publish(Build::new("2025-01-01", "alpha", "1.0", &[]));
    service.publish(Build::new("2025-01-01", "beta", "1.0", &[]));
    // In two regions alone, then everywhere: the numbers differ for ever.
    service.publish(Build { regions: &REGIONS[1..3], ..Build::new("2025-02-01", "beta", "1.1", &[]) });
    service.publish(Build::new("2025-03-01", "beta", "1.2", &[]));
    // The newest is not everywhere.
    service.publish(Build { regions: &REGIONS[..2], ..Build::new("2025-04-01", "alpha", "2.0", &["beta==1.2"]) });
    // In one region nothing is left.
    service.publish(Build { regions: &REGIONS[4..], ..Build::new("2025-05-01", "delta", "0.1", &[]) });
    service.affect("2025-06-01", "delta", &["p3.13"], 1, &REGIONS[4..], Event::Lost);
    let before = service.clone();
    service.account = "210987654321";
    service.publish(Build { runtimes: &["p3.14"], ..Build::new("2025-07-01", "gamma", "3.0", &[]) });
    for service in [before, service] {
        let written = service.written();
        let index = index(&written.site(TODAY));
        assert_eq!(told(&index), there(&written.view(TODAY)));
    }
}

#[test]
fn what_all_have_is_written_short() {
    let mut service = Service::new();
    service.publish(Build::new("2025-01-01", "alpha", "1.0", &[]));
    service.publish(Build::new("2025-02-01", "alpha", "1.1", &["x==1"]));
    let index = index(&service.written().site(TODAY));
    assert_eq!(index["packages"], serde_json::json!([["alpha", ["1.1"], [2, 2, 2, 2]]]));
    assert_eq!(index["spreads"], serde_json::json!([{}]));
}
