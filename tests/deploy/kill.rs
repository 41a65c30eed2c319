//! A deployment that is killed, at any moment, and started again: the bucket ends as if there had been one run.
//!
//! The moments are counted in requests that S3 got, so that every stage of a run is hit: before the first upload,
//! between the waves, while objects are deleted, and before the last note.

use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use crate::aws::{Emulator, FaultProxy};
use crate::bucket::Bucket;
use crate::world::{LIST, SiteWorld};

/// How many requests lie between two moments.
const STRIDE: usize = 3;

/// What a bucket has before the run that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// Another site, which klayers deployed.
    Another,
    /// The same, by a version that gave other headers.
    OtherRules,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_everything_is_new() {
    holds(Before::Nothing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_site_replaces_another() {
    holds(Before::Another).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_the_headers_of_everything_change() {
    holds(Before::OtherRules).await;
}

async fn holds(before: Before) {
    let emulator = Emulator::ministack();
    let bucket = Bucket::new(&emulator.url()).await;
    let (old, new) = (SiteWorld::new(), SiteWorld::new());
    old.write("api/v3/packages/gone.json", "gone");
    old.write(&format!("{LIST}/gone/index.html"), "gone");
    new.write("index.html", "new");
    new.write("static/new.css", "new");
    new.write("api/v3/packages/new.json", "new");
    new.write(&format!("{LIST}/index.html"), "new");
    let (mut requests, mut kills) = (0, 0);
    loop {
        let prefix = format!("{before:?}-{requests}/").to_lowercase();
        let target = format!("s3://the-site/{prefix}");
        if before != Before::Nothing {
            old.deploy(&emulator.url(), &[&target]).exits(0);
        }
        if before == Before::OtherRules {
            bucket.put(&format!("{prefix}.klayers-deployed.json"), "{\"format\":1,\"rules\":\"other\"}").await;
            bucket.put(&format!("{prefix}robots.txt"), "robots.txt").await;
        }
        let proxy = FaultProxy::to(&emulator.url());
        proxy.set_latency(Duration::from_millis(2));
        let child = new.command(&proxy.url(), &[&target, "--at-once", "3"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let ended = killed_after(child, || proxy.requests() >= requests);
        proxy.settled();
        if ended.success() {
            break;
        }
        kills += 1;
        let (there, expected) = (bucket.objects(&prefix).await, new.expected(&prefix));
        let (is_old, is_new) = (old.expected(&prefix), |key: &str| there.get(&format!("{prefix}{key}")) == expected.get(&format!("{prefix}{key}")));
        // What points at others is never there before them, and nothing goes before all is there.
        assert!(!is_new("index.html") || (is_new(LIST) && is_new("api/v3/packages/new.json") && is_new("static/new.css")), "{prefix}");
        assert!(!is_new(LIST) || is_new("api/v3/packages/new.json"), "{prefix}");
        let has_lost = before != Before::Nothing && is_old.keys().any(|key| !there.contains_key(key));
        assert!(!has_lost || expected.iter().all(|(key, object)| there.get(key) == Some(object)), "{prefix}: deleted too early");
        // Meanwhile there may be another site. What the killed run left is known to be ours.
        new.write("api/v3/packages/new.json", &format!("after {kills}"));
        new.deploy(&emulator.url(), &[&target]).exits(0);
        assert_eq!(bucket.objects(&prefix).await, new.expected(&prefix), "{prefix}");
        new.deploy(&emulator.url(), &[&target]).exits(0).says("0 uploaded (0 B), ").says(" unchanged, 0 deleted");
        requests += STRIDE;
    }
    println!("{before:?}: {kills} kills");
    assert!(kills >= 3, "only {kills} kills landed");
}

/// Kills the child as soon as `until` holds.
fn killed_after(mut child: Child, until: impl Fn() -> bool) -> ExitStatus {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if until() {
            child.kill().unwrap();
            return child.wait().unwrap();
        }
        std::thread::park_timeout(Duration::from_micros(200));
    }
}
