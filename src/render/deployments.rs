//! `deployments/`: the catalogue as a reader of the repository sees it.
//!
//! It is kept in git, so a change must show what changed and nothing else: each row is about one package, no row depends on
//! another, and there are no counts, no dates of rendering and no padding.

use std::cmp::Reverse;
use std::fmt::Write as _;

use rayon::prelude::*;

use super::site_links::SiteLinks;
use super::view::{RuntimeView, View};
use super::{RenderError, Sink, deployments_region, deployments_runtime};
use crate::config::Catalog;
use crate::domain::RuntimeState;

/// Puts into `sink` what `deployments/` holds.
///
/// # Errors
/// As the sink.
pub fn deployments(view: &View<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let catalog = view.catalog;
    let mut shown: Vec<&RuntimeView<'_>> = view.runtimes.iter().filter(|runtime| is_shown(runtime, catalog)).collect();
    // The newest Python first: it is what people look for.
    shown.sort_by_key(|runtime| (Reverse(runtime.spec.runtime.python), runtime.spec.architecture()));
    sink.put("README.md", readme(&shown, catalog).as_bytes())?;
    for runtime in &shown {
        sink.put(&format!("{}/README.md", runtime.spec.runtime.deployments_dir()), deployments_runtime::readme(runtime, catalog).as_bytes())?;
    }
    let tables: Vec<_> = shown.iter().flat_map(|runtime| runtime.listed_regions(catalog).map(move |region| (runtime, region))).collect();
    tables.into_par_iter().try_for_each(|(runtime, region)| {
        let (folder, code) = (runtime.spec.runtime.deployments_dir(), &region.code);
        sink.put(&format!("{folder}/arns/{code}.csv"), &deployments_region::csv(runtime, code))?;
        sink.put(&format!("{folder}/arns/{code}.md"), deployments_region::markdown(runtime, region, catalog).as_bytes())?;
        Ok(())
    })
}

/// The word for a runtime's state.
pub(super) fn state_word(state: RuntimeState) -> &'static str {
    match state {
        RuntimeState::Active => "active",
        RuntimeState::Deprecated => "deprecated",
        RuntimeState::Retired => "retired",
    }
}

/// A retired runtime goes when its last layer is no longer listed.
fn is_shown(runtime: &RuntimeView<'_>, catalog: &Catalog) -> bool {
    match runtime.spec.state {
        RuntimeState::Active | RuntimeState::Deprecated => true,
        RuntimeState::Retired => runtime.listed_regions(catalog).next().is_some(),
    }
}

fn readme(runtimes: &[&RuntimeView<'_>], catalog: &Catalog) -> String {
    let mut text = String::from(
        "# Deployments\n\n\
         Every layer that can be used now, by runtime and region, with its ARN. A layer's region, Python version and architecture\n\
         must be those of the function.\n\n\
         `klayers render` writes this folder from `pipeline/config/` and `pipeline/ledger/`. Nothing here is edited by hand: the next\n\
         run would undo it.\n\n",
    );
    if runtimes.is_empty() {
        text.push_str("There are no runtimes yet.\n\n");
    } else {
        text.push_str("| Runtime | Architecture | State | End of life |\n| --- | --- | --- | --- |\n");
    }
    for runtime in runtimes {
        let spec = runtime.spec;
        let (folder, state) = (spec.runtime.deployments_dir(), state_word(spec.state));
        let _ = writeln!(text, "| [Python {}]({folder}/README.md) | {} | {state} | {} |", spec.runtime.python, spec.architecture(), spec.end_of_life);
    }
    text.push_str("\n## News\n\n");
    text.push_str(&match &catalog.settings.site.address {
        Some(address) => format!("The [site]({address}) tells what changes, for feed readers and calendars:\n\n"),
        None => "The site tells what changes, for feed readers and calendars. Below its address are:\n\n".to_owned(),
    });
    let links = SiteLinks::new(catalog);
    let _ = writeln!(text, "- {}: what happened to every package", links.named("feeds/all.atom"));
    text.push_str("- `feeds/packages/{package}.atom`: what happened to one package, by its name in small letters with `-` for `_` and `.`\n");
    let _ = writeln!(text, "- {}: the days on which layers expire", links.named("feeds/expiry.ics"));
    text
}
