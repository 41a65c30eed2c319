//! What a host answers after a deployment, at a few addresses that stand for all of a kind.

use super::object_headers::Headers;
use super::{Site, Target, content_type};

/// The file that changes with every change of what the API tells.
pub const INDEX: &str = "api/v3/index.json";

/// An address that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The file, below the folder of the site.
    pub path: String,
    /// Its address, below that of the site.
    pub address: String,
    /// What it is to be served as.
    pub content_type: String,
}

impl Probe {
    fn of(path: &str, target: &Target) -> Self {
        let address = if path.ends_with("index.html") { path.strip_suffix("index.html").unwrap_or(path) } else { path };
        let content_type = match target {
            Target::Pages => content_type::on_pages(path),
            Target::S3(_) => Headers::of(path).content_type,
        };
        Self { path: path.to_owned(), address: address.to_owned(), content_type }
    }
}

/// The index of the API, a list of the old one as JSON and as CSV, a feed and the first page: as far as the site has them.
pub fn probes(site: &Site, target: &Target) -> Vec<Probe> {
    let kinds: [fn(&str) -> bool; 5] = [
        |path| path == INDEX,
        // `api/v2/{runtime}/layers/latest/{region}/index.html`, and the same region as CSV.
        |path| path.starts_with("api/v2/") && path.contains("/layers/latest/") && path.split('/').count() == 7,
        |path| path.starts_with("api/v2/") && path.contains("/layers/latest/") && path.ends_with("/csv/index.html"),
        |path| path.starts_with("feeds/") && path.ends_with(".atom"),
        |path| path == "index.html",
    ];
    let first = |is_meant: &fn(&str) -> bool| site.files.iter().map(|file| file.path.as_str()).find(|path| is_meant(path));
    kinds.iter().filter_map(first).map(|path| Probe::of(path, target)).collect()
}

/// What is wrong with an answer; `allows` is its `Access-Control-Allow-Origin`.
pub fn faults(probe: &Probe, is_same: bool, content_type: &str, allows: Option<&str>) -> Vec<String> {
    let essence = |kind: &str| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut faults = Vec::new();
    if !is_same {
        faults.push("has other bytes than the site".to_owned());
    }
    if essence(content_type) != essence(&probe.content_type) {
        faults.push(format!("is `{content_type}` and should be `{}`", probe.content_type));
    }
    if allows != Some("*") {
        faults.push("may not be read by other sites".to_owned());
    }
    faults
}
