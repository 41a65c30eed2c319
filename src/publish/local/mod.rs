//! An account in a folder: Lambda's layers with AWS's rules and AWS's error names, and nothing to pay.
//!
//! ```text
//! .lock                            held by the one who changes the account
//! regions/<region>/<layer>.json    the versions of a layer, and the last number that was given
//! blobs/<sha256>.zip               every archive once, whatever layers and regions have it
//! buckets.json                     which region a bucket belongs to
//! buckets/<bucket>/<key>           uploads
//! ```
//!
//! It is what `klayers run` publishes to when nobody says otherwise, so that the whole flow can be tried without an
//! account, and what many tests publish to. [`LocalReader`] looks, [`LocalAccount`] changes. Begin at
//! [`LocalAccount::open`]; `layer_file.rs` is the form on disk.
//!
//! It is only worth something as long as it refuses what AWS refuses: numbers are never given twice, a version is
//! private until it is shared, a bucket of another region is refused. `tests/account_contract.rs` states these rules
//! for every kind of account.
//!
//! Every change is one file written whole, so a killed process leaves an account as it was before or after the call;
//! the same calls in the same order make the same bytes. The archive of a deleted version stays in `blobs`: nothing
//! counts who else refers to it.

mod account;
mod buckets;
mod layer_file;
mod reader;

pub use account::LocalAccount;
pub use reader::{ACCOUNT_ID, LocalReader};
