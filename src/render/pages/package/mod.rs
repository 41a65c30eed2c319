//! One page per package: its ARNs, ways to use them, what is inside, and what became of each version.

mod page;

pub use page::put;
