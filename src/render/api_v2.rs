//! The second version of the API, as existing clients call it: its addresses, its shapes, its quirks.
//!
//! Each address is a folder with an `index.html`, because a static host answers such an address with
//! and without a slash at its end. The host calls the answer HTML, whatever it is; clients do not
//! look, and everything in it is harmless to a browser. The six field names are fixed for ever, and
//! every row of the list is a flat object.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::Sink;
use super::escape::{csv_cell_in_page, json_in_page};
use super::schema_words as words;
use super::view::{Listed, PackageView, RuntimeView, Standing, View};
use crate::config::Region;
use crate::domain::{RegionCode, Runtime};
use crate::ledger::Published;
use crate::outside::OutsideError;

/// What stands beside the packages below `latest/{region}/`. The formats win over packages of the
/// same name, in capitals too, for file systems that do not tell them apart; such a package is still in
/// the list. `index.html` is the file that answers for the folder itself.
const TAKEN_BELOW_LATEST: [&str; 4] = ["json", "csv", "html", "index.html"];
/// What stands beside the packages below `{region}/`.
const TAKEN_BELOW_REGION: [&str; 1] = ["index.html"];

/// The answers that are JSON, each of them an array of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The latest layers of a region.
    Latest,
    /// The latest layer of one package.
    LatestPackage,
    /// The layers of one package that are listed.
    Versions,
    /// The newest build of each package.
    Builds,
}

/// The latest layer of a package.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "V2LatestRow")]
struct LatestRow<'a> {
    /// What a function's configuration names.
    #[schemars(with = "words::Arn")]
    arn: String,
    /// The package, as people spell it.
    #[schemars(with = "words::PackageName")]
    package: &'a str,
    /// The package's version.
    package_version: &'a str,
}

/// The latest layer of the package that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "V2LatestPackageRow")]
struct LatestPackage<'a> {
    /// What a function's configuration names.
    #[schemars(with = "words::Arn")]
    arn: &'a str,
    /// The package, as people spell it.
    #[schemars(with = "words::PackageName")]
    package: &'a str,
    /// The package's version.
    package_version: &'a str,
    /// The number at the end of the ARN, as a text.
    #[schemars(with = "words::Digits")]
    layer_version: String,
    /// When it was published, in universal time.
    #[schemars(with = "words::TimeWithoutZone")]
    created_date_time: String,
    /// The SHA-256 of the zip in base64, which is Lambda's `CodeSha256`.
    #[schemars(with = "words::Sha256Base64")]
    sha256: String,
    /// The size of the zip in bytes, as a text.
    #[schemars(with = "words::Digits")]
    size_zip: String,
    /// Its size when unpacked in bytes, as a text.
    #[schemars(with = "words::Digits")]
    size_unzipped: String,
}

/// A layer version of the package that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "V2VersionRow")]
struct VersionRow<'a> {
    /// What a function's configuration names.
    #[schemars(with = "words::Arn")]
    arn: String,
    /// The package's version.
    package_version: &'a str,
    /// Whether it is the newest.
    #[schemars(extend("enum" = ["latest", "deprecated"]))]
    deploy_status: &'static str,
    /// What is in it: a sorted line per distribution.
    #[schemars(with = "Vec<words::PinnedLine>")]
    dependencies: &'a [String],
    /// When it is no longer listed, in universal time. Only deprecated ones have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "words::TimeWithoutZone")]
    expiry_date: Option<String>,
    /// When it was published, in universal time.
    #[schemars(with = "words::TimeWithoutZone")]
    created_date_time: String,
    /// The SHA-256 of the zip in base64, which is Lambda's `CodeSha256`.
    #[schemars(with = "words::Sha256Base64")]
    sha256: String,
}

/// The newest build of a package.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "V2BuildRow")]
struct BuildRow<'a> {
    /// When it was published, in universal time.
    #[schemars(with = "words::TimeWithoutZone")]
    created_date_time: String,
    /// The package, as people spell it.
    #[schemars(with = "words::PackageName")]
    package: &'a str,
    /// The package's version.
    package_version: &'a str,
    /// What is in it: a sorted line per distribution.
    #[schemars(with = "Vec<words::PinnedLine>")]
    dependencies: &'a [String],
}

/// The schema of an answer.
pub fn schema(answer: Answer, generator: &mut SchemaGenerator) -> Schema {
    match answer {
        Answer::Latest => generator.subschema_for::<Vec<LatestRow<'_>>>(),
        Answer::LatestPackage => generator.subschema_for::<Vec<LatestPackage<'_>>>(),
        Answer::Versions => generator.subschema_for::<Vec<VersionRow<'_>>>(),
        Answer::Builds => generator.subschema_for::<Vec<BuildRow<'_>>>(),
    }
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

/// Puts the answers for all layer versions of a package, by region.
///
/// # Errors
/// As the sink.
pub fn package(runtime: Runtime, package: &PackageView<'_>, regions: &[Region], sink: &dyn Sink) -> Result<(), OutsideError> {
    // All but the ARN of a row is the same in every region, and there are millions of rows.
    let mut rests: BTreeMap<(usize, Standing), String> = BTreeMap::new();
    for Region { code, .. } in regions {
        let mut list = String::from("[");
        for (build, number, standing) in package.versions_in(code) {
            let published = &package.builds[build];
            let rest = rests.entry((build, standing)).or_insert_with(|| rest(published, standing));
            let comma = if list.len() > 1 { "," } else { "" };
            let Published { partition, account, layer, .. } = published;
            let _ = write!(list, "{comma}{ARN_BEFORE}arn:{partition}:lambda:{code}:{account}:layer:{layer}:{number}{rest}");
        }
        list.push_str("]\n");
        for alias in package.aliases.iter().filter(|alias| is_free(alias, &TAKEN_BELOW_REGION)) {
            sink.put(&format!("api/v2/{runtime}/layers/{code}/{alias}/index.html"), list.as_bytes())?;
        }
    }
    Ok(())
}

/// How a row begins that has an ARN first.
const ARN_BEFORE: &str = "{\"arn\":\"";

/// What comes in a row after the ARN.
fn rest(published: &Published, standing: Standing) -> String {
    let row = serde_json::to_string(&version_row(String::new(), published, standing)).expect("rows are plain data");
    json_in_page(row.strip_prefix(ARN_BEFORE).expect("the ARN comes first").to_owned())
}

/// Puts every answer for a region but the table and those of [`package`].
///
/// # Errors
/// As the sink.
pub fn region(runtime: &RuntimeView<'_>, region: &RegionCode, sink: &dyn Sink) -> Result<(), OutsideError> {
    let id = runtime.spec.runtime;
    let mut all = Vec::new();
    for package in &runtime.packages {
        let latest = package.latest(region).map(|latest| (latest_row(package, &latest), latest));
        let latest_bytes = json(latest.iter().map(|(row, latest)| latest_package(row, latest)).collect::<Vec<_>>().as_slice());
        for alias in &package.aliases {
            if is_free(alias, &TAKEN_BELOW_LATEST) {
                sink.put(&latest_path(id, region, alias), &latest_bytes)?;
            }
        }
        all.extend(latest.map(|(row, _)| row));
    }
    let list = json(&all);
    sink.put(&latest_path(id, region, "json"), &list)?;
    sink.put(&latest_path(id, region, ""), &list)?;
    sink.put(&latest_path(id, region, "csv"), &csv(&all))
}

/// Puts the answer for the newest build of each package, by runtime. Klayers answers so and never said it.
///
/// # Errors
/// As the sink.
pub fn builds(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    for runtime in &view.runtimes {
        let rows: Vec<BuildRow<'_>> = runtime.available().map(|(package, published)| build_row(package, published)).collect();
        sink.put(&format!("api/v2/{}/builds/latest/index.html", runtime.spec.runtime), &json(&rows))?;
    }
    Ok(())
}

fn latest_row<'a>(package: &'a PackageView<'_>, latest: &Listed<'a>) -> LatestRow<'a> {
    LatestRow { arn: latest.arn.to_string(), package: package.name.as_str(), package_version: &latest.published.version }
}

/// The fields that are more than the old ones are texts too: clients in Go decode rows into maps of texts.
fn latest_package<'a>(row: &'a LatestRow<'a>, latest: &Listed<'a>) -> LatestPackage<'a> {
    LatestPackage {
        arn: &row.arn,
        package: row.package,
        package_version: row.package_version,
        layer_version: latest.arn.version.to_string(),
        created_date_time: without_zone(latest.published.at),
        sha256: latest.published.zip_sha256.lambda_form(),
        size_zip: latest.published.zip_bytes.to_string(),
        size_unzipped: latest.published.unzipped_bytes.to_string(),
    }
}

fn version_row(arn: String, published: &Published, standing: Standing) -> VersionRow<'_> {
    let expiry_date = match standing {
        Standing::Latest => None,
        Standing::Deprecated { expires } => Some(without_zone(expires)),
    };
    VersionRow {
        arn,
        package_version: &published.version,
        deploy_status: standing.word(),
        dependencies: published.requirements.lines(),
        expiry_date,
        created_date_time: without_zone(published.at),
        sha256: published.zip_sha256.lambda_form(),
    }
}

fn build_row<'a>(package: &'a PackageView<'_>, published: &'a Published) -> BuildRow<'a> {
    BuildRow {
        created_date_time: without_zone(published.at),
        package: package.name.as_str(),
        package_version: &published.version,
        dependencies: published.requirements.lines(),
    }
}

/// A time as Klayers writes it: universal, and without saying so.
fn without_zone(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

fn is_free(alias: &str, taken: &[&str]) -> bool {
    !taken.iter().any(|taken| taken.eq_ignore_ascii_case(alias))
}

/// Compact, with a newline at its end for those who read it in a terminal.
fn json<T: Serialize>(rows: &[T]) -> Vec<u8> {
    let text = serde_json::to_string(rows).expect("rows are plain data");
    (json_in_page(text) + "\n").into_bytes()
}

fn csv(rows: &[LatestRow<'_>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["Package", "Package Version", "arn"]).expect("memory does not fail");
    for row in rows {
        let record = [row.package, row.package_version, &row.arn].map(csv_cell_in_page);
        writer.write_record(record).expect("memory does not fail");
    }
    writer.into_inner().expect("memory does not fail")
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
