//! Every file of a site below `api/`, held against what is said of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use jsonschema::Validator;
use klayers::render::Tree;
use klayers::render::api_v3::Kind;
use serde_json::Value;

use crate::document::{Document, Route};
use crate::fields::Fields;
use crate::service;
use crate::strict::{check, closed, validator};
use crate::world::{TODAY, World};

const DOCUMENT: &str = "api/v3/openapi.json";

/// Fails with what is wrong with the API of `site`. Tells which addresses have an answer.
fn faults(site: &Tree) -> (Vec<String>, BTreeSet<String>) {
    let document = Document::parse(site.get(DOCUMENT).unwrap());
    let validators = document.validators();
    let served: BTreeMap<&str, [Validator; 2]> = Kind::ALL.map(|kind| (kind.name(), served(site, kind))).into();
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
    for (path, bytes) in site.iter().filter(|(path, _)| is_of_api(path)) {
        let Some(route) = document.route(path) else {
            faults.push(format!("{path} has no address in the document"));
            continue;
        };
        seen.insert(route.template.clone());
        let said: Vec<&str> = route.content.keys().map(String::as_str).collect();
        let outcome = match said.as_slice() {
            ["application/json"] => one(&validators[route.template.as_str()], bytes).and_then(|value| of_kind(&served, path, &value)),
            ["application/json", "text/html"] => one(&validators[route.template.as_str()], bytes).map(|_| ()),
            ["application/octet-stream", "application/x-ndjson"] => lines(&[&validators[route.template.as_str()], &served["build"][0]], bytes),
            ["application/gzip"] => {
                unpacked(bytes).and_then(|plain| (site.get(path.strip_suffix(".gz").unwrap()) == Some(&plain[..])).then_some(()).ok_or("other".to_owned()))
            }
            ["text/csv", "text/html"] => bytes.starts_with(b"Package,Package Version,arn\r\n").then_some(()).ok_or("no header".to_owned()),
            ["text/html"] => bytes.to_ascii_lowercase().starts_with(b"<!doctype html>").then_some(()).ok_or("no page".to_owned()),
            ["application/atom+xml"] => atom_syndication::Feed::read_from(bytes).map(|_| ()).map_err(|error| error.to_string()),
            ["text/calendar"] => icalendar::parser::read_calendar(&icalendar::parser::unfold(std::str::from_utf8(bytes).unwrap())).map(|_| ()),
            ["application/toml"] => toml::from_slice::<toml::Table>(bytes).map(|_| ()).map_err(|error| error.to_string()),
            other => Err(format!("nobody here knows {other:?}")),
        };
        faults.extend(outcome.err().map(|fault| format!("{path}: {fault}")));
    }
    (faults, seen)
}

/// Whether a file of the site is described by the document.
pub fn is_of_api(path: &str) -> bool {
    ["api/v2/", "api/v3/", "feeds/"].iter().any(|folder| path.starts_with(folder) && path != "feeds/index.html")
}

/// The schema of a kind as it is served, and stricter.
fn served(site: &Tree, kind: Kind) -> [Validator; 2] {
    let schema: Value = serde_json::from_slice(site.get(&format!("api/v3/schema/{}.json", kind.name())).unwrap()).unwrap();
    [validator(&schema), validator(&closed(&schema))]
}

fn one(validator: &Validator, bytes: &[u8]) -> Result<Value, String> {
    let value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    check(validator, &value)?;
    Ok(value)
}

/// What has an envelope is also as the schema says that it names.
fn of_kind(served: &BTreeMap<&str, [Validator; 2]>, path: &str, value: &Value) -> Result<(), String> {
    let Some(kind) = value.get("kind").and_then(Value::as_str) else {
        let has_none = ["api/v3/schema/", "api/v3/sboms/", DOCUMENT].iter().any(|start| path.starts_with(start));
        return has_none.then_some(()).ok_or("no envelope".to_owned());
    };
    served[kind].iter().try_for_each(|validator| check(validator, value))
}

fn lines(validators: &[&Validator], bytes: &[u8]) -> Result<(), String> {
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        return Err("its last line does not end".to_owned());
    }
    bytes.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| validators.iter().try_for_each(|validator| one(validator, line).map(|_| ())))
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain).map_err(|error| error.to_string())?;
    Ok(plain)
}

#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What is described and never comes, because types are shared.
const NEVER: [&str; 8] = [
    // These tell of something as long as they are there, so there is a newest moment.
    "/api/v3/arns/{layer}.json updated_at: null",
    "/api/v3/changes/{month}.json updated_at: null",
    // A package's own file has what is listed.
    "/api/v3/packages/{package}.json data.runtimes[].releases[].standings[].state: `deleted`",
    "/api/v3/packages/{package}.json data.runtimes[].releases[].standings[].state: `expired`",
    "/api/v3/packages/{package}.json data.runtimes[].releases[].standings[].state: `lost`",
    "/api/v3/packages/{package}.json data.runtimes[].releases[].standings[].state: `yanked`",
    "/api/v3/packages/{package}.json data.runtimes[].releases[].standings[].reason: string",
    // What is deprecated has a newer one beside it.
    "/api/v3/expiring.json data.expiring[].latest_version: null",
];

/// The golden world, one in which everything has happened, and one in which nothing has.
fn sites() -> [Tree; 3] {
    [World::read().site(TODAY), service::site(TODAY), World::empty().site(TODAY)]
}

#[test]
fn every_answer_is_what_the_document_says() {
    for site in sites() {
        assert_none(&faults(&site).0);
    }
}

#[test]
fn every_address_every_word_and_every_null_is_seen() {
    let sites = sites();
    let document = Document::parse(sites[0].get(DOCUMENT).unwrap());
    let seen: BTreeSet<String> = sites.iter().flat_map(|site| faults(site).1).collect();
    assert_eq!(document.templates().filter(|template| !seen.contains(*template)).collect::<Vec<_>>(), [""; 0]);

    let mut observed: BTreeMap<&str, Fields> = BTreeMap::new();
    for (path, bytes) in sites.iter().flat_map(Tree::iter).filter(|(path, _)| is_of_api(path)) {
        let route = document.route(path).unwrap();
        let Some(schema) = route.schema() else { continue };
        let values: Vec<Value> = serde_json::Deserializer::from_slice(bytes).into_iter().collect::<Result<_, _>>().unwrap();
        values.iter().for_each(|value| observed.entry(&route.template).or_default().observe(document.root(), schema, value, ""));
    }
    let mut missing = Vec::new();
    for (template, observed) in observed {
        let schema = document.routes().find(|route| route.template == template).and_then(Route::schema).unwrap();
        let described = Fields::of(document.root(), schema);
        missing.extend(described.words.difference(&observed.words).map(|(place, word)| format!("{template} {place}: `{word}`")));
        for (place, types) in described.types {
            let none = BTreeSet::new();
            let unseen = types.difference(observed.types.get(&place).unwrap_or(&none)).cloned().collect::<Vec<_>>();
            missing.extend(unseen.into_iter().map(|unseen| format!("{template} {place}: {unseen}")));
        }
    }
    let unseen: Vec<&String> = missing.iter().filter(|line| !NEVER.contains(&line.as_str())).collect();
    assert!(unseen.is_empty(), "{unseen:#?}");
    assert_eq!(missing.len(), NEVER.len(), "one of `NEVER` does come");
}

#[test]
fn what_is_not_as_described_is_found() {
    let site = World::read().site(TODAY);
    let package = "api/v3/packages/pillow.json";
    let version_2 = "api/v2/p3.13-arm64/layers/eu-west-1/Pillow/index.html";
    type Change<'a> = (&'a str, &'a str, &'a str);
    let changes: [Change<'_>; 10] = [
        (package, "\"license\":\"MIT-CMU\",\"runtimes\"", "\"runtimes\""),
        (package, "\"license\":", "\"licence\":\"\",\"license\":"),
        (package, "\"state\":\"latest\"", "\"state\":\"newest\""),
        (package, "arn:aws:lambda", "arn:aws:s3"),
        (package, "T12:30:00Z", " 12:30"),
        (package, "\"kind\":\"package\"", "\"kind\":\"status\""),
        (version_2, "\"deployStatus\"", "\"deploystatus\""),
        (version_2, "T12:30:00", "T12:30:00Z"),
        ("api/v3/all.ndjson", "\"zip_bytes\":1500000", "\"zip_bytes\":-1"),
        ("api/v3/all.ndjson", "}\n", "}\n\n"),
    ];
    for (path, before, after) in changes {
        let text = String::from_utf8(site.get(path).unwrap().to_vec()).unwrap();
        assert!(text.contains(before), "{path} has no {before}");
        let mut changed = Tree::new();
        site.iter().filter(|(other, _)| *other != path).for_each(|(path, bytes)| changed.insert(path, bytes));
        changed.insert(path, text.replace(before, after).as_bytes());
        assert!(faults(&changed).0.iter().any(|fault| fault.starts_with(path)), "{path}: {before} → {after}");
    }
    let mut strange = Tree::new();
    site.iter().for_each(|(path, bytes)| strange.insert(path, bytes));
    strange.insert("api/v3/strange.json", b"{}");
    assert_eq!(faults(&strange).0, ["api/v3/strange.json has no address in the document"]);
}

#[test]
fn schemas_are_what_others_can_read() {
    let site = World::empty().site(TODAY);
    for kind in Kind::ALL {
        let text = std::str::from_utf8(site.get(&format!("api/v3/schema/{}.json", kind.name())).unwrap()).unwrap();
        let schema: Value = serde_json::from_str(text).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("{}.json", kind.name()));
        assert!(!text.contains("uint") && !text.contains("_with_") && !text.contains("\"oneOf\""), "{text}");
        described(&schema, kind.name());
    }
    described(&klayers::render::api_v3::openapi()["components"]["schemas"], "components");
}

/// Every field says what it is, and is wanted where it can be.
fn described(schema: &Value, place: &str) {
    let Value::Object(parts) = schema else { return };
    if let Some(fields) = parts.get("properties").and_then(Value::as_object) {
        for (name, field) in fields {
            let text = field["description"].as_str().unwrap_or_else(|| panic!("{place}: {name} has no description"));
            assert!(text.len() > 4 && !text.contains("[`") && !text.contains("::"), "{place}: {name}: {text}");
            let wanted = parts["required"].as_array().unwrap().iter().any(|wanted| wanted == name.as_str());
            assert!(wanted || name == "expiryDate", "{place}: {name} is not required");
        }
    }
    parts.iter().for_each(|(name, part)| described(part, &format!("{place}/{name}")));
}
