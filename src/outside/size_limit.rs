//! A limit on the size of files (`ulimit -f`) is an error like a full disk, and not the end of the program without a word.

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

/// From now on a write beyond the limit fails. Programs that are started meet the limit as they are used to.
pub fn fail_beyond_it() {
    // Where the signal cannot be taken, the system ends the program as before; files are whole then, too.
    let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()));
}
