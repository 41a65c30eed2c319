//! The client when GitHub does not answer as it should: limits, failures, and answers that are none. No wait is real.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "github/mod.rs"]
mod github;

use std::time::Duration;

use github::client::{TOKEN, client};
use github::{Fault, FaultKind, State, Stub};
use klayers::github::{GitHubError, Patience, Permission};

fn stub(faults: Vec<Fault>) -> Stub {
    Stub::start(State { permissions: [("boss".to_owned(), "admin".to_owned())].into(), faults, ..State::default() })
}

fn times(times: u32, kind: FaultKind) -> Vec<Fault> {
    vec![Fault { times, ..Fault::once(kind) }]
}

#[tokio::test]
async fn a_limit_is_waited_for_as_long_as_it_says() {
    for (faults, expected) in [
        (times(1, FaultKind::Primary(30)), vec![31]),
        (times(2, FaultKind::Primary(-5)), vec![1, 1]),
        (times(1, FaultKind::SecondaryFor(90)), vec![90]),
        (times(3, FaultKind::Secondary), vec![60, 120, 240]),
        (times(2, FaultKind::TooMany), vec![60, 120]),
    ] {
        let stub = stub(faults.clone());
        let (github, waits) = client(&stub);
        assert_eq!(github.permission_of("boss").await.unwrap(), Permission::Admin, "{faults:?}");
        assert_eq!(waits.seconds(), expected, "{faults:?}");
        assert_eq!(stub.state().log.len(), 1 + expected.len());
    }
}

#[tokio::test]
async fn no_limit_is_waited_for_longer_than_ten_minutes_in_all_and_it_is_said_when_to_come_back() {
    let total = Patience::default().total;
    assert!(total <= Duration::from_secs(600));
    for (faults, words) in [
        (times(1, FaultKind::Primary(3600)), "until 2026-11-22T21:00:00Z\nhelp: run this again then"),
        (times(1, FaultKind::SecondaryFor(601)), "until 2026-11-22T20:10:01Z\nhelp: run this again then"),
        (times(9, FaultKind::Secondary), "for a while\nhelp: run this again then"),
        (times(9, FaultKind::SecondaryFor(0)), "\nhelp: run this again then"),
    ] {
        let stub = stub(faults.clone());
        let (github, waits) = client(&stub);
        let error = github.permission_of("boss").await.unwrap_err();
        assert!(matches!(error, GitHubError::Limited { .. }) && error.to_string().contains(words), "{faults:?}: {error}");
        assert!(waits.total() <= total, "{:?}", waits.seconds());
    }
    // The time is that of the client: what one call waited, the next has less.
    let stub = stub(times(6, FaultKind::SecondaryFor(200)));
    let (github, waits) = client(&stub);
    for _ in 0..3 {
        let _ = github.permission_of("boss").await;
    }
    assert!(waits.total() <= total, "{:?}", waits.seconds());
}

#[tokio::test]
async fn what_may_be_asked_twice_is_asked_again_when_it_failed() {
    for kind in [FaultKind::CutBefore, FaultKind::CutAfter, FaultKind::FailsBefore, FaultKind::FailsAfter, FaultKind::HalfAfter] {
        let some = stub(times(4, kind.clone()));
        let (github, waits) = client(&some);
        assert_eq!(github.permission_of("boss").await.unwrap(), Permission::Admin, "{kind:?}");
        assert_eq!(waits.seconds().len(), 4, "{kind:?}");
        let always = stub(times(99, kind.clone()));
        let (github, _) = client(&always);
        let error = github.permission_of("boss").await.unwrap_err();
        assert!(matches!(error, GitHubError::Unreachable { .. }), "{kind:?}: {error}");
        assert_eq!(always.state().log.len(), 5, "{kind:?}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_is_said_and_the_token_is_not() {
    let gone = stub(Vec::new()).url();
    let (github, _) = github::client::client_of(&gone, "owner/layers", TOKEN);
    let error = github.permission_of("boss").await.unwrap_err();
    assert!(matches!(error, GitHubError::Unreachable { .. }), "{error}");
    for text in [error.to_string(), format!("{error:?}"), format!("{github:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_or_has_no_end_is_an_error_and_not_read_on() {
    for (kind, words) in [
        (FaultKind::Says("<html>".to_owned()), "GitHub's answer is not understood"),
        (FaultKind::Says("{\"permission\":7}".to_owned()), "GitHub's answer is not understood"),
        (FaultKind::Says(format!("\"\u{1b}[31m::error::{}\"", "x".repeat(5000))), "GitHub's answer is not understood"),
        (FaultKind::Huge(8 << 20), "it is longer than any should be"),
    ] {
        let stub = stub(times(9, kind));
        let (github, _) = client(&stub);
        let error = github.permission_of("boss").await.unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains('\u{1b}') && error.len() < 1000, "{error}");
        assert_eq!(stub.state().log.len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_does_not_get_the_token() {
    let elsewhere = stub(Vec::new());
    let here = stub(times(1, FaultKind::Redirect(format!("{}/repos/owner/layers/collaborators/boss/permission", elsewhere.url()))));
    let (github, _) = client(&here);
    let _ = github.permission_of("boss").await;
    assert_eq!(here.state().log[0].headers.get("authorization").map(String::as_str), Some(format!("Bearer {TOKEN}").as_str()));
    let asked = elsewhere.state().log;
    assert_eq!(asked.len(), 1, "it is followed, or this test shows nothing");
    for logged in asked {
        assert!(!format!("{logged:?}").contains(TOKEN), "{logged:?}");
    }
}
