//! The whole site: pages for people, the API, static files.
//!
//! Every link is relative, so the site works below any base path. Nothing is loaded from elsewhere.

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::content::ContentPage;
use super::sources::{CONTENT_DIR, STATIC_DIR};
use super::templates::Templates;
use super::tree::Bytes;
use super::view::View;
use super::{RenderError, SiteSources, Tree, api_v2, home_page, region_page};
use crate::config::Catalog;
use crate::ledger::Ledger;

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

/// What the site holds on the day `today`.
///
/// # Errors
/// When a template or a page of `sources` is wrong.
pub fn site(catalog: &Catalog, ledger: &Ledger, sources: &SiteSources, today: Date) -> Result<Tree, RenderError> {
    let view = View::new(catalog, ledger, today);
    let templates = Templates::new(&sources.templates)?;
    let pages = sources.content.iter().map(|(name, text)| ContentPage::new(name, text, &sources.content)).collect::<Result<Vec<_>, _>>()?;
    let navigation: Vec<Link<'_>> = pages.iter().map(|page| Link { address: page.address(), title: &page.title }).collect();
    let frame = Frame { service: catalog.settings.prefix.to_string(), navigation: &navigation, templates: &templates };

    let mut tree = Tree::new();
    for (path, bytes) in regions(&view, &frame)? {
        tree.insert(path, bytes);
    }
    tree.insert("index.html", frame.page("home.html", "Home", "", home_page::HomePage::new(&view))?);
    tree.insert("404.html", frame.page("404.html", "Nothing here", "", ())?);
    tree.insert("robots.txt", *b"User-agent: *\nDisallow:\n");
    tree.insert(".nojekyll", *b"");
    for page in &pages {
        let bytes = frame.page("page.html", &page.title, "../", page)?;
        insert_free(&mut tree, format!("{CONTENT_DIR}/{}.md", page.name), format!("{}index.html", page.address()), bytes)?;
    }
    for (name, bytes) in &sources.static_files {
        insert_free(&mut tree, format!("{STATIC_DIR}/{name}"), format!("static/{name}"), Bytes::from(bytes.as_slice()))?;
    }
    Ok(tree)
}

/// What all pages of a site share.
struct Frame<'a> {
    service: String,
    navigation: &'a [Link<'a>],
    templates: &'a Templates,
}

impl Frame<'_> {
    fn page(&self, template: &str, title: &str, root: &str, own: impl Serialize) -> Result<Bytes, RenderError> {
        let page = Page { title, root, service: &self.service, navigation: self.navigation, own };
        Ok(Bytes::from(self.templates.render(template, &page)?.into_bytes()))
    }
}

/// The API of every runtime in every region, whatever their state: those who ask for a retired one
/// get an answer that they can read, not a page that says 404.
fn regions(view: &View<'_>, frame: &Frame<'_>) -> Result<Vec<(String, Bytes)>, RenderError> {
    let pairs: Vec<_> = view.runtimes.iter().flat_map(|runtime| view.catalog.regions.iter().map(move |region| (runtime, region))).collect();
    let files = pairs.into_par_iter().map(|(runtime, region)| {
        let mut files = api_v2::files(runtime, &region.code);
        let path = api_v2::latest_path(runtime.spec.runtime, &region.code, "html");
        let title = format!("{} in {}", runtime.title(), region.code);
        let page = frame.page("region.html", &title, &"../".repeat(path.matches('/').count()), region_page::RegionPage::new(runtime, region))?;
        files.push((path, page));
        Ok(files)
    });
    Ok(files.collect::<Result<Vec<_>, RenderError>>()?.concat())
}

fn insert_free(tree: &mut Tree, file: String, path: String, bytes: Bytes) -> Result<(), RenderError> {
    if tree.contains(&path) {
        return Err(RenderError::PathTaken { file, path });
    }
    tree.insert(path, bytes);
    Ok(())
}
