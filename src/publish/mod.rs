//! Puts archives into an account, in every region, and says what became of each.
//!
//! An account is whatever implements [`ReadAccount`] and [`WriteAccount`]: [`aws`] is the real one, [`local`] a folder
//! with its rules. Whether a layer version must be made is decided by what the account holds and what the record
//! says, never by what an earlier call answered; a receipt tells only of a version whose permission was read back.
//! What is published is kept in order here too: [`expire`] deletes, [`audit`] looks and mends, [`survey`] finds out
//! what an account has. Nothing here writes the record, builds an archive, or asks a clock.

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
