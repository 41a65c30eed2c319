//! What every answer of version 2 must be, so that all its clients can read it: each file of a site is looked at.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::common::{World, tree};
use crate::go_json::decode;
use crate::service::{REGIONS, RUNTIMES, Service};

/// Which answer a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// The latest layers of a region, or of one package in it.
    Latest,
    /// The versions of one package.
    Versions,
    /// Another array.
    Other,
    /// For people, or CSV.
    NotJson,
}

fn answer(path: &str) -> Answer {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        [_, "layers", "latest", _, "html" | "csv", "index.html"] => Answer::NotJson,
        [_, "layers", "latest", _, "index.html"] | [_, "layers", "latest", _, _, "index.html"] => Answer::Latest,
        [_, "layers", _, _, "index.html"] => Answer::Versions,
        _ => Answer::Other,
    }
}

#[test]
fn every_answer_is_an_array_of_flat_objects_of_strings() {
    let service = Service::run();
    let mut seen = BTreeSet::new();
    for (path, bytes) in tree(&service.world.path(".klayers/site/api/v2")) {
        let (path, text) = (path.to_str().unwrap(), String::from_utf8(bytes).unwrap());
        let answer = answer(path);
        seen.insert(answer);
        if answer == Answer::NotJson {
            continue;
        }
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let Value::Array(rows) = &value else { panic!("{path} is not an array: {text}") };
        for row in rows {
            let Value::Object(fields) = row else { panic!("{path}: {row} is not an object") };
            for (key, value) in fields {
                let is_list = value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
                assert!(value.is_string() || key == "dependencies" && is_list, "{path}: `{key}` is {value}");
            }
        }
        // As Go reads it, only the dependencies are wrong, and all that a client looks at has a value.
        let decoded = decode(&text);
        assert_eq!(decoded.rows.len(), rows.len(), "{path}");
        assert_eq!(decoded.is_error, rows.iter().any(|row| row.get("dependencies").is_some()), "{path}");
        let needed: &[&str] = match answer {
            Answer::Latest => &["arn", "package", "packageVersion"],
            Answer::Versions => &["arn", "packageVersion", "deployStatus"],
            Answer::Other | Answer::NotJson => &[],
        };
        assert!(decoded.rows.iter().all(|row| needed.iter().all(|key| row.get(*key).is_some_and(|value| !value.is_empty()))), "{path}: {text}");
        if answer == Answer::Versions {
            versions_are_in_order(path, rows);
        }
    }
    assert!(seen.is_superset(&BTreeSet::from([Answer::Latest, Answer::Versions, Answer::NotJson])), "{seen:?}");
}

/// Ascending by number, the last the latest and no other; a date on exactly those that are deprecated.
#[track_caller]
fn versions_are_in_order(path: &str, rows: &[Value]) {
    let number = |row: &Value| row["arn"].as_str().unwrap().rsplit(':').next().unwrap().parse::<u64>().unwrap();
    assert!(rows.is_sorted_by_key(number), "{path}");
    for (at, row) in rows.iter().enumerate() {
        let is_last = at + 1 == rows.len();
        assert_eq!(row["deployStatus"], if is_last { "latest" } else { "deprecated" }, "{path}");
        assert_eq!(row.get("expiryDate").is_some(), !is_last, "{path}");
        assert!(row["dependencies"].as_array().is_some_and(|lines| !lines.is_empty()), "{path}");
    }
}

#[test]
fn every_runtime_answers_for_every_region_even_with_nothing() {
    let service = Service::run();
    let rows = |world: &World, path: &str| {
        let text = world.read(&format!(".klayers/site/api/v2/{path}index.html"));
        serde_json::from_str::<Vec<Value>>(&text).unwrap_or_else(|error| panic!("{path}: {error}")).len()
    };
    for runtime in RUNTIMES {
        for region in REGIONS {
            let expected = if runtime == "p3.8" || region == "me-south-1" { 0 } else { 4 };
            for format in ["", "json/"] {
                assert_eq!(rows(&service.world, &format!("{runtime}/layers/latest/{region}/{format}")), expected, "{runtime} {region}");
            }
            for format in ["csv", "html"] {
                let path = format!(".klayers/site/api/v2/{runtime}/layers/latest/{region}/{format}/index.html");
                assert!(Path::new(&service.world.path(&path)).is_file(), "{path}");
            }
        }
    }
}
