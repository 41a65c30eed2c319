//! Which repository this is, and where GitHub Pages would serve it.

use crate::commands::context::Context;
use crate::domain::{Invalid, SiteAddress};
use crate::github::Repository;
use crate::outside::process::Program;

/// Where Pages serves it: below the owner's address, or there itself when the repository has its name.
///
/// # Errors
/// When no address can be made of the names.
pub fn pages_address(repository: &Repository) -> Result<SiteAddress, Invalid> {
    let host = format!("{}.github.io", repository.owner().to_ascii_lowercase());
    let path = if repository.name().eq_ignore_ascii_case(&host) { String::new() } else { format!("{}/", repository.name()) };
    format!("https://{host}/{path}").parse()
}

/// Where people find it, on the server that the environment says.
///
/// # Errors
/// When no address can be made of the names.
pub fn repository_address(repository: &Repository) -> Result<SiteAddress, Invalid> {
    let server = std::env::var("GITHUB_SERVER_URL").ok().filter(|server| !server.is_empty()).unwrap_or_else(|| "https://github.com".to_owned());
    format!("{}/{repository}", server.trim_end_matches('/')).parse()
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
        let address = |text: &str| text.parse::<Repository>().and_then(|repository| pages_address(&repository)).expect(text).to_string();
        assert_eq!(address("Octo/Layers"), "https://octo.github.io/Layers/");
        assert_eq!(address("Octo/octo.github.io"), "https://octo.github.io/");
    }
}
