//! The site to a bucket: what differs, and carrying it out. A dry run never has anything that could change the bucket.

use std::num::NonZeroUsize;
use std::path::Path;

use crate::commands::context::Context;
use crate::deploy::s3::{Bucket, BucketReader, Front, Manners};
use crate::deploy::{Difference, HashedFile, Place, SiteFault, Standing, Tally, bring_up_to_date, difference};
use crate::outside::aws_login::settings_of_job;
use crate::outside::progress::Unit;
use crate::outside::terminal;
use crate::report::{Location, Problem, printable};

/// How many failures are told one by one.
const TOLD_MAX: usize = 10;

/// A bucket that is looked at.
pub struct SiteUpload {
    reader: BucketReader,
}

/// What is to be done, and what is known of the objects that are there.
pub struct Planned {
    /// What is to be done.
    pub difference: Difference,
    standing: Standing,
}

impl SiteUpload {
    /// Looks at the bucket.
    ///
    /// # Errors
    /// When there are no credentials.
    pub async fn open(context: &Context, place: &Place, region: Option<String>) -> anyhow::Result<Self> {
        let reader = BucketReader::open(settings_of_job(&context.http).await?, region, place.clone(), Manners::default()).await?;
        Ok(Self { reader })
    }

    /// How the bucket answers browsers.
    ///
    /// # Errors
    /// When S3 does not say.
    pub async fn front(&self) -> anyhow::Result<Front> {
        Ok(self.reader.front().await?)
    }

    /// Makes the bucket a website that others may read.
    ///
    /// # Errors
    /// When S3 refuses, or has something else afterwards.
    pub async fn configure(&self, front: &Front) -> anyhow::Result<Front> {
        Ok(Bucket::new(self.reader.clone()).configure(front).await?)
    }

    /// What is to be done.
    ///
    /// # Errors
    /// When the bucket cannot be listed, or has objects that may be somebody else's.
    pub async fn plan(&self, files: &[HashedFile], take_over: bool) -> anyhow::Result<Planned> {
        let (present, standing) = self.reader.look().await?;
        let difference = difference(files, &present, standing);
        if !take_over && let Some(first) = difference.strangers.first() {
            let (place, count) = (self.reader.place(), difference.strangers.len());
            anyhow::bail!(
                "`{place}` has {count} objects that are not the site's, `{}` among them, and klayers has not deployed there before\n\
                 help: name a prefix of the site's own, as `s3://{}/layers`, or have them replaced and deleted with `--take-over`",
                printable(first),
                place.bucket
            );
        }
        Ok(Planned { difference, standing })
    }

    /// Does it.
    ///
    /// # Errors
    /// When something could not be done.
    pub async fn carry_out(&self, context: &Context, folder: &Path, planned: &Planned, at_once: NonZeroUsize) -> anyhow::Result<Tally> {
        let Planned { difference, standing } = planned;
        let stage = context.progress.stage("upload", difference.bytes(), Unit::Bytes);
        let bucket = Bucket::new(self.reader.clone());
        let tally = bring_up_to_date(&bucket, folder, difference, *standing, at_once, &|bytes| stage.advance(bytes)).await?;
        drop(stage);
        for failure in tally.failures.iter().take(TOLD_MAX) {
            terminal::say(format_args!("error: `{}`: {}", printable(&failure.key), failure.error));
        }
        let failed = tally.failures.len();
        anyhow::ensure!(
            failed == 0,
            "{failed} objects failed{}; {} were uploaded and {} deleted; {} were not begun, because they come after those\n\
             help: run it again: it goes on from here",
            if failed > TOLD_MAX { format!(", of which {TOLD_MAX} are told above") } else { String::new() },
            tally.uploaded,
            tally.deleted,
            tally.left
        );
        Ok(tally)
    }
}

/// What is wrong with a site, as a problem of the folder at `site`.
pub fn as_problem(site: &Path, fault: &SiteFault) -> Problem {
    Problem::new(Location::file(site.join(&fault.path).display().to_string()), fault.kind.code(), fault.to_string(), fault.kind.help())
}
