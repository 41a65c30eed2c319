//! A static site over HTTP, answering as GitHub Pages does.
//!
//! What Pages does, as documented or captured: the type comes from the extension and cannot be set;
//! a folder without its slash is redirected; `index.html` is the only index; unknown paths get
//! `404.html`; everything may be read from other origins and is cached for ten minutes.
//! <https://docs.github.com/en/pages/getting-started-with-github-pages/creating-a-custom-404-page-for-your-github-pages-site>

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};

use super::files;

const FILE_MAX_BYTES: u64 = 1 << 30;
const CACHE_CONTROL: &str = "max-age=600";

struct Site {
    folder: PathBuf,
    base: String,
}

/// Serves `folder` below the path `base` (`/` or `/name/`) until Ctrl-C.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: tokio::net::TcpListener, folder: PathBuf, base: String) -> std::io::Result<()> {
    let site = Arc::new(Site { folder, base });
    let app = Router::new().fallback(move |request: Request<Body>| {
        let site = site.clone();
        async move { site.answer(request.method(), request.uri(), request.headers()) }
    });
    let stop = async {
        // Without the signal we serve until we are killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, app).with_graceful_shutdown(stop).await
}

impl Site {
    fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return response(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", Vec::new());
        }
        let Some(path) = self.path(uri.path()) else { return self.not_found() };
        let file = if path.is_dir() {
            if !uri.path().ends_with('/') {
                return moved(uri);
            }
            path.join("index.html")
        } else if uri.path().ends_with('/') {
            return self.not_found();
        } else {
            path
        };
        let Ok(bytes) = files::read(&file, FILE_MAX_BYTES) else { return self.not_found() };
        let tag = format!("W/\"{:x}-{:08x}\"", bytes.len(), crc32fast::hash(&bytes));
        let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|tags| tags.contains(&tag));
        let mut response =
            if known { response(StatusCode::NOT_MODIFIED, &content_type(&file), Vec::new()) } else { response(StatusCode::OK, &content_type(&file), bytes) };
        response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits"));
        response
    }

    /// The file or folder that a request's path means, if it is inside the site.
    fn path(&self, requested: &str) -> Option<PathBuf> {
        let decoded = percent_encoding::percent_decode_str(requested).decode_utf8().ok()?;
        let below = match decoded.strip_prefix(&self.base) {
            Some(below) => below,
            None if format!("{decoded}/") == self.base => "",
            None => return None,
        };
        let mut path = self.folder.clone();
        for part in below.split('/').filter(|part| !part.is_empty()) {
            if matches!(part, "." | "..") || part.contains(['\\', '\0']) {
                return None;
            }
            path.push(part);
        }
        Some(path)
    }

    fn not_found(&self) -> Response<Body> {
        let page = files::read(&self.folder.join("404.html"), FILE_MAX_BYTES).unwrap_or_default();
        response(StatusCode::NOT_FOUND, "text/html; charset=utf-8", page)
    }
}

fn moved(uri: &Uri) -> Response<Body> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // One slash at the beginning: two would name another host.
    let location = format!("/{}/{query}", uri.path().trim_matches('/'));
    let mut response = response(StatusCode::MOVED_PERMANENTLY, "text/html; charset=utf-8", Vec::new());
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&location).expect("it came in a request"));
    response
}

fn response(status: StatusCode, content_type: &str, body: Vec<u8>) -> Response<Body> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, CACHE_CONTROL)
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(Body::from(body))
        .expect("constant headers")
}

fn content_type(file: &Path) -> String {
    let guessed = mime_guess::from_path(file).first();
    let is_text = |kind: &mime_guess::Mime| kind.type_() == "text" || matches!(kind.subtype().as_str(), "javascript" | "json" | "xml");
    match guessed {
        Some(kind) if is_text(&kind) && kind.subtype() != "json" => format!("{}; charset=utf-8", kind.essence_str()),
        Some(kind) => kind.essence_str().to_owned(),
        None => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::Durability;

    fn ask(site: &Site, path: &str) -> (u16, String, String) {
        let response = site.answer(&Method::GET, &path.parse().expect("a path"), &HeaderMap::new());
        let header = |name| response.headers().get(name).map(|value: &HeaderValue| value.to_str().expect("text").to_owned()).unwrap_or_default();
        assert_eq!(header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        (response.status().as_u16(), header(header::CONTENT_TYPE), header(header::LOCATION))
    }

    #[test]
    fn types_redirects_and_refusals_are_those_of_pages() {
        let folder = tempfile::tempdir().expect("a folder");
        for file in ["site/index.html", "site/a/index.html", "site/a/x.json", "site/a/x.csv", "site/a/plain", "site/404.html", "secret"] {
            files::write(&folder.path().join(file), b"x", Durability::Process).expect("written");
        }
        let site = Site { folder: folder.path().join("site"), base: "/repo/".to_owned() };
        let html = "text/html; charset=utf-8";
        for (path, status, kind, location) in [
            ("/repo/", 200, html, ""),
            ("/repo/a/", 200, html, ""),
            ("/repo//a/", 200, html, ""),
            ("/repo/a", 301, html, "/repo/a/"),
            ("/repo/a?x=1", 301, html, "/repo/a/?x=1"),
            ("/repo/a/x.json", 200, "application/json", ""),
            ("/repo/a/x.csv", 200, "text/csv; charset=utf-8", ""),
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
