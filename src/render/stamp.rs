//! A note beside the output that tells, without reading a file of it, that it is still right.
//!
//! It holds the hash of the inputs, and for each file and folder of the output its time of change, for a
//! file also its size. A folder's time changes when a name in it comes or goes, so a file that should
//! not be there shows without any folder being listed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;

use super::Totals;
use crate::domain::Sha256;
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::outside::listing::{self, Facts, Kind};

const FIRST_LINE: &str = "klayers stamp 1";
const FILE_MAX_BYTES: u64 = 1 << 30;
/// How often a later time is waited for, a millisecond each. Clocks of file systems tick every 10 ms at worst;
/// one that needs longer gets no stamp.
const TICKS: u32 = 50;
const PART_BYTES: usize = 32 << 10;

/// The note about one output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    path: PathBuf,
    folder: PathBuf,
    inputs: Sha256,
}

/// A folder of the output and the files in it, as the note has them.
#[derive(Debug, PartialEq, Eq)]
struct Noted<'a> {
    folder: &'a str,
    modified: (i64, i64),
    files: Vec<(&'a str, Facts)>,
}

impl Stamp {
    /// The note at `path`, which is outside of `folder`, about what `inputs` became there.
    pub fn new(path: &Path, folder: &Path, inputs: Sha256) -> Self {
        Self { path: path.to_owned(), folder: folder.to_owned(), inputs }
    }

    /// Whether the folder holds exactly what was written there from the same inputs. Any doubt is a no.
    pub fn is_current(&self) -> bool {
        let Ok(bytes) = files::read(&self.path, FILE_MAX_BYTES) else { return false };
        let Ok(text) = String::from_utf8(bytes) else { return false };
        let Some(body) = body(&text, self.inputs) else { return false };
        let parts = parts(body);
        parts.into_par_iter().all(|part| parse(part).is_some_and(|noted| noted.iter().all(|noted| self.is_as_noted(noted))))
    }

    /// Notes that the folder holds what was just written there, `totals` in all. Where that cannot be said for sure,
    /// an old note goes and none takes its place.
    ///
    /// # Errors
    /// When the folder cannot be looked at or the note not be written.
    pub fn save(&self, totals: Totals) -> Result<(), OutsideError> {
        files::remove(&self.path)?;
        let found = listing::below_with_facts(&self.folder)?;
        let Some(noted) = noted(&found, totals) else { return Ok(()) };
        let newest = found.iter().map(|(_, facts)| facts.modified).max();
        if self.is_later_than(newest)? {
            files::write_alone(&self.path, print(&noted, self.inputs).as_bytes(), Durability::Process)?;
        }
        Ok(())
    }

    fn is_as_noted(&self, noted: &Noted<'_>) -> bool {
        let mut path = self.folder.join(noted.folder);
        if !facts(&path).is_some_and(|facts| facts.kind == Kind::Folder && facts.modified == noted.modified) {
            return false;
        }
        noted.files.iter().all(|(name, noted)| {
            path.push(name);
            let is_same = facts(&path) == Some(*noted);
            path.pop();
            is_same
        })
    }

    /// Waits until a file that is changed gets another time than any in the output has: a change in the same
    /// tick of the clock as the write would look like none.
    fn is_later_than(&self, newest: Option<(i64, i64)>) -> Result<bool, OutsideError> {
        let beside = self.path.parent().unwrap_or(Path::new("."));
        files::create_dir(beside)?;
        for _ in 0..TICKS {
            let now = listing::facts_of_open(&files::temporary_in(beside)?)?.modified;
            if Some(now) > newest {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(false)
    }
}

/// What is to be said of what was `found`; nothing when that is not what `totals` counted, or has names that lines cannot hold.
fn noted(found: &[(PathBuf, Facts)], totals: Totals) -> Option<Vec<Noted<'_>>> {
    let mut counted = Totals::default();
    let mut noted: BTreeMap<&str, Noted<'_>> = BTreeMap::new();
    for (path, facts) in found {
        let path = path.to_str().filter(|path| !path.contains('\n'))?;
        match facts.kind {
            Kind::Folder => {
                noted.insert(path, Noted { folder: path, modified: facts.modified, files: Vec::new() });
            }
            Kind::File => {
                counted.add(facts.size_bytes);
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                noted.get_mut(folder)?.files.push((name, *facts));
            }
            Kind::Other => return None,
        }
    }
    (counted == totals).then(|| noted.into_values().collect())
}

fn facts(path: &Path) -> Option<Facts> {
    listing::facts(path).ok().flatten()
}

/// A line per folder, `d seconds nanoseconds path`, and below it one per file in it, `f seconds nanoseconds size name`.
fn print(noted: &[Noted<'_>], inputs: Sha256) -> String {
    let mut text = format!("{FIRST_LINE}\n{inputs}\n");
    for Noted { folder, modified: (seconds, nanoseconds), files } in noted {
        let _ = writeln!(text, "d {seconds} {nanoseconds} {folder}");
        for (name, Facts { size_bytes, modified: (seconds, nanoseconds), .. }) in files {
            let _ = writeln!(text, "f {seconds} {nanoseconds} {size_bytes} {name}");
        }
    }
    text.push_str("end\n");
    text
}

/// The lines of a note about `inputs`; nothing for a note about others, a damaged or a cut one.
fn body(text: &str, inputs: Sha256) -> Option<&str> {
    text.strip_prefix(FIRST_LINE)?.strip_prefix('\n')?.strip_prefix(&inputs.to_string())?.strip_prefix('\n')?.strip_suffix("\nend\n")
}

/// The lines in parts of about the same size for as many threads, each part with whole folders.
fn parts(mut body: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    while let Some(end) = body.as_bytes().get(PART_BYTES..).and_then(|rest| rest.windows(3).position(|bytes| bytes == b"\nd ")) {
        let (part, rest) = body.split_at(PART_BYTES + end);
        parts.push(part);
        body = &rest[1..];
    }
    parts.push(body);
    parts
}

fn parse(part: &str) -> Option<Vec<Noted<'_>>> {
    let mut noted: Vec<Noted<'_>> = Vec::new();
    for line in part.split('\n') {
        let mut parts = line.splitn(2, ' ');
        match (parts.next()?, parts.next()?) {
            ("d", rest) => {
                let mut parts = rest.splitn(3, ' ');
                let modified = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                noted.push(Noted { folder: parts.next()?, modified, files: Vec::new() });
            }
            ("f", rest) => {
                let mut parts = rest.splitn(4, ' ');
                let modified = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                let facts = Facts { kind: Kind::File, size_bytes: parts.next()?.parse().ok()?, modified };
                noted.last_mut()?.files.push((parts.next()?, facts));
            }
            _ => return None,
        }
    }
    Some(noted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_written_or_not_at_all() {
        let inputs = Sha256::of(b"inputs");
        let facts = Facts { kind: Kind::File, size_bytes: 7, modified: (1, 2) };
        let noted = || vec![Noted { folder: "", modified: (-3, 4), files: vec![("a b", facts)] }, Noted { folder: "x/y", modified: (5, 6), files: vec![] }];
        let text = print(&noted(), inputs);
        assert_eq!(body(&text, inputs).and_then(parse), Some(noted()));
        assert_eq!(body(&text, Sha256::of(b"others")), None);
        for end in 0..text.len() {
            assert_eq!(body(&text[..end], inputs), None, "{}", &text[..end]);
        }
        for damaged in ["", "x", "d", "d 1", "d 1 2", "f 1 2 3 x", "d 1 2 x\nf 1 2 x"] {
            assert_eq!(parse(damaged), None, "{damaged}");
        }
    }

    #[test]
    fn parts_are_whole_folders() {
        let facts = Facts { kind: Kind::File, size_bytes: 7, modified: (1, 2) };
        let names: Vec<String> = (0..5000).map(|number| format!("{number}ä")).collect();
        let noted: Vec<Noted<'_>> = names.iter().map(|name| Noted { folder: name, modified: (5, 6), files: vec![("index.html", facts)] }).collect();
        let text = print(&noted, Sha256::of(b""));
        let parts = parts(body(&text, Sha256::of(b"")).expect("whole"));
        assert!(parts.len() > 3);
        assert_eq!(parts.into_iter().flat_map(|part| parse(part).expect("whole")).collect::<Vec<_>>(), noted);
    }
}
