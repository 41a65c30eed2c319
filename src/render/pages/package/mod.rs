//! One page per package: its ARNs, ways to use them, what is inside, and what became of each version.
//!
//! `page.rs` puts it together: a grid of all runtimes (`grid.rs`), and for each runtime `on_runtime.rs`, with the
//! snippets, the contents (`inside.rs`), the history and the plots of it. `chosen.rs` says what it shows until somebody
//! chooses. Begin at [`put`].
//!
//! All of it is there without scripts, for every runtime; a script only shows the runtime and the region that somebody
//! chose. A plot is lines in the page itself, with what it says in words beside it (`trend.rs`).

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
