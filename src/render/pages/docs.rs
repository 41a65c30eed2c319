//! The page that leads to all that is written by hand, and to the reference.

use serde::Serialize;

use super::content::Shelf;
use super::frame::{Frame, Section, Sheet};
use crate::render::{RenderError, Sink};

/// The context of `docs.html`.
#[derive(Debug, Serialize)]
struct DocsPage<'a> {
    shelves: &'a [Shelf],
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(shelves: &[Shelf], frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "docs.html",
        path: "docs/index.html",
        title: "Documentation",
        description: "Using layers by each tool, the API, expiry, trust, and running a service of your own.",
        section: Section::Docs,
    };
    frame.put(sheet, DocsPage { shelves }, sink)
}
