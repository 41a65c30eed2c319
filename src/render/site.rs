//! The whole site: pages for people, the API, static files.
//!
//! Every link is relative, so the site works below any base path. Nothing is loaded from elsewhere.

use rayon::prelude::*;
use serde::Serialize;

use super::content::ContentPage;
use super::sources::CONTENT_DIR;
use super::templates::Templates;
use super::view::View;
use super::{RenderError, Sink, SiteSources, api_v2, api_v3, feeds, home_page, region_page};

/// What every page has, around what is its own.
#[derive(Debug, Serialize)]
pub struct Page<'a, T> {
    /// What it is called.
    pub title: &'a str,
    /// The way back to the top: empty, or as often `../` as the page is deep.
    pub root: &'a str,
    /// What the service is called.
    pub service: &'a str,
    /// The pages that are written by hand.
    pub navigation: &'a [Link<'a>],
    /// Its own.
    #[serde(flatten)]
    pub own: T,
}

/// A page that others lead to.
#[derive(Debug, Serialize)]
pub struct Link<'a> {
    /// From the top of the site.
    pub address: String,
    /// What it is called.
    pub title: &'a str,
}

/// Puts into `sink` what the site holds.
///
/// # Errors
/// When a template or a page of `sources` is wrong, or as the sink.
pub fn site(view: &View<'_>, sources: &SiteSources, sink: &dyn Sink) -> Result<(), RenderError> {
    let templates = Templates::new(&sources.templates)?;
    let mut pages = sources.content.iter().map(|(name, text)| ContentPage::new(name, text, &sources.content)).collect::<Result<Vec<_>, _>>()?;
    // `api` before `api-v2`, which their files are not.
    pages.sort_by(|one, other| one.name.cmp(&other.name));
    let navigation: Vec<Link<'_>> = pages.iter().map(|page| Link { address: page.address(), title: &page.title }).collect();
    let frame = Frame { service: view.catalog.settings.prefix.to_string(), navigation: &navigation, templates: &templates };

    for page in &pages {
        let path = format!("{}index.html", page.address());
        // Nothing else makes an `index.html` in a folder that a page can be called like.
        if path.strip_prefix("static/").is_some_and(|name| sources.static_files.contains_key(name)) {
            return Err(RenderError::PathTaken { file: format!("{CONTENT_DIR}/{}.md", page.name), path });
        }
        sink.put(&path, &frame.page("page.html", &page.title, "../", page)?)?;
    }
    sink.put("index.html", &frame.page("home.html", "Home", "", home_page::HomePage::new(view))?)?;
    sink.put("404.html", &frame.page("404.html", "Nothing here", "", ())?)?;
    sink.put("robots.txt", b"User-agent: *\nDisallow:\n")?;
    sink.put(".nojekyll", b"")?;
    for (name, bytes) in &sources.static_files {
        sink.put(&format!("static/{name}"), bytes)?;
    }
    regions(view, &frame, sink)?;
    packages(view, sink)?;
    api_v2::builds(view, sink)?;
    feeds::feeds(view, sink)?;
    Ok(api_v3::put(view, sink)?)
}

/// What all pages of a site share.
struct Frame<'a> {
    service: String,
    navigation: &'a [Link<'a>],
    templates: &'a Templates,
}

impl Frame<'_> {
    fn page(&self, template: &str, title: &str, root: &str, own: impl Serialize) -> Result<Vec<u8>, RenderError> {
        let page = Page { title, root, service: &self.service, navigation: self.navigation, own };
        Ok(self.templates.render(template, &page)?.into_bytes())
    }
}

fn packages(view: &View<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let packages: Vec<_> = view.runtimes.iter().flat_map(|runtime| runtime.packages.iter().map(move |package| (runtime.spec.runtime, package))).collect();
    packages.into_par_iter().try_for_each(|(runtime, package)| Ok(api_v2::package(runtime, package, &view.catalog.regions, sink)?))
}

/// The API of every runtime in every region, whatever their state: those who ask for a retired one
/// get an answer that they can read, not a page that says 404.
fn regions(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let pairs: Vec<_> = view.runtimes.iter().flat_map(|runtime| view.catalog.regions.iter().map(move |region| (runtime, region))).collect();
    pairs.into_par_iter().try_for_each(|(runtime, region)| {
        api_v2::region(runtime, &region.code, sink)?;
        let path = api_v2::latest_path(runtime.spec.runtime, &region.code, "html");
        let title = format!("{} in {}", runtime.title(), region.code);
        let page = frame.page("region.html", &title, &"../".repeat(path.matches('/').count()), region_page::RegionPage::new(runtime, region))?;
        Ok(sink.put(&path, &page)?)
    })
}
