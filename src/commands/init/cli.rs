//! What `klayers init` takes, and its steps in order.

use super::answers::{Answers, asked};
use super::changes::Changes;
use super::manual::manual_steps;
use super::record::{Standing, standing};
use super::repository::repository;
use super::wishes::understand;
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::config::edited;
use crate::outside::ask;

/// Turns a fork into a service of its own.
///
/// Writes `pipeline/config`, removes what another service recorded, renders `deployments/`, and prints what is left to do by
/// hand. On a terminal it asks for what is not given. Nothing is written unless all of it is right; the same call again
/// changes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// First word of every layer's name: letters, digits, `-` and `_`.
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// Number of the AWS account that layers live in.
    #[arg(long, value_name = "NUMBER")]
    account: Option<String>,
    /// Codes of the regions that layers go to, separated by commas; or `all`.
    #[arg(long, value_name = "CODES")]
    regions: Option<String>,
    /// Pythons that layers are made for, separated by commas: `3.13,3.14`.
    #[arg(long, value_name = "PYTHONS")]
    runtimes: Option<String>,
    /// Packages to begin with: `starter` (ten), `keep` (those that are there), or `empty`.
    #[arg(long, value_name = "WHICH")]
    catalogue: Option<String>,
    /// Address of the site; or `none` [default: that of GitHub Pages].
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// What serves the site: `pages`, or `s3://bucket/prefix` [default: pages].
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Names of the buckets for archives over 50 MiB, as `name-{region}-{account}`; or `none`
    /// [default: as it is in `klayers.toml`].
    #[arg(long, value_name = "PATTERN")]
    staging_bucket: Option<String>,
    /// The repository [default: `GITHUB_REPOSITORY`, or where git's `origin` is].
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,
    /// Removes what another service recorded without asking.
    #[arg(long)]
    yes: bool,
    /// Only says what would be written and removed.
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let given = Answers {
        repository: match &args.repository {
            Some(repository) => Some(repository.clone()),
            None => repository(context).await,
        },
        prefix: args.prefix.clone(),
        account: args.account.clone(),
        regions: args.regions.clone(),
        runtimes: args.runtimes.clone(),
        catalogue: args.catalogue.clone(),
        site: args.site.clone(),
        host: args.host.clone(),
        staging_bucket: args.staging_bucket.clone(),
    };
    let answers = if ask::is_possible() { asked(given, &mut ask::line)? } else { given };
    let (mut service, faults) = understand(context, &answers)?;
    let standing = service.as_ref().map(|service| standing(context, &service.wishes)).transpose()?;
    let mut faults = faults;
    if let Some(Standing::OfAnother { files, told }) = &standing
        && !args.yes
        && !args.dry_run
        && !(faults.is_empty() && ask::is_possible() && ask::yes(&format!("{told}: remove {} files of it?", files.len()))?)
    {
        faults.push(format!("--yes: {told}, in {} files of `pipeline/ledger/`, which would be removed", files.len()));
    }
    anyhow::ensure!(
        faults.is_empty(),
        "this is not enough to begin with, and nothing was written:\n  {}\nhelp: `klayers init --help` explains each",
        faults.join("\n  ")
    );
    let (Some(service), Some(standing)) = (service.as_mut(), standing) else { anyhow::bail!("nothing was written") };
    service.wishes.record = standing.record();

    let files = edited(&context.root, &service.wishes)?;
    let Some(changes) = Changes::prepare(context, files, &standing, &service.repository)? else {
        return Ok(Outcome::Problems);
    };
    if args.dry_run {
        changes.paths().iter().for_each(|line| context.put(line));
        return Ok(Outcome::Done);
    }
    let count = changes.carry_out(context)?;
    context.say(if count == 0 { "everything was so already".to_owned() } else { format!("{count} files written or removed: look at them, then commit") });
    context.say("what is left to do by hand is below; docs/setting-up.md says what each step is for");
    context.put(manual_steps(service));
    Ok(Outcome::Done)
}
