//! A box in which a Python program of strangers runs: with its own folders, and little else.
//!
//! Three kinds, from the strictest that a machine allows: AWS's image (Docker), private namespaces of the
//! kernel, or folders of this machine by their paths. Each is bounded in time, memory, processes and output,
//! starts with an empty environment, and leaves no process behind. The box never knows what is tested.

mod docker;
mod folders;
mod home;
mod limits;
mod local;
mod probe;
mod user;

pub use docker::Docker;
pub use folders::{Folders, Isolation, Network, Packages, Places, Scratch};
pub use home::PythonHome;
pub use limits::Limits;
pub use local::{Job, Sandbox};
pub use probe::{Namespaces, Probe, probe};
