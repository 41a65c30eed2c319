//! `klayers doctor --github`: which settings are missing, and why a job is not let in at AWS.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod aws;
mod common;
#[path = "doctor/github_stub.rs"]
mod github_stub;
#[path = "login/mod.rs"]
mod login;
#[allow(dead_code, reason = "shared with tests that need more of it")]
#[path = "infrastructure/python.rs"]
mod python;

use aws::Emulator;
use common::{Ran, World};
use github_stub::{GitHubStub, TOKEN};
use login::{BEARER, SIGNATURE, TokenEndpoint, claims_of};
use python::{ROLES, script};
use serde_json::{Value, json};

const PUBLISHER: &str = "arn:aws:iam::000000000000:role/klayers-publisher";

fn doctor(world: &World, variables: &[(&str, String)], more: &[&str]) -> Ran {
    let mut command = world.command(&[&["doctor", "--github"], more].concat());
    command.env("GITHUB_REPOSITORY", "octo/layers").env("AWS_EC2_METADATA_DISABLED", "true");
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ran = Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) };
    for secret in [BEARER, SIGNATURE, TOKEN] {
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(secret), "a secret was printed: {ran:?}");
    }
    ran
}

/// With a token for GitHub. The repository is asked for as the environment writes it, with its real capitals in the answer.
fn with_token(stub: &GitHubStub) -> Vec<(&'static str, String)> {
    vec![("GH_TOKEN", TOKEN.to_owned()), ("GITHUB_API_URL", stub.url()), ("GITHUB_REPOSITORY", "Octo/layers".to_owned())]
}

/// As a job with this role, of the repository that the roles of the emulator are for.
fn job(emulator_url: &str, tokens: &TokenEndpoint, role: &str) -> Vec<(&'static str, String)> {
    let mut variables = tokens.variables().to_vec();
    variables.extend([("AWS_ENDPOINT_URL", emulator_url.to_owned()), ("AWS_ROLE_ARN", role.to_owned()), ("GITHUB_REPOSITORY", "Octo/layers".to_owned())]);
    variables.extend([("GITHUB_REPOSITORY_ID", "1296269".to_owned()), ("GITHUB_REPOSITORY_OWNER_ID", "583231".to_owned())]);
    variables
}

#[test]
fn a_repository_that_has_all_is_told_so() {
    let (world, stub) = (World::new(&[]), GitHubStub::well());
    let well = doctor(&world, &with_token(&stub), &[]).exits(0);
    for line in [
        "ok      repository               `Octo/layers`, number 1296269, owner's number 583231\n",
        "ok      aws-publish              `main` alone may use it\n",
        "ok      aws-audit AWS_ROLE_ARN   `arn:aws:iam::000000000000:role/klayers-auditor`\n",
        "ok      pages                    takes `https://octo.github.io/layers/` from a workflow\n",
        "  environment `aws-publish`, ref `refs/heads/main`, repository_id `1296269`\n    sub `repo:Octo/layers:environment:aws-publish`\n",
        "    sub `repo:Octo@583231/layers@1296269:environment:aws-expire`\n",
    ] {
        assert!(well.stdout.contains(line), "`{line}` is not in:\n{}", well.stdout);
    }
    assert!(!well.stdout.contains("MISSING"), "{}", well.stdout);
}

#[test]
fn each_setting_that_is_missing_is_named_with_what_mends_it() {
    let world = World::new(&[]);
    world.add_settings("[publish]\naccounts = { aws = \"123456789012\" }\n[site]\naddress = \"https://layers.example/\"\n");
    let cases: [(&str, u16, Value, &str); 15] = [
        ("actions/permissions", 200, json!({ "enabled": false }), "MISSING actions "),
        ("actions/permissions", 200, json!({ "enabled": true, "allowed_actions": "local_only" }), "actions of GitHub are not allowed"),
        ("actions/permissions/workflow", 200, json!({ "default_workflow_permissions": "write" }), "absent  tokens "),
        ("actions/workflows", 200, json!({ "workflows": [{ "path": ".github/workflows/daily.yml", "state": "disabled_fork" }] }), "is off: disabled_fork"),
        ("actions/workflows", 200, json!({ "workflows": [] }), "is not on the default branch"),
        ("environments/aws-expire", 404, json!({}), "MISSING aws-expire               there is none"),
        ("environments/aws-audit", 200, json!({ "deployment_branch_policy": null }), "MISSING aws-audit                any branch may use it"),
        ("environments/aws-audit/deployment-branch-policies", 200, json!({ "branch_policies": [{ "name": "*" }] }), "it is for *"),
        ("environments/aws-audit/variables/AWS_ROLE_ARN", 200, json!({ "value": "klayers-auditor" }), "`klayers-auditor` is not the ARN of a role"),
        ("private-vulnerability-reporting", 200, json!({ "enabled": false }), "absent  reports "),
        ("private-vulnerability-reporting", 422, json!({ "message": "Not public" }), "unseen  reports "),
        ("pages", 404, json!({}), "MISSING pages "),
        ("pages", 200, json!({ "build_type": "legacy" }), "takes the site from a branch"),
        ("actions/variables/KLAYERS_SITE_TARGET", 200, json!({ "value": "s3://bucket" }), "MISSING site-s3 "),
        ("rules/branches/main", 200, json!([{ "type": "pull_request" }]), "absent  main "),
    ];
    for (path, status, value, words) in cases {
        let stub = GitHubStub::well();
        stub.answer(path, status, value);
        let ran = doctor(&world, &with_token(&stub), &[]);
        assert!(ran.stdout.contains(words), "{path}: `{words}` is not in:\n{}", ran.stdout);
    }
    let (stub, variables) = (GitHubStub::well(), |stub: &GitHubStub| [with_token(stub), vec![("KLAYERS_PAGES", "off".to_owned())]].concat());
    stub.answer("pages", 404, json!({}));
    assert!(!doctor(&world, &variables(&stub), &[]).stdout.contains(" pages "), "the site is elsewhere");
    // What it says of the account and the address holds for all of them.
    let ran = doctor(&world, &with_token(&GitHubStub::well()), &[]).exits(1);
    assert!(ran.stdout.contains("is of another account than `accounts` in `klayers.toml` names, which is 123456789012"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("serves `https://octo.github.io/layers/`, and `[site] address` in `klayers.toml` is `https://layers.example/`"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_the_token_may_not_see_is_not_called_missing() {
    let (world, stub) = (World::new(&[]), GitHubStub::well());
    for below in ["actions/permissions", "environments", "pages", "rules"] {
        stub.hide(below);
    }
    let ran = doctor(&world, &with_token(&stub), &[]).exits(0);
    assert!(
        ran.stdout.contains("unseen  aws-publish ") && ran.stdout.contains("Resource not accessible by integration: the token may not see it"),
        "{}",
        ran.stdout
    );
    // Without any token nothing is asked.
    let ran = doctor(&world, &[], &[]).exits(0);
    assert!(ran.stdout.contains("unseen  octo/layers neither `GITHUB_TOKEN` nor `GH_TOKEN` is set"), "{}", ran.stdout);
    assert!(ran.stdout.contains("sub `repo:octo@OWNER-ID/layers@REPOSITORY-ID:environment:site-s3`"), "{}", ran.stdout);
    let wrong = [("GITHUB_TOKEN", "ghs_other".to_owned()), ("GITHUB_API_URL", stub.url())];
    let ran = doctor(&world, &wrong, &[]).exits(0);
    assert!(ran.stdout.contains("unseen  octo/layers") && ran.stdout.contains("401"), "{}", ran.stdout);
}

#[test]
fn a_job_that_is_let_in_is_told_so_and_one_that_is_not_why() {
    let (world, emulator) = (World::new(&[]), Emulator::ministack_with_auth());
    script("roles.py", &["credentials", &emulator.url(), ROLES]);
    let tokens = TokenEndpoint::with(claims_of("aws-publish"));
    let of_publisher = job(&emulator.url(), &tokens, PUBLISHER);
    doctor(&world, &of_publisher, &[])
        .exits(0)
        .prints(&format!("ok      login      AWS lets this job in as `{PUBLISHER}`"))
        .prints("  sub                  `repo:Octo/layers:environment:aws-publish`\n");

    // The publisher's role in a job of another environment.
    tokens.set_claims(claims_of("aws-audit"));
    doctor(&world, &of_publisher, &[])
        .exits(1)
        .prints(&format!("MISSING login      AWS does not let this job have `{PUBLISHER}`: AccessDenied"))
        .prints("the trust policy that pipeline/aws makes (the real one may be another), statement 1, lets in:\n  fits    provider ")
        .prints("  WRONG   environment     StringEquals   wants `aws-publish`, the token has `aws-audit`\n")
        .prints("  fits    repository_id   StringEquals   wants `1296269`\n")
        .prints("help: the job's environment is `aws-audit` and the role is that of `aws-publish`: is `AWS_ROLE_ARN` of `aws-audit` the ARN of its own role?");

    // No environment at all, from a branch.
    let mut claims = claims_of("x");
    claims["sub"] = json!("repo:Octo/layers:ref:refs/heads/try");
    claims["ref"] = json!("refs/heads/try");
    claims.as_object_mut().unwrap().remove("environment");
    tokens.set_claims(claims);
    doctor(&world, &of_publisher, &[])
        .exits(1)
        .prints("  environment          (none)\n")
        .prints("the token has none")
        .prints("help: the job has no environment: give it `environment: aws-publish`\n")
        .prints("help: the role is for `refs/heads/main`, and this run is of `refs/heads/try`");
}

#[test]
fn the_real_policy_is_held_against_the_token() {
    let (world, emulator) = (World::new(&[]), Emulator::ministack_with_auth());
    script("roles.py", &["credentials", &emulator.url(), ROLES]);
    let mut claims = claims_of("aws-publish");
    claims["sub"] = json!("repo:Octo@583231/other@7:environment:aws-publish");
    let tokens = TokenEndpoint::with(claims);
    let variables = job(&emulator.url(), &tokens, PUBLISHER);
    let policy = |subject: &str, account: &str| {
        let key = "token.actions.githubusercontent.com:sub";
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": { "Federated": format!("arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com") },
            "Condition": { "StringLike": { key: subject }, "Bool": { "aws:SecureTransport": "true" } },
        }] })
    };
    for (subject, account, words) in [
        ("repo:Octo/other:*", "000000000000", "with names and numbers, `repo:Octo@583231/other@7:…`, and the policy knows the other form alone"),
        ("repo:Octo/layers:*", "000000000000", "this one was renamed since"),
        ("repo:Octo*", "111111111111", "is of another account than the role, which is of 000000000000"),
        ("repo:Octo*", "000000000000", "help: the policy lets this token in: is the account's identity provider there"),
    ] {
        world.write("trust.json", &policy(subject, account).to_string());
        let ran = doctor(&world, &variables, &["--trust-policy", "trust.json"]).exits(1).prints(words);
        assert!(ran.stdout.contains("  unknown aws:SecureTransport Bool           wants `true`, which is not about the token\n"), "{}", ran.stdout);
    }
    world.write("trust.json", r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]}"#);
    doctor(&world, &variables, &["--trust-policy", "trust.json"]).exits(1).prints("help: no statement lets in tokens of GitHub");
    world.write("trust.json", "{}");
    doctor(&world, &variables, &["--trust-policy", "trust.json"]).exits(2).says("this is not a trust policy");

    // Before there is a job, the policy tells which tokens it will let in.
    world.write("trust.json", &policy("repo:octo/layers:environment:aws-*", "000000000000").to_string().replace("Bool", "BoolIfExists"));
    let plain = world
        .read("trust.json")
        .replace(",\"BoolIfExists\":{\"aws:SecureTransport\":\"true\"}", "")
        .replace("\"BoolIfExists\":{\"aws:SecureTransport\":\"true\"},", "");
    world.write("trust.json", &plain);
    let ran =
        doctor(&world, &[("GITHUB_REPOSITORY_ID", "2".to_owned()), ("GITHUB_REPOSITORY_OWNER_ID", "1".to_owned())], &["--trust-policy", "trust.json"]).exits(0);
    assert!(ran.stdout.contains("sub `repo:octo/layers:environment:aws-publish`: the policy lets it in\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("sub `repo:octo@1/layers@2:environment:aws-publish`: the policy keeps it out\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("sub `repo:octo/layers:environment:site-s3`: the policy keeps it out\n"), "{}", ran.stdout);
}

#[test]
fn what_a_job_lacks_is_said() {
    let world = World::new(&[]);
    let tokens = TokenEndpoint::with(claims_of("aws-publish"));
    let lacking = |name: &str| {
        let variables = job("http://127.0.0.1:9", &tokens, PUBLISHER);
        variables.into_iter().map(|(known, value)| if known == name { (known, String::new()) } else { (known, value) }).collect::<Vec<_>>()
    };
    doctor(&world, &lacking("AWS_ROLE_ARN"), &[]).exits(1).prints("MISSING login      `AWS_ROLE_ARN` is empty");
    doctor(&world, &lacking("ACTIONS_ID_TOKEN_REQUEST_URL"), &[]).exits(1).prints("help: give the job `permissions: id-token: write`");
    let mut with_keys = lacking("");
    with_keys.push(("AWS_ACCESS_KEY_ID", "x".to_owned()));
    doctor(&world, &with_keys, &[]).exits(0).prints("unseen  login      `AWS_ACCESS_KEY_ID` is set and comes first");
    // AWS does not answer: the world's fault.
    doctor(&world, &lacking(""), &[]).exits(2).says("AWS does not answer when asked for");
}
