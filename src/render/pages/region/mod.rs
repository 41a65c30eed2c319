//! The table of one runtime in one region, with the ARNs that people copy, and the ways to its neighbours.
//!
//! It stands at the address where version 2 of the API has its HTML, because that is where people were led for years.
//! `page.rs` makes it; `elsewhere.rs` leads to the same table of another runtime or region, whether or not it has
//! anything. Begin at [`put`].

mod elsewhere;
mod page;

pub use page::put;
