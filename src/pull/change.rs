//! Which files a change touches, and what that says of its results.

use crate::config::CONFIG_DIR;

/// Most files that are named.
const NAMED_MAX: usize = 10;

/// What a change touches, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nobody asked GitHub.
    Unknown,
    /// Files of packages and regions: data, which the unchanged program read.
    Packages,
    /// These and `klayers.toml`: data too, but what it says holds for all, so people should look at it.
    Settings,
    /// Something else: the program, a workflow, the record. What ran may not have been what runs otherwise.
    Others {
        /// The first of the other files, by name.
        named: Vec<String>,
        /// How many there are, as far as they were told.
        count: usize,
    },
}

/// Judges the paths of the files of a change, the old paths of renamed files among them. `is_whole` says whether these
/// are all: of what was not told the worst is thought.
///
/// Package files are `packages*.csv` and `regions.csv` directly in `pipeline/config`.
pub fn changed_files(paths: impl IntoIterator<Item = String>, is_whole: bool) -> Change {
    let mut others = Vec::new();
    let mut settings = false;
    for path in paths {
        match path.strip_prefix(CONFIG_DIR).and_then(|rest| rest.strip_prefix('/')) {
            Some("klayers.toml") => settings = true,
            Some(name) if is_package_file(name) => {}
            Some(_) | None => others.push(path),
        }
    }
    others.sort();
    others.dedup();
    let count = others.len();
    if count > 0 || !is_whole {
        others.truncate(NAMED_MAX);
        return Change::Others { named: others, count };
    }
    if settings { Change::Settings } else { Change::Packages }
}

fn is_package_file(name: &str) -> bool {
    let is_of_packages = name.starts_with("packages") && name.ends_with(".csv");
    !name.contains('/') && (is_of_packages || name == "regions.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_package_files_are_taken_for_package_files() {
        let others = |path: &str| Change::Others { named: vec![path.to_owned()], count: 1 };
        for (paths, expected) in [
            (&["pipeline/config/packages.csv"][..], Change::Packages),
            (&["pipeline/config/packages_p313-arm64.csv", "pipeline/config/regions.csv"], Change::Packages),
            (&["pipeline/config/klayers.toml", "pipeline/config/packages.csv"], Change::Settings),
            (&["pipeline/config/packages.csv", "src/main.rs"], others("src/main.rs")),
            (&["pipeline/config/klayers.toml", ".github/workflows/packages.yml"], others(".github/workflows/packages.yml")),
            (&["pipeline/ledger/p3.13/x/events.jsonl"], others("pipeline/ledger/p3.13/x/events.jsonl")),
            (&["pipeline/config/packages/x.csv"], others("pipeline/config/packages/x.csv")),
            (&["pipeline/config/packages.csv.sh"], others("pipeline/config/packages.csv.sh")),
            (&["pipeline/config/../packages.csv"], others("pipeline/config/../packages.csv")),
            (&["pipeline/configuration/packages.csv"], others("pipeline/configuration/packages.csv")),
            (&["Pipeline/config/packages.csv"], others("Pipeline/config/packages.csv")),
            (&["pipeline/config/.gitattributes"], others("pipeline/config/.gitattributes")),
            (&[], Change::Packages),
        ] {
            assert_eq!(changed_files(paths.iter().map(|&path| path.to_owned()), true), expected, "{paths:?}");
        }
        assert_eq!(changed_files(["pipeline/config/packages.csv".to_owned()], false), Change::Others { named: Vec::new(), count: 0 });
        let many = changed_files((0..30).rev().map(|n| format!("src/{n:02}.rs")), true);
        let Change::Others { named, count: 30 } = many else { panic!("{many:?}") };
        assert_eq!((named.len(), named[0].as_str()), (10, "src/00.rs"));
    }
}
