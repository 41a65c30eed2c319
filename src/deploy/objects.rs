//! What becomes of a file on S3: one object, or two where both forms of an address answer.
//!
//! A website of S3 and CloudFront with the function of `pipeline/aws/site.yaml` answer `X/` with the object
//! `X/index.html`. An answer of the second API has a second object `X`, so that `X` answers too, without a redirect.
//! A page has not: its links are relative and need the slash, so `X` is redirected to `X/`.

use super::fault::{FaultKind, SiteFault};
use super::object_headers::Headers;
use super::site_folder::SiteFile;
use super::site_path::{Role, Wave};
use super::target::Prefix;

/// Longest key that S3 takes, in bytes of UTF-8. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
const KEY_MAX_BYTES: usize = 1024;

/// An object of S3, but for its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key, below the prefix.
    pub key: String,
    /// What it is given besides its bytes.
    pub headers: Headers,
    /// When it is its turn.
    pub wave: Wave,
}

/// The objects of the file at `path`.
pub fn objects(path: &str) -> Vec<Object> {
    let object = |key: &str| Object { key: key.to_owned(), headers: Headers::of(path), wave: Wave::of(path) };
    let mut objects = vec![object(path)];
    match Role::of(path) {
        Role::OldJson | Role::OldCsv { .. } => objects.extend(path.rsplit_once('/').map(|(folder, _)| object(folder))),
        Role::Page | Role::ByHash | Role::File => {}
    }
    objects
}

/// Files whose keys S3 would not take.
pub fn too_long_for_s3(files: &[SiteFile], prefix: &Prefix) -> Vec<SiteFault> {
    let is_too_long = |file: &&SiteFile| prefix.key(&file.path).len() > KEY_MAX_BYTES;
    files.iter().filter(is_too_long).map(|file| SiteFault { path: file.path.clone(), kind: FaultKind::NameTooLong }).collect()
}

/// The only files that can become the object `key`.
pub(super) fn files_of(key: &str) -> [String; 2] {
    [key.to_owned(), format!("{key}/index.html")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_answers_with_and_without_the_slash_and_pages_only_with() {
        let keys = |path: &str| objects(path).into_iter().map(|object| object.key).collect::<Vec<_>>();
        for (path, expected) in [
            ("api/v2/p3.13/layers/latest/r/index.html", vec!["api/v2/p3.13/layers/latest/r/index.html", "api/v2/p3.13/layers/latest/r"]),
            ("api/v2/p3.13/layers/latest/r/csv/index.html", vec!["api/v2/p3.13/layers/latest/r/csv/index.html", "api/v2/p3.13/layers/latest/r/csv"]),
            ("api/v2/p3.13/layers/latest/r/html/index.html", vec!["api/v2/p3.13/layers/latest/r/html/index.html"]),
            ("api/index.html", vec!["api/index.html"]),
            ("index.html", vec!["index.html"]),
            ("api/v3/index.json", vec!["api/v3/index.json"]),
        ] {
            assert_eq!(keys(path), expected);
            assert!(expected.iter().all(|key| files_of(key).iter().any(|file| file == path)), "{path}");
        }
        let both = objects("api/v2/p3.13/layers/latest/r/csv/index.html");
        assert_eq!(both[0].headers, both[1].headers);
    }
}
