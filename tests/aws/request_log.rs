//! What a client asked of AWS, in order, and how fast it asked.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::http::Request;

use super::Fault;

/// A request, as far as it tells without its body.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// Without the question mark; empty when there is none.
    pub query: String,
    /// As the signature names it: `lambda`, `s3`, `sts`. Empty when there is none.
    pub service: String,
    /// As the signature names it.
    pub region: String,
    /// As AWS calls it, for calls about layers and objects; otherwise empty.
    pub operation: &'static str,
    /// What happened to it.
    pub fault: Option<Fault>,
    pub at: Instant,
}

impl Asked {
    pub fn of<B>(request: &Request<B>) -> Self {
        let (service, region) = scope(request).unwrap_or_default();
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let operation = match service.as_str() {
            "lambda" => of_lambda(&method, &path, &query),
            "s3" => of_s3(&method),
            _ => "",
        };
        Self { method, path, query, service, region, operation, fault: None, at: Instant::now() }
    }
}

/// The most requests of each region that Lambda got within any one second.
pub fn most_in_a_second(asked: &[Asked]) -> BTreeMap<String, usize> {
    let mut by_region: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
    for request in asked.iter().filter(|request| request.service == "lambda") {
        by_region.entry(request.region.clone()).or_default().push(request.at);
    }
    let most = |times: Vec<Instant>| {
        let until = |from: &Instant| times.partition_point(|at| at.duration_since(*from) < Duration::from_secs(1));
        times.iter().enumerate().map(|(begin, from)| until(from) - begin).max().unwrap_or(0)
    };
    by_region.into_iter().map(|(region, times)| (region, most(times))).collect()
}

/// `AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/lambda/aws4_request, …`
fn scope<B>(request: &Request<B>) -> Option<(String, String)> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let mut parts = header.split_once("Credential=")?.1.split(',').next()?.split('/').skip(2);
    let region = parts.next()?.to_owned();
    Some((parts.next()?.to_owned(), region))
}

fn of_lambda(method: &str, path: &str, query: &str) -> &'static str {
    let parts: Vec<&str> = path.split('/').skip(2).collect();
    match (method, &parts[..]) {
        ("GET", ["layers"]) if query.contains("find=LayerVersion") => "GetLayerVersionByArn",
        ("GET", ["layers"]) => "ListLayers",
        ("GET", ["layers", _, "versions"]) => "ListLayerVersions",
        ("POST", ["layers", _, "versions"]) => "PublishLayerVersion",
        ("GET", ["layers", _, "versions", _]) => "GetLayerVersion",
        ("DELETE", ["layers", _, "versions", _]) => "DeleteLayerVersion",
        ("GET", ["layers", _, "versions", _, "policy"]) => "GetLayerVersionPolicy",
        ("POST", ["layers", _, "versions", _, "policy"]) => "AddLayerVersionPermission",
        ("DELETE", ["layers", _, "versions", _, "policy", _]) => "RemoveLayerVersionPermission",
        ("GET", ["account-settings", ..]) => "GetAccountSettings",
        _ => "",
    }
}

fn of_s3(method: &str) -> &'static str {
    match method {
        "GET" => "GetObject",
        "HEAD" => "HeadObject",
        "PUT" => "PutObject",
        "DELETE" => "DeleteObject",
        _ => "",
    }
}
