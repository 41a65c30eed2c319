//! The words of the catalogue: runtimes, packages, layers, regions, resolutions.
//!
//! Every type here is valid by construction: it is parsed once at the edge and cannot be wrong
//! afterwards. Nothing in this module reads a file, a clock or a network, and it names no other
//! module.

mod advisory;
mod attempt;
mod claims;
mod digest;
mod drift;
mod invalid;
mod layer;
mod layer_description;
mod layer_numbers;
mod layer_request;
mod module_name;
mod need;
mod package;
mod package_settings;
mod papers;
mod python;
mod receipt;
mod recorded;
mod region;
mod requirements;
mod resolution;
mod role_arn;
mod runtime;
mod sharing;
mod site_address;
mod text;
mod trust;
mod trust_advice;
mod visible;
mod wheel;

pub use advisory::{Advisories, AdvisoryId, Told, Vulnerability};
pub use attempt::{Attempt, Failure, Outcome, Seconds};
pub use claims::{Claims, GITHUB_ISSUER};
pub use digest::Sha256;
pub use drift::{Drift, Moved, Pinned};
pub(crate) use invalid::text_serde;
pub use invalid::{Invalid, shown};
pub use layer::{DESCRIPTION_MAX_CHARS, LAYER_NAME_MAX_CHARS, LICENSE_MAX_CHARS, LayerArn, LayerName, Prefix, RecordedVersion};
pub use layer_description::LayerDescription;
pub use layer_numbers::LayerNumbers;
pub use layer_request::LayerRequest;
pub use module_name::ModuleName;
pub use need::Need;
pub use package::{NormalizedName, PackageName, PackageRequest, RequestError};
pub use package_settings::{PackageSettings, Slim};
pub use papers::{ImportTest, Paper, PaperKind, Papers};
pub use python::{Glibc, PythonMinor};
pub use receipt::{ArchiveRecord, Receipt};
pub use recorded::{check_package, check_text, check_version, read_reason};
pub use region::{AccountId, Partition, RegionCode, RegionState};
pub use requirements::Requirements;
pub use resolution::{HeldBack, HeldBackReason, Locked, LockedWheel, Pin, RemoteFile, Resolution};
pub use role_arn::RoleArn;
pub use runtime::{Architecture, Runtime, RuntimeState};
pub use sharing::{OrganizationId, Principal, Sharing, Statement};
pub use site_address::SiteAddress;
pub use text::{one_line, web_address};
pub use trust::{Condition, Fit, TrustStatement, trust_policy};
pub use trust_advice::{Trusted, advice};
pub use visible::{printable, printable_json, printable_lines, printable_path, push_json, sentence, steers};
pub use wheel::{WheelFilename, WheelTag};
