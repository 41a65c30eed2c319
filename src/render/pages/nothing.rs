//! The page that hosts show where there is none, at any address, however deep: no link that is relative to it would lead anywhere.
//!
//! Where it is known where the site is, its links begin at the top of the host, which also holds where the same folder
//! is looked at elsewhere. Where that is not known, it is a page by itself, without any link.

use serde::Serialize;

use super::frame::{Frame, Section, Sheet};
use crate::domain::SiteAddress;
use crate::render::{RenderError, Sink};

/// The context of `404.html` and `404-alone.html`.
#[derive(Debug, Serialize)]
struct NothingPage<'a> {
    /// Instead of the way that other pages have to the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<&'a str>,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(site: Option<&SiteAddress>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: if site.is_some() { "404.html" } else { "404-alone.html" },
        path: "404.html",
        title: "Nothing here",
        description: "There is no page at this address.",
        section: Section::Nowhere,
    };
    frame.put(sheet, NothingPage { root: site.map(SiteAddress::path) }, sink)
}
