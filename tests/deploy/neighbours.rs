//! What is not the site's stays as it is, and is not even asked about.

use crate::aws::{Asked, Emulator, FaultProxy};
use crate::bucket::Bucket;
use crate::world::SiteWorld;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_of_the_prefix_is_listed_written_or_deleted() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    let neighbours = ["top.txt", "site", "site2/x", "sit/x", "site-old/feeds/all.atom", "a/site/x", "Site/x", "site./x"];
    for key in neighbours {
        bucket.put(key, key).await;
    }
    // The marker that the console of AWS makes for a folder.
    bucket.put("site/", "").await;
    let proxy = FaultProxy::to(&emulator.url());
    site.deploy(&proxy.url(), &["s3://the-site/site"]).exits(0);
    site.remove("feeds/all.atom");
    site.write("index.html", "another");
    site.deploy(&proxy.url(), &["s3://the-site/site"]).exits(0).says("1 uploaded (").says("1 deleted");
    for key in neighbours {
        assert_eq!(bucket.get(key).await.body, key.as_bytes(), "{key}");
    }
    let mut mine = bucket.objects("site/").await;
    assert!(mine.remove("site/").is_some(), "the marker stays");
    assert_eq!(mine, site.expected("site/"));
    let is_ours = |asked: &&Asked| {
        let is_listing = asked.query.contains("list-type=2") && asked.query.contains("prefix=site%2F");
        asked.path.starts_with("/the-site/site/") || is_listing || matches!(asked.query.as_str(), "cors" | "website")
    };
    let others: Vec<Asked> = proxy.asked().into_iter().filter(|asked| !is_ours(&asked)).collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_that_may_be_somebody_elses_are_deleted_only_when_that_is_asked_for() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    for (target, prefix) in [("s3://the-site", ""), ("s3://the-site/layers", "layers/")] {
        let strange = format!("{prefix}holiday.jpg");
        bucket.put(&strange, "sun").await;
        let proxy = FaultProxy::to(&emulator.url());
        for more in [&[][..], &["--dry-run"]] {
            let ran = site.deploy(&proxy.url(), &[&[target], more].concat()).exits(2);
            ran.says("has 1 objects that are not the site's, `holiday.jpg` among them").says("help: name a prefix of the site's own").says("`--take-over`");
        }
        assert!(proxy.asked().iter().all(|asked| asked.method == "GET"), "nothing was changed");
        site.deploy(&emulator.url(), &[target, "--take-over", "--dry-run"]).exits(0).prints("delete holiday.jpg\n");
        site.deploy(&emulator.url(), &[target, "--take-over"]).exits(0).says("1 deleted");
        assert_eq!(bucket.objects(prefix).await, site.expected(prefix));
        // From now on the place is known to be ours.
        bucket.put(&strange, "sun").await;
        site.deploy(&emulator.url(), &[target]).exits(0).says("1 deleted");
        for key in bucket.keys(prefix).await {
            bucket.client.delete_object().bucket(crate::bucket::BUCKET).key(key).send().await.unwrap();
        }
    }
    // Nor is a page replaced that may be that of another site. The same bytes do no harm.
    bucket.put("index.html", "another site").await;
    bucket.put("robots.txt", "robots.txt").await;
    site.deploy(&emulator.url(), &["s3://the-site"]).exits(2).says("has 1 objects that are not the site's, `index.html` among them");
    assert_eq!(bucket.get("index.html").await.body, b"another site");
    site.deploy(&emulator.url(), &["s3://the-site", "--take-over"]).exits(0);
    assert_eq!(bucket.objects("").await, site.expected(""));
}

#[test]
fn a_target_that_could_lead_elsewhere_is_refused() {
    let site = SiteWorld::new();
    for target in
        ["s3://the-site//layers", "s3://the-site/../other", "s3://the-site/a//b", "s3://the-site/a/./b", "s3://the-site/a b", "s3:///layers", "s3://The-Site"]
    {
        site.deploy("http://127.0.0.1:9", &[target]).exits(2).says("help: ");
    }
    site.deploy("http://127.0.0.1:9", &["gs://bucket"]).exits(2).says("neither `pages` nor `s3://bucket/prefix`");
}
