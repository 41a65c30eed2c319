//! A box in which a Python program of strangers runs: with its own folders, and little else.
//!
//! Whether a package imports can only be learnt by running what its author wrote. A [`Sandbox`] does that, in one of
//! three kinds of [`Isolation`]: a container of AWS's image, which has to be asked for; private namespaces of the
//! kernel ([`namespaces(7)`](https://man7.org/linux/man-pages/man7/namespaces.7.html), by `unshare` and
//! `src/outside/sandbox/box.sh`); or folders of this machine by their paths. [`Sandbox::strictest`] takes namespaces
//! where [`probe()`] finds that the machine allows them.
//!
//! The way of a run: a [`Scratch`] folder that no other run has, its parts as [`Folders`], the [`Places`] where the
//! program sees them (`/opt`, `/var/task`, as in Lambda), a [`Job`] of a script with all of its environment and its
//! [`Limits`], then [`Sandbox::run`], which returns what was left: an exit code and two bounded outputs, nothing more.
//! Begin at [`Sandbox::run`].
//!
//! Each box is bounded in time, memory, processes and output, starts with an empty environment, and leaves no process
//! behind, also when nobody waits for it any more. What the program says is never believed here: whoever asked has to
//! know how to read it. The box never knows what is tested.

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
