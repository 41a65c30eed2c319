//! The scripts, pages and stacks that people have: each does what it does with the answer, and no more.

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

use crate::common::Server;
use crate::service::{Service, arn};

/// A client that follows redirects, as they all do.
fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

async fn get(server: &Server, path: &str) -> Response {
    client().get(format!("{}{path}", server.address)).header("Accept", "application/json").send().await.unwrap()
}

/// An answer that must be one, whatever its type is said to be.
async fn rows(server: &Server, path: &str) -> Vec<Value> {
    let response = get(server, path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    serde_json::from_str(&response.text().await.unwrap()).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn arn_of(row: Option<&Value>) -> Option<String> {
    row?["arn"].as_str().map(str::to_owned)
}

/// Ten versions: in the order of text, number 10 would come second.
#[tokio::test]
async fn each_finds_the_newest_of_ten_versions() {
    let service = Service::with_releases(10);
    for server in service.servers() {
        let newest = Some(arn("us-east-1", "p313", "beta", 10));
        let versions = rows(&server, "api/v2/p3.13/layers/us-east-1/beta").await;
        assert_eq!(versions.len(), 10);
        assert_eq!(arn_of(versions.last()), newest, "a script that writes a mapping for CloudFormation takes the last");
        let living = versions.iter().find(|row| row["deployStatus"] != "deprecated");
        assert_eq!(arn_of(living), newest, "a Terraform module takes the first that is not deprecated");
        let all = rows(&server, "api/v2/p3.13/layers/latest/us-east-1/").await;
        assert_eq!(arn_of(all.iter().find(|row| row["package"] == "beta")), newest, "another takes the first of its name");
        let by_mistake = rows(&server, "api/v2/p3.13/layers/latest/us-east-1/beta").await;
        assert_eq!((by_mistake.len(), arn_of(by_mistake.first())), (1, newest), "people expect one object here");
    }
}

#[tokio::test]
async fn scripts_and_stacks_find_what_they_look_for() {
    let service = Service::run();
    for server in service.servers() {
        look_for_layers(&server).await;
    }
}

async fn look_for_layers(server: &Server) {
    // Deploying scripts, which stop at any other status.
    let json = rows(server, "api/v2/p3.13/layers/latest/us-east-1/json").await;
    let found = json.iter().find(|row| row["package"] == "Zope.Interface");
    assert_eq!(arn_of(found), Some(arn("us-east-1", "p313", "Zope-Interface", 1)));
    // The stack of a chatbot, which falls back to an older Python when no ARN has the package in it.
    let pillow = rows(server, "api/v2/p3.13/layers/latest/us-east-1/pillow").await;
    assert!(pillow.iter().any(|row| row["arn"].as_str().unwrap().to_lowercase().contains("pillow")), "{pillow:?}");
    assert_eq!(get(server, "api/v2/p3.13/layers/latest/us-east-1/none").await.status(), StatusCode::NOT_FOUND);
    // A mapping over all regions passes over those without a row.
    assert_eq!(rows(server, "api/v2/p3.13/layers/me-south-1/beta").await.last(), None);
    // A spreadsheet.
    let csv = get(server, "api/v2/p3.13/layers/latest/eu-west-1/csv").await.text().await.unwrap();
    assert!(csv.starts_with("Package,Package Version,arn\r\n"), "{csv}");
    assert!(csv.contains(&format!("\r\nPillow,12.0,{}\r\n", arn("eu-west-1", "p313", "Pillow", 1))), "{csv}");
}

#[tokio::test]
async fn browsers_and_the_links_of_old_documents_work() {
    let service = Service::run();
    let server = Server::start(&service.world, &[]);
    // The page that finds ARNs asks from another origin and without the slash: both answers must allow that.
    let url = format!("{}/api/v2/p3.13/layers/latest/us-east-1", server.origin());
    for client in [&server.client, &client()] {
        let response = client.get(&url).header("Origin", "https://finder.example").send().await.unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{}", response.status());
    }
    // Ten documents and more have two slashes.
    for path in ["/api/v2/p3.13/layers/latest/us-east-1/html", "//api/v2/p3.13/layers/latest/us-east-1/html"] {
        let response = client().get(format!("{}{path}", server.origin())).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        assert!(response.text().await.unwrap().contains(&arn("us-east-1", "p313", "beta", 3)), "{path}");
    }
}
