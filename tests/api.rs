//! What the API says of itself, held against what is rendered: every file has an address and a shape in the OpenAPI document, and
//! is as its schema says, with nothing more and nothing less.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "api/answers.rs"]
mod answers;
#[path = "api/document.rs"]
mod document;
#[path = "api/fields.rs"]
mod fields;
#[path = "content/filled.rs"]
mod filled;
#[path = "api/lint.rs"]
mod lint;
#[path = "api/page.rs"]
mod page;
#[path = "api/promises.rs"]
mod promises;
#[path = "api/server.rs"]
mod server;
#[path = "api/service.rs"]
mod service;
#[path = "api/strict.rs"]
mod strict;
#[path = "api/validate.rs"]
mod validate;
#[path = "render/world.rs"]
#[allow(dead_code, reason = "others ask it for more")]
mod world;
