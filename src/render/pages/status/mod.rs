//! Every package on every runtime: whether it has a layer, and if not, why; which regions are behind; what expires
//! next.
//!
//! `page.rs` puts together a grid of everything (`grid.rs`), what is wrong and since when (`trouble.rs`), regions
//! (`behind.rs`) and what goes next (`expiring.rs`). Nothing is missing in silence: each code that the program records
//! has its words in `advice.rs`, and a test fails for one that has none. Begin at [`put`].

mod advice;
mod behind;
mod expiring;
mod grid;
mod page;
mod trouble;
mod words;

pub use page::put;
