//! What GitHub Pages takes, and what the way there carries: the site is packed as a tar into an artifact of a workflow.

use std::collections::BTreeMap;

use super::fault::{FaultKind, SiteFault};
use super::site_folder::{HashedFile, SiteFile, missing};

/// Most bytes of a published site.
/// <https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits>
pub const PAGES_MAX_BYTES: u64 = 1_000_000_000;
/// Characters that the upload of an artifact refuses in paths.
/// <https://github.com/actions/toolkit/blob/main/packages/artifact/src/internal/upload/path-and-artifact-name-validation.ts>
const FORBIDDEN: [char; 10] = ['"', ':', '<', '>', '|', '*', '?', '\\', '\r', '\n'];
/// Says that the site is not to be run through Jekyll; only of use where Pages serves a branch, which the artifact is not.
const NO_JEKYLL: &str = ".nojekyll";
/// A tar rounds a file up to blocks of so many bytes, and has one before it that tells its name.
const TAR_BLOCK_BYTES: u64 = 512;

/// How much of what Pages takes a site uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// How many files there are.
    pub files: usize,
    /// Their sizes together, in bytes.
    pub bytes: u64,
    /// About so many bytes as a tar, which is how they travel.
    pub tar_bytes: u64,
}

/// What Pages would not take of these files.
pub fn limits_of_pages(files: &[HashedFile]) -> (Usage, Vec<SiteFault>) {
    let bytes = files.iter().map(|file| file.size_bytes).sum();
    let tar_bytes = files.iter().map(|file| file.size_bytes.next_multiple_of(TAR_BLOCK_BYTES) + TAR_BLOCK_BYTES).sum();
    let sized: Vec<SiteFile> = files.iter().map(|file| SiteFile { path: file.path.clone(), size_bytes: file.size_bytes }).collect();
    let mut faults = missing(&sized, &[NO_JEKYLL]);
    faults.extend(files.iter().flat_map(|file| of_name(&file.path)));
    faults.extend(in_capitals(files));
    if bytes > PAGES_MAX_BYTES {
        faults.push(SiteFault { path: String::new(), kind: FaultKind::TooLarge { bytes, limit: PAGES_MAX_BYTES } });
    }
    faults.sort();
    (Usage { files: files.len(), bytes, tar_bytes }, faults)
}

fn of_name(path: &str) -> Vec<SiteFault> {
    let mut kinds = Vec::new();
    kinds.extend(path.chars().find(|character| FORBIDDEN.contains(character)).map(|character| FaultKind::ForbiddenCharacter { character }));
    if path != NO_JEKYLL && path.split('/').any(|part| part.starts_with('.')) {
        kinds.push(FaultKind::Hidden);
    }
    kinds.into_iter().map(|kind| SiteFault { path: path.to_owned(), kind }).collect()
}

/// Files that cannot be beside each other where capitals do not count. The same bytes under two such names are the
/// aliases of the second API, and do no harm.
fn in_capitals(files: &[HashedFile]) -> Vec<SiteFault> {
    let mut first: BTreeMap<String, &HashedFile> = BTreeMap::new();
    let mut faults = Vec::new();
    for file in files {
        let before = *first.entry(file.path.to_lowercase()).or_insert(file);
        if before.md5 != file.md5 {
            faults.push(SiteFault { path: file.path.clone(), kind: FaultKind::DiffersInCase { other: before.path.clone() } });
        }
    }
    for file in files {
        let mut folder = file.path.to_lowercase();
        while let Some((above, _)) = folder.rsplit_once('/') {
            let above = above.to_owned();
            if let Some(taken) = first.get(&above) {
                faults.push(SiteFault { path: taken.path.clone(), kind: FaultKind::IsAFolderToo { other: file.path.clone() } });
            }
            folder = above;
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::Md5;

    fn file(path: &str, content: &str) -> HashedFile {
        HashedFile { path: path.to_owned(), size_bytes: content.len() as u64, md5: Md5::of(content.as_bytes()) }
    }

    fn told(files: &[HashedFile]) -> Vec<(String, &'static str)> {
        limits_of_pages(files).1.into_iter().map(|fault| (fault.path, fault.kind.code())).collect()
    }

    #[test]
    fn aliases_are_no_fault_and_other_bytes_are() {
        let mut files = vec![file(".nojekyll", ""), file("a/Pillow/index.html", "[]"), file("a/pillow/index.html", "[]")];
        assert_eq!(told(&files), []);
        files.extend([file("a/PILLOW/index.html", "other"), file("b/x", "1"), file("B", "2"), file("b/X/y", "3")]);
        assert_eq!(
            told(&files),
            [
                ("B".to_owned(), "site-file-and-folder"),
                ("B".to_owned(), "site-file-and-folder"),
                ("a/PILLOW/index.html".to_owned(), "site-names-differ-in-case"),
                ("b/x".to_owned(), "site-file-and-folder"),
            ]
        );
    }

    #[test]
    fn names_that_cannot_be_carried_are_told() {
        let files: Vec<HashedFile> = ["a:b", "c/.hidden", ".well-known/x", "d\\e", "f*", "g\nh", "fine name"].map(|path| file(path, "")).into();
        let expected = [
            (".nojekyll", "site-file-missing"),
            (".well-known/x", "site-file-hidden"),
            ("a:b", "site-name-refused"),
            ("c/.hidden", "site-file-hidden"),
            ("d\\e", "site-name-refused"),
            ("f*", "site-name-refused"),
            ("g\nh", "site-name-refused"),
        ];
        let expected: Vec<(String, &str)> = expected.map(|(path, code)| (path.to_owned(), code)).into();
        assert_eq!(told(&files), expected);
    }

    #[test]
    fn a_gigabyte_is_the_limit() {
        let large = |bytes: u64| [HashedFile { size_bytes: bytes, ..file(".nojekyll", "") }];
        assert_eq!(told(&large(PAGES_MAX_BYTES)), []);
        assert_eq!(told(&large(PAGES_MAX_BYTES + 1)), [(String::new(), "site-too-large")]);
        let (usage, _) = limits_of_pages(&[file("a", "x"), file("b", "")]);
        assert_eq!(usage, Usage { files: 2, bytes: 1, tar_bytes: 1536 });
    }
}
