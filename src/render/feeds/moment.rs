//! What happened to one version of a package on one day: what one entry tells.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::happening::{self, Happening};
use crate::domain::{AccountId, Runtime};
use crate::ledger::Event;

/// What can happen. The order is that of entries of one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Layers were published, or found in the account and recorded after the fact.
    Published,
    /// Regions got what others had since an earlier day.
    MoreRegions,
    /// It was withdrawn.
    Yanked,
    /// It is no longer withdrawn.
    Unyanked,
    /// It was deleted.
    Deleted,
    /// It is missing from the account.
    Lost,
    /// It is there after all.
    Found,
}

impl Kind {
    /// As it stands in names, for ever.
    pub fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::MoreRegions => "more-regions",
            Self::Yanked => "yanked",
            Self::Unyanked => "unyanked",
            Self::Deleted => "deleted",
            Self::Lost => "lost",
            Self::Found => "found",
        }
    }

    /// Whether the feed of all packages tells it. A region that opens gets every package, which would push out all else.
    pub fn is_for_all(self) -> bool {
        match self {
            Self::Published | Self::Yanked | Self::Unyanked | Self::Deleted | Self::Lost | Self::Found => true,
            Self::MoreRegions => false,
        }
    }
}

/// One kind of thing that happened to one version in one account on one day.
#[derive(Debug)]
pub struct Moment<'a> {
    /// What happened.
    pub kind: Kind,
    /// Whose layers.
    pub account: &'a AccountId,
    /// The package's version.
    pub version: &'a str,
    /// On which day, in universal time.
    pub day: Date,
    /// On which runtimes, to which builds; never empty, in the order of time on each runtime.
    pub happenings: Vec<Happening<'a>>,
}

impl Moment<'_> {
    /// When it began.
    pub fn first(&self) -> Timestamp {
        self.happenings.iter().map(|happening| happening.at).min().unwrap_or_default()
    }

    /// When it ended.
    pub fn last(&self) -> Timestamp {
        self.happenings.iter().map(|happening| happening.at).max().unwrap_or_default()
    }
}

/// What happened to a package, given its record on each runtime; newest first.
pub fn moments<'a>(events: impl IntoIterator<Item = (Runtime, &'a [Event])>) -> Vec<Moment<'a>> {
    let mut days: BTreeMap<(Date, Kind, &AccountId, &str), Vec<Happening<'a>>> = BTreeMap::new();
    for happening in events.into_iter().flat_map(|(runtime, events)| happening::happenings(runtime, events)) {
        let published = happening.published;
        days.entry((happening::day(happening.at), happening.kind, &published.account, &published.version)).or_default().push(happening);
    }
    let moment = |((day, kind, account, version), happenings)| Moment { kind, account, version, day, happenings };
    let mut moments: Vec<Moment<'_>> = days.into_iter().map(moment).collect();
    moments.sort_by_cached_key(|moment| (Reverse(moment.last()), moment.kind, moment.account.clone(), moment.version));
    moments
}
