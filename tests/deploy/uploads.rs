//! What is uploaded, in which order, and what is left alone.

use crate::aws::{Emulator, FaultProxy};
use crate::bucket::Bucket;
use crate::world::{LIST, OF_REGION, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_bucket_has_the_site_with_the_headers_of_its_kinds() {
    let (world, emulator) = (World::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    world.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0).says(" uploaded (");
    assert_eq!(bucket.keys().await, world.keys("layers/"));
    for (key, kind, cache, disposition) in [
        (LIST.to_owned(), "application/json", "public, max-age=3600", ""),
        (format!("{LIST}/index.html"), "application/json", "public, max-age=3600", ""),
        (format!("{LIST}/csv"), "text/csv; charset=utf-8", "public, max-age=3600", "attachment; filename=\"klayers-us-east-1-p3.13.csv\""),
        (format!("{LIST}/html/index.html"), "text/html; charset=utf-8", "public, max-age=300", ""),
        (format!("{OF_REGION}/csv"), "application/json", "public, max-age=3600", ""),
        ("index.html".to_owned(), "text/html; charset=utf-8", "public, max-age=300", ""),
        ("api/v3/all.ndjson.gz".to_owned(), "application/gzip", "public, max-age=3600", ""),
    ] {
        let object = bucket.get(&format!("layers/{key}")).await;
        assert_eq!((object.content_type.as_str(), object.cache_control.as_str(), object.content_disposition.as_str()), (kind, cache, disposition), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_differs_is_uploaded_and_what_is_gone_is_deleted_last() {
    let (world, emulator) = (World::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    world.deploy(&emulator.url(), &["s3://the-site/layers/"]).exits(0);
    let proxy = FaultProxy::to(&emulator.url());
    world.deploy(&proxy.url(), &["s3://the-site/layers"]).exits(0).says("0 uploaded (0 B), ").says(" unchanged, 0 deleted");
    assert!(proxy.asked().iter().all(|asked| asked.method == "GET"), "{:?}", proxy.asked());

    let proxy = FaultProxy::to(&emulator.url());
    world.write("index.html", "another");
    world.write("api/v3/packages/pandas.json", "another");
    world.write(&format!("{LIST}/index.html"), "[1]\n");
    world.remove("feeds/all.atom");
    world.deploy(&proxy.url(), &["s3://the-site/layers"]).exits(0).says("4 uploaded (").says(", 1 deleted");
    let changes: Vec<String> = proxy.asked().iter().filter(|asked| asked.method != "GET").map(|asked| format!("{} {}", asked.method, asked.path)).collect();
    assert_eq!(changes[0], "PUT /the-site/layers/api/v3/packages/pandas.json");
    assert_eq!(changes[3..], ["PUT /the-site/layers/index.html", "DELETE /the-site/layers/feeds/all.atom"]);
    assert_eq!(bucket.keys().await, world.keys("layers/"));
    assert_eq!(bucket.get("layers/index.html").await.body, b"another");
}
