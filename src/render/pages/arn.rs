//! What is this ARN? The page asks the API's file of the layer; without scripts it says how to ask it oneself.

use serde::Serialize;

use super::frame::{Frame, Section, Sheet};
use super::layer_names;
use crate::domain::{Architecture, RegionState};
use crate::render::deployments::state_word;
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// The number that AWS has in its examples, for an ARN that is nobody's.
const EXAMPLE_ACCOUNT: &str = "123456789012";

/// The context of `arn.html`: what an ARN of this service can have in its parts.
#[derive(Debug, Serialize)]
struct ArnPage<'a> {
    prefix: String,
    /// An ARN as they look here.
    example: String,
    accounts: Vec<AccountRow>,
    regions: Vec<RegionRow<'a>>,
    runtimes: Vec<RuntimeRow>,
}

/// An account that layers are in.
#[derive(Debug, Serialize)]
struct AccountRow {
    number: String,
    partition: String,
}

/// A region that ever was in the catalogue.
#[derive(Debug, Serialize)]
struct RegionRow<'a> {
    code: &'a str,
    name: &'a str,
    partition: String,
    state: &'static str,
}

/// A runtime, whatever its state.
#[derive(Debug, Serialize)]
struct RuntimeRow {
    id: String,
    /// What stands for it in a layer's name.
    infix: String,
    python: String,
    architecture: Architecture,
    state: &'static str,
}

/// Puts the page, and the file of names that it asks.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "arn.html",
        path: "arn/index.html",
        title: "What is this ARN?",
        description: "Paste the ARN of a layer, or the whole error: what it is, whether it still works, and what took its place.",
        section: Section::Arn,
    };
    frame.put(sheet, ArnPage::new(view), sink)?;
    Ok(layer_names::put(view, sink)?)
}

impl<'a> ArnPage<'a> {
    fn new(view: &View<'a>) -> Self {
        let accounts = layer_names::accounts(view);
        let accounts = accounts.into_iter().map(|(partition, account)| AccountRow { number: account.to_string(), partition: partition.to_string() });
        let regions = view.catalog.regions.iter().map(|region| RegionRow {
            code: region.code.as_str(),
            name: &region.name,
            partition: region.code.partition().to_string(),
            state: region_word(region.state),
        });
        let runtimes = view.runtimes.iter().map(|runtime| RuntimeRow {
            id: runtime.spec.runtime.to_string(),
            infix: runtime.spec.runtime.layer_infix(),
            python: runtime.spec.runtime.python.to_string(),
            architecture: runtime.spec.architecture(),
            state: state_word(runtime.spec.state),
        });
        Self {
            prefix: view.catalog.settings.prefix.to_string(),
            example: example(view),
            accounts: accounts.collect(),
            regions: regions.collect(),
            runtimes: runtimes.collect(),
        }
    }
}

/// The latest layer of a package somewhere, so that it can be tried; where there is none yet, an ARN that only looks like one.
fn example(view: &View<'_>) -> String {
    let regions = || view.catalog.active_regions().chain(&view.catalog.regions);
    let found = view.runtimes.iter().rev().find_map(|runtime| regions().find_map(|region| runtime.latest(&region.code).next()));
    found.map_or_else(
        || format!("arn:aws:lambda:eu-west-1:{EXAMPLE_ACCOUNT}:layer:{}-p313-requests:4", view.catalog.settings.prefix),
        |(_, listed)| listed.arn.to_string(),
    )
}

fn region_word(state: RegionState) -> &'static str {
    match state {
        RegionState::Active => "active",
        RegionState::Paused => "paused",
        RegionState::Retired => "retired",
    }
}
