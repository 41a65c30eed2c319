//! Logging in to AWS as a job of GitHub Actions: a stub gives the tokens, an emulator that looks at them the credentials.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod aws;
mod common;
#[path = "login/mod.rs"]
mod login;
#[allow(dead_code, reason = "shared with tests that need more of it")]
#[path = "infrastructure/python.rs"]
mod python;

use aws::Emulator;
use common::{Index, Ran, Wheel, World};
use login::{BEARER, SIGNATURE, SpentCredentials, TokenEndpoint, claims_of};
use python::{ROLES, script};

const PUBLISHER: &str = "arn:aws:iam::000000000000:role/klayers-publisher";

/// An emulator that has the roles of the template.
fn with_roles() -> Emulator {
    let emulator = Emulator::ministack_with_auth();
    script("roles.py", &["credentials", &emulator.url(), ROLES]);
    emulator
}

fn built() -> World {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    world.run(&["plan", "-o", "plan.json"]).exits(0);
    world.run(&["build", "--plan", "plan.json", "-o", "dist"]).exits(0);
    world
}

/// Runs a command as a job that has a role and no other credentials.
fn as_job(world: &World, url: &str, tokens: &TokenEndpoint, role: &str, arguments: &[&str]) -> Ran {
    let mut command = world.command(arguments);
    command.env("AWS_ENDPOINT_URL", url).env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ROLE_ARN", role).env("GITHUB_RUN_ID", "4711");
    let output = command.envs(tokens.variables()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ran = Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) };
    for secret in [BEARER, SIGNATURE] {
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(secret), "a secret was printed: {ran:?}");
    }
    ran
}

#[test]
fn publish_logs_in_as_the_role_of_the_job() {
    let (emulator, world) = (with_roles(), built());
    let tokens = TokenEndpoint::with(claims_of("aws-publish"));
    let ran = as_job(&world, &emulator.url(), &tokens, PUBLISHER, &["-vv", "publish", "dist", "--account", "aws", "-o", "receipts.jsonl"]).exits(0);
    assert!(ran.stderr.contains("6 published, 0 found there, 0 open"), "{}", ran.stderr);
    assert_eq!(tokens.asked(), ["sts.amazonaws.com"], "one login serves all regions");
    // Who publishes cannot look at all layers; the auditor can.
    world.run(&["record", "receipts.jsonl"]).exits(0);
    tokens.set_claims(claims_of("aws-audit"));
    as_job(&world, &emulator.url(), &tokens, &PUBLISHER.replace("publisher", "auditor"), &["audit", "--account", "aws"]).exits(0);
}

#[test]
fn credentials_that_are_spent_are_taken_anew_with_a_new_token() {
    let (emulator, world) = (with_roles(), built());
    let proxy = SpentCredentials::of(&emulator.url());
    let tokens = TokenEndpoint::with(claims_of("aws-publish"));
    as_job(&world, &proxy.url(), &tokens, PUBLISHER, &["publish", "dist", "--account", "aws"]).exits(0).says("6 published").says("logged in again");
    assert!(tokens.asked().len() > 2, "{:?}", tokens.asked());
}

#[test]
fn a_refusal_tells_what_the_token_says_and_where_to_look() {
    let (emulator, world) = (with_roles(), built());
    let tokens = TokenEndpoint::with(claims_of("somewhere-else"));
    for arguments in
        [&["publish", "dist", "--account", "aws"][..], &["expire", "--account", "aws"], &["audit", "--account", "aws"], &["adopt", "--account", "aws"]]
    {
        as_job(&world, &emulator.url(), &tokens, PUBLISHER, arguments)
            .exits(2)
            .says("AWS does not let this job have `arn:aws:iam::000000000000:role/klayers-publisher`: AccessDenied")
            .says("sub `repo:Octo/layers:environment:somewhere-else`, aud `sts.amazonaws.com`, environment `somewhere-else`")
            .says("help: run `klayers doctor --github` in the same job");
    }
    world.write("_site/index.html", "x");
    world.write("_site/404.html", "x");
    as_job(&world, &emulator.url(), &tokens, PUBLISHER, &["deploy", "s3://bucket"]).exits(2).says("AWS does not let this job have");
    // In China GitHub is asked for another audience.
    let in_china = "arn:aws-cn:iam::000000000000:role/klayers-publisher";
    as_job(&world, &emulator.url(), &tokens, in_china, &["audit", "--account", "aws"]).exits(2).says("aud `sts.amazonaws.com.cn`");
}

#[test]
fn what_a_job_lacks_is_said_before_anything_is_asked() {
    let world = built();
    let publish = ["publish", "dist", "--account", "aws"];
    let without = |missing: &str| {
        let tokens = TokenEndpoint::with(claims_of("aws-publish"));
        let mut command = world.command(&publish);
        command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").env("AWS_ROLE_ARN", PUBLISHER).envs(tokens.variables()).env(missing, "");
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), tokens.asked().len()), (Some(2), 0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(without("AWS_ROLE_ARN").contains("`AWS_ROLE_ARN` is empty, and there are no other AWS credentials"));
    assert!(without("ACTIONS_ID_TOKEN_REQUEST_URL").contains("help: give the job `permissions: id-token: write`"));
    assert!(without("ACTIONS_ID_TOKEN_REQUEST_TOKEN").contains("`ACTIONS_ID_TOKEN_REQUEST_TOKEN` is not set"));
}
