//! Asking for a package: what can work, and the row that asks for it.

use serde::Serialize;

use super::choices::Choices;
use super::frame::{Frame, Section, Sheet};
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// The context of `request.html`.
#[derive(Debug, Serialize)]
struct RequestPage<'a> {
    choices: Choices<'a>,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "request.html",
        path: "request/index.html",
        title: "Request a package",
        description: "One row in a table asks for a package as a layer, in every region. What can work, and how to ask.",
        section: Section::Request,
    };
    frame.put(sheet, RequestPage { choices: Choices::new(view) }, sink)
}
