//! That every link, address and anchor of a rendered site leads to something in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::html::{Tag, tags};

/// Attributes that are addresses.
const ADDRESSES: [&str; 5] = ["href", "src", "action", "poster", "formaction"];
/// Properties of Open Graph that are addresses.
const PROPERTIES: [&str; 2] = ["og:url", "og:image"];
const NO_HOST: &str = "http://site.example/";

/// What is wrong, sorted; and how many links were followed.
pub fn broken(files: &BTreeMap<PathBuf, Vec<u8>>, address: Option<&str>) -> (BTreeSet<String>, usize) {
    let site = Site::new(files, address.unwrap_or(NO_HOST));
    let mut found = BTreeSet::new();
    let mut count = 0;
    for (&path, tags) in &site.pages {
        let own = path.strip_suffix("index.html").unwrap_or(path);
        for (link, what) in links(tags) {
            count += 1;
            // Its address is whatever was asked for.
            let is_relative = path == "404.html" && !link.contains(':') && !link.starts_with(['/', '#']);
            let fault = if is_relative { Some("is relative on a page that is shown at any address".to_owned()) } else { site.follow(own, &link) };
            found.extend(fault.map(|fault| format!("{path}: {what} `{link}` {fault}")));
        }
        if let (Some(address), false) = (address, path == "404.html") {
            let canonical: Vec<&str> = tags.iter().filter(|tag| tag.get("rel") == "canonical").map(|tag| tag.get("href")).collect();
            if canonical != [format!("{address}{own}")] {
                found.insert(format!("{path}: its canonical address is {canonical:?}"));
            }
        }
    }
    for (path, bytes) in files.iter().map(|(path, bytes)| (path.to_str().unwrap(), bytes)) {
        let text = String::from_utf8_lossy(bytes);
        let needles: &[(&str, &str)] = match path.rsplit('.').next() {
            Some("js") => &[(" from \"", "\";"), ("new URL(\"", "\", import.meta.url")],
            Some("css") => &[("url(\"", "\"")],
            Some("xml") => &[("<loc>", "</loc>")],
            Some("txt") => &[("Sitemap: ", "\n")],
            _ => &[],
        };
        for (before, after) in needles {
            for link in text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).filter(|link| !link.contains(['"', '\n'])) {
                count += 1;
                // A folder is what others are told from, as `new URL("..", import.meta.url)`.
                let fault = site.follow(path, link).filter(|_| !link.ends_with(['/', '.']));
                found.extend(fault.map(|fault| format!("{path}: `{link}` {fault}")));
            }
        }
    }
    (found, count)
}

/// The pages that `sitemap.xml` names, from the top of the site.
pub fn in_sitemap(files: &BTreeMap<PathBuf, Vec<u8>>, address: &str) -> BTreeSet<String> {
    let text = files.get(&PathBuf::from("sitemap.xml")).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    text.split("<loc>").skip(1).filter_map(|rest| Some(rest.split("</loc>").next()?.strip_prefix(address)?.to_owned())).collect()
}

struct Site<'a> {
    files: &'a BTreeMap<PathBuf, Vec<u8>>,
    pages: BTreeMap<&'a str, Vec<Tag>>,
    ids: BTreeMap<&'a str, BTreeSet<String>>,
    top: &'a str,
}

impl<'a> Site<'a> {
    fn new(files: &'a BTreeMap<PathBuf, Vec<u8>>, top: &'a str) -> Self {
        let html = files.iter().filter(|(path, bytes)| path.extension().is_some_and(|ending| ending == "html") && bytes.starts_with(b"<!DOCTYPE html>"));
        let pages: BTreeMap<&str, Vec<Tag>> = html.map(|(path, bytes)| (path.to_str().unwrap(), tags(std::str::from_utf8(bytes).unwrap()))).collect();
        let ids = pages.iter().map(|(path, tags)| (*path, tags.iter().map(|tag| tag.get("id").to_owned()).collect())).collect();
        Self { files, pages, ids, top }
    }

    /// What is wrong with `link` on what lies at `from`; nothing when it leads out of the site.
    fn follow(&self, from: &str, link: &str) -> Option<String> {
        let base = reqwest::Url::parse(self.top).unwrap();
        let Ok(url) = base.join(from).and_then(|own| own.join(link)) else { return Some("is no address".to_owned()) };
        if !["http", "https"].contains(&url.scheme()) || url.origin() != base.origin() {
            return (!["http", "https", "mailto", "webcal"].contains(&url.scheme())).then(|| format!("has the scheme `{}`", url.scheme()));
        }
        let Some(below) = url.path().strip_prefix(base.path()) else { return Some("leads above the top of the site".to_owned()) };
        let mut path = percent_encoding::percent_decode_str(below).decode_utf8_lossy().into_owned();
        if path.is_empty() || path.ends_with('/') {
            path += "index.html";
        }
        if !self.files.contains_key(&PathBuf::from(&path)) {
            return Some(format!("leads to `{path}`, which is not there"));
        }
        let id = percent_encoding::percent_decode_str(url.fragment()?).decode_utf8_lossy().into_owned();
        let is_there = self.ids.get(path.as_str()).is_some_and(|ids| ids.contains(&id));
        (!is_there && !id.is_empty()).then(|| format!("leads to `#{id}`, which `{path}` does not have"))
    }
}

/// Every address of a page, and which attribute it is.
fn links(tags: &[Tag]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for tag in tags {
        for name in ADDRESSES {
            found.extend(tag.attributes.get(name).map(|value| (value.clone(), format!("<{} {name}>", tag.name))));
        }
        if PROPERTIES.contains(&tag.get("property")) {
            found.push((tag.get("content").to_owned(), tag.get("property").to_owned()));
        }
    }
    found
}
