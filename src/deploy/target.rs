//! Where a site goes: `pages`, or `s3://bucket/prefix`.

use std::fmt;
use std::str::FromStr;

use crate::domain::{Invalid, shown};

/// Where a site goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// GitHub Pages, which takes the folder itself.
    Pages,
    /// A bucket, as `s3://bucket/prefix`.
    S3(Place),
}

/// A bucket, and the only part of it that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The bucket's name. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
    pub bucket: String,
    /// What all keys begin with.
    pub prefix: Prefix,
}

/// What all keys begin with: nothing, or plain parts that each end with a slash. `site/` is not the beginning of
/// `site2/x`, and no part can lead out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefix(String);

/// Longest prefix, in bytes: S3 takes keys of 1,024, and the paths of the site need most of them.
const PREFIX_MAX_BYTES: usize = 200;

impl Prefix {
    /// The whole key of what is below.
    pub fn key(&self, below: &str) -> String {
        format!("{}{below}", self.0)
    }

    /// What of a key is below; nothing for a key that is not ours.
    pub fn below<'k>(&self, key: &'k str) -> Option<&'k str> {
        key.strip_prefix(&self.0).filter(|below| !below.is_empty())
    }

    /// Whether the whole bucket is ours.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

impl FromStr for Target {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "pages" {
            return Ok(Self::Pages);
        }
        let place = text.strip_prefix("s3://").ok_or_else(|| Invalid(format!("`{}` is neither `pages` nor `s3://bucket/prefix`", shown(text))))?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if !is_bucket(bucket) {
            let help = "help: write `s3://`, the name, and `/prefix` if not the whole bucket is the site's";
            return Err(Invalid(format!("`{}` is not the name of a bucket\n{help}", shown(bucket))));
        }
        Ok(Self::S3(Place { bucket: bucket.to_owned(), prefix: prefix.parse()? }))
    }
}

impl FromStr for Prefix {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parts = text.strip_suffix('/').unwrap_or(text);
        if text.is_empty() {
            return Ok(Self::default());
        }
        let is_part = |part: &str| {
            let is_plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
            is_plain && !part.trim_matches('.').is_empty()
        };
        if !parts.split('/').all(is_part) || parts.len() > PREFIX_MAX_BYTES {
            let help = "help: one slash between parts of letters, digits, `.`, `-` and `_`, 200 at most: `s3://bucket/layers/site`";
            return Err(Invalid(format!("`{}` cannot be the prefix of a site\n{help}", shown(text))));
        }
        Ok(Self(format!("{parts}/")))
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket(name: &str) -> bool {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len()) && is_plain && name.starts_with(is_end) && name.ends_with(is_end) && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_inside_is_a_target() {
        for (text, expected) in [
            ("pages", Some("")),
            ("s3://bucket", Some("s3://bucket/")),
            ("s3://bucket/", Some("s3://bucket/")),
            ("s3://bucket/site", Some("s3://bucket/site/")),
            ("s3://bucket/site/", Some("s3://bucket/site/")),
            ("s3://my.bucket-1/a/b.c/_d", Some("s3://my.bucket-1/a/b.c/_d/")),
            ("", None),
            ("Pages", None),
            ("bucket/site", None),
            ("s3:/bucket", None),
            ("s3://", None),
            ("s3:///site", None),
            ("s3://Bucket", None),
            ("s3://ab", None),
            ("s3://-bucket", None),
            ("s3://buc..ket", None),
            ("s3://bucket//", None),
            ("s3://bucket//site", None),
            ("s3://bucket/site//", None),
            ("s3://bucket/a//b", None),
            ("s3://bucket/..", None),
            ("s3://bucket/a/../b", None),
            ("s3://bucket/./a", None),
            ("s3://bucket/a b", None),
            ("s3://bucket/a?x", None),
            ("s3://bucket/a%2f", None),
            ("s3://bucket/a\\b", None),
            ("s3://bucket/*", None),
        ] {
            let told = text.parse::<Target>().ok().map(|target| match target {
                Target::Pages => String::new(),
                Target::S3(place) => place.to_string(),
            });
            assert_eq!(told.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_neighbour_is_not_below() {
        let prefix: Prefix = "site".parse().expect("a prefix");
        for (key, below) in [("site/x", Some("x")), ("site/", None), ("site", None), ("site2/x", None), ("x/site/x", None), ("Site/x", None)] {
            assert_eq!(prefix.below(key), below, "{key}");
        }
        assert_eq!(Prefix::default().below("x"), Some("x"));
        assert_eq!(prefix.key("x"), "site/x");
    }
}
