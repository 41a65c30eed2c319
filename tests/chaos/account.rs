//! What is in an account of an emulator, and what a ledger says is there, in the same terms.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::{Credentials, Region};
use futures::future::try_join_all;
use klayers::domain::{Sha256, Sharing};
use klayers::ledger::Event;
use klayers::publish::policy;

/// A layer version: region, layer, number.
pub type Place = (String, String, u64);

/// What a layer version is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub zip_sha256: Sha256,
    pub description: String,
    pub is_public: bool,
}

/// All layer versions of an account, asked for without a proxy.
pub async fn of_emulator(url: &str, account: &str, regions: &[&str]) -> Result<BTreeMap<Place, Version>, aws_sdk_lambda::Error> {
    let found = try_join_all(regions.iter().map(|region| of_region(url, account, region))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// All layer versions that the ledger in `folder` knows, with the SHA-256 of their archives.
pub fn of_ledger(folder: &Path) -> BTreeMap<Place, Sha256> {
    let mut known = BTreeMap::new();
    let files = if folder.exists() { klayers::outside::files::walk(folder).unwrap() } else { Vec::new() };
    for path in files.into_iter().filter(|path| path.ends_with("events.jsonl")) {
        for line in std::fs::read_to_string(folder.join(path)).unwrap().lines() {
            let event: Event = serde_json::from_str(line).unwrap();
            let (Event::Published(published) | Event::Adopted(published)) = event else { panic!("nobody yanks or deletes here: {line}") };
            for (region, number) in published.regions {
                let twice = known.insert((region.to_string(), published.layer.to_string(), number), published.zip_sha256);
                assert_eq!(twice, None, "version {number} of `{}` in `{region}` is in the ledger twice", published.layer);
            }
        }
    }
    known
}

async fn of_region(url: &str, account: &str, region: &str) -> Result<Vec<(Place, Version)>, aws_sdk_lambda::Error> {
    let config = aws_sdk_lambda::Config::builder().behavior_version_latest().region(Region::new(region.to_owned()));
    let client = Client::from_conf(config.credentials_provider(Credentials::new(account, "test", None, None, "test")).endpoint_url(url).build());
    let listed: BTreeSet<String> = {
        let pages = client.list_layers().into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        pages.into_iter().filter_map(|layer| layer.layer_name).collect()
    };
    let mut found = Vec::new();
    for layer in listed {
        let versions = client.list_layer_versions().layer_name(&layer).into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        for version in versions {
            found.push(((region.to_owned(), layer.clone(), version.version.unsigned_abs()), facts(&client, &layer, version.version).await?));
        }
    }
    Ok(found)
}

async fn facts(client: &Client, layer: &str, number: i64) -> Result<Version, aws_sdk_lambda::Error> {
    let got = client.get_layer_version().layer_name(layer).version_number(number).send().await?;
    let policy = match client.get_layer_version_policy().layer_name(layer).version_number(number).send().await {
        Ok(answer) => answer.policy,
        Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => None,
        Err(error) => return Err(error.into()),
    };
    let zip_sha256 = Sha256::from_lambda_form(got.content().and_then(|content| content.code_sha256()).unwrap_or_default()).unwrap();
    let is_public = policy::check(policy.as_deref(), &Sharing::Public).is_ok();
    Ok(Version { zip_sha256, description: got.description.unwrap_or_default(), is_public })
}
