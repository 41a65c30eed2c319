//! The bill of materials of a layer: one that is accepted as a golden file, its structure, and hostile wheels.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::Path;

use klayers::assemble::{SbomDistribution, SbomInput, sbom};
use klayers::domain::{Advisories, LayerName, NormalizedName, Sha256, Told, WheelFilename};
use klayers::outside::files::{self, Durability};
use serde_json::{Value, json};

/// A distribution, as a test gives it.
struct Given {
    name: NormalizedName,
    version: &'static str,
    filename: WheelFilename,
    metadata: String,
    sboms: Vec<(String, Vec<u8>)>,
    advisories: Advisories,
}

fn given(name: &str, version: &'static str, metadata: &str) -> Given {
    let filename = format!("{}-{}-py3-none-any.whl", name.replace('-', "_"), version);
    let metadata = format!("Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}");
    let advisories = Advisories::Reported { vulnerabilities: vec![], yanked: None };
    Given { name: name.parse().unwrap(), version, filename: filename.parse().unwrap(), metadata, sboms: vec![], advisories }
}

fn bill(spelled: &str, all: &[Given]) -> String {
    let layer: LayerName = "Klayers-p313-web".parse().unwrap();
    let distributions = all.iter().map(|given| SbomDistribution {
        name: &given.name,
        version: given.version,
        filename: &given.filename,
        sha256: Sha256::of(given.version.as_bytes()),
        url: Some("https://me:secret@index.example/files/x.whl?token=secret#sha256=x"),
        metadata: &given.metadata,
        sboms: given.sboms.clone(),
        advisories: &given.advisories,
    });
    let input = SbomInput {
        layer: &layer,
        runtime: "p3.13".parse().unwrap(),
        package: &all[0].name,
        spelled,
        version: all[0].version,
        zip_sha256: Sha256::of(b"zip"),
        distributions: distributions.collect(),
    };
    let text = sbom(&input);
    assert_eq!(text, sbom(&input), "the same input, the same bytes");
    let mut turned = input.clone();
    turned.distributions.reverse();
    assert_eq!(text, sbom(&turned), "in any order");
    text
}

/// What the schema asks for beyond types, and what it does not: every reference is known, and once.
fn check(text: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    let mut references = BTreeSet::new();
    let mut waiting = vec![&document["metadata"]["component"]];
    waiting.extend(document["components"].as_array().unwrap());
    while let Some(component) = waiting.pop() {
        let reference = component["bom-ref"].as_str().unwrap();
        assert!(references.insert(reference.to_owned()), "{reference} is there twice");
        waiting.extend(component["components"].as_array().into_iter().flatten());
    }
    let mut seen = BTreeSet::new();
    for dependency in document["dependencies"].as_array().unwrap() {
        assert!(seen.insert(dependency["ref"].as_str().unwrap()), "{} has two entries", dependency["ref"]);
        let named = dependency["dependsOn"].as_array().into_iter().flatten().chain([&dependency["ref"]]);
        named.for_each(|name| assert!(references.contains(name.as_str().unwrap()), "{name} is not a component"));
    }
    for known in document["vulnerabilities"].as_array().into_iter().flatten() {
        assert!(references.contains(known["affects"][0]["ref"].as_str().unwrap()));
    }
    document
}

fn component<'a>(document: &'a Value, name: &str) -> &'a Value {
    document["components"].as_array().unwrap().iter().find(|component| component["name"] == name).unwrap()
}

fn properties(component: &Value, name: &str) -> Vec<String> {
    let all = component["properties"].as_array().into_iter().flatten();
    all.filter(|property| property["name"] == format!("klayers:{name}")).map(|property| property["value"].as_str().unwrap().to_owned()).collect()
}

fn depends_on<'a>(document: &'a Value, reference: &str) -> Vec<&'a str> {
    let entry = document["dependencies"].as_array().unwrap().iter().find(|dependency| dependency["ref"] == reference);
    entry.and_then(|entry| entry["dependsOn"].as_array()).into_iter().flatten().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn a_layer_is_as_accepted() {
    let mut web = given(
        "web",
        "2.0",
        "Summary: Words for\n  the web\nLicense-Expression: MIT OR Apache-2.0\nLicense-File: LICENSE\nProject-URL: Source Code, https://code.example/web\nProject-URL: Evil, javascript:alert(1)\nHome-page: https://web.example\n\
         Requires-Dist: Fast_Lib>=1; python_version < '3.14'\nRequires-Dist: socks ; extra == 'socks'\nRequires-Dist: windows ; sys_platform == 'win32'\n",
    );
    let wheel = |file: &str| format!("pkg:pypi/Web@2.0?file_name={file}");
    let repaired = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.4", "metadata": {"component": {"type": "library", "name": "web", "bom-ref": wheel("x"), "purl": wheel("x")}},
        "components": [{"type": "library", "name": "web", "bom-ref": wheel("x"), "purl": wheel("x")}, {"type": "library", "name": "libz", "version": "1.3", "bom-ref": "pkg:rpm/libz@1.3#ab", "purl": "pkg:rpm/libz@1.3"}],
        "dependencies": [{"ref": wheel("x"), "dependsOn": ["pkg:rpm/libz@1.3#ab"]}, {"ref": "pkg:rpm/libz@1.3#ab"}],
    });
    let crates = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"component": {"type": "application", "name": "web", "version": "2.0", "bom-ref": "path+file:///build/web#2.0", "purl": "pkg:cargo/web@2.0", "components": [{"type": "library", "name": "web", "bom-ref": "path+file:///build/web#2.0 bin"}]}},
        "components": [{"type": "library", "name": "libc", "version": "0.2", "scope": "required", "bom-ref": "registry#libc@0.2", "purl": "pkg:cargo/libc@0.2", "licenses": [{"expression": "MIT OR Apache-2.0"}]}],
        "dependencies": [{"ref": "path+file:///build/web#2.0", "dependsOn": ["registry#libc@0.2", "registry#unknown"]}, {"ref": "registry#libc@0.2"}],
    });
    web.sboms = vec![
        ("web.cyclonedx.json".to_owned(), crates.to_string().into_bytes()),
        ("auditwheel.cdx.json".to_owned(), repaired.to_string().into_bytes()),
        ("web.spdx.json".to_owned(), br#"{"spdxVersion": "SPDX-2.3"}"#.to_vec()),
    ];
    let mut fast = given("fast-lib", "1!1.0+cpu", "License: BSD\n");
    fast.advisories = Advisories::NotReported { yanked: None };
    let mut socks = given("socks", "1.7", "License: Own licence, see the file\n");
    let told = Told {
        id: "PYSEC-2026-1".parse().unwrap(),
        aliases: BTreeSet::from(["CVE-2026-1".parse().unwrap()]),
        summary: "a hole".to_owned(),
        fixed_in: vec!["1.8".to_owned(), "2.0".to_owned()],
        link: Some("https://osv.example/PYSEC-2026-1".to_owned()),
        source: Some("osv".to_owned()),
    };
    socks.advisories = Advisories::Reported { vulnerabilities: vec![told.into()], yanked: Some("does not start".to_owned()) };
    let text = bill("web[socks]", &[web, fast, socks]);
    check(&text);
    assert!(!text.contains("secret"));

    // The tool's version comes first, and is not this test's matter.
    let text = text.replacen(&format!("{:?}", env!("CARGO_PKG_VERSION")), "\"x.y.z\"", 1);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sbom/layer.cdx.json");
    if std::env::var("BLESS").is_ok_and(|value| value == "1") {
        files::write(&golden, text.as_bytes(), Durability::Process).unwrap();
    }
    let accepted = std::fs::read_to_string(&golden).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(&accepted, &text).unified_diff().context_radius(2).to_string();
    assert!(difference.is_empty(), "{difference}\nIf this is right, accept it: BLESS=1 cargo nextest run --test sbom");
}

#[test]
fn bills_that_are_not_good_do_no_harm() {
    let bill_of = |components: Value| json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}).to_string().into_bytes();
    let x = json!({"type": "library", "name": "x", "bom-ref": "x"});
    let deep = format!("{}{}", r#"{"components":["#.repeat(100_000), "]}".repeat(100_000));
    for (content, merged, left_out, nested) in [
        (bill_of(json!([x, x, {"name": 3}, 7, null])), "a.json: CycloneDX 1.6, 1 components, 4 left out", "", 1),
        (bill_of(json!([{"name": "y"}, {"name": "y"}])), "a.json: CycloneDX 1.6, 2 components", "", 2),
        (bill_of(json!([{"name": "y"}, {"name": "z", "bom-ref": "component-1"}])), "a.json: CycloneDX 1.6, 1 components, 1 left out", "", 1),
        (bill_of(json!([{"name": "y", "bom-ref": "a\u{1b}b"}, {"name": "z", "bom-ref": "r".repeat(5000)}])), "a.json: CycloneDX 1.6, 2 components", "", 2),
        (bill_of(json!("x")), "a.json: CycloneDX 1.6, 0 components", "", 0),
        (
            bill_of(json!([{"name": "outer", "components": [{"name": "inner", "components": [{"name": "innermost"}]}]}])),
            "a.json: CycloneDX 1.6, 3 components",
            "",
            3,
        ),
        (bill_of(vec![json!({"name": "x"}); 3000].into()), "a.json: CycloneDX 1.6, 2000 components, 1000 left out", "", 2000),
        (b"\xef\xbb\xbf{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.4\"}".to_vec(), "a.json: CycloneDX 1.4, 0 components", "", 0),
        (deep.into_bytes(), "", "a.json: is not JSON that can be read", 0),
        (b"\xff\xfe".to_vec(), "", "a.json: is not JSON that can be read", 0),
        (b"[]".to_vec(), "", "a.json: is not CycloneDX", 0),
        (br#"{"bomFormat": "CycloneDX", "specVersion": 1.6}"#.to_vec(), "", "a.json: has another version of CycloneDX than 1.x", 0),
        (br#"{"@graph": []}"#.to_vec(), "", "a.json: is SPDX, and only CycloneDX is merged", 0),
        (vec![b' '; 3 << 20], "", "a.json: is too large", 0),
    ] {
        let mut package = given("a", "1.0", "");
        package.sboms = vec![(String::new(), vec![]), ("a.json".to_owned(), content), ("folder/".to_owned(), vec![])];
        let document = check(&bill("a", &[package]));
        let found = component(&document, "a");
        let notes = (properties(found, "sbom-merged").concat(), properties(found, "sbom-left-out").concat());
        assert_eq!((notes.0.as_str(), notes.1.as_str()), (merged, left_out));
        assert_eq!(found["components"].as_array().map_or(0, Vec::len), nested, "{merged}");
        assert_eq!(depends_on(&document, "pkg:pypi/a@1.0").len(), nested, "what nothing needs, the distribution does");
    }
}

#[test]
fn many_bills_are_bounded_and_kept_apart() {
    let one = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "x", "bom-ref": "x"}, {"name": "y", "bom-ref": "y"}], "dependencies": [{"ref": "x", "dependsOn": ["y", "y", "x", "z", 3]}, {"ref": ["x"]}, 7]});
    let mut package = given("a", "1.0", "Requires-Dist: a >>> nonsense\n");
    package.sboms = (0..30).map(|number| (format!("{number:02}\n.json"), one.to_string().into_bytes())).collect();
    let document = check(&bill("a", &[package]));
    let found = component(&document, "a");
    assert_eq!(properties(found, "sbom-merged").len(), 16);
    assert_eq!(properties(found, "sbom-left-out"), ["14 more"]);
    assert_eq!(properties(found, "requirement-not-read"), ["a >>> nonsense"]);
    assert_eq!(depends_on(&document, "pkg:pypi/a@1.0").len(), 16);
    assert_eq!(depends_on(&document, "pkg:pypi/a@1.0#16/x"), ["pkg:pypi/a@1.0#16/y"]);
}

#[test]
fn what_is_known_is_in_the_document() {
    let document = check(&bill("a", &[given("a", "1.0", "Summary: \u{202e}evil\n"), given("b", "2", "")]));
    assert_eq!((document["specVersion"].as_str(), document["version"].as_u64()), (Some("1.6"), Some(1)));
    let serial = document["serialNumber"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap().to_owned();
    let groups: Vec<usize> = serial.split('-').map(str::len).collect();
    assert_eq!((groups, &serial[14..15], "89ab".contains(&serial[19..20])), (vec![8, 4, 4, 4, 12], "8", true), "{serial}");
    assert_eq!(component(&document, "a")["description"], "evil");
    assert_eq!(depends_on(&document, "layer:Klayers-p313-web"), ["pkg:pypi/a@1.0", "pkg:pypi/b@2"], "nothing is out of reach");
}
