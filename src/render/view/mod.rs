//! Catalogue and ledger put together once, the way pages and API look at them.
//!
//! [`View`] is the whole service on a day; a [`RuntimeView`] has the packages of one runtime, and a [`PackageView`] what is
//! listed of one package, folded from its lines and kept short: there are millions of layer versions.

mod package;
mod service;

pub use package::{Lag, Listed, PackageView, Standing};
pub use service::{RuntimeView, View, mebibytes};
