//! `deployments/` is kept in git: what a month changes there, and how it looks to a reader of the repository.

use std::collections::BTreeSet;

use klayers::ledger::Event;
use klayers::render::Tree;
use pulldown_cmark::{Event as Mark, Options, Parser, Tag, TagEnd};
use similar::{ChangeTag, TextDiff};

use super::golden;
use super::service::{Build, RUNTIMES, Service};
use super::world::HOSTILE;

const ADDRESS: &str = "https://layers.example.org/klayers/";
const CHANGED: [&str; 5] = ["attrs", "numpy", "pillow", "polars", "zstandard"];
const UNCHANGED: [&str; 4] = ["boto-extras", "idna", "never-built", "requests"];

/// What was there when the month began.
fn before() -> Service {
    let mut service = Service::new();
    for package in CHANGED.iter().chain(&UNCHANGED[..2]).filter(|package| **package != "polars") {
        service.publish(Build::new("2025-11-02", package, "1.0", &["anyio==4.9"]));
        service.publish(Build::new("2025-12-02", package, "1.1", &["anyio==4.9"]));
        service.publish(Build::new("2026-10-02", package, "1.2", &["anyio==4.10"]));
    }
    service.publish(Build { runtimes: &RUNTIMES[..1], ..Build::new("2026-10-02", "requests", "2.32.5", &[]) });
    service.fail("p3.13", "never-built", "failed", "no-wheel", "it has no wheel | for `this` <b>", "2026-09-01");
    service.fail("p3.14", "requests", "held-back", "dependency", "2.32.5 was chosen because 2.33 needs something", "2026-10-02");
    service.fail("p3.14", "polars", "failed", "too-big", "it is too big", "2026-10-02");
    service
}

/// The same a month later: five packages have new builds, one of them its first, on all runtimes or on some.
fn after() -> Service {
    let mut service = before();
    for package in &CHANGED[..3] {
        service.publish(Build::new("2026-11-03", package, "1.10", &["anyio==4.11", "sniffio==1.3"]));
    }
    service.publish(Build { runtimes: &RUNTIMES[2..], ..Build::new("2026-11-03", "zstandard", "2.0", &[]) });
    service.publish(Build { runtimes: &RUNTIMES[..2], ..Build::new("2026-11-03", "polars", "1.40", &[]) });
    service.yank("2026-11-05", "attrs", &RUNTIMES[..1], "it imports nothing");
    // Half a year ago.
    service.affect("2026-11-06", "numpy", &RUNTIMES[..1], 1, &["eu-west-1"], Event::Deleted);
    service
}

/// The lines that differ, with their files.
fn changed_lines(old: &Tree, new: &Tree) -> Vec<(String, String)> {
    let paths: BTreeSet<&str> = old.iter().chain(new.iter()).map(|(path, _)| path).collect();
    let text = |tree: &Tree, path: &str| String::from_utf8(tree.get(path).unwrap_or_default().to_vec()).expect("UTF-8");
    let mut lines = Vec::new();
    for path in paths {
        let (old, new) = (text(old, path), text(new, path));
        let difference = TextDiff::from_lines(&old, &new);
        let changes = difference.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
        lines.extend(changes.map(|change| (path.to_owned(), change.value().to_owned())));
    }
    lines
}

#[test]
fn a_month_changes_the_lines_of_what_changed_and_no_other() {
    for address in [None, Some(ADDRESS)] {
        let (mut before, mut after) = (before(), after());
        (before.address, after.address) = (address, address);
        // Within the month, nothing that stays expires.
        let (old, new) = (before.written().deployments("2026-11-01"), after.written().deployments("2026-11-30"));
        assert_eq!(old.iter().map(|(path, _)| path).collect::<Vec<_>>(), new.iter().map(|(path, _)| path).collect::<Vec<_>>());
        let lines = changed_lines(&old, &new);
        assert!(lines.len() > 100, "the month must show: {}", lines.len());
        for (path, line) in &lines {
            let named: Vec<&&str> = CHANGED.iter().filter(|package| line.contains(**package)).collect();
            assert_eq!(named.len(), 1, "{path}: {line}");
            assert!(!UNCHANGED.iter().any(|package| line.contains(package)), "{path}: {line}");
        }
        let named: BTreeSet<&str> = CHANGED.into_iter().filter(|package| lines.iter().any(|(_, line)| line.contains(package))).collect();
        assert_eq!(named, CHANGED.into(), "each of the five must show");
    }
}

#[test]
fn days_on_which_nothing_happens_change_nothing_but_what_expires() {
    let service = before().written();
    let first = service.deployments("2026-11-05");
    assert_eq!(first, service.deployments("2026-11-30"));
    // What was replaced on 2025-12-02 expires a year later.
    let lines = changed_lines(&first, &service.deployments("2026-12-02"));
    assert!(!lines.is_empty() && lines.iter().all(|(_, line)| line.contains("1.0") && line.contains("2026-12-02")), "{lines:?}");
}

#[test]
fn deployments_with_links_are_as_accepted() {
    let mut service = after();
    service.address = Some(ADDRESS);
    let mut tree = Tree::new();
    // The other runtimes look alike.
    let all = service.written().deployments("2026-11-30");
    for (path, bytes) in all.iter().filter(|(path, _)| *path == "README.md" || path.starts_with("python3.13/")) {
        tree.insert(path, bytes);
    }
    golden::compare("linked-deployments", &tree);
}

#[test]
fn every_page_is_what_github_takes_for_tables_and_links_that_lead_somewhere() {
    for address in [None, Some(ADDRESS)] {
        let mut service = after();
        service.address = address;
        service.publish(Build { license: HOSTILE, ..Build::new("2026-11-10", "hostile", HOSTILE, &[]) });
        service.fail("p3.13", "hostile", "failed", "x|y", HOSTILE, "2026-11-11");
        let service = service.written();
        let (tree, site) = (service.deployments("2026-11-30"), service.site("2026-11-30"));
        let mut tables = 0;
        for (path, bytes) in tree.iter().filter(|(path, _)| path.ends_with(".md")) {
            tables += page(&tree, &site, path, std::str::from_utf8(bytes).expect("UTF-8"));
        }
        assert_eq!(tables, 1 + RUNTIMES.len() * (4 + 5), "{address:?}");
    }
}

/// Checks one page; how many tables it has.
fn page(tree: &Tree, site: &Tree, path: &str, text: &str) -> usize {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM | Options::ENABLE_MATH | Options::ENABLE_FOOTNOTES;
    let (mut tables, mut columns, mut cells, mut cell) = (0, 0, 0, String::new());
    for mark in Parser::new_ext(text, options) {
        match mark {
            Mark::Start(Tag::Table(alignments)) => (tables, columns) = (tables + 1, alignments.len()),
            Mark::Start(Tag::TableHead | Tag::TableRow) => cells = 0,
            Mark::Start(Tag::TableCell) => cell.clear(),
            Mark::End(TagEnd::TableCell) => {
                cells += 1;
                assert!(cell.chars().count() <= 300, "{path}: a cell too long to read: {cell}");
            }
            Mark::End(TagEnd::TableHead | TagEnd::TableRow) => assert_eq!(cells, columns, "{path}: {cell}"),
            Mark::Start(Tag::Link { dest_url, .. }) => link(tree, site, path, &dest_url),
            Mark::Text(text) | Mark::Code(text) => cell.push_str(&text),
            Mark::Html(html) | Mark::InlineHtml(html) => panic!("{path}: {html}"),
            Mark::Start(_) | Mark::End(_) | Mark::SoftBreak => {}
            other => panic!("{path}: {other:?}"),
        }
    }
    // A row that a table does not take would be a paragraph that begins with a line.
    let rows = text.lines().filter(|line| line.starts_with('|')).count();
    assert!(rows >= 2 * tables, "{path}");
    for line in text.lines().filter(|line| line.contains("arn:")) {
        let arn = line.split('`').nth(1).expect("in a code span");
        arn.parse::<klayers::domain::LayerArn>().unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    tables
}

fn link(tree: &Tree, site: &Tree, path: &str, target: &str) {
    if let Some(below) = target.strip_prefix(ADDRESS) {
        // Other tests look after the files of the third version of the API.
        let is_v3 = below.starts_with("api/v3/") && !site.iter().any(|(path, _)| path.starts_with("api/v3/"));
        let index = format!("{below}index.html");
        assert!(is_v3 || site.contains(below) || site.contains(&index), "{path}: {target} leads nowhere");
        return;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        if part == ".." {
            parts.pop().expect("inside");
        } else {
            parts.push(part);
        }
    }
    assert!(tree.contains(&parts.join("/")), "{path}: {target} leads nowhere");
}
