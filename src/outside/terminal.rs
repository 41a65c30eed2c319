//! The one way out to a terminal or the log of a job: standard output for data, standard error for words.
//!
//! Whatever is said here may have texts of strangers in it. Nothing of them steers: no escape of a terminal, no carriage return,
//! no change of direction, no command of GitHub comes through, because all but letters, line breaks and tabs is spelled out on
//! the last few yards, and not where each text is made. A test sees to it that nobody else prints.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::sync::OnceLock;

use crate::domain::{printable_lines, sentence};

/// Most of one thing that is said, in bytes. Data is not cut: there, what is missing would be wrong.
const SAID_MAX_BYTES: usize = 64 << 10;
/// Longest line of a log, in characters.
const LOGGED_MAX_CHARS: usize = 4_000;

/// Why some data did not get out.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// Which of the two outputs something goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output, for programs.
    Data,
    /// Standard error, for people.
    Words,
}

/// Says something to people, on lines of its own.
pub fn say(words: impl Display) {
    let words = words.to_string();
    write(Stream::Words, &with_end(printable_lines(&cut(words))));
}

/// Gives data to whoever reads it, on lines of its own; nothing when there is none.
pub fn put(data: impl Display) {
    write(Stream::Data, &with_end(printable_lines(&data.to_string())));
}

/// Writes as it is what somebody has made harmless: problems, which are written in colours and as annotations of GitHub, and
/// what has no text of a stranger at all.
pub fn put_as_is(stream: Stream, text: &str) {
    write(stream, text);
}

/// Asks something, and leaves the answer to the same line.
///
/// # Errors
/// When the terminal is gone.
pub fn ask(question: &str) -> io::Result<()> {
    let mut terminal = io::stderr();
    write!(terminal, "{} ", printable_lines(question)).and_then(|()| terminal.flush())
}

/// Whether people see what is said as it is said.
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Says what the world failed with. Each of its lines but the first says what to do about it, or is further in; other ends of
/// lines are a stranger's.
pub fn say_error(error: &str) {
    let mut said = String::from("error: ");
    for (number, line) in cut(error.to_owned()).split('\n').enumerate() {
        said += match number {
            0 => "",
            _ if ["help: ", "  "].iter().any(|start| line.starts_with(start)) => "\n",
            _ => r"\u{a}",
        };
        said += line;
    }
    say(said);
}

/// Where lines of a log go. Each is one line, whatever is in it.
pub fn log() -> impl Write {
    Log
}

/// Why not all data got out; nothing when it did. Who stopped reading, as `head` does, misses nothing. A command goes on in either
/// case, so that nothing is left half-done, and tells at its end.
pub fn lost() -> Option<&'static io::Error> {
    LOST.get()
}

struct Log;

impl Write for Log {
    /// `tracing` writes a whole line at once.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = sentence(&String::from_utf8_lossy(line), LOGGED_MAX_CHARS);
        write(Stream::Words, &with_end(printable_lines(&text)));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(stream: Stream, text: &str) {
    let written = match stream {
        Stream::Data => io::stdout().lock().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()),
        Stream::Words => io::stderr().lock().write_all(text.as_bytes()),
    };
    if let (Stream::Data, Err(error)) = (stream, written)
        && error.kind() != ErrorKind::BrokenPipe
    {
        // The first says most.
        let _ = LOST.set(error);
    }
}

fn cut(words: String) -> String {
    if words.len() <= SAID_MAX_BYTES {
        return words;
    }
    let end = words.floor_char_boundary(SAID_MAX_BYTES);
    format!("{}… (cut: these are {end} bytes of {})", &words[..end], words.len())
}

fn with_end(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_is_cut_and_that_is_said() {
        assert_eq!(cut("a\nb".to_owned()), "a\nb");
        let long = cut("é".repeat(5 << 20));
        assert!(long.len() < SAID_MAX_BYTES + 100 && long.ends_with("… (cut: these are 65536 bytes of 10485760)"), "{}", long.len());
        assert_eq!(with_end("a".to_owned()), "a\n");
        assert_eq!(with_end("a\n".to_owned()), "a\n");
        assert_eq!(with_end(String::new()), "");
    }
}
