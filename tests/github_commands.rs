//! `klayers github …` as workflows run it: the binary, its environment, and what it changes at the stand-in.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
#[path = "github/mod.rs"]
mod github;

use common::{Ran, World};
use github::client::TOKEN;
use github::{Dispatch, Fault, FaultKind, Run, State, Stub, User};
use serde_json::{Value, json};

/// A project and a stand-in, of which the first says everything to the second.
struct Service {
    world: World,
    stub: Stub,
}

impl Service {
    fn new() -> Self {
        let people = [("keeper", "write"), ("reader", "read")].map(|(user, may)| (user.to_owned(), may.to_owned()));
        let stub = Stub::start(State { permissions: people.into(), ..State::default() });
        Self { world: World::new(&["requests,Apache-2.0,x", "Pillow,MIT,x"]), stub }
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.world.command(arguments);
        command.envs([
            ("GITHUB_API_URL", self.stub.url()),
            ("GITHUB_REPOSITORY", "owner/layers".to_owned()),
            ("GITHUB_TOKEN", TOKEN.to_owned()),
            ("GITHUB_REF", "refs/heads/main".to_owned()),
            ("GITHUB_RUN_ID", "42".to_owned()),
            ("GITHUB_WORKFLOW", "publish".to_owned()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GITHUB_OUTPUT", self.world.path("outputs").display().to_string()),
        ]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN), "{ran:?}");
        ran
    }

    fn catch_up(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["github", "catch-up", "--workflow", "publish.yml"], arguments].concat(), &[])
    }

    fn incident(&self, needs: &Value, arguments: &[&str]) -> Ran {
        self.run(&[&["github", "incident"], arguments].concat(), &[("KLAYERS_NEEDS", &needs.to_string())])
    }

    /// Somebody comments on issue 3, whose form names `requests`.
    fn rebuild(&self, id: u64, comment: &str, login: &str, change: impl FnOnce(&mut Value)) -> Ran {
        let mut event = json!({
            "action": "created",
            "issue": { "number": 3, "body": "### Package\n\nRequests\n\n### Runtimes\n\n_No response_\n" },
            "comment": { "id": id, "body": comment, "user": { "login": login, "type": "User" }, "author_association": "OWNER" },
            "repository": { "full_name": "owner/layers" },
        });
        change(&mut event);
        self.world.write("event.json", &event.to_string());
        let path = self.world.path("event.json").display().to_string();
        self.run(&["github", "rebuild", "--workflow", "publish.yml"], &[("GITHUB_EVENT_PATH", &path)])
    }

    /// The outputs of the step so far, which are then forgotten.
    fn outputs(&self) -> String {
        let outputs = self.world.read("outputs");
        self.world.write("outputs", "");
        outputs
    }

    fn answers(&self) -> Vec<String> {
        self.stub.state().comments.into_iter().map(|comment| comment.body).collect()
    }
}

fn dispatch(inputs: &[(&str, &str)]) -> Dispatch {
    let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Dispatch { workflow: "publish.yml".to_owned(), branch: "main".to_owned(), inputs }
}

#[test]
fn a_missed_month_is_started_once_and_one_that_was_not_missed_is_not() {
    let service = Service::new();
    service.catch_up(&["--dry-run"]).exits(0).says("due: no run looked at everything since 2026-11-01").says("`publish.yml` would be started");
    assert_eq!((service.outputs().as_str(), service.stub.state().log.len()), ("started=false\n", 0), "a dry run asks nothing");
    service.catch_up(&[]).exits(0).says("`publish.yml` was started");
    assert_eq!((service.outputs().as_str(), service.stub.state().dispatches), ("started=true\n", vec![dispatch(&[])]));
    for status in ["queued", "in_progress", "pending", "waiting"] {
        service
            .stub
            .change(|state| state.runs = vec![Run { workflow: "publish.yml".to_owned(), event: "workflow_dispatch".to_owned(), status: status.to_owned() }]);
        service.catch_up(&[]).exits(0).says("waits or works already");
    }
    service.stub.change(|state| state.runs[0].status = "completed".to_owned());
    service.world.write("pipeline/ledger/last-run.json", "{\"at\":\"2026-11-01T02:07:00Z\"}\n");
    service.catch_up(&[]).exits(0).says("nothing is due");
    assert_eq!(service.stub.state().dispatches.len(), 1);
    service.world.write("pipeline/ledger/last-run.json", "{\"at\":\"2026-10-01T02:07:00Z\"}\n");
    service.stub.change(|state| state.faults = vec![Fault::of("POST", "/dispatches", 1, FaultKind::CutAfter)]);
    service.catch_up(&[]).exits(2).says("nobody knows whether GitHub did it (start `publish.yml`)");
    assert_eq!(service.stub.state().dispatches.len(), 2, "and it is not started twice");
}

#[test]
fn the_issue_tells_what_failed_until_nothing_does() {
    let service = Service::new();
    let bad = json!({ "build": { "result": "success", "outputs": {} }, "publish": { "result": "failure", "outputs": {} }, "s3": { "result": "skipped", "outputs": {} } });
    let good = json!({ "build": { "result": "success", "outputs": { "x": "failure" } }, "s3": { "result": "skipped", "outputs": {} } });
    service.incident(&good, &[]).exits(0).says("all is well");
    assert!(service.stub.state().issues.is_empty());
    let failure = json!({ "code": "unreachable", "reason": "@everyone <b> \u{1b}[31m #1" });
    let receipt = json!({ "receipt": "failed", "layer": "K-p313-x", "zip_sha256": "0".repeat(64), "region": "eu-west-1", "failure": failure });
    service.world.write("receipts.jsonl", &format!("{receipt}\n"));
    let since = json!({ "state": "failed", "code": "no-wheel", "reason": "[x](http://e.example)", "since": "2026-11-01T00:00:00Z" });
    service.world.write("pipeline/ledger/p3.13/status.json", &json!({ "packages": { "pillow": since } }).to_string());
    service.incident(&bad, &["--receipts", "receipts.jsonl"]).exits(0).says("an issue was opened");
    service.incident(&bad, &["--receipts", "receipts.jsonl"]).exits(0).says("#1 says so already");
    let issue = service.stub.state().issues[0].clone();
    let body = issue.body.unwrap();
    for words in [
        "## `publish` failed",
        "[The run](https://github.com/owner/layers/actions/runs/42)",
        "1 layer in eu-west-1",
        "pillow for p3.13 ",
        "1 layer cannot be built",
    ] {
        assert!(body.contains(words), "`{words}` is not in:\n{body}");
    }
    for forbidden in ["@everyone", "<b>", "\u{1b}", "](http://e", " #1"] {
        assert!(!body.contains(forbidden), "`{forbidden}` is in:\n{body}");
    }
    assert_eq!((issue.labels.as_slice(), issue.user), (["incident".to_owned()].as_slice(), User::bot("github-actions[bot]")));
    service.incident(&bad, &["--receipts", "none.jsonl"]).exits(0).says("#1 was brought up to date");
    service.world.write("receipts.jsonl", "no receipt\n");
    service.incident(&bad, &["--receipts", "receipts.jsonl"]).exits(0).says("#1 was brought up to date");
    assert!(service.stub.state().issues[0].body.as_ref().unwrap().contains("the receipts cannot be read"));
    service.incident(&good, &[]).exits(0).says("#1 was closed");
    service.incident(&bad, &[]).exits(0).says("#1 was opened again");
    assert_eq!(
        service.answers(),
        [
            "All is well again. [The run](https://github.com/owner/layers/actions/runs/42)",
            "`publish` fails again. [The run](https://github.com/owner/layers/actions/runs/42)"
        ]
    );
    assert_eq!(service.stub.state().issues.len(), 1);
}

#[test]
fn what_a_workflow_forgot_is_named() {
    let service = Service::new();
    let needs = r#"{"build":{"result":"failure"}}"#;
    service.run(&["github", "incident"], &[]).exits(2).says("`KLAYERS_NEEDS` is not set");
    service.run(&["github", "incident"], &[("KLAYERS_NEEDS", "[]")]).exits(2).says("`KLAYERS_NEEDS` is not what");
    service.run(&["github", "incident"], &[("KLAYERS_NEEDS", needs), ("GITHUB_TOKEN", "")]).exits(2).says("`GITHUB_TOKEN`: it is not set");
    service
        .run(&["github", "incident"], &[("KLAYERS_NEEDS", needs), ("GITHUB_TOKEN", "permissions:contents=read")])
        .exits(2)
        .says("This call needs `issues=write`");
    service.run(&["github", "rebuild", "--workflow", "publish.yml"], &[]).exits(2).says("`GITHUB_EVENT_PATH`: it is not set");
    service.run(&["github", "catch-up", "--workflow", "../x.yml"], &[]).exits(2).says("is not the file of a workflow");
    assert!(service.stub.state().writes().iter().all(|write| write.ends_with("/issues")), "{:?}", service.stub.state().writes());
    assert!(service.stub.state().issues.is_empty());
}

#[test]
fn a_maintainer_starts_a_build_and_is_answered_once() {
    let service = Service::new();
    service.rebuild(10, "/rebuild\r\nplease", "keeper", |_| {}).exits(0);
    service.rebuild(10, "/rebuild\r\nplease", "keeper", |_| {}).exits(0).says("answered before");
    service.rebuild(11, "/rebuild pillow p3.12 p3.13-arm64", "keeper", |_| {}).exits(0);
    let inputs = |packages, runtimes| dispatch(&[("force", "true"), ("packages", packages), ("runtimes", runtimes)]);
    assert_eq!(service.stub.state().dispatches, [inputs("Requests", ""), inputs("pillow", "p3.12 p3.13-arm64")]);
    let answers = service.answers();
    assert_eq!(answers.len(), 2);
    assert_eq!(
        answers[0],
        "<!-- klayers:rebuild 10 -->\nStarted: <code>Requests</code> for all runtimes that it has is built and published anew. It takes its turn after runs that began before."
    );
    assert!(answers[1].contains("<code>p3.12, p3.13-arm64</code>"), "{}", answers[1]);
}

#[test]
fn who_may_not_or_asks_for_what_is_not_there_is_told_and_nothing_is_started() {
    let service = Service::new();
    for (id, comment, login, words) in [
        (10, "/rebuild", "reader", "only maintainers of this repository"),
        (11, "/rebuild", "stranger", "only maintainers of this repository"),
        (12, "/rebuild nothing-such", "keeper", "the catalogue has no package"),
        (13, "/rebuild requests p3.9", "keeper", "is not an active runtime"),
        (14, "/rebuild $(curl${IFS}e.example) @everyone <b>", "keeper", "Nothing was started"),
        (15, "/rebuild requests ${{github.token}}", "keeper", "Nothing was started"),
    ] {
        service.rebuild(id, comment, login, |_| {}).exits(0);
        let answers = service.answers();
        let answer = answers.last().unwrap();
        assert!(answer.starts_with(&format!("<!-- klayers:rebuild {id} -->\n")) && answer.contains(words), "{comment}: {answer}");
        assert!(!answer.contains('@') && !answer.contains("<b>") && !answer.contains("${"), "{answer}");
    }
    assert!(service.stub.state().dispatches.is_empty());
}

#[test]
fn comments_of_programs_on_pull_requests_and_about_anything_else_are_passed_over() {
    let service = Service::new();
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 5] = [
        ("/rebuild", |event| event["comment"]["user"]["type"] = json!("Bot")),
        ("/rebuild", |event| event["issue"]["pull_request"] = json!({ "url": "x" })),
        ("/rebuild", |event| event["action"] = json!("edited")),
        ("/rebuild", |event| event["comment"]["user"] = Value::Null),
        ("thanks\n/rebuild", |_| {}),
    ];
    for (comment, change) in changes {
        service.rebuild(10, comment, "keeper", change).exits(0).says("this comment asks for nothing");
    }
    assert!(service.stub.state().log.is_empty(), "nothing is asked of GitHub");
}
