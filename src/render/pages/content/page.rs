//! One page, and all of them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::markdown::{Markdown, Place};
use super::{Facts, Shelf, fill};
use crate::render::pages::frame::{Frame, Section, Sheet};
use crate::render::sources::CONTENT_DIR;
use crate::render::{RenderError, Sink};

/// With more places than these a page has a list of them.
const PLACES_WITHOUT_LIST_MAX: usize = 3;

/// A page of `site/content`.
#[derive(Debug)]
pub struct ContentPage {
    name: String,
    markdown: Markdown,
}

/// The context of `page.html`.
#[derive(Debug, Serialize)]
struct Context<'a> {
    address: String,
    heading: &'a str,
    lead: &'a str,
    body: &'a str,
    places: &'a [Place],
    shelves: &'a [Shelf],
}

/// Turns the files of `content` into pages, sorted by name.
///
/// # Errors
/// When a name makes no address, the first heading is missing, a variable is unknown, or a link leads to no page or to no
/// place on one.
pub fn read(content: &BTreeMap<String, String>, facts: &Facts) -> Result<Vec<ContentPage>, RenderError> {
    let mut pages = content.iter().map(|(file, text)| ContentPage::new(file, text, facts)).collect::<Result<Vec<_>, _>>()?;
    // `api` before `api-v2`, which their files are not.
    pages.sort_by(|one, other| one.name.cmp(&other.name));
    pages.iter().try_for_each(|page| page.check_links(&pages))?;
    Ok(pages)
}

impl ContentPage {
    fn new(file: &str, text: &str, facts: &Facts) -> Result<Self, RenderError> {
        let name = file.strip_suffix(".md").unwrap_or(file);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(wrong(file, "its name must be small letters, digits and `-`".to_owned()));
        }
        let filled = fill::fill(file, text, facts)?;
        let markdown = Markdown::parse(&filled).ok_or_else(|| wrong(file, "it must begin with a heading, `# Title`".to_owned()))?;
        Ok(Self { name: name.to_owned(), markdown })
    }

    fn check_links(&self, pages: &[Self]) -> Result<(), RenderError> {
        let failure = |reason| wrong(&format!("{}.md", self.name), reason);
        for link in &self.markdown.links {
            let target = match &link.page {
                Some(name) => pages.iter().find(|page| page.name == *name).ok_or_else(|| failure(format!("its link to `{name}.md` leads nowhere")))?,
                None => self,
            };
            if let Some(place) = link.place.as_ref().filter(|place| !target.markdown.anchors.contains(place)) {
                return Err(failure(format!("its link to `{}.md#{place}` leads nowhere: there is no such heading", target.name)));
            }
        }
        Ok(())
    }

    /// Puts the page, with the list of all.
    ///
    /// # Errors
    /// When its template is wrong, or as the sink.
    pub fn put(&self, shelves: &[Shelf], frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
        let path = format!("{}index.html", self.address());
        let sheet = Sheet { template: "page.html", path: &path, title: self.title(), description: self.description(), section: Section::Docs };
        let Markdown { heading, lead, body, places, .. } = &self.markdown;
        let places = if places.len() > PLACES_WITHOUT_LIST_MAX { &places[..] } else { &[] };
        frame.put(sheet, Context { address: self.address(), heading, lead, body, places, shelves }, sink)
    }

    /// Its file's name without the suffix, which is its address.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its first heading.
    pub fn title(&self) -> &str {
        &self.markdown.title
    }

    /// What it is about: its first paragraph, in short.
    pub fn description(&self) -> &str {
        if self.markdown.description.is_empty() { &self.markdown.title } else { &self.markdown.description }
    }

    /// Where it is, from the top of the site.
    pub fn address(&self) -> String {
        format!("{}/", self.name)
    }
}

fn wrong(file: &str, reason: String) -> RenderError {
    RenderError::Page { file: format!("{CONTENT_DIR}/{file}"), reason }
}
