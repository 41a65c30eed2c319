//! A CSV file as records with true line numbers.

use csv::StringRecord;

use super::ConfigProblem;
use crate::report::{Location, Problems};

/// A record and the line on which it begins.
pub struct Record {
    /// The trimmed fields.
    pub fields: StringRecord,
    /// The line on which it begins, from 1.
    pub line: u64,
}

/// Splits a file into its header and records. Blank lines, bytes that are not UTF-8 and rows that
/// cannot be split are reported; what remains is returned. Nothing is returned when the header is wrong.
///
/// The first `required` columns must be in the header; those after them may be absent from it.
pub fn records(file: &str, bytes: &[u8], columns: &[&str], required: usize, problems: &mut Problems) -> Vec<Record> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = readable_lines(file, bytes, problems);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut header_seen = false;
    for result in reader.records() {
        let fields = match result {
            Ok(fields) => fields,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                problems.push(ConfigProblem::MalformedRow { reason: error.to_string() }.at(Location::line(file, line)));
                continue;
            }
        };
        let line = fields.position().map_or(1, csv::Position::line);
        if fields.iter().any(|field| field.contains('\n')) {
            let reason = "a field goes on over the end of the line".to_owned();
            problems.push(ConfigProblem::MalformedRow { reason }.at(Location::line(file, line)));
        } else if !header_seen {
            header_seen = true;
            if !header_is_right(file, line, &fields, columns, required, problems) {
                return Vec::new();
            }
        } else if fields.len() > columns.len() {
            let problem = ConfigProblem::TooManyColumns { found: fields.len(), expected: columns.len() };
            problems.push(problem.at(Location::line(file, line)));
        } else if !fields.iter().all(str::is_empty) {
            records.push(Record { fields, line });
        }
    }
    if !header_seen {
        let problem = ConfigProblem::WrongHeader { expected: columns.join(","), found: String::new() };
        problems.push(problem.at(Location::line(file, 1)));
    }
    records
}

/// The lines that can be read, with an empty record in place of each that cannot, because the
/// `csv` crate passes over blank lines and then counts wrong.
fn readable_lines(file: &str, bytes: &[u8], problems: &mut Problems) -> String {
    let mut text = String::with_capacity(bytes.len());
    let whole = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for (number, line) in (1..).zip(whole.split(|&byte| byte == b'\n')) {
        let problem = match std::str::from_utf8(line) {
            Ok(line) if line.trim().is_empty() => ConfigProblem::BlankLine,
            // Left in place it would take every row after it into one field, and nobody would miss them.
            Ok(line) if line.matches('"').count() % 2 == 1 => ConfigProblem::MalformedRow { reason: "a double quote is not closed".to_owned() },
            Ok(line) => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
            Err(_) => ConfigProblem::NotUtf8,
        };
        if !whole.is_empty() {
            problems.push(problem.at(Location::line(file, number)));
            text.push_str(",\n");
        }
    }
    text
}

fn header_is_right(file: &str, line: u64, found: &StringRecord, columns: &[&str], required: usize, problems: &mut Problems) -> bool {
    let found: Vec<&str> = found.iter().collect();
    if (required..=columns.len()).contains(&found.len()) && columns.starts_with(&found) {
        return true;
    }
    let only_known = !found.is_empty() && found.iter().all(|name| columns.contains(name));
    let missing: Vec<&str> = columns[..required].iter().copied().filter(|column| !found.contains(column)).collect();
    let location = Location::line(file, line);
    if only_known && !missing.is_empty() {
        problems.extend(missing.into_iter().map(|column| ConfigProblem::MissingColumn { column: column.to_owned() }.at(location.clone())));
    } else {
        problems.push(ConfigProblem::WrongHeader { expected: columns.join(","), found: found.join(",") }.at(location));
    }
    false
}
