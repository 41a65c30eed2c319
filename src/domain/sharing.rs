//! With whom layer versions are shared.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{AccountId, Invalid, shown, text_serde};

/// With whom the layers of a service are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sharing {
    /// With everybody.
    Public,
    /// With the accounts of one organisation.
    Organization(OrganizationId),
    /// With these accounts; never empty.
    Accounts(BTreeSet<AccountId>),
}

impl Sharing {
    /// The statements that a layer version's policy needs: one, or one for each account.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html>
    pub fn statements(&self) -> Vec<Statement> {
        match self {
            Self::Public => vec![Statement { id: "make_public".to_owned(), principal: Principal::Public }],
            Self::Organization(organization) => {
                vec![Statement { id: format!("share_with_{organization}"), principal: Principal::Organization(organization.clone()) }]
            }
            Self::Accounts(accounts) => {
                let statement = |account: &AccountId| Statement { id: format!("share_with_{account}"), principal: Principal::Account(account.clone()) };
                accounts.iter().map(statement).collect()
            }
        }
    }
}

impl fmt::Display for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Organization(organization) => write!(f, "shared with the organisation {organization}"),
            Self::Accounts(accounts) => write!(f, "shared with {} accounts", accounts.len()),
        }
    }
}

/// One line of a layer version's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name (`StatementId`): 1 to 100 letters, digits, `-` and `_`.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html>
    pub id: String,
    /// Whom it lets in.
    pub principal: Principal,
}

/// Who may use a layer version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Principal {
    /// Everybody who has an account of AWS.
    Public,
    /// Every account of an organisation.
    Organization(OrganizationId),
    /// This account alone.
    Account(AccountId),
}

/// An organisation's id, as `o-a1b2c3d4e5`. <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrganizationId(String);

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OrganizationId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_id = |id: &str| (10..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if text.strip_prefix("o-").is_some_and(is_id) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid(format!("`{}` is not the id of an organisation such as `o-a1b2c3d4e5`", shown(text))))
        }
    }
}

text_serde!(OrganizationId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_statements() {
        let ids = |sharing: Sharing| sharing.statements().into_iter().map(|statement| statement.id).collect::<Vec<_>>();
        assert_eq!(ids(Sharing::Public), ["make_public"]);
        assert_eq!(ids(Sharing::Organization("o-a1b2c3d4e5".parse().unwrap())), ["share_with_o-a1b2c3d4e5"]);
        let accounts = ["210987654321", "123456789012"].map(|account| account.parse().unwrap());
        assert_eq!(ids(Sharing::Accounts(accounts.into())), ["share_with_123456789012", "share_with_210987654321"]);
    }

    #[test]
    fn organisations_have_one_form() {
        assert_eq!("o-a1b2c3d4e5".parse::<OrganizationId>().map(|id| id.to_string()), Ok("o-a1b2c3d4e5".to_owned()));
        for text in ["", "o-", "o-short", "o-A1B2C3D4E5", "a1b2c3d4e5", "o-a1b2c3d4e5 ", &format!("o-{}", "a".repeat(33))] {
            assert!(text.parse::<OrganizationId>().is_err(), "{text}");
        }
    }
}
