//! The headers that a file is served with from S3, and for how long others may keep it.

use super::content_type::{CSV, HTML, JSON, on_s3, own_extensions};
use super::site_path::{Role, is_page};
use crate::domain::Sha256;

/// Answers of the APIs, feeds and dumps. Clients of the second API were promised an hour. An answer that is an hour old
/// does no harm: a layer that was listed then is there for at least another year, unless it was withdrawn.
const AN_HOUR: &str = "public, max-age=3600";
/// Pages, what they are made of, and the index of the third API: where somebody looks who knows that something changed.
/// A page and its style from different days would not fit each other for longer than this.
const FIVE_MINUTES: &str = "public, max-age=300";
/// What is named by its hash can only be absent, never different.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What an object of S3 is given besides its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Headers {
    /// `Content-Type`: what it is.
    pub content_type: String,
    /// `Cache-Control`: for how long others may keep it ([RFC 9111](https://www.rfc-editor.org/rfc/rfc9111)).
    pub cache_control: &'static str,
    /// `Content-Disposition`, for what browsers shall save.
    pub content_disposition: Option<String>,
}

impl Headers {
    /// The headers of the file at `path`.
    pub fn of(path: &str) -> Self {
        let role = Role::of(path);
        let content_type = match &role {
            Role::OldJson => JSON.to_owned(),
            Role::OldCsv { .. } => CSV.to_owned(),
            Role::Page => HTML.to_owned(),
            Role::ByHash | Role::File => on_s3(path),
        };
        let cache_control = match &role {
            Role::ByHash => FOR_EVER,
            Role::Page => FIVE_MINUTES,
            Role::File if is_of_pages(path) || path == "api/v3/index.json" => FIVE_MINUTES,
            Role::OldJson | Role::OldCsv { .. } | Role::File => AN_HOUR,
        };
        let content_disposition = match role {
            Role::OldCsv { file_name: Some(name) } => Some(format!("attachment; filename=\"{name}\"")),
            Role::OldCsv { file_name: None } => Some("attachment".to_owned()),
            Role::OldJson | Role::Page | Role::ByHash | Role::File => None,
        };
        Self { content_type, cache_control, content_disposition }
    }
}

/// A path of every kind and extension that the site has, so that [`fingerprint`] sees every rule.
const EXAMPLES: [&str; 23] = [
    "api/v2/p3.13/layers/latest/us-east-1/index.html",
    "api/v2/p3.13/layers/latest/us-east-1/csv/index.html",
    "api/v2/p3.13/layers/latest/us-east-1/html/index.html",
    "api/v2/p3.13/layers/latest/us-east-1/pandas/index.html",
    "api/v2/p3.13/layers/us-east-1/csv/index.html",
    "api/v3/index.json",
    "api/v3/x.json",
    "api/v3/x.csv",
    "api/v3/x.ndjson",
    "api/v3/x.ndjson.gz",
    "api/v3/x.toml",
    "api/v3/locks/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.toml",
    "feeds/x.atom",
    "feeds/x.ics",
    "index.html",
    "x/index.html",
    "404.html",
    "robots.txt",
    "static/x.css",
    "static/x.js",
    "static/x.svg",
    "x.xml",
    "x",
];

/// A word that is another one when the rules above are others: objects that were uploaded under other rules have other
/// headers, which no listing tells.
pub fn fingerprint() -> Sha256 {
    let of_extensions = own_extensions().map(|extension| format!("x/x.{extension}"));
    let paths = EXAMPLES.iter().map(|path| (*path).to_owned()).chain(of_extensions);
    let told: String = paths.map(|path| format!("{path}\t{:?}\n", Headers::of(&path))).collect();
    Sha256::of(told.as_bytes())
}

/// Whether a name can stand in a header, and in an address, as it is.
pub(super) fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

fn is_of_pages(path: &str) -> bool {
    path.starts_with("static/") || is_page(path) || !path.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_the_kind() {
        let disposition = "attachment; filename=\"klayers-us-east-1-p3.13.csv\"";
        for (path, kind, cache, saved) in [
            ("api/v2/p3.13/layers/latest/us-east-1/index.html", JSON, AN_HOUR, None),
            ("api/v2/p3.13/layers/latest/us-east-1/csv/index.html", CSV, AN_HOUR, Some(disposition)),
            ("api/v2/p3.13/layers/latest/us-east-1/html/index.html", HTML, FIVE_MINUTES, None),
            ("api/v2/p3.13/layers/us-east-1/csv/index.html", JSON, AN_HOUR, None),
            ("api/v3/index.json", JSON, FIVE_MINUTES, None),
            ("api/v3/p3.13/us-east-1/latest.csv", CSV, AN_HOUR, None),
            (EXAMPLES[11], "application/toml", FOR_EVER, None),
            ("feeds/all.atom", "application/atom+xml", AN_HOUR, None),
            ("static/style.css", "text/css; charset=utf-8", FIVE_MINUTES, None),
            ("404.html", HTML, FIVE_MINUTES, None),
            ("robots.txt", "text/plain; charset=utf-8", FIVE_MINUTES, None),
        ] {
            let expected = Headers { content_type: kind.to_owned(), cache_control: cache, content_disposition: saved.map(str::to_owned) };
            assert_eq!(Headers::of(path), expected, "{path}");
        }
    }

    #[test]
    fn the_fingerprint_sees_every_kind_of_headers() {
        let kinds: std::collections::BTreeSet<Headers> = EXAMPLES.iter().map(|path| Headers::of(path)).collect();
        assert!(kinds.len() >= 15, "{kinds:#?}");
    }
}
