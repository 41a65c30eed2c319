//! `feeds/`: what happened to the packages as Atom, and when layers expire as a calendar.
//!
//! One entry tells of one version of a package on one day, whatever runtimes and regions it went to: fourteen layers of one
//! release are one piece of news. Which entry an event belongs to follows from the event alone, so an entry never changes its
//! identity, whatever is recorded later. Times are those of the record: rendering tomorrow gives the same bytes, but for what
//! expired.

mod atom;
mod calendar;
mod entry;
mod expiry;
mod files;
mod foremost;
mod happening;
mod moment;
mod tag;
mod words;

pub use files::feeds;
