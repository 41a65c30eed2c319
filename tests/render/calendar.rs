//! The calendar, read by a reader that is not ours.

use std::collections::BTreeSet;

use icalendar::parser::{Component, read_calendar, unfold};
use klayers::render::Tree;

use super::service::{Build, REGIONS, RUNTIMES, Service};
use super::world::{HOSTILE, TODAY};

const ADDRESS: &str = "https://layers.example.org/klayers/";

/// Two versions that expire on the same day, one of them on another day on one runtime, and a hostile one.
fn service() -> Service {
    let mut service = Service::new();
    for package in ["numpy", "pandas"] {
        service.publish(Build::new("2024-01-01", package, "0.9", &[]));
        service.publish(Build::new("2025-01-01", package, "1.0", &[]));
    }
    service.publish(Build::new("2026-03-01", "numpy", "2.0", &[]));
    service.publish(Build { runtimes: &RUNTIMES[..3], ..Build::new("2026-03-01", "pandas", "2.0", &[]) });
    service.publish(Build { runtimes: &RUNTIMES[3..], regions: &REGIONS[..2], ..Build::new("2026-03-09", "pandas", "2.0", &[]) });
    service.publish(Build::new("2026-04-01", "hostile", HOSTILE, &[]));
    service.publish(Build::new("2026-04-02", "hostile", "2.0;\u{1}\u{ffff}\\n,\"é😀", &["six==1"]));
    service
}

fn text(tree: &Tree) -> String {
    String::from_utf8(tree.get("feeds/expiry.ics").expect("a calendar").to_vec()).expect("UTF-8")
}

fn value(event: &Component<'_>, name: &str) -> Option<String> {
    event.find_prop(name).map(|property| property.val.to_string())
}

/// Day, what expires, and the text about it.
fn days(tree: &Tree) -> Vec<(String, String, String)> {
    let unfolded = unfold(&text(tree));
    let calendar = read_calendar(&unfolded).unwrap_or_else(|error| panic!("{error}"));
    let events = calendar.components.iter().map(|event| {
        assert_eq!(event.name, "VEVENT");
        let must = |name| value(event, name).unwrap_or_else(|| panic!("no {name}"));
        (must("DTSTART"), must("SUMMARY"), must("DESCRIPTION"))
    });
    events.collect()
}

#[test]
fn a_day_tells_what_expires_once_whatever_runtimes_and_regions_have_it() {
    let site = service().written().site(TODAY);
    let days = days(&site);
    let told: Vec<(&str, &str)> = days.iter().map(|(day, what, _)| (day.as_str(), what.as_str())).collect();
    assert_eq!(told[..3], [("20270301", "numpy 1.0 expires"), ("20270301", "pandas 1.0 expires"), ("20270309", "pandas 1.0 expires")]);
    assert_eq!((told.len(), told[3].0), (4, "20270402"));
    for (number, parts) in [
        (0, &["\nKlayers-p314-arm64-numpy: in 5 regions. Take 2.0 instead.", "\nKlayers-p313-numpy: in 5 regions. Take 2.0 instead."][..]),
        (1, &["\nKlayers-p314-pandas: in 5 regions. Take 2.0 instead.", "\nKlayers-p313-arm64-pandas: in 5 regions. Take 2.0 instead."]),
        (2, &["\nKlayers-p314-arm64-pandas: version 2 in ap-south-1 and version 2 in ca-west-1. Take 2.0 instead."]),
    ] {
        for part in parts {
            assert!(days[number].2.contains(part), "{part} is not in {}", days[number].2);
        }
    }
    assert!(!days[1].2.contains("p314-arm64"), "{}", days[1].2);
}

#[test]
fn what_has_expired_is_gone_and_nothing_else_changes() {
    let service = service().written();
    let (before, on_the_day) = (text(&service.site("2027-02-28")), text(&service.site("2027-03-01")));
    assert_eq!(before, text(&service.site(TODAY)), "the day of rendering is not in it");
    let events = |text: &str| text.split("BEGIN:VEVENT").skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(events(&before)[2..], events(&on_the_day)[..], "two of the first of March are gone, the others are as they were");
}

#[test]
fn the_calendar_is_what_a_calendar_must_be() {
    for address in [None, Some(ADDRESS)] {
        let mut service = service();
        service.address = address;
        let text = text(&service.written().site(TODAY));
        assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75 && !line.is_empty(), "{line}");
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{feff}'), "{line}");
        }
        let unfolded = unfold(&text);
        let calendar = read_calendar(&unfolded).unwrap_or_else(|error| panic!("{error}"));
        let uids: BTreeSet<String> = calendar.components.iter().map(|event| value(event, "UID").expect("an UID")).collect();
        assert_eq!((uids.len(), calendar.components.len()), (4, 4));
        assert!(uids.iter().all(|uid| uid.is_ascii() && uid.ends_with("@123456789012.klayers.invalid") && !uid.contains(' ')), "{uids:?}");
        for event in &calendar.components {
            // Known since the newer version was published, a year before the day.
            let (stamp, start, end) =
                (value(event, "DTSTAMP").expect("a stamp"), value(event, "DTSTART").expect("a day"), value(event, "DTEND").expect("a day"));
            assert_eq!((&stamp[..4], &stamp[4..8], &stamp[8..]), ("2026", &start[4..], "T093000Z"));
            assert_eq!(end.parse::<u32>().expect("a number"), start.parse::<u32>().expect("a number") + 1);
            assert_eq!(value(event, "URL").as_deref(), address);
        }
        for name in ["PRODID", "X-WR-CALNAME", "REFRESH-INTERVAL"] {
            assert!(calendar.properties.iter().any(|property| property.name == name), "{name}");
        }
    }
}

#[test]
fn texts_of_strangers_end_no_line() {
    let mut service = service();
    service.publish(Build::new("2026-05-01", "hostile", "3.0", &["six==2"]));
    let days = days(&service.written().site(TODAY));
    let told: Vec<&str> = days.iter().map(|(_, what, _)| what.as_str()).filter(|what| what.starts_with("hostile")).collect();
    assert_eq!(told, ["hostile =1|2`\"><script>alert(1)</script> [x](http://e.example) <img… expires", "hostile 2.0;\u{fffd}\\n,\"é😀 expires"]);
    assert!(days.iter().any(|(_, what, text)| what.contains("script") && text.contains(": in 5 regions. Take 3.0 instead.")));
}

#[test]
fn the_soonest_days_are_kept_when_there_are_too_many() {
    let mut service = Service::new();
    for number in 0..100 {
        let package = format!("p{number}");
        for month in 0..12 {
            let (day, version) = (format!("2026-{:02}-{:02}", 1 + month, 1 + number % 28), format!("1.{month}"));
            service.publish(Build { runtimes: &RUNTIMES[..1], regions: &REGIONS[..1], ..Build::new(&day, &package, &version, &[]) });
        }
    }
    let tree = service.written().site("2027-01-01");
    let days = days(&tree);
    assert_eq!(days.len(), 1000);
    assert!(days.is_sorted_by(|a, b| a.0 <= b.0));
    assert!(days[999].0.starts_with("202711"), "the hundred that expire last are left out: {}", days[999].0);
    assert!(text(&tree).len() < 1_000_000, "{} bytes", text(&tree).len());
}
