//! Every call that we make of GitHub's API is one that its own description allows, and its examples are understood.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "github/description.rs"]
mod description;
#[path = "github/mod.rs"]
mod github;
#[path = "github/prism.rs"]
mod prism;

use std::collections::{BTreeMap, BTreeSet};

use github::calls::{CALLS, call};
use github::client::{TOKEN, client, client_of};
use github::{Canned, Comment, File, Pull, Run, State, Stub, User};
use klayers::github::{ByHead, CommitState, GitHub, GitHubError, Head, Permission, Raised, Rolling, Seen, Settled, Upserted};
use prism::Prism;
use reqwest::Method;
use serde_json::{Value, json};

const MARKER: &str = "<!-- klayers:packages -->";
const ROLLING: Rolling<'static> = Rolling { marker: "<!-- klayers:incident -->", label: "incident: klayers", title: "It failed" };

/// A pull request with two pages of files and of comments.
fn state() -> State {
    let file = |at: usize| File { filename: format!("f{at}"), status: "modified".to_owned(), previous_filename: None };
    let pull = Pull {
        number: 7,
        state: "open".to_owned(),
        head_sha: "a".repeat(40),
        head_owner: "somebody".to_owned(),
        head_branch: "feature/ü".to_owned(),
        base_repository: "owner/layers".to_owned(),
        files: (0..150).map(file).collect(),
        commits: vec!["b".repeat(40)],
    };
    let comment = |id: u64| Comment { id, issue: 7, body: "talk".to_owned(), user: User::person("somebody") };
    State {
        pulls: vec![pull],
        comments: (1000..1150).map(comment).collect(),
        runs: vec![Run { workflow: "publish.yml".to_owned(), event: "schedule".to_owned(), status: "queued".to_owned() }],
        permissions: [("somebody".to_owned(), "write".to_owned())].into(),
        answers: settings(),
        ..State::default()
    }
}

/// What `doctor --github` looks at.
fn settings() -> BTreeMap<String, Canned> {
    let policy = json!({ "protected_branches": false, "custom_branch_policies": true });
    let variable = json!({ "name": "X", "value": "x" });
    let owner = json!({ "id": 1, "login": "owner" });
    let answers = [
        ("", json!({ "id": 2, "full_name": "owner/layers", "owner": owner, "fork": true, "default_branch": "main", "has_issues": true })),
        ("/actions/permissions", json!({ "enabled": true, "allowed_actions": "selected" })),
        ("/actions/permissions/workflow", json!({ "default_workflow_permissions": "read" })),
        ("/actions/variables/X", variable.clone()),
        ("/actions/workflows", json!({ "total_count": 0, "workflows": [] })),
        ("/environments/aws%2Dpublish", json!({ "protection_rules": [], "deployment_branch_policy": policy })),
        ("/environments/aws%2Dpublish/deployment-branch-policies", json!({ "branch_policies": [{ "name": "main" }] })),
        ("/environments/aws%2Dpublish/variables/X", variable),
        ("/private-vulnerability-reporting", json!({ "enabled": true })),
        ("/pages", json!({ "build_type": "workflow" })),
        ("/rules/branches/feature%2Fx", json!([{ "type": "pull_request" }])),
    ];
    answers.into_iter().map(|(path, body)| (format!("GET /repos/owner/layers{path}"), Canned { status: 200, body })).collect()
}

/// Looks at each, all of which is there.
async fn look_at_settings(github: &GitHub) {
    github.repository_facts().await.unwrap();
    assert!(matches!(github.actions_facts().await.unwrap(), Seen::There(_)));
    assert!(matches!(github.token_facts().await.unwrap(), Seen::There(_)));
    assert!(matches!(github.workflow_facts().await.unwrap(), Seen::There(_)));
    let found = github.environment_facts("aws-publish").await.unwrap();
    assert!(matches!(&found, Seen::There(facts) if facts.branches.is_some()), "{found:?}");
    assert!(matches!(github.environment_variable("aws-publish", "X").await.unwrap(), Seen::There(_)));
    assert!(matches!(github.repository_variable("X").await.unwrap(), Seen::There(_)));
    assert_eq!(github.has_private_reports().await.unwrap(), Seen::There(true));
    assert!(matches!(github.pages_facts().await.unwrap(), Seen::There(_)));
    assert!(matches!(github.branch_rules("feature/x").await.unwrap(), Seen::There(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_ours_is_one_that_github_describes() {
    let prism = Prism::start();
    let stub = Stub::validated(state(), Some(prism.url()));
    let (github, _) = client(&stub);
    let head = |commit: &str| Head::new(&commit.repeat(40), "somebody", "feature/ü").unwrap();
    assert!(matches!(github.pull_by_head(&head("a")).await.unwrap(), ByHead::Found(_)));
    assert!(matches!(github.pull_by_head(&head("b")).await.unwrap(), ByHead::MovedOn(_)));
    assert_eq!(github.head_of_pull(7).await.unwrap(), Some("a".repeat(40)));
    assert_eq!(github.files_of_pull(7).await.unwrap().files.len(), 150);
    assert_eq!(github.upsert_comment(7, MARKER, "one").await.unwrap(), Upserted::Created);
    assert_eq!(github.upsert_comment(7, MARKER, "two").await.unwrap(), Upserted::Updated);
    for state in [CommitState::Pending, CommitState::Success, CommitState::Failure] {
        github.set_status(&"a".repeat(40), state, "words", Some("https://example.com/run")).await.unwrap();
    }
    github.set_status(&"a".repeat(40), CommitState::Success, "words", None).await.unwrap();
    assert_eq!(github.raise_issue(&ROLLING, "publish", "one", "again").await.unwrap(), Raised::Opened);
    assert!(matches!(github.raise_issue(&ROLLING, "publish", "two", "again").await.unwrap(), Raised::Updated(_)));
    assert!(matches!(github.settle_issue(&ROLLING, "publish", "well").await.unwrap(), Settled::Closed(_)));
    assert!(matches!(github.raise_issue(&ROLLING, "publish", "two", "again").await.unwrap(), Raised::Reopened(_)));
    let publish = "publish.yml".parse().unwrap();
    assert!(github.is_under_way(&publish).await.unwrap());
    let inputs = BTreeMap::from([("packages", "requests".to_owned()), ("force", "true".to_owned())]);
    github.start_workflow(&publish, "main", &inputs).await.unwrap();
    github.start_workflow(&publish, "main", &BTreeMap::new()).await.unwrap();
    assert_eq!(github.permission_of("somebody").await.unwrap(), Permission::Write);
    look_at_settings(&github).await;

    let mut seen = BTreeSet::new();
    for logged in stub.state().log {
        let (status, violations) = logged.validated.clone().unwrap();
        assert!((200..300).contains(&status), "{} {}?{} {}: {status} {violations}", logged.method, logged.path, logged.query, logged.body);
        seen.insert(call(&logged.method, &logged.path).unwrap_or_else(|| panic!("{} {} is not in the list of calls", logged.method, logged.path)));
    }
    assert_eq!(seen, BTreeSet::from(CALLS), "the list has calls that nobody makes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_does_not_describe_is_refused() {
    let prism = Prism::start();
    let comment = "/repos/owner/layers/issues/7/comments";
    for (method, path, accept, body, expected) in [
        (Method::POST, comment, "application/vnd.github+json", json!({ "body": "x" }), 201),
        (Method::POST, comment, "application/vnd.github+json", json!({ "body": 7 }), 422),
        (Method::POST, comment, "application/vnd.github+json", json!({ "text": "x" }), 422),
        (Method::POST, comment, "text/html", json!({ "body": "x" }), 406),
        (Method::POST, "/repos/owner/layers/issues/comments/7", "application/vnd.github+json", json!({ "body": "x" }), 405),
        (Method::GET, "/repos/owner/layers/issues?state=every", "application/vnd.github+json", Value::Null, 422),
        (Method::GET, "/repos/owner/layers/topics", "application/vnd.github+json", Value::Null, 404),
    ] {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.request(method.clone(), format!("{}{path}", prism.url())).header("accept", accept).header("authorization", "Bearer x");
        let request = if body.is_null() { request } else { request.header("content-type", "application/json").body(body.to_string()) };
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected, "{method} {path} {accept} {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answers_that_github_gives_as_examples_are_understood() {
    let prism = Prism::start();
    let (github, _) = client_of(&prism.url(), "octocat/Hello-World", TOKEN);
    let head = Head::new("6dcb09b5b57875f334f61aebed695e2e4193db5e", "octocat", "new-topic").unwrap();
    assert!(matches!(github.pull_by_head(&head).await.unwrap(), ByHead::Found(pull) if pull.number == 1347));
    assert_eq!(github.files_of_pull(1347).await.unwrap().files[0].filename, "file1.txt");
    assert_eq!(github.head_of_pull(1347).await.unwrap(), Some("6dcb09b5b57875f334f61aebed695e2e4193db5e".to_owned()));
    assert_eq!(github.upsert_comment(1347, MARKER, "one").await.unwrap(), Upserted::Created);
    assert_eq!(github.settle_issue(&ROLLING, "publish", "well").await.unwrap(), Settled::Nothing);
    assert!(github.is_under_way(&"publish.yml".parse().unwrap()).await.unwrap());
    assert_eq!(github.permission_of("octocat").await.unwrap(), Permission::Admin);
    look_at_settings(&github).await;
    let missing = github.set_status("main", CommitState::Success, "", None).await;
    assert!(matches!(missing, Err(GitHubError::Invalid { .. })));
}
