//! An account in a folder: Lambda's layers with AWS's rules and AWS's error names, and nothing to pay.
//!
//! ```text
//! .lock                            held by the one who changes the account
//! regions/<region>/<layer>.json    the versions of a layer, and the last number that was given
//! blobs/<sha256>.zip               every archive once, whatever layers and regions have it
//! buckets.json                     which region a bucket belongs to
//! buckets/<bucket>/<key>           uploads
//! ```
//! Every change is one file written whole, so a killed process leaves an account as it was before or
//! after the call; the same calls in the same order make the same bytes. The archive of a deleted
//! version stays in `blobs`: nothing counts who else refers to it.

mod account;
mod buckets;
mod layer_file;
mod reader;

pub use account::LocalAccount;
pub use reader::{ACCOUNT_ID, LocalReader};
