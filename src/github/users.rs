//! What a user may do in this repository.
//!
//! Asked of the API, never taken from an event: `author_association` tells how somebody is connected, not what they may.

use serde::Deserialize;

use super::request::Call;
use super::{GitHub, GitHubError};
use crate::domain::shown;

/// What a user may do. GitHub tells the role `maintain` as `write`, and `triage` as `read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Everything, settings included.
    Admin,
    /// Change what is in it.
    Write,
    /// Read what is in it, and nothing else.
    Read,
    /// Nothing, or what nobody knows yet.
    #[serde(other)]
    None,
}

#[derive(Debug, Deserialize)]
struct Told {
    permission: Permission,
}

impl Permission {
    /// Whether whoever has it keeps the repository.
    pub fn is_maintainer(self) -> bool {
        match self {
            Self::Admin | Self::Write => true,
            Self::Read | Self::None => false,
        }
    }
}

impl GitHub {
    /// What a user may do in this repository.
    ///
    /// # Errors
    /// When the name is none, or GitHub cannot be asked.
    pub async fn permission_of(&self, user: &str) -> Result<Permission, GitHubError> {
        let what = "ask what a user may do".to_owned();
        // Accounts of companies have a `_` in their names.
        let is_name = (1..=100).contains(&user.len()) && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_name {
            return Err(GitHubError::Invalid { what, reason: format!("`{}` is not the name of a user", shown(user)) });
        }
        match self.ask::<Told>(&Call::get(what, self.path(&format!("collaborators/{user}/permission")))).await {
            Ok(told) => Ok(told.permission),
            Err(error) if error.is_missing() => Ok(Permission::None),
            Err(error) => Err(error),
        }
    }
}
