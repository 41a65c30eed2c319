//! The page.

use rayon::prelude::*;
use serde::Serialize;

use crate::render::api_v3::package::spelled;
use crate::render::pages::addresses;
use crate::render::pages::choices::Choices;
use crate::render::pages::frame::{Frame, Section, Sheet};
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// The context of `package.html`.
#[derive(Debug, Serialize)]
struct PackagePage<'a> {
    name: &'a str,
    choices: Choices<'a>,
}

/// Puts a page per package that the catalogue or the ledger has.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let packages: Vec<_> = view.by_package().into_iter().collect();
    packages.into_par_iter().try_for_each(|(name, runtimes)| {
        let spelled = spelled(&runtimes);
        let sheet = Sheet {
            template: "package.html",
            path: &format!("{}index.html", addresses::package(name)),
            title: &format!("{spelled} as an AWS Lambda layer"),
            description: &format!("ARNs of {spelled} for every region, Python and architecture, with what is inside, its history and how to use it."),
            section: Section::Layers,
        };
        frame.put(sheet, PackagePage { name: spelled, choices: Choices::new(view) }, sink)
    })
}
