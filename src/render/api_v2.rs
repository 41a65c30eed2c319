//! The second version of the API, as existing clients call it: its addresses, its shapes, its quirks.
//!
//! Each address is a folder with an `index.html`, because a static host answers such an address with
//! and without a slash at its end. The host calls the answer HTML, whatever it is; clients do not
//! look, and everything in it is harmless to a browser. The six field names are fixed for ever, and
//! every row of the list is a flat object.

use serde::Serialize;

use super::escape::{csv_cell_in_page, json_in_page};
use super::tree::Bytes;
use super::view::{Listed, PackageView, RuntimeView};
use crate::domain::{RegionCode, Runtime};

/// What stands beside the packages below `latest/{region}/`. The formats win over packages of the
/// same name, in capitals too, for file systems that do not tell them apart; such a package is still in
/// the list. `index.html` is the file that answers for the folder itself.
const TAKEN_BELOW_LATEST: [&str; 4] = ["json", "csv", "html", "index.html"];
/// What stands beside the packages below `{region}/`.
const TAKEN_BELOW_REGION: [&str; 1] = ["index.html"];

/// A package in the answer for a whole region.
#[derive(Debug, Serialize)]
struct LatestRow<'a> {
    arn: String,
    package: &'a str,
    #[serde(rename = "packageVersion")]
    package_version: &'a str,
}

/// A layer version in the answer for one package.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionRow<'a> {
    arn: String,
    package_version: &'a str,
    deploy_status: &'static str,
    dependencies: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_date: Option<String>,
}

/// Where the answer for a whole region stands, in a format or, with an empty one, by default.
pub fn latest_path(runtime: Runtime, region: &RegionCode, below: &str) -> String {
    let slash = if below.is_empty() { "" } else { "/" };
    format!("api/v2/{runtime}/layers/latest/{region}/{below}{slash}index.html")
}

/// The address of the table that people read, from the top of the site.
pub fn table_address(runtime: Runtime, region: &RegionCode) -> String {
    format!("api/v2/{runtime}/layers/latest/{region}/html/")
}

/// Every answer for a region but the table, by path.
pub fn files(runtime: &RuntimeView<'_>, region: &RegionCode) -> Vec<(String, Bytes)> {
    let id = runtime.spec.runtime;
    let mut files = Vec::with_capacity(4 * runtime.packages.len() + 3);
    let mut all = Vec::new();
    for package in &runtime.packages {
        let versions: Vec<Listed<'_>> = package.listed(region).collect();
        let latest: Vec<LatestRow<'_>> = package.latest(region).iter().map(|latest| latest_row(package, latest)).collect();
        let latest_bytes = json(&latest);
        let version_bytes = json(&versions.iter().map(version_row).collect::<Vec<_>>());
        for alias in &package.aliases {
            if is_free(alias, &TAKEN_BELOW_LATEST) {
                files.push((latest_path(id, region, alias), Bytes::clone(&latest_bytes)));
            }
            if is_free(alias, &TAKEN_BELOW_REGION) {
                files.push((format!("api/v2/{id}/layers/{region}/{alias}/index.html"), Bytes::clone(&version_bytes)));
            }
        }
        all.extend(latest);
    }
    let list = json(&all);
    files.push((latest_path(id, region, "json"), Bytes::clone(&list)));
    files.push((latest_path(id, region, ""), list));
    files.push((latest_path(id, region, "csv"), csv(&all)));
    files
}

fn latest_row<'a>(package: &'a PackageView<'_>, latest: &Listed<'a>) -> LatestRow<'a> {
    LatestRow { arn: latest.arn.to_string(), package: package.name.as_str(), package_version: &latest.published.version }
}

fn version_row<'a>(listed: &Listed<'a>) -> VersionRow<'a> {
    VersionRow {
        arn: listed.arn.to_string(),
        package_version: &listed.published.version,
        deploy_status: listed.standing.word(),
        dependencies: listed.published.requirements.lines(),
        expiry_date: listed.standing.expires().map(|expires| expires.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
    }
}

fn is_free(alias: &str, taken: &[&str]) -> bool {
    !taken.iter().any(|taken| taken.eq_ignore_ascii_case(alias))
}

/// Compact, with a newline at its end for those who read it in a terminal.
fn json<T: Serialize>(rows: &[T]) -> Bytes {
    let text = serde_json::to_string(rows).expect("rows are plain data");
    Bytes::from((json_in_page(&text) + "\n").into_bytes())
}

fn csv(rows: &[LatestRow<'_>]) -> Bytes {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["Package", "Package Version", "arn"]).expect("memory does not fail");
    for row in rows {
        let record = [row.package, row.package_version, &row.arn].map(csv_cell_in_page);
        writer.write_record(record).expect("memory does not fail");
    }
    Bytes::from(writer.into_inner().expect("memory does not fail"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_win_over_packages_of_their_name() {
        for (alias, below_latest, below_region) in [
            ("json", false, true),
            ("JSON", false, true),
            ("csv", false, true),
            ("html", false, true),
            ("index.html", false, false),
            ("index-html", true, true),
            ("latest", true, true),
            ("json5", true, true),
        ] {
            assert_eq!((is_free(alias, &TAKEN_BELOW_LATEST), is_free(alias, &TAKEN_BELOW_REGION)), (below_latest, below_region), "{alias}");
        }
    }

    #[test]
    fn a_package_called_latest_is_not_where_the_latest_are() {
        // Packages stand below a region, and no region can be called `latest`.
        assert!("latest".parse::<RegionCode>().is_err());
    }
}
