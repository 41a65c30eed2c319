//! The lines in which two folders of tables differ, as `git diff` would show them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use similar::{ChangeTag, TextDiff};

/// A line that is in one of the folders and not in the other.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    pub file: PathBuf,
    pub is_added: bool,
    pub text: String,
}

impl Line {
    /// What stands in the first column of its table.
    pub fn first_cell(&self) -> &str {
        match self.text.strip_prefix('|') {
            Some(row) => row.split('|').next().unwrap_or_default().trim(),
            None => self.text.split(',').next().unwrap_or_default(),
        }
    }

    /// The day at its end, which is one of expiry.
    pub fn date(&self) -> Option<Date> {
        self.text.trim_end_matches(['|', ' ']).rsplit(['|', ',']).next()?.trim().parse().ok()
    }
}

/// Every line that came or went; all lines of a file that did.
pub fn changed_lines(before: &BTreeMap<PathBuf, Vec<u8>>, after: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<Line> {
    let paths: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let text = |files: &BTreeMap<PathBuf, Vec<u8>>, path: &Path| files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let mut lines = Vec::new();
    for path in paths {
        let (old, new) = (text(before, path), text(after, path));
        for change in TextDiff::from_lines(&old, &new).iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal) {
            let text = change.value().trim_end().to_owned();
            lines.push(Line { file: path.clone(), is_added: change.tag() == ChangeTag::Insert, text });
        }
    }
    lines
}
