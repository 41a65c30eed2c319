//! The real account: Lambda, S3 and STS through AWS's own clients, in every region.
//!
//! [`AwsReader`] can look and nothing else; [`AwsAccount`] can change things. Each call goes through
//! `calls.rs`, which keeps within the rate that AWS allows and decides what may be called again: the clients'
//! own retries are off, because a second `PublishLayerVersion` would make a second version. What AWS would
//! refuse and emulators take is refused here before the call.
//!
//! Credentials and settings are given; `AWS_ENDPOINT_URL` is honoured.

mod account;
mod bucket;
mod calls;
mod clients;
mod inline;
mod rate;
mod reader;
mod refusal;

pub use crate::outside::aws_login::settings;
pub use account::AwsAccount;
pub use clients::{AwsError, Manners};
pub use reader::AwsReader;
