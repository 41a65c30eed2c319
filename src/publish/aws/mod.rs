//! The real account: Lambda, S3 and STS through AWS's own clients, in every region.
//!
//! [`AwsReader`] can look and nothing else; [`AwsAccount`] can change things. Behind both, `clients.rs` has a client
//! for each service and region, and each call goes through `calls.rs`: it waits for its turn (`rate.rs`), has a time
//! limit, and is made again only if that can do no harm. What AWS answers becomes an
//! [`AccountError`](super::AccountError) in `refusal.rs`. Begin at `calls.rs`.
//!
//! The clients' own retries are off, because a second `PublishLayerVersion` would make a second version. Lambda takes
//! [15 calls a second](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests) of nearly
//! all kinds together, per region and account, and raises that for nobody: [`Manners`] say how much of it is used. The
//! archive of a request is made into its text once for all regions (`inline.rs`). What AWS would refuse and emulators
//! take is refused here before the call: [`super::limits`].
//!
//! Credentials and settings are given ([`settings`]); `AWS_ENDPOINT_URL` is honoured. Nothing here decides what to
//! publish.

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
