//! Links of `deployments/` to the site, in Markdown; where nobody knows where the site is, the path below its address.

use super::api_v2::latest_path;
use crate::config::Catalog;
use crate::domain::{NormalizedName, RegionCode, Runtime, SiteAddress};

/// Makes the links.
#[derive(Debug, Clone, Copy)]
pub(super) struct SiteLinks<'a> {
    address: Option<&'a SiteAddress>,
}

impl<'a> SiteLinks<'a> {
    /// For the site of `catalog`.
    pub fn new(catalog: &'a Catalog) -> Self {
        Self { address: catalog.settings.site.address.as_ref() }
    }

    /// Whether there can be links at all.
    pub fn is_known(self) -> bool {
        self.address.is_some()
    }

    /// The path itself, a link where there can be one. It has no text of strangers.
    pub fn named(self, path: &str) -> String {
        self.address.map_or_else(|| format!("`{path}`"), |address| format!("[`{path}`]({})", address.join(path)))
    }

    /// What the API answers about a region: `[JSON](…), [CSV](…), [page](…)`.
    pub fn region(self, runtime: Runtime, region: &RegionCode) -> String {
        let path = |format| latest_path(runtime, region, format).trim_end_matches("index.html").to_owned();
        match self.address {
            Some(address) => [("JSON", "json"), ("CSV", "csv"), ("page", "html")].map(|(word, format)| link(address, word, &path(format))).join(", "),
            None => format!("`{}`, and `csv/` and `html/` beside it", path("json")),
        }
    }

    /// What there is about a package: `[JSON](…), [feed](…)`.
    pub fn package(self, package: &NormalizedName) -> String {
        let (json, feed) = (format!("api/v3/packages/{package}.json"), format!("feeds/packages/{package}.atom"));
        match self.address {
            Some(address) => format!("{}, {}", link(address, "JSON", &json), link(address, "feed", &feed)),
            None => format!("`{json}`, `{feed}`"),
        }
    }
}

fn link(address: &SiteAddress, word: &str, path: &str) -> String {
    format!("[{word}]({})", address.join(path))
}
