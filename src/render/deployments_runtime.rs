//! The README of one runtime below `deployments/`.

use std::fmt::Write as _;

use super::deployments::state_word;
use super::escape::markdown;
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
    packages(&mut text, runtime);
    regions(&mut text, runtime, catalog);
    text
}

fn packages(text: &mut String, runtime: &RuntimeView<'_>) {
    text.push_str("## Packages\n\n");
    if runtime.available().next().is_none() {
        text.push_str("There are no layers yet.\n\n");
        return;
    }
    text.push_str("| Package | Latest version | Licence | Requirements | Zipped | Unzipped |\n| --- | --- | --- | ---: | ---: | ---: |\n");
    for (package, published) in runtime.available() {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            markdown(package.name.as_str()),
            markdown(&published.version),
            markdown(&published.license),
            published.requirements.lines().len(),
            mebibytes(published.zip_bytes),
            mebibytes(published.unzipped_bytes)
        );
    }
    text.push_str("\nA region that could not be reached may be a version behind: its own file says what it has.\n\n");
}

fn regions(text: &mut String, runtime: &RuntimeView<'_>, catalog: &Catalog) {
    text.push_str("## ARNs by region\n\n");
    if runtime.listed_regions(catalog).next().is_none() {
        text.push_str("There are no layers in any region yet.\n");
        return;
    }
    text.push_str("| Region | Name | Packages | Files |\n| --- | --- | ---: | --- |\n");
    for region in runtime.listed_regions(catalog) {
        let code = &region.code;
        let packages = runtime.latest(code).count();
        let _ = writeln!(text, "| {code} | {} | {packages} | [table](arns/{code}.md), [CSV](arns/{code}.csv) |", markdown(&region.name));
    }
}
