//! Puts archives into an account, in every region, and says what became of each.
//!
//! A [`Publishable`] is a verified archive with the regions that want it. [`preflight()`] looks at every region first:
//! whose account it is, whether it answers, how much room it has. [`publish()`] then works on each archive in each
//! region, and `src/publish/region.rs` is the recipe for that: look whether it is there, [stage](StagedObject) what is
//! too large for a request, make the version, share it, read the policy back. [`Sink`] gets a receipt before the next
//! call, and [`ReceiptFile`] keeps it. [`preview()`] is the same without the acting.
//!
//! An account is whatever implements [`ReadAccount`] and [`WriteAccount`]: [`aws`] is the real one, [`local`] a folder
//! with its rules, and a test holds both to one contract. They are two traits so that a dry run cannot change anything:
//! it never has the second.
//!
//! The rest follows from one fact of AWS:
//! [`PublishLayerVersion`](https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html) always makes a
//! new version, even of the same bytes, and takes no token that would make a second call harmless. So whether one must
//! be made is decided by what the account holds and what the record says ([`Standing`]), never by what an earlier call
//! answered; after an [answer that may mean anything](AccountError::is_ambiguous) one looks before one acts; and a
//! receipt says `Published` only of a version whose permission was read back and is what [`policy`] wants. Begin at
//! [`publish()`], then `region.rs`.
//!
//! What is published is kept in order here too: [`expire()`] deletes, [`audit()`] looks and [`repair`] mends a
//! permission, [`survey()`] finds out what an account has. Nothing here writes the record, builds an archive, runs a
//! package, or asks a clock.

mod account;
mod any;
mod audit;
pub mod aws;
mod decide;
mod error;
mod expire;
pub mod limits;
pub mod local;
mod options;
mod patience;
mod payload;
pub mod policy;
mod preflight;
mod preview;
mod publishable;
mod receipt_file;
mod region;
mod reporter;
mod run;
mod shared;
mod silent;
mod staging;
mod survey;
mod watch;
mod zip_facts;

pub use account::{Content, Identity, PublishRequest, PublishedVersion, ReadAccount, StagedObject, Storage, VersionFacts, VersionSummary, WriteAccount};
pub use any::{AnyAccount, AnyReader};
pub use audit::{Health, audit, doubtful_regions, repair};
pub use error::{AccountError, Refusal};
pub use expire::{Removal, expire, preview_expire};
pub use options::{Effort, Options, Standing};
pub use patience::Patience;
pub use payload::{Memory, Payload};
pub use preflight::{Preflight, PreflightError, RegionReadiness, check_expected, preflight};
pub use preview::{PreviewLine, PreviewStep, preview};
pub use publishable::Publishable;
pub use receipt_file::{ReceiptFile, ReceiptFileError, read_receipts};
pub use reporter::Sink;
pub use run::{Tally, publish};
pub use staging::StagingPattern;
pub use survey::{FoundVersion, Survey, Surveyed, contents, survey};
pub use watch::{Seen, Watch};
