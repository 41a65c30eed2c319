//! A token held against a trust policy, condition by condition, in words.

use crate::domain::{AccountId, Claims, Condition, Fit, TrustStatement, advice};

/// The policy that a token is held against.
pub enum Held {
    /// The role's own.
    Real(Vec<TrustStatement>),
    /// What the template makes.
    Expected(TrustStatement),
}

/// Why a token was refused: a table of conditions, then what to do.
pub fn explain(held: &Held, claims: &Claims, account: &AccountId, role: &str) -> Vec<String> {
    let (statements, about) = match held {
        Held::Real(statements) => (statements.as_slice(), "the trust policy of the role".to_owned()),
        Held::Expected(statement) => (std::slice::from_ref(statement), "the trust policy that pipeline/aws makes (the real one may be another)".to_owned()),
    };
    let mut lines = Vec::new();
    let mut help = Vec::new();
    for (number, statement) in (1..).zip(statements) {
        if !statement.about_tokens {
            continue;
        }
        lines.push(format!("{about}, statement {number}, {}:", if statement.allows { "lets in" } else { "keeps out" }));
        lines.extend(statement.providers.iter().map(|provider| row(Fit::Holds, "provider", "Federated", &format!("`{provider}`"))));
        let of_another = |provider: &&String| provider.contains(":oidc-provider/") && !provider.contains(&format!(":{account}:"));
        help.extend(
            statement.providers.iter().filter(of_another).map(|provider| {
                format!("`{provider}` is of another account than the role, which is of {account}: name the provider of the role's own account")
            }),
        );
        lines.extend(statement.conditions.iter().map(|condition| condition_row(condition, claims)));
        if statement.allows {
            help.extend(statement.conditions.iter().filter_map(|condition| advice(condition, claims)));
        } else if all_hold(statement, claims) {
            help.push(format!("statement {number} keeps this job out, whatever the others say"));
        }
    }
    if !statements.iter().any(TrustStatement::is_for_github) {
        help.push("no statement lets in tokens of GitHub: deploy pipeline/aws/roles.yaml, or name its provider as `Principal`".to_owned());
    }
    help.dedup();
    if help.is_empty() {
        help.push(match held {
            Held::Real(_) => "the policy lets this token in: is the account's identity provider there, with this audience among its client ids? A policy that was just changed takes a minute".to_owned(),
            Held::Expected(_) => format!(
                "the template would let this token in: is the role there, and the ARN right? Its real policy tells more: aws iam get-role --role-name {role} --query Role.AssumeRolePolicyDocument > trust.json, then --trust-policy trust.json"
            ),
        });
    }
    lines.into_iter().chain(help.into_iter().map(|line| format!("help: {line}"))).collect()
}

/// Whether a policy lets a token in, as far as it is about the token.
pub fn lets_in(statements: &[TrustStatement], claims: &Claims) -> bool {
    let keeps_out = statements.iter().any(|statement| !statement.allows && statement.about_tokens && all_hold(statement, claims));
    !keeps_out && statements.iter().any(|statement| statement.is_for_github() && all_hold(statement, claims))
}

fn all_hold(statement: &TrustStatement, claims: &Claims) -> bool {
    statement.conditions.iter().all(|condition| condition.fit(claims) == Fit::Holds)
}

fn condition_row(condition: &Condition, claims: &Claims) -> String {
    let wanted = format!("`{}`", condition.wanted.join("` or `"));
    let fit = condition.fit(claims);
    let (what, said) = match condition.claim() {
        None => (condition.key.as_str(), format!("wants {wanted}, which is not about the token")),
        Some(claim) => match (fit, claims.values(claim)) {
            (Fit::Holds, _) => (claim, format!("wants {wanted}")),
            (_, []) => (claim, format!("wants {wanted}, the token has none")),
            (_, found) => (claim, format!("wants {wanted}, the token has `{}`", found.join("`, `"))),
        },
    };
    row(fit, what, &condition.operator, &said)
}

fn row(fit: Fit, what: &str, operator: &str, said: &str) -> String {
    let mark = match fit {
        Fit::Holds => "fits   ",
        Fit::Fails => "WRONG  ",
        Fit::Unknown => "unknown",
    };
    format!("  {mark} {what:<15} {operator:<14} {}", crate::report::printable(said))
}
