//! Commits on top of what a branch is now, again and again until nobody was faster.

use std::time::Duration;

use super::News;
use super::content::{Content, write_content};
use super::message::{message, run_address, subject};
use crate::commands::context::Context;
use crate::commands::places;
use crate::commands::steps::value;
use crate::ledger::LEDGER_DIR;
use crate::outside::files;
use crate::outside::git::{Author, Checkout, GitError, Pushed, Remote};
use crate::report::Problems;

/// How often it is tried. Each time somebody else pushed within the few seconds that a try takes.
const TRIES: u32 = 8;
/// The wait after the first try, in milliseconds, of which each may be another part; it doubles until the sixth.
const FIRST_WAIT_MILLISECONDS: u64 = 400;
/// Who commits, as GitHub knows its own workflows.
const NAME: &str = "github-actions[bot]";
const EMAIL: &str = "41898282+github-actions[bot]@users.noreply.github.com";
const KEPT: &str = "what was to be recorded is as it was: run this command again with the same files";

/// Which branch.
#[derive(Debug, Clone, Copy)]
pub struct Branch<'a> {
    /// Of what the repository around the root calls so.
    pub remote: &'a str,
    /// Its name.
    pub branch: &'a str,
}

/// What came of it.
#[derive(Debug)]
pub struct Committed {
    /// What the branch is at.
    pub sha: String,
    /// What the commit says; nothing when there was nothing to commit.
    pub message: Option<String>,
    /// Whether what is rendered goes with it.
    pub is_rendered: bool,
    /// What is wrong with the branch's configuration, or worth a warning.
    pub problems: Problems,
}

/// Commits `news` and pushes. Nothing when the ledger of the branch is wrong.
///
/// # Errors
/// When the branch cannot be fetched or pushed to.
pub async fn commit(context: &Context, news: &News, branch: Branch<'_>) -> anyhow::Result<Option<Committed>> {
    let scratch = context.path(places::COMMIT);
    files::create_dir(&scratch)?;
    files::remove_leftovers_of_the_gone(&scratch)?;
    let folder = files::temporary_dir_in(&scratch)?;
    let token: String = value(None, "GITHUB_TOKEN")?.unwrap_or_default();
    let server: String = value(None, "GITHUB_SERVER_URL")?.unwrap_or_else(|| "https://github.com".to_owned());
    let remote = Remote::of(&context.root, branch.remote, branch.branch).await.map_err(kept)?.with_token(&server, &token);
    let checkout = Checkout::make(folder.path(), remote).await?;
    let on_branch = Context { root: folder.path().to_owned(), ..context.clone() };

    let mut pushed_perhaps = None;
    let mut last = String::new();
    for tried in 0..TRIES {
        if tried > 0 {
            tokio::time::sleep(wait(tried)).await;
        }
        match checkout.fetch().await {
            Err(error) if error.is_passing() => {
                last = error.to_string();
                context.say(format!("try {} of {TRIES}: {last}", tried + 1));
                continue;
            }
            fetched => fetched.map_err(kept)?,
        }
        let Some(content) = write_content(&on_branch, news)? else { return Ok(None) };
        let subject = subject(&content.before, &content.after);
        if !commit_content(context, &checkout, &content, &message(&subject, run_address()?.as_deref())).await? {
            return committed(&checkout, content, pushed_perhaps).await;
        }
        match checkout.push().await? {
            Pushed::Done => return committed(&checkout, content, Some(subject)).await,
            Pushed::Outrun => last = "somebody else pushed meanwhile".to_owned(),
            // The next try sees whether it is there.
            Pushed::Unclear(said) => {
                last = said;
                pushed_perhaps = Some(subject);
            }
            Pushed::Protected(said) => anyhow::bail!(
                "the rules of `{}` do not let this be pushed: {said}\nhelp: let the workflow's token, or an app, by-pass the rules of the branch, or take the rule away that asks for pull requests; {KEPT}",
                branch.branch
            ),
            Pushed::Forbidden(said) => {
                anyhow::bail!("we may not push to `{}`: {said}\nhelp: the job needs `contents: write` and `GITHUB_TOKEN`; {KEPT}", branch.branch)
            }
        }
        context.say(format!("try {} of {TRIES}: {last}", tried + 1));
    }
    anyhow::bail!("`{}` could not be pushed to in {TRIES} tries, at last: {last}\nhelp: {KEPT}", branch.branch)
}

async fn commit_content(context: &Context, checkout: &Checkout, content: &Content, message: &str) -> Result<bool, GitError> {
    let author = Author { name: NAME.to_owned(), email: EMAIL.to_owned(), seconds: context.now.as_second() };
    let paths: &[&str] = if content.is_rendered { &[LEDGER_DIR, places::DEPLOYMENTS] } else { &[LEDGER_DIR] };
    checkout.commit(paths, message, &author).await
}

async fn committed(checkout: &Checkout, content: Content, message: Option<String>) -> anyhow::Result<Option<Committed>> {
    let sha = checkout.head().await?;
    Ok(Some(Committed { sha, message, is_rendered: content.is_rendered, problems: content.problems }))
}

fn kept(error: GitError) -> anyhow::Error {
    anyhow::anyhow!("{error}\nhelp: {KEPT}")
}

fn wait(tried: u32) -> Duration {
    let most = FIRST_WAIT_MILLISECONDS << (tried - 1).min(5);
    Duration::from_millis(fastrand::u64(most / 4..=most))
}
