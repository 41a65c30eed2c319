//! What a build holds, and how to see for oneself that a layer is that build.

use serde::Serialize;

use super::page::Service;
use super::words::day;
use crate::domain::{ImportTest, NormalizedName, Paper};
use crate::ledger::Published;
use crate::render::api_v3::FOLDER;
use crate::render::bills::{Bill, Vulnerability};
use crate::render::pages::addresses;
use crate::render::view::{PackageView, View, mebibytes};

/// What a function and its layers may have together when unpacked.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const UNZIPPED_LIMIT_BYTES: u64 = 250 << 20;

/// What a build holds.
#[derive(Debug, Serialize)]
pub struct Inside<'a> {
    version: &'a str,
    published: String,
    license: &'a str,
    distributions: Vec<Distribution<'a>>,
    /// Whether any of them has a licence.
    has_licenses: bool,
    zip: String,
    unzipped: String,
    /// How much of Lambda's limit it takes.
    share: String,
    /// In words.
    bytecode: &'static str,
    import: ImportWords<'a>,
    code_sha256: String,
    requirements_sha256: String,
    lock: Option<String>,
    sbom: Option<String>,
    known: Known<'a>,
}

/// A distribution of the layer.
#[derive(Debug, Serialize)]
struct Distribution<'a> {
    name: &'a str,
    version: &'a str,
    license: &'a str,
    /// Its page here, if it has one.
    address: Option<String>,
}

/// Whether it was imported.
#[derive(Debug, Serialize)]
struct ImportWords<'a> {
    state: &'static str,
    seconds: String,
    reason: &'a str,
}

/// What was known against it.
#[derive(Debug, Serialize)]
struct Known<'a> {
    /// Whether that was asked at all, and of everything.
    is_complete: bool,
    vulnerabilities: Vec<VulnerabilityRow<'a>>,
}

#[derive(Debug, Serialize)]
struct VulnerabilityRow<'a> {
    id: &'a str,
    severity: &'a str,
    summary: &'a str,
    recommendation: &'a str,
    link: &'a str,
    affects: &'a str,
}

impl<'a> Inside<'a> {
    /// What `build` of `package` holds.
    pub fn new(service: &'a Service<'_>, package: &PackageView<'_>, build: &'a Published) -> Self {
        let view = service.view;
        let bill = build.papers.as_ref().and_then(|papers| view.bills.get(&papers.sbom_sha256));
        let distributions = distributions(service, &package.normalized, build, bill);
        let [lock, sbom] = build.papers.as_ref().map_or([None, None], |papers| papers.all().map(|paper| served(view, paper)));
        Self {
            version: &build.version,
            published: day(build.at),
            license: &build.license,
            has_licenses: distributions.iter().any(|distribution| !distribution.license.is_empty()),
            distributions,
            zip: mebibytes(build.zip_bytes),
            unzipped: mebibytes(build.unzipped_bytes),
            share: share(build.unzipped_bytes),
            bytecode: match build.papers.as_ref().map(|papers| papers.bytecode) {
                Some(true) => "Yes: nothing is compiled again at a cold start.",
                Some(false) => "No: modules are compiled again at each cold start.",
                None => "Not recorded.",
            },
            import: import(build),
            code_sha256: build.zip_sha256.lambda_form(),
            requirements_sha256: build.requirements_sha256.to_string(),
            lock,
            sbom,
            known: Known {
                is_complete: bill.is_some_and(|bill| bill.is_complete),
                vulnerabilities: bill.into_iter().flat_map(|bill| &bill.vulnerabilities).map(VulnerabilityRow::new).collect(),
            },
        }
    }
}

impl<'a> VulnerabilityRow<'a> {
    fn new(known: &'a Vulnerability) -> Self {
        Self {
            id: &known.id,
            severity: &known.severity,
            summary: &known.summary,
            recommendation: &known.recommendation,
            link: known.link.as_deref().unwrap_or(""),
            affects: &known.affects,
        }
    }
}

fn distributions<'a>(service: &Service<'_>, package: &NormalizedName, build: &'a Published, bill: Option<&'a Bill>) -> Vec<Distribution<'a>> {
    let lines = build.requirements.lines().iter().filter_map(|line| line.split_once("=="));
    let distribution = |(name, version): (&'a str, &'a str)| {
        let normalized: Option<NormalizedName> = name.parse().ok();
        let license = normalized.as_ref().and_then(|name| bill?.licenses.get(name)).map_or("", String::as_str);
        let address = normalized.filter(|name| name != package && service.names.contains(name)).map(|name| addresses::package(&name));
        Distribution { name, version, license, address }
    };
    let mut distributions: Vec<Distribution<'_>> = lines.map(distribution).collect();
    // The lines are sorted as texts, where `a2==1` comes before `a==1`.
    distributions.sort_by_key(|distribution| distribution.name);
    distributions
}

fn import(build: &Published) -> ImportWords<'_> {
    match build.papers.as_ref().map(|papers| &papers.import_test) {
        None => ImportWords { state: "unknown", seconds: String::new(), reason: "" },
        Some(ImportTest::Passed { milliseconds }) => ImportWords { state: "passed", seconds: format!("{:.2} s", *milliseconds as f64 / 1000.0), reason: "" },
        Some(ImportTest::NotTested { reason }) => ImportWords { state: "not-tested", seconds: String::new(), reason },
    }
}

fn served(view: &View<'_>, paper: Paper) -> Option<String> {
    view.papers.contains(&paper).then(|| format!("{FOLDER}/{}", paper.path()))
}

/// A little is not nothing.
fn share(bytes: u64) -> String {
    let percent = 100.0 * bytes as f64 / UNZIPPED_LIMIT_BYTES as f64;
    if percent < 1.0 { "less than 1\u{a0}%".to_owned() } else { format!("{percent:.0}\u{a0}%") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_what_lambda_takes() {
        for (bytes, expected) in [(0, "less than 1\u{a0}%"), (UNZIPPED_LIMIT_BYTES / 4, "25\u{a0}%"), (UNZIPPED_LIMIT_BYTES, "100\u{a0}%")] {
            assert_eq!(share(bytes), expected);
        }
    }
}
