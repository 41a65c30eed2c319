//! The workflows keep to their rules: no more rights than needed, no credentials where the code of strangers runs, and
//! nothing in them that the program does not understand. Each rule is shown to find what breaks it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "workflows/rules.rs"]
mod rules;
#[path = "workflows/workflow.rs"]
mod workflow;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use rules::RULES;
use workflow::Workflow;

#[test]
fn every_workflow_keeps_to_every_rule() {
    let workflows = Workflow::all();
    assert!(workflows.len() >= 7, "the workflows are not found");
    let mut found = String::new();
    for workflow in &workflows {
        for (rule, wrong) in RULES {
            found.extend(wrong(workflow).into_iter().map(|words| format!("{}: {words}\n  the rule: {rule}\n", workflow.name)));
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

/// Which rule finds it when a text of a workflow is replaced.
const BROKEN: [(&str, &str, &str, &str); 24] = [
    ("nothing is allowed", "publish.yml", "permissions: {}\n", "permissions: read-all\n"),
    ("nothing is allowed", "publish.yml", "    permissions:\n      contents: read # the settings\n", ""),
    ("nothing is allowed", "daily.yml", "contents: write # ledger and deployments", "contents: write"),
    ("nothing is cached", "ci.yml", "cache-mode: none", "cache-mode: write"),
    ("each job ends in time", "publish.yml", "    timeout-minutes: 120\n", ""),
    ("each job ends in time", "ci.yml", "runs-on: ubuntu-slim", "runs-on: self-hosted"),
    ("each job ends in time", "ci.yml", "[ubuntu-24.04, ubuntu-24.04-arm]", "[ubuntu-24.04, ours]"),
    ("one writer", "publish.yml", "  queue: max\n", ""),
    ("one writer", "daily.yml", "group: ledger-writer", "group: daily"),
    ("one writer", "packages.yml", "packages-${{ github.event.pull_request.number }}", "packages-${{ github.head_ref }}"),
    ("actions are", "ci.yml", "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "actions/checkout@v7"),
    ("actions are", "ci.yml", " # v7.0.1", ""),
    ("actions are", "publish.yml", "$/.github/actions/klayers", "$/.github/actions/elsewhere"),
    ("no token stays", "publish.yml", "persist-credentials: false", "persist-credentials: true"),
    ("values reach", "deploy.yml", "klayers deploy \"$KLAYERS_SITE_TARGET\"", "klayers deploy ${{ vars.KLAYERS_SITE_TARGET }}"),
    ("a step is one command", "publish.yml", "klayers plan --shards 20 -o plan.json", "klayers plan --shard 20 -o plan.json"),
    ("a step is one command", "publish.yml", "run: klayers plan --shards 20 -o plan.json", "run: python3 plan.py"),
    ("no job has credentials", "publish.yml", "      contents: read # the settings", "      id-token: write # why not"),
    ("no job has credentials", "publish.yml", "      KLAYERS_BYTECODE: required\n", "      GITHUB_TOKEN: ${{ github.token }}\n"),
    ("no job has credentials", "publish.yml", "klayers publish dist --plan plan.json --account aws -o receipts.jsonl", "klayers verify dist"),
    ("an environment is for", "publish.yml", "    environment: aws-publish\n", ""),
    ("a pull request gets", "packages.yml", "contents: read # the settings", "contents: write # the settings"),
    ("what a pull request", "packages-comment.yml", "$/.github/actions/klayers", "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"),
    ("nobody asks", "publish.yml", "${{ github.token }}", "${{ secrets.TOKEN }}"),
];

#[test]
fn each_rule_finds_what_breaks_it() {
    for (rule, name, text, instead) in BROKEN {
        let whole = Workflow::all().into_iter().find(|workflow| workflow.name == name).unwrap().text;
        assert!(whole.contains(text), "{name} has no `{text}`");
        let broken = Workflow::read(name, whole.replacen(text, instead, 1));
        let finders: Vec<&str> = RULES.iter().filter(|(_, wrong)| !wrong(&broken).is_empty()).map(|(rule, _)| *rule).collect();
        assert!(finders.iter().any(|finder| finder.starts_with(rule)), "`{instead}` in {name} is found by {finders:?} alone");
    }
    let untested: Vec<&str> = RULES.iter().map(|(rule, _)| *rule).filter(|rule| !BROKEN.iter().any(|(start, ..)| rule.starts_with(start))).collect();
    assert!(untested.is_empty(), "nothing breaks these: {untested:?}");
}

#[test]
fn one_action_has_one_version_everywhere() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let action = std::fs::read_to_string(".github/actions/klayers/action.yml").unwrap();
    let texts = Workflow::all().into_iter().map(|workflow| workflow.text).chain([action]);
    for line in texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()) {
        if let Some((name, version)) = line.trim().trim_start_matches("- ").strip_prefix("uses: actions/").and_then(|uses| uses.split_once('@')) {
            versions.entry(name.to_owned()).or_default().insert(version.to_owned());
        }
    }
    assert!(versions.len() >= 5 && versions.values().all(|versions| versions.len() == 1), "{versions:?}");
}

#[test]
fn every_step_and_every_job_of_a_matrix_has_a_name() {
    for workflow in Workflow::all() {
        for job in workflow.jobs() {
            assert!(job.get("name").is_string(), "{}: `{}`", workflow.name, job.id);
            assert!(job.steps().iter().all(|step| step.name().is_some()), "{}: a step of `{}`", workflow.name, job.id);
        }
    }
}

#[test]
fn what_comes_by_the_clock_does_not_come_with_everybody_elses() {
    let mut seen = 0;
    for workflow in Workflow::all() {
        for schedule in workflow.trigger("schedule").as_array().into_iter().flatten() {
            let minute = schedule["cron"].as_str().unwrap().split(' ').next().unwrap();
            assert!(!["0", "15", "30", "45", "*"].contains(&minute), "{}: minute {minute}", workflow.name);
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a program that only tests start")]
fn linters_of_others_find_nothing_that_is_not_explained() {
    let output = Command::new("scripts/lint-workflows").current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
