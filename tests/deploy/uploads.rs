//! What is uploaded, in which order, and what is left alone.

use crate::aws::{Asked, Emulator, FaultProxy};
use crate::bucket::Bucket;
use crate::world::{HASH, LIST, NOTE, OF_REGION, SiteWorld};

/// What was changed, in order.
fn changes(proxy: &FaultProxy) -> Vec<String> {
    let is_change = |asked: &Asked| asked.method != "GET";
    proxy.asked().iter().filter(|asked| is_change(asked)).map(|asked| format!("{} {}", asked.method, asked.path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bucket_has_the_site_with_the_headers_of_its_kinds() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    let ran = site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0).says("0 unchanged, 0 deleted: `s3://the-site/layers/`");
    assert_eq!(ran.stdout, "");
    assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
    let hour = "public, max-age=3600";
    for (key, kind, cache, disposition) in [
        (LIST.to_owned(), "application/json", hour, ""),
        (format!("{LIST}/index.html"), "application/json", hour, ""),
        (format!("{LIST}/csv"), "text/csv; charset=utf-8", hour, "attachment; filename=\"klayers-us-east-1-p3.13.csv\""),
        (format!("{LIST}/csv/index.html"), "text/csv; charset=utf-8", hour, "attachment; filename=\"klayers-us-east-1-p3.13.csv\""),
        (format!("{LIST}/html/index.html"), "text/html; charset=utf-8", "public, max-age=300", ""),
        (format!("{OF_REGION}/csv"), "application/json", hour, ""),
        (format!("{OF_REGION}/zope.interface"), "application/json", hour, ""),
        ("index.html".to_owned(), "text/html; charset=utf-8", "public, max-age=300", ""),
        ("api/v3/all.ndjson".to_owned(), "application/x-ndjson", hour, ""),
        ("api/v3/all.ndjson.gz".to_owned(), "application/gzip", hour, ""),
        (format!("api/v3/locks/{HASH}.toml"), "application/toml", "public, max-age=31536000, immutable", ""),
        ("feeds/all.atom".to_owned(), "application/atom+xml", hour, ""),
        ("feeds/expiry.ics".to_owned(), "text/calendar; charset=utf-8", hour, ""),
        (NOTE.to_owned(), "application/json", "no-store", ""),
    ] {
        let object = bucket.get(&format!("layers/{key}")).await;
        assert_eq!((object.content_type.as_str(), object.cache_control.as_str(), object.content_disposition.as_str()), (kind, cache, disposition), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_differs_is_uploaded_and_what_is_gone_is_deleted_last() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    site.deploy(&emulator.url(), &["s3://the-site/layers/"]).exits(0);
    let proxy = FaultProxy::to(&emulator.url());
    site.deploy(&proxy.url(), &["s3://the-site/layers"]).exits(0).says("0 uploaded (0 B), ").says(" unchanged, 0 deleted");
    assert_eq!(changes(&proxy), [""; 0]);

    site.write("index.html", "another");
    site.write("api/v3/packages/pandas.json", "another");
    site.write("static/new.css", "new");
    // Other bytes, the same size.
    site.write(&format!("{LIST}/index.html"), "{}\n");
    site.remove("feeds/all.atom");
    let expected = [
        "PUT /the-site/layers/static/new.css".to_owned(),
        "PUT /the-site/layers/api/v3/packages/pandas.json".to_owned(),
        format!("PUT /the-site/layers/{LIST}"),
        format!("PUT /the-site/layers/{LIST}/index.html"),
        "PUT /the-site/layers/index.html".to_owned(),
        "DELETE /the-site/layers/feeds/all.atom".to_owned(),
    ];
    let dry = site.deploy(&proxy.url(), &["s3://the-site/layers", "--dry-run"]).exits(0);
    let told = expected.each_ref().map(|line| line.replace("PUT /the-site/layers/", "upload ").replace("DELETE /the-site/layers/", "delete "));
    assert_eq!(dry.stdout.lines().collect::<Vec<_>>(), told);
    assert_eq!(changes(&proxy), [""; 0], "a dry run changes nothing");
    site.deploy(&proxy.url(), &["s3://the-site/layers", "--at-once", "1"]).exits(0).says("5 uploaded (").says(", 1 deleted");
    assert_eq!(changes(&proxy), expected);
    assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_point_at_is_there_before_what_points_at_it() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    Bucket::new(&emulator.url()).await;
    let proxy = FaultProxy::to(&emulator.url());
    site.deploy(&proxy.url(), &["s3://the-site", "--at-once", "8"]).exits(0);
    let changes = changes(&proxy);
    let at = |key: &str| changes.iter().position(|change| *change == format!("PUT /the-site/{key}")).unwrap_or_else(|| panic!("{key}: {changes:#?}"));
    let lock = format!("api/v3/locks/{HASH}.toml");
    let (answer, list) = (format!("{LIST}/pillow"), format!("{LIST}/json/index.html"));
    for (first, then) in [
        (lock.as_str(), "api/v3/packages/pandas.json"),
        ("api/v3/packages/pandas.json", "api/v3/all.ndjson"),
        ("api/v3/all.ndjson", "api/v3/index.json"),
        (&answer, &list),
        (&list, "index.html"),
        ("static/style.css", "index.html"),
        ("feeds/all.atom", "404.html"),
    ] {
        assert!(at(first) < at(then), "{first} after {then}");
    }
    let note = format!("PUT /the-site/{NOTE}");
    assert!(changes.first() == Some(&note) && changes.last() == Some(&note), "{changes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_rules_of_headers_are_noticed_and_everything_is_uploaded_again() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0);
    let count = site.expected("").len();
    for note in ["{\"format\":1,\"rules\":\"0\"}", "{\"format\":1,\"rules\":null}", "what?"] {
        // As another version of klayers would have left it.
        bucket.put("layers/robots.txt", "robots.txt").await;
        bucket.put(&format!("layers/{NOTE}"), note).await;
        assert_ne!(bucket.get("layers/robots.txt").await, site.expected("layers/")["layers/robots.txt"]);
        site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0).says(&format!("{count} uploaded (")).says(" 0 unchanged, 0 deleted");
        assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
        site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0).says(&format!("0 uploaded (0 B), {count} unchanged"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_objects_than_a_listing_has_on_a_page_are_all_known() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    (0..1100).for_each(|number| site.write(&format!("api/v3/packages/p{number}.json"), &number.to_string()));
    site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0);
    let expected = site.expected("layers/");
    let keys: Vec<String> = bucket.keys("layers/").await.into_iter().filter(|key| !key.ends_with(NOTE)).collect();
    assert!(keys.len() > 1100 && keys.iter().eq(expected.keys()), "{} keys", keys.len());
    let proxy = FaultProxy::to(&emulator.url());
    site.deploy(&proxy.url(), &["s3://the-site/layers"]).exits(0).says(&format!("0 uploaded (0 B), {} unchanged, 0 deleted", keys.len()));
    let listings = proxy.asked().iter().filter(|asked| asked.query.contains("list-type=2")).count();
    assert!(listings >= 2, "{listings} pages");
    (0..1100).for_each(|number| site.remove(&format!("api/v3/packages/p{number}.json")));
    site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0).says("0 uploaded (0 B), ").says("1100 deleted");
    assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_emulator_of_s3_will_do_too() {
    let (site, emulator) = (SiteWorld::new(), Emulator::moto());
    let bucket = Bucket::new(&emulator.url()).await;
    site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0);
    assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
    site.remove("feeds/all.atom");
    site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0).says("0 uploaded (0 B), ").says("1 deleted");
    assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
}
