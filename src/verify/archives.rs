//! Which archives a folder has.

use std::collections::BTreeSet;
use std::path::Path;

use crate::outside::OutsideError;
use crate::outside::files;
use crate::report::{Location, Problem, Problems};

/// The names of the archives in the folder `dist`, sorted: the stems of its manifests.
///
/// # Errors
/// When the folder cannot be read.
pub fn names(dist: &Path) -> Result<Vec<String>, OutsideError> {
    let mut names = files::names(dist)?;
    names.retain(|name| name.ends_with(".json") && !name.ends_with(".cdx.json"));
    names.iter_mut().for_each(|name| name.truncate(name.len() - ".json".len()));
    Ok(names)
}

/// A warning for each zip in `dist` that is not one of `names`: nothing is known of it, so it is passed over.
///
/// # Errors
/// When the folder cannot be read.
pub fn without_manifest(dist: &Path, names: &[String]) -> Result<Problems, OutsideError> {
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let warning = |zip: String| {
        let is_known = zip.strip_suffix(".zip").is_none_or(|name| names.contains(name));
        let (message, help) = ("the archive has no manifest and is passed over", "build it again with `klayers build`, or remove it");
        let location = || Location::file(dist.join(&zip).display().to_string());
        (!is_known).then(|| Problem::new(location(), "manifest-missing", message, help).into_warning())
    };
    Ok(files::names(dist)?.into_iter().filter_map(warning).collect())
}
