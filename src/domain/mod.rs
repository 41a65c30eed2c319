//! The words of the catalogue: runtimes, packages, layers, regions, resolutions.
//!
//! All other modules speak in these types. Every one is valid by construction: it is parsed once at the edge, from a
//! cell, a flag or a line of JSON, and cannot be wrong afterwards. A text that is not what its type promises is
//! [`Invalid`], which says what it must be. Begin at [`Runtime`] and [`PackageRequest`], then follow one layer:
//!
//! - It is asked for as a [`LayerRequest`]: a package, or a bundle of several.
//! - It is resolved to a [`Resolution`]: a [`Pin`] for each distribution. Their [`Requirements`], sorted lines
//!   `name==version`, have a hash, and that hash is the identity of a build: the same lines are published once for one
//!   layer and region, unless somebody forces it, whatever the bytes of the zip are.
//! - It is called what [`Prefix::layer_name`] makes of it, and lives at a [`LayerArn`]. The number at its end is AWS's:
//!   it counts from 1 in each region alone, and a number never comes back, so a build has [`LayerNumbers`].
//! - It has a [`LayerDescription`] at AWS with package, version and hash, by which what a killed run left is found
//!   again.
//! - What came of it is told by an [`Attempt`] (was it built?), a [`Receipt`] (is it published?) and its [`Papers`].
//!
//! Names of packages are shown as somebody spelled them ([`PackageName`]) and compared in their normal form
//! ([`NormalizedName`]). Texts of strangers are made fit to be shown by [`one_line`], which drops what cannot be seen,
//! or [`printable`], which spells it out.
//!
//! The rules are the specifications' and AWS's:
//! [names](https://packaging.python.org/en/latest/specifications/name-normalization/) (PEP 503),
//! [requirements](https://packaging.python.org/en/latest/specifications/dependency-specifiers/) (PEP 508),
//! [versions](https://packaging.python.org/en/latest/specifications/version-specifiers/) (PEP 440),
//! [names and tags of wheels](https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/) (PEP
//! 425, PEP 600), [layers](https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html).
//!
//! Nothing in this module reads a file, a clock or a network, and it names no other module.

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
mod limits;
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
pub use invalid::{Invalid, shown, without_position};
pub use layer::{DESCRIPTION_MAX_CHARS, LAYER_NAME_MAX_CHARS, LICENSE_MAX_CHARS, LayerArn, LayerName, Prefix, RecordedVersion};
pub use layer_description::LayerDescription;
pub use layer_numbers::LayerNumbers;
pub use layer_request::LayerRequest;
pub use limits::{COMMENT_MAX_BYTES, UNZIPPED_MAX_BYTES};
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
