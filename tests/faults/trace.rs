//! strace: kills a program before one of its operations on files, and writes down all of them.

use std::path::Path;
use std::process::Command;

use super::common::World;
use super::service::{program, words};

/// What changes a disk, and the locks that are taken right after a file was made: before each of them is after each other one.
pub const CHANGES: [&str; 12] = ["flock", "write", "fsync", "rename", "renameat", "renameat2", "mkdir", "unlink", "unlinkat", "rmdir", "linkat", "ftruncate"];

/// Whether programs can be traced here. Says so when not.
#[expect(clippy::disallowed_methods, reason = "a script of the test, which needs the way to packages that this machine has")]
pub fn is_possible(world: &World) -> bool {
    let works = || program(world, "strace").args(["-o", "/dev/null", "true"]).output().is_ok_and(|output| output.status.success());
    if works() {
        return true;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/strace");
    let installed = Command::new(script).output().is_ok_and(|output| output.status.success());
    if installed && works() {
        return true;
    }
    eprintln!("skipped: there is no strace here, or no process may be traced");
    false
}

/// `klayers`, ended before it does `call` for the `nth` time in any of its threads. What it starts is left alone.
pub fn killed_before(world: &World, arguments: &[&str], call: &str, nth: usize) -> Command {
    let mut command = program(world, "strace");
    command.args(["-f", "-b", "execve", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &format!("inject={call}:signal=SIGKILL:when={nth}")]);
    command.args(words(world, arguments)).env("RAYON_NUM_THREADS", "1").env("TOKIO_WORKER_THREADS", "1");
    command
}

/// What `klayers` does to files, one operation a line, with all strings whole and in hexadecimal.
pub fn traced(world: &World, arguments: &[&str], to: &Path) -> Command {
    let mut command = program(world, "strace");
    let calls = "trace=openat,close,write,fsync,fdatasync,rename,renameat,renameat2,mkdir,unlink,unlinkat,rmdir,linkat,ftruncate";
    command.args(["-f", "-xx", "-s", "1000000", "-e", calls, "-o"]).arg(to);
    command.args(words(world, arguments)).env("RAYON_NUM_THREADS", "1").env("TOKIO_WORKER_THREADS", "1");
    command
}
