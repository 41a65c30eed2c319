//! Feeds, read by a reader that is not ours.

use std::collections::{BTreeMap, BTreeSet};

use atom_syndication::{Entry, Feed};
use klayers::ledger::Event;
use klayers::render::Tree;
use quick_xml::events::Event as Mark;

use super::golden;
use super::service::{Build, REGIONS, RUNTIMES, Service, Written};
use super::world::{HOSTILE, TODAY};

const ADDRESS: &str = "https://layers.example.org/klayers/";
const ALL: &str = "feeds/all.atom";

/// Everything that an entry can tell.
fn story() -> Service {
    let mut service = Service::new();
    service.ask_for("never-built");
    service.publish(Build::new("2025-03-01", "numpy", "2.2.0", &[]));
    service.publish(Build::new("2025-03-01", "pandas", "2.2.0", &["numpy==2.2.0", "six==1.16"]));
    // One runtime gets it an hour later, and a region the day after.
    service.publish(Build {
        runtimes: &RUNTIMES[..3],
        regions: &REGIONS[..4],
        ..Build::new("2026-01-05", "pandas", "2.3.0", &["numpy==2.3.0", "tzdata==2026.1"])
    });
    service.publish(Build { runtimes: &RUNTIMES[3..], regions: &REGIONS[..4], ..Build::new("2026-01-05T10:30:00Z", "pandas", "2.3.0", &["numpy==2.3.0"]) });
    service.publish(Build {
        regions: &REGIONS[4..],
        runtimes: &RUNTIMES[..3],
        ..Build::new("2026-01-06", "pandas", "2.3.0", &["numpy==2.3.0", "tzdata==2026.1"])
    });
    // The same version with other dependencies; it breaks, is withdrawn on some runtimes, and was right after all on one.
    service.publish(Build { runtimes: &RUNTIMES[..2], ..Build::new("2026-02-01", "pandas", "2.3.0", &["numpy==2.4.0", "tzdata==2026.1"]) });
    service.yank("2026-02-02", "pandas", &RUNTIMES[..2], "it needs numpy < 2.4; <b>sorry</b>.");
    service.unyank("2026-02-03", "pandas", &RUNTIMES[..1]);
    service.affect("2026-03-15", "pandas", &RUNTIMES, 1, &REGIONS, Event::Deleted);
    service.affect("2026-04-01", "numpy", &RUNTIMES[..1], 1, &REGIONS[..2], Event::Lost);
    service.affect("2026-04-02", "numpy", &RUNTIMES[..1], 1, &REGIONS[..1], Event::Found);
    service.publish(Build { license: HOSTILE, ..Build::new("2026-05-01", "hostile", HOSTILE, &[]) });
    service
        .publish(Build { license: "\u{0}\u{b}\u{fffe}\u{ffff}\u{202e}]]>-->\u{85}", ..Build::new("2026-05-02", "hostile", "1\u{1}\u{ffff}", &["six==1.17"]) });
    service.yank("2026-05-03", "hostile", &RUNTIMES[..1], "<script>alert(1)</script>\n]]>&amp;");
    service
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.iter().map(|(path, _)| path).filter(|path| path.ends_with(".atom")).collect()
}

fn feed(tree: &Tree, path: &str) -> Feed {
    let bytes = tree.get(path).unwrap_or_else(|| panic!("no file {path}"));
    Feed::read_from(bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn told(tree: &Tree, path: &str) -> Vec<String> {
    feed(tree, path).entries.iter().map(|entry| format!("{} {}", &entry.updated.to_string()[..10], entry.title.value)).collect()
}

fn html(entry: &Entry) -> &str {
    entry.content.as_ref().expect("content").value.as_deref().expect("text")
}

#[test]
fn feeds_are_as_accepted() {
    for (name, address) in [("feeds", None), ("linked-feeds", Some(ADDRESS))] {
        let mut service = story();
        service.address = address;
        let site = service.written().site(TODAY);
        assert_eq!(site, service.written().site(TODAY));
        let mut tree = Tree::new();
        // The page about feeds is there too.
        site.iter().filter(|(path, _)| path.starts_with("feeds/") && !path.ends_with(".html")).for_each(|(path, bytes)| tree.insert(path, bytes));
        golden::compare(name, &tree);
    }
}

#[test]
fn each_thing_is_told_once_newest_first() {
    let site = story().written().site(TODAY);
    let pandas = [
        "2026-03-15 pandas 2.2.0 deleted",
        "2026-02-03 pandas 2.3.0 no longer withdrawn",
        "2026-02-02 pandas 2.3.0 withdrawn",
        "2026-02-01 pandas 2.3.0 rebuilt",
        "2026-01-06 pandas 2.3.0 in more regions",
        "2026-01-05 pandas 2.3.0 published",
        "2025-03-01 pandas 2.2.0 published",
    ];
    assert_eq!(told(&site, "feeds/packages/pandas.atom"), pandas);
    let numpy = ["2026-04-02 numpy 2.2.0 found again", "2026-04-01 numpy 2.2.0 missing", "2025-03-01 numpy 2.2.0 published"];
    assert_eq!(told(&site, "feeds/packages/numpy.atom"), numpy);
    let all = told(&site, ALL);
    let of_pandas: Vec<&String> = all.iter().filter(|title| title.contains("pandas")).collect();
    let but_regions: Vec<&&str> = pandas.iter().filter(|title| !title.contains("more regions")).collect();
    assert_eq!(of_pandas, but_regions);
    assert!(!site.contains("feeds/packages/never-built.atom"), "it has nothing to tell");
}

#[test]
fn an_entry_joins_what_is_the_same_and_tells_apart_what_is_not() {
    let feed = feed(&story().written().site(TODAY), "feeds/packages/pandas.atom");
    let of = |title: &str| feed.entries.iter().find(|entry| entry.title.value == title).expect(title);
    let published = of("pandas 2.3.0 published");
    assert_eq!(
        (published.published.expect("a time").to_rfc3339(), published.updated.to_rfc3339()),
        ("2026-01-05T09:30:00+00:00".to_owned(), "2026-01-05T10:30:00+00:00".to_owned())
    );
    for (title, parts) in [
        (
            "pandas 2.3.0 published",
            &[
                "<b>Python 3.14 on arm64</b>: in 4 regions. After 2.2.0: removes <code>six</code> 1.16; 1 other minor move. Licence: MIT.",
                "<b>Python 3.14 on x86_64; Python 3.13 on x86_64 and arm64</b>: in 4 regions. After 2.2.0: adds <code>tzdata</code> 2026.1; removes",
            ][..],
        ),
        ("pandas 2.3.0 rebuilt", &["<b>Python 3.13 on x86_64 and arm64</b>: in 5 regions. After 2.3.0: 1 minor move."]),
        ("pandas 2.3.0 in more regions", &["<b>Python 3.14 on x86_64; Python 3.13 on x86_64 and arm64</b>: in us-west-2.</li>"]),
        ("pandas 2.3.0 withdrawn", &["Reason: it needs numpy &lt; 2.4; &lt;b&gt;sorry&lt;/b&gt;. Another build of it is the latest now."]),
        ("pandas 2.3.0 no longer withdrawn", &["<b>Python 3.13 on x86_64</b>: It is the latest now."]),
        ("pandas 2.2.0 deleted", &["<b>Python 3.14 and 3.13 on x86_64 and arm64</b>: in 5 regions."]),
    ] {
        for part in parts {
            assert!(html(of(title)).contains(part), "{part} is not in {}", html(of(title)));
        }
    }
}

#[test]
fn every_feed_is_what_a_feed_must_be() {
    for address in [None, Some(ADDRESS)] {
        for mut service in [story(), Service::new()] {
            service.address = address;
            let site = service.written().site(TODAY);
            for path in paths(&site) {
                well_formed(std::str::from_utf8(site.get(path).expect("there")).expect("UTF-8"), path);
                let feed = feed(&site, path);
                let newest = feed.entries.iter().map(|entry| entry.updated).max();
                assert_eq!(newest.unwrap_or_default(), feed.updated, "{path}");
                assert!(feed.entries.is_sorted_by(|a, b| a.updated >= b.updated), "{path}");
                assert!(!feed.title.value.is_empty() && !feed.authors[0].name.is_empty(), "{path}");
                assert_eq!(feed.links.iter().filter(|link| link.rel == "self").count(), 1, "{path}");
                let ids: BTreeSet<&str> = feed.entries.iter().map(Entry::id).chain([feed.id()]).collect();
                assert_eq!(ids.len(), feed.entries.len() + 1, "{path}: an id twice");
                for id in ids {
                    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-._~%/:,+!".contains(character);
                    assert!(id.starts_with("tag:") && id.chars().all(is_plain), "{path}: {id}");
                }
                for entry in &feed.entries {
                    assert!(entry.published.expect("a time") <= entry.updated, "{path}");
                    assert!(!entry.title.value.is_empty() && entry.content.as_ref().expect("content").content_type.as_deref() == Some("html"), "{path}");
                }
                let links = feed.links.iter().chain(feed.entries.iter().flat_map(|entry| &entry.links));
                links.for_each(|link| leads_somewhere(&site, path, &link.href, address));
            }
        }
    }
}

fn well_formed(text: &str, path: &str) {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(is_allowed), "{path}: XML takes no such character");
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}")) {
            Mark::Start(_) => depth += 1,
            Mark::End(_) => depth -= 1,
            Mark::Eof => break,
            Mark::CData(_) | Mark::Comment(_) | Mark::DocType(_) | Mark::PI(_) => panic!("{path}: nothing of ours"),
            Mark::Empty(_) | Mark::Text(_) | Mark::GeneralRef(_) | Mark::Decl(_) => {}
        }
    }
    assert_eq!(depth, 0, "{path}");
}

fn leads_somewhere(site: &Tree, path: &str, target: &str, address: Option<&str>) {
    let below = match address {
        Some(address) => target.strip_prefix(address).unwrap_or_else(|| panic!("{path}: {target}")).to_owned(),
        None => {
            let depth = path.matches('/').count();
            target.strip_prefix(&"../".repeat(depth)).unwrap_or_else(|| panic!("{path}: {target}")).to_owned()
        }
    };
    let file = below.split('#').next().expect("a part");
    // Other tests look after the files of the third version of the API.
    let is_v3 = file.starts_with("api/v3/") && !site.iter().any(|(path, _)| path.starts_with("api/v3/"));
    assert!(is_v3 || site.contains(file) || site.contains(&format!("{file}index.html")), "{path}: {target} leads nowhere");
    if let Some((_, part)) = below.split_once('#') {
        let page = String::from_utf8_lossy(site.get("index.html").expect("a home page")).into_owned();
        assert!(page.contains(&format!("id=\"{part}\"")), "{path}: the page has no part {part}");
    }
}

#[test]
fn texts_of_strangers_do_no_harm() {
    let site = story().written().site(TODAY);
    let feed = feed(&site, "feeds/packages/hostile.atom");
    assert_eq!(feed.entries.len(), 3);
    let mut seen = 0;
    for entry in &feed.entries {
        // What a reader shows is HTML with tags of ours alone.
        let tags: BTreeSet<&str> = html(entry).split('<').skip(1).map(|rest| rest.split('>').next().expect("a part")).collect();
        assert!(tags.iter().all(|tag| ["p", "/p", "ul", "/ul", "li", "/li", "b", "/b", "code", "/code"].contains(tag)), "{tags:?}");
        seen += usize::from(html(entry).contains("&lt;script&gt;alert(1)"));
        assert!(!entry.title.value.contains('\n') && entry.title.value.chars().count() < 100, "{}", entry.title.value);
    }
    assert_eq!(seen, 3, "the hostile text must be seen for this test to mean anything");
}

#[test]
fn names_and_entries_last() {
    let ids = |service: &Written, today: &str| -> BTreeMap<String, Entry> {
        feed(&service.site(today), ALL).entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect()
    };
    let before = ids(&story().written(), TODAY);
    assert!(before.len() > 8);
    assert_eq!(before, ids(&story().written(), "2031-01-01"), "a day later nothing else has happened");

    let mut moved = story();
    moved.address = Some(ADDRESS);
    assert_eq!(before.keys().collect::<Vec<_>>(), ids(&moved.written(), TODAY).keys().collect::<Vec<_>>(), "a site that moves is the same");

    let mut later = story();
    later.publish(Build { regions: &REGIONS[..1], ..Build::new("2026-05-03T23:59:59Z", "numpy", "2.4.0", &[]) });
    let after = ids(&later.written(), TODAY);
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|(id, entry)| after.get(id) == Some(entry)), "what was told stays as it was told");

    // A second run of the same day tells of more regions: the same entry, with more in it.
    later.publish(Build { regions: &REGIONS[1..], ..Build::new("2026-05-03T23:59:59Z", "numpy", "2.4.0", &[]) });
    let more = ids(&later.written(), TODAY);
    assert_eq!(more.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert!(more.values().any(|entry| entry.title.value == "numpy 2.4.0 published" && html(entry).contains("in 5 regions")));

    let mut other = Service::new();
    other.account = "210987654321";
    other.publish(Build::new("2025-03-01", "numpy", "2.2.0", &[]));
    let others = ids(&other.written(), TODAY);
    assert!(!others.is_empty() && others.keys().all(|id| !before.contains_key(id)), "another service tells other things");
}

#[test]
fn feeds_are_bounded_and_keep_the_newest() {
    let mut service = Service::new();
    for number in 0..70 {
        let (day, version) = (format!("2026-{:02}-{:02}", 1 + number / 28, 1 + number % 28), format!("1.{number}"));
        for package in ["aa", "bb", "cc", "dd", "ee"] {
            service.publish(Build { runtimes: &RUNTIMES[..1], regions: &REGIONS[..1], ..Build::new(&day, package, &version, &[]) });
        }
    }
    let site = service.written().site(TODAY);
    let of_one = told(&site, "feeds/packages/cc.atom");
    assert_eq!((of_one.len(), of_one[0].as_str(), of_one[49].as_str()), (50, "2026-03-14 cc 1.69 published", "2026-01-21 cc 1.20 published"));
    let of_all = told(&site, ALL);
    assert_eq!((of_all.len(), of_all[0].as_str(), of_all[199].as_str()), (200, "2026-03-14 aa 1.69 published", "2026-02-03 ee 1.30 published"));
}
