//! The file that receipts are kept in: one JSON line each, added and handed to the system at once.
//!
//! A killed run may leave half a line at the end. It tells nothing that the account does not hold,
//! so it is dropped. A bad line anywhere else was not made by us and is an error.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::domain::{Receipt, printable_path, shown, without_position};
use crate::outside::{OutsideError, files};
use crate::report::{Location, Problem, Problems};

/// Largest file of receipts that is read, in bytes.
const FILE_MAX_BYTES: u64 = 1 << 30;
/// Most lines of a file that are told of.
const TOLD_MAX: usize = 100;

/// Why receipts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptFileError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// Lines are no receipts: each of the first hundred is a problem.
    #[error("{}", first(.0))]
    NotReceipts(Problems),
}

/// A file that receipts are added to.
#[derive(Debug)]
pub struct ReceiptFile {
    file: File,
    path: PathBuf,
}

impl ReceiptFile {
    /// Opens a file to add to it, making it when it is not there, and reads what earlier runs left.
    /// Half a line at its end is cut off.
    ///
    /// # Errors
    /// When it cannot be opened, or holds what is no receipt; it is then left as it is.
    pub fn open(path: &Path) -> Result<(Self, Vec<Receipt>), ReceiptFileError> {
        let bytes = files::read_if_exists(path, FILE_MAX_BYTES)?.unwrap_or_default();
        let whole = whole_lines(&bytes);
        let receipts = parse(path, whole)?;
        let file = files::open_to_append(path)?;
        if whole.len() < bytes.len() {
            file.set_len(whole.len() as u64).map_err(OutsideError::file("shorten", path))?;
        }
        Ok((Self { file, path: path.to_owned() }, receipts))
    }

    /// Adds a receipt. When this returns, it survives the end of the process.
    ///
    /// # Errors
    /// When it cannot be written.
    ///
    /// # Panics
    /// Never: a receipt is plain data.
    pub fn write(&mut self, receipt: &Receipt) -> Result<(), OutsideError> {
        let mut line = serde_json::to_vec(receipt).expect("receipts are plain data");
        line.push(b'\n');
        self.file.write_all(&line).and_then(|()| self.file.flush()).map_err(OutsideError::file("add to", &self.path))
    }
}

/// Reads receipts; half a line at the end is passed over. A file that does not exist is an error.
///
/// # Errors
/// When the file cannot be read, or holds what is no receipt.
pub fn read_receipts(path: &Path) -> Result<Vec<Receipt>, ReceiptFileError> {
    parse(path, whole_lines(&files::read(path, FILE_MAX_BYTES)?))
}

/// All up to the last newline.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    &bytes[..end]
}

fn parse(path: &Path, lines: &[u8]) -> Result<Vec<Receipt>, ReceiptFileError> {
    let (mut receipts, mut wrong) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(lines.split_inclusive(|&byte| byte == b'\n')) {
        match serde_json::from_slice(text) {
            Ok(receipt) => receipts.push(receipt),
            Err(error) => {
                let (location, help) = (Location::line(printable_path(path).to_string(), line), "hand on the file that `klayers publish` wrote");
                wrong.push(Problem::new(location, "receipt-invalid", format!("not a receipt: {}", shown(without_position(&error))), help));
            }
        }
        if wrong.len() == TOLD_MAX {
            break;
        }
    }
    if wrong.is_empty() { Ok(receipts) } else { Err(ReceiptFileError::NotReceipts(wrong.into_iter().collect())) }
}

/// The first line that is wrong, for where there is room for one.
fn first(wrong: &Problems) -> String {
    let place = |problem: &Problem| format!("{}:{}: {}", problem.location.file, problem.location.line.unwrap_or_default(), problem.message);
    wrong.sorted().first().map(place).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Failure, Sha256};

    fn receipt(reason: &str) -> Receipt {
        let (layer, region) = ("K-p313-x".parse().unwrap(), "eu-west-1".parse().unwrap());
        Receipt::Failed { layer, region, zip_sha256: Sha256::of(b""), failure: Failure::new("some-code", reason) }
    }

    #[test]
    fn half_a_line_at_the_end_is_dropped_and_the_next_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/receipts.jsonl");
        let (mut file, earlier) = ReceiptFile::open(&path).unwrap();
        assert_eq!(earlier, []);
        file.write(&receipt("one")).unwrap();
        file.write(&receipt("two")).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let first_line = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        for cut in first_line..whole.len() {
            files::write(&path, &whole[..cut], files::Durability::Process).unwrap();
            assert_eq!(read_receipts(&path).unwrap(), [receipt("one")]);
            let (mut file, earlier) = ReceiptFile::open(&path).unwrap();
            assert_eq!(earlier, [receipt("one")]);
            file.write(&receipt("two")).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), whole);
        }
    }

    #[test]
    fn any_other_bad_lines_are_named_and_nothing_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipts.jsonl");
        let good = serde_json::to_string(&receipt("one")).unwrap();
        for bad in ["", "{}", "{\"receipt\":\"other\"}", "\u{0}"] {
            let text = format!("{good}\n{bad}\n{good}\n{bad}\n{{\"rec");
            files::write(&path, text.as_bytes(), files::Durability::Process).unwrap();
            for error in [read_receipts(&path).map(drop).unwrap_err(), ReceiptFile::open(&path).map(drop).unwrap_err()] {
                assert!(error.to_string().starts_with(&format!("{}:2: not a receipt: ", path.display())), "{error}");
                assert!(!error.to_string().contains("at line"), "it has the line of the file alone: {error}");
                let ReceiptFileError::NotReceipts(wrong) = error else { panic!("{error}") };
                assert_eq!(wrong.sorted().iter().map(|problem| problem.location.line).collect::<Vec<_>>(), [Some(2), Some(4)]);
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert!(read_receipts(&folder.path().join("none")).is_err());
    }

    #[test]
    fn of_a_file_of_nonsense_a_hundred_lines_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipts.jsonl");
        files::write(&path, "\n".repeat(100_000).as_bytes(), files::Durability::Process).unwrap();
        let Err(ReceiptFileError::NotReceipts(wrong)) = read_receipts(&path) else { panic!("it has no receipts") };
        assert_eq!(wrong.sorted().len(), TOLD_MAX);
    }
}
