//! The README of one runtime below `deployments/`.

use std::fmt::Write as _;

use super::deployments::state_word;
use super::deployments_behind;
use super::escape::{markdown, markdown_cell};
use super::site_links::SiteLinks;
use super::view::{RuntimeView, mebibytes};
use crate::config::Catalog;

/// Its text.
pub fn readme(runtime: &RuntimeView<'_>, catalog: &Catalog) -> String {
    let spec = runtime.spec;
    let mut text = format!(
        "# {}\n\n\
         | AWS runtime | Architecture | Operating system | State | End of life |\n\
         | --- | --- | --- | --- | --- |\n\
         | `{}` | `{}` | {} | {} | {} |\n\n\
         Written by `klayers render`; do not edit. [All runtimes](../README.md)\n\n",
        runtime.title(),
        spec.runtime.aws_runtime(),
        spec.architecture(),
        markdown(&spec.operating_system),
        state_word(spec.state),
        spec.end_of_life
    );
    let links = SiteLinks::new(catalog);
    regions(&mut text, runtime, catalog, links);
    packages(&mut text, runtime, links);
    deployments_behind::section(&mut text, runtime);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn regions(text: &mut String, runtime: &RuntimeView<'_>, catalog: &Catalog, links: SiteLinks<'_>) {
    text.push_str("## ARNs by region\n\n");
    if runtime.listed_regions(catalog).next().is_none() {
        text.push_str("There are no layers in any region yet.\n\n");
        return;
    }
    let (heading, rule) = if links.is_known() { (" API |", " --- |") } else { ("", "") };
    let _ = writeln!(text, "| Region | Name | ARNs |{heading}\n| --- | --- | --- |{rule}");
    for region in runtime.listed_regions(catalog) {
        let code = &region.code;
        let api = if links.is_known() { format!(" {} |", links.region(runtime.spec.runtime, code)) } else { String::new() };
        let _ = writeln!(text, "| `{code}` | {} | [table](arns/{code}.md), [CSV](arns/{code}.csv) |{api}", markdown_cell(&region.name));
    }
    text.push('\n');
    if !links.is_known() {
        let _ = writeln!(text, "The site has the same: `api/v2/{}/layers/latest/{{region}}/json/`, and `csv/` and `html/` beside it.\n", runtime.spec.runtime);
    }
}

fn packages(text: &mut String, runtime: &RuntimeView<'_>, links: SiteLinks<'_>) {
    text.push_str("## Packages\n\n");
    if runtime.available().next().is_none() {
        text.push_str("There are no layers yet.\n\n");
        return;
    }
    let (heading, rule) = if links.is_known() { (" More |", " --- |") } else { ("", "") };
    let _ =
        writeln!(text, "| Package | Latest version | Licence | Requirements | Zipped | Unzipped |{heading}\n| --- | --- | --- | ---: | ---: | ---: |{rule}");
    for (package, published) in runtime.available() {
        let more = if links.is_known() { format!(" {} |", links.package(&package.normalized)) } else { String::new() };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |{more}",
            markdown_cell(package.name.as_str()),
            markdown_cell(&published.version),
            markdown_cell(&published.license),
            published.requirements.lines().len(),
            mebibytes(published.zip_bytes),
            mebibytes(published.unzipped_bytes)
        );
    }
    text.push_str("\nA region that could not be reached may be a version behind: its own file says what it has.\n");
    if !links.is_known() {
        text.push_str("The site has more of each package: `api/v3/packages/{package}.json` and `feeds/packages/{package}.atom`.\n");
    }
    text.push('\n');
}
