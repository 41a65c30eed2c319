//! A component of somebody else's bill, made anew from the fields that we know: nothing malformed gets
//! through, and neither does what is too long.

use serde_json::Value;

use super::document::{Component, ExternalReference, Hash, LicenseChoice};
use crate::assemble::License;
use crate::domain::{one_line, web_address};

const NAME_MAX_CHARS: usize = 200;
const DESCRIPTION_MAX_CHARS: usize = 300;
const ADDRESS_MAX_BYTES: usize = 500;
/// Most licences, hashes and addresses of one component.
const LISTED_MAX: usize = 5;

/// The kinds of components.
const KINDS: [&str; 12] = [
    "library",
    "application",
    "framework",
    "container",
    "platform",
    "operating-system",
    "device",
    "device-driver",
    "firmware",
    "file",
    "machine-learning-model",
    "data",
];
const SCOPES: [&str; 3] = ["required", "optional", "excluded"];
/// The kinds of addresses that we keep apart.
const ADDRESSES: [&str; 9] =
    ["website", "vcs", "documentation", "issue-tracker", "distribution", "source-distribution", "release-notes", "advisories", "license"];
/// The kinds of hashes, with how many digits they have.
const HASHES: [(&str, usize); 12] = [
    ("MD5", 32),
    ("SHA-1", 40),
    ("SHA-256", 64),
    ("SHA-384", 96),
    ("SHA-512", 128),
    ("SHA3-256", 64),
    ("SHA3-384", 96),
    ("SHA3-512", 128),
    ("BLAKE2b-256", 64),
    ("BLAKE2b-384", 96),
    ("BLAKE2b-512", 128),
    ("BLAKE3", 64),
];

/// The component that `told` describes, without a reference; nothing when it has no name.
pub fn component(told: &Value) -> Option<Component> {
    let text = |key: &str, max| told.get(key).and_then(Value::as_str).map(|text| one_line(text, max)).filter(|text| !text.is_empty());
    let one_of = |key: &str, all: &[&'static str]| told.get(key).and_then(Value::as_str).and_then(|word| all.iter().copied().find(|known| *known == word));
    let plain = |key: &str, start: &str| {
        let text = told.get(key).and_then(Value::as_str)?;
        (text.starts_with(start) && text.len() <= ADDRESS_MAX_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| text.to_owned())
    };
    let listed = |key: &str| told.get(key).and_then(Value::as_array).into_iter().flatten();
    Some(Component {
        kind: one_of("type", &KINDS).unwrap_or("library"),
        name: text("name", NAME_MAX_CHARS)?,
        group: text("group", NAME_MAX_CHARS),
        version: text("version", NAME_MAX_CHARS),
        description: text("description", DESCRIPTION_MAX_CHARS),
        scope: one_of("scope", &SCOPES),
        hashes: listed("hashes").filter_map(hash).take(LISTED_MAX).collect(),
        licenses: licenses(listed("licenses").filter_map(license).take(LISTED_MAX).collect()),
        cpe: plain("cpe", "cpe:"),
        purl: plain("purl", "pkg:"),
        external_references: listed("externalReferences").filter_map(external_reference).take(LISTED_MAX).collect(),
        ..Component::default()
    })
}

fn hash(told: &Value) -> Option<Hash> {
    let (alg, content) = (told.get("alg")?.as_str()?, told.get("content")?.as_str()?);
    let (alg, _) = HASHES.into_iter().find(|&(known, digits)| known == alg && content.len() == digits)?;
    content.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| Hash { alg, content: content.to_ascii_lowercase() })
}

fn license(told: &Value) -> Option<License> {
    let own = told.get("license");
    let text = told.get("expression").or_else(|| own?.get("id")).or_else(|| own?.get("name"))?.as_str()?;
    let is_name = text.chars().nth(NAME_MAX_CHARS).is_none() || told.get("expression").is_some();
    Some(if is_name { License::read(text) } else { License::Named(vec![one_line(text, NAME_MAX_CHARS)]) }).filter(|license| !license.to_string().is_empty())
}

/// An expression stands alone; several licences become names, because how they go together is not told.
fn licenses(all: Vec<License>) -> Vec<LicenseChoice> {
    match <[License; 1]>::try_from(all) {
        Ok([only]) => LicenseChoice::list(only, None),
        Err(all) => LicenseChoice::list(License::Named(all.iter().map(License::to_string).collect()), None),
    }
}

fn external_reference(told: &Value) -> Option<ExternalReference> {
    let kind = told.get("type").and_then(Value::as_str).and_then(|word| ADDRESSES.into_iter().find(|known| *known == word)).unwrap_or("other");
    let url = told.get("url")?.as_str().filter(|url| url.len() <= ADDRESS_MAX_BYTES)?;
    Some(ExternalReference { kind, url: web_address(url)?, comment: None })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_known_and_well_formed_is_kept() {
        let good = json!({
            "type": "file", "name": "x", "version": "1", "scope": "optional", "purl": "pkg:cargo/x@1", "cpe": "cpe:2.3:a:x:x:1:*:*:*:*:*:*:*",
            "hashes": [{"alg": "SHA-1", "content": "A".repeat(40)}], "licenses": [{"license": {"id": "MIT"}}], "externalReferences": [{"type": "vcs", "url": "https://x.example"}],
        });
        let mut expected = good.clone();
        expected["hashes"][0]["content"] = json!("a".repeat(40));
        expected["licenses"] = json!([{"expression": "MIT"}]);
        assert_eq!(serde_json::to_value(component(&good)).expect("plain data"), expected);
    }

    #[test]
    fn what_is_malformed_is_left_out() {
        let minimal = json!({"type": "library", "name": "x"});
        for (field, value) in [
            ("type", json!("cryptographic-asset")),
            ("type", json!(["x"])),
            ("version", json!(1)),
            ("version", json!("\u{1b}")),
            ("scope", json!("sometimes")),
            (
                "hashes",
                json!([{"alg": "SHA-256", "content": "ab"}, {"alg": "CRC", "content": "a".repeat(40)}, {"alg": "MD5", "content": "g".repeat(32)}, 7, {}]),
            ),
            ("licenses", json!([{"license": {"text": {"content": "long"}}}, {"license": 3}, {}, null, {"expression": " "}])),
            ("purl", json!("javascript:x")),
            ("purl", json!("pkg:x y")),
            ("cpe", json!("x")),
            ("externalReferences", json!([{"type": "vcs", "url": "git@x.example:x"}, {"url": 3}, "x"])),
            ("description", json!({"a": 1})),
            ("unknown", json!("x")),
            ("properties", json!([{"name": "x"}])),
        ] {
            let mut told = minimal.clone();
            told[field] = value.clone();
            assert_eq!(serde_json::to_value(component(&told)).expect("plain data"), minimal, "{field} {value}");
        }
        for nameless in [json!({"type": "library"}), json!({"name": 3}), json!({"name": " "}), json!([]), json!(null), json!("x")] {
            assert!(component(&nameless).is_none(), "{nameless}");
        }
    }

    #[test]
    fn how_licences_are_listed() {
        for (told, expected) in [
            (json!([{"expression": "MIT OR Apache-2.0"}]), json!([{"expression": "MIT OR Apache-2.0"}])),
            (json!([{"license": {"name": "BSD"}}]), json!([{"license": {"name": "BSD"}}])),
            (json!([{"license": {"id": "MIT"}}, {"license": {"id": "Zlib"}}]), json!([{"license": {"name": "MIT"}}, {"license": {"name": "Zlib"}}])),
            (json!([{"expression": "MIT"}, {"expression": "Zlib"}]), json!([{"license": {"name": "MIT"}}, {"license": {"name": "Zlib"}}])),
        ] {
            let found = component(&json!({"name": "x", "licenses": told})).expect("a component");
            assert_eq!(serde_json::to_value(found.licenses).expect("plain data"), expected);
        }
        let long = component(&json!({"name": "x", "licenses": [{"license": {"name": "x".repeat(5000)}}]})).expect("a component");
        assert!(serde_json::to_string(&long.licenses).expect("plain data").len() < 300);
    }
}
