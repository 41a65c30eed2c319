//! `pipeline/config/`: what people wrote, as a [`Catalog`], or as the list of what is wrong with it.
//!
//! Reading never stops at the first problem: every file is read to its end, and a row that is right
//! is kept even when its neighbour is not. Nothing here knows what has been published.

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
