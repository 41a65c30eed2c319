//! The table of docs/hosting.md, row by row, asked of `klayers serve` as either host.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use common::{Server, World};

const RUNTIME: &str = "p3.13";
const REGION: &str = "us-east-1";
const PACKAGE: &str = "zope.interface";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A row of the table.
struct Row {
    address: String,
    pages: String,
    s3: String,
    kept: String,
}

fn rows() -> Vec<Row> {
    let page = std::fs::read_to_string("docs/hosting.md").unwrap();
    let table = page.split("\n## ").find(|section| section.starts_with("What answers how")).unwrap();
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1).map(cells);
    rows.map(|cells| Row { address: cells[0].clone(), pages: cells[1].clone(), s3: cells[2].clone(), kept: cells[3].trim_end_matches('|').trim().to_owned() })
        .collect()
}

/// The path of a row, with names in the places of what stands for them.
fn path(address: &str) -> String {
    let filled = match address {
        "anything unknown" => "/no/such/page",
        other => other.split('`').nth(1).unwrap(),
    };
    let filled = filled.replace("{runtime}", RUNTIME).replace("{region}", REGION).replace("{package}", PACKAGE).replace("{sha256}", SHA256);
    let filled = filled.replace("{page}", "about").replace('…', "x");
    assert!(!filled.contains('{'), "{address}: nothing stands for this");
    filled
}

fn site() -> World {
    let world = World::new(&[]);
    let latest = format!("api/v2/{RUNTIME}/layers/latest/{REGION}");
    let mut paths: Vec<String> = ["", "json/", "csv/", "html/", "zope.interface/"].map(|below| format!("{latest}/{below}index.html")).into();
    paths.push(format!("api/v2/{RUNTIME}/layers/{REGION}/{PACKAGE}/index.html"));
    paths.extend([format!("api/v3/locks/{SHA256}.toml"), format!("api/v3/sboms/{SHA256}.json")]);
    paths.extend(["index.json", "x.json", "x.csv", "x.ndjson", "x.ndjson.gz"].map(|name| format!("api/v3/{name}")));
    paths.extend(["feeds/x.atom", "feeds/x.ics", "index.html", "404.html", "about/index.html"].map(str::to_owned));
    paths.extend(["static/style.css", "static/icon.svg", "robots.txt"].map(str::to_owned));
    paths.iter().for_each(|path| world.write(&format!("_site/{path}"), path));
    world
}

#[tokio::test]
async fn every_row_is_what_either_host_answers() {
    let (world, rows) = (site(), rows());
    assert!(rows.len() >= 25, "the rows are not found any more: {}", rows.len());
    let hosts = [Server::start(&world, &["_site"]), Server::start(&world, &["_site", "--as", "s3"])];
    for row in rows {
        let path = path(&row.address);
        for (server, cell) in hosts.iter().zip([&row.pages, &row.s3]) {
            let answer = server.get(&path).await;
            let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            let mut told = answer.status().as_u16().to_string();
            if answer.status().is_redirection() {
                assert_eq!(header("location"), format!("{path}/"), "{path}");
            } else {
                told += &format!(" `{}`", header("content-type"));
            }
            assert_eq!(told, *cell, "{path}");
            let seconds = header("cache-control");
            let kept = match row.kept.as_str() {
                _ if server.address == hosts[0].address => "max-age=600",
                "1 hour" => "public, max-age=3600",
                "5 minutes" => "public, max-age=300",
                "for ever" => "public, max-age=31536000, immutable",
                "" => "",
                other => panic!("{other}: how long is that?"),
            };
            assert_eq!(seconds, kept, "{path}");
        }
    }
}
