//! Which repository this is, and where GitHub Pages would serve it.

use std::fmt;
use std::str::FromStr;

use crate::commands::context::Context;
use crate::domain::{Invalid, SiteAddress, shown};
use crate::outside::process::Program;

/// An owner and a name, as GitHub has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    pub owner: String,
    pub name: String,
}

impl Repository {
    /// Where Pages serves it: below the owner's address, or there itself when the repository has its name.
    pub fn pages_address(&self) -> Result<SiteAddress, Invalid> {
        let host = format!("{}.github.io", self.owner.to_ascii_lowercase());
        let path = if self.name.eq_ignore_ascii_case(&host) { String::new() } else { format!("{}/", self.name) };
        format!("https://{host}/{path}").parse()
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl FromStr for Repository {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_owner = |owner: &str| {
            let is_plain = owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            (1..=39).contains(&owner.len()) && is_plain && !owner.starts_with('-')
        };
        let is_name = |name: &str| {
            let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            (1..=100).contains(&name.len()) && is_plain && name != "." && name != ".."
        };
        match text.split_once('/') {
            Some((owner, name)) if is_owner(owner) && is_name(name) => Ok(Self { owner: owner.to_owned(), name: name.to_owned() }),
            Some(_) | None => Err(Invalid(format!("`{}` is not a repository such as `octo/layers`", shown(text)))),
        }
    }
}

/// As the environment says, or as git's `origin` is called.
pub async fn repository(context: &Context) -> Option<String> {
    if let Some(named) = std::env::var("GITHUB_REPOSITORY").ok().filter(|named| !named.is_empty()) {
        return Some(named);
    }
    let git = Program::new("git").arguments(["-C", &context.root.to_string_lossy(), "remote", "get-url", "origin"]).run().await.ok()?;
    git.succeeded().then(|| of_address(git.stdout.trim())).flatten()
}

/// The last two parts of an address of git, when it is one of a host.
fn of_address(address: &str) -> Option<String> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => address.split_once('@')?.1.split_once(':')?.1,
    };
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    path.parse::<Repository>().ok().map(|repository| repository.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_known_from_the_address_of_its_origin() {
        for (address, found) in [
            ("https://github.com/octo/layers.git", Some("octo/layers")),
            ("https://token@github.com/octo/layers", Some("octo/layers")),
            ("git@github.com:octo/layers.git", Some("octo/layers")),
            ("ssh://git@github.com/octo/my.layers/", Some("octo/my.layers")),
            ("/srv/git/layers.git", None),
            ("file:///srv/git/layers.git", None),
            ("https://github.com/octo", None),
        ] {
            assert_eq!(of_address(address).as_deref(), found, "{address}");
        }
    }

    #[test]
    fn pages_are_below_the_owner_or_there() {
        let address = |text: &str| text.parse::<Repository>().and_then(|repository| repository.pages_address()).expect(text).to_string();
        assert_eq!(address("Octo/Layers"), "https://octo.github.io/Layers/");
        assert_eq!(address("Octo/octo.github.io"), "https://octo.github.io/");
        for text in ["octo", "octo/", "/layers", "octo/a b", "-o/x", "o/..", "o/a/b", "o$(x)/y"] {
            assert!(text.parse::<Repository>().is_err(), "{text}");
        }
    }
}
