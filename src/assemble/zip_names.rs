//! The paths in a zip: each alone, and all together.

use std::cmp::Ordering;

use super::zip_file::ZipError;

/// Longest path of an entry, in bytes: what Linux opens (`PATH_MAX`) below `/opt`.
pub const PATH_MAX_BYTES: usize = 4000;
/// Longest part of a path, in bytes (`NAME_MAX`).
pub const PART_MAX_BYTES: usize = 255;

/// What a path stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A file.
    File,
    /// A folder, which may be named more than once.
    Folder,
}

/// The path as text, if it can only be unpacked below its folder.
///
/// # Errors
/// [`ZipError::Path`], with what is wrong with it.
pub fn checked_path(name: &[u8], is_said_to_be_utf8: bool) -> Result<&str, ZipError> {
    let Ok(path) = std::str::from_utf8(name) else {
        return Err(ZipError::Path { path: String::from_utf8_lossy(name).into_owned(), reason: "is not UTF-8" });
    };
    let parts = path.strip_suffix('/').unwrap_or(path).split('/');
    let reason = if path.len() > PATH_MAX_BYTES || parts.clone().any(|part| part.len() > PART_MAX_BYTES) {
        "is too long"
    } else if path.chars().any(char::is_control) {
        "has control characters"
    } else if !is_said_to_be_utf8 && !path.is_ascii() {
        // Old readers take it for letters of the first PC.
        "is not ASCII, and is not said to be UTF-8"
    } else if path.contains('\\') {
        "has a backslash"
    } else if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        "is absolute"
    } else if parts.clone().any(|part| matches!(part, "" | "." | "..")) {
        "has a part that is empty, `.` or `..`"
    } else {
        return Ok(path);
    };
    Err(ZipError::Path { path: path.to_owned(), reason })
}

/// Refuses a file that is there twice, or where another path needs a folder.
///
/// What is below a file stands right behind it when `/` comes before every other character. Looking up each folder of each
/// path would take minutes for deep paths that somebody made for it.
///
/// # Errors
/// [`ZipError::Twice`].
pub fn refuse_clashes<'a>(paths: impl Iterator<Item = (&'a str, Kind)>) -> Result<(), ZipError> {
    let mut paths: Vec<(&str, Kind)> = paths.collect();
    paths.sort_by(|(one, one_is), (other, other_is)| by_folders(one, other).then(one_is.cmp(other_is)));
    let clash = paths.windows(2).find(|pair| {
        let [(path, kind), (next, _)] = [pair[0], pair[1]];
        kind == Kind::File && next.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    clash.map_or(Ok(()), |pair| Err(ZipError::Twice(pair[1].0.to_owned())))
}

/// The order in which `/` is the first of all characters. Control characters are in no path.
fn by_folders(one: &str, other: &str) -> Ordering {
    let key = |byte: u8| if byte == b'/' { 0 } else { byte };
    let differs = one.bytes().zip(other.bytes()).find(|(byte, other)| byte != other);
    differs.map_or(one.len().cmp(&other.len()), |(byte, other)| key(byte).cmp(&key(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_no_folder_whatever_stands_between_them_in_other_orders() {
        use Kind::{File, Folder};
        let refused = |paths: &[(&str, Kind)]| match refuse_clashes(paths.iter().copied()) {
            Err(ZipError::Twice(path)) => Some(path),
            _ => None,
        };
        for (paths, expected) in [
            (&[("a", File), ("a.py", File), ("a-b", File), ("a/b", File)][..], Some("a/b")),
            (&[("a/b/c/d", File), ("a b", File), ("a", File)], Some("a/b/c/d")),
            (&[("a/b", File), ("a/b/c", Folder)], Some("a/b/c")),
            (&[("a", Folder), ("a", File)], Some("a")),
            (&[("b", File), ("a", File), ("b", File)], Some("b")),
            (&[("a", Folder), ("a", Folder), ("a/b", File), ("a.b", File), ("ab/c", File), ("a0", File)], None),
            (&[], None),
        ] {
            assert_eq!(refused(paths).as_deref(), expected, "{paths:?}");
        }
    }
}
