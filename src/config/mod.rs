//! `pipeline/config/`: what people wrote, as a [`Catalog`], or as the list of what is wrong with it.
//!
//! Three kinds of files: `klayers.toml` for what holds for all and for the runtimes ([`Settings`], [`RuntimeSpec`]),
//! `regions.csv` ([`Region`]), and any number of `packages*.csv` with a row for each package. Begin at [`read()`] in
//! `src/config/read.rs`: it reads `settings.rs` first, which names the other files, then `regions.rs` and `packages.rs`
//! on top of `text.rs`, and at last looks across them, where each row gets the name of its layer and becomes a [`Row`]
//! for each active runtime that takes its file. `docs/configuration.md` has every column and setting, for people.
//!
//! Two ideas. Reading never stops at the first problem: every file is read to its end, and a row that is right is kept
//! even when its neighbour is not, so [`Loaded`] has both a catalogue and problems. And a problem knows its line:
//! `text.rs` keeps lines in the count that the `csv` crate would pass over, and settings keep their place in the file.
//!
//! [`edited`] goes the other way: it makes the files of another service out of these, with the comments that people
//! left beside settings, for `klayers init`. [`built_in()`] is for those who have no folder at all.
//!
//! Nothing here knows what has been published, writes a file, or asks the index whether a package exists.

mod built_in;
mod catalog;
mod edit;
mod edit_regions;
mod edit_settings;
#[cfg(test)]
pub(crate) mod example;
mod layer_settings;
mod packages;
mod problem;
mod publish_settings;
mod read;
mod regions;
mod settings;
mod site_settings;
mod text;

pub use built_in::built_in;
pub use catalog::{BuildSettings, Catalog, PublishSettings, Region, Row, RuntimeSpec, Sample, Settings, SiteSettings};
pub use edit::{Catalogue, EditError, Record, WishedRegions, Wishes, edited};
pub use edit_regions::known_regions;
pub use problem::ConfigProblem;
pub use read::{CONFIG_DIR, Loaded, read};
