//! Whether the bytecode in an archive is what Python will take, and of the sources beside it.
//!
//! Python believes our kind of bytecode unread: one of another source would run instead of the source
//! that everybody sees. What the bytecode does cannot be told from here; that its header is
//! right can. Bytecode outside `__pycache__` is a package's own module and not looked at.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::assemble::bytecode::{PycHeader, UNCHECKED_HASH, pyc_header, released_magic, source_hash};
use crate::assemble::{Entry, ZipError, ZipFile};
use crate::domain::PythonMinor;

/// The folder that Python looks for bytecode in.
const FOLDER: &str = "__pycache__";

/// Something wrong with a bytecode file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BytecodeFault {
    /// The path of the bytecode file in the layer.
    pub path: String,
    /// What is wrong with it.
    pub kind: BytecodeFaultKind,
}

/// What can be wrong with a bytecode file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BytecodeFaultKind {
    /// The folder has something that Python never looks at.
    #[error("is not named as the runtime's Python names bytecode")]
    Name,
    /// It is not bytecode, or another Python's.
    #[error("is not bytecode of the runtime's Python")]
    Magic,
    /// Python would compare it with the date or the hash of its source at every start.
    #[error("is bytecode of a kind that Python checks at every start")]
    Checked,
    /// There is no such module.
    #[error("has no source beside it")]
    NoSource,
    /// The module is another.
    #[error("is the bytecode of another source")]
    OtherSource,
}

/// What has to be known of a file to judge bytecode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// A module, with the hash of its source.
    Source(u64),
    /// A file in a folder of bytecode, with its header, if it has one.
    Bytecode(Option<PycHeader>),
}

impl Seen {
    /// What matters of the file at `path`, if anything does.
    pub fn of(python: PythonMinor, path: &str, content: &[u8]) -> Option<Self> {
        if is_bytecode(path) {
            Some(Self::Bytecode(pyc_header(content)))
        } else if path.ends_with(".py") {
            Some(Self::Source(source_hash(python, released_magic(python).unwrap_or_default(), content)))
        } else {
            None
        }
    }
}

/// Everything wrong with the bytecode in `zip`, which has these entries, for `python`.
///
/// # Errors
/// When an entry is damaged.
pub fn faults(zip: &ZipFile, entries: &[Entry], python: PythonMinor) -> Result<Vec<BytecodeFault>, ZipError> {
    let of_interest = entries.par_iter().filter(|entry| is_bytecode(&entry.path) || entry.path.ends_with(".py"));
    let seen: Result<Vec<(&str, Option<Seen>)>, ZipError> =
        of_interest.map(|entry| Ok((entry.path.as_str(), Seen::of(python, &entry.path, &zip.inflate(entry)?)))).collect();
    Ok(faults_of(python, &seen?.into_iter().filter_map(|(path, seen)| Some((path, seen?))).collect()))
}

/// The same for files that were looked at already, by path.
pub fn faults_of(python: PythonMinor, files: &BTreeMap<&str, Seen>) -> Vec<BytecodeFault> {
    // Of a Python that is not known, nothing is right.
    let magic = released_magic(python);
    let fault = |(path, seen): (&&str, &Seen)| {
        let Seen::Bytecode(header) = seen else { return None };
        let source = source_of(path, python).map(|source| files.get(source.as_str()));
        let kind = match (source, header) {
            (None, _) => BytecodeFaultKind::Name,
            (Some(_), Some(header)) if Some(header.magic) != magic => BytecodeFaultKind::Magic,
            (Some(_), None) => BytecodeFaultKind::Magic,
            (Some(_), Some(header)) if header.flags != UNCHECKED_HASH => BytecodeFaultKind::Checked,
            (Some(Some(Seen::Source(hash))), Some(header)) if *hash == header.source_hash => return None,
            (Some(Some(Seen::Source(_))), Some(_)) => BytecodeFaultKind::OtherSource,
            (Some(Some(Seen::Bytecode(_)) | None), Some(_)) => BytecodeFaultKind::NoSource,
        };
        Some(BytecodeFault { path: (*path).to_owned(), kind })
    };
    files.iter().filter_map(fault).collect()
}

/// Whether the file at `path` is where Python looks for bytecode.
pub fn is_bytecode(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(folder, _)| folder == FOLDER || folder.ends_with("/__pycache__"))
}

/// The module whose bytecode is at `path`, if it is named as `python` would look for it.
fn source_of(path: &str, python: PythonMinor) -> Option<String> {
    let (folder, file) = path.rsplit_once('/')?;
    let stem = file.strip_suffix(".pyc")?.strip_suffix(&format!(".cpython-{}", python.without_dot()))?;
    Some(format!("{}{stem}.py", folder.strip_suffix(FOLDER)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found() {
        let python: PythonMinor = "3.13".parse().expect("valid");
        let magic = released_magic(python).expect("released");
        let right = PycHeader::of(python, magic, b"source").bytes();
        let other = PycHeader::of(python, magic, b"another").bytes();
        let dated = PycHeader { flags: 0, ..PycHeader::of(python, magic, b"source") }.bytes();
        let checked = PycHeader { flags: 0b11, ..PycHeader::of(python, magic, b"source") }.bytes();
        let older = PycHeader::of(python, released_magic("3.12".parse().expect("valid")).expect("released"), b"source").bytes();
        let pyc = "python/a/__pycache__/b.cpython-313.pyc";
        for (path, content, expected) in [
            (pyc, &right[..], None),
            (pyc, &other, Some(BytecodeFaultKind::OtherSource)),
            (pyc, &dated, Some(BytecodeFaultKind::Checked)),
            (pyc, &checked, Some(BytecodeFaultKind::Checked)),
            (pyc, &older, Some(BytecodeFaultKind::Magic)),
            (pyc, b"short", Some(BytecodeFaultKind::Magic)),
            ("python/a/__pycache__/c.cpython-313.pyc", &right, Some(BytecodeFaultKind::NoSource)),
            ("python/a/__pycache__/b.cpython-312.pyc", &right, Some(BytecodeFaultKind::Name)),
            ("python/a/__pycache__/b.cpython-313.opt-1.pyc", &right, Some(BytecodeFaultKind::Name)),
            ("python/a/__pycache__/b.py", &right, Some(BytecodeFaultKind::Name)),
            ("python/a/b.pyc", &older, None),
        ] {
            let files = [("python/a/b.py", &b"source"[..]), (path, content)];
            let seen = files.iter().filter_map(|(path, content)| Some((*path, Seen::of(python, path, content)?))).collect();
            let found: Vec<BytecodeFault> = faults_of(python, &seen);
            let expected: Vec<BytecodeFault> = expected.into_iter().map(|kind| BytecodeFault { path: path.to_owned(), kind }).collect();
            assert_eq!(found, expected, "{path}");
        }
        let unknown: PythonMinor = "3.99".parse().expect("valid");
        let header = PycHeader { magic: [0; 4], flags: UNCHECKED_HASH, source_hash: 0 };
        let files = BTreeMap::from([("python/b.py", Seen::Source(0)), ("python/__pycache__/b.cpython-399.pyc", Seen::Bytecode(Some(header)))]);
        assert_eq!(faults_of(unknown, &files).len(), 1);
    }
}
