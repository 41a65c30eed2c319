//! Reads the policy of a layer version as a stranger's request would meet it.
//!
//! Grants to one organisation also name `*` as their principal and restrict it in a `Condition`, so
//! looking for a `*` is not enough. Anything that is not clearly public is not public.

use serde_json::Value;

/// The action that a layer version's policy is about.
pub const ACTION: &str = "lambda:GetLayerVersion";

/// Why a stranger may not use a layer version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPublic {
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
}

/// Judges the JSON text of a policy.
///
/// # Errors
/// The reason for which it is not public.
pub fn check_public(policy: Option<&str>) -> Result<(), NotPublic> {
    let text = policy.ok_or(NotPublic::NoPolicy)?;
    let policy: Value = serde_json::from_str(text).map_err(|error| NotPublic::Unreadable(error.to_string()))?;
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement @ Value::Object(_)) => vec![statement],
        Some(_) | None => return Err(NotPublic::Unreadable("it has no statements".to_owned())),
    };
    if statements.iter().any(|statement| denies_strangers(statement)) {
        return Err(NotPublic::Denied);
    }
    if statements.iter().any(|statement| allows_everybody(statement)) { Ok(()) } else { Err(NotPublic::NotAllowed) }
}

fn allows_everybody(statement: &Value) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some("Allow")
        && texts(statement.get("Action")).any(|action| action.eq_ignore_ascii_case(ACTION))
        && is_everybody(statement.get("Principal"))
        && statement.get("Condition").is_none()
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

    fn judged(statements: &str) -> Result<(), NotPublic> {
        check_public(Some(&format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":{statements}}}"#)))
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
            assert_eq!(judged(&format!("[{ALLOW},{deny}]")), Err(NotPublic::Denied), "{deny}");
        }
    }

    #[test]
    fn nonsense_is_not_public_and_does_no_harm() {
        assert_eq!(check_public(None), Err(NotPublic::NoPolicy));
        let deep = "[".repeat(100_000);
        for text in ["", "null", "[]", "{}", "{", "\"*\"", r#"{"Statement":null}"#, r#"{"Statement":"*"}"#, &deep, "\u{0}"] {
            assert!(matches!(check_public(Some(text)), Err(NotPublic::Unreadable(_))), "{}", &text[..text.len().min(20)]);
        }
        for statements in ["[]", "[null]", "[[]]", "[1,2]", r#"["*"]"#] {
            assert!(judged(statements).is_err(), "{statements}");
        }
    }
}
