//! What a job's environment says of GitHub: which repository, which API, which run, and the token.

use std::fmt;
use std::str::FromStr;

use super::GitHubError;
use crate::domain::{Invalid, shown};

const API: &str = "https://api.github.com";
/// The author of what is written with a job's token.
pub const BOT: Author = Author { login: std::borrow::Cow::Borrowed("github-actions[bot]"), is_bot: true };

/// A repository: its owner and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    owner: String,
    name: String,
}

/// Who writes at GitHub. What others wrote is never taken for ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Its name at GitHub; that of an app ends in `[bot]`.
    pub login: std::borrow::Cow<'static, str>,
    /// Whether it is a program, which a person's account cannot claim to be.
    pub is_bot: bool,
}

/// How to reach GitHub. Its `Debug` has no token.
#[derive(Clone)]
pub struct Settings {
    /// The address of the API, without a slash at its end.
    pub api: String,
    /// Whose issues and pull requests.
    pub repository: Repository,
    /// Who we are there.
    pub author: Author,
    pub(super) token: String,
}

impl Settings {
    /// Settings with a token, as our own bot.
    ///
    /// # Errors
    /// When the address is none, or when the token cannot be sent.
    pub fn new(api: &str, repository: Repository, token: &str) -> Result<Self, GitHubError> {
        let is_address = ["https://", "http://"].iter().any(|scheme| api.strip_prefix(scheme).is_some_and(|rest| !rest.trim_matches('/').is_empty()));
        if !is_address || api.contains(|character: char| !character.is_ascii_graphic() || matches!(character, '?' | '#' | '@')) {
            return Err(GitHubError::Variable { name: "GITHUB_API_URL", reason: format!("`{}` is not the address of an API", shown(api)) });
        }
        // What else there is in it is not said: it may be a part of a secret.
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(GitHubError::Variable { name: "GITHUB_TOKEN", reason: "its text is not a token: it must be one word".to_owned() });
        }
        Ok(Self { api: api.trim_end_matches('/').to_owned(), repository, author: BOT, token: token.to_owned() })
    }

    /// As GitHub sets them for every job; the token is what a workflow passes as `GITHUB_TOKEN`.
    ///
    /// # Errors
    /// When a variable is missing or wrong.
    pub fn from_environment() -> Result<Self, GitHubError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, GitHubError> {
        let set = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let missing = |name, reason: &str| GitHubError::Variable { name, reason: reason.to_owned() };
        let repository = set("GITHUB_REPOSITORY").ok_or_else(|| missing("GITHUB_REPOSITORY", "it is not set: GitHub sets it in workflows, to `owner/name`"))?;
        let repository = repository.parse().map_err(|error: Invalid| missing("GITHUB_REPOSITORY", &error.to_string()))?;
        let token =
            set("GITHUB_TOKEN").ok_or_else(|| missing("GITHUB_TOKEN", "it is not set: a workflow passes `${{ github.token }}` in the `env` of the step"))?;
        Self::new(&set("GITHUB_API_URL").unwrap_or_else(|| API.to_owned()), repository, &token)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Settings").field("api", &self.api).field("repository", &self.repository).field("author", &self.author).finish_non_exhaustive()
    }
}

impl Repository {
    /// The account that it belongs to.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository's name, without its owner.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a name that GitHub answers is this one, of which it ignores the case.
    pub fn is(&self, full_name: &str) -> bool {
        self.to_string().eq_ignore_ascii_case(full_name)
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}

impl FromStr for Repository {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid(format!("`{}` is not a repository: it is `owner/name`", shown(text)));
        let (owner, name) = text.split_once('/').ok_or_else(invalid)?;
        let is_name = |name: &str| {
            (1..=100).contains(&name.len())
                && !name.starts_with('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        };
        if is_name(owner) && is_name(name) { Ok(Self { owner: owner.to_owned(), name: name.to_owned() }) } else { Err(invalid()) }
    }
}

/// The page of the run that we are a part of, when we are.
pub fn run_url() -> Option<String> {
    run_url_of(|name| std::env::var(name).ok())
}

fn run_url_of(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let repository: Repository = variable("GITHUB_REPOSITORY")?.parse().ok()?;
    let run = variable("GITHUB_RUN_ID").filter(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()))?;
    let server = variable("GITHUB_SERVER_URL").filter(|server| !server.is_empty()).unwrap_or_else(|| "https://github.com".to_owned());
    crate::domain::web_address(&format!("{}/{repository}/actions/runs/{run}", server.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(&str, &str); 5] = [
        ("GITHUB_REPOSITORY", "Owner/the.name"),
        ("GITHUB_TOKEN", "ghs_secret"),
        ("GITHUB_API_URL", "https://ghe.example/api/v3/"),
        ("GITHUB_SERVER_URL", "https://ghe.example/"),
        ("GITHUB_RUN_ID", "42"),
    ];

    fn with<'a>(name: &'a str, value: Option<&'a str>) -> impl Fn(&str) -> Option<String> + 'a {
        move |asked| {
            let set = ALL.iter().find(|(known, _)| *known == asked).map(|(_, value)| *value);
            if asked == name { value } else { set }.map(str::to_owned)
        }
    }

    #[test]
    fn a_job_says_where_it_is_and_the_token_is_in_no_text() {
        let settings = Settings::from_variables(with("", None)).unwrap();
        assert_eq!((settings.api.as_str(), settings.repository.to_string().as_str()), ("https://ghe.example/api/v3", "Owner/the.name"));
        assert!(settings.repository.is("owner/The.Name") && !settings.repository.is("owner/other"));
        assert!(!format!("{settings:?}").contains("secret"));
        assert_eq!(Settings::from_variables(with("GITHUB_API_URL", Some(""))).unwrap().api, API);
        assert_eq!(run_url_of(with("", None)).as_deref(), Some("https://ghe.example/Owner/the.name/actions/runs/42"));
        assert_eq!(run_url_of(with("GITHUB_RUN_ID", Some("42/../x"))), None);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_and_no_token_is_told() {
        for (name, value, said) in [
            ("GITHUB_REPOSITORY", None, "`GITHUB_REPOSITORY`: it is not set"),
            ("GITHUB_REPOSITORY", Some(" "), "`GITHUB_REPOSITORY`: it is not set"),
            ("GITHUB_REPOSITORY", Some("owner"), "`owner` is not a repository"),
            ("GITHUB_REPOSITORY", Some("owner/name/../x"), "is not a repository"),
            ("GITHUB_REPOSITORY", Some("../name"), "is not a repository"),
            ("GITHUB_TOKEN", None, "`GITHUB_TOKEN`: it is not set"),
            ("GITHUB_TOKEN", Some("secret\nX-Header: 1"), "`GITHUB_TOKEN`: its text is not a token"),
            ("GITHUB_API_URL", Some("ftp://example"), "`ftp://example` is not the address of an API"),
            ("GITHUB_API_URL", Some("https://me@example"), "is not the address of an API"),
            ("GITHUB_API_URL", Some("https:///"), "is not the address of an API"),
        ] {
            let error = Settings::from_variables(with(name, value)).unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("secret"), "{name}={value:?}: {error}");
        }
    }
}
