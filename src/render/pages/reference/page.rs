//! The page.

use serde::Serialize;

use crate::render::pages::frame::{Frame, Section, Sheet};
use crate::render::{RenderError, Sink};

/// The context of `reference.html`.
#[derive(Debug, Serialize)]
struct ReferencePage {}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "reference.html",
        path: "api-reference/index.html",
        title: "API reference",
        description: "Every address of the API with its parameters and the shape of its answers.",
        section: Section::Docs,
    };
    frame.put(sheet, ReferencePage {}, sink)
}
