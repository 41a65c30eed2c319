//! Every file of a site below `api/`, held against what is said of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use jsonschema::Validator;
use klayers::render::Tree;
use klayers::render::api_v3::Kind;
use serde_json::Value;

use crate::document::Document;
use crate::strict::{check, closed, validator};
use crate::world::{TODAY, World};

const DOCUMENT: &str = "api/v3/openapi.json";

/// Fails with what is wrong with the API of `site`. Tells which addresses have an answer.
fn faults(site: &Tree) -> (Vec<String>, BTreeSet<String>) {
    let document = Document::parse(site.get(DOCUMENT).unwrap());
    let validators = document.validators();
    let served: BTreeMap<&str, [Validator; 2]> = Kind::ALL.map(|kind| (kind.name(), served(site, kind))).into();
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
    for (path, bytes) in site.iter().filter(|(path, _)| path.starts_with("api/")) {
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
            ["application/toml"] => toml::from_slice::<toml::Table>(bytes).map(|_| ()).map_err(|error| error.to_string()),
            other => Err(format!("nobody here knows {other:?}")),
        };
        faults.extend(outcome.err().map(|fault| format!("{path}: {fault}")));
    }
    (faults, seen)
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

#[test]
fn every_answer_is_what_the_document_says() {
    assert_none(&faults(&World::read().site(TODAY)).0);
    assert_none(&faults(&World::empty().site(TODAY)).0);
}
