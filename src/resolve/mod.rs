//! From a package and a runtime to a [`Resolution`](crate::domain::Resolution): which versions, which wheels.
//!
//! `uv` decides; this module finds or fetches it, asks it, and reads its answer. Only wheels are
//! considered, so no package's code runs. Nothing here downloads a wheel or knows the ledger.

mod advisories;
mod extras;
mod fetch_uv;
mod index;
mod lock;
mod newest;
mod refusal;
mod run;
mod source_build;
mod uv;

pub use advisories::AdvisoryReader;
pub use extras::RowWithExtras;
pub use index::Index;
pub use lock::{LockError, pins, wanted_pin};
pub use run::{ResolveError, Resolver};
pub use source_build::{SourceBuild, SourceBuilder};
pub use uv::{Uv, UvError, VERSION as UV_VERSION};
