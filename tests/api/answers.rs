//! What the hosts answer is among what the document says, and all that it says is answered by some host.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Document;
use crate::server::Server;
use crate::service;
use crate::validate::is_of_api;
use crate::world::TODAY;

#[tokio::test]
async fn hosts_answer_as_the_document_says() {
    let site = service::site(TODAY);
    let document = Document::parse(site.get("api/v3/openapi.json").unwrap());
    // A file of each address.
    let mut files: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, _) in site.iter().filter(|(path, _)| is_of_api(path)) {
        files.insert(&document.route(path).unwrap_or_else(|| panic!("{path} has no address")).template, path);
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
    for host in ["pages", "s3"] {
        let server = Server::start(host);
        for (template, path) in &files {
            let url = format!("{}/{}", server.address, path.strip_suffix("index.html").unwrap_or(path));
            let ask = |tag: Option<String>| {
                let request = client.get(&url).header("Origin", "https://elsewhere.example");
                tag.map_or(request.try_clone().unwrap(), |tag| request.header("If-None-Match", tag)).send()
            };
            let answer = ask(None).await.unwrap();
            assert_eq!(answer.status(), 200, "{url}");
            let header = |name: &str| answer.headers().get(name).unwrap_or_else(|| panic!("{host}: {url} has no {name}")).to_str().unwrap();
            assert_eq!(header("access-control-allow-origin"), "*");
            seen.insert((template, header("content-type").split(';').next().unwrap().to_owned()));
            assert_eq!(ask(Some(header("etag").to_owned())).await.unwrap().status(), 304, "{host}: {url}");
        }
        let missing = client.get(format!("{}/api/v3/packages/nobody-has-this.json", server.address)).send().await.unwrap();
        assert_eq!(missing.status(), 404);
        assert!(missing.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    }
    let said = document.routes().filter(|route| files.contains_key(route.template.as_str()));
    let said = said.flat_map(|route| route.content.keys().map(|media_type| (route.template.as_str(), media_type.clone())));
    assert_eq!(seen, said.collect());
}
