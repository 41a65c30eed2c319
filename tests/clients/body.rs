//! Whether an answer is what its address says that it is.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

/// The forms of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Json,
    JsonArray,
    JsonLines,
    JsonLinesGzip,
    Csv,
    Toml,
    Html,
    Atom,
    Calendar,
}

impl Kind {
    /// By the end of an address; the folders of version 2 answer in JSON unless they say another format.
    pub fn of(address: &str) -> Self {
        let ends = [
            (".ndjson.gz", Self::JsonLinesGzip),
            (".ndjson", Self::JsonLines),
            (".json", Self::Json),
            (".csv", Self::Csv),
            (".toml", Self::Toml),
            (".html", Self::Html),
            (".atom", Self::Atom),
            (".ics", Self::Calendar),
            ("/csv/", Self::Csv),
            ("/html/", Self::Html),
            ("/", Self::JsonArray),
        ];
        ends.into_iter().find(|(end, _)| address.ends_with(end)).unwrap_or_else(|| panic!("what `{address}` is must be said in tests/clients/body.rs")).1
    }
}

/// Fails with what is wrong with `body`. None is empty.
pub fn check(kind: Kind, body: &[u8]) -> Result<(), String> {
    if kind == Kind::JsonLinesGzip {
        let mut text = Vec::new();
        MultiGzDecoder::new(body).read_to_end(&mut text).map_err(|error| error.to_string())?;
        return check(Kind::JsonLines, &text);
    }
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    match kind {
        Kind::JsonLinesGzip => unreachable!("it was read above"),
        Kind::Json => json(text).map(|_| ()),
        Kind::JsonArray => json(text)?.is_array().then_some(()).ok_or_else(|| "it is no array".to_owned()),
        Kind::JsonLines if !text.ends_with('\n') => Err("its last line does not end".to_owned()),
        Kind::JsonLines => text.lines().try_for_each(|line| json(line)?.is_object().then_some(()).ok_or_else(|| format!("{line} is no object"))),
        Kind::Csv => csv(text),
        Kind::Toml => text.parse::<toml::Table>().map_err(|error| error.to_string()).and_then(|table| not_empty(!table.is_empty())),
        Kind::Html => text.trim_start().to_lowercase().starts_with("<!doctype html").then_some(()).ok_or_else(|| "it is no page".to_owned()),
        Kind::Atom => atom(text),
        Kind::Calendar => calendar(text),
    }
}

fn json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn not_empty(is_not: bool) -> Result<(), String> {
    is_not.then_some(()).ok_or_else(|| "it is empty".to_owned())
}

/// A header, and rows as wide as it.
fn csv(text: &str) -> Result<(), String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    not_empty(reader.headers().map_err(|error| error.to_string())?.len() > 1)?;
    reader.records().try_for_each(|record| record.map(|_| ()).map_err(|error| error.to_string()))
}

/// Well-formed, a feed, and each entry with what RFC 4287 wants of it.
fn atom(text: &str) -> Result<(), String> {
    let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let feed = document.root_element();
    let name = ("http://www.w3.org/2005/Atom", "feed");
    if !feed.has_tag_name(name) {
        return Err(format!("it is a `{}`", feed.tag_name().name()));
    }
    let entries = feed.children().filter(|node| node.has_tag_name((name.0, "entry")));
    for node in std::iter::once(feed).chain(entries) {
        for wanted in ["id", "title", "updated"] {
            if node.children().filter(|child| child.has_tag_name((name.0, wanted))).count() != 1 {
                return Err(format!("a `{}` must have one `{wanted}`", node.tag_name().name()));
            }
        }
    }
    Ok(())
}

/// Lines of at most 75 bytes that end as RFC 5545 wants, in components that close.
fn calendar(text: &str) -> Result<(), String> {
    let mut open = Vec::new();
    for line in text.split_inclusive('\n') {
        let Some(line) = line.strip_suffix("\r\n") else { return Err(format!("`{line}` does not end in CRLF")) };
        if line.len() > 75 {
            return Err(format!("`{line}` is not folded"));
        }
        if let Some(name) = line.strip_prefix("BEGIN:") {
            open.push(name.to_owned());
        } else if let Some(name) = line.strip_prefix("END:") {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("`{name}` is not what is open"));
            }
        } else if open.is_empty() {
            return Err(format!("`{line}` is in no component"));
        }
    }
    let is_calendar = text.starts_with("BEGIN:VCALENDAR\r\n") && open.is_empty();
    is_calendar.then_some(()).ok_or_else(|| "it is no calendar".to_owned())
}

/// Some of one kind.
type Bodies = Vec<Vec<u8>>;

#[test]
fn what_is_what_it_says_passes_and_nothing_else() {
    let gzip = |text: &str| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        writer.finish().unwrap()
    };
    let entry = "<entry><id>b</id><title>c</title><updated>2026-01-01T00:00:00Z</updated></entry>";
    let feed = |inside: &str| {
        format!(
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><id>a</id><title>t</title><updated>2026-01-01T00:00:00Z</updated>{inside}</feed>"
        )
    };
    let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
    let cases: [(&str, Bodies, Bodies); 9] = [
        ("api/v3/x.json", vec!["{}".into(), "[1]\n".into()], vec!["".into(), "<p>".into(), "{} {}".into()]),
        ("api/v2/x/", vec!["[]".into()], vec!["{}".into(), "".into()]),
        ("api/x.ndjson", vec!["{}\n{\"a\":1}\n".into()], vec!["{}".into(), "".into(), "[]\n".into(), "{}\n\n".into()]),
        ("api/x.ndjson.gz", vec![gzip("{}\n"), [gzip("{}\n"), gzip("{}\n")].concat()], vec!["{}\n".into(), gzip(""), gzip("{}\n")[..20].to_vec()]),
        ("api/v2/x/csv/", vec!["a,b\r\n1,2\r\n".into(), "a,b\n".into()], vec!["".into(), "a,b\n1\n".into()]),
        ("api/x.toml", vec!["a = 1\n".into()], vec!["a =".into(), "".into()]),
        ("api/v2/x/html/", vec!["<!doctype html>".into()], vec!["[]".into()]),
        (
            "feeds/a.atom",
            vec![feed("").into(), feed(entry).into()],
            vec!["<feed/>".into(), feed("<entry/>").into(), feed("<").into(), feed("<id>2</id>").into()],
        ),
        ("feeds/a.ics", vec![calendar.into()], vec![calendar.replace('\r', "").into(), calendar.replace("END", "STOP").into(), "x\r\n".into(), "".into()]),
    ];
    for (address, good, bad) in cases {
        for body in good {
            assert_eq!(check(Kind::of(address), &body), Ok(()), "{address}: {}", String::from_utf8_lossy(&body));
        }
        for body in bad {
            assert!(check(Kind::of(address), &body).is_err(), "{address}: {}", String::from_utf8_lossy(&body));
        }
    }
}
