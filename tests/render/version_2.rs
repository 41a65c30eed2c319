//! Version 2 of the API, as the clients of Klayers call it.

use super::world::{TODAY, World};
use super::{LATEST, LIST, json, text};

#[test]
fn every_runtime_answers_for_every_region_in_every_format() {
    let site = World::read().site(TODAY);
    for runtime in ["p3.9", "p3.13-arm64"] {
        for region in ["eu-west-1", "us-east-1", "ap-south-1"] {
            for format in ["", "json/", "csv/", "html/"] {
                let path = format!("api/v2/{runtime}/layers/latest/{region}/{format}index.html");
                assert!(site.contains(&path), "{path}");
            }
        }
    }
}

#[test]
fn versions_come_by_number_with_one_latest_at_the_end() {
    let rows = json(&World::read().site(TODAY), &format!("{LIST}/Pillow/index.html"));
    let rows: Vec<(&str, &str, Option<&str>)> = rows
        .as_array()
        .expect("an array")
        .iter()
        .map(|row| {
            (row["arn"].as_str().expect("text"), row["deployStatus"].as_str().expect("text"), row.get("expiryDate").map(|date| date.as_str().expect("text")))
        })
        .collect();
    // Version 8 is expired, 11 is yanked.
    assert_eq!(
        rows,
        [
            ("arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:9", "deprecated", Some("2027-03-01T12:30:00")),
            ("arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:10", "latest", None),
        ]
    );
}

#[test]
fn what_expires_goes_on_its_day() {
    let world = World::read();
    let count = |today| json(&world.site(today), &format!("{LIST}/pillow/index.html")).as_array().map(Vec::len);
    assert_eq!((count("2027-02-28"), count("2027-03-01")), (Some(2), Some(1)));
}

#[test]
fn aliases_answer_alike() {
    let site = World::read().site(TODAY);
    for folder in [LATEST, LIST] {
        let bytes = site.get(&format!("{folder}/Zope.Interface/index.html")).expect("as spelled");
        for alias in ["zope.interface", "zope-interface"] {
            let other = site.get(&format!("{folder}/{alias}/index.html")).expect(alias);
            assert_eq!(other, bytes, "{folder} {alias}");
        }
    }
    let rows = json(&site, &format!("{LATEST}/psycopg/index.html"));
    assert_eq!(rows[0]["package"], "psycopg", "extras are no part of the name");
}

#[test]
fn a_format_wins_over_a_package_of_its_name() {
    let site = World::read().site(TODAY);
    let list = json(&site, &format!("{LATEST}/json/index.html"));
    assert_eq!(list, json(&site, &format!("{LATEST}/index.html")));
    assert!(list.as_array().expect("an array").iter().any(|row| row["package"] == "json"));
    assert_eq!(json(&site, &format!("{LIST}/json/index.html"))[0]["deployStatus"], "latest");
    // And a package called `latest` hides nothing.
    assert_eq!(json(&site, &format!("{LATEST}/latest/index.html"))[0]["package"], "latest");
    assert_eq!(json(&site, &format!("{LIST}/latest/index.html"))[0]["deployStatus"], "latest");
}

#[test]
fn a_package_that_was_asked_for_and_one_that_is_gone_answer_with_nothing() {
    let site = World::read().site(TODAY);
    for path in
        [format!("{LATEST}/never-built/index.html"), format!("{LIST}/never-built/index.html"), "api/v2/p3.13-arm64/layers/us-east-1/json/index.html".to_owned()]
    {
        assert_eq!(text(&site, &path), "[]\n", "{path}");
    }
}
