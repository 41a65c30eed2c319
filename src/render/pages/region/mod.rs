//! The table of one runtime in one region, with the ARNs that people copy, and the ways to its neighbours.

mod elsewhere;
mod page;

pub use page::put;
