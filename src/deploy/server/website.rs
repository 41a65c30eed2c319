//! Answers of a website of S3 that has what `klayers deploy` uploads, and whose bucket lets all other sites read it.
//!
//! A key is looked for as it is; `//` is not `/`. `X/` is answered with `X/index.html`, and `X`, where there is no such
//! object but `X/index.html`, with 302 to `X/`. What is not there is answered with the object `404.html`. Headers for
//! other sites are in answers to requests that have an `Origin`.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/IndexDocumentSupport.html>

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};

use super::local_site::LocalSite;
use super::range::{Asked, asked};
use super::response::{is_known, response, set};
use crate::deploy::content_md5::Md5;
use crate::deploy::content_type::HTML;
use crate::deploy::objects::files_of;
use crate::deploy::{Headers, objects};

const NOT_FOUND: &str = "404.html";
const METHODS: &str = "GET, HEAD";

/// An object as it was found in the folder.
struct Found {
    headers: Headers,
    bytes: Vec<u8>,
}

pub(super) fn answer(site: &LocalSite, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    let mut response = match *method {
        Method::OPTIONS => preflight(headers),
        Method::GET | Method::HEAD => get(site, uri, headers),
        _ => response(StatusCode::METHOD_NOT_ALLOWED, HTML, b"405 Method Not Allowed\n".to_vec()),
    };
    if headers.contains_key(header::ORIGIN) && response.status() != StatusCode::FORBIDDEN {
        set(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        set(&mut response, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        set(&mut response, header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag");
        set(&mut response, header::ACCESS_CONTROL_MAX_AGE, "86400");
        set(&mut response, header::VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    }
    response
}

fn get(site: &LocalSite, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    let Some(key) = site.below(uri.path()) else { return not_found(site) };
    if key.is_empty() || key.ends_with('/') {
        return object(site, &format!("{key}index.html")).map_or_else(|| not_found(site), |found| given(found, headers));
    }
    if let Some(found) = object(site, &key) {
        return given(found, headers);
    }
    if object(site, &format!("{key}/index.html")).is_none() {
        return not_found(site);
    }
    let mut moved = response(StatusCode::FOUND, HTML, Vec::new());
    set(&mut moved, header::LOCATION, &format!("{}/", uri.path()));
    moved
}

/// The object `key`, if a file of the folder becomes it.
fn object(site: &LocalSite, key: &str) -> Option<Found> {
    files_of(key).iter().find_map(|file| {
        let object = objects(file).into_iter().find(|object| object.key == key)?;
        Some(Found { headers: object.headers, bytes: site.read(file)? })
    })
}

fn given(found: Found, headers: &HeaderMap) -> Response<Body> {
    let tag = format!("\"{}\"", Md5::of(&found.bytes));
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let length = found.bytes.len();
    let kind = &found.headers.content_type;
    let mut answer = match asked(text(header::RANGE), length) {
        _ if is_known(headers, &tag) => response(StatusCode::NOT_MODIFIED, kind, Vec::new()),
        Asked::Whole => response(StatusCode::OK, kind, found.bytes),
        Asked::Part(range) => {
            let of = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            let mut part = response(StatusCode::PARTIAL_CONTENT, kind, found.bytes[range].to_vec());
            set(&mut part, header::CONTENT_RANGE, &of);
            part
        }
        Asked::Nothing => {
            let mut refused = response(StatusCode::RANGE_NOT_SATISFIABLE, HTML, Vec::new());
            set(&mut refused, header::CONTENT_RANGE, &format!("bytes */{length}"));
            return refused;
        }
    };
    set(&mut answer, header::ETAG, &tag);
    set(&mut answer, header::ACCEPT_RANGES, "bytes");
    set(&mut answer, header::CACHE_CONTROL, found.headers.cache_control);
    if let Some(disposition) = &found.headers.content_disposition {
        set(&mut answer, header::CONTENT_DISPOSITION, disposition);
    }
    answer
}

fn not_found(site: &LocalSite) -> Response<Body> {
    let headers = Headers::of(NOT_FOUND);
    let mut answer = response(StatusCode::NOT_FOUND, &headers.content_type, site.read(NOT_FOUND).unwrap_or_default());
    set(&mut answer, header::CACHE_CONTROL, headers.cache_control);
    answer
}

/// What a browser asks before it asks.
fn preflight(headers: &HeaderMap) -> Response<Body> {
    let method = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD).and_then(|value| value.to_str().ok());
    if !headers.contains_key(header::ORIGIN) || !method.is_some_and(|method| METHODS.split(", ").any(|known| known == method)) {
        return response(StatusCode::FORBIDDEN, HTML, b"403 Forbidden\n".to_vec());
    }
    let mut allowed = response(StatusCode::OK, HTML, Vec::new());
    if let Some(wanted) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        allowed.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::{Durability, write};

    fn ask(site: &LocalSite, path: &str) -> (u16, String, String) {
        let response = answer(site, &Method::GET, &path.parse().expect("a path"), &HeaderMap::new());
        let header = |name| response.headers().get(name).map(|value: &axum::http::HeaderValue| value.to_str().expect("text").to_owned()).unwrap_or_default();
        assert_eq!(header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "", "only for an origin");
        (response.status().as_u16(), header(header::CONTENT_TYPE), header(header::LOCATION))
    }

    #[test]
    fn types_redirects_and_refusals_are_those_of_s3() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = "api/v2/p3.13/layers/latest/us-east-1";
        for file in ["index.html", "a/index.html", "a/x.ndjson", "404.html"] {
            write(&folder.path().join("site").join(file), b"x", Durability::Process).expect("written");
        }
        for file in ["index.html", "csv/index.html", "html/index.html"] {
            write(&folder.path().join("site").join(list).join(file), b"x", Durability::Process).expect("written");
        }
        write(&folder.path().join("secret"), b"x", Durability::Process).expect("written");
        let site = LocalSite::new(folder.path().join("site"), "/base/".to_owned());
        let (html, json, csv) = (HTML, "application/json", "text/csv; charset=utf-8");
        for (path, status, kind, location) in [
            ("/base/".to_owned(), 200, html, String::new()),
            ("/base/a/".to_owned(), 200, html, String::new()),
            ("/base/a".to_owned(), 302, html, "/base/a/".to_owned()),
            ("/base/a/x.ndjson".to_owned(), 200, "application/x-ndjson", String::new()),
            (format!("/base/{list}"), 200, json, String::new()),
            (format!("/base/{list}/"), 200, json, String::new()),
            (format!("/base/{list}/csv"), 200, csv, String::new()),
            (format!("/base/{list}/csv/"), 200, csv, String::new()),
            (format!("/base/{list}/html"), 302, html, format!("/base/{list}/html/")),
            (format!("/base/{list}/html/"), 200, html, String::new()),
            (format!("/base//{list}/"), 404, html, String::new()),
            (format!("/base/{list}//"), 404, html, String::new()),
            ("/base//a".to_owned(), 404, html, String::new()),
            ("/base/a/x.ndjson/".to_owned(), 404, html, String::new()),
            ("/base/none".to_owned(), 404, html, String::new()),
            ("/base/../secret".to_owned(), 404, html, String::new()),
            ("/base/%2e%2e/secret".to_owned(), 404, html, String::new()),
            ("/base/a/%2e%2e%2f..%2f..%2fsecret".to_owned(), 404, html, String::new()),
            ("/base/%ff".to_owned(), 404, html, String::new()),
            ("/".to_owned(), 404, html, String::new()),
        ] {
            assert_eq!(ask(&site, &path), (status, kind.to_owned(), location), "{path}");
        }
    }
}
