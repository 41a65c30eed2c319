//! Where pages are that others lead to, from the top of the site.

use crate::domain::NormalizedName;

/// The page of a package.
pub fn package(package: &NormalizedName) -> String {
    format!("packages/{package}/")
}
