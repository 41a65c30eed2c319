//! The whole site: pages for people, the API, static files.
//!
//! Every link is relative, so the site works below any base path. Nothing is loaded from elsewhere.

use rayon::prelude::*;

use super::pages::content::{self, Facts};
use super::pages::frame::Frame;
use super::pages::templates::Templates;
use super::pages::{arn, docs, home, nothing, package, reference, region, request, search_index, sitemap, status};
use super::sources::CONTENT_DIR;
use super::view::View;
use super::{RenderError, Sink, SiteSources, api_v2, api_v3, feeds};

/// Addresses of pages that are made of templates, and of files as they are: no page of `site/content` can have them.
const TAKEN: [&str; 6] = ["api-reference", "arn", "docs", "request", "static", "status"];

/// Puts into `sink` what the site holds.
///
/// # Errors
/// When a template or a page of `sources` is wrong, or as the sink.
pub fn site(view: &View<'_>, sources: &SiteSources, sink: &dyn Sink) -> Result<(), RenderError> {
    let settings = &view.catalog.settings;
    let templates = Templates::new(&sources.templates)?;
    let frame = Frame::new(settings.prefix.to_string(), settings.site.address.as_ref(), settings.site.repository.as_ref(), &templates);

    hand_written(view, sources, &frame, sink)?;
    home::put(view, &frame, sink)?;
    search_index::put(view, sink)?;
    package::put(view, &frame, sink)?;
    status::put(view, &frame, sink)?;
    arn::put(view, &frame, sink)?;
    request::put(view, &frame, sink)?;
    nothing::put(settings.site.address.as_ref(), &frame, sink)?;
    regions(view, &frame, sink)?;
    sitemap::put(settings.site.address.as_ref(), &frame.addresses(), sink)?;
    sink.put(".nojekyll", b"")?;
    for (name, bytes) in &sources.static_files {
        sink.put(&format!("static/{name}"), bytes)?;
    }
    packages(view, sink)?;
    api_v2::builds(view, sink)?;
    feeds::feeds(view, sink)?;
    Ok(api_v3::put(view, sink)?)
}

/// The pages of `site/content`, the page that leads to them, and the reference, which stands among them.
fn hand_written(view: &View<'_>, sources: &SiteSources, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let facts = Facts::of(view);
    let pages = content::read(&sources.content, &facts)?;
    let shelves = content::shelf(&pages);
    for page in &pages {
        if TAKEN.contains(&page.name()) {
            let path = format!("{}index.html", page.address());
            return Err(RenderError::PathTaken { file: format!("{CONTENT_DIR}/{}.md", page.name()), path });
        }
        page.put(&shelves, frame, sink)?;
    }
    reference::put(&facts, &shelves, frame, sink)?;
    docs::put(&shelves, frame, sink)
}

fn packages(view: &View<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let packages: Vec<_> = view.runtimes.iter().flat_map(|runtime| runtime.packages.iter().map(move |package| (runtime.spec.runtime, package))).collect();
    packages.into_par_iter().try_for_each(|(runtime, package)| Ok(api_v2::package(runtime, package, &view.catalog.regions, sink)?))
}

/// The API of every runtime in every region, whatever their state: those who ask for a retired one
/// get an answer that they can read, not a page that says 404.
fn regions(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let pairs: Vec<_> = view.runtimes.iter().flat_map(|runtime| view.catalog.regions.iter().map(move |region| (runtime, region))).collect();
    pairs.into_par_iter().try_for_each(|(runtime, code)| {
        api_v2::region(runtime, &code.code, sink)?;
        region::put(view, runtime, code, frame, sink)
    })
}
