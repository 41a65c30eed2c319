//! From the end of a file's name to its content type.
//!
//! Pages takes its types from mime-db and cannot be told otherwise; mime_guess differs from it in a few, which stand
//! here. S3 keeps whatever type an object is given.

use std::path::Path;

/// What mime-db 1.54 and practice have, and mime_guess has not or has otherwise. With the charset where the type is text.
const OF_PAGES: [(&str, &str); 4] =
    [("ics", "text/calendar; charset=utf-8"), ("toml", "application/toml"), ("webmanifest", "application/manifest+json"), ("xml", "application/xml")];
/// What mime-db does not have, so that Pages says `application/octet-stream`.
const OF_S3_ALONE: [(&str, &str); 2] = [("jsonl", "application/x-ndjson"), ("ndjson", "application/x-ndjson")];
/// Where nothing is known.
const BYTES: &str = "application/octet-stream";

pub(super) const JSON: &str = "application/json";
pub(super) const CSV: &str = "text/csv; charset=utf-8";
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// The type that Pages gives a file.
pub(super) fn on_pages(name: &str) -> String {
    let extension = extension(name);
    if let Some((_, kind)) = OF_PAGES.iter().find(|(known, _)| *known == extension) {
        return (*kind).to_owned();
    }
    match mime_guess::from_ext(&extension).first() {
        Some(kind) if is_text(&kind) => format!("{}; charset=utf-8", kind.essence_str()),
        Some(kind) => kind.essence_str().to_owned(),
        None => BYTES.to_owned(),
    }
}

/// The type that a file is given on S3.
pub(super) fn on_s3(name: &str) -> String {
    let extension = extension(name);
    match OF_S3_ALONE.iter().find(|(known, _)| *known == extension) {
        Some((_, kind)) => (*kind).to_owned(),
        None => on_pages(name),
    }
}

/// The extensions whose types stand here.
pub(super) fn own_extensions() -> impl Iterator<Item = &'static str> {
    OF_PAGES.iter().chain(&OF_S3_ALONE).map(|(extension, _)| *extension)
}

fn extension(name: &str) -> String {
    Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase()
}

fn is_text(kind: &mime_guess::Mime) -> bool {
    kind.type_() == "text" || kind.subtype() == "javascript"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_extension_has_its_type_on_each_host() {
        for (name, pages, s3) in [
            ("index.json", JSON, JSON),
            ("latest.csv", CSV, CSV),
            ("404.html", HTML, HTML),
            ("all.ndjson", BYTES, "application/x-ndjson"),
            ("all.ndjson.gz", "application/gzip", "application/gzip"),
            ("all.atom", "application/atom+xml", "application/atom+xml"),
            ("expiry.ics", "text/calendar; charset=utf-8", "text/calendar; charset=utf-8"),
            ("x.toml", "application/toml", "application/toml"),
            ("sitemap.xml", "application/xml", "application/xml"),
            ("style.css", "text/css; charset=utf-8", "text/css; charset=utf-8"),
            ("script.js", "text/javascript; charset=utf-8", "text/javascript; charset=utf-8"),
            ("icon.svg", "image/svg+xml", "image/svg+xml"),
            ("icon.PNG", "image/png", "image/png"),
            ("robots.txt", "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
            ("plain", BYTES, BYTES),
            (".nojekyll", BYTES, BYTES),
            ("x.unheard", BYTES, BYTES),
        ] {
            assert_eq!((on_pages(name).as_str(), on_s3(name).as_str()), (pages, s3), "{name}");
        }
    }
}
