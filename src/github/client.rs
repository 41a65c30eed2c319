//! The client: every call goes through [`GitHub::send`], which alone knows limits, time-outs and repetition.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use octocrab::{Octocrab, OctocrabBuilder};
use serde::de::DeserializeOwned;

use super::answer::{Answer, NoAnswer, body, reason};
use super::patience::Next;
use super::request::Call;
use super::{GitHubError, Patience, Pause, RealPause, Repository, Settings};

/// The version of the API that is asked for. <https://docs.github.com/en/rest/about-the-rest-api/api-versions>
const API_VERSION: &str = "2022-11-28";
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// GitHub's API, as one repository's job sees it.
#[derive(Debug)]
pub struct GitHub {
    settings: Settings,
    patience: Patience,
    pause: Arc<dyn Pause>,
    /// Made when it is first wanted: reading the system's certificates takes a while.
    client: Mutex<Option<Octocrab>>,
    waited_milliseconds: AtomicU64,
}

impl GitHub {
    /// As the environment of the job says.
    ///
    /// # Errors
    /// When a variable is missing or wrong.
    pub fn from_environment() -> Result<Self, GitHubError> {
        Ok(Self::new(Settings::from_environment()?, Patience::default(), Arc::new(RealPause)))
    }

    /// A client with any settings, which makes no call yet.
    pub fn new(settings: Settings, patience: Patience, pause: Arc<dyn Pause>) -> Self {
        Self { settings, patience, pause, client: Mutex::default(), waited_milliseconds: AtomicU64::new(0) }
    }

    /// How it is reached.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whose issues and pull requests.
    pub fn repository(&self) -> &Repository {
        &self.settings.repository
    }

    /// A path below this repository's.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{rest}", self.settings.repository)
    }

    /// The value that GitHub answers.
    pub(super) async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, GitHubError> {
        self.send(call).await?.parse(&call.what)
    }

    /// Asks until it is done, refused, or too late.
    pub(super) async fn send(&self, call: &Call) -> Result<Answer, GitHubError> {
        let mut failures = 0;
        loop {
            let outcome = self.try_once(call).await?;
            tracing::debug!(method = %call.method, path = %call.path, status = outcome.as_ref().map_or(0, |answer| answer.status), "asked GitHub");
            let next = self.patience.next(&outcome, call.again, failures);
            let what = || call.what.clone();
            failures += 1;
            let is_last = failures >= self.patience.tries;
            match next {
                Next::Done => return outcome.map_err(|no_answer| refusal(what(), Err(no_answer))),
                Next::Refused => return Err(refusal(what(), outcome)),
                Next::Limited { wait, until } => {
                    let limited = || GitHubError::Limited { what: what(), until };
                    self.wait(wait, is_last, "GitHub's rate limit is used up").await.map_err(|TooLong| limited())?;
                }
                Next::Again { wait, reason } => {
                    self.wait(wait, is_last, &reason).await.map_err(|TooLong| GitHubError::Unreachable { what: what(), reason })?;
                }
                Next::Unsure { reason } => return Err(GitHubError::Unsure { what: what(), reason }),
            }
        }
    }

    /// Makes something that must be there once: looks for it, makes it when it is not there, and looks again when nobody
    /// knows whether that was done.
    pub(super) async fn make_once<T>(&self, create: &Call, look: impl AsyncFn() -> Result<Option<T>, GitHubError>) -> Result<Made<T>, GitHubError> {
        let mut failures = 0;
        loop {
            if let Some(found) = look().await? {
                return Ok(if failures == 0 { Made::WasThere(found) } else { Made::Now });
            }
            match self.send(create).await {
                Ok(_) => return Ok(Made::Now),
                Err(GitHubError::Unsure { what, reason }) => {
                    // What was made may be listed a moment later.
                    failures += 1;
                    let is_last = failures >= self.patience.tries;
                    self.wait(self.patience.wait(failures), is_last, &reason).await.map_err(|TooLong| GitHubError::Unsure { what, reason })?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits, when there is a next try and all waits together take no longer than they may.
    async fn wait(&self, duration: Duration, is_last: bool, reason: &str) -> Result<(), TooLong> {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let before = self.waited_milliseconds.load(Ordering::Relaxed);
        if is_last || u128::from(before.saturating_add(milliseconds)) > self.patience.total.as_millis() {
            return Err(TooLong);
        }
        self.waited_milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
        tracing::info!(seconds = duration.as_secs_f32(), "waiting: {reason}");
        self.pause.pause(duration).await;
        Ok(())
    }

    async fn try_once(&self, call: &Call) -> Result<Result<Answer, NoAnswer>, GitHubError> {
        let client = self.client()?;
        let request = http::Request::builder()
            .method(call.method.clone())
            .uri(&call.path)
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", API_VERSION);
        let request = if call.body.is_some() { request.header(CONTENT_TYPE, "application/json") } else { request };
        let request = request.body(body(call.body.as_ref())).map_err(|error| GitHubError::Invalid { what: call.what.clone(), reason: error.to_string() })?;
        let answered = async {
            let response = client.execute(request).await.map_err(|error| NoAnswer::Cut(reason(&error)))?;
            Answer::read(response, call.limit_bytes).await
        };
        let late = |_| Err(NoAnswer::Cut(format!("no answer within {} s", self.patience.answer.as_secs())));
        Ok(tokio::time::timeout(self.patience.answer, answered).await.unwrap_or_else(late))
    }

    fn client(&self) -> Result<Octocrab, GitHubError> {
        let mut client = self.client.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(client) = &*client {
            return Ok(client.clone());
        }
        let failed = |error: octocrab::Error| GitHubError::Client { reason: reason(&error) };
        let made = OctocrabBuilder::new()
            .base_uri(self.settings.api.as_str())
            .and_then(|builder| builder.add_header(USER_AGENT, USER_AGENT_VALUE.to_owned()).set_connect_timeout(Some(CONNECT_LIMIT)).build())
            // Only requests without a host of their own get the token, which is then marked as secret.
            .and_then(|client| client.user_access_token(self.settings.token.clone()))
            .map_err(failed)?;
        *client = Some(made.clone());
        Ok(made)
    }
}

/// How it came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made<T> {
    /// It was there before.
    WasThere(T),
    /// It was made.
    Now,
}

/// There is no time, or no try, left.
struct TooLong;

const USER_AGENT_VALUE: &str = concat!("klayers/", env!("CARGO_PKG_VERSION"));

fn refusal(what: String, outcome: Result<Answer, NoAnswer>) -> GitHubError {
    match outcome {
        Ok(answer) => {
            let needed = answer.header("x-accepted-github-permissions").map(|needed| crate::domain::one_line(needed, 200)).filter(|needed| !needed.is_empty());
            GitHubError::Refused { what, status: answer.status, message: answer.message(), needed }
        }
        Err(NoAnswer::TooLong) => GitHubError::NotUnderstood { what, reason: "it is longer than any should be".to_owned() },
        Err(NoAnswer::Cut(reason)) => GitHubError::Unreachable { what, reason },
    }
}
