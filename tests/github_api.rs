//! The client against a stand-in that has a state: what is found, what is changed, and that nothing is done twice.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "github/mod.rs"]
mod github;

use github::calls::call;
use github::client::{TOKEN, client, client_of};
use github::{Comment, Fault, FaultKind, File, Issue, Pull, State, Stub, User};
use klayers::github::{ByHead, CommitState, FILES_MAX, FileStatus, GitHubError, Head, Permission, PullRequest, Raised, Rolling, Settled, Upserted};

const MARKER: &str = "<!-- klayers:packages -->";
const ROLLING: Rolling<'static> = Rolling { marker: "<!-- klayers:incident -->", label: "incident", title: "It failed" };

fn sha(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn pull(number: u64, digit: char, owner: &str, branch: &str) -> Pull {
    Pull {
        number,
        state: "open".to_owned(),
        head_sha: sha(digit),
        head_owner: owner.to_owned(),
        head_branch: branch.to_owned(),
        base_repository: "Owner/Layers".to_owned(),
        files: Vec::new(),
        commits: Vec::new(),
    }
}

fn comment(id: u64, issue: u64, body: &str, user: User) -> Comment {
    Comment { id, issue, body: body.to_owned(), user }
}

/// Nothing is asked that the validator does not see, and the token is in one header and nowhere else.
fn check_log(stub: &Stub) {
    for logged in stub.state().log {
        assert!(call(&logged.method, &logged.path).is_some(), "{} {} is not in the list of calls", logged.method, logged.path);
        assert_eq!(logged.headers.get("accept").map(String::as_str), Some("application/vnd.github+json"));
        assert_eq!(logged.headers.get("x-github-api-version").map(String::as_str), Some("2022-11-28"));
        assert!(logged.headers.get("user-agent").is_some_and(|agent| agent.starts_with("klayers/")), "{logged:?}");
        let with_token: Vec<&String> = logged.headers.iter().filter(|(_, value)| value.contains(TOKEN)).map(|(name, _)| name).collect();
        assert_eq!(with_token, ["authorization"]);
        assert!(!format!("{}{}{}", logged.path, logged.query, logged.body).contains(TOKEN));
    }
}

#[tokio::test]
async fn a_pull_request_is_found_by_its_commit_and_only_that_of_the_same_branch_and_repository() {
    let mut elsewhere = pull(3, 'a', "somebody", "patch-1");
    elsewhere.base_repository = "other/layers".to_owned();
    let mut closed = pull(4, 'a', "somebody", "patch-1");
    closed.state = "closed".to_owned();
    let pulls = vec![
        pull(1, 'a', "attacker", "patch-1"),
        pull(2, 'a', "somebody", "other"),
        elsewhere,
        closed,
        pull(5, 'a', "somebody", "patch-1"),
        pull(6, 'a', "somebody", "patch-1"),
    ];
    let stub = Stub::start(State { pulls, ..State::default() });
    let (github, _) = client(&stub);
    let found = github.pull_by_head(&Head::new(&sha('a'), "Somebody", "patch-1").unwrap()).await.unwrap();
    assert_eq!(found, ByHead::Found(PullRequest { number: 5, head_sha: sha('a') }));
    let nobody = github.pull_by_head(&Head::new(&sha('a'), "nobody", "patch-1").unwrap()).await.unwrap();
    assert_eq!(nobody, ByHead::None);
    assert_eq!(github.head_of_pull(5).await.unwrap(), Some(sha('a')));
    assert_eq!(github.head_of_pull(4).await.unwrap(), None);
    check_log(&stub);
}

#[tokio::test]
async fn a_head_that_moved_on_is_told_apart_from_one_that_is_gone() {
    let mut with_earlier = pull(1, 'b', "somebody", "feature/ü &#1");
    with_earlier.commits = vec![sha('a')];
    let stub = Stub::start(State { pulls: vec![with_earlier], ..State::default() });
    let (github, _) = client(&stub);
    let head = Head::new(&sha('a'), "somebody", "feature/ü &#1").unwrap();
    let moved = ByHead::MovedOn(PullRequest { number: 1, head_sha: sha('b') });
    assert_eq!(github.pull_by_head(&head).await.unwrap(), moved, "pushed on top");
    stub.change(|state| state.pulls[0].commits.clear());
    assert_eq!(github.pull_by_head(&head).await.unwrap(), moved, "replaced: nobody knows the commit any more");
    stub.change(|state| state.pulls[0].head_sha = sha('a'));
    stub.change(|state| state.faults = vec![Fault { times: 9, path: "/commits/".to_owned(), method: None, kind: FaultKind::Says("[]".to_owned()) }]);
    assert_eq!(github.pull_by_head(&head).await.unwrap(), ByHead::Found(PullRequest { number: 1, head_sha: sha('a') }), "found by its branch alone");
    stub.change(|state| state.pulls.clear());
    assert_eq!(github.pull_by_head(&head).await.unwrap(), ByHead::None);
    check_log(&stub);
}

#[tokio::test]
async fn all_pages_of_files_are_read_up_to_what_github_tells() {
    let file = |at: usize| File { filename: format!("f{at}"), status: "modified".to_owned(), previous_filename: None };
    let mut change = pull(1, 'a', "somebody", "x");
    change.files = (0..249).map(file).collect();
    change.files.push(File { filename: "b".to_owned(), status: "renamed".to_owned(), previous_filename: Some("a".to_owned()) });
    let stub = Stub::start(State { pulls: vec![change], ..State::default() });
    let (github, _) = client(&stub);
    let changed = github.files_of_pull(1).await.unwrap();
    assert_eq!((changed.files.len(), changed.is_all), (250, true));
    assert_eq!((changed.files[249].previous_filename.as_deref(), changed.files[249].status), (Some("a"), FileStatus::Renamed));
    let asked: Vec<String> = stub.state().log.iter().map(|logged| format!("{}?{}", logged.path, logged.query)).collect();
    assert_eq!(
        asked,
        [
            "/repos/owner/layers/pulls/1/files?per_page=100",
            "/repositories/1/pulls/1/files?per_page=100&page=2",
            "/repositories/1/pulls/1/files?per_page=100&page=3"
        ]
    );
    stub.change(|state| state.pulls[0].files = (0..4000).map(file).collect());
    let changed = github.files_of_pull(1).await.unwrap();
    assert_eq!((changed.files.len(), changed.is_all), (FILES_MAX, false), "what GitHub does not tell is not taken for nothing");
    check_log(&stub);
}

#[tokio::test]
async fn there_is_one_comment_of_ours_changed_in_place_and_nobody_elses_is_touched() {
    let copied = format!("{MARKER}\nnot ours");
    let mut comments = vec![comment(1, 7, &copied, User::person("github-actions[bot]")), comment(2, 7, &copied, User::bot("other[bot]"))];
    comments.push(comment(3, 8, &copied, User::bot("github-actions[bot]")));
    comments.extend((10..260).map(|id| comment(id, 7, "talk", User::person("somebody"))));
    let stub = Stub::start(State { comments: comments.clone(), ..State::default() });
    let (github, _) = client(&stub);
    assert_eq!(github.upsert_comment(7, MARKER, "one\n").await.unwrap(), Upserted::Created);
    assert_eq!(github.upsert_comment(7, MARKER, "one").await.unwrap(), Upserted::Unchanged, "blanks at the end do not count");
    assert_eq!(github.upsert_comment(7, MARKER, &"two\n".repeat(30_000)).await.unwrap(), Upserted::Updated);
    let state = stub.state();
    assert_eq!(state.writes(), ["POST /repos/owner/layers/issues/7/comments", "PATCH /repos/owner/layers/issues/comments/260"]);
    assert_eq!(state.comments[..253], comments);
    let body = &state.comments[253].body;
    assert!(body.starts_with(&format!("{MARKER}\ntwo\n")) && body.len() <= 60_000 && body.ends_with("too long for a comment.*"), "{}", body.len());
    check_log(&stub);
}

#[tokio::test]
async fn what_may_have_been_done_is_looked_for_before_it_is_done_again() {
    for kind in [FaultKind::CutBefore, FaultKind::CutAfter, FaultKind::FailsBefore, FaultKind::FailsAfter, FaultKind::HalfAfter] {
        let stub = Stub::start(State::default());
        let (github, waits) = client(&stub);
        stub.change(|state| state.faults = vec![Fault::of("POST", "/comments", 2, kind.clone())]);
        assert_eq!(github.upsert_comment(7, MARKER, "one").await.unwrap(), Upserted::Created, "{kind:?}");
        stub.change(|state| state.faults = vec![Fault::of("POST", "/issues", 2, kind.clone())]);
        assert_eq!(github.raise_issue(&ROLLING, "publish", "it failed", "again").await.unwrap(), Raised::Opened, "{kind:?}");
        stub.change(|state| state.faults = vec![Fault::of("PATCH", "", 2, kind.clone())]);
        assert_eq!(github.upsert_comment(7, MARKER, "two").await.unwrap(), Upserted::Updated, "{kind:?}");
        let state = stub.state();
        assert_eq!((state.comments.len(), state.issues.len()), (1, 1), "{kind:?}");
        assert_eq!(state.comments[0].body, format!("{MARKER}\ntwo"), "{kind:?}");
        assert!(!waits.seconds().is_empty(), "{kind:?}");
        // Where there is nothing to look for, nothing is done again.
        stub.change(|state| state.faults = vec![Fault::of("POST", "/dispatches", 1, kind.clone())]);
        let unsure = github.start_workflow(&"publish.yml".parse().unwrap(), "main", &Default::default()).await.unwrap_err();
        assert!(matches!(unsure, GitHubError::Unsure { .. }), "{kind:?}: {unsure}");
        let starts = stub.state().log.iter().filter(|logged| logged.path.ends_with("/dispatches")).count();
        assert_eq!(starts, 1, "{kind:?}");
        check_log(&stub);
    }
}

#[tokio::test]
async fn a_status_is_short_and_leads_to_a_page_or_nowhere() {
    let stub = Stub::start(State::default());
    let (github, _) = client(&stub);
    github.set_status(&sha('a'), CommitState::Failure, &format!("one\n{}", "x".repeat(200)), Some("https://example.com/run")).await.unwrap();
    github.set_status(&sha('a'), CommitState::Success, "good", Some("javascript:alert(1)")).await.unwrap();
    let statuses = stub.state().statuses;
    assert_eq!((statuses[0].state.as_str(), statuses[0].context.as_str()), ("failure", "klayers/packages"));
    assert_eq!(statuses[0].description.as_ref().unwrap().chars().count(), 140);
    assert_eq!((statuses[0].target_url.as_deref(), statuses[1].target_url.as_deref()), (Some("https://example.com/run"), None));
    assert!(github.set_status("main", CommitState::Success, "", None).await.is_err());
    check_log(&stub);
}

#[tokio::test]
async fn the_issue_is_opened_kept_closed_and_opened_again() {
    let stub = Stub::start(State::default());
    let (github, _) = client(&stub);
    let body = |stub: &Stub| stub.state().issues.last().unwrap().body.clone().unwrap();
    assert_eq!(github.settle_issue(&ROLLING, "publish", "well").await.unwrap(), Settled::Nothing);
    assert_eq!(github.raise_issue(&ROLLING, "publish", "one", "again").await.unwrap(), Raised::Opened);
    assert_eq!(github.raise_issue(&ROLLING, "publish", "one", "again").await.unwrap(), Raised::Unchanged(1));
    assert_eq!(github.raise_issue(&ROLLING, "publish", "two", "again").await.unwrap(), Raised::Updated(1));
    assert_eq!(github.raise_issue(&ROLLING, "daily", "three", "again").await.unwrap(), Raised::Updated(1), "another workflow, the same issue");
    assert!(body(&stub).contains("two") && body(&stub).contains("three"));
    assert_eq!(github.settle_issue(&ROLLING, "publish", "well").await.unwrap(), Settled::Updated(1));
    assert!(!body(&stub).contains("two") && body(&stub).contains("three"), "{}", body(&stub));
    assert_eq!(github.settle_issue(&ROLLING, "publish", "well").await.unwrap(), Settled::Nothing, "the other one's failure is not ours to close");
    assert_eq!(github.settle_issue(&ROLLING, "daily", "well").await.unwrap(), Settled::Closed(1));
    assert_eq!(stub.state().comments.iter().map(|comment| comment.body.as_str()).collect::<Vec<_>>(), ["well"]);
    assert_eq!(github.raise_issue(&ROLLING, "publish", "four", "again").await.unwrap(), Raised::Reopened(1));
    assert!(body(&stub).contains("four") && !body(&stub).contains("three"), "{}", body(&stub));
    let state = stub.state();
    assert_eq!((state.issues.len(), state.issues[0].state.as_str(), state.issues[0].labels.as_slice()), (1, "open", ["incident".to_owned()].as_slice()));
    assert_eq!(state.comments.len(), 2, "it is told anew only when it fails anew");
    check_log(&stub);
}

#[tokio::test]
async fn an_issue_that_a_stranger_copied_is_not_ours() {
    let copy = |number: u64, user: User, is_pull_request: bool| Issue {
        number,
        title: "x".to_owned(),
        body: Some(format!("{}\ncopied", ROLLING.marker)),
        state: "open".to_owned(),
        labels: vec!["incident".to_owned()],
        user,
        is_pull_request,
    };
    let issues =
        vec![copy(1, User::person("somebody"), false), copy(2, User::person("github-actions[bot]"), false), copy(3, User::bot("github-actions[bot]"), true)];
    let stub = Stub::start(State { issues: issues.clone(), ..State::default() });
    let (github, _) = client(&stub);
    assert_eq!(github.settle_issue(&ROLLING, "publish", "well").await.unwrap(), Settled::Nothing);
    assert_eq!(github.raise_issue(&ROLLING, "publish", "one", "again").await.unwrap(), Raised::Opened);
    assert_eq!(stub.state().issues[..3], issues);
    check_log(&stub);
}

#[tokio::test]
async fn what_a_user_may_do_is_what_github_says() {
    let permissions = [("boss", "admin"), ("keeper", "write"), ("reader", "read"), ("odd", "root")].map(|(user, may)| (user.to_owned(), may.to_owned()));
    let stub = Stub::start(State { permissions: permissions.into(), ..State::default() });
    let (github, _) = client(&stub);
    for (user, expected, is_maintainer) in [
        ("boss", Permission::Admin, true),
        ("keeper", Permission::Write, true),
        ("reader", Permission::Read, false),
        ("odd", Permission::None, false),
        ("stranger", Permission::None, false),
    ] {
        let permission = github.permission_of(user).await.unwrap();
        assert_eq!((permission, permission.is_maintainer()), (expected, is_maintainer), "{user}");
    }
    for name in ["", "../../issues", "a b", "github-actions[bot]"] {
        assert!(matches!(github.permission_of(name).await, Err(GitHubError::Invalid { .. })), "{name}");
    }
    check_log(&stub);
}

#[tokio::test]
async fn a_token_that_may_not_is_told_what_is_missing() {
    let stub = Stub::start(State::default());
    let (github, waits) = client_of(&stub.url(), "owner/layers", "permissions:contents=read");
    let refused = github.upsert_comment(7, MARKER, "one").await.unwrap_err().to_string();
    assert!(refused.contains("cannot comment on #7: GitHub answered 403: Resource not accessible by integration"), "{refused}");
    assert!(refused.contains("This call needs `issues=write; pull_requests=write`") && !refused.contains("permissions:contents"), "{refused}");
    assert!(waits.seconds().is_empty() && stub.state().comments.is_empty());
}
