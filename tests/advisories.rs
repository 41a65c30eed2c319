//! What the index says against wheels, asked of an index on this machine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use common::{Fault, Index, Wheel};
use klayers::domain::{Advisories, LockedWheel, Pin, Sha256};
use klayers::outside::http::{Http, Network};
use klayers::outside::progress::{Progress, Unit};
use klayers::resolve::{self, AdvisoryReader};

fn pin(wheel: &Wheel, version: &str) -> Pin {
    let locked = LockedWheel { filename: wheel.filename().parse().unwrap(), url: String::new(), sha256: Sha256::of(&wheel.bytes()), size_bytes: None };
    Pin { name: wheel.name().parse().unwrap(), version: version.to_owned(), wheel: locked, built_from: None }
}

async fn ask(url: String, network: Network, pins: &[&Pin]) -> Vec<Advisories> {
    let reader = AdvisoryReader::new(resolve::Index { urls: vec![url] }, Http::new(network));
    let stage = Progress::Silent.stage("advisories", 1, Unit::Count("wheels"));
    let found = reader.of_all(pins.iter().copied(), &stage).await;
    pins.iter().map(|pin| found[&pin.wheel.sha256].clone()).collect()
}

#[tokio::test]
async fn each_release_is_asked_about_once() {
    let (good, yanked, silent, other) = (Wheel::new("good", "1.0"), Wheel::new("yanked", "2.0"), Wheel::new("silent", "3.0"), Wheel::new("other", "4.0"));
    let arm = good.clone().tag("py3-none-manylinux_2_28_aarch64");
    let index = Index::with(&[good.clone(), arm.clone()]);
    index.add_with_fault(&yanked, Fault::Yanked);
    index.add_with_fault(&silent, Fault::Yanked);
    index.add_with_fault(&other, Fault::WrongHash);
    index.report("good", "1.0", serde_json::json!([{"id": "PYSEC-1", "aliases": ["CVE-1"], "fixed_in": ["1.1"], "summary": "bad"}]));
    index.report("yanked", "2.0", serde_json::json!([]));
    index.report("other", "4.0", serde_json::json!([{"id": "PYSEC-2"}]));

    let pins = [pin(&good, "1.0"), pin(&arm, "1.0"), pin(&yanked, "2.0"), pin(&silent, "3.0"), pin(&other, "4.0")];
    let found = ask(index.url(), Network::Online, &pins.iter().collect::<Vec<_>>()).await;
    assert_eq!(found[0].vulnerabilities()[0].id.as_str(), "PYSEC-1");
    assert_eq!((&found[0], found[0].yanked()), (&found[1], None));
    assert_eq!(index.times_asked("/pypi/good/1.0/json"), 1);
    assert_eq!(found[2], Advisories::Reported { vulnerabilities: vec![], yanked: Some("does not start".to_owned()) });
    assert_eq!(found[3], Advisories::NotReported { yanked: Some("no reason was given".to_owned()) }, "only the simple interface knows it");
    assert_eq!(found[4], Advisories::NotReported { yanked: None }, "a file of that name and another content is another project's");
}

#[tokio::test]
async fn without_an_index_nothing_is_reported() {
    let wheel = Wheel::new("good", "1.0");
    let index = Index::with(std::slice::from_ref(&wheel));
    index.report("good", "1.0", serde_json::json!([{"id": "PYSEC-1"}]));
    let pin = pin(&wheel, "1.0");
    let unknown = [Advisories::NotReported { yanked: None }];
    assert_eq!(ask(index.url(), Network::Offline, &[&pin]).await, unknown);
    assert_eq!(index.requests(), 0);
    assert_eq!(ask("http://127.0.0.1:9/simple".to_owned(), Network::Online, &[&pin]).await, unknown);
}
