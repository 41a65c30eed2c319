//! CloudFront's function, run by node, and held against what `klayers deploy` uploads and `klayers serve --as s3` answers.

use std::collections::BTreeSet;
use std::path::Path;

use klayers::deploy::{Role, objects};
use klayers::outside::files::{self, Durability};
use serde_json::{Value, json};

use crate::python::{SITE, node, script};

/// The longest code of a function that CloudFront takes.
const CODE_MAX_BYTES: usize = 10_240;

/// What the function returns for each path.
fn ask(method: &str, uris: &[&str]) -> Vec<Value> {
    let code = script("template.py", &[SITE, "aws"])["Function"]["FunctionCode"].as_str().unwrap().to_owned();
    assert!(code.len() < CODE_MAX_BYTES);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.js");
    files::write(&path, code.as_bytes(), Durability::Process).unwrap();
    let answers = node(Path::new("tests/infrastructure/site_function.js"), &[path.to_str().unwrap(), method, &json!(uris).to_string()]);
    answers.as_array().unwrap().clone()
}

#[test]
fn an_address_becomes_a_key_or_a_redirect_to_one_that_does() {
    let table = [
        ("/", "/index.html"),
        ("//", "/index.html"),
        ("/about/", "/about/index.html"),
        ("/about", "302 /about/"),
        ("//about", "302 /about/"),
        ("/404.html", "/404.html"),
        ("/robots.txt", "/robots.txt"),
        ("/static/style.css", "/static/style.css"),
        ("/static/LICENSE", "/static/LICENSE"),
        ("/packages/zope.interface", "302 /packages/zope.interface/"),
        ("/packages/zope.interface/", "/packages/zope.interface/index.html"),
        ("/api", "302 /api/"),
        ("/api/v2/p3.13/layers/latest/us-east-1", "/api/v2/p3.13/layers/latest/us-east-1"),
        ("/api/v2/p3.13/layers/latest/us-east-1/", "/api/v2/p3.13/layers/latest/us-east-1/index.html"),
        ("//api/v2/p3.13/layers/latest/us-east-1//", "/api/v2/p3.13/layers/latest/us-east-1/index.html"),
        ("/api//v2///p3.13/layers/latest/us-east-1", "/api/v2/p3.13/layers/latest/us-east-1"),
        ("/api/v2/p3.13/layers/latest/us-east-1/csv", "/api/v2/p3.13/layers/latest/us-east-1/csv"),
        ("/api/v2/p3.13/layers/latest/us-east-1/json", "/api/v2/p3.13/layers/latest/us-east-1/json"),
        ("/api/v2/p3.13/layers/latest/us-east-1/html", "302 /api/v2/p3.13/layers/latest/us-east-1/html/"),
        ("/api/v2/p3.13-arm64/layers/us-east-1/html", "/api/v2/p3.13-arm64/layers/us-east-1/html"),
        ("/api/v2/p3.13/layers/us-east-1/zope.interface", "/api/v2/p3.13/layers/us-east-1/zope.interface"),
        ("/api/v3/index.json", "/api/v3/index.json"),
        ("/api/v3/all.ndjson.gz", "/api/v3/all.ndjson.gz"),
        ("/feeds/all.atom", "/feeds/all.atom"),
    ];
    for (answer, (uri, expected)) in ask("GET", &table.map(|(uri, _)| uri)).iter().zip(table) {
        assert_eq!(told(answer), expected, "{uri}");
    }
}

#[test]
fn what_it_answers_itself_may_be_read_by_other_sites() {
    let redirect = &ask("GET", &["/about"])[0];
    assert_eq!(redirect["headers"]["access-control-allow-origin"]["value"], "*");
    let preflight = &ask("OPTIONS", &["/about"])[0];
    assert_eq!((&preflight["statusCode"], &preflight["headers"]["access-control-allow-origin"]["value"]), (&json!(204), &json!("*")));
}

#[test]
fn every_address_of_every_file_ends_at_its_object() {
    let latest = "api/v2/p3.13/layers/latest/us-east-1";
    let mut paths: Vec<String> =
        ["index.html", "404.html", "about/index.html", "packages/zope.interface/index.html", "static/icon.svg"].map(str::to_owned).into();
    paths.extend(["", "json/", "csv/", "html/", "Pillow/", "zope.interface/"].map(|below| format!("{latest}/{below}index.html")));
    paths.extend(["csv", "html", "json", "zope.interface"].map(|package| format!("api/v2/p3.13/layers/us-east-1/{package}/index.html")));
    // Every extension that has a type of its own, or that a site is likely to have.
    let extensions = ["atom", "css", "csv", "gz", "html", "ico", "ics", "js", "json", "jsonl", "ndjson", "png", "svg", "toml", "txt", "webmanifest", "xml"];
    paths.extend(extensions.map(|extension| format!("api/v3/x.{extension}")));
    let keys: BTreeSet<String> = paths.iter().flat_map(|path| objects(path)).map(|object| format!("/{}", object.key)).collect();
    let mut addresses: Vec<String> = keys.iter().cloned().collect();
    let folders = paths.iter().filter(|path| Role::of(path).is_index()).filter_map(|path| path.strip_suffix("index.html"));
    addresses.extend(folders.clone().map(|folder| format!("/{folder}")));
    addresses.extend(folders.map(|folder| format!("/{}", folder.trim_end_matches('/'))));
    let asked: Vec<&str> = addresses.iter().map(String::as_str).collect();
    for (answer, address) in ask("GET", &asked).iter().zip(&asked) {
        let told = told(answer);
        let key = told.strip_prefix("302 ").map_or(told.clone(), |location| format!("{location}index.html"));
        assert!(keys.contains(&key), "{address} ends at {key}");
        // As a website of S3: an object under the very address is never redirected.
        assert_eq!(told.starts_with("302 "), !keys.contains(*address) && !address.ends_with('/'), "{address}");
    }
}

/// The key that is asked for, or the redirect.
fn told(answer: &Value) -> String {
    match answer["statusCode"].as_u64() {
        Some(status) => format!("{status} {}", answer["headers"]["location"]["value"].as_str().unwrap()),
        None => answer["uri"].as_str().unwrap().to_owned(),
    }
}
