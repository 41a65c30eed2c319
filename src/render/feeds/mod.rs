//! `feeds/`: what happened to the packages as Atom ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)), and when
//! layers expire as a calendar ([RFC 5545](https://www.rfc-editor.org/rfc/rfc5545)).
//!
//! `files.rs` says which feeds there are. `happening.rs` reads the record of a package on one runtime as things that
//! happened to its builds, `moment.rs` joins those of one version and one day, `entry.rs` puts a moment in words, and
//! `atom.rs` writes them; `expiry.rs` and `calendar.rs` do the same for what expires. Begin at [`feeds`].
//!
//! One entry tells of one version of a package on one day, whatever runtimes and regions it went to: fourteen layers of
//! one release are one piece of news. Which entry an event belongs to follows from the event alone, so an entry never
//! changes its identity, whatever is recorded later; `tag.rs` gives it a name that does not even depend on where the
//! site is. Times are those of the record: rendering tomorrow gives the same bytes, but for what expired.

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
