//! `klayers pr comment`: the report as a comment.

use std::path::{Path, PathBuf};

use super::event::FinishedRun;
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::github::{ByHead, ChangedFile, CommitState, GitHub, PullRequest, Upserted};
use crate::outside::files;
use crate::pull::{Circumstances, Ending, NoReport, REPORT_MAX_BYTES, Report, Standing, changed_files, markdown, read, verdict};

/// The hidden first line of our comment, by which it is found again.
const MARKER: &str = "<!-- klayers:packages -->";

/// Tells the pull request of a run what came of it: one comment, changed in place, and the status `klayers/packages`.
///
/// For a workflow that `workflow_run` starts. Which pull request it is, what it is at and which files it changes, GitHub
/// says; the report is only read, and what cannot be read of it is told without a word of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The report that the run left. Where there is none, the comment says so.
    #[arg(long, value_name = "FILE")]
    report: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let finished = FinishedRun::from_environment()?;
    if !finished.is_of_a_pull_request() || finished.ending() == Ending::Cancelled {
        context.say("nothing to tell: the run was not of a pull request, or a newer one took its place");
        return Ok(Outcome::Done);
    }
    let Some(head) = finished.head()? else {
        context.say("nobody to tell: the repository or the branch of the change is gone");
        return Ok(Outcome::Done);
    };
    let github = GitHub::from_environment()?;
    let pull = match github.pull_by_head(&head).await? {
        ByHead::Found(pull) => pull,
        ByHead::MovedOn(pull) => return Ok(moved_on(context, &pull)),
        ByHead::None => {
            context.say("nobody to tell: no pull request is open at the commit of the run");
            return Ok(Outcome::Done);
        }
    };
    let files = github.files_of_pull(pull.number).await?;
    let paths = files.files.into_iter().flat_map(|ChangedFile { filename, previous_filename, status: _ }| previous_filename.into_iter().chain([filename]));
    let circumstances =
        Circumstances { commit: Some(finished.sha().to_owned()), run: Some(finished.run(github.repository())?), change: changed_files(paths, files.is_all) };
    let report = report(&args.report);
    let report = report.as_ref().map_err(|why| *why);
    // What was asked above took a while.
    if github.head_of_pull(pull.number).await?.as_deref() != Some(finished.sha()) {
        return Ok(moved_on(context, &pull));
    }
    let upserted = github.upsert_comment(pull.number, MARKER, &markdown(report, &circumstances)).await?;
    let verdict = verdict(report, &circumstances);
    let state = match verdict.standing {
        Standing::Good => CommitState::Success,
        Standing::Bad => CommitState::Failure,
        Standing::Unknown => CommitState::Pending,
    };
    let url = circumstances.run.as_ref().map(|run| run.url.as_str());
    github.set_status(finished.sha(), state, &verdict.description, url).await?;
    let done = match upserted {
        Upserted::Created => "told",
        Upserted::Updated => "told anew",
        Upserted::Unchanged => "was told before",
    };
    context.say(format!("#{} {done}: {}", pull.number, verdict.description));
    Ok(Outcome::Done)
}

fn moved_on(context: &Context, pull: &PullRequest) -> Outcome {
    context.say(format!("nothing to tell: #{} has other commits by now, which have a run of their own", pull.number));
    Outcome::Done
}

/// The report, of which too much is not read at all.
fn report(path: &Path) -> Result<Report, NoReport> {
    let (size, _) = files::size_and_time(path).ok_or(NoReport::Missing)?;
    if size > REPORT_MAX_BYTES {
        return Err(NoReport::TooLarge);
    }
    read(&files::read(path, REPORT_MAX_BYTES).map_err(|_| NoReport::NotJson)?)
}
