//! A role's trust policy, and what of it a token meets.
//!
//! AWS says of a refusal that it is one, and no more. Here each condition is held against the claims, as AWS does it, so that
//! people see which one does not fit. Nothing is let in by this: it explains.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::claims::GITHUB_ISSUER;
use super::{Claims, Invalid, shown};

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// One statement of a trust policy, as far as it is about tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustStatement {
    /// Whether its effect is to allow; otherwise it denies.
    pub allows: bool,
    /// Whether it is about logging in with a token.
    pub about_tokens: bool,
    /// The identity providers that it names.
    pub providers: Vec<String>,
    /// What must hold, all of it.
    pub conditions: Vec<Condition>,
}

/// One line of a condition: a claim and what it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How the values are compared, as `StringEquals`.
    pub operator: String,
    /// What is compared, as `token.actions.githubusercontent.com:sub`.
    pub key: String,
    /// The values of which one has to fit.
    pub wanted: Vec<String>,
}

/// How a token meets a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The token meets it.
    Holds,
    /// The token does not meet it, and will not be let in by this statement.
    Fails,
    /// Only AWS can say: an operator or a key that is not about the token.
    Unknown,
}

/// The statements of a trust policy, as `aws iam get-role --query Role.AssumeRolePolicyDocument` prints it.
///
/// # Errors
/// When it is not a policy.
pub fn trust_policy(text: &str) -> Result<Vec<TrustStatement>, Invalid> {
    let refused = |reason: &str| Invalid(format!("this is not a trust policy: {}", shown(reason)));
    let document: Document = serde_json::from_str(text).map_err(|error| refused(&error.to_string()))?;
    document.statement.into_vec().into_iter().map(|statement| read(statement).map_err(|reason| refused(&reason))).collect()
}

impl Condition {
    /// The claim that the key names, when it is one of GitHub's tokens.
    pub fn claim(&self) -> Option<&str> {
        let (issuer, claim) = self.key.split_once(':')?;
        issuer.eq_ignore_ascii_case(GITHUB_ISSUER).then_some(claim)
    }

    /// Whether the claims meet it.
    pub fn fit(&self, claims: &Claims) -> Fit {
        let Some(claim) = self.claim() else { return Fit::Unknown };
        let found = claims.values(claim);
        let (quantifier, operator) = match self.operator.split_once(':') {
            Some((quantifier, operator)) => (Some(quantifier), operator),
            None => (None, self.operator.as_str()),
        };
        let (operator, if_exists) = operator.strip_suffix("IfExists").map_or((operator, false), |operator| (operator, true));
        if operator == "Null" {
            return fits(self.wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case("true") == found.is_empty()));
        }
        let Some((matches, is_negative)) = matcher(operator) else { return Fit::Unknown };
        if if_exists && found.is_empty() {
            return Fit::Holds;
        }
        let is_met = |value: &String| self.wanted.iter().any(|wanted| matches(wanted, value)) != is_negative;
        match quantifier {
            // True of no values at all: a token without the claim gets in.
            Some("ForAllValues") => fits(found.iter().all(is_met)),
            Some("ForAnyValue") => fits(found.iter().any(is_met)),
            Some(_) => Fit::Unknown,
            // What is absent is not equal to anything, and different from all.
            None if found.is_empty() => fits(is_negative),
            None => fits(found.iter().all(is_met)),
        }
    }

    /// Whether it holds of a token that lacks the claim, which is seldom meant.
    pub fn lets_in_without(&self) -> bool {
        self.operator.starts_with("ForAllValues:") || self.operator.ends_with("IfExists")
    }
}

impl TrustStatement {
    /// Whether it lets in tokens of GitHub, for whatever job.
    pub fn is_for_github(&self) -> bool {
        self.allows && self.about_tokens && self.providers.iter().any(|provider| provider.ends_with(&format!("oidc-provider/{GITHUB_ISSUER}")))
    }
}

fn fits(holds: bool) -> Fit {
    if holds { Fit::Holds } else { Fit::Fails }
}

type Matches = fn(&str, &str) -> bool;

/// How a text is held against a pattern, and whether the operator turns it around.
fn matcher(operator: &str) -> Option<(Matches, bool)> {
    let equal: Matches = |wanted, value| wanted == value;
    let equal_ignoring_case: Matches = |wanted, value| wanted.eq_ignore_ascii_case(value);
    Some(match operator {
        "StringEquals" => (equal, false),
        "StringNotEquals" => (equal, true),
        "StringEqualsIgnoreCase" => (equal_ignoring_case, false),
        "StringNotEqualsIgnoreCase" => (equal_ignoring_case, true),
        "StringLike" => (like, false),
        "StringNotLike" => (like, true),
        _ => return None,
    })
}

/// Whether a text is as a pattern, in which `*` stands for anything and `?` for one character.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut of) = (0, 0);
    // Where the last star was, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while of < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == text[of] => {
                at += 1;
                of += 1;
            }
            Some(_) | None => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                of = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|&left| left == '*')
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    statement: OneOrMany<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    #[serde(default)]
    action: OneOrMany<String>,
    #[serde(default)]
    principal: Value,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, OneOrMany<Value>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::Many(values) => values,
            Self::One(value) => vec![value],
        }
    }
}

fn read(statement: Statement) -> Result<TrustStatement, String> {
    let allows = match statement.effect.as_str() {
        "Allow" => true,
        "Deny" => false,
        other => return Err(format!("`Effect` is `{other}`")),
    };
    let about_tokens = statement.action.into_vec().iter().any(|action| like(&action.to_ascii_lowercase(), &ACTION.to_ascii_lowercase()));
    let providers = match &statement.principal {
        Value::Object(principals) => principals.get("Federated").map(texts).unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Vec::new(),
    };
    let conditions = statement.condition.into_iter().flat_map(|(operator, keys)| {
        keys.into_iter().map(move |(key, wanted)| Condition { operator: operator.clone(), key, wanted: wanted.into_vec().iter().flat_map(texts).collect() })
    });
    Ok(TrustStatement { allows, about_tokens, providers, conditions: conditions.collect() })
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![value.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_characters() {
        for (pattern, text, fits) in [
            ("repo:O/R:*", "repo:O/R:environment:x", true),
            ("repo:O/R:*", "repo:O@1/R@2:environment:x", false),
            ("repo:O*/R*:environment:?", "repo:O@1/R@2:environment:x", true),
            ("*", "", true),
            ("?", "", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-d", false),
            ("a", "A", false),
            ("é?", "éü", true),
        ] {
            assert_eq!(like(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_condition_holds_as_aws_holds_it() {
        use Fit::{Fails, Holds, Unknown};
        let claims = Claims::of_token("e30.eyJzdWIiOiJyZXBvOk8vUjpyZWY6bWFpbiIsIm1hbnkiOlsiYSIsImIiXX0.x").expect("a token");
        for (operator, claim, wanted, fit) in [
            ("StringEquals", "sub", &["x", "repo:O/R:ref:main"][..], Holds),
            ("StringEquals", "sub", &["repo:o/r:ref:main"], Fails),
            ("StringEqualsIgnoreCase", "sub", &["repo:o/r:ref:main"], Holds),
            ("StringEquals", "absent", &["x"], Fails),
            ("StringEqualsIfExists", "absent", &["x"], Holds),
            ("StringNotEquals", "absent", &["x"], Holds),
            ("StringNotEquals", "sub", &["repo:O/R:ref:main", "x"], Fails),
            ("StringLike", "sub", &["repo:O/*"], Holds),
            ("StringNotLike", "sub", &["repo:P/*", "repo:O/*"], Fails),
            ("ForAllValues:StringEquals", "absent", &["x"], Holds),
            ("ForAllValues:StringEquals", "many", &["a"], Fails),
            ("ForAllValues:StringEquals", "many", &["a", "b", "c"], Holds),
            ("ForAnyValue:StringEquals", "many", &["b"], Holds),
            ("ForAnyValue:StringEquals", "absent", &["b"], Fails),
            ("Null", "absent", &["true"], Holds),
            ("Null", "sub", &["true"], Fails),
            ("Null", "sub", &["false"], Holds),
            ("DateGreaterThan", "sub", &["x"], Unknown),
        ] {
            let wanted = wanted.iter().map(|wanted| (*wanted).to_owned()).collect();
            let condition = Condition { operator: operator.to_owned(), key: format!("{GITHUB_ISSUER}:{claim}"), wanted };
            assert_eq!(condition.fit(&claims), fit, "{condition:?}");
        }
        let of_others = Condition { operator: "StringEquals".to_owned(), key: "aws:SourceIp".to_owned(), wanted: vec!["x".to_owned()] };
        assert_eq!(of_others.fit(&claims), Unknown);
    }

    #[test]
    fn both_forms_of_a_policy_are_read() {
        let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["sts:TagSession", "sts:AssumeRoleWith*"],
            "Principal": {"Federated": ["arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"]},
            "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": ["a", "b"]}, "Bool": {"aws:x": true}}}}"#;
        let statements = trust_policy(text).expect("a policy");
        assert!(statements.len() == 1 && statements[0].is_for_github(), "{statements:?}");
        let conditions: Vec<(&str, Option<&str>, usize)> =
            statements[0].conditions.iter().map(|condition| (condition.operator.as_str(), condition.claim(), condition.wanted.len())).collect();
        assert_eq!(conditions, [("Bool", None, 1), ("StringLike", Some("sub"), 2)]);
        let other = r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}"#;
        assert!(!trust_policy(other).expect("a policy")[0].is_for_github());
        for text in ["", "[]", "{}", r#"{"Statement": [{"Effect": "Maybe"}]}"#] {
            assert!(trust_policy(text).is_err(), "{text}");
        }
    }
}
