//! From a package and a runtime to a [`Resolution`](crate::domain::Resolution): which versions, which wheels.
//!
//! `uv` decides; this module finds or fetches it ([`Uv::find`]), learns where it looks ([`Index::of`]), asks it
//! (`uv pip compile`, for any platform from any platform), and reads its answer, a
//! [`pylock.toml`](https://packaging.python.org/en/latest/specifications/pylock-toml/) (PEP 751). [`pins()`] chooses
//! from it, for each distribution, the one wheel that fits the runtime best. Begin at [`Resolver::resolve`] in
//! `src/resolve/run.rs`.
//!
//! Two ideas. uv is a process of one known version, not a library: nothing else resolves as well, and what it says to
//! people when it fails is read in one place, `src/resolve/refusal.rs`, which tells the package's fault (a
//! [`Failure`](crate::domain::Failure)) from the world's (an [`OutsideError`](crate::outside::OutsideError)). And only
//! wheels are considered: a package without one has no layer, unless config lets its source be built, which
//! [`SourceBuilder`] does.
//!
//! Beside that the index is asked what only it knows: whether there is a newer release than could be chosen
//! (`newest.rs`), whether an extra exists ([`RowWithExtras`]), and what is known against a wheel ([`AdvisoryReader`],
//! which never fails: it says that it does not know). None of that changes which versions are taken.
//!
//! Code of packages runs in `src/resolve/source_build.rs`, and in the call of uv that asks such a source what it needs,
//! with an environment that has nothing but the way to the index; nowhere else. Nothing here downloads a wheel for a
//! layer or knows the ledger.

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
