//! Where the files of a wheel go in a layer: what an installer would do with `--target python`.
//!
//! <https://packaging.python.org/en/latest/specifications/binary-distribution-format/#installing-a-wheel-distribution-1-0-py32-none-any-whl>

use super::zip_file::Entry;
use crate::domain::{NormalizedName, PackageName};

/// The folder that Lambda puts on Python's path, below `/opt`.
pub const ROOT: &str = "python";

/// What a wheel calls its own folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelFolders {
    /// `name-1.0.dist-info`.
    pub dist_info: String,
    data: String,
    headers: String,
}

/// Where one file goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// To this path, as it is.
    File(String),
    /// To this path, as a program whose first line may need changing.
    Script(String),
}

/// Why a wheel cannot be laid out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Not exactly one `.dist-info` folder of the right name.
    #[error("it has no `.dist-info` folder of `{0}`, or more than one")]
    DistInfo(NormalizedName),
    /// A `.data` folder that installers do not know.
    #[error("`{0}` is in a data folder of unknown kind")]
    UnknownData(String),
}

impl WheelFolders {
    /// Finds the folders of `package` in its wheel.
    ///
    /// # Errors
    /// When there is not exactly one `.dist-info` folder and of this package.
    pub fn find(entries: &[Entry], package: &NormalizedName) -> Result<Self, LayoutError> {
        let mut folders: Vec<&str> =
            entries.iter().filter_map(|entry| entry.path.split_once('/').map(|(top, _)| top)).filter(|top| top.ends_with(".dist-info")).collect();
        folders.sort_unstable();
        folders.dedup();
        let stem = match folders[..] {
            [only] => only.strip_suffix(".dist-info").filter(|stem| {
                let name = stem.rsplit_once('-').and_then(|(name, _)| name.parse::<PackageName>().ok());
                name.is_some_and(|name| name.normalized() == *package)
            }),
            _ => None,
        };
        let stem = stem.ok_or_else(|| LayoutError::DistInfo(package.clone()))?;
        Ok(Self { dist_info: format!("{stem}.dist-info"), data: format!("{stem}.data/"), headers: format!("{ROOT}/include/{package}") })
    }

    /// Where the file at `path` goes.
    ///
    /// # Errors
    /// When it is in a data folder that has no meaning.
    pub fn place(&self, path: &str) -> Result<Place, LayoutError> {
        let unknown = || LayoutError::UnknownData(path.to_owned());
        let Some(data) = path.strip_prefix(&self.data) else {
            // Some installers take every such folder for the wheel's own.
            let is_anothers = path.split_once('/').is_some_and(|(top, _)| top.ends_with(".data"));
            return if is_anothers { Err(unknown()) } else { Ok(Place::File(format!("{ROOT}/{path}"))) };
        };
        let (kind, rest) = data.split_once('/').ok_or_else(unknown)?;
        match kind {
            "purelib" | "platlib" | "data" => Ok(Place::File(format!("{ROOT}/{rest}"))),
            "scripts" => Ok(Place::Script(format!("{ROOT}/bin/{rest}"))),
            "headers" => Ok(Place::File(format!("{}/{rest}", self.headers))),
            _ => Err(unknown()),
        }
    }
}
