//! S3, through AWS's own client: what is below a prefix of a bucket, and putting it there.
//!
//! [`BucketReader`] can look and nothing else; [`Bucket`] can change things, and only below the prefix, but for what
//! [`Bucket::configure`] is asked to set, which is how the bucket answers browsers ([`Front`]). Begin at
//! [`BucketReader::look`].
//!
//! A listing tells size and MD5 of an object
//! ([entity tags](https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html)), and so whether it has to be sent,
//! without asking for one object. It does not tell the headers that it was given: `state.rs` keeps a note in the bucket
//! of the rules under which all of them were uploaded.
//!
//! Putting and deleting an object twice is once, so the client itself calls again after throttling, silence and
//! failures. `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_S3` are honoured.

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
