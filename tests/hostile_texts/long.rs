//! Texts of many megabytes: cut where they come in, and said to be.

use crate::common::{Index, Wheel, World};
use crate::said::{Form, harmless};

const MANY: usize = 10 << 20;
const ROW: usize = 1 << 20;

#[test]
fn a_licence_of_ten_megabytes_and_a_summary_of_five_become_a_line_each() {
    let long = "licence ".repeat(MANY / 8);
    // All headers together have 16 MiB.
    let wheel =
        Wheel::new("alpha", "1.0").metadata(&format!("License: {long}")).metadata(&format!("Summary: {}", &long[..MANY / 2])).info_file("LICENSE", &long);
    let index = Index::with(&[wheel]);
    let world = World::with_index(&["alpha"], &index);
    let ran = world.run(&["run", "--package", "alpha", "--runtime", "p3.13"]).exits(0);
    harmless(&ran, Form::Text, "run");
    let total: usize = ["deployments", "_site", ".klayers/ledger"]
        .iter()
        .flat_map(|folder| crate::common::tree(&world.path(folder)).into_values())
        .map(|bytes| bytes.len())
        .sum();
    assert!(total < MANY / 2, "{total} bytes are written");
    let lines = world.read(".klayers/ledger/p3.13/alpha/events.jsonl");
    assert!(lines.contains("licence licence") && lines.contains('…') && lines.len() < 4_000, "{}", lines.len());
}

#[test]
fn a_row_of_megabytes_is_told_in_a_line() {
    let long = "x".repeat(ROW);
    let world = World::new(&[
        &format!("alpha,\"{long}\",\"{long}\"").as_str()[..100],
        &format!("{long},MIT,"),
        &format!("alpha[{long}],MIT,"),
        &format!("alpha=={long}"),
    ]);
    for form in Form::ALL {
        let ran = world.run(&[&["check", "--offline"], form.arguments()].concat());
        harmless(&ran, form, "check");
        assert!(ran.code == Some(1) && ran.stdout.len() + ran.stderr.len() < 50_000, "{:?}: {} and {}", ran.code, ran.stdout.len(), ran.stderr.len());
    }
}

#[test]
fn an_argument_and_a_plan_of_megabytes_are_told_in_a_line() {
    let world = World::new(&["alpha"]);
    world.write("plan.json", &format!("{{\"schema\":\"{}\"}}", "y".repeat(MANY)));
    let ran = world.run(&["build", "--plan", "plan.json", "--shard", "0", "-o", "dist"]).exits(2);
    harmless(&ran, Form::Text, "build");
    assert!(ran.stderr.len() < 70_000, "{}", ran.stderr.len());
    let long = "z".repeat(100_000);
    let ran = world.run(&["yank", &long, "--runtime", "p3.13"]);
    harmless(&ran, Form::Text, "yank");
    assert!(ran.stderr.len() < 70_000, "{}", ran.stderr.len());
}
