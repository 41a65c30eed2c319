//! What a script reports, line by line. Lines without the secret word are somebody else's.

use super::text::sentence;
use crate::assemble::import_outcome::{FoundPackage, Stage};

/// Most lines that are read: a script writes one for each name, and a few more.
const LINES_MAX: usize = 1000;

/// All that was reported.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The version of Python; nothing when the script did not even begin.
    pub python: Option<String>,
    /// The last place that it came to.
    pub at: Option<(Stage, String)>,
    /// The milliseconds of the import, and the modules that it loaded.
    pub imported: Option<(u64, u64)>,
    /// The packages of the SDK.
    pub sdk: Vec<FoundPackage>,
    /// What was raised.
    pub failed: Option<Raised>,
    /// It came to its end.
    pub is_done: bool,
}

/// An exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    pub stage: Stage,
    pub module: String,
    /// Its class and message in one sentence.
    pub reason: String,
    /// The module that was not found.
    pub missing: String,
}

impl Report {
    /// Reads what has the secret word.
    pub fn read(output: &[u8], word: &str) -> Self {
        let mut report = Self::default();
        let text = String::from_utf8_lossy(output);
        // What does not end with a newline was cut off.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' ')).take(LINES_MAX) {
            let mut parts = line.split(' ');
            let event = parts.next().unwrap_or("");
            let fields: Option<Vec<String>> = parts.map(field).collect();
            if let Some(fields) = fields {
                report.add(event, &fields.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
        report
    }

    fn add(&mut self, event: &str, fields: &[&str]) {
        match (event, fields) {
            ("ready", [python]) => self.python = Some(sentence(python)),
            ("at", [stage, module]) => self.at = stage.parse().ok().map(|stage| (stage, sentence(module))),
            ("imported", [seconds, modules]) => self.imported = milliseconds(seconds).zip(modules.parse().ok()),
            ("sdk", [name, version, origin]) => {
                self.sdk.push(FoundPackage { name: sentence(name), version: sentence(version), is_the_layers: *origin == "layer" });
            }
            ("failed", [stage, module, kind, message, missing]) => {
                let stage = stage.parse().unwrap_or(Stage::Start);
                let reason = if message.is_empty() { sentence(kind) } else { sentence(&format!("{kind}: {message}")) };
                self.failed = Some(Raised { stage, module: sentence(module), reason, missing: sentence(missing) });
            }
            ("done", []) => self.is_done = true,
            // A line that package code made up, or of another version: it says nothing.
            _ => {}
        }
    }
}

fn field(hexadecimal: &str) -> Option<String> {
    if hexadecimal == "-" {
        return Some(String::new());
    }
    hex::decode(hexadecimal).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn milliseconds(seconds: &str) -> Option<u64> {
    let seconds: f64 = seconds.parse().ok()?;
    std::time::Duration::try_from_secs_f64(seconds).ok().and_then(|duration| u64::try_from(duration.as_millis()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(event: &str, fields: &[&str]) -> String {
        let fields: String = fields.iter().map(|field| format!(" {}", if field.is_empty() { "-".to_owned() } else { hex::encode(field) })).collect();
        format!("w {event}{fields}\n")
    }

    #[test]
    fn reads_its_own_lines_alone() {
        let mut output = line("ready", &["3.13.0"]) + &line("at", &["import", "x"]) + &line("imported", &["0.12345", "7"]);
        output += "done\nx done\nw unknown 00\nw done zz\nw sdk\n";
        output += &line("failed", &["smoke", "", "ValueError", "a\n::error::b", ""]);
        output += "w done";
        let report = Report::read(output.as_bytes(), "w");
        assert_eq!((report.python.as_deref(), report.imported, report.is_done), (Some("3.13.0"), Some((123, 7)), false));
        assert_eq!(report.at, Some((Stage::Import, "x".to_owned())));
        assert_eq!(report.failed.map(|raised| (raised.stage, raised.reason)), Some((Stage::Smoke, "ValueError: a : :error: :b".to_owned())));
        assert_eq!(Report::read(b"\xff\n", "w"), Report::default());
        assert_eq!(milliseconds("nan").or(milliseconds("-1")).or(milliseconds("1e300")), None);
    }
}
