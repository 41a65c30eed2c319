//! What `klayers serve --as s3` answers and what a bucket has after `klayers deploy` are the same.

use reqwest::Response;

use crate::aws::Emulator;
use crate::bucket::{BUCKET, Bucket};
use crate::common::{Index, Server, Wheel, World};
use crate::world::{NOTE, SiteWorld};

#[tokio::test(flavor = "multi_thread")]
async fn every_object_is_what_is_served_at_its_address() {
    agree(&SiteWorld::new(), "_site").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rendered_is_deployed_and_served_alike_and_pages_takes_it() {
    let index = Index::with(&[Wheel::new("Alpha", "1.0"), Wheel::new("zope.interface", "2.0")]);
    let site = SiteWorld { world: World::with_index(&["Alpha", "zope.interface"], &index) };
    site.world.run(&["run", "--runtime", "p3.13"]).exits(0);
    site.deploy("http://127.0.0.1:9", &["pages", "--site", ".klayers/site"]).exits(0);
    agree(&site, ".klayers/site").await;
}

/// Deploys the folder, serves it, and asks for everything.
async fn agree(site: &SiteWorld, folder: &str) {
    let emulator = Emulator::ministack();
    let bucket = Bucket::new(&emulator.url()).await;
    site.deploy(&emulator.url(), &["s3://the-site", "--site", folder]).exits(0);
    let server = Server::start(&site.world, &[folder, "--as", "s3"]);
    let keys: Vec<String> = bucket.keys("").await.into_iter().filter(|key| key != NOTE).collect();
    assert!(keys.len() >= 30, "{keys:?}");
    for key in &keys {
        let object = bucket.client.get_object().bucket(BUCKET).key(key).send().await.unwrap();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let headers = [text(object.content_type()), text(object.cache_control()), text(object.content_disposition()), text(object.e_tag())];
        let body = object.body.collect().await.unwrap().to_vec();
        // A website answers `X/` with `X/index.html`.
        let mut addresses = vec![format!("/{key}")];
        addresses.extend(key.strip_suffix("index.html").map(|folder| format!("/{folder}")));
        for address in addresses {
            let answer = server.get(&address).await;
            assert_eq!(answer.status(), 200, "{address}");
            let served = ["content-type", "cache-control", "content-disposition", "etag"].map(|name| header(&answer, name));
            assert_eq!(served, headers, "{address}");
            assert_eq!(answer.bytes().await.unwrap(), body, "{address}");
        }
    }
    // And nothing else is served: of no file is there an address that the bucket has no object for.
    for path in klayers::outside::files::walk(&site.world.path(folder)).unwrap() {
        let path = path.to_str().unwrap().to_owned();
        for address in [path.clone(), path.strip_suffix("/index.html").unwrap_or(&path).to_owned()] {
            let is_there = server.get(&format!("/{address}")).await.status() == 200;
            assert_eq!(is_there, keys.contains(&address), "{address}");
        }
    }
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}
