//! `klayers deploy`: the rendered site to its host.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use indicatif::HumanBytes;

use super::context::Context;
use super::outcome::Outcome;
use super::steps::{SiteUpload, as_problem, served};
use crate::deploy::{PAGES_MAX_BYTES, Place, Site, SiteFault, Target, hash, limits_of_pages, read_site, too_long_for_s3};
use crate::domain::{SiteAddress, printable};
use crate::outside::progress::Unit;

/// Uploads the site to S3, or checks that GitHub Pages can take it.
///
/// With `s3://bucket/prefix` the bucket has the site afterwards, and nothing else below the prefix: only what differs is
/// uploaded, what others point at before what points at it, and what the site no longer has is deleted last. It may be
/// killed at any moment and started again. With `pages` nothing is sent: a workflow of GitHub carries the folder, and
/// here it is held against the limits of that way.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to: `s3://bucket`, `s3://bucket/prefix`, or `pages`.
    #[arg(value_name = "TARGET")]
    target: Target,
    /// The folder of the site, below the root.
    #[arg(long, value_name = "DIR", default_value = super::places::SITE)]
    site: PathBuf,
    /// Only looks and says what would be uploaded and deleted.
    #[arg(long)]
    dry_run: bool,
    /// The region of the bucket [default: that of AWS's own settings].
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Replaces and deletes what is below the prefix even where nothing says that klayers put it there.
    #[arg(long)]
    take_over: bool,
    /// Makes the bucket a website that all other sites may read, and reads that back.
    #[arg(long, conflicts_with = "dry_run")]
    configure: bool,
    /// Uploads nothing: waits until the site is served at this address, and looks at a few of its answers.
    #[arg(long, value_name = "URL", conflicts_with_all = ["dry_run", "configure", "take_over"])]
    served: Option<SiteAddress>,
    /// How long to wait for that, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "600")]
    patience: u32,
    /// How many objects are uploaded at once.
    #[arg(long, value_name = "COUNT", default_value = "32")]
    at_once: NonZeroUsize,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let (site, faults) = read_site(&context.path(&args.site))?;
    if let Some(address) = &args.served {
        return served(context, &site, &args.target, address, Duration::from_secs(args.patience.into())).await;
    }
    match &args.target {
        Target::Pages => to_pages(args, context, &site, faults),
        Target::S3(place) => to_s3(args, context, &site, faults, place).await,
    }
}

fn to_pages(args: &Args, context: &Context, site: &Site, mut faults: Vec<SiteFault>) -> anyhow::Result<Outcome> {
    let stage = context.progress.stage("read", site.total_bytes(), Unit::Bytes);
    let (usage, of_pages) = limits_of_pages(&hash(site, &|bytes| stage.advance(bytes))?);
    drop(stage);
    faults.extend(of_pages);
    let outcome = report(args, context, &faults);
    let share = usage.bytes as f64 * 100.0 / PAGES_MAX_BYTES as f64;
    context.say(format!(
        "{} files, {} of {} bytes that Pages takes ({share:.1} %), about {} as a tar",
        usage.files,
        usage.bytes,
        PAGES_MAX_BYTES,
        HumanBytes(usage.tar_bytes)
    ));
    Ok(outcome)
}

async fn to_s3(args: &Args, context: &Context, site: &Site, mut faults: Vec<SiteFault>, place: &Place) -> anyhow::Result<Outcome> {
    faults.extend(too_long_for_s3(&site.files, &place.prefix));
    if report(args, context, &faults) != Outcome::Done {
        return Ok(Outcome::Problems);
    }
    let upload = SiteUpload::open(context, place, args.region.clone()).await?;
    let front = upload.front().await?;
    let front = if args.configure { upload.configure(&front).await? } else { front };
    front.lacks().iter().for_each(|fact| context.say(format!("warning: {fact}")));
    if !front.lacks().is_empty() {
        context.say("help: `--configure` sets that; where CloudFront is in front, it does that itself: docs/hosting.md");
    }
    let stage = context.progress.stage("read", site.total_bytes(), Unit::Bytes);
    let files = hash(site, &|bytes| stage.advance(bytes))?;
    drop(stage);
    let planned = upload.plan(&files, args.take_over).await?;
    let difference = &planned.difference;
    if args.dry_run {
        difference.uploads.iter().for_each(|upload| context.put(format_args!("upload {}", printable(&upload.key))));
        difference.deletes.iter().for_each(|key| context.put(format_args!("delete {}", printable(key))));
        context.say(format!("would upload {} objects, leave {}, delete {}", difference.uploads.len(), difference.unchanged, difference.deletes.len()));
        return Ok(Outcome::Done);
    }
    let tally = upload.carry_out(context, &site.folder, &planned, args.at_once).await.with_context(|| format!("deploying to `{place}`"))?;
    context.say(format!(
        "{} uploaded ({}), {} unchanged, {} deleted: `{place}`",
        tally.uploaded,
        HumanBytes(tally.uploaded_bytes),
        difference.unchanged,
        tally.deleted
    ));
    Ok(Outcome::Done)
}

fn report(args: &Args, context: &Context, faults: &[SiteFault]) -> Outcome {
    let problems = faults.iter().map(|fault| as_problem(&args.site, fault)).collect();
    context.print(&problems);
    if problems.has_errors() { Outcome::Problems } else { Outcome::Done }
}
