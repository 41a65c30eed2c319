//! Publishes archives to their regions, several at once, none stopped by another.

use std::collections::BTreeMap;
use std::future::ready as ready_now;
use std::sync::Arc;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use super::options::Done;
use super::region::{Parcel, Settled, settle};
use super::reporter::Reporter;
use super::silent::Silent;
use super::{Options, Preflight, Publishable, Sink, WriteAccount};
use crate::domain::{LayerName, RegionCode};
use crate::outside::OutsideError;

/// What became of the archives: each counts once in each region that wants it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New versions that are shared.
    pub published: usize,
    /// Versions that were there before, and are shared.
    pub adopted: usize,
    /// Versions that an earlier receipt told of.
    pub done: usize,
    /// Versions that are there and not shared: the next run finishes them.
    pub orphaned: usize,
    /// Regions without a version of the archive.
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

/// Shares every archive in every region that wants it, and gives `sink` a receipt of each before the next call about that
/// archive. What fails in one region of one archive is told in its receipt.
///
/// The archives of one layer are taken one after the other, as they are given: the last becomes the latest. All regions
/// must be in one partition, because an archive's record names one. A region that did not answer for three archives in a
/// row is not asked any more.
///
/// # Errors
/// When `sink` fails: what cannot be told must not be done.
pub async fn publish<A: WriteAccount>(
    account: &A,
    ready: &Preflight,
    archives: &[Publishable],
    options: &Options<'_>,
    sink: &mut Sink<'_>,
) -> Result<Tally, OutsideError> {
    let done = Done::of(options.done);
    let reporter = Reporter::new(sink, &done);
    let run = Run { account, ready, options, done: &done, reporter: &reporter, silent: Silent::default() };
    let mut layers: BTreeMap<&LayerName, Vec<&Publishable>> = BTreeMap::new();
    for archive in archives {
        layers.entry(&archive.archive().manifest().layer).or_default().push(archive);
    }
    // Collected, because a stream that holds a closure keeps this future from moving between threads.
    let layers: Vec<_> = layers.into_values().map(|archives| run.layer(archives)).collect();
    let tallies = stream::iter(layers).buffer_unordered(options.layers_at_once.max(1));
    tallies.try_fold(Tally::default(), |sum, tally| ready_now(Ok(sum.plus(tally)))).await
}

struct Run<'a, A> {
    account: &'a A,
    ready: &'a Preflight,
    options: &'a Options<'a>,
    done: &'a Done,
    reporter: &'a Reporter<'a, 'a>,
    silent: Silent,
}

impl<A: WriteAccount> Run<'_, A> {
    async fn layer(&self, archives: Vec<&Publishable>) -> Result<Tally, OutsideError> {
        let mut sum = Tally::default();
        for archive in archives {
            let payload = Arc::new(archive.payload(self.options.memory.clone()));
            let parcel = Parcel { archive, payload: &payload };
            let regions: Vec<_> = archive.regions().iter().map(|region| self.region(parcel, region)).collect();
            let tallies = stream::iter(regions).buffer_unordered(self.options.regions_at_once.max(1));
            sum = tallies.try_fold(sum, |sum, tally| ready_now(Ok(sum.plus(tally)))).await?;
        }
        Ok(sum)
    }

    async fn region(&self, parcel: Parcel<'_>, region: &RegionCode) -> Result<Tally, OutsideError> {
        if self.done.version(parcel.archive, region).is_some() {
            return Ok(Tally { done: 1, ..Tally::default() });
        }
        let may_publish = self.ready.may_publish(region).and_then(|identity| self.silent.check(region).map(|()| identity));
        let settled = match may_publish {
            Ok(identity) => {
                let settled = settle(self.account, identity, parcel, region, self.options).await;
                self.silent.note(region, settled.failure());
                settled
            }
            Err(failure) => Settled::Failed(failure),
        };
        let none = Tally::default();
        let tally = match &settled {
            Settled::Published(_) => Tally { published: 1, ..none },
            Settled::Adopted(_) => Tally { adopted: 1, ..none },
            Settled::Orphaned(..) => Tally { orphaned: 1, ..none },
            Settled::Failed(_) => Tally { failed: 1, ..none },
        };
        self.reporter.tell(parcel.archive, self.ready.identity.as_ref(), &settled.receipt(parcel.archive, region, self.options))?;
        Ok(tally)
    }
}
