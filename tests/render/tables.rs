//! The tables of runtimes in regions, and the page that says what is not well.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use klayers::ledger::Event;
use klayers::outside::files;
use klayers::render::Tree;

use super::service::{Build, REGIONS, RUNTIMES, Service};
use super::world::{self, TODAY, World};

const STATUS: &str = "status/index.html";

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    std::str::from_utf8(tree.get(path).unwrap_or_else(|| panic!("no file {path}"))).expect("UTF-8")
}

/// What is between the first `from` and the next `to`, without marks.
fn between(page: &str, from: &str, to: &str) -> String {
    let rest = page.split_once(from).unwrap_or_else(|| panic!("no {from} in {page}")).1;
    let part = rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0;
    let mut plain = String::new();
    for piece in part.split('<') {
        let words = piece.split_once('>').map_or(piece, |(_, words)| words);
        plain.push_str(words);
        plain.push(' ');
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of the row of `package` in the table with the class `class`.
fn row(page: &str, class: &str, package: &str) -> String {
    let table = page.split_once(&format!("{class}\"")).unwrap_or_else(|| panic!("no table {class}")).1;
    let body = table.split_once("<tbody>").expect("a body").1.split_once("</tbody>").expect("ends").0;
    let rows: Vec<String> = body.split("<tr>").skip(1).map(|row| between(&format!("<{row}"), "<", "</tr>")).collect();
    rows.iter().find(|row| row.contains(package)).unwrap_or_else(|| panic!("no {package} in {rows:#?}")).clone()
}

#[test]
fn all_is_well_when_it_is() {
    let mut service = Service::new();
    service.publish(Build::new("2026-10-01", "idna", "3.11", &[]));
    let site = service.written().site(TODAY);
    let page = text(&site, STATUS);
    for words in ["All is well", "All 5 regions have the latest of everything", "No whole run is recorded yet", "no version that is listed has a newer one"] {
        assert!(page.contains(words), "{words}:\n{page}");
    }
}

#[test]
fn what_is_not_well_comes_with_its_reason_and_what_it_has_meanwhile() {
    let mut service = Service::new();
    service.publish(Build::new("2026-10-01", "idna", "3.11", &[]));
    service.fail("p3.14", "idna", "failed", "no-wheel", "idna 3.12 has no wheel", "2026-11-01");
    service.fail("p3.14", "torch", "failed", "too-large", &"<b>x".repeat(200), "2026-11-02");
    service.fail("p3.13", "torch", "failed", "of-another-time", "who knows", "2026-11-03");
    let site = service.written().site(TODAY);
    let page = text(&site, STATUS);
    assert!(page.contains("3 of 8 are well"), "{page}");
    assert_eq!(row(page, "troubles", "idna"), "idna p3.14 unsupported no-wheel idna 3.12 has no wheel 2026-11-01 3.11");
    assert!(row(page, "troubles", "p3.14 too big").ends_with("… 2026-11-02 nothing"));
    // A code without words leads nowhere.
    assert_eq!(row(page, "troubles", "of-another-time"), "torch p3.13 failed of-another-time who knows 2026-11-03 nothing");
    assert!(!page.contains("#of-another-time") && page.contains("href=\"#no-wheel\"") && page.contains("id=\"no-wheel\""));
    assert_eq!(row(page, "troubles", "pending"), "torch p3.13-arm64 pending it was not tried yet: the next whole run will nothing");
    // In the grid the words are beside the version, newest Python first.
    assert_eq!(row(page, "class=\"grid", "idna"), "idna 3.11 no-wheel : idna 3.12 has no wheel 3.11 3.11 3.11");
    // As the API counts.
    let status: serde_json::Value = serde_json::from_slice(site.get("api/v3/status.json").expect("a file")).expect("JSON");
    let of_api = |state: &str| status["data"]["counts"][state].as_u64().expect("counted");
    assert_eq!((of_api("published"), of_api("unsupported"), of_api("too-big"), of_api("failed"), of_api("pending")), (3, 1, 1, 1, 2));
    let counts = between(page, "<dl class=\"counts\">", "</dl>");
    assert_eq!(counts, "well 3 failed 1 too big 1 unsupported 1 pending 2");
}

#[test]
fn a_region_that_lacks_what_others_have_is_behind() {
    let mut service = Service::new();
    service.publish(Build::new("2026-09-01", "idna", "3.10", &[]));
    service.publish(Build { regions: &REGIONS[..4], ..Build::new("2026-10-01", "idna", "3.11", &[]) });
    service.publish(Build { regions: &REGIONS[1..], runtimes: &RUNTIMES[..2], ..Build::new("2026-10-02", "six", "1.17.0", &[]) });
    service.publish(Build { runtimes: &RUNTIMES[2..], ..Build::new("2026-08-01", "pyyaml", "6.0", &[]) });
    service.publish(Build { runtimes: &RUNTIMES[2..], ..Build::new("2026-08-02", "pyyaml", "6.1", &[]) });
    service.affect("2026-11-01", "pyyaml", &RUNTIMES[2..], 2, &["us-west-2"], Event::Lost);
    service.publish(Build { runtimes: &RUNTIMES[3..], ..Build::new("2026-10-03", "attrs", "26.1", &[]) });
    service.affect("2026-11-01", "attrs", &RUNTIMES[3..], 1, &["ca-west-1"], Event::Lost);
    let site = service.written().site(TODAY);
    let page = text(&site, STATUS);
    let behind = |region: &str| row(page, "behind", region);
    assert_eq!(
        behind("us-west-2"),
        "us-west-2 Region of us-west-2 behind 0 6 2026-08-02 It lacks idna on 4 runtimes, pyyaml on 2 runtimes. 2 of it were lost from the account there, which is looked into first; the next run brings the others."
    );
    assert_eq!(behind("ap-south-1"), "ap-south-1 Region of ap-south-1 behind 2 0 2026-10-02 It lacks six on 2 runtimes. The next run brings it.");
    assert_eq!(
        behind("ca-west-1"),
        "ca-west-1 Region of ca-west-1 behind 1 0 2026-10-03 It lacks attrs on 1 runtime. It was lost from the account there, which is looked into first."
    );
    assert!(!between(page, "id=\"regions\"", "</section>").contains("eu-west-1"));
    // The table says so too.
    let table = |region: &str| text(&site, &format!("api/v2/p3.13/layers/latest/{region}/html/index.html")).to_owned();
    assert!(table("us-west-2").contains("This region is behind others: 1 is of an older build."));
    assert!(table("ap-south-1").contains("This region is behind others: 1 package is missing here."));
    assert!(!table("eu-west-1").contains("behind others"));
}

#[test]
fn what_expires_next_is_what_the_api_says() {
    let mut service = Service::new();
    service.publish(Build::new("2025-06-01", "idna", "3.9", &[]));
    service.publish(Build::new("2025-12-01", "idna", "3.10", &[]));
    service.publish(Build::new("2026-02-01", "idna", "3.10", &["six==1.17.0"]));
    let site = service.written().site(TODAY);
    let page = text(&site, STATUS);
    let runtimes = "p3.13, p3.13-arm64, p3.14, p3.14-arm64";
    assert_eq!(row(page, "going", "3.9"), format!("2026-12-01 9 idna 3.9 3.10 {runtimes} 5"));
    assert_eq!(row(page, "going", "newer build"), format!("2027-02-01 71 idna 3.10 the newer build of it {runtimes} 5"));
    let expiring: serde_json::Value = serde_json::from_slice(site.get("api/v3/expiring.json").expect("a file")).expect("JSON");
    assert_eq!(expiring["data"]["expiring"][0]["expires_at"], "2026-12-01T09:30:00Z");
    assert_eq!(expiring["data"]["expiring"].as_array().map(Vec::len), Some(8), "one per runtime");
}

#[test]
fn the_last_whole_run_is_told_and_a_late_one_is_a_caution() {
    let mut world = World::read();
    let mut told = |at: &str, today: &str| {
        world.ledger.last_run = Some(at.parse().expect("a time"));
        let page = text(&world.site(today), STATUS).to_owned();
        (between(&page, "The last whole run", "</p>"), page.contains("class=\"note caution\""))
    };
    assert_eq!(told("2026-11-22T02:00:00Z", TODAY), ("was on 2026-11-22 , on the day of this page.".to_owned(), false));
    assert_eq!(told("2026-11-21T23:00:00Z", TODAY), ("was on 2026-11-21 , a day before this page was made.".to_owned(), false));
    assert_eq!(told("2026-10-18T02:00:00Z", TODAY), ("was on 2026-10-18 , 35 days before this page was made.".to_owned(), false));
    let (words, is_caution) = told("2026-10-17T02:00:00Z", TODAY);
    assert!(is_caution && words.contains("36 days before") && words.contains("One was due"), "{words}");
    let (words, is_caution) = told("2025-10-17T02:00:00Z", TODAY);
    assert!(is_caution && words.contains("401 days before"), "{words}");
}

#[test]
fn a_table_without_layers_says_why_and_where_there_are_some() {
    let site = World::read().site(TODAY);
    let table = |runtime: &str, region: &str| text(&site, &format!("api/v2/{runtime}/layers/latest/{region}/html/index.html")).to_owned();
    // Retired runtimes and regions lead to those that live.
    let retired_runtime = table("p3.9", "us-east-1");
    assert!(retired_runtime.contains("This runtime is retired") && retired_runtime.contains("There are no layers for this runtime in this region"));
    assert!(retired_runtime.contains("<li><a href=\"../../../../../p3.13-arm64/layers/latest/us-east-1/html/\">Python 3.13 on arm64</a></li>"));
    let retired_region = table("p3.13-arm64", "ap-south-1");
    assert!(retired_region.contains("This region is retired"));
    assert!(retired_region.contains("<li><a href=\"../../eu-west-1/html/\">eu-west-1</a> <small>Europe (Ireland)</small></li>"));
    assert!(table("p3.13-arm64", "us-east-1").contains("Nothing new is published to this region at the moment"));
    let empty = World::empty().site(TODAY);
    let empty = text(&empty, "api/v2/p3.13-arm64/layers/latest/eu-west-1/html/index.html");
    assert!(empty.contains("in this region yet: none was published for it anywhere"), "{empty}");
}

#[test]
fn numbers_of_a_table_are_exact_where_scripts_read_them() {
    let site = World::read().site(TODAY);
    let page = text(&site, "api/v2/p3.13-arm64/layers/latest/eu-west-1/html/index.html");
    assert!(page.contains("<td class=\"number\" data-value=\"1500000\">1.4 MiB</td><td class=\"number\" data-value=\"5000000\">4.8 MiB</td>"));
    assert!(page.contains("<code class=\"arn breaks\">arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:10</code>"));
    assert!(!page.contains(world::HOSTILE));
}

/// A thousand packages on eight runtimes is what the page is made for.
#[test]
fn the_grid_is_light() {
    let mut service = Service::new();
    for number in 0..1000_u32 {
        // Names and versions that do not repeat more than real ones.
        let mixed = number.wrapping_mul(2_654_435_761);
        let name = format!("{}-{}", ["aws", "lib", "data", "py"][mixed as usize % 4], format!("{mixed:x}").replace(char::is_numeric, "o"));
        let version = format!("{}.{}.{}", mixed % 7, mixed / 7 % 40, mixed / 280 % 12);
        service.publish(Build { regions: &REGIONS[..1], ..Build::new("2026-10-01", &format!("{name}{number}"), &version, &[]) });
    }
    let page = text(&service.written().site(TODAY), STATUS).to_owned();
    let grid = page.split_once("<table class=\"grid\"").expect("a grid").1;
    assert!(grid.len() < 1000 * 220, "{} bytes", grid.len());
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(page.as_bytes()).expect("memory does not fail");
    let packed = packed.finish().expect("memory does not fail").len();
    assert!(packed < 25_000, "{packed} bytes when compressed");
}

/// Every code that the program can record stands in its sources as a text, beside the failure that it is of.
#[test]
fn every_code_has_its_words() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // Of regions and single layers, which have no entry in the status.
    let of_others = [
        "publish",
        "commands/expire.rs",
        "commands/steps/keep/removal_counts.rs",
        "commands/steps/publish/open_regions.rs",
        "plan/due.rs",
        "ledger/build_times.rs",
    ];
    let no_codes = ["kebab-case", "source-builds", "attempts-unreadable", "runtime-packages"];
    let mut codes = BTreeSet::from(["conflict".to_owned()]);
    for path in files::walk(&source).expect("read") {
        if of_others.iter().any(|other| path.starts_with(other)) {
            continue;
        }
        let all = String::from_utf8(files::read(&source.join(&path), 1 << 20).expect("read")).expect("UTF-8");
        let code = all.split("#[cfg(test)]").next().expect("a part");
        if !code.contains("Failure::new(") && !path.ends_with("fault.rs") && !path.ends_with("ledger/status.rs") {
            continue;
        }
        if path.starts_with("deploy") {
            continue;
        }
        let is_code = |text: &&str| {
            text.contains('-') && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase()) && !text.starts_with('-') && !text.ends_with('-')
        };
        codes.extend(code.split('"').filter(is_code).filter(|text| !no_codes.contains(text)).map(str::to_owned));
    }
    assert!(codes.len() > 40, "{codes:?}");
    let site = World::empty().site(TODAY);
    let page = text(&site, STATUS);
    let without: Vec<&String> = codes.iter().filter(|code| !page.contains(&format!("<dt id=\"{code}\">"))).collect();
    assert!(without.is_empty(), "give them words in src/render/pages/status/advice.rs: {without:?}");
}
