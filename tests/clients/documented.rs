//! Every address that the pages about the API name, asked for with curl: each has an answer that is what it is said to be.
//!
//! An address stands in the first column of a table. What its placeholders may be is taken from the site that is
//! served; one that nobody here knows fails, so that documentation and test stay together.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::body::{Kind, check};
use crate::common::world::path_with_uv;
use crate::common::{Server, World};
use crate::placeholders::Template;
use crate::service::Service;

const PAGE: &str =
    concat!(include_str!("../../site/content/api.md"), "\n", include_str!("../../site/content/api-v2.md"), "\n", include_str!("../../site/content/feeds.md"));
/// Of one address, so many are asked for, spread over all that there are.
const ASKED_MAX: usize = 12;

/// A row of a table.
#[derive(Debug)]
struct Row {
    address: String,
    /// What the column "Type" says, if there is one.
    content_type: Option<String>,
}

/// What curl got.
#[derive(Debug)]
struct Got {
    body: Vec<u8>,
    content_type: String,
}

#[test]
fn curl_gets_what_each_row_says() {
    let service = Service::run();
    let site = service.world.path(".klayers/site");
    let files: Vec<String> = crate::common::tree(&site).into_keys().map(|path| path.to_str().unwrap().to_owned()).collect();
    let rows = rows(PAGE);
    assert!(rows.len() >= 6, "the addresses are not found any more: {rows:?}");
    for server in service.servers() {
        for row in &rows {
            let template = Template::parse(&row.address).unwrap_or_else(|reason| panic!("`{}` in the pages about the API: {reason}", row.address));
            let found: Vec<String> = files.iter().filter_map(|file| template.address_of(file)).collect();
            assert!(!found.is_empty(), "`{}` in the pages about the API: the site has no such file", row.address);
            let step = found.len().div_ceil(ASKED_MAX);
            for address in found.iter().step_by(step) {
                ask(&server, row, address);
                // "Both forms, with and without a slash at the end, work".
                if let Some(address) = address.strip_suffix('/') {
                    ask(&server, row, address);
                }
            }
        }
    }
}

fn ask(server: &Server, row: &Row, address: &str) {
    let got = curl(&format!("{}{address}", server.address)).unwrap_or_else(|said| panic!("`{}`: {address}: {said}", row.address));
    if let Some(wanted) = &row.content_type {
        assert!(got.content_type.starts_with(wanted.as_str()), "`{}`: {address} is {}", row.address, got.content_type);
    }
    check(Kind::of(&row.address), &got.body).unwrap_or_else(|reason| panic!("`{}`: {address}: {reason}", row.address));
}

#[test]
fn what_is_not_there_is_an_error_of_curl() {
    let world = World::new(&[]);
    world.run(&["render", "--site", ".klayers/site"]).exits(0);
    let server = Server::start(&world, &[]);
    let said = curl(&format!("{}api/v2/p9.9/layers/latest/us-east-1/", server.address)).unwrap_err();
    assert!(said.contains("404"), "{said}");
}

/// As the documentation would have people call it. Fails with what curl said.
#[expect(clippy::disallowed_methods, reason = "the client under test")]
fn curl(url: &str) -> Result<Got, String> {
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body");
    let mut command = Command::new("curl");
    // First: no settings of this machine's user.
    command.args(["-q", "-sS", "-L", "--fail-with-body", "--noproxy", "*", "-w", "%{http_code} %{content_type}", "-o"]).arg(&body).arg(url);
    let output = command.env_clear().env("PATH", path_with_uv()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let (status, content_type) = said.split_once(' ').unwrap_or((&said, ""));
    if !output.status.success() || status != "200" {
        return Err(format!("{} {}", status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(Got { body: std::fs::read(Path::new(&body)).unwrap(), content_type: content_type.to_owned() })
}

/// The rows of all tables whose first cell is an address.
fn rows(page: &str) -> Vec<Row> {
    let mut type_column = None;
    let mut rows = Vec::new();
    let mut is_table = false;
    for line in page.lines() {
        let Some(row) = line.trim().strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            is_table = false;
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if !is_table {
            (is_table, type_column) = (true, cells.iter().position(|cell| *cell == "Type"));
        } else if let Some(address) = cells.first().and_then(|cell| code(cell)).filter(|address| is_address(address)) {
            let content_type = type_column.and_then(|at| code(cells.get(at)?)).map(str::to_owned);
            rows.push(Row { address: address.to_owned(), content_type });
        }
    }
    rows
}

fn is_address(text: &str) -> bool {
    ["api/", "feeds/"].iter().any(|start| text.starts_with(start))
}

/// The first code in a cell.
fn code(cell: &str) -> Option<&str> {
    cell.split('`').nth(1)
}

#[test]
fn every_address_of_the_page_is_in_a_table_or_a_block() {
    let in_tables: Vec<String> = rows(PAGE).into_iter().map(|row| row.address).collect();
    let in_text = PAGE.lines().filter(|line| !line.trim().starts_with('|')).flat_map(|line| line.split('`').skip(1).step_by(2));
    let lonely: Vec<&str> = in_text.filter(|code| is_address(code) && !in_tables.iter().any(|known| known == code)).collect();
    assert!(lonely.is_empty(), "these are in no table of the pages about the API, so nobody asks for them: {lonely:?}");
}

#[test]
fn rows_are_read_with_their_type() {
    let page = "| Address | Type | Answer |\n| --- | --- | --- |\n| `api/v3/x.json` | `application/json` | `api/no` |\n| text | | |\n\n| A |\n|-|\n| `feeds/a.atom` |\n";
    let read: Vec<(String, Option<String>)> = rows(page).into_iter().map(|row| (row.address, row.content_type)).collect();
    assert_eq!(read, [("api/v3/x.json".to_owned(), Some("application/json".to_owned())), ("feeds/a.atom".to_owned(), None)]);
}
