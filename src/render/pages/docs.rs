//! The page that leads to all that is written by hand.

use serde::Serialize;

use super::content::ContentPage;
use super::frame::{Frame, Section, Sheet};
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// The context of `docs.html`.
#[derive(Debug, Serialize)]
struct DocsPage<'a> {
    pages: Vec<Link<'a>>,
}

/// A page that this one leads to.
#[derive(Debug, Serialize)]
struct Link<'a> {
    address: String,
    title: &'a str,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(_: &View<'_>, pages: &[ContentPage], frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "docs.html",
        path: "docs/index.html",
        title: "Documentation",
        description: "Using layers by each tool, the API, expiry, trust, and running a service of one's own.",
        section: Section::Docs,
    };
    let links = pages.iter().map(|page| Link { address: page.address(), title: &page.title }).collect();
    frame.put(sheet, DocsPage { pages: links }, sink)
}
