//! The configuration of a service made into that of another one: what `klayers init` writes.
//!
//! Reads what is there and says what each file will be; it writes nothing. What people wrote beside the settings stays. The same
//! wishes a second time change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::edit_regions::regions;
use super::edit_settings::settings;
use super::read::CONFIG_DIR;
use crate::domain::{AccountId, Architecture, Partition, Prefix, PythonMinor, RegionCode, Runtime, SiteAddress};
use crate::outside::{OutsideError, files};

const FILE_MAX_BYTES: u64 = 16 << 20;
/// A few packages that are known to work, of each kind one.
pub(super) const STARTER_PACKAGES: &str = include_str!("starter/packages.csv");

/// What a service is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// The first word of its layers' names.
    pub prefix: Prefix,
    /// The partition of its regions.
    pub partition: Partition,
    /// Whose layers they are.
    pub account: AccountId,
    /// The regions that layers go to.
    pub regions: WishedRegions,
    /// For which Pythons; not empty.
    pub pythons: BTreeSet<PythonMinor>,
    /// The packages that it begins with.
    pub catalogue: Catalogue,
    /// Where its site is, if that is known.
    pub site: Option<SiteAddress>,
    /// Where its repository is for people.
    pub repository: SiteAddress,
    /// The pattern of buckets for large archives, if it has any.
    pub staging_bucket: Option<String>,
    /// What was recorded of it.
    pub record: Record,
}

/// Where layers are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WishedRegions {
    /// Wherever AWS has regions, but for those that are paused.
    All,
    /// To these, and to no others.
    Only(BTreeSet<RegionCode>),
}

/// Which packages a service begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Catalogue {
    /// A few that are known to work.
    Starter,
    /// Those that are there.
    Keep,
    /// No packages.
    Empty,
}

/// What is recorded in the account that a service is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// Nothing: what it does not want can go.
    Nothing,
    /// Layers, which stay listed.
    Layers,
}

/// Why the files cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// A file cannot be read.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// A file is not what it should be.
    #[error("`{CONFIG_DIR}/{file}` cannot be changed: {reason}\nhelp: restore it from git, or mend what `klayers check` says")]
    File {
        /// The file's name in `pipeline/config/`.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// The files of `pipeline/config/` below `root` as the wishes want them, by their path from there. Files that are as they should
/// be are among them.
///
/// # Errors
/// When one cannot be read, or understood.
pub fn edited(root: &Path, wishes: &Wishes) -> Result<BTreeMap<String, Vec<u8>>, EditError> {
    let folder = root.join(CONFIG_DIR);
    let old = |name: &'static str| -> Result<String, EditError> {
        let bytes = files::read(&folder.join(name), FILE_MAX_BYTES)?;
        String::from_utf8(bytes).map_err(|_| EditError::File { file: name, reason: "it is not UTF-8".to_owned() })
    };
    let mut new = BTreeMap::new();
    let (text, package_files) = settings(&old("klayers.toml")?, wishes)?;
    new.insert(format!("{CONFIG_DIR}/klayers.toml"), text.into_bytes());
    new.insert(format!("{CONFIG_DIR}/regions.csv"), regions(&old("regions.csv")?, wishes)?.into_bytes());
    for name in package_files {
        let path = format!("{CONFIG_DIR}/{name}");
        let header = STARTER_PACKAGES.lines().next().unwrap_or_default();
        let bytes = match (wishes.catalogue, name.as_str()) {
            (Catalogue::Starter, "packages.csv") => STARTER_PACKAGES.to_owned().into_bytes(),
            (Catalogue::Starter | Catalogue::Empty, _) => format!("{header}\n").into_bytes(),
            (Catalogue::Keep, _) => files::read_if_exists(&folder.join(&name), FILE_MAX_BYTES)?.unwrap_or_else(|| format!("{header}\n").into_bytes()),
        };
        new.insert(path, bytes);
    }
    Ok(new)
}

/// The package files of a Python, with the runtime's name in place of `{infix}`.
pub(super) fn names_of_files(python: PythonMinor, patterns: &[String], architectures: &[Architecture]) -> BTreeSet<String> {
    let of_runtime = |architecture: &Architecture| Runtime { python, architecture: *architecture }.layer_infix();
    patterns.iter().flat_map(|pattern| architectures.iter().map(move |architecture| pattern.replace("{infix}", &of_runtime(architecture)))).collect()
}
