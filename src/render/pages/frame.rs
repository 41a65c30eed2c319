//! What all pages have around what is their own.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::templates::Templates;
use crate::domain::SiteAddress;
use crate::render::{RenderError, Sink};

/// What one page is, beside what is on it.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The file of its template.
    pub template: &'static str,
    /// Where its file goes, from the top of the site.
    pub path: &'a str,
    /// What it is called, in the window's title and where it is shared.
    pub title: &'a str,
    /// What it is about, in a sentence: for search engines and where it is shared.
    pub description: &'a str,
    /// Under which of the places that every page leads to it is.
    pub section: Section,
}

/// The places that every page leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Layers: the search, packages, tables.
    Layers,
    /// What there is and what there is not.
    Status,
    /// What an ARN is.
    Arn,
    /// Asking for a package.
    Request,
    /// What is written by hand, and the API.
    Docs,
    /// None of them.
    Nowhere,
}

/// The context of `base.html`.
#[derive(Debug, Serialize)]
struct Page<'a, T> {
    title: &'a str,
    description: &'a str,
    section: Section,
    /// The way back to the top: empty, or as often `../` as the page is deep.
    root: &'a str,
    /// What the service is called.
    service: &'a str,
    /// Its whole address, when it is known where the site is.
    canonical: Option<String>,
    /// The top of the site, when it is known where it is.
    site: Option<String>,
    /// Where the repository is, when that is known; with a slash at its end.
    repository: Option<String>,
    #[serde(flatten)]
    own: T,
}

/// Makes pages, and keeps the list of their addresses.
pub struct Frame<'a> {
    service: String,
    site: Option<&'a SiteAddress>,
    repository: Option<&'a SiteAddress>,
    templates: &'a Templates,
    addresses: Mutex<BTreeSet<String>>,
}

impl<'a> Frame<'a> {
    /// The frame of the service that is called `service`.
    pub fn new(service: String, site: Option<&'a SiteAddress>, repository: Option<&'a SiteAddress>, templates: &'a Templates) -> Self {
        Self { service, site, repository, templates, addresses: Mutex::default() }
    }

    /// Puts a page.
    ///
    /// # Errors
    /// When its template is wrong, or as the sink.
    pub fn put(&self, sheet: Sheet<'_>, own: impl Serialize, sink: &dyn Sink) -> Result<(), RenderError> {
        let address = sheet.path.strip_suffix("index.html");
        if let Some(address) = address {
            self.addresses.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned());
        }
        let page = Page {
            title: sheet.title,
            description: sheet.description,
            section: sheet.section,
            root: &"../".repeat(sheet.path.matches('/').count()),
            service: &self.service,
            canonical: self.site.zip(address).map(|(site, address)| site.join(address)),
            site: self.site.map(ToString::to_string),
            repository: self.repository.map(ToString::to_string),
            own,
        };
        Ok(sink.put(sheet.path, self.templates.render(sheet.template, &page)?.as_bytes())?)
    }

    /// The addresses of all pages that were put, from the top of the site, sorted.
    pub fn addresses(self) -> BTreeSet<String> {
        self.addresses.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
