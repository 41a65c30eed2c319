//! A package's licence, from the `METADATA` of its wheel.
//!
//! How long a text an account takes, and how a longer one is cut, is the publisher's matter.

use std::fmt;

use spdx::{Expression, ParseMode};

use super::core_metadata::CoreMetadata;
use crate::domain::one_line;

/// Longest name of a licence, in characters: longer texts in `License` are the licence itself.
const NAME_MAX_CHARS: usize = 100;
/// Longest expression, in characters. The longest in use have some 300.
const EXPRESSION_MAX_CHARS: usize = 1000;
/// Most names that classifiers give, and most files.
const LISTED_MAX: usize = 50;
/// As people write them: with the short names that newer lists replaced.
const MODE: ParseMode = ParseMode { allow_deprecated: true, allow_postfix_plus_on_gpl: true, ..ParseMode::STRICT };

/// A licence, as exactly as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum License {
    /// An [SPDX expression](https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/):
    /// `Apache-2.0 OR BSD-3-Clause`.
    Expression(String),
    /// Names that somebody gave, at least one.
    Named(Vec<String>),
}

impl License {
    /// The licence, by
    /// [core metadata](https://packaging.python.org/en/latest/specifications/core-metadata/#license-expression): the SPDX
    /// expression if there is one (PEP 639), else a short name, else what the classifiers say, else the beginning of what
    /// stands there.
    pub fn of(metadata: &CoreMetadata) -> Option<Self> {
        let declared = || metadata.first("license-expression").map(|text| Self::read(&one_line(text, EXPRESSION_MAX_CHARS)));
        let name = || metadata.all("license").find(|text| text.chars().take(NAME_MAX_CHARS + 1).count() <= NAME_MAX_CHARS).map(Self::read);
        let classified = || {
            let names = metadata.all("classifier").filter_map(|classifier| classifier.strip_prefix("License ::")?.rsplit("::").next());
            let names: Vec<String> = names.map(|name| one_line(name, NAME_MAX_CHARS)).filter(|name| !name.is_empty()).take(LISTED_MAX).collect();
            (!names.is_empty()).then_some(Self::Named(names))
        };
        let cut = || metadata.first("license").map(|text| Self::Named(vec![one_line(text, NAME_MAX_CHARS)]));
        declared().or_else(name).or_else(classified).or_else(cut).filter(|license| !license.to_string().is_empty())
    }

    /// The licence that `text` names: an expression if it is a valid one, deprecated names included.
    pub fn read(text: &str) -> Self {
        let text = one_line(text, EXPRESSION_MAX_CHARS);
        match Expression::parse_mode(&text, MODE) {
            Ok(_) => Self::Expression(text),
            Err(_) => Self::Named(vec![text]),
        }
    }
}

impl fmt::Display for License {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expression(expression) => f.write_str(expression),
            Self::Named(names) => f.write_str(&names.join(", ")),
        }
    }
}

/// The licence in words.
pub fn from_metadata(metadata: &str) -> Option<String> {
    License::of(&CoreMetadata::read(metadata)).map(|license| license.to_string())
}

/// The files that hold the licence's text, as the wheel names them.
pub fn files(metadata: &CoreMetadata) -> Vec<String> {
    let mut files: Vec<String> = metadata.all("license-file").map(|file| one_line(file, NAME_MAX_CHARS)).take(LISTED_MAX).collect();
    files.sort();
    files.dedup();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str) -> Option<License> {
        Some(License::Expression(text.to_owned()))
    }

    fn named(names: &[&str]) -> Option<License> {
        Some(License::Named(names.iter().map(|&name| name.to_owned()).collect()))
    }

    #[test]
    fn the_most_exact_field_wins() {
        for (metadata, expected) in [
            ("License-Expression: MIT\nLicense: x\n", expression("MIT")),
            ("License-Expression: Apache-2.0 OR BSD-3-Clause\n", expression("Apache-2.0 OR BSD-3-Clause")),
            ("License-Expression: (MIT AND\nLicense: x\n", named(&["(MIT AND"])),
            ("License-Expression: LicenseRef-Own AND GPL-2.0+\n", expression("LicenseRef-Own AND GPL-2.0+")),
            ("License: BSD-3-Clause\n", expression("BSD-3-Clause")),
            ("License: BSD 3-Clause\nClassifier: License :: OSI Approved :: BSD License\n", named(&["BSD 3-Clause"])),
            ("License: UNKNOWN\nClassifier: License :: OSI Approved :: Apache Software License\n", named(&["Apache Software License"])),
            ("Classifier: License :: OSI Approved :: A\nClassifier: License :: B\n", named(&["A", "B"])),
            (
                "License: Copyright (c) Someone.\n         All rights reserved.\n         \n         Redistribution and use in source and binary forms are permitted\nClassifier: License :: B\n",
                named(&["B"]),
            ),
            ("Name: x\n\nLicense: in the description\n", None),
            ("License: a\u{1b}[31mb\n", named(&["a[31mb"])),
            ("License: \u{200b}\n", None),
            ("", None),
        ] {
            assert_eq!(License::of(&CoreMetadata::read(metadata)), expected, "{metadata}");
        }
        assert_eq!(from_metadata("Classifier: License :: A\nClassifier: License :: B\n").as_deref(), Some("A, B"));
    }

    #[test]
    fn long_texts_are_cut() {
        let long = format!("License: {}\n", "x".repeat(1000));
        assert_eq!(from_metadata(&long).map(|license| license.chars().count()), Some(NAME_MAX_CHARS));
        let hostile = format!("License-Expression: {}\n", "(".repeat(100_000));
        assert_eq!(from_metadata(&hostile).map(|license| license.chars().count()), Some(EXPRESSION_MAX_CHARS));
    }

    #[test]
    fn files_are_listed_once() {
        let metadata = CoreMetadata::read("License-File: LICENSE\nLicense-File: AUTHORS\nLicense-File: LICENSE\n");
        assert_eq!(files(&metadata), ["AUTHORS", "LICENSE"]);
    }
}
