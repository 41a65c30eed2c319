//! How the bucket answers browsers: what is told, and what `--configure` sets.
//!
//! ministack keeps and tells CORS rules and the settings of a website.

use aws_sdk_s3::types::{CorsConfiguration, CorsRule, RedirectAllRequestsTo, WebsiteConfiguration};

use crate::aws::{Asked, Emulator, Fault, FaultProxy};
use crate::bucket::{BUCKET, Bucket};
use crate::world::SiteWorld;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_website_would_lack_is_told_and_set_when_asked_for() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    let other = CorsRule::builder().id("other").allowed_methods("PUT").allowed_origins("https://example.com").build().unwrap();
    let rules = CorsConfiguration::builder().cors_rules(other.clone()).build().unwrap();
    bucket.client.put_bucket_cors().bucket(BUCKET).cors_configuration(rules).send().await.unwrap();
    let ran = site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0).says("has no CORS rule for `GET` from `*`");
    ran.says("the bucket is not a website").says("help: `--configure` sets that; where CloudFront is in front");

    let proxy = FaultProxy::to(&emulator.url());
    let ran = site.deploy(&proxy.url(), &["s3://the-site/layers", "--configure"]).exits(0);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    let rules = bucket.client.get_bucket_cors().bucket(BUCKET).send().await.unwrap();
    let rules = rules.cors_rules();
    assert_eq!(rules[0], other, "what others set stays");
    assert_eq!((rules[1].allowed_origins(), rules[1].allowed_methods()), (&["*".to_owned()][..], &["GET".to_owned(), "HEAD".to_owned()][..]));
    let website = bucket.client.get_bucket_website().bucket(BUCKET).send().await.unwrap();
    assert_eq!(website.index_document().unwrap().suffix(), "index.html");
    assert_eq!(website.error_document().unwrap().key(), "layers/404.html");
    assert_eq!(puts(&proxy), 2);

    // Twice is once.
    let proxy = FaultProxy::to(&emulator.url());
    site.deploy(&proxy.url(), &["s3://the-site/layers", "--configure"]).exits(0);
    assert_eq!(puts(&proxy), 0);
    assert_eq!(bucket.client.get_bucket_cors().bucket(BUCKET).send().await.unwrap().cors_rules().len(), 2);
    // The page for what is unknown is that of another prefix.
    site.deploy(&emulator.url(), &["s3://the-site/beta"]).exits(0).says("does not answer unknown paths with `beta/404.html`");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_sends_visitors_elsewhere_is_left_as_it_is() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    let elsewhere = RedirectAllRequestsTo::builder().host_name("example.com").build().unwrap();
    let website = WebsiteConfiguration::builder().redirect_all_requests_to(elsewhere).build();
    bucket.client.put_bucket_website().bucket(BUCKET).website_configuration(website).send().await.unwrap();
    let proxy = FaultProxy::to(&emulator.url());
    site.deploy(&proxy.url(), &["s3://the-site", "--configure"]).exits(2).says("redirects everything to `example.com`").says("help: take that out");
    assert_eq!(proxy.asked().iter().filter(|asked| asked.method != "GET").count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_looked_at_stops_nothing() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    let proxy = FaultProxy::to(&emulator.url());
    proxy.next(|asked| asked.query == "cors", Fault::Denied);
    proxy.next(|asked| asked.query == "website", Fault::Denied);
    site.deploy(&proxy.url(), &["s3://the-site"]).exits(0).says("s3:GetBucketCORS is not allowed").says("s3:GetBucketWebsite is not allowed");
    assert_eq!(bucket.objects("").await, site.expected(""));
    // What may not be looked at is not replaced either: it could be anything.
    proxy.next(|asked| asked.query == "cors", Fault::Denied);
    site.deploy(&proxy.url(), &["s3://the-site", "--configure"]).exits(2).says("the CORS rules of the bucket may not be looked at, so it is not replaced");
}

fn puts(proxy: &FaultProxy) -> usize {
    let is_of_bucket = |asked: &&Asked| asked.method == "PUT" && matches!(asked.query.as_str(), "cors" | "website");
    proxy.asked().iter().filter(is_of_bucket).count()
}
