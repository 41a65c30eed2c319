//! Reads the policy of a layer version as a stranger's request would meet it.
//!
//! Grants to one organisation also name `*` as their principal and restrict it in a `Condition`, so
//! looking for a `*` is not enough. Anything that is not clearly public is not public.

use serde_json::Value;

use crate::domain::{AccountId, OrganizationId, Sharing};

/// The action that a layer version's policy is about.
pub const ACTION: &str = "lambda:GetLayerVersion";
/// The condition by which a grant to everybody becomes one to an organisation.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub const ORGANIZATION: &str = "aws:PrincipalOrgID";

/// Why a layer version is not shared as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotShared {
    /// It has no policy.
    #[error("it has no policy")]
    NoPolicy,
    /// Its policy cannot be read.
    #[error("its policy cannot be read: {0}")]
    Unreadable(String),
    /// Some statement shuts strangers out.
    #[error("a statement of its policy denies")]
    Denied,
    /// Statements allow, but not everybody.
    #[error("no statement of its policy allows everybody without a condition")]
    NotAllowed,
    /// It should be shared with some, and everybody may use it.
    #[error("its policy allows everybody, and it is to be {0}")]
    Public(String),
    /// Somebody with whom it should be shared is not named.
    #[error("no statement of its policy allows {0}")]
    NotAllowedTo(String),
}

/// Judges the JSON text of a policy, as those would meet it with whom the layer is shared.
///
/// # Errors
/// The reason for which it is not shared so.
pub fn check(policy: Option<&str>, sharing: &Sharing) -> Result<(), NotShared> {
    let text = policy.ok_or(NotShared::NoPolicy)?;
    let policy: Value = serde_json::from_str(text).map_err(|error| NotShared::Unreadable(error.to_string()))?;
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement @ Value::Object(_)) => vec![statement],
        Some(_) | None => return Err(NotShared::Unreadable("it has no statements".to_owned())),
    };
    if statements.iter().any(|statement| denies_strangers(statement)) {
        return Err(NotShared::Denied);
    }
    let is_public = statements.iter().any(|statement| allows_everybody(statement));
    match sharing {
        Sharing::Public if is_public => Ok(()),
        Sharing::Public => Err(NotShared::NotAllowed),
        Sharing::Organization(_) | Sharing::Accounts(_) if is_public => Err(NotShared::Public(sharing.to_string())),
        Sharing::Organization(organization) if statements.iter().any(|statement| allows_organization(statement, organization)) => Ok(()),
        Sharing::Organization(organization) => Err(NotShared::NotAllowedTo(format!("the organisation {organization}"))),
        Sharing::Accounts(accounts) => {
            let missing = accounts.iter().find(|account| !statements.iter().any(|statement| allows_account(statement, account)));
            missing.map_or(Ok(()), |account| Err(NotShared::NotAllowedTo(format!("the account {account}"))))
        }
    }
}

fn allows(statement: &Value) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some("Allow") && texts(statement.get("Action")).any(|action| action.eq_ignore_ascii_case(ACTION))
}

fn allows_everybody(statement: &Value) -> bool {
    allows(statement) && is_everybody(statement.get("Principal")) && statement.get("Condition").is_none()
}

/// With exactly the condition that Lambda writes: any other may shut somebody out.
fn allows_organization(statement: &Value, organization: &OrganizationId) -> bool {
    let wanted = serde_json::json!({"StringEquals": {ORGANIZATION: organization}});
    allows(statement) && is_everybody(statement.get("Principal")) && statement.get("Condition") == Some(&wanted)
}

/// Lambda answers with the ARN of the account's root, in any partition, when it was given a number.
fn allows_account(statement: &Value, account: &AccountId) -> bool {
    let is_account = |name: &str| {
        let arn = |name: &str| name.starts_with("arn:") && name.split(':').skip(2).eq(["iam", "", &account.to_string(), "root"]);
        name == account.to_string() || arn(name)
    };
    let principal = statement.get("Principal").and_then(|principal| principal.get("AWS"));
    allows(statement) && statement.get("Condition").is_none() && texts(principal).any(is_account)
}

/// What is not an `Allow` counts as a denial, unless it names whom it means and that is not everybody,
/// or is clearly about another action.
fn denies_strangers(statement: &Value) -> bool {
    let allows = statement.get("Effect").and_then(Value::as_str) == Some("Allow");
    let other_principal = statement.get("Principal").is_some_and(|principal| !is_everybody(Some(principal)));
    let other_action =
        statement.get("Action").is_some() && texts(statement.get("Action")).all(|action| !action.contains('*') && !action.eq_ignore_ascii_case(ACTION));
    !allows && !other_principal && !other_action
}

fn is_everybody(principal: Option<&Value>) -> bool {
    match principal {
        Some(Value::String(name)) => name == "*",
        Some(Value::Object(kinds)) => texts(kinds.get("AWS")).any(|name| name == "*"),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => false,
    }
}

/// A text, or the texts of a list: policies have both.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOW: &str = r#"{"Sid":"make_public","Effect":"Allow","Principal":"*","Action":"lambda:GetLayerVersion","Resource":"arn:aws:lambda:us-east-1:123456789012:layer:x:1"}"#;

    fn judged(statements: &str) -> Result<(), NotShared> {
        judged_as(statements, &Sharing::Public)
    }

    fn judged_as(statements: &str, sharing: &Sharing) -> Result<(), NotShared> {
        check(Some(&format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":{statements}}}"#)), sharing)
    }

    #[test]
    fn public_is_what_lets_a_stranger_in() {
        let array = |statement: &str| format!("[{statement}]");
        for statements in [
            array(ALLOW),
            ALLOW.to_owned(),
            array(&ALLOW.replace(r#""*""#, r#"{"AWS":"*"}"#)),
            array(&ALLOW.replace(r#""*""#, r#"{"AWS":["123456789012","*"]}"#)),
            array(&ALLOW.replace(r#""lambda:GetLayerVersion""#, r#"["lambda:GetLayerVersion"]"#)),
            format!(r#"[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::123456789012:root"}},"Action":"lambda:GetLayerVersion"}},{ALLOW}]"#),
            format!(r#"[{{"Effect":"Deny","Principal":{{"AWS":"123456789012"}},"Action":"lambda:GetLayerVersion"}},{ALLOW}]"#),
            format!(r#"[{{"Effect":"Deny","Principal":"*","Action":"lambda:DeleteLayerVersion"}},{ALLOW}]"#),
        ] {
            assert_eq!(judged(&statements), Ok(()), "{statements}");
        }
    }

    #[test]
    fn whatever_restricts_is_not_public() {
        for statement in [
            ALLOW.replace("Allow", "allow"),
            ALLOW.replace(r#""*""#, r#""123456789012""#),
            ALLOW.replace(r#""*""#, r#"{"AWS":"arn:aws:iam::123456789012:root"}"#),
            ALLOW.replace(r#""*""#, r#"{"Service":"*"}"#),
            ALLOW.replace(r#""*""#, "null"),
            ALLOW.replace(r#""*""#, r#"["*"]"#),
            ALLOW.replace("Principal", "NotPrincipal"),
            ALLOW.replace("GetLayerVersion", "ListLayerVersions"),
            ALLOW.replace(r#""Effect""#, r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}},"Effect""#),
            ALLOW.replace(r#""Effect""#, r#""Condition":null,"Effect""#),
        ] {
            assert!(judged(&format!("[{statement}]")).is_err(), "{statement}");
        }
        for deny in [
            r#"{"Effect":"Deny","Principal":"*","Action":"lambda:GetLayerVersion"}"#,
            r#"{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"lambda:*"}"#,
            r#"{"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"*"}"#,
            r#"{"Effect":"Deny","Principal":"*","NotAction":"lambda:ListLayerVersions"}"#,
            r#"{"Effect":"Deny","Principal":"*","Action":["x:y","lambda:getlayerversion"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
        ] {
            assert_eq!(judged(&format!("[{ALLOW},{deny}]")), Err(NotShared::Denied), "{deny}");
        }
    }

    #[test]
    fn shared_with_some_is_neither_less_nor_more() {
        let organization = Sharing::Organization("o-abcdefghij".parse().unwrap());
        let accounts = Sharing::Accounts(["123456789012", "210987654321"].map(|account| account.parse().unwrap()).into());
        let with = |more: &str| format!("[{}]", ALLOW.replace(r#""Effect""#, &format!(r#"{more},"Effect""#)));
        let only = with(r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}}"#);
        let to = |principal: &str| ALLOW.replace(r#""*""#, principal);
        let one = to(r#"{"AWS":"arn:aws-cn:iam::123456789012:root"}"#);
        let both = format!("[{one},{}]", to(r#"{"AWS":"210987654321"}"#));
        assert_eq!(judged_as(&only, &organization), Ok(()));
        assert_eq!(judged_as(&both, &accounts), Ok(()));
        for (statements, sharing, expected) in [
            (with(r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-klmnopqrst"}}"#), &organization, "NotAllowedTo"),
            (with(r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij","aws:SourceVpc":"x"}}"#), &organization, "NotAllowedTo"),
            (format!("[{ALLOW}]"), &organization, "Public"),
            (format!("[{ALLOW}]"), &accounts, "Public"),
            (format!("[{one},{ALLOW}]"), &accounts, "Public"),
            (format!("[{one}]"), &accounts, "NotAllowedTo"),
            (format!("[{}]", to(r#"{"AWS":"arn:aws:iam::123456789012:user/root"}"#)), &accounts, "NotAllowedTo"),
            (both, &Sharing::Public, "NotAllowed"),
            (only, &accounts, "NotAllowedTo"),
        ] {
            let judged = format!("{:?}", judged_as(&statements, sharing).unwrap_err());
            assert_eq!(judged.split('(').next(), Some(expected), "{statements}");
        }
    }

    #[test]
    fn nonsense_is_not_public_and_does_no_harm() {
        assert_eq!(check(None, &Sharing::Public), Err(NotShared::NoPolicy));
        let deep = "[".repeat(100_000);
        for text in ["", "null", "[]", "{}", "{", "\"*\"", r#"{"Statement":null}"#, r#"{"Statement":"*"}"#, &deep, "\u{0}"] {
            assert!(matches!(check(Some(text), &Sharing::Public), Err(NotShared::Unreadable(_))), "{}", &text[..text.len().min(20)]);
        }
        for statements in ["[]", "[null]", "[[]]", "[1,2]", r#"["*"]"#] {
            assert!(judged(statements).is_err(), "{statements}");
        }
    }
}
