//! `klayers deploy s3://…` as people run it, against an emulator of S3 and through a proxy that disturbs.
//!
//! ministack has all of S3 that is used here, CORS and websites among it. It does not serve websites and looks at no
//! CORS rule when it answers, so what these do for visitors is in `tests/serve_s3.rs`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "deploy/agree.rs"]
mod agree;
mod aws;
#[path = "deploy/bucket.rs"]
mod bucket;
mod common;
#[path = "deploy/disturbed.rs"]
mod disturbed;
#[path = "deploy/folder.rs"]
mod folder;
#[path = "deploy/front.rs"]
mod front;
#[path = "deploy/kill.rs"]
mod kill;
#[path = "deploy/large.rs"]
mod large;
#[path = "deploy/neighbours.rs"]
mod neighbours;
#[path = "deploy/uploads.rs"]
mod uploads;
#[path = "deploy/world.rs"]
mod world;
