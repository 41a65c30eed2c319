//! `klayers doctor`: is everything here that a run needs? And at GitHub and AWS, for the workflows?
//!
//! `machine.rs` looks at this machine; with `--github`, `setup.rs` and `environments.rs` look at the repository, as far
//! as the token may see it, and `login.rs` tries whether AWS lets the job in. AWS says of a refusal that it is one and
//! no more: `explain.rs` holds the token's [claims](https://docs.github.com/en/actions/reference/security/oidc) against
//! the role's trust policy, condition by condition, and says which one does not fit. What each looks at is a finding
//! (`finding.rs`): how it stands, and what to do. Begin at `cli.rs`.
//!
//! It changes no setting and installs no Python; uv is fetched into the cache, as any command would. No finding has a
//! part of a token in it.

mod cli;
mod environments;
mod explain;
mod finding;
mod login;
mod machine;
mod repository;
mod setup;
mod to_come;

pub use cli::{Args, run};
