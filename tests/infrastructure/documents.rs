//! The documents of the three roles, whole: whoever widens one has to widen it here too.

use klayers::domain::{Trusted, trust_policy};
use serde_json::{Value, json};

use crate::python::{ROLES, script, try_script};

const ACCOUNT: &str = "000000000000";
const PARTITIONS: [(&str, &str); 3] = [("aws", "sts.amazonaws.com"), ("aws-cn", "sts.amazonaws.com.cn"), ("aws-us-gov", "sts.amazonaws.com")];
const REPOSITORY: [&str; 4] = ["GitHubOwner=Octo", "GitHubOwnerId=583231", "GitHubRepository=layers", "GitHubRepositoryId=1296269"];

#[test]
fn the_publisher_publishes_and_takes_nothing_back() {
    for (partition, _) in PARTITIONS {
        let layers = json!([
            allow("PublishLayers", &["AddLayerVersionPermission", "GetLayerVersion", "GetLayerVersionPolicy", "PublishLayerVersion"], layers_of(partition)),
            allow("LookAround", &["GetAccountSettings", "ListLayerVersions"], json!("*")),
            deny("NeverTakeBack", &["iam:*", "lambda:Delete*", "lambda:Remove*"]),
        ]);
        assert_eq!(policies(&made(partition, &[]), "Publisher"), json!([policy("layers", &layers)]));

        let archives = format!("arn:{partition}:s3:::klayers-staging-*-{ACCOUNT}");
        let of_this_account = json!({ "StringEquals": { "aws:ResourceAccount": ACCOUNT } });
        let stage = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"];
        let staging = json!([
            { "Sid": "StageArchives", "Effect": "Allow", "Action": stage, "Resource": format!("{archives}/*"), "Condition": of_this_account },
            { "Sid": "TellAbsentFromForbidden", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": archives, "Condition": of_this_account },
        ]);
        let with_staging = made(partition, &["StagingBucketPrefix=klayers-staging"]);
        assert_eq!(policies(&with_staging, "Publisher"), json!([policy("layers", &layers), policy("staging", &staging)]));
    }
}

#[test]
fn the_expirer_deletes_and_does_not_publish() {
    for (partition, _) in PARTITIONS {
        let layers = json!([
            allow("DeleteLayers", &["DeleteLayerVersion", "GetLayerVersion"], layers_of(partition)),
            deny("NeverPublish", &["iam:*", "lambda:Add*", "lambda:Publish*", "lambda:Remove*"]),
        ]);
        let made = made(partition, &["StagingBucketPrefix=klayers-staging"]);
        assert_eq!(policies(&made, "Expirer"), json!([policy("layers", &layers)]));
    }
}

#[test]
fn the_auditor_changes_nothing() {
    for (partition, _) in PARTITIONS {
        let layers = json!([
            allow("ReadLayers", &["GetLayerVersion", "GetLayerVersionPolicy"], layers_of(partition)),
            allow("LookAround", &["GetAccountSettings", "ListLayers", "ListLayerVersions"], json!("*")),
            deny("NeverChange", &["iam:*", "lambda:Add*", "lambda:Delete*", "lambda:Publish*", "lambda:Remove*"]),
        ]);
        let made = made(partition, &["StagingBucketPrefix=klayers-staging"]);
        assert_eq!(policies(&made, "Auditor"), json!([policy("layers", &layers)]));
    }
}

#[test]
fn each_role_trusts_one_environment_of_one_branch_of_one_repository() {
    for (partition, audience) in PARTITIONS {
        let provider = format!("arn:{partition}:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com");
        let makes_provider = made(partition, &[]);
        let has_provider = made(partition, &[&format!("OidcProviderArn={provider}")]);
        assert_eq!(makes_provider["GitHub"], json!({ "Url": "https://token.actions.githubusercontent.com", "ClientIdList": [audience] }));
        assert_eq!(has_provider.get("GitHub"), None);
        for (role, environment) in [("Publisher", "aws-publish"), ("Expirer", "aws-expire"), ("Auditor", "aws-audit")] {
            assert_eq!(makes_provider[role]["AssumeRolePolicyDocument"], trust("<GitHub>", audience, environment));
            assert_eq!(has_provider[role]["AssumeRolePolicyDocument"], trust(&provider, audience, environment));
            assert_eq!((&makes_provider[role]["MaxSessionDuration"], &makes_provider[role]["Path"]), (&json!(3600), &json!("/")));
        }
    }
}

#[test]
fn every_parameter_reaches_every_role() {
    let others = ["PublishEnvironment=e1", "ExpireEnvironment=e2", "AuditEnvironment=e3", "GitHubRef=refs/heads/r", "LayerPrefix=L", "StagingBucketPrefix=b"];
    let more = ["RoleNamePrefix=n", "RolePath=/p/", "MaxSessionSeconds=7200"];
    let mut made = made("aws", &[&others[..], &more].concat());
    for (role, environment) in [("Publisher", "e1"), ("Expirer", "e2"), ("Auditor", "e3")] {
        made[role].as_object_mut().unwrap().remove("Description").unwrap();
        let text = made[role].to_string();
        let subject = format!("repo:Octo/layers:environment:{environment}");
        for words in [environment, &subject, "refs/heads/r", ":layer:L-*", "\"/p/\"", "\"7200\"", &format!("\"n-{}\"", role.to_lowercase())] {
            assert!(text.contains(words), "`{words}` is not in {role}: {text}");
        }
        let defaults = ["aws-publish", "aws-expire", "aws-audit", "refs/heads/main", "layers-", "Klayers", "3600"];
        assert!(!defaults.iter().any(|words| text.contains(words)), "{role} has a default: {text}");
    }
    assert!(made["Publisher"].to_string().contains(&format!("arn:aws:s3:::b-*-{ACCOUNT}/*")));
}

#[test]
fn no_parameter_takes_a_wildcard() {
    for name in ["GitHubOwner", "GitHubOwnerId", "GitHubRepository", "GitHubRepositoryId", "GitHubRef", "LayerPrefix", "StagingBucketPrefix"] {
        for value in ["*", "refs/heads/*"] {
            let argument = format!("{name}={value}");
            let said = try_script("template.py", &[&[ROLES, "aws"], &REPOSITORY[..], &[&argument]].concat()).unwrap_err();
            assert!(said.contains(&format!("{name} is refused: '{value}'")), "{said}");
        }
    }
}

#[test]
fn the_prefix_of_our_layers_is_one_that_the_template_takes() {
    let text = std::fs::read_to_string("pipeline/config/klayers.toml").unwrap();
    let settings: toml::Table = text.parse().unwrap();
    // A fork has another one, which it gives as a parameter.
    let prefix = settings["prefix"].as_str().unwrap();
    let of_publisher = policies(&made("aws", &[&format!("LayerPrefix={prefix}")]), "Publisher");
    assert_eq!(of_publisher[0]["PolicyDocument"]["Statement"][0]["Resource"][0], format!("arn:aws:lambda:*:{ACCOUNT}:layer:{prefix}-*"));
}

fn made(partition: &str, parameters: &[&str]) -> Value {
    script("template.py", &[&[ROLES, partition], &REPOSITORY[..], parameters].concat())
}

fn policies(made: &Value, role: &str) -> Value {
    made[role]["Policies"].clone()
}

fn policy(name: &str, statements: &Value) -> Value {
    json!({ "PolicyName": name, "PolicyDocument": { "Version": "2012-10-17", "Statement": statements } })
}

fn allow(sid: &str, actions: &[&str], resource: Value) -> Value {
    let actions: Vec<String> = actions.iter().map(|action| format!("lambda:{action}")).collect();
    json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource })
}

fn deny(sid: &str, actions: &[&str]) -> Value {
    json!({ "Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*" })
}

fn layers_of(partition: &str) -> Value {
    let layers = format!("arn:{partition}:lambda:*:{ACCOUNT}:layer:Klayers-*");
    json!([layers, format!("{layers}:*")])
}

fn trust(provider: &str, audience: &str, environment: &str) -> Value {
    let claim = |name: &str| format!("token.actions.githubusercontent.com:{name}");
    let subjects = [format!("repo:Octo/layers:environment:{environment}"), format!("repo:Octo@583231/layers@1296269:environment:{environment}")];
    let all = json!({
        claim("aud"): audience,
        claim("repository_id"): "1296269",
        claim("environment"): environment,
        claim("ref"): "refs/heads/main",
        claim("sub"): subjects,
    });
    let statement = json!({
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": { "Federated": provider },
        "Condition": { "StringEquals": all },
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

#[test]
fn doctor_expects_the_trust_that_the_template_makes() {
    for (partition, _) in PARTITIONS {
        let provider = format!("arn:{partition}:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com");
        let made = made(partition, &[&format!("OidcProviderArn={provider}")]);
        for (role, environment) in [("Publisher", "aws-publish"), ("Expirer", "aws-expire"), ("Auditor", "aws-audit")] {
            let trusted = Trusted {
                owner: "Octo".to_owned(),
                owner_id: "583231".to_owned(),
                repository: "layers".to_owned(),
                repository_id: "1296269".to_owned(),
                environment: environment.to_owned(),
                git_ref: "refs/heads/main".to_owned(),
                partition: partition.parse().unwrap(),
                account: ACCOUNT.parse().unwrap(),
            };
            let mut of_template = trust_policy(&made[role]["AssumeRolePolicyDocument"].to_string()).unwrap();
            let mut expected = trusted.statement();
            for statement in of_template.iter_mut().chain([&mut expected]) {
                statement.conditions.sort_by(|one, other| one.key.cmp(&other.key));
            }
            assert_eq!(of_template, [expected]);
        }
    }
}
