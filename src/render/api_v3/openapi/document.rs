//! The document as a whole.

use serde_json::{Map, Value, json};

use super::operation::{Operation, Tag};
use super::promise::PROMISE;
use super::shape::{Shape, Shapes};
use super::{parameter, version_2};
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::api_v3::envelope::{SCHEMA_VERSION, line};
use crate::render::api_v3::paths::{ENDPOINTS, OPENAPI};

/// The version of the specification that the document keeps to.
const OPENAPI_VERSION: &str = "3.1.1";

/// The document.
pub fn openapi() -> Value {
    let mut shapes = Shapes::default();
    let version_3 = ENDPOINTS.iter().map(|endpoint| Operation {
        name: endpoint.name.to_owned(),
        tag: if endpoint.path.starts_with("feeds/") { Tag::Feeds } else { Tag::Version3 },
        path: endpoint.path,
        summary: endpoint.description.to_owned(),
        description: String::new(),
        shape: Shape::of(endpoint),
    });
    let mut paths = Map::new();
    for operation in version_3.chain(version_2::operations()) {
        paths.insert(format!("/{}", operation.path), json!({ "get": operation.document(&mut shapes) }));
    }
    json!({
        "openapi": OPENAPI_VERSION,
        "info": {
            "title": "klayers",
            "summary": "Python packages as public AWS Lambda layers",
            "description": PROMISE,
            "version": SCHEMA_VERSION,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "externalDocs": { "description": "The API for people", "url": "../../api/" },
        // From this file to the top of the site.
        "servers": [{ "url": "../..", "description": "the site that this file is from" }],
        "security": [],
        "tags": Tag::ALL.map(Tag::document),
        "paths": paths,
        "components": {
            "parameters": parameter::all(),
            "headers": headers(),
            "responses": responses(),
            "schemas": shapes.finish(),
        },
    })
}

/// Puts it.
///
/// # Errors
/// As the sink.
pub fn put(sink: &dyn Sink) -> Result<(), OutsideError> {
    sink.put(OPENAPI, &line(&openapi()))
}

fn headers() -> Value {
    json!({
        "ETag": {
            "description": "Changes with the bytes of the answer. Send it back in `If-None-Match`.",
            "schema": { "type": "string", "examples": ["\"6553f0a5-1a2b\""] },
        },
        "Access-Control-Allow-Origin": {
            "description": "Browsers may read the answer from any other site. Hosts may leave it out where the request has no `Origin`.",
            "schema": { "type": "string", "const": "*" },
        },
    })
}

fn responses() -> Value {
    json!({
        "NotModified": { "description": "It is still what it was when you were given the entity tag that you sent in `If-None-Match`. There is no body." },
        "NotFound": {
            "description": "There is no such file: the runtime, the region, the package or the layer is none that this service ever had. The body is a page \
                            for people, HTML and never JSON.",
            "content": { "text/html": { "schema": { "type": "string" } } },
        },
    })
}
