//! What clients were promised once stays true: addresses, types of answers, fields with their types, words.
//!
//! `promised.txt` has it all. `BLESS=1` adds what is new, and never takes a line away: whoever does that by hand breaks clients.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use klayers::outside::files::{self, Durability};
use klayers::render::api_v3::{ENDPOINTS, openapi};
use serde_json::Value;

use crate::fields::Fields;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/promised.txt");
const BETWEEN: &str = " : ";

/// What is promised, with the types that it may have; none for what has no type.
type Promises = BTreeMap<String, BTreeSet<String>>;

/// How promises of two days differ.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference {
    broken: Vec<String>,
    new: Vec<String>,
}

#[test]
fn what_was_promised_is_still_true() {
    let (promised, now) = (parse(&std::fs::read_to_string(FILE).unwrap_or_default()), now(&openapi()));
    let difference = compare(&promised, &now);
    assert!(
        difference.broken.is_empty(),
        "\nthis breaks clients:\n{}\nhelp: undo it, and give what it should become another name beside the old; what cannot be undone needs a new major version \
         below another address, `api/v4/`",
        difference.broken.join("\n")
    );
    if std::env::var("BLESS").is_ok_and(|value| value == "1") {
        let mut all = now;
        all.extend(promised);
        files::write(Path::new(FILE), text(&all).as_bytes(), Durability::Process).unwrap();
        return;
    }
    assert!(
        difference.new.is_empty(),
        "\nthis would be promised for ever:\n{}\nhelp: if it shall be, accept it: BLESS=1 cargo nextest run --test api",
        difference.new.join("\n")
    );
}

/// All that the document says now.
fn now(document: &Value) -> Promises {
    let mut promises = Promises::new();
    let mut promise = |line: String| drop(promises.insert(line, BTreeSet::new()));
    ENDPOINTS.iter().for_each(|endpoint| promise(format!("endpoint {} {}", endpoint.name, endpoint.path)));
    let mut fields = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        let id = operation["operationId"].as_str().unwrap();
        promise(format!("address {id} {path}"));
        for (media_type, answer) in operation["responses"]["200"]["content"].as_object().unwrap() {
            promise(format!("answer {id} {media_type}"));
            let schema = if answer["schema"]["contentSchema"].is_object() { &answer["schema"]["contentSchema"] } else { &answer["schema"] };
            // The same bytes as another type have the same fields.
            if schema.is_object() && media_type != "text/html" {
                fields.push((id, Fields::of(document, schema)));
            }
        }
    }
    for (id, fields) in fields {
        for (place, word) in fields.words {
            promises.insert(format!("word {id} {place} {word}"), BTreeSet::new());
        }
        for (place, types) in fields.types {
            promises.insert(format!("field {id} {}", if place.is_empty() { "." } else { &place }), types);
        }
    }
    promises
}

/// A promise is broken by what is gone, and by what may now be something else. What may be less than before keeps it.
fn compare(promised: &Promises, now: &Promises) -> Difference {
    let mut difference = Difference::default();
    for (promise, types) in promised {
        match now.get(promise) {
            None => difference.broken.push(format!("{promise}: is gone")),
            Some(now) => difference.broken.extend(now.difference(types).map(|other| format!("{promise}: may now be {other}"))),
        }
    }
    difference.new = now.keys().filter(|key| !promised.contains_key(*key)).cloned().collect();
    difference
}

fn parse(text: &str) -> Promises {
    let line = |line: &str| match line.split_once(BETWEEN) {
        Some((promise, types)) => (promise.to_owned(), types.split(" | ").map(str::to_owned).collect()),
        None => (line.to_owned(), BTreeSet::new()),
    };
    text.lines().map(line).collect()
}

fn text(promises: &Promises) -> String {
    let line = |(promise, types): (&String, &BTreeSet<String>)| {
        if types.is_empty() { format!("{promise}\n") } else { format!("{promise}{BETWEEN}{}\n", types.iter().cloned().collect::<Vec<_>>().join(" | ")) }
    };
    promises.iter().map(line).collect()
}

#[test]
fn what_breaks_clients_is_told_and_what_does_not_is_not() {
    let cases: [(&str, &str, &[&str], &[&str]); 11] = [
        ("endpoint a api/a.json\n", "endpoint a api/a.json\n", &[], &[]),
        ("endpoint a api/a.json\n", "endpoint a api/b.json\n", &["endpoint a api/a.json: is gone"], &["endpoint a api/b.json"]),
        ("address getA /a\n", "", &["address getA /a: is gone"], &[]),
        ("answer getA text/csv\n", "answer getA text/csv\nanswer getA text/html\n", &[], &["answer getA text/html"]),
        ("word getA state lost\nword getA state new\n", "word getA state new\n", &["word getA state lost: is gone"], &[]),
        ("word getA state new\n", "word getA state new\nword getA state odd\n", &[], &["word getA state odd"]),
        ("field getA x : string\n", "field getA y : string\n", &["field getA x: is gone"], &["field getA y"]),
        ("field getA x : string\n", "field getA x : integer\n", &["field getA x: may now be integer"], &[]),
        ("field getA x : string\n", "field getA x : null | string\n", &["field getA x: may now be null"], &[]),
        ("field getA x : absent | string\n", "field getA x : string\n", &[], &[]),
        ("field getA x : string(date-time)\n", "field getA x : string\n", &["field getA x: may now be string"], &[]),
    ];
    for (before, after, broken, new) in cases {
        let (before, after) = (parse(before), parse(after));
        let wanted = Difference { broken: broken.iter().map(|&line| line.to_owned()).collect(), new: new.iter().map(|&line| line.to_owned()).collect() };
        assert_eq!(compare(&before, &after), wanted, "{before:?} {after:?}");
        assert_eq!(parse(&text(&before)), before);
    }
}

#[test]
fn changes_of_the_document_are_seen() {
    let before = openapi();
    type Change<'a> = (&'a dyn Fn(&mut Value), &'a str);
    let changes: [Change<'_>; 7] = [
        (&|now| drop(now["components"]["schemas"]["Package"]["properties"].as_object_mut().unwrap().remove("name")), "field getPackage data.name: is gone"),
        (
            &|now| now["components"]["schemas"]["ReleaseWithArns"]["properties"]["zip_bytes"]["type"] = "string".into(),
            "field getPackage data.runtimes[].releases[].zip_bytes: may now be string",
        ),
        (&|now| drop(now["components"]["schemas"]["Region"]["required"].as_array_mut().unwrap().pop()), "field getRegion data.layers: may now be absent"),
        (
            &|now| drop(now["components"]["schemas"]["LayerState"]["enum"].as_array_mut().unwrap().pop()),
            "word getPackage data.runtimes[].releases[].standings[].state deleted: is gone",
        ),
        (&|now| drop(now["paths"].as_object_mut().unwrap().remove("/api/v3/all.ndjson")), "address getAll /api/v3/all.ndjson: is gone"),
        (&|now| now["components"]["schemas"]["V2VersionRow"]["properties"]["arn"]["type"] = "null".into(), "field getV2Versions [].arn: may now be null"),
        (
            &|now| now["components"]["schemas"]["StandingWithNumbers"]["properties"]["regions"]["additionalProperties"]["type"] = "string".into(),
            "field getAll [].standings[].regions{}: may now be string",
        ),
    ];
    for (change, broken) in changes {
        let mut after = before.clone();
        change(&mut after);
        let found = compare(&now(&before), &now(&after)).broken;
        assert!(found.iter().any(|line| line == broken), "{broken}: {found:?}");
    }
}
