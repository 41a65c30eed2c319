//! What roles.yaml trusts, and what to do when a token is not let in.

use super::claims::GITHUB_ISSUER;
use super::{AccountId, Claims, Condition, Fit, Partition, TrustStatement};

/// Whom a role of pipeline/aws/roles.yaml, or of site.yaml, trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// The repository's owner, with its capitals.
    pub owner: String,
    /// The owner's number at GitHub, which stays when the name changes.
    pub owner_id: String,
    /// The repository's name, with its capitals.
    pub repository: String,
    /// The repository's number at GitHub, which stays when the name changes.
    pub repository_id: String,
    /// The environment of the role.
    pub environment: String,
    /// The only branch whose jobs are let in, as `refs/heads/main`.
    pub git_ref: String,
    /// Where the role is.
    pub partition: Partition,
    /// The account that the role belongs to.
    pub account: AccountId,
}

impl Trusted {
    /// Both forms of `sub`: by names, and by names and numbers.
    pub fn subjects(&self) -> [String; 2] {
        let Self { owner, owner_id, repository, repository_id, environment, .. } = self;
        [
            format!("repo:{owner}/{repository}:environment:{environment}"),
            format!("repo:{owner}@{owner_id}/{repository}@{repository_id}:environment:{environment}"),
        ]
    }

    /// What the template makes of it. A test holds the two together.
    pub fn statement(&self) -> TrustStatement {
        let equals = |claim: &str, wanted: Vec<String>| Condition { operator: "StringEquals".to_owned(), key: format!("{GITHUB_ISSUER}:{claim}"), wanted };
        TrustStatement {
            allows: true,
            about_tokens: true,
            providers: vec![format!("arn:{}:iam::{}:oidc-provider/{GITHUB_ISSUER}", self.partition, self.account)],
            conditions: vec![
                equals("aud", vec![self.partition.audience().to_owned()]),
                equals("repository_id", vec![self.repository_id.clone()]),
                equals("environment", vec![self.environment.clone()]),
                equals("ref", vec![self.git_ref.clone()]),
                equals("sub", self.subjects().to_vec()),
            ],
        }
    }
}

/// What to do about a condition that does not hold; or about one that holds of more than is meant.
pub fn advice(condition: &Condition, claims: &Claims) -> Option<String> {
    let claim = condition.claim()?;
    if condition.fit(claims) != Fit::Fails {
        return condition.lets_in_without().then(|| format!("`{}` holds of tokens without `{claim}` too: use `StringEquals`", condition.operator));
    }
    let found = claims.get(claim);
    let wanted = condition.wanted.join("` or `");
    Some(match (claim, found) {
        ("aud", _) => format!(
            "the token is for another audience: let the condition on `aud`, and the client ids of the account's identity provider, have `{}`",
            found.unwrap_or("the one that is asked for")
        ),
        ("environment", None) => no_environment(&wanted),
        ("environment", Some(found)) => other_environment(found, &wanted),
        ("ref", _) => format!(
            "the role is for `{wanted}`, and this run is of `{}`: run it from there, or deploy the roles with another `GitHubRef`",
            found.unwrap_or("no branch")
        ),
        ("repository_id", Some(found)) => format!("the role is for another repository: deploy the roles with `GitHubRepositoryId={found}`"),
        ("repository_owner_id", Some(found)) => format!("the role is for another owner: deploy the roles with `GitHubOwnerId={found}`"),
        ("sub", Some(found)) => about_subject(found, &condition.wanted),
        (_, None) => format!("the token has no `{claim}`: mend the policy, or give the job what makes GitHub say it"),
        (_, Some(found)) => format!("the policy wants `{wanted}` and the token says `{found}`: deploy the roles for this repository"),
    })
}

fn no_environment(wanted: &str) -> String {
    format!("the job has no environment: give it `environment: {wanted}`")
}

fn other_environment(found: &str, wanted: &str) -> String {
    format!("the job's environment is `{found}` and the role is that of `{wanted}`: is `AWS_ROLE_ARN` of `{found}` the ARN of its own role?")
}

/// `repo:OWNER/NAME:CONTEXT`, or the same with numbers.
fn about_subject(found: &str, wanted: &[String]) -> String {
    let parts = |subject: &str| {
        let (repository, context) = subject.strip_prefix("repo:")?.split_once(':')?;
        Some((repository.to_owned(), context.to_owned()))
    };
    let Some((repository, context)) = parts(found) else {
        return format!("`sub` of this repository begins in a way of its own, `{found}`: put it into the policy as it is");
    };
    let is_of_same = |candidate: &String| parts(candidate).is_some_and(|(other, _)| other == repository);
    if let Some((_, other)) = wanted.iter().find(|wanted| is_of_same(wanted)).and_then(|wanted| parts(wanted)) {
        return match (context.strip_prefix("environment:"), other.strip_prefix("environment:")) {
            (None, Some(other)) => no_environment(other),
            (Some(context), Some(other)) => other_environment(context, other),
            (_, None) => format!("the role is for `{other}`, and this job is `{context}`: deploy the roles of pipeline/aws"),
        };
    }
    if wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(found)) {
        return format!("capitals count: deploy the roles with the names as GitHub writes them, `{repository}`");
    }
    let names = |repository: &str| repository.split('/').map(|part| part.split('@').next().unwrap_or_default().to_owned()).collect::<Vec<_>>().join("/");
    let forms: Vec<bool> = wanted
        .iter()
        .filter_map(|wanted| parts(wanted))
        .filter(|(other, _)| names(other) == names(&repository))
        .map(|(other, _)| other.contains('@'))
        .collect();
    if !forms.is_empty() && !forms.contains(&repository.contains('@')) {
        let form = if repository.contains('@') { "names and numbers" } else { "names alone" };
        return format!(
            "GitHub writes `sub` of this repository with {form}, `repo:{repository}:…`, and the policy knows the other form alone: deploy pipeline/aws/roles.yaml, which takes both"
        );
    }
    format!("the role is for another repository, or this one was renamed since: deploy the roles with the names and numbers of `{repository}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> Trusted {
        Trusted {
            owner: "Octo".to_owned(),
            owner_id: "1".to_owned(),
            repository: "layers".to_owned(),
            repository_id: "2".to_owned(),
            environment: "aws-publish".to_owned(),
            git_ref: "refs/heads/main".to_owned(),
            partition: Partition::Aws,
            account: "123456789012".parse().expect("an account"),
        }
    }

    fn usual() -> Vec<(&'static str, &'static str)> {
        vec![
            ("aud", "sts.amazonaws.com"),
            ("sub", "repo:Octo/layers:environment:aws-publish"),
            ("environment", "aws-publish"),
            ("ref", "refs/heads/main"),
            ("repository_id", "2"),
        ]
    }

    /// All advice about a token that differs from the usual one in these claims; an empty one is not there.
    fn told(changed: &[(&'static str, &'static str)], statement: &TrustStatement) -> Vec<String> {
        let mut claims = usual();
        for (name, value) in changed {
            claims.retain(|(known, _)| known != name);
            claims.push((*name, *value));
        }
        let claims = Claims::new(claims.into_iter().filter(|(_, value)| !value.is_empty()));
        statement.conditions.iter().filter_map(|condition| advice(condition, &claims)).collect()
    }

    #[test]
    fn each_way_of_being_refused_has_its_own_advice() {
        let template = trusted().statement();
        assert_eq!(told(&[], &template), Vec::<String>::new());
        assert_eq!(told(&[("sub", "repo:Octo@1/layers@2:environment:aws-publish")], &template), Vec::<String>::new());
        for (changed, words) in [
            (
                &[("environment", ""), ("sub", "repo:Octo/layers:ref:refs/heads/main")][..],
                &["the job has no environment: give it `environment: aws-publish`"; 2][..],
            ),
            (
                &[("environment", "aws-audit"), ("sub", "repo:Octo/layers:environment:aws-audit")],
                &["the job's environment is `aws-audit` and the role is that of `aws-publish`"; 2],
            ),
            (&[("ref", "refs/heads/x")], &["the role is for `refs/heads/main`, and this run is of `refs/heads/x`"]),
            (&[("ref", "")], &["this run is of `no branch`"]),
            (&[("repository_id", "3")], &["the role is for another repository: deploy the roles with `GitHubRepositoryId=3`"]),
            (&[("aud", "sts.amazonaws.com.cn")], &["the token is for another audience"]),
            (&[("sub", "repo:octo/layers:environment:aws-publish")], &["capitals count: deploy the roles with the names as GitHub writes them, `octo/layers`"]),
            (&[("sub", "repo:Octo/other:environment:aws-publish")], &["the role is for another repository, or this one was renamed since"]),
            (&[("sub", "repo:Octo@1/layers@9:environment:aws-publish")], &["the role is for another repository, or this one was renamed since"]),
            (&[("sub", "workflow:x")], &["`sub` of this repository begins in a way of its own, `workflow:x`"]),
            (&[("sub", "")], &["the token has no `sub`"]),
        ] {
            let told = told(changed, &template);
            assert!(
                told.len() == words.len() && told.iter().zip(words).all(|(told, words)| told.starts_with(words) || told.contains(words)),
                "{changed:?}: {told:?}"
            );
        }
    }

    #[test]
    fn a_policy_of_before_the_numbers_is_known() {
        let mut old = trusted().statement();
        old.conditions.retain(|condition| condition.claim() == Some("sub"));
        old.conditions[0].wanted.pop();
        let told = told(&[("sub", "repo:Octo@1/layers@2:environment:aws-publish")], &old);
        assert!(told.len() == 1 && told[0].contains("with names and numbers") && told[0].contains("knows the other form alone"), "{told:?}");
        old.conditions[0].operator = "StringLike".to_owned();
        old.conditions[0].wanted = vec!["repo:Octo/layers:*".to_owned()];
        assert!(self::told(&[("sub", "repo:Octo@1/layers@2:environment:aws-publish")], &old)[0].contains("knows the other form alone"));
        assert!(self::told(&[], &old).is_empty());
        old.conditions[0].operator = "ForAllValues:StringLike".to_owned();
        assert!(self::told(&[], &old)[0].contains("holds of tokens without `sub` too"));
    }
}
