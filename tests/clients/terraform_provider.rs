//! The Terraform provider: one call, ten seconds, no look at the status, and an error of decoding ignored. Its host is a
//! constant, so this is its logic and not itself.

use crate::common::Server;
use crate::go_json::decode;
use crate::service::{Service, arn};

/// What a data source of it has: the ARN of the latest, and all ARNs. Nothing when it says "not found".
async fn data_source(server: &Server, python_version: &str, region: &str, name: &str) -> Option<(String, Vec<String>)> {
    // Go's client follows redirects.
    let client = reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(10)).build().unwrap();
    let url = format!("{}api/v2/p{python_version}/layers/{region}/{name}", server.address);
    let rows = decode(&client.get(url).send().await.unwrap().text().await.unwrap()).rows;
    let field = |row: &std::collections::BTreeMap<String, String>, key: &str| row.get(key).cloned().unwrap_or_default();
    let latest = rows.iter().find(|row| field(row, "deployStatus") == "latest")?;
    Some((field(latest, "arn"), rows.iter().map(|row| field(row, "arn")).collect()))
}

#[tokio::test]
async fn it_finds_the_latest_and_every_arn() {
    let service = Service::run();
    for server in service.servers() {
        for (python, region, infix) in [("3.13", "us-east-1", "p313"), ("3.13-arm64", "eu-west-1", "p313-arm64"), ("3.12", "us-east-1", "p312")] {
            let all: Vec<String> = (1..=3).map(|number| arn(region, infix, "beta", number)).collect();
            assert_eq!(data_source(&server, python, region, "beta").await, Some((all[2].clone(), all)), "{python} {region}");
            let pillow = arn(region, infix, "Pillow", 1);
            for spelling in ["Pillow", "pillow"] {
                assert_eq!(data_source(&server, python, region, spelling).await, Some((pillow.clone(), vec![pillow.clone()])), "{spelling}");
            }
        }
        // Its default is a Python that this service does not have; the host's page is no row.
        for (python, region, name) in [("3.9", "us-east-1", "beta"), ("3.13", "me-south-1", "beta"), ("3.13", "us-east-1", "none"), ("3.13", "", "beta")] {
            assert_eq!(data_source(&server, python, region, name).await, None, "{python} {region} {name}");
        }
    }
}
