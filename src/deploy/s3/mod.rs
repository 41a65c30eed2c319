//! S3, through AWS's own client: what is below a prefix of a bucket, and putting it there.
//!
//! [`BucketReader`] can look and nothing else; [`Bucket`] can change things, and only below the prefix, but for what
//! [`Bucket::configure`] is asked to set. Putting and deleting an object twice is once, so the client itself calls
//! again after throttling, silence and failures. `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_S3` are honoured.

mod client;
mod error;
mod front;
mod reader;
mod state;
mod writer;

pub use crate::outside::aws_login::settings;
pub use client::Manners;
pub use error::BucketError;
pub use front::Front;
pub use reader::BucketReader;
pub use writer::Bucket;
