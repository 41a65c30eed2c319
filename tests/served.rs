//! After a deployment: whether the host serves what was deployed, as `klayers deploy --served` looks at it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use common::{Server, World};

fn world() -> World {
    let world = World::new(&[]);
    world.run(&["render"]).exits(0);
    world
}

#[test]
fn a_site_that_is_served_as_it_should_be_is_found_so() {
    let world = world();
    for (target, more) in [("pages", &["_site"][..]), ("s3://bucket", &["_site", "--as", "s3"])] {
        let server = Server::start(&world, more);
        let ran = world.run(&["deploy", target, "--served", &server.address]).exits(0);
        assert_eq!(ran.stdout.lines().filter(|line| line.starts_with("ok ")).count(), 5, "{}", ran.stdout);
    }
}

#[test]
fn what_is_served_otherwise_is_told() {
    let world = world();
    let server = Server::start(&world, &["_site"]);
    // Pages cannot serve the second API as S3 does.
    let ran = world.run(&["deploy", "s3://bucket", "--served", &server.address]).exits(1);
    assert!(ran.stdout.contains("is `text/html; charset=utf-8` and should be `application/json`"), "{}", ran.stdout);

    // The site of before is served still.
    world.run(&["render", "--site", "_site2"]).exits(0);
    world.write("_site2/api/v3/index.json", "{}");
    world
        .run(&["deploy", "pages", "--site", "_site2", "--served", &server.address, "--patience", "0"])
        .exits(2)
        .says("is not the index of this site: it is another one");
    world.write("_site2/api/v3/index.json", &world.read("_site/api/v3/index.json"));
    world.write("_site2/index.html", "new");
    world.run(&["deploy", "pages", "--site", "_site2", "--served", &server.address]).exits(1).prints("WRONG   / has other bytes than the site");
    drop(server);
    world.run(&["deploy", "pages", "--served", "http://127.0.0.1:9/", "--patience", "0"]).exits(2).says("cannot reach `127.0.0.1:9`");
}
