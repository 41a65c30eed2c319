//! Answers of GitHub Pages.
//!
//! What Pages does, as documented or captured: the type comes from the extension and cannot be set;
//! a folder without its slash is redirected; `index.html` is the only index; unknown paths get
//! `404.html`; everything may be read from other origins and is cached for ten minutes.
//! <https://docs.github.com/en/pages/getting-started-with-github-pages/creating-a-custom-404-page-for-your-github-pages-site>

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};

use super::local_site::LocalSite;
use super::response::{is_known, response, set};
use crate::deploy::content_type::{HTML, on_pages};

const CACHE_CONTROL: &str = "max-age=600";

pub(super) fn answer(site: &LocalSite, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    let mut response = match *method {
        Method::GET | Method::HEAD => get(site, uri, headers),
        _ => response(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", Vec::new()),
    };
    set(&mut response, header::CACHE_CONTROL, CACHE_CONTROL);
    set(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response
}

fn get(site: &LocalSite, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    let below = site.below(uri.path());
    // Several slashes are one.
    let parts = || below.iter().flat_map(|below| below.split('/').filter(|part| !part.is_empty()));
    let Some(place) = below.as_ref().and_then(|_| site.place(parts())) else { return not_found(site) };
    let is_folder = place.is_dir();
    if is_folder != uri.path().ends_with('/') {
        return if is_folder { moved(uri) } else { not_found(site) };
    }
    let mut file = parts().collect::<Vec<_>>();
    if is_folder {
        file.push("index.html");
    }
    let file = file.join("/");
    let Some(bytes) = site.read(&file) else { return not_found(site) };
    let tag = format!("W/\"{:x}-{:08x}\"", bytes.len(), crc32fast::hash(&bytes));
    let kind = on_pages(&file);
    let mut response = if is_known(headers, &tag) { response(StatusCode::NOT_MODIFIED, &kind, Vec::new()) } else { response(StatusCode::OK, &kind, bytes) };
    set(&mut response, header::ETAG, &tag);
    response
}

fn not_found(site: &LocalSite) -> Response<Body> {
    response(StatusCode::NOT_FOUND, HTML, site.read("404.html").unwrap_or_default())
}

fn moved(uri: &Uri) -> Response<Body> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = response(StatusCode::MOVED_PERMANENTLY, HTML, Vec::new());
    // One slash at the beginning: two would name another host.
    set(&mut response, header::LOCATION, &format!("/{}/{query}", uri.path().trim_matches('/')));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::{self, Durability};
    use axum::http::HeaderValue;

    fn ask(site: &LocalSite, path: &str) -> (u16, String, String) {
        let response = answer(site, &Method::GET, &path.parse().expect("a path"), &HeaderMap::new());
        let header = |name| response.headers().get(name).map(|value: &HeaderValue| value.to_str().expect("text").to_owned()).unwrap_or_default();
        assert_eq!(header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        (response.status().as_u16(), header(header::CONTENT_TYPE), header(header::LOCATION))
    }

    #[test]
    fn types_redirects_and_refusals_are_those_of_pages() {
        let folder = tempfile::tempdir().expect("a folder");
        for file in [
            "site/index.html",
            "site/a/index.html",
            "site/a/x.json",
            "site/a/x.csv",
            "site/a/x.toml",
            "site/a/x.ndjson",
            "site/a/plain",
            "site/404.html",
            "secret",
        ] {
            files::write(&folder.path().join(file), b"x", Durability::Process).expect("written");
        }
        let site = LocalSite::new(folder.path().join("site"), "/repo/".to_owned());
        let html = "text/html; charset=utf-8";
        for (path, status, kind, location) in [
            ("/repo/", 200, html, ""),
            ("/repo/a/", 200, html, ""),
            ("/repo//a/", 200, html, ""),
            ("/repo/a", 301, html, "/repo/a/"),
            ("/repo/a?x=1", 301, html, "/repo/a/?x=1"),
            ("/repo/a/x.json", 200, "application/json", ""),
            ("/repo/a/x.csv", 200, "text/csv; charset=utf-8", ""),
            ("/repo/a/x.toml", 200, "application/toml", ""),
            ("/repo/a/x.ndjson", 200, "application/octet-stream", ""),
            ("/repo/a/plain", 200, "application/octet-stream", ""),
            ("/repo/a/plain/", 404, html, ""),
            ("/repo/none", 404, html, ""),
            ("/repo/../secret", 404, html, ""),
            ("/repo/%2e%2e/secret", 404, html, ""),
            ("/repo/a/%2e%2e%2f..%2fsecret", 404, html, ""),
            ("/repo/%ff", 404, html, ""),
            ("/", 404, html, ""),
        ] {
            assert_eq!(ask(&site, path), (status, kind.to_owned(), location.to_owned()), "{path}");
        }
    }
}
