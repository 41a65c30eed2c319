//! What is this ARN? The page asks the API's file of the layer; without scripts it says how to ask it oneself.

use serde::Serialize;

use super::choices::Choices;
use super::frame::{Frame, Section, Sheet};
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// The context of `arn.html`.
#[derive(Debug, Serialize)]
struct ArnPage<'a> {
    choices: Choices<'a>,
}

/// Puts the page.
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
    frame.put(sheet, ArnPage { choices: Choices::new(view) }, sink)
}
