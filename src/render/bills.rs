//! What pages tell of a bill of materials: licences, a summary, known vulnerabilities.
//!
//! A bill is made of what strangers say, and one that was kept may be of any program. So it is read within bounds, each
//! text becomes a short line, each address a plain web address, and one of another shape says nothing at all.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{NormalizedName, PackageName, one_line, web_address};

/// A larger bill is not shown. The largest of a real service has half a megabyte.
pub const BILL_MAX_BYTES: usize = 8 << 20;
/// Most distributions of one bill, and most vulnerabilities.
const ENTRIES_MAX: usize = 300;
const SUMMARY_MAX_CHARS: usize = 240;
const LICENSE_MAX_CHARS: usize = 80;
const WORD_MAX_CHARS: usize = 60;
/// Where a component says whether its index was asked what is known against it.
const ADVISORIES: &str = "klayers:advisories";

/// A bill, in short.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bill {
    /// What the package says that it is, in a line; empty when it says nothing.
    pub summary: String,
    /// The licences of the distributions that name one, by normalised name.
    pub licenses: BTreeMap<NormalizedName, String>,
    /// What was known against them when the layer was built.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Whether the index told, for every distribution, what is known against it.
    pub is_complete: bool,
}

/// Something that was known against a distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vulnerability {
    /// Its name, such as `CVE-2026-1234`.
    pub id: String,
    /// How bad it is, in a word; empty when nobody said.
    pub severity: String,
    /// What it is about, in a line; may be empty.
    pub summary: String,
    /// What to do, such as `fixed in 2.1`; may be empty.
    pub recommendation: String,
    /// Where more is written.
    pub link: Option<String>,
    /// The distribution and its version, as the bill refers to it.
    pub affects: String,
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "bomFormat")]
    format: String,
    #[serde(default)]
    components: Vec<Component>,
    #[serde(default)]
    vulnerabilities: Vec<Known>,
}

#[derive(Deserialize)]
struct Component {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    licenses: Vec<License>,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct License {
    expression: Option<String>,
    license: Option<NamedLicense>,
}

#[derive(Deserialize)]
struct NamedLicense {
    id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Known {
    id: String,
    source: Option<Source>,
    #[serde(default)]
    ratings: Vec<Rating>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    recommendation: String,
    #[serde(default)]
    affects: Vec<Affected>,
}

#[derive(Deserialize)]
struct Source {
    url: Option<String>,
}

#[derive(Deserialize)]
struct Rating {
    severity: Option<String>,
}

#[derive(Deserialize)]
struct Affected {
    #[serde(rename = "ref")]
    reference: String,
}

impl Bill {
    /// Reads the bill of a layer of `package`; nothing when it is too large, or none that we know the shape of.
    pub fn read(bytes: &[u8], package: &NormalizedName) -> Option<Self> {
        if bytes.len() > BILL_MAX_BYTES {
            return None;
        }
        let document: Document = serde_json::from_slice(bytes).ok()?;
        if document.format != "CycloneDX" {
            return None;
        }
        let mut bill = Self { is_complete: !document.components.is_empty() && document.components.len() <= ENTRIES_MAX, ..Self::default() };
        for component in document.components.into_iter().take(ENTRIES_MAX) {
            bill.is_complete &= component.properties.iter().any(|property| property.name == ADVISORIES && property.value == "reported");
            let Ok(name) = component.name.parse::<PackageName>().map(|name| name.normalized()) else { continue };
            if name == *package {
                bill.summary = one_line(&component.description, SUMMARY_MAX_CHARS);
            }
            let license = license(component.licenses);
            if !license.is_empty() {
                bill.licenses.insert(name, license);
            }
        }
        bill.vulnerabilities = document.vulnerabilities.into_iter().take(ENTRIES_MAX).map(Vulnerability::from).collect();
        Some(bill)
    }
}

impl From<Known> for Vulnerability {
    fn from(known: Known) -> Self {
        let severity = known.ratings.into_iter().find_map(|rating| rating.severity).unwrap_or_default();
        let reference = known.affects.into_iter().next().map(|affected| affected.reference).unwrap_or_default();
        Self {
            id: one_line(&known.id, WORD_MAX_CHARS),
            severity: one_line(&severity, WORD_MAX_CHARS),
            summary: one_line(&known.description, SUMMARY_MAX_CHARS),
            recommendation: one_line(&known.recommendation, SUMMARY_MAX_CHARS),
            link: known.source.and_then(|source| source.url).as_deref().and_then(web_address),
            affects: affected(&reference),
        }
    }
}

/// `numpy 2.3.5` of `pkg:pypi/numpy@2.3.5`; any other reference as it is.
fn affected(reference: &str) -> String {
    let plain = reference.strip_prefix("pkg:pypi/").map(|rest| rest.replacen('@', " ", 1));
    let plain = plain.and_then(|text| percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned));
    one_line(plain.as_deref().unwrap_or(reference), LICENSE_MAX_CHARS)
}

fn license(choices: Vec<License>) -> String {
    let names = choices.into_iter().filter_map(|choice| choice.expression.or_else(|| choice.license.and_then(|license| license.id.or(license.name))));
    one_line(&names.collect::<Vec<_>>().join(", "), LICENSE_MAX_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Bill> {
        Bill::read(text.as_bytes(), &"big-pack".parse().expect("valid"))
    }

    #[test]
    fn a_bill_is_told_in_short() {
        let bill = read(
            r#"{"bomFormat": "CycloneDX", "components": [
                {"name": "big-pack", "description": " Sums\nof <b> ", "licenses": [{"expression": "MIT"}], "properties": [{"name": "klayers:advisories", "value": "reported"}]},
                {"name": "numpy", "licenses": [{"license": {"name": "BSD"}}, {"license": {"id": "MIT"}}], "components": [7], "properties": [{"name": "klayers:advisories", "value": "reported"}]}
            ], "vulnerabilities": [
                {"id": "CVE-1", "source": {"url": "https://example.org/1"}, "ratings": [{"severity": "high"}], "description": "Bad", "recommendation": "fixed in 2",
                 "affects": [{"ref": "pkg:pypi/numpy@1%212.0"}]},
                {"id": "CVE-2", "source": {"url": "javascript:alert(1)"}}
            ]}"#,
        )
        .expect("a bill");
        assert_eq!((bill.summary.as_str(), bill.is_complete), ("Sums of <b>", true));
        assert_eq!(bill.licenses.values().collect::<Vec<_>>(), ["MIT", "BSD, MIT"]);
        let first = &bill.vulnerabilities[0];
        assert_eq!((first.id.as_str(), first.severity.as_str(), first.affects.as_str()), ("CVE-1", "high", "numpy 1!2.0"));
        assert_eq!((first.link.as_deref(), bill.vulnerabilities[1].link.as_deref()), (Some("https://example.org/1"), None));
    }

    #[test]
    fn what_nobody_asked_is_not_said_to_be_unknown() {
        for properties in ["[]", r#"[{"name": "klayers:advisories", "value": "not-reported"}]"#] {
            let bill = read(&format!(r#"{{"bomFormat": "CycloneDX", "components": [{{"name": "a", "properties": {properties}}}]}}"#)).expect("a bill");
            assert!(!bill.is_complete, "{properties}");
        }
    }

    #[test]
    fn what_is_no_bill_says_nothing_and_what_is_too_much_is_cut() {
        let deep = format!(r#"{{"bomFormat": "CycloneDX", "components": {}{}}}"#, "[".repeat(5000), "]".repeat(5000));
        for text in ["", "[]", "{}", r#"{"bomFormat": "SPDX"}"#, r#"{"bomFormat": "CycloneDX", "components": {}}"#, &deep, "\u{0}"] {
            assert_eq!(read(text), None, "{}", &text[..text.len().min(60)]);
        }
        let large = format!(r#"{{"bomFormat": "CycloneDX", "x": "{}"}}"#, "x".repeat(BILL_MAX_BYTES));
        assert_eq!(read(&large), None);
        let many = vec![r#"{"id": "CVE-1"}"#; 1000].join(",");
        let long = format!(
            r#"{{"bomFormat": "CycloneDX", "components": [{{"name": "big_pack", "description": "{}"}}, {{"name": "<x>"}}], "vulnerabilities": [{many}]}}"#,
            "y".repeat(5000)
        );
        let bill = read(&long).expect("a bill");
        assert_eq!((bill.summary.chars().count(), bill.vulnerabilities.len()), (SUMMARY_MAX_CHARS, ENTRIES_MAX));
    }
}
