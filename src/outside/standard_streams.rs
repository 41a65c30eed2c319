//! What is printed, and what becomes of it when it cannot be.
//!
//! Who stops reading, as `| head` does, wants no more, and is no reason to stop working. What has no room (`> /dev/full`) is: the
//! command goes on, so that nothing is left half-done, and [`lost`] tells at its end. The macros have the names of those of the standard
//! library, which end the program in both cases, and take their places in this one.

use std::fmt::Arguments;
use std::io::{Error, ErrorKind, Write as _};
use std::sync::OnceLock;

static LOST: OnceLock<Error> = OnceLock::new();

/// Prints for programs and for pipes.
pub fn print(words: Arguments<'_>) {
    note(std::io::stdout().lock().write_fmt(words));
}

/// Prints for people. That nobody can be told is nothing that somebody could be told.
pub fn say(words: Arguments<'_>) {
    let _ = std::io::stderr().lock().write_fmt(words);
}

/// Why not all that was printed got to where it should; nothing when it did, or when nobody wanted more.
pub fn lost() -> Option<&'static Error> {
    note(std::io::stdout().lock().flush());
    LOST.get()
}

fn note(result: std::io::Result<()>) {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = LOST.set(error);
        }
        Ok(()) | Err(_) => {}
    }
}

macro_rules! print {
    ($($words:tt)*) => { $crate::outside::standard_streams::print(format_args!($($words)*)) };
}
macro_rules! println {
    ($($words:tt)*) => { $crate::outside::standard_streams::print(format_args!("{}\n", format_args!($($words)*))) };
}
macro_rules! eprint {
    ($($words:tt)*) => { $crate::outside::standard_streams::say(format_args!($($words)*)) };
}
macro_rules! eprintln {
    ($($words:tt)*) => { $crate::outside::standard_streams::say(format_args!("{}\n", format_args!($($words)*))) };
}
