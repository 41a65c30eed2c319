//! A branch of a repository somewhere, and the token for it.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::GitError;
use super::call::{accept, program};
use crate::outside::OutsideError;

/// A branch of a repository somewhere.
#[derive(Debug, Clone)]
pub struct Remote {
    pub(super) url: String,
    pub(super) branch: String,
    /// The setting with the token, if one is for this host.
    pub(super) header: Option<(String, String)>,
    pub(super) token: Option<String>,
}

impl Remote {
    /// The branch `branch` of what the repository around `folder` calls `name`.
    ///
    /// # Errors
    /// When there is no repository, or it has no such remote.
    pub async fn of(folder: &Path, name: &str, branch: &str) -> Result<Self, GitError> {
        let folder = &std::path::absolute(folder).map_err(OutsideError::file("find", folder))?;
        let output = program(folder, &[], &["remote", "get-url", "--push", "--", name]).run().await?;
        let found = accept("tell where the remote is", output, None)?;
        // A path is one from where its repository is.
        let is_path = !found.contains("://") && !found.split('/').next().is_some_and(|first| first.contains(':'));
        let url = if is_path { folder.join(found.trim()).to_string_lossy().into_owned() } else { found.trim().to_owned() };
        Ok(Self { url, branch: branch.to_owned(), header: None, token: None })
    }

    /// Uses `token`, if the remote is at the host `server` (`https://github.com`) and the way there is encrypted.
    #[must_use]
    pub fn with_token(mut self, server: &str, token: &str) -> Self {
        let server = server.trim_end_matches('/');
        let is_there = self.url.strip_prefix(server).is_some_and(|rest| rest.starts_with('/'));
        if server.starts_with("https://") && is_there && !token.is_empty() {
            let basic = STANDARD.encode(format!("x-access-token:{token}"));
            self.header = Some((format!("http.{server}/.extraHeader"), format!("AUTHORIZATION: basic {basic}")));
            self.token = Some(token.to_owned());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str) -> Remote {
        Remote { url: url.to_owned(), branch: "main".to_owned(), header: None, token: None }
    }

    #[test]
    fn a_token_is_for_its_host_and_an_encrypted_way_alone() {
        for (url, server, expected) in [
            ("https://github.com/o/r", "https://github.com", true),
            ("https://github.com/o/r", "https://github.com/", true),
            ("http://github.com/o/r", "http://github.com", false),
            ("https://github.com.evil.example/o/r", "https://github.com", false),
            ("https://evil.example/o/r", "https://github.com", false),
            ("git@github.com:o/r", "https://github.com", false),
            ("/tmp/r", "https://github.com", false),
            ("https://github.com/o/r", "", false),
        ] {
            assert_eq!(remote(url).with_token(server, "secret").header.is_some(), expected, "{url} {server}");
        }
        assert!(remote("https://github.com/o/r").with_token("https://github.com", "").header.is_none());
    }
}
