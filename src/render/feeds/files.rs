//! Which feeds there are, and what is in each.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rayon::prelude::*;

use super::atom::{self, Feed};
use super::calendar;
use super::entry::Entry;
use super::expiry::{self, Expiry};
use super::foremost::foremost;
use super::moment::{self, Moment};
use super::tag;
use crate::domain::{AccountId, NormalizedName};
use crate::ledger::Event;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::links::Links;
use crate::render::view::{PackageView, RuntimeView, View};

/// Most entries of all packages. A run that brings a new version to each of 200 packages fills it; whoever must miss nothing
/// takes the feeds of the packages.
const ALL_MAX: usize = 200;
/// Most entries of one package: about two years of monthly versions, each of which later expires.
const PACKAGE_MAX: usize = 50;
/// Most days in the calendar, the soonest first: below the megabyte that calendars take.
const EXPIRIES_MAX: usize = 1000;

/// A package on a runtime.
type OnRuntime<'a, 'b> = (&'b RuntimeView<'a>, &'b PackageView<'a>);

/// What the feeds of all packages take from some of them.
#[derive(Debug, Default)]
struct Told {
    /// When the first thing was recorded, and of which account.
    first: Option<(Timestamp, AccountId)>,
    entries: Vec<Entry>,
    expiries: Vec<Expiry>,
}

impl Told {
    fn join(self, other: Self) -> Self {
        Self {
            first: self.first.into_iter().chain(other.first).min(),
            entries: foremost(self.entries, other.entries, ALL_MAX),
            expiries: foremost(self.expiries, other.expiries, EXPIRIES_MAX),
        }
    }
}

/// Puts every feed and the calendar.
///
/// # Errors
/// As the sink.
pub fn feeds(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let packages: Vec<_> = view.by_package().into_iter().collect();
    let told = packages.par_iter().map(|(name, on)| package(view, name, on, sink)).try_reduce(Told::default, |a, b| Ok(a.join(b)))?;
    let settings = &view.catalog.settings;
    let account = told.first.map(|(_, account)| account);
    let all = Feed {
        id: tag::of_feed(account.as_ref(), &settings.prefix, "all"),
        path: "feeds/all.atom".to_owned(),
        title: format!("{}: all packages", settings.prefix),
        author: settings.prefix.to_string(),
        entries: &told.entries,
    };
    sink.put(&all.path, &atom::document(&all, Links::new(settings.site.address.as_ref(), "../")))?;
    sink.put("feeds/expiry.ics", &calendar::document(&settings.prefix, settings.site.address.as_ref(), &told.expiries))
}

/// Puts the feed of one package, if it ever had a layer.
fn package(view: &View<'_>, name: &NormalizedName, on: &[OnRuntime<'_, '_>], sink: &dyn Sink) -> Result<Told, OutsideError> {
    let Some(first) = on.iter().flat_map(|(_, package)| package.events).filter_map(published).min().map(|(at, account)| (at, account.clone())) else {
        return Ok(Told::default());
    };
    let settings = &view.catalog.settings;
    let spelled = on.last().map_or(name.as_str(), |(_, package)| package.name.as_str());
    let events = on.iter().map(|(runtime, package)| (runtime.spec.runtime, package.events));
    let mut moments: Vec<Moment<'_>> = moment::moments(events);
    moments.truncate(PACKAGE_MAX);
    let entries: Vec<Entry> = moments.iter().map(|moment| Entry::new(moment, name, spelled, settings)).collect();
    let feed = Feed {
        id: tag::of_feed(Some(&first.1), &settings.prefix, &format!("packages/{name}")),
        path: format!("feeds/packages/{name}.atom"),
        title: format!("{}: {spelled}", settings.prefix),
        author: settings.prefix.to_string(),
        entries: &entries,
    };
    sink.put(&feed.path, &atom::document(&feed, Links::new(settings.site.address.as_ref(), "../../")))?;
    let is_for_all: BTreeSet<&str> = moments.iter().zip(&entries).filter(|(moment, _)| moment.kind.is_for_all()).map(|(_, entry)| entry.id.as_str()).collect();
    let entries = entries.iter().filter(|entry| is_for_all.contains(entry.id.as_str())).cloned().collect();
    Ok(Told { first: Some(first), entries, expiries: expiry::expiries(name, spelled, on, settings) })
}

fn published(event: &Event) -> Option<(Timestamp, &AccountId)> {
    event.publication().map(|published| (published.at, &published.account))
}
