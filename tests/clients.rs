//! The clients that exist, asking a site that `klayers run` made and `klayers serve` serves: the CDK's, real and
//! unmodified; those that only run elsewhere, as small readers of the same answers; curl with every address that
//! the documentation names; Terraform with the recipe that it gives.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "clients/body.rs"]
mod body;
#[path = "clients/cdk.rs"]
mod cdk;
mod common;
#[path = "clients/contract.rs"]
mod contract;
#[path = "clients/documented.rs"]
mod documented;
#[path = "content/filled.rs"]
mod filled;
#[path = "clients/go_json.rs"]
mod go_json;
#[path = "clients/placeholders.rs"]
mod placeholders;
#[path = "clients/python.rs"]
mod python;
#[path = "clients/readers.rs"]
mod readers;
#[path = "clients/service.rs"]
mod service;
#[path = "clients/terraform_provider.rs"]
mod terraform_provider;
#[path = "clients/terraform_recipe.rs"]
mod terraform_recipe;
