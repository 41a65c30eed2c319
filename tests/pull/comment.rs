//! `klayers pr comment` against a stand-in for GitHub's API: whom it tells, what, and what it does not fall for.

use serde_json::{Value, json};

use crate::common::{Ran, World};
use crate::github::{Comment, File, Pull, State, Stub, User};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const TOKEN: &str = "ghs_a_token_that_nobody_may_see";
const MARKER: &str = "<!-- klayers:packages -->\n";

/// The job of the workflow `packages-comment`.
struct Job {
    stub: Stub,
    world: World,
}

fn file(name: &str) -> File {
    File { filename: name.to_owned(), status: "modified".to_owned(), previous_filename: None }
}

fn pull(number: u64, files: Vec<File>) -> Pull {
    Pull {
        number,
        state: "open".to_owned(),
        head_sha: SHA.to_owned(),
        head_owner: "stranger".to_owned(),
        head_branch: "patch-1".to_owned(),
        base_repository: "owner/layers".to_owned(),
        files,
        commits: Vec::new(),
    }
}

impl Job {
    /// After a run of pull request 3, which ended well, with these files changed.
    fn new(files: &[&str]) -> Self {
        let state = State { pulls: vec![pull(3, files.iter().map(|name| file(name)).collect())], ..State::default() };
        let job = Self { stub: Stub::start(state), world: World::new(&[]) };
        job.event(|_| {});
        job
    }

    /// The event of the run, with more in it than is read.
    fn event(&self, change: impl FnOnce(&mut Value)) {
        let mut run = json!({
            "id": 42, "name": "packages", "event": "pull_request", "status": "completed", "conclusion": "success", "head_sha": SHA, "head_branch": "patch-1",
            "html_url": "https://e.example/elsewhere", "pull_requests": [], "head_repository": {"full_name": "stranger/layers", "owner": {"login": "stranger", "type": "User"}},
        });
        change(&mut run);
        self.world.write("event.json", &json!({"action": "completed", "workflow_run": run, "workflow": {}, "sender": {}}).to_string());
    }

    fn report(&self, change: impl FnOnce(&mut Value)) {
        let none = json!({"count": 0, "first": []});
        let contents = json!({"zip_bytes": 1000, "unzipped_bytes": 2000, "dependencies": none, "drift": null, "import": {"passed": {"milliseconds": 9}}});
        let layer = json!({"package": "alpha", "runtime": "p3.13", "spelled": "Alpha", "version": "1.0", "held_back": null, "outcome": {"good": contents}});
        let mut report = json!({"schema": 1, "errors": none, "warnings": none, "layers": [layer], "removed": none, "left_out": none});
        change(&mut report);
        self.world.write("report.json", &report.to_string());
    }

    fn comment(&self) -> Ran {
        let mut command = self.world.command(&["pr", "comment", "--report", "report.json"]);
        command.env("GITHUB_API_URL", self.stub.url()).env("GITHUB_REPOSITORY", "owner/layers").env("GITHUB_SERVER_URL", "https://github.example");
        command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_EVENT_PATH", self.world.path("event.json")).env("GITHUB_EVENT_NAME", "workflow_run");
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN), "{ran:?}");
        ran
    }

    /// The one comment of ours, and the last status.
    #[track_caller]
    fn told(&self) -> (String, String, String) {
        let state = self.stub.state();
        let ours: Vec<&Comment> = state.comments.iter().filter(|comment| comment.user.kind == "Bot").collect();
        assert_eq!((ours.len(), ours[0].issue), (1, 3), "{ours:?}");
        let body = ours[0].body.strip_prefix(MARKER).unwrap_or_else(|| panic!("{}", ours[0].body)).to_owned();
        let status = state.statuses.last().unwrap();
        assert_eq!((status.sha.as_str(), status.context.as_str()), (SHA, "klayers/packages"));
        assert_eq!(status.target_url.as_deref(), Some("https://github.example/owner/layers/actions/runs/42"));
        (body, status.state.clone(), status.description.clone().unwrap())
    }
}

#[test]
fn a_pull_request_has_one_comment_which_is_changed_in_place_and_a_status() {
    let job = Job::new(&["pipeline/config/packages.csv"]);
    // Somebody copied the marker: theirs is left alone.
    job.stub.change(|state| state.comments.push(Comment { id: 1, issue: 3, body: format!("{MARKER}mine"), user: User::person("stranger") }));
    job.report(|_| {});
    job.comment().exits(0).says("#3 told: 1 layer good");
    let (body, state, description) = job.told();
    for words in [
        "**The one layer of this change is good.**",
        "<code>Alpha</code>",
        "<code>0123456789ab</code>",
        "[the run](https://github.example/owner/layers/actions/runs/42) ended well",
    ] {
        assert!(body.contains(words), "`{words}` is not in:\n{body}");
    }
    assert_eq!((state.as_str(), description.as_str()), ("success", "1 layer good"));
    let before = job.stub.state().writes();
    job.comment().exits(0).says("#3 was told before");
    assert_eq!(job.stub.state().writes()[before.len()..], ["POST /repos/owner/layers/statuses/0123456789abcdef0123456789abcdef01234567".to_owned()]);
    job.report(|report| report["layers"][0]["outcome"] = json!({"failed": {"code": "too-large", "reason": "it is"}}));
    job.comment().exits(0).says("#3 told anew: 0 of 1 layer good");
    let (body, state, _) = job.told();
    assert!(body.contains("<code>too-large</code>") && body.contains("AWS takes 250 MiB unpacked."), "{body}");
    assert_eq!(state, "failure");
    let state = job.stub.state();
    assert_eq!(state.comments[0].body, format!("{MARKER}mine"));
    for logged in &state.log {
        assert_eq!(logged.headers["authorization"], format!("Bearer {TOKEN}"));
        assert!(!logged.body.to_string().contains(TOKEN) && !logged.query.contains(TOKEN) && !logged.path.contains(TOKEN));
    }
}

#[test]
fn a_report_that_names_another_pull_request_is_refused_by_its_reader_and_the_number_comes_from_the_api() {
    let job = Job::new(&["pipeline/config/packages.csv"]);
    let another = Pull { head_sha: "f".repeat(40), head_owner: "victim".to_owned(), ..pull(7, Vec::new()) };
    job.stub.change(|state| state.pulls.push(another));
    job.report(|report| report["pull_request"] = json!(7));
    job.comment().exits(0);
    let (body, state, description) = job.told();
    assert!(body.contains("**There are no results**: the report cannot be read: its fields are not those of a report. Nothing of it is shown."), "{body}");
    assert!(!body.contains("Alpha") && !body.contains("pull_request"), "{body}");
    assert_eq!((state.as_str(), description.as_str()), ("failure", "the report cannot be read"));
    assert!(job.stub.state().log.iter().all(|logged| !logged.path.contains("/7")), "the other one is not even asked about");
}

#[test]
fn a_report_of_ten_megabytes_is_not_read_at_all_and_the_comment_says_so() {
    let job = Job::new(&["pipeline/config/packages.csv"]);
    job.world.write("report.json", &format!("{{\"schema\":1,\"layers\":[\"{}\"]}}", "evil ".repeat(2 << 20)));
    job.comment().exits(0);
    let (body, state, _) = job.told();
    assert!(body.contains("the report is larger than 1048576 bytes, so it was not read") && !body.contains("evil") && body.len() < 1000, "{body}");
    assert_eq!(state, "failure");
}

#[test]
fn what_is_no_report_is_told_without_a_byte_of_it() {
    let job = Job::new(&["pipeline/config/packages.csv"]);
    job.event(|run| run["conclusion"] = json!("failure"));
    for (text, words) in [
        ("::error::evil {{ @evil", "the report cannot be read: it is not JSON"),
        ("{\"schema\": 1, \"evil\": \"@evil\"}", "the report cannot be read: its fields are not those of a report"),
        ("{\"schema\": \"evil\"}", "the report cannot be read: its fields are not those of a report"),
    ] {
        job.world.write("report.json", text);
        let ran = job.comment().exits(0);
        let (body, state, description) = job.told();
        assert!(body.contains(words) && body.contains("actions/runs/42) failed."), "{body}");
        assert!(!body.contains("evil") && !description.contains("evil") && !ran.stderr.contains("evil") && !ran.stdout.contains("evil"), "{body}\n{ran:?}");
        assert_eq!(state, "failure");
    }
    // A link in the place of the report leads to nothing that is shown.
    std::fs::remove_file(job.world.path("report.json")).unwrap();
    job.world.write("secret", "evil");
    std::os::unix::fs::symlink(job.world.path("secret"), job.world.path("report.json")).unwrap();
    job.comment().exits(0);
    assert!(job.told().0.contains("it is not JSON") && !job.told().0.contains("evil"));
    std::fs::remove_file(job.world.path("report.json")).unwrap();
    job.comment().exits(0);
    let (body, _, description) = job.told();
    assert!(body.contains("**There are no results**: the run left no report. The log of the run says how far it came."), "{body}");
    assert_eq!(description, "the run left no report");
}

#[test]
fn changed_workflow_files_are_found_in_what_github_lists_and_the_comment_says_so_and_the_status_is_failure() {
    let many: Vec<String> =
        (0..150).map(|n| format!("pipeline/config/packages_{n}.csv")).chain([".github/workflows/`@evil`|packages.yml".to_owned()]).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let job = Job::new(&many);
    job.report(|_| {});
    job.comment().exits(0);
    let (body, state, description) = job.told();
    assert!(
        body.contains("**More than package files changed.**") && body.contains("packages.yml") && !body.contains("@evil") && !body.contains("evil`"),
        "{body}"
    );
    assert_eq!((state.as_str(), description.as_str()), ("failure", "more than package files changed: the results are not trusted"));
    // A file that was something else before, and settings, which are no program.
    let renamed = File { previous_filename: Some("src/main.rs".to_owned()), status: "renamed".to_owned(), ..file("pipeline/config/packages.csv") };
    job.stub.change(|state| state.pulls[0].files = vec![renamed]);
    job.comment().exits(0);
    assert!(job.told().0.contains("<code>src/main.rs</code>"));
    job.stub.change(|state| state.pulls[0].files = vec![file("pipeline/config/klayers.toml")]);
    job.comment().exits(0);
    let (body, state, _) = job.told();
    assert!(body.contains("Settings changed too") && !body.contains("not trusted"), "{body}");
    assert_eq!(state, "success");
    // Of so many files GitHub does not tell all.
    job.stub.change(|state| state.pulls[0].files = (0..3100).map(|n| file(&format!("pipeline/config/packages_{n}.csv"))).collect());
    job.comment().exits(0);
    assert!(job.told().0.contains("The list of files was too long to be read."));
}

#[test]
fn a_run_that_is_of_nobody_or_no_longer_of_what_is_there_changes_nothing() {
    let job = Job::new(&["pipeline/config/packages.csv"]);
    job.report(|_| {});
    let quiet = |words: &str| {
        job.comment().exits(0).says(words);
        assert_eq!(job.stub.state().writes(), Vec::<String>::new(), "{words}");
    };
    job.event(|run| run["event"] = json!("push"));
    quiet("nothing to tell: the run was not of a pull request");
    job.event(|run| run["conclusion"] = json!("cancelled"));
    quiet("nothing to tell: the run was not of a pull request, or a newer one took its place");
    job.event(|run| run["head_repository"] = Value::Null);
    quiet("nobody to tell: the repository or the branch of the change is gone");
    job.event(|_| {});
    // Another pull request of somebody else has the same commit; ours is against another repository, or closed.
    job.stub.change(|state| state.pulls[0].base_repository = "stranger/layers".to_owned());
    quiet("nobody to tell: no pull request is open at the commit of the run");
    job.stub.change(|state| {
        state.pulls[0].base_repository = "owner/layers".to_owned();
        state.pulls[0].state = "closed".to_owned();
    });
    quiet("nobody to tell: no pull request is open at the commit of the run");
    job.stub.change(|state| {
        state.pulls[0].state = "open".to_owned();
        state.pulls[0].head_sha = "a".repeat(40);
    });
    quiet("nothing to tell: #3 has other commits by now");
    // It moved while we asked.
    let moved = json!({"number": 3, "state": "open", "head": {"ref": "patch-1", "sha": "b".repeat(40), "repo": null, "user": null}, "base": {"ref": "main", "sha": "c".repeat(40), "repo": null, "user": null}});
    job.stub.change(|state| {
        state.pulls[0].head_sha = SHA.to_owned();
        state.answers.insert("GET /repos/owner/layers/pulls/3".to_owned(), crate::github::Canned { status: 200, body: moved });
    });
    quiet("nothing to tell: #3 has other commits by now");
}

#[test]
fn what_the_environment_lacks_is_named() {
    let job = Job::new(&[]);
    job.world.run(&["pr", "comment", "--report", "report.json"]).exits(2).says("GITHUB_EVENT_PATH");
    job.event(|run| run["head_sha"] = json!("../../x"));
    job.comment().exits(2).says("is not a commit");
    job.world.write("event.json", "{\"issue\": {}}");
    job.comment().exits(2).says("the event is not the one that this is for");
    assert!(job.stub.state().log.is_empty());
}
