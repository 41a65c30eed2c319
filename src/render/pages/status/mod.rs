//! Every package on every runtime: whether it has a layer, and if not, why; which regions are behind; what expires next.

mod advice;
mod behind;
mod expiring;
mod grid;
mod page;
mod trouble;
mod words;

pub use page::put;
