//! `klayers serve --as s3`, asked over HTTP: what a website of S3 does that has what `klayers deploy` uploads.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use common::{Server, World};
use reqwest::{Method, Response, StatusCode};

const LIST: &str = "api/v2/p3.13/layers/latest/us-east-1";

fn site() -> World {
    let world = World::new(&[]);
    for path in ["index.html", "404.html", "about/index.html", "static/style.css"] {
        world.write(&format!("_site/{path}"), path);
    }
    world.write(&format!("_site/{LIST}/index.html"), "[]\n");
    world.write(&format!("_site/{LIST}/csv/index.html"), "Package\r\n");
    world.write("_site/api/v3/all.ndjson", "0123456789");
    world.write("secret", "secret");
    world
}

fn serve(world: &World) -> Server {
    Server::start(world, &["_site", "--as", "s3"])
}

#[track_caller]
fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn data_answers_with_and_without_the_slash_and_pages_are_redirected() {
    let world = site();
    let server = serve(&world);
    for (path, kind, saved) in
        [(LIST.to_owned(), "application/json", ""), (format!("{LIST}/csv"), "text/csv; charset=utf-8", "attachment; filename=\"klayers-us-east-1-p3.13.csv\"")]
    {
        for path in [format!("/{path}"), format!("/{path}/")] {
            let answer = server.get(&path).await;
            assert_eq!((answer.status(), header(&answer, "content-type").as_str()), (StatusCode::OK, kind), "{path}");
            assert_eq!((header(&answer, "cache-control").as_str(), header(&answer, "content-disposition").as_str()), ("public, max-age=3600", saved), "{path}");
        }
    }
    let moved = server.get("/about").await;
    assert_eq!((moved.status(), header(&moved, "location").as_str()), (StatusCode::FOUND, "/about/"));
    assert_eq!(server.get("/about/").await.text().await.unwrap(), "about/index.html");
    for path in ["/none", "/none/", &format!("//{LIST}"), "/api/v2/p9.9/layers/latest/us-east-1", "/..%2fsecret", "/static/style.css/"] {
        let answer = server.get(path).await;
        assert_eq!((answer.status(), header(&answer, "content-type").as_str()), (StatusCode::NOT_FOUND, "text/html; charset=utf-8"), "{path}");
        assert_eq!(answer.text().await.unwrap(), "404.html", "{path}");
    }
    assert_eq!(server.ask(Method::POST, "/").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    world.write("_site/index.html", "new");
    assert_eq!(server.get("/").await.text().await.unwrap(), "new", "what is rendered meanwhile shows");
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again_and_parts_are_given() {
    let world = site();
    let server = serve(&world);
    let path = "/api/v3/all.ndjson";
    let whole = server.get(path).await;
    // MD5 of the ten digits.
    let tag = "\"781e5e245d69b566979b86e28d23f2c7\"";
    assert_eq!((header(&whole, "etag").as_str(), header(&whole, "accept-ranges").as_str()), (tag, "bytes"));
    let head = server.ask(Method::HEAD, path).await;
    assert_eq!((head.status(), header(&head, "content-length").as_str(), header(&head, "etag").as_str()), (StatusCode::OK, "10", tag));
    assert_eq!(head.text().await.unwrap(), "");
    let with = |name: &'static str, value: &'static str| server.client.get(format!("{}{path}", server.origin())).header(name, value).send();
    assert_eq!(with("If-None-Match", tag).await.unwrap().status(), StatusCode::NOT_MODIFIED);
    assert_eq!(with("If-None-Match", "\"other\"").await.unwrap().status(), StatusCode::OK);
    let part = with("Range", "bytes=2-4").await.unwrap();
    assert_eq!((part.status(), header(&part, "content-range").as_str()), (StatusCode::PARTIAL_CONTENT, "bytes 2-4/10"));
    assert_eq!(part.text().await.unwrap(), "234");
    let none = with("Range", "bytes=10-").await.unwrap();
    assert_eq!((none.status(), header(&none, "content-range").as_str()), (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */10"));
}

#[tokio::test]
async fn other_sites_may_read_it_and_are_told_so_when_they_ask() {
    let world = site();
    let server = serve(&world);
    let ask = |method: Method, path: &str| server.client.request(method, format!("{}{path}", server.origin()));
    for path in ["/", "/about", "/none", &format!("/{LIST}")] {
        let answer = ask(Method::GET, path).header("Origin", "https://example.com").send().await.unwrap();
        assert_eq!((header(&answer, "access-control-allow-origin").as_str(), header(&answer, "vary").is_empty()), ("*", false), "{path}");
        let answer = ask(Method::GET, path).send().await.unwrap();
        assert_eq!(header(&answer, "access-control-allow-origin"), "", "{path}");
    }
    let preflight = |method: &'static str| ask(Method::OPTIONS, "/").header("Origin", "https://example.com").header("Access-Control-Request-Method", method);
    let allowed = preflight("GET").header("Access-Control-Request-Headers", "x-klayers").send().await.unwrap();
    assert_eq!((allowed.status(), header(&allowed, "access-control-allow-headers").as_str()), (StatusCode::OK, "x-klayers"));
    let refused = preflight("PUT").send().await.unwrap();
    assert_eq!((refused.status(), header(&refused, "access-control-allow-origin").as_str()), (StatusCode::FORBIDDEN, ""));
}
