//! A ledger edited by hand: told with file and line, all of it at once, and nothing is rendered or recorded from it.

use serde_json::{Value, json};

use crate::build::Build;
use crate::common::{World, tree};
use crate::said::{Form, NASTY, harmless};

fn line(number: u64) -> Value {
    let build = Build::new("p313", "alpha", "2026-01-01", &format!("{number}.0")).regions(&[("us-east-1", number)]);
    serde_json::from_str(&build.published().canonical()).unwrap()
}

#[test]
fn whatever_stands_in_a_field_is_told_or_read_and_nothing_else_happens() {
    let world = World::new(&["alpha"]);
    let fields: Vec<String> = line(1).as_object().unwrap().keys().cloned().collect();
    let (mut lines, mut number) = (String::new(), 0);
    let mut expected = Vec::new();
    for field in &fields {
        for text in NASTY {
            number += 1;
            let mut event = line(number);
            event[field.as_str()] = match field.as_str() {
                "regions" => json!({text: 1}),
                "requirements" => json!([text]),
                _ => json!(text),
            };
            lines += &format!("{event}\n");
            if field != "license" {
                expected.push(number);
            }
        }
    }
    world.write("pipeline/ledger/p3.13/alpha/events.jsonl", &lines);
    let before = tree(&world.path(""));
    for form in Form::ALL {
        let ran = world.run(&[&["check"], form.arguments()].concat()).exits(1);
        harmless(&ran, form, "check");
        if form == Form::Json {
            let problems: Value = serde_json::from_str(&ran.stdout).unwrap();
            let mut told: Vec<u64> = problems.as_array().unwrap().iter().map(|problem| problem["line"].as_u64().unwrap()).collect();
            told.dedup();
            assert_eq!(told, expected, "each line that is wrong, and no other");
            let has_all = |problem: &Value| {
                problem["file"] == "pipeline/ledger/p3.13/alpha/events.jsonl" && problem["help"].as_str().is_some_and(|help| !help.is_empty())
            };
            assert!(problems.as_array().unwrap().iter().all(has_all), "{problems:#}");
        }
    }
    for arguments in [&["render"][..], &["record", "none.jsonl"], &["plan", "-o", "plan.json", "--offline"], &["expire", "--account", "local:account"]] {
        let ran = world.run(arguments);
        assert!(matches!(ran.code, Some(1 | 2)), "{ran:?}");
        harmless(&ran, Form::Text, arguments[0]);
    }
    let after = tree(&world.path(""));
    let written: Vec<_> = after
        .iter()
        .filter(|(path, bytes)| before.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .filter(|path| !path.ends_with(".lock") && !path.starts_with(".cache"))
        .collect();
    assert!(written.is_empty(), "{written:?}");
}

#[test]
fn what_no_line_of_ours_has_is_told_line_by_line() {
    let world = World::new(&["alpha"]);
    let with = |field: &str, value: Value| {
        let mut event = line(1);
        event[field] = value;
        event.to_string()
    };
    let good = line(1).to_string();
    let (key, rest) = good.split_at(1);
    let cases = [
        ("a number that is none", good.replace("\"zip_bytes\":1480000", "\"zip_bytes\":1e400")),
        ("a number below nothing", good.replace("\"zip_bytes\":1480000", "\"zip_bytes\":-1")),
        ("half a character", good.replace("\"license\":\"MIT\"", "\"license\":\"\\ud800\"")),
        ("a key twice", format!("{key}\"license\":\"x\",{rest}")),
        ("NUL", "\u{0}".to_owned()),
        ("deep", "[".repeat(200_000)),
        ("no object", "null".to_owned()),
        ("a version of megabytes", with("version", json!("1".repeat(10 << 20)))),
        ("a licence of megabytes", with("license", json!("MIT ".repeat(10 << 18)))),
        ("a package that is a path", with("package", json!("../../alpha"))),
        ("another package", with("package", json!("beta"))),
        ("a version that is a formula", with("version", json!("=1+1"))),
        ("a layer elsewhere", with("layer", json!("Klayers-p313-../../alpha"))),
        ("a region that is a path", with("regions", json!({"../../us-east-1": 1}))),
        ("a number of a version that is none", with("regions", json!({"us-east-1": 1.5}))),
        ("a time that is none", with("at", json!("yesterday"))),
        ("a time out of all calendars", with("at", json!("99999-01-01T00:00:00Z"))),
    ];
    for (what, text) in &cases {
        world.write("pipeline/ledger/p3.13/alpha/events.jsonl", &format!("{text}\n"));
        let ran = world.run(&["check"]);
        assert_eq!(ran.code, Some(1), "{what}: {}", &ran.stderr[..ran.stderr.len().min(2000)]);
        harmless(&ran, Form::Text, what);
        assert!(ran.stderr.contains("  --> pipeline/ledger/p3.13/alpha/events.jsonl:1\n  help: ") && ran.stderr.len() < 10_000, "{what}: {}", ran.stderr.len());
        harmless(&world.run(&["render"]).exits(1), Form::Text, what);
    }
    world.write("pipeline/ledger/p3.13/alpha/events.jsonl", &format!("{good}\n"));
    for (name, text) in [("status.json", "{\"packages\":{\"../x\":1}}"), ("build-times.json", "\u{1b}[2J"), ("status.json", "[]")] {
        world.write(&format!("pipeline/ledger/p3.13/{name}"), text);
        harmless(&world.run(&["check"]).exits(1), Form::Text, name);
        std::fs::remove_file(world.path(&format!("pipeline/ledger/p3.13/{name}"))).unwrap();
    }
    assert!(!world.path("_site").exists() && !world.path("deployments").exists());
    world.run(&["render"]).exits(0);
}

#[test]
fn a_receipt_that_the_ledger_would_refuse_is_not_recorded() {
    let world = World::new(&["alpha"]);
    let archive = |field: &str, text: &str| {
        let event = line(1);
        let mut receipt = json!({"receipt": "archive", "runtime": "p3.13", "package": "alpha", "spelled": "alpha", "lock": ""});
        for same in ["account", "partition", "version", "layer", "requirements", "zip_sha256", "zip_bytes", "unzipped_bytes", "license"] {
            receipt[same] = event[same].clone();
        }
        receipt[field] = json!(text);
        let published =
            json!({"receipt": "published", "layer": event["layer"], "zip_sha256": event["zip_sha256"], "region": "us-east-1", "version": 1, "at": event["at"]});
        format!("{receipt}\n{published}\n")
    };
    for field in ["version", "spelled", "package", "runtime", "layer", "account"] {
        for text in NASTY {
            world.write("receipts.jsonl", &archive(field, text));
            let ran = world.run(&["record", "receipts.jsonl"]);
            // What any text may be is held against the ledger's rules, all else to its form.
            let ran = match field {
                "version" | "spelled" => ran.exits(1).says("error[receipts-untrue]"),
                _ => ran.exits(1).says("error[receipt-invalid]: not a receipt: ").says("receipts.jsonl:1"),
            };
            harmless(&ran, Form::Text, field);
            assert!(!world.path("pipeline/ledger/p3.13").exists(), "{field}: {text:?}");
        }
    }
    // Two archives that got one number: both are told of, and neither is recorded.
    let one = archive("license", "MIT");
    let other = one.replace(line(1)["zip_sha256"].as_str().unwrap(), &"0".repeat(64));
    world.write("receipts.jsonl", &(one + &other));
    world.run(&["record", "receipts.jsonl"]).exits(1).says("version 1 in us-east-1 was recorded on a line above").says("nothing was recorded");
    assert!(!world.path("pipeline/ledger/p3.13").exists());
    for text in NASTY {
        world.write("receipts.jsonl", &archive("license", text));
        harmless(&world.run(&["record", "receipts.jsonl"]).exits(0), Form::Text, text);
        harmless(&world.run(&["check"]).exits(0), Form::Text, text);
    }
}
