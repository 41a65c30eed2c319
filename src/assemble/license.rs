//! A package's licence, from the `METADATA` of its wheel.
//!
//! <https://packaging.python.org/en/latest/specifications/core-metadata/>

/// Longer texts in `License` are the licence itself and not its name.
const NAME_MAX_CHARS: usize = 100;

/// The licence: the SPDX expression if there is one, else a short name, else what the classifiers say.
pub fn from_metadata(metadata: &str) -> Option<String> {
    let headers = || metadata.lines().take_while(|line| !line.is_empty());
    let values = |name: &'static str| {
        headers().filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            let value: String = value.trim().chars().filter(|character| !character.is_control()).collect();
            (key.eq_ignore_ascii_case(name) && !value.is_empty() && value != "UNKNOWN").then_some(value)
        })
    };
    let name = || values("License").find(|license| license.chars().count() <= NAME_MAX_CHARS);
    let classified = || {
        let names: Vec<String> =
            values("Classifier").filter_map(|classifier| Some(classifier.strip_prefix("License ::")?.rsplit("::").next()?.trim().to_owned())).collect();
        Some(names.join(", ")).filter(|names| !names.is_empty())
    };
    let cut = || values("License").next().map(|license| license.chars().take(NAME_MAX_CHARS).collect());
    values("License-Expression").next().or_else(name).or_else(classified).or_else(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_field_wins() {
        for (metadata, expected) in [
            ("License-Expression: MIT\nLicense: x\n", Some("MIT")),
            ("License: BSD 3-Clause\nClassifier: License :: OSI Approved :: BSD License\n", Some("BSD 3-Clause")),
            ("License: UNKNOWN\nClassifier: License :: OSI Approved :: Apache Software License\n", Some("Apache Software License")),
            ("Name: x\n\nLicense: in the description\n", None),
            ("License: a\u{1b}[31mb\n", Some("a[31mb")),
            ("", None),
        ] {
            assert_eq!(from_metadata(metadata).as_deref(), expected, "{metadata}");
        }
        let long = format!("License: {}\n", "x".repeat(1000));
        assert_eq!(from_metadata(&long).map(|license| license.len()), Some(NAME_MAX_CHARS));
    }
}
