//! What takes the room in a layer: by distribution, by file, and in a sentence for the layer that is too large.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::NormalizedName;

/// How many things the sentence names.
const NAMED_MAX: usize = 3;
/// How many of them may be distributions, when there is more than one to name.
const DISTRIBUTIONS_NAMED_MAX: usize = 2;
/// A folder of which one child has more than this part of it is not named: the child is.
const MOST_OF_IT_PERCENT: u64 = 80;
/// A tenth of a megabyte.
const TENTH: u64 = 100_000;

/// Whether somebody wrote a file or Python's compiler did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// Everything that is no bytecode.
    Source,
    /// A `.pyc`, which Python's compiler wrote.
    Bytecode,
}

/// A file of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizedFile<'a> {
    /// Its path in the layer.
    pub path: &'a str,
    /// Whose it is; nobody's is what we add.
    pub distribution: Option<&'a NormalizedName>,
    /// Its size in bytes when unpacked.
    pub bytes: u64,
    /// The bytes that its content takes in the zip.
    pub zipped_bytes: u64,
    /// Whether somebody wrote it or Python's compiler did.
    pub kind: FileKind,
}

/// How much room one file takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSize {
    /// Bytes when unpacked.
    pub bytes: u64,
    /// Bytes that its content takes in the zip.
    pub zipped_bytes: u64,
    /// Whether somebody wrote it or Python's compiler did.
    pub kind: FileKind,
}

/// How much room one distribution takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistributionSize {
    /// How many files it has.
    pub files: u64,
    /// The bytes that they unpack to.
    pub bytes: u64,
    /// The bytes that they take in the zip, without the zip's own list.
    pub zipped_bytes: u64,
    /// How much of `bytes` is bytecode.
    pub bytecode_bytes: u64,
}

/// What takes the room in a layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// The room that each distribution takes.
    pub distributions: BTreeMap<NormalizedName, DistributionSize>,
    /// The room that each file takes, by its path in the layer.
    pub files: BTreeMap<String, FileSize>,
}

/// Which size is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// What the layer unpacks to.
    Unzipped,
    /// The zip itself, which goes inside a request when there is no bucket to put it in.
    Zipped,
}

impl Sizes {
    /// Adds up `files`, of which each path occurs once.
    pub fn of<'a>(files: impl IntoIterator<Item = SizedFile<'a>>) -> Self {
        let mut sizes = Self::default();
        for SizedFile { path, distribution, bytes, zipped_bytes, kind } in files {
            if let Some(name) = distribution {
                let total = sizes.distributions.entry(name.clone()).or_default();
                total.files += 1;
                total.bytes += bytes;
                total.zipped_bytes += zipped_bytes;
                match kind {
                    FileKind::Bytecode => total.bytecode_bytes += bytes,
                    FileKind::Source => {}
                }
            }
            sizes.files.insert(path.to_owned(), FileSize { bytes, zipped_bytes, kind });
        }
        sizes
    }

    /// Why a layer of this size is refused, for people; nothing when it is not. For [`Measure::Zipped`],
    /// `size_bytes` is the size of the zip, which is a little more than its files.
    pub fn too_large(&self, measure: Measure, size_bytes: u64, limit_bytes: u64) -> Option<String> {
        if size_bytes <= limit_bytes {
            return None;
        }
        let is = match measure {
            Measure::Unzipped => format!("it unpacks to {} and AWS takes {}", megabytes(size_bytes), megabytes(limit_bytes - limit_bytes % TENTH)),
            Measure::Zipped => format!("its zip has {} and AWS takes {} without a bucket", megabytes(size_bytes), megabytes(limit_bytes - limit_bytes % TENTH)),
        };
        let largest: Vec<String> = self.largest(measure).into_iter().map(|(name, bytes)| format!("`{name}` {}", megabytes(bytes))).collect();
        Some(match &largest[..] {
            [] => is,
            [only] => format!("{is}: the largest in it is {only}"),
            [first @ .., last] => format!("{is}: the largest in it are {} and {last}", first.join(", ")),
        })
    }

    /// The largest things in the layer, with their bytes: the largest distributions, then the largest folders or files in
    /// them. Never one inside another that says as much.
    pub fn largest(&self, measure: Measure) -> Vec<(String, u64)> {
        let mut distributions: Vec<(&str, u64)> =
            self.distributions.iter().map(|(name, size)| (name.as_str(), measure.of(size.bytes, size.zipped_bytes))).collect();
        distributions.sort_by_key(|&(name, bytes)| (std::cmp::Reverse(bytes), name));
        let total: u64 = self.files.values().map(|file| measure.of(file.bytes, file.zipped_bytes)).sum();
        // A distribution of a percent is not what makes it too large.
        distributions.retain(|&(_, bytes)| bytes * 100 > total);
        distributions.truncate(DISTRIBUTIONS_NAMED_MAX);
        let mut named: Vec<(String, u64)> = distributions.iter().map(|&(name, bytes)| (name.to_owned(), bytes)).collect();
        let is_whole =
            |bytes: u64| distributions.iter().any(|&(_, whole)| bytes <= whole && bytes * 100 > whole * MOST_OF_IT_PERCENT && distributions.len() > 1);
        for (path, bytes) in self.parts(measure) {
            let is_inside_another = named.iter().any(|(other, _)| path.starts_with(&format!("{other}/")) || other.starts_with(&format!("{path}/")));
            if named.len() < NAMED_MAX && !is_inside_another && !is_whole(bytes) && bytes * 100 > total {
                named.push((path.to_owned(), bytes));
            }
        }
        named
    }

    /// Files and folders that are worth naming, the largest first: no folder that is little more than one of
    /// its children, and none at the top, which is much the same as a distribution.
    fn parts(&self, measure: Measure) -> Vec<(&str, u64)> {
        let mut nodes: BTreeMap<&str, u64> = BTreeMap::new();
        for (path, file) in &self.files {
            let bytes = measure.of(file.bytes, file.zipped_bytes);
            let folders = path.match_indices('/').map(|(end, _)| &path[..end]).skip(2);
            folders.chain([path.as_str()]).for_each(|node| *nodes.entry(node).or_default() += bytes);
        }
        let mut greatest_child: BTreeMap<&str, u64> = BTreeMap::new();
        for (node, &bytes) in &nodes {
            if let Some((parent, _)) = node.rsplit_once('/') {
                let greatest = greatest_child.entry(parent).or_default();
                *greatest = bytes.max(*greatest);
            }
        }
        let says_more = |node: &str, bytes: u64| greatest_child.get(node).is_none_or(|&child| child * 100 <= bytes * MOST_OF_IT_PERCENT);
        let mut parts: Vec<(&str, u64)> = nodes.into_iter().filter(|&(node, bytes)| says_more(node, bytes)).collect();
        parts.sort_by_key(|&(node, bytes)| (std::cmp::Reverse(bytes), node));
        parts
    }
}

impl Measure {
    fn of(self, bytes: u64, zipped_bytes: u64) -> u64 {
        match self {
            Self::Unzipped => bytes,
            Self::Zipped => zipped_bytes,
        }
    }
}

/// `120.1 MB`, of a million bytes each, rounded up; a limit is rounded down, so that what is over it never looks like it.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(TENTH);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(files: &[(&str, &str, u64)]) -> Sizes {
        let names: Vec<NormalizedName> = files.iter().map(|(name, _, _)| name.parse().expect("valid")).collect();
        let kind = |path: &str| if path.ends_with(".pyc") { FileKind::Bytecode } else { FileKind::Source };
        Sizes::of(names.iter().zip(files).map(|(name, &(_, path, megabytes))| SizedFile {
            path,
            distribution: Some(name),
            bytes: megabytes * 1_000_000,
            zipped_bytes: megabytes * 400_000,
            kind: kind(path),
        }))
    }

    #[test]
    fn totals_are_by_distribution() {
        let sizes = sizes(&[("a", "python/a.py", 1), ("a", "python/__pycache__/a.cpython-313.pyc", 2), ("b", "python/b.py", 3)]);
        let a = &sizes.distributions[&"a".parse::<NormalizedName>().expect("valid")];
        assert_eq!(*a, DistributionSize { files: 2, bytes: 3_000_000, zipped_bytes: 1_200_000, bytecode_bytes: 2_000_000 });
        assert_eq!(sizes.files["python/b.py"], FileSize { bytes: 3_000_000, zipped_bytes: 1_200_000, kind: FileKind::Source });
        let text = serde_json::to_string(&sizes).expect("plain data");
        assert_eq!(serde_json::from_str::<Sizes>(&text).expect("read back"), sizes);
    }

    #[test]
    fn the_sentence_names_what_is_worth_it() {
        let science: &[(&str, &str, u64)] = &[
            ("scipy", "python/scipy/stats/a.so", 40),
            ("scipy", "python/scipy/optimize/b.so", 60),
            ("scipy", "python/scipy.libs/libopenblas.so", 21),
            ("numpy", "python/numpy/core.so", 20),
            ("numpy", "python/numpy.libs/libopenblas.so", 24),
            ("six", "python/six.py", 1),
        ];
        let arrow: &[(&str, &str, u64)] = &[
            ("pyarrow", "python/pyarrow/libarrow.so", 58),
            ("pyarrow", "python/pyarrow/tests/a.py", 8),
            ("pyarrow", "python/pyarrow/tests/b.py", 7),
            ("pyarrow", "python/pyarrow/lib.so", 9),
        ];
        let one: &[(&str, &str, u64)] = &[("x", "python/x.so", 100)];
        for (files, expected) in [
            (science, "`scipy` 121.0 MB, `numpy` 44.0 MB and `python/scipy/optimize/b.so` 60.0 MB"),
            (arrow, "`pyarrow` 82.0 MB, `python/pyarrow/libarrow.so` 58.0 MB and `python/pyarrow/tests` 15.0 MB"),
            (one, "`x` 100.0 MB and `python/x.so` 100.0 MB"),
        ] {
            let sentence = sizes(files).too_large(Measure::Unzipped, 262_144_001, 262_144_000).expect("too large");
            assert_eq!(sentence, format!("it unpacks to 262.2 MB and AWS takes 262.1 MB: the largest in it are {expected}"));
        }
        let zipped = sizes(one).too_large(Measure::Zipped, 60_000_000, 52_428_800).expect("too large");
        assert_eq!(zipped, "its zip has 60.0 MB and AWS takes 52.4 MB without a bucket: the largest in it are `x` 40.0 MB and `python/x.so` 40.0 MB");
        assert_eq!(sizes(one).too_large(Measure::Unzipped, 262_144_000, 262_144_000), None);
        assert_eq!(Sizes::default().too_large(Measure::Zipped, 2, 1).as_deref(), Some("its zip has 0.1 MB and AWS takes 0.0 MB without a bucket"));
    }
}
