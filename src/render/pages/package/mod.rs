//! One page per package: its ARNs, ways to use them, what is inside, and what became of each version.
//!
//! All of it is there without scripts, for every runtime; a script only shows the runtime and the region that somebody chose.

mod chosen;
mod grid;
mod history;
mod inside;
mod on_runtime;
mod page;
mod plot;
mod plots;
mod report;
mod snippets;
mod trend;
mod words;

pub use page::put;
