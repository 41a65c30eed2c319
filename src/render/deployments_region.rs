//! The two files of one region below a runtime's folder: what is listed there, deprecated versions
//! before the latest of each package.

use std::fmt::Write as _;

use super::escape::{csv_cell, markdown as escaped, markdown_cell};
use super::site_links::SiteLinks;
use super::view::{Listed, RuntimeView};
use crate::config::{Catalog, Region};
use crate::domain::RegionCode;

/// The file for programs: CSV with a header, a line for each listed layer version.
pub fn csv(runtime: &RuntimeView<'_>, region: &RegionCode) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["Package", "Package Version", "ARN", "Expiry"]).expect("memory does not fail");
    for (package, listed) in runtime.listed(region) {
        let (arn, expiry) = (listed.arn.to_string(), expiry(&listed));
        let record = [package.name.as_str(), &listed.published.version, &arn, &expiry].map(csv_cell);
        writer.write_record(record).expect("memory does not fail");
    }
    writer.into_inner().expect("memory does not fail")
}

/// The file for people.
pub fn markdown(runtime: &RuntimeView<'_>, region: &Region, catalog: &Catalog) -> String {
    let code = &region.code;
    let mut text = format!(
        "# {} in {code}\n\n{}. Written by `klayers render`; do not edit. [All regions](../README.md)\n\n\
         For programs: [CSV]({code}.csv) of this table; of the latest alone, in the API: {}\n\n\
         | Package | Version | ARN | Status | Expires |\n| --- | --- | --- | --- | --- |\n",
        runtime.title(),
        escaped(&region.name),
        SiteLinks::new(catalog).region(runtime.spec.runtime, code),
    );
    for (package, listed) in runtime.listed(code) {
        let _ = writeln!(
            text,
            "| {} | {} | `{}` | {} | {} |",
            markdown_cell(package.name.as_str()),
            markdown_cell(&listed.published.version),
            listed.arn,
            listed.standing.word(),
            expiry(&listed)
        );
    }
    text
}

fn expiry(listed: &Listed<'_>) -> String {
    listed.standing.expires().map(|expires| expires.date().to_string()).unwrap_or_default()
}
