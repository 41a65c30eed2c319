//! Every package on every runtime: whether it has a layer, and if not, why.

use serde::Serialize;

use super::frame::{Frame, Section, Sheet};
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// The context of `status.html`.
#[derive(Debug, Serialize)]
struct StatusPage {
    today: String,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "status.html",
        path: "status/index.html",
        title: "Status",
        description: "Every package on every runtime: whether it has a layer, and if not, why and since when.",
        section: Section::Status,
    };
    frame.put(sheet, StatusPage { today: view.today.to_string() }, sink)
}
