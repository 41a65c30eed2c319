//! Logging in to AWS as a job of GitHub Actions: a token of the job for credentials of a role.
//!
//! Only where nothing else gives credentials: keys and files of other tools come first, as they do with these. Tokens live
//! for minutes and credentials for an hour, so each login takes a new token, and a long run logs in again by itself.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::{BehaviorVersion, ConfigLoader, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use tokio::sync::Mutex;

use super::OutsideError;
use super::http::Http;
use super::id_token::{IdToken, IdTokens, REQUEST_TOKEN, REQUEST_URL};
use crate::domain::{Claims, Invalid, Partition, RoleArn, shown};

/// The variable that names the role.
pub const ROLE: &str = "AWS_ROLE_ARN";
/// What each of these gives is taken first, as AWS's own tools do.
pub const OTHER_CREDENTIALS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"];
/// What every role allows, in seconds. A role that allows more is not asked for more: logging in again costs two calls.
const SESSION_SECONDS: i32 = 3600;
/// Credentials that are nearly spent are not handed out.
const SPARE: Duration = Duration::from_secs(60);
/// A token and a login, each tried more than once. The SDK's own five seconds are for calls within AWS.
const LOGIN_LIMIT: Duration = Duration::from_secs(60);
/// Longest name of a session that AWS takes, in bytes.
const SESSION_NAME_MAX_BYTES: usize = 64;

/// Why a job cannot log in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The job could have a token, and no role to take it to.
    #[error(
        "`{ROLE}` is empty, and there are no other AWS credentials\nhelp: set it as a variable of the job's environment; `klayers doctor --github` says which are missing"
    )]
    NoRole,
    /// The variable has something else.
    #[error("`{ROLE}` cannot be used: {0}")]
    Role(#[from] Invalid),
    /// The job cannot have a token.
    #[error("this job cannot log in as `{role}`: `{missing}` is not set\nhelp: give the job `permissions: id-token: write`, and let no step take it away")]
    NoIdToken {
        /// The role that it would log in as.
        role: RoleArn,
        /// The variable that GitHub did not set.
        missing: &'static str,
    },
    /// There should be a token, and none comes.
    #[error("GitHub gives this job no token: {0}")]
    Token(#[source] OutsideError),
    /// AWS has the token and does not let it in.
    #[error(
        "AWS does not let this job have `{role}`: {reason}\nits token says: {said}\nhelp: run `klayers doctor --github` in the same job: it holds the token against the role's trust policy"
    )]
    Refused {
        /// The role that it would log in as.
        role: RoleArn,
        /// What AWS says.
        reason: String,
        /// What decides it, of the token.
        said: String,
    },
    /// AWS does not answer.
    #[error("AWS does not answer when asked for `{role}`: {reason}")]
    Unreachable {
        /// The role that it would log in as.
        role: RoleArn,
        /// What went wrong.
        reason: String,
    },
}

/// A way to log in: where a job gets its tokens, and the role that it takes them to.
#[derive(Debug, Clone)]
pub struct Login {
    /// The role that it logs in as.
    pub role: RoleArn,
    id_tokens: IdTokens,
    session_name: String,
    http: Http,
}

/// Credentials that last as long as they are asked for.
#[derive(Debug)]
struct LoggedIn {
    login: Login,
    latest: Mutex<Credentials>,
}

/// Settings and credentials from where AWS's other tools take them.
pub fn settings() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
}

/// The same; in a job of GitHub Actions that has no credentials, with those of the role that `AWS_ROLE_ARN` names, as which it
/// logs in at once.
///
/// # Errors
/// When the job should log in and cannot.
pub async fn settings_of_job(http: &Http) -> Result<ConfigLoader, LoginError> {
    let settings = settings();
    let Some(login) = Login::wanted(&variable, http)? else { return Ok(settings) };
    let first = login.log_in().await?;
    tracing::info!(role = %login.role, "logged in");
    Ok(settings.credentials_provider(LoggedIn { login, latest: Mutex::new(first) }).identity_cache(IdentityCache::lazy().load_timeout(LOGIN_LIMIT).build()))
}

impl Login {
    /// Whether a job that has these variables should log in; nothing when there are credentials already, or this is no job.
    ///
    /// # Errors
    /// When it should and cannot.
    pub fn wanted(variable: &dyn Fn(&str) -> Option<String>, http: &Http) -> Result<Option<Self>, LoginError> {
        let is_job = variable("GITHUB_ACTIONS").as_deref() == Some("true") || variable(REQUEST_URL).is_some() || variable(REQUEST_TOKEN).is_some();
        if !is_job || OTHER_CREDENTIALS.iter().any(|name| variable(name).is_some()) {
            return Ok(None);
        }
        let role: RoleArn = variable(ROLE).ok_or(LoginError::NoRole)?.parse()?;
        let id_tokens = IdTokens::from(variable).map_err(|missing| LoginError::NoIdToken { role: role.clone(), missing })?;
        let run = variable("GITHUB_RUN_ID").filter(|run| run.bytes().all(|byte| byte.is_ascii_digit()));
        let mut session_name = run.map_or_else(|| "klayers".to_owned(), |run| format!("klayers-{run}"));
        session_name.truncate(SESSION_NAME_MAX_BYTES);
        Ok(Some(Self { role, id_tokens, session_name, http: http.clone() }))
    }

    /// Logs in once, and forgets the credentials: only whether it works, and what the token says.
    ///
    /// # Errors
    /// When there is no token, which then says nothing.
    pub async fn try_out(&self) -> Result<(Claims, Result<(), LoginError>), LoginError> {
        let token = self.token().await?;
        let claims = token.claims()?;
        Ok((claims, self.take(&token).await.map(|_| ())))
    }

    async fn log_in(&self) -> Result<Credentials, LoginError> {
        self.take(&self.token().await?).await
    }

    async fn token(&self) -> Result<IdToken, LoginError> {
        self.id_tokens.get(&self.http, self.role.partition().audience()).await.map_err(LoginError::Token)
    }

    async fn take(&self, token: &IdToken) -> Result<Credentials, LoginError> {
        let settings = settings().no_credentials().region(region(self.role.partition(), &variable));
        let client = aws_sdk_sts::Client::new(&settings.load().await);
        let request = client.assume_role_with_web_identity().role_arn(self.role.to_string()).role_session_name(&self.session_name);
        let answer = request.duration_seconds(SESSION_SECONDS).web_identity_token(token.secret()).send().await;
        let answer = answer.map_err(|error| match error.as_service_error().and_then(|error| error.code()) {
            Some(code) => {
                let message = error.message().unwrap_or("nothing more");
                LoginError::Refused { role: self.role.clone(), reason: without(token, &format!("{code}: {message}")), said: said(token) }
            }
            None => LoginError::Unreachable { role: self.role.clone(), reason: without(token, &DisplayErrorContext(&error).to_string()) },
        })?;
        let unusable = || LoginError::Unreachable { role: self.role.clone(), reason: "its answer has no credentials".to_owned() };
        let given = answer.credentials().ok_or_else(unusable)?;
        let expiry = SystemTime::try_from(*given.expiration()).map_err(|_| unusable())?;
        Ok(Credentials::new(given.access_key_id(), given.secret_access_key(), Some(given.session_token().to_owned()), Some(expiry), "klayers"))
    }
}

impl LoggedIn {
    /// The latest credentials, or new ones when these are nearly spent. Those who ask at the same time get the same.
    async fn fresh(&self) -> Result<Credentials, CredentialsError> {
        let mut latest = self.latest.lock().await;
        if latest.expiry().is_some_and(|expiry| expiry < now() + SPARE) {
            *latest = self.login.log_in().await.map_err(CredentialsError::provider_error)?;
            tracing::info!(role = %self.login.role, "logged in again");
        }
        Ok(latest.clone())
    }
}

impl ProvideCredentials for LoggedIn {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.fresh())
    }
}

/// A region of the partition: what the global endpoint gives is not valid in regions that must be enabled.
fn region(partition: Partition, variable: &dyn Fn(&str) -> Option<String>) -> Region {
    let named = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| variable(name)?.parse::<crate::domain::RegionCode>().ok());
    let code = named.filter(|region| region.partition() == partition).map(|region| region.to_string());
    Region::new(code.unwrap_or_else(|| {
        match partition {
            Partition::Aws => "us-east-1",
            Partition::AwsCn => "cn-north-1",
            Partition::AwsUsGov => "us-gov-west-1",
        }
        .to_owned()
    }))
}

/// What decides whether a token is let in.
fn said(token: &IdToken) -> String {
    let Ok(claims) = token.claims() else { return "nothing that can be read".to_owned() };
    let claim = |name: &str| format!("{name} `{}`", claims.values(name).join("`, `"));
    ["sub", "aud", "environment", "ref", "repository_id"].map(claim).join(", ")
}

/// An answer may repeat what it was asked.
fn without(token: &IdToken, text: &str) -> String {
    shown(text.replace(token.secret(), "…"))
}

/// A variable that is there and not empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "whether credentials are spent is between AWS's clock and this one; `--now` does not change it")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::http::Network;

    const ARN: &str = "arn:aws:iam::123456789012:role/klayers-publisher";

    fn wanted(variables: &[(&str, &str)]) -> Result<Option<Login>, String> {
        let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Login::wanted(&variable, &Http::new(Network::Offline)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_job_logs_in_where_nothing_else_gives_credentials() {
        let job = [("GITHUB_ACTIONS", "true"), (ROLE, ARN), (REQUEST_URL, "https://x/?a=b"), (REQUEST_TOKEN, "t"), ("GITHUB_RUN_ID", "7")];
        let login = wanted(&job).expect("all there").expect("wanted");
        assert_eq!((login.role.to_string().as_str(), login.session_name.as_str()), (ARN, "klayers-7"));
        for other in OTHER_CREDENTIALS {
            assert!(wanted(&[&job[..], &[(other, "x")]].concat()).expect("nothing is missing").is_none(), "{other}");
        }
        assert!(wanted(&[(ROLE, ARN)]).expect("no job").is_none());
        assert!(wanted(&[]).expect("no job").is_none());
    }

    #[test]
    fn what_a_job_lacks_is_named() {
        for (variables, words) in [
            (&[("GITHUB_ACTIONS", "true")][..], "`AWS_ROLE_ARN` is empty"),
            (&[(REQUEST_URL, "https://x"), (REQUEST_TOKEN, "t")], "`AWS_ROLE_ARN` is empty"),
            (&[("GITHUB_ACTIONS", "true"), (ROLE, ARN)], "`ACTIONS_ID_TOKEN_REQUEST_URL` is not set\nhelp: give the job `permissions: id-token: write`"),
            (&[(REQUEST_URL, "https://x"), (ROLE, ARN)], "`ACTIONS_ID_TOKEN_REQUEST_TOKEN` is not set"),
            (&[("GITHUB_ACTIONS", "true"), (ROLE, "klayers")], "`klayers` is not the ARN of a role"),
        ] {
            let said = wanted(variables).expect_err(words);
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn the_region_is_one_of_the_roles_partition() {
        let of = |partition, named: &'static str| region(partition, &|name| (name == "AWS_REGION").then(|| named.to_owned())).to_string();
        assert_eq!(of(Partition::Aws, "eu-west-1"), "eu-west-1");
        assert_eq!(of(Partition::Aws, "cn-north-1"), "us-east-1");
        assert_eq!(of(Partition::AwsCn, ""), "cn-north-1");
        assert_eq!(of(Partition::AwsUsGov, "nonsense"), "us-gov-west-1");
    }
}
