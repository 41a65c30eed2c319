//! Publishes archives to their regions, several at once, none stopped by another.

use std::collections::BTreeMap;
use std::future::ready;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use super::decide::identify;
use super::options::Done;
use super::region::{Settled, settle};
use super::reporter::Reporter;
use super::{Identity, Options, Publishable, Sink, WriteAccount};
use crate::domain::{Failure, LayerName, RegionCode};
use crate::outside::OutsideError;

/// What became of the archives, counted by region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New versions, public.
    pub published: usize,
    /// Versions that were there, public.
    pub adopted: usize,
    /// Versions that an earlier receipt told of.
    pub done: usize,
    /// Versions that are not public.
    pub orphaned: usize,
    /// Versions that are wanting.
    pub failed: usize,
}

impl Tally {
    /// Whether the next run has something to finish.
    pub fn is_open(self) -> bool {
        self.orphaned + self.failed > 0
    }

    fn plus(self, other: Self) -> Self {
        Self {
            published: self.published + other.published,
            adopted: self.adopted + other.adopted,
            done: self.done + other.done,
            orphaned: self.orphaned + other.orphaned,
            failed: self.failed + other.failed,
        }
    }
}

/// Makes every archive public in every region that wants it, and gives `sink` a receipt of each before
/// the next call about that archive. What fails in one region of one archive is told in its receipt.
///
/// The archives of one layer are taken one after the other, as they are given: the last becomes the
/// latest. All regions must be in one partition, because an archive's record names one.
///
/// # Errors
/// When `sink` fails: what cannot be told must not be done.
pub async fn publish<A: WriteAccount>(account: &A, archives: &[Publishable], options: &Options<'_>, sink: &mut Sink<'_>) -> Result<Tally, OutsideError> {
    let done = Done::of(options.done);
    let identity = identify(account, archives).await;
    let reporter = Reporter::new(sink, &done);
    let run = Run { account, identity, options, done: &done, reporter: &reporter };
    let mut layers: BTreeMap<&LayerName, Vec<&Publishable>> = BTreeMap::new();
    for archive in archives {
        layers.entry(&archive.archive().manifest().layer).or_default().push(archive);
    }
    // Collected, because a stream that holds a closure keeps this future from moving between threads.
    let layers: Vec<_> = layers.into_values().map(|archives| run.layer(archives)).collect();
    let tallies = stream::iter(layers).buffer_unordered(options.layers_at_once.max(1));
    tallies.try_fold(Tally::default(), |sum, tally| ready(Ok(sum.plus(tally)))).await
}

struct Run<'a, A> {
    account: &'a A,
    identity: Result<Identity, BTreeMap<RegionCode, Failure>>,
    options: &'a Options<'a>,
    done: &'a Done,
    reporter: &'a Reporter<'a, 'a>,
}

impl<A: WriteAccount> Run<'_, A> {
    async fn layer(&self, archives: Vec<&Publishable>) -> Result<Tally, OutsideError> {
        let mut sum = Tally::default();
        for archive in archives {
            let regions: Vec<_> = archive.regions().iter().map(|region| self.region(archive, region)).collect();
            let tallies = stream::iter(regions).buffer_unordered(self.options.regions_at_once.max(1));
            sum = tallies.try_fold(sum, |sum, tally| ready(Ok(sum.plus(tally)))).await?;
        }
        Ok(sum)
    }

    async fn region(&self, archive: &Publishable, region: &RegionCode) -> Result<Tally, OutsideError> {
        if self.done.version(archive, region).is_some() {
            return Ok(Tally { done: 1, ..Tally::default() });
        }
        let settled = match &self.identity {
            Ok(identity) => settle(self.account, identity, archive, region, self.options).await,
            Err(failures) => Settled::Failed(failures[region].clone()),
        };
        let none = Tally::default();
        let tally = match &settled {
            Settled::Published(_) => Tally { published: 1, ..none },
            Settled::Adopted(_) => Tally { adopted: 1, ..none },
            Settled::Orphaned(..) => Tally { orphaned: 1, ..none },
            Settled::Failed(_) => Tally { failed: 1, ..none },
        };
        self.reporter.tell(archive, self.identity.as_ref().ok(), &settled.receipt(archive, region, self.options))?;
        Ok(tally)
    }
}
