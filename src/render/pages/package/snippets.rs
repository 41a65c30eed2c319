//! The parts of the snippets that depend on the package and on what is chosen.

use serde::Serialize;

use super::chosen::Chosen;
use crate::domain::{NormalizedName, SiteAddress};

/// What stands for the site's address where nobody said it; a script puts the page's own there.
const EXAMPLE: &str = "https://layers.example/";
/// What the second API answers in formats with, and so not for packages of these names.
const TAKEN: [&str; 3] = ["csv", "html", "json"];

/// The parts.
#[derive(Debug, Serialize)]
pub struct Parts {
    /// The site's address, with a slash at its end.
    site: String,
    /// A name for blocks of Terraform and variables.
    identifier: String,
    /// A name for constructs of the CDK.
    construct: String,
    /// As in `PYTHON_3_13`.
    cdk_python: String,
    /// As in `Architecture.ARM_64`.
    cdk_architecture: String,
    /// Whether the second API has the package only in its lists.
    is_only_in_lists: bool,
}

impl Parts {
    /// The parts for a package.
    pub fn new(name: &NormalizedName, spelled: &str, site: Option<&SiteAddress>, chosen: &Chosen<'_>) -> Self {
        Self {
            site: site.map_or_else(|| EXAMPLE.to_owned(), ToString::to_string),
            identifier: identifier(name),
            construct: construct(spelled),
            cdk_python: format!("PYTHON_{}", chosen.python.replace('.', "_")),
            cdk_architecture: match chosen.architecture {
                "arm64" => "ARM_64".to_owned(),
                other => other.to_ascii_uppercase(),
            },
            is_only_in_lists: TAKEN.contains(&name.as_str()),
        }
    }
}

/// Begins with a letter, and has letters, digits and `_` alone.
fn identifier(name: &NormalizedName) -> String {
    let plain = name.as_str().replace('-', "_");
    if plain.starts_with(|first: char| first.is_ascii_alphabetic()) { plain } else { format!("layer_{plain}") }
}

/// `zope.interface` becomes `ZopeInterface`.
fn construct(spelled: &str) -> String {
    let capital = |word: &str| word.char_indices().map(|(at, letter)| if at == 0 { letter.to_ascii_uppercase() } else { letter }).collect::<String>();
    spelled.split(|character: char| !character.is_ascii_alphanumeric()).map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_their_languages() {
        for (name, spelled, in_terraform, in_cdk) in [
            ("pandas", "pandas", "pandas", "Pandas"),
            ("zope-interface", "zope.interface", "zope_interface", "ZopeInterface"),
            ("2to3", "2to3", "layer_2to3", "2to3"),
        ] {
            assert_eq!((identifier(&name.parse().expect("valid")), construct(spelled)), (in_terraform.to_owned(), in_cdk.to_owned()));
        }
    }
}
