//! What the index knows against the files of a lock: vulnerabilities and withdrawals.
//!
//! Asked of the index's JSON interface, `<root>/pypi/<name>/<version>/json` beside `<root>/simple/`. Few
//! indexes have it; those that do not are asked about withdrawals through the simple interface. Nothing
//! here ever fails: what cannot be known is not reported. The withdrawal of files:
//! <https://packaging.python.org/en/latest/specifications/file-yanking/>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::StreamExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};

use super::Index;
use super::newest::{self, Page, Yanked};
use crate::domain::{Advisories, AdvisoryId, NormalizedName, Pin, Sha256, Told, Vulnerability};
use crate::outside::OutsideError;
use crate::outside::http::{Http, Network, host};
use crate::outside::patience::Hosts;
use crate::outside::progress::Stage;

const AT_ONCE: usize = 8;
/// An answer has the release's description and its files; the largest have less than 1 MB.
const ANSWER_MAX_BYTES: u64 = 8 << 20;
/// Most vulnerabilities of one release. The greatest number in use is below 200.
const VULNERABILITIES_MAX: usize = 500;
/// What a part of an address may have as it is.
const UNESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Asks for a run: about each release once.
#[derive(Debug)]
pub struct AdvisoryReader {
    index: Index,
    http: Http,
    /// Each interface has its own count: a host may have pages and not answer to the other at all.
    json_hosts: Hosts,
    page_hosts: Hosts,
    releases: Once<(NormalizedName, String), Option<Release>>,
    withdrawn: Once<NormalizedName, Withdrawn>,
}

/// Answers, each asked for once, by what was asked.
type Once<Key, Answer> = Mutex<BTreeMap<Key, Arc<OnceCell<Answer>>>>;

/// The files of a project that were withdrawn, with the reasons.
type Withdrawn = BTreeMap<String, String>;

/// A release, as the JSON interface tells it.
#[derive(Debug, Deserialize)]
struct Release {
    #[serde(default)]
    info: Info,
    #[serde(default)]
    urls: Vec<File>,
    /// Absent where the index does not know vulnerabilities: then it has none to report.
    vulnerabilities: Option<Vec<Value>>,
}

#[derive(Debug, Default, Deserialize)]
struct Info {
    yanked: Option<bool>,
    yanked_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct File {
    filename: String,
    #[serde(default)]
    digests: BTreeMap<String, String>,
    yanked: Option<bool>,
    yanked_reason: Option<String>,
}

/// One vulnerability, as it is told. Fields of other types than these are as good as absent.
#[derive(Debug, Deserialize)]
struct Entry {
    id: AdvisoryId,
    #[serde(default)]
    aliases: Value,
    #[serde(default)]
    summary: Value,
    #[serde(default)]
    details: Value,
    #[serde(default)]
    fixed_in: Value,
    #[serde(default)]
    link: Value,
    #[serde(default)]
    source: Value,
    #[serde(default)]
    withdrawn: Value,
}

impl AdvisoryReader {
    /// Asks `index` through `http`.
    pub fn new(index: Index, http: Http) -> Self {
        Self { index, http, json_hosts: Hosts::default(), page_hosts: Hosts::default(), releases: Mutex::default(), withdrawn: Mutex::default() }
    }

    /// What is known against each of `pins`, by the wheel's hash, telling `stage` of every wheel. Without a
    /// network, nothing is.
    pub async fn of_all<'a>(&self, pins: impl IntoIterator<Item = &'a Pin>, stage: &Stage) -> BTreeMap<Sha256, Advisories> {
        let wheels: BTreeMap<Sha256, &Pin> = pins.into_iter().map(|pin| (pin.wheel.sha256, pin)).collect();
        let asked = futures::stream::iter(wheels).map(async |(sha256, pin)| {
            let advisories = self.of(pin).await;
            stage.advance(1);
            (sha256, advisories)
        });
        asked.buffer_unordered(AT_ONCE).collect().await
    }

    /// What is known against the wheel of `pin`.
    pub async fn of(&self, pin: &Pin) -> Advisories {
        if self.http.network() == Network::Offline {
            return Advisories::NotReported { yanked: None };
        }
        if let Some(advisories) = self.release(pin).await {
            return advisories;
        }
        Advisories::NotReported { yanked: self.yanked_by_page(pin).await }
    }

    async fn release(&self, pin: &Pin) -> Option<Advisories> {
        let key = (pin.name.clone(), pin.version.clone());
        let cell = self.releases.lock().await.entry(key).or_default().clone();
        let release = cell.get_or_init(async || {
            for url in &self.index.urls {
                let address = release_address(url, &pin.name, &pin.version);
                let answer = match address {
                    Some(address) => self.ask(&self.json_hosts, &address, "application/json", ANSWER_MAX_BYTES).await,
                    None => None,
                };
                // What is in the lock has this name and version; another index may have others of the same.
                let release = answer.and_then(|body| serde_json::from_slice::<Release>(&body).ok()).filter(|release| !release.is_of_another(pin));
                if release.is_some() {
                    return release;
                }
            }
            None
        });
        release.await.as_ref().filter(|release| !release.is_of_another(pin)).and_then(|release| release.advisories(&pin.wheel.filename.to_string()))
    }

    async fn yanked_by_page(&self, pin: &Pin) -> Option<String> {
        let cell = self.withdrawn.lock().await.entry(pin.name.clone()).or_default().clone();
        let withdrawn = cell.get_or_init(async || {
            for url in &self.index.urls {
                let body = self.ask(&self.page_hosts, &format!("{url}/{}/", pin.name), newest::MEDIA_TYPE, newest::PAGE_MAX_BYTES).await;
                if let Some(page) = body.and_then(|body| serde_json::from_slice::<Page>(&body).ok()) {
                    return withdrawn(page);
                }
            }
            Withdrawn::new()
        });
        withdrawn.await.get(&pin.wheel.filename.to_string()).cloned()
    }

    async fn ask(&self, hosts: &Hosts, address: &str, accept: &str, limit: u64) -> Option<Vec<u8>> {
        let host = host(address);
        hosts.may_ask(&host).ok()?;
        match self.http.get(address, accept, limit).await {
            Ok((_, body)) => {
                hosts.answered(&host);
                Some(body)
            }
            Err(OutsideError::Status { status: 404, .. }) => {
                hosts.answered(&host);
                None
            }
            Err(error) => {
                tracing::warn!(host, %error, "cannot see whether vulnerabilities are known");
                hosts.failed(&host, &error);
                None
            }
        }
    }
}

fn withdrawn(page: Page) -> Withdrawn {
    let reason = |yanked| match yanked {
        Yanked::Yes(reason) => Some(Advisories::reason(&reason)),
        Yanked::No => None,
    };
    page.files.into_iter().filter_map(|file| Some((file.filename, reason(file.yanked)?))).collect()
}

/// Where the index at `simple` tells of a release, if its address is of the usual form.
fn release_address(simple: &str, name: &NormalizedName, version: &str) -> Option<String> {
    let root = simple.trim_end_matches('/').strip_suffix("/simple")?;
    Some(format!("{root}/pypi/{name}/{}/json", utf8_percent_encode(version, UNESCAPED)))
}

impl Release {
    /// Whether the wheel is not one of this release's files: then another project has its name.
    fn is_of_another(&self, pin: &Pin) -> bool {
        let filename = pin.wheel.filename.to_string();
        match self.urls.iter().find(|file| file.filename == filename) {
            Some(file) => file.digests.get("sha256").is_some_and(|sha256| *sha256 != pin.wheel.sha256.to_string()),
            None => !self.urls.is_empty(),
        }
    }

    fn advisories(&self, filename: &str) -> Option<Advisories> {
        let (yanked, reason) = match self.urls.iter().find(|file| file.filename == filename) {
            Some(file) => (file.yanked, &file.yanked_reason),
            None => (self.info.yanked, &self.info.yanked_reason),
        };
        let yanked = (yanked == Some(true)).then(|| Advisories::reason(reason.as_deref().unwrap_or("")));
        let Some(told) = &self.vulnerabilities else {
            return yanked.map(|reason| Advisories::NotReported { yanked: Some(reason) });
        };
        let mut seen = BTreeSet::new();
        let mut vulnerabilities: Vec<Vulnerability> = told.iter().take(VULNERABILITIES_MAX).filter_map(vulnerability).collect();
        vulnerabilities.sort();
        vulnerabilities.retain(|vulnerability| seen.insert(vulnerability.id.clone()));
        Some(Advisories::Reported { vulnerabilities, yanked })
    }
}

/// Nothing for what has no id or was taken back.
fn vulnerability(told: &Value) -> Option<Vulnerability> {
    let entry = Entry::deserialize(told).ok()?;
    if !entry.withdrawn.is_null() && entry.withdrawn != Value::Bool(false) {
        return None;
    }
    let texts = |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let text = |value: &Value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let told = Told {
        id: entry.id,
        aliases: texts(&entry.aliases).iter().filter_map(|alias| alias.parse().ok()).collect(),
        summary: text(&entry.summary).or_else(|| text(&entry.details)).unwrap_or_default(),
        fixed_in: texts(&entry.fixed_in),
        link: text(&entry.link),
        source: text(&entry.source),
    };
    Some(told.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "x-1.0-py3-none-any.whl";

    fn advisories(release: &Value) -> Option<Advisories> {
        Release::deserialize(release).ok().and_then(|release| release.advisories(FILE))
    }

    #[test]
    fn where_a_release_is_told_of() {
        let name = "my-pkg".parse().expect("valid");
        for (simple, version, expected) in [
            ("https://index.example/simple", "1.0", Some("https://index.example/pypi/my-pkg/1.0/json")),
            ("https://me:secret@index.example/a/simple/", "1!1.0+cpu", Some("https://me:secret@index.example/a/pypi/my-pkg/1%211.0%2Bcpu/json")),
            ("https://index.example/whl/cpu", "1.0", None),
        ] {
            assert_eq!(release_address(simple, &name, version).as_deref(), expected);
        }
    }

    #[test]
    fn what_a_release_says() {
        let told = serde_json::json!([
            {"id": "PYSEC-2", "aliases": ["CVE-2", "not an id", 3], "details": "long\nstory", "fixed_in": ["2.0", "1.5"], "link": "https://osv.example/PYSEC-2", "source": "osv", "withdrawn": null},
            {"id": "GHSA-1", "summary": "short", "details": "long", "fixed_in": [], "link": null},
            {"id": "PYSEC-3", "summary": "taken back", "withdrawn": "2024-01-01T00:00:00Z"},
            {"id": "GHSA-1", "summary": "twice"},
            {"id": "../x"}, {"summary": "no id"}, 7, {"id": "PYSEC-4", "aliases": "CVE-4", "fixed_in": {"a": 1}, "summary": ["x"], "details": 5},
        ]);
        let Some(Advisories::Reported { vulnerabilities, yanked: None }) = advisories(&serde_json::json!({"info": {}, "urls": [], "vulnerabilities": told}))
        else {
            panic!("reported");
        };
        let short: Vec<_> =
            vulnerabilities.iter().map(|found| (found.id.as_str(), found.summary.as_str(), found.fixed_in.join(" "), found.aliases.len())).collect();
        assert_eq!(short, [("GHSA-1", "short", String::new(), 0), ("PYSEC-2", "long story", "1.5 2.0".to_owned(), 1), ("PYSEC-4", "", String::new(), 0)]);
        assert_eq!(vulnerabilities[1].link.as_deref(), Some("https://osv.example/PYSEC-2"));
    }

    #[test]
    fn which_withdrawal_counts() {
        let file = |yanked: Value, reason: Value| serde_json::json!([{"filename": "other.whl", "yanked": true}, {"filename": FILE, "yanked": yanked, "yanked_reason": reason}]);
        let none = || serde_json::json!([]);
        let reported = |yanked: Option<&str>| Some(Advisories::Reported { vulnerabilities: vec![], yanked: yanked.map(str::to_owned) });
        for (release, expected) in [
            (serde_json::json!({"vulnerabilities": none(), "urls": file(true.into(), "broken\n".into())}), reported(Some("broken"))),
            (serde_json::json!({"vulnerabilities": none(), "urls": file(true.into(), Value::Null)}), reported(Some("no reason was given"))),
            (serde_json::json!({"vulnerabilities": none(), "urls": file(false.into(), Value::Null), "info": {"yanked": true}}), reported(None)),
            (serde_json::json!({"vulnerabilities": none(), "urls": none(), "info": {"yanked": true, "yanked_reason": "old"}}), reported(Some("old"))),
            (serde_json::json!({"urls": file(true.into(), "x".into())}), Some(Advisories::NotReported { yanked: Some("x".to_owned()) })),
            (serde_json::json!({"urls": file(false.into(), Value::Null)}), None),
            (serde_json::json!({"vulnerabilities": 3}), None),
            (serde_json::json!("<html>"), None),
        ] {
            assert_eq!(advisories(&release), expected, "{release}");
        }
    }
}
