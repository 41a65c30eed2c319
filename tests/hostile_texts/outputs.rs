//! Everything that is rendered from the service of strangers, each kind of file read by its own reader.

use std::collections::BTreeSet;
use std::path::PathBuf;

use icalendar::parser::{read_calendar, unfold};
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::common::{World, tree};
use crate::said::{NASTY, harmless, steers};
use crate::service::{package, service};

type Files = Vec<(String, Vec<u8>)>;

fn rendered(world: &World) -> Files {
    harmless(&world.run(&["render"]).exits(0), crate::said::Form::Text, "render");
    let below = |folder: &str| {
        let named = |(path, bytes): (PathBuf, Vec<u8>)| (format!("{folder}/{}", path.to_str().unwrap()), bytes);
        tree(&world.path(folder)).into_iter().map(named).collect::<Files>()
    };
    [below("deployments"), below("_site")].concat()
}

#[test]
fn every_file_that_is_rendered_is_what_its_kind_is() {
    let world = service();
    let before: BTreeSet<PathBuf> = tree(&world.path("")).into_keys().collect();
    let files = rendered(&world);
    let outside: Vec<PathBuf> = tree(&world.path("")).into_keys().filter(|path| !before.contains(path)).collect();
    let ours = ["deployments", "_site", ".klayers"];
    assert!(outside.iter().all(|path| ours.iter().any(|folder| path.starts_with(folder))), "{outside:?}");
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    for (path, bytes) in &files {
        let is_plain =
            |part: &str| !part.is_empty() && !part.starts_with("..") && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        assert!(path.split('/').all(is_plain), "{path}");
        // Papers are what their hashes say, and served as what they are.
        if path.ends_with(".gz") || path.contains("/locks/") || path.contains("/sboms/") {
            continue;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let kind = if path.contains("/api/v2/") { api_2(path, text) } else { by_its_ending(path, text) };
        *kinds.entry(kind).or_default() += 1;
    }
    assert!(["atom", "csv", "html", "ics", "json", "md"].iter().all(|kind| kinds.get(kind).is_some_and(|count| *count > 0)), "{kinds:?}");
    assert!(kinds["json"] > 100 && kinds["csv"] > 4, "{kinds:?}");
}

fn by_its_ending<'a>(path: &'a str, text: &str) -> &'a str {
    let kind = path.rsplit('.').next().unwrap();
    match kind {
        "json" => json(path, text),
        "csv" => csv(path, text),
        "md" => markdown(path, text),
        "atom" => atom(path, text),
        "ics" => calendar(path, text),
        "html" => html(path, text),
        _ => {}
    }
    kind
}

/// A host calls all of them HTML.
fn api_2(path: &str, text: &str) -> &'static str {
    if text.starts_with("<!DOCTYPE html>") {
        html(path, text);
        return "html";
    }
    assert!(!text.contains(['<', '>', '&']), "{path}:\n{text}");
    if path.contains("/csv/") {
        csv(path, text);
        return "csv";
    }
    json(path, text);
    "json"
}

fn json(path: &str, text: &str) {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(!text.chars().any(|character| steers(character) && character != '\n'), "{path}: what steers stands there as it is");
    assert!(!has_key(&value, "FORGED"), "{path}");
}

fn has_key(value: &serde_json::Value, wanted: &str) -> bool {
    match value {
        serde_json::Value::Object(fields) => fields.iter().any(|(key, value)| key.contains(wanted) || has_key(value, wanted)),
        serde_json::Value::Array(values) => values.iter().any(|value| has_key(value, wanted)),
        _ => false,
    }
}

fn csv(path: &str, text: &str) {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let arn = headers.iter().position(|header| header.eq_ignore_ascii_case("arn")).unwrap_or_else(|| panic!("{path}: {headers:?}"));
    for record in reader.records() {
        let record = record.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !cell.contains(['\n', '\r'])), "{path}: {record:?}");
        assert!(
            record[arn].starts_with("arn:aws:lambda:") && record[arn].contains(":layer:Klayers-p31") && !record[0].contains("FORGED"),
            "{path}: {record:?}"
        );
    }
    assert!(!text.chars().any(|character| steers(character) && !matches!(character, '\n' | '\r')), "{path}");
}

fn markdown(path: &str, text: &str) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM | Options::ENABLE_FOOTNOTES;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{path}: {html}"),
            Event::Start(Tag::Image { .. }) => panic!("{path}: an image"),
            Event::Start(Tag::Link { dest_url, .. }) => assert!(!dest_url.contains("attack.example") && !dest_url.contains(':'), "{path}: {dest_url}"),
            Event::Code(code) => assert!(!code.contains("FORGED"), "{path}: `{code}`"),
            _ => {}
        }
    }
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let mut before: Option<usize> = None;
    for row in rows {
        let cells = row.replace("\\|", "").matches('|').count();
        let is_head = text.contains(&format!("{row}\n| ---"));
        assert!(is_head || before.is_none_or(|before| before == cells), "{path}: {row}");
        before = Some(cells);
    }
    assert!(!text.contains("\n# FORGED") && !text.contains("www.attack") && !text.chars().any(|character| steers(character) && character != '\n'), "{path}");
}

fn atom(path: &str, text: &str) {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(!node.tag_name().name().contains("FORGED"), "{path}");
        let name = node.tag_name().name();
        assert!(name != "title" || node.text() != Some("FORGED"), "{path}");
        // What is inside is HTML again.
        if name == "content" {
            let inside = node.text().unwrap_or_default();
            assert!(!inside.contains("<FORGED") && !inside.contains("<script") && !inside.contains("<img"), "{path}: {inside}");
        }
    }
    assert!(!text.chars().any(|character| steers(character) && character != '\n'), "{path}");
}

fn calendar(path: &str, text: &str) {
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{path}: a line is too long or breaks");
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).unwrap_or_else(|error| panic!("{path}: {error}"));
    let known = ["UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "TRANSP"];
    for event in calendar.components.iter().filter(|component| component.name == "VEVENT") {
        assert!(event.properties.iter().all(|property| known.contains(&property.name.as_str())), "{path}: {event:?}");
        assert!(event.properties.iter().all(|property| property.name != "SUMMARY" || !property.val.as_str().starts_with("FORGED")), "{path}");
    }
    assert!(!text.chars().any(|character| steers(character) && !matches!(character, '\r' | '\n')), "{path}");
}

/// What a browser makes of them is tried in `tests/browser/hostile.test.mjs`.
fn html(path: &str, text: &str) {
    for mark in ["<FORGED", "<img src=x", "<script>", "onerror=FORGED>", "href=\"http://attack", "62710561"] {
        assert!(!text.contains(mark), "{path}: {mark}");
    }
    assert!(!text.contains('\u{0}') && !text.contains('\u{1b}') && !text.contains('\u{9b}') && !text.contains('\u{202e}'), "{path}");
}

#[test]
fn every_text_is_still_told() {
    let world = service();
    let files = rendered(&world);
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).take(8).collect::<String>();
    for (number, nasty) in NASTY.iter().enumerate() {
        let path = format!("_site/api/v3/packages/{}.json", package(number));
        let (_, bytes) = files.iter().find(|(name, _)| *name == path).unwrap_or_else(|| panic!("{path}"));
        let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        let license = value["license"].as_str().or_else(|| value["data"]["license"].as_str()).unwrap_or_else(|| panic!("{value:#}"));
        assert!(letters(license).starts_with(&letters(nasty)), "{license:?} of {nasty:?}");
    }
}
