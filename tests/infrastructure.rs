//! The CloudFormation templates in `pipeline/aws`: that they are clean, that they grant what their README says and
//! no more, in every partition, and that emulators of AWS refuse what is not granted.
//!
//! What an emulator does not check is in the tables of `roles.rs`, so that a later one that does check it is noticed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "aws/mod.rs"]
mod aws;
mod common;
#[path = "infrastructure/documents.rs"]
mod documents;
#[path = "infrastructure/lint.rs"]
mod lint;
#[path = "infrastructure/python.rs"]
mod python;
#[path = "infrastructure/roles.rs"]
mod roles;
#[path = "infrastructure/site.rs"]
mod site;
#[path = "infrastructure/site_function.rs"]
mod site_function;
#[path = "infrastructure/site_user.rs"]
mod site_user;
#[path = "infrastructure/staging.rs"]
mod staging;
