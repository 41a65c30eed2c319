//! git: a folder of our own with one commit of somebody's branch, changed and pushed back. Never with force.
//!
//! Only what is said here holds: no settings of the machine or of the user, no hooks, no filters, no questions. A token reaches
//! git by its environment, so that neither a list of processes nor a message can show it.

mod call;
mod checkout;
mod error;
mod pushed;
mod remote;

pub use checkout::{Author, Checkout};
pub use error::GitError;
pub use pushed::Pushed;
pub use remote::Remote;
