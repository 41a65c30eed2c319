//! How a bucket answers browsers: from which other sites it may be read, and whether it is a website. CloudFront may
//! do both in its place, so what is missing here is told and stops nothing.

use aws_sdk_s3::types::{CorsRule, ErrorDocument, IndexDocument, WebsiteConfiguration};

use super::error::BucketError;
use super::reader::BucketReader;

/// How long a browser may remember what it may ask for.
const MAX_AGE_SECONDS: i32 = 86_400;
const METHODS: [&str; 2] = ["GET", "HEAD"];

/// How a bucket answers browsers.
#[derive(Debug, Clone, PartialEq)]
pub struct Front {
    /// Its rules for other sites; nothing when they may not be read.
    pub(super) cors: Option<Vec<CorsRule>>,
    /// Its settings as a website; nothing when they may not be read.
    pub(super) website: Option<Website>,
    error_page: String,
}

/// The settings of a bucket as a website, as far as they matter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Website(pub(super) Option<WebsiteConfiguration>);

impl Front {
    pub(super) async fn read(bucket: &BucketReader) -> Result<Self, BucketError> {
        let name = &bucket.place.bucket;
        let cors = bucket.client.get_bucket_cors().bucket(name).send().await.map(|found| found.cors_rules.unwrap_or_default());
        let cors = match cors.map_err(|error| BucketError::of(format!("tell who may read `{name}`"), &error)) {
            Ok(rules) => Some(rules),
            Err(error) if error.is("NoSuchCORSConfiguration") => Some(Vec::new()),
            Err(error) if error.is("AccessDenied") => None,
            Err(error) => return Err(error),
        };
        let website = bucket.client.get_bucket_website().bucket(name).send().await;
        let website = match website.map_err(|error| BucketError::of(format!("tell whether `{name}` is a website"), &error)) {
            Ok(found) => {
                let website = WebsiteConfiguration::builder()
                    .set_index_document(found.index_document)
                    .set_error_document(found.error_document)
                    .set_redirect_all_requests_to(found.redirect_all_requests_to)
                    .set_routing_rules(found.routing_rules);
                Some(Website(Some(website.build())))
            }
            Err(error) if error.is("NoSuchWebsiteConfiguration") => Some(Website(None)),
            Err(error) if error.is("AccessDenied") => None,
            Err(error) => return Err(error),
        };
        Ok(Self { cors, website, error_page: bucket.place.prefix.key("404.html") })
    }

    /// What a website of its own would lack, as facts; with CloudFront in front nothing may be wrong.
    pub fn lacks(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        match &self.cors {
            None => lacks.push("who may read the bucket from other sites (CORS) could not be looked at: s3:GetBucketCORS is not allowed".to_owned()),
            Some(rules) if !rules.iter().any(lets_everyone_read) => {
                lacks.push("the bucket does not let other sites read it: it has no CORS rule for `GET` from `*`".to_owned());
            }
            Some(_) => {}
        }
        match &self.website {
            None => lacks.push("whether the bucket is a website could not be looked at: s3:GetBucketWebsite is not allowed".to_owned()),
            Some(Website(None)) => lacks.push("the bucket is not a website: `X/` does not answer with `X/index.html`, and nothing with `404.html`".to_owned()),
            Some(Website(Some(website))) => {
                if index_of(website) != Some("index.html") {
                    lacks.push("the bucket's website does not answer `X/` with `X/index.html`".to_owned());
                }
                if error_page_of(website) != Some(&self.error_page) {
                    lacks.push(format!("the bucket's website does not answer unknown paths with `{}`", self.error_page));
                }
            }
        }
        lacks
    }

    /// The rules for other sites that there should be: those that there are, and ours if it is missing.
    pub(super) fn wanted_cors(&self) -> Result<Vec<CorsRule>, BucketError> {
        let mut rules = self.cors.clone().ok_or(BucketError::MayNotLook { what: "CORS rules", action: "s3:GetBucketCORS" })?;
        if !rules.iter().any(lets_everyone_read) {
            let rule = CorsRule::builder().id("klayers").allowed_origins("*").allowed_headers("*").max_age_seconds(MAX_AGE_SECONDS);
            let rule = METHODS.iter().fold(rule, |rule, method| rule.allowed_methods(*method)).expose_headers("ETag");
            rules.push(rule.build().expect("it has origins and methods"));
        }
        Ok(rules)
    }

    /// The website that there should be: what there is, with our index and page for what is unknown.
    pub(super) fn wanted_website(&self) -> Result<WebsiteConfiguration, BucketError> {
        let Website(found) = self.website.clone().ok_or(BucketError::MayNotLook { what: "website", action: "s3:GetBucketWebsite" })?;
        if let Some(elsewhere) = found.as_ref().and_then(|website| website.redirect_all_requests_to()) {
            return Err(BucketError::RedirectsElsewhere { host: elsewhere.host_name().to_owned() });
        }
        let index = IndexDocument::builder().suffix("index.html").build().expect("it has a suffix");
        let error = ErrorDocument::builder().key(&self.error_page).build().expect("it has a key");
        let website = WebsiteConfiguration::builder().index_document(index).error_document(error);
        Ok(website.set_routing_rules(found.and_then(|website| website.routing_rules)).build())
    }
}

fn lets_everyone_read(rule: &CorsRule) -> bool {
    let has = |found: &[String], wanted: &str| found.iter().any(|one| one == wanted);
    has(rule.allowed_origins(), "*") && METHODS.iter().all(|method| has(rule.allowed_methods(), method))
}

fn index_of(website: &WebsiteConfiguration) -> Option<&str> {
    website.index_document().map(IndexDocument::suffix)
}

fn error_page_of(website: &WebsiteConfiguration) -> Option<&str> {
    website.error_document().map(ErrorDocument::key)
}
