//! `klayers serve` on a rendered site, asked over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::io::{Read as _, Write as _};

use common::{Index, Server, Wheel, World};
use reqwest::{Method, Response, StatusCode};

fn site() -> (World, Index) {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    world.run(&["run", "--runtime", "p3.13"]).exits(0);
    (world, index)
}

#[track_caller]
fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_client_of_the_api_gets_its_answer_with_and_without_the_slash() {
    let (world, _index) = site();
    let server = Server::start(&world, &[]);
    assert!(server.address.starts_with("http://127.0.0.1:") && server.address.ends_with('/'), "{}", server.address);
    let path = "/api/v2/p3.13/layers/latest/us-east-1";
    let moved = server.get(path).await;
    assert_eq!((moved.status(), header(&moved, "location")), (StatusCode::MOVED_PERMANENTLY, format!("{path}/")));
    assert_eq!(header(&moved, "access-control-allow-origin"), "*", "a browser follows only what says this");
    let moved = server.get(&format!("{path}?x=1")).await;
    assert_eq!(header(&moved, "location"), format!("{path}/?x=1"));
    // What clients do that follow.
    let followed = reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}{path}", server.origin())).send().await.unwrap();
    assert_eq!(followed.status(), StatusCode::OK);

    for path in [format!("{path}/"), path.replacen("/p3.13", "//p3.13", 1) + "//"] {
        let answer = server.get(&path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*");
        let rows: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(rows[0]["arn"], "arn:aws:lambda:us-east-1:000000000000:layer:Klayers-p313-alpha:1");
    }
    let other_host = server.get("//api").await;
    assert_eq!(header(&other_host, "location"), "/api/", "never to another host");
}

#[tokio::test]
async fn types_and_pages_are_those_of_the_real_host() {
    let (world, _index) = site();
    world.write(".klayers/site/extra/data.csv", "a,b\n");
    world.write(".klayers/site/extra/data.json", "{}\n");
    world.write("secret", "secret");
    let server = Server::start(&world, &[]);
    let html = "text/html; charset=utf-8";
    for (path, kind) in [
        ("/", html),
        ("/api/v2/p3.13/layers/latest/us-east-1/", html),
        ("/extra/data.csv", "text/csv; charset=utf-8"),
        ("/extra/data.json", "application/json"),
        ("/404.html", html),
    ] {
        let answer = server.get(path).await;
        assert_eq!((answer.status(), header(&answer, "content-type").as_str()), (StatusCode::OK, kind), "{path}");
        assert_eq!(header(&answer, "cache-control"), "max-age=600", "{path}");
    }
    let own_page = world.read(".klayers/site/404.html");
    for path in ["/none", "/extra/", "/api/v2/p9.9/layers/latest/us-east-1/", "/extra/data.csv/", "/%2e%2e/%2e%2e/secret", "/extra/..%2f..%2f..%2fsecret"] {
        let answer = server.get(path).await;
        assert_eq!((answer.status(), header(&answer, "content-type").as_str()), (StatusCode::NOT_FOUND, html), "{path}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*");
        assert_eq!(answer.text().await.unwrap(), own_page, "{path}");
    }
    let posted = server.ask(Method::POST, "/").await;
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    // A client that does not mend the path before it sends it.
    let mut raw = std::net::TcpStream::connect(server.origin().trim_start_matches("http://")).unwrap();
    raw.write_all(b"GET /../../secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    raw.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let (world, _index) = site();
    let server = Server::start(&world, &[]);
    let whole = server.get("/").await;
    let (tag, length) = (header(&whole, "etag"), header(&whole, "content-length"));
    assert_eq!(whole.text().await.unwrap().len().to_string(), length);
    let head = server.ask(Method::HEAD, "/").await;
    assert_eq!((head.status(), header(&head, "etag"), header(&head, "content-length")), (StatusCode::OK, tag.clone(), length));
    assert_eq!(head.text().await.unwrap(), "");

    let again = |tag: String| server.client.get(&server.address).header("If-None-Match", tag).send();
    let known = again(tag.clone()).await.unwrap();
    assert_eq!((known.status(), header(&known, "etag")), (StatusCode::NOT_MODIFIED, tag.clone()));
    assert_eq!(known.text().await.unwrap(), "");
    assert_eq!(again("W/\"other\"".to_owned()).await.unwrap().status(), StatusCode::OK);
    world.write(".klayers/site/index.html", "new");
    assert_eq!(again(tag).await.unwrap().text().await.unwrap(), "new");
}

#[tokio::test]
async fn a_project_site_lives_below_its_name() {
    let (world, _index) = site();
    let server = Server::start(&world, &["--base", "/repo/"]);
    assert!(server.address.ends_with("/repo/"), "{}", server.address);
    assert_eq!(server.get("/repo/").await.status(), StatusCode::OK);
    assert_eq!(header(&server.get("/repo").await, "location"), "/repo/");
    assert_eq!(header(&server.get("/repo/api/v2/p3.13").await, "location"), "/repo/api/v2/p3.13/");
    assert_eq!(server.get("/").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.get("/repository/").await.status(), StatusCode::NOT_FOUND);
}

#[test]
fn what_cannot_be_served_is_said_with_what_to_do() {
    let world = World::new(&[]);
    world.run(&["serve", "--port", "0"]).exits(2).says("has no site\nhelp: make one with `klayers run`");
    world.write("pages/index.html", "x");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    world.run(&["serve", "pages", "--port", &port]).exits(2).says("`--port 0` takes a free port");
}
