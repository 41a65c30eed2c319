//! The words of feeds: lists, runtimes, regions, and texts of strangers made fit for XML and HTML.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::domain::{Architecture, PythonMinor, RegionCode, Runtime, one_line};

/// Regions that are named; of more, the number is said.
const NAMED_REGIONS_MAX: usize = 3;

/// A stranger's text on one line of at most `max_chars` characters, of which XML takes every one.
pub fn plain(text: &str, max_chars: usize) -> String {
    one_line(text, max_chars).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Text as HTML.
pub fn html(text: &str) -> String {
    // Older HTML does not know `&apos;`.
    quick_xml::escape::escape(text).replace("&apos;", "&#39;")
}

/// Our own words as HTML, what is between backticks as code.
pub fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (number, part) in text.split('`').enumerate() {
        let part = html(part);
        let _ = if number % 2 == 1 { write!(out, "<code>{part}</code>") } else { write!(out, "{part}") };
    }
    out
}

/// `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `eu-west-1 and us-east-1`, or `34 regions`.
pub fn regions(regions: &BTreeSet<&RegionCode>) -> String {
    if regions.len() > NAMED_REGIONS_MAX {
        return format!("{} regions", regions.len());
    }
    list(&regions.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// `Python 3.14 and 3.13 on x86_64 and arm64; Python 3.12 on arm64`: the newest first.
pub fn runtimes(runtimes: &BTreeSet<Runtime>) -> String {
    let mut pythons: BTreeMap<PythonMinor, Vec<Architecture>> = BTreeMap::new();
    for runtime in runtimes {
        pythons.entry(runtime.python).or_default().push(runtime.architecture);
    }
    let mut groups: Vec<(Vec<Architecture>, Vec<String>)> = Vec::new();
    for (python, architectures) in pythons.into_iter().rev() {
        match groups.iter_mut().find(|(same, _)| *same == architectures) {
            Some((_, pythons)) => pythons.push(python.to_string()),
            None => groups.push((architectures, vec![python.to_string()])),
        }
    }
    let words = |(architectures, pythons): &(Vec<Architecture>, Vec<String>)| {
        let architectures: Vec<String> = architectures.iter().map(ToString::to_string).collect();
        format!("Python {} on {}", list(pythons), list(&architectures))
    };
    groups.iter().map(words).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_told_together_newest_first() {
        for (ids, told) in [
            (&["p3.13"][..], "Python 3.13 on x86_64"),
            (&["p3.13-arm64", "p3.13"], "Python 3.13 on x86_64 and arm64"),
            (&["p3.9", "p3.10", "p3.13"], "Python 3.13, 3.10 and 3.9 on x86_64"),
            (&["p3.14", "p3.14-arm64", "p3.13-arm64", "p3.12", "p3.12-arm64"], "Python 3.14 and 3.12 on x86_64 and arm64; Python 3.13 on arm64"),
        ] {
            let ids: BTreeSet<Runtime> = ids.iter().map(|id| id.parse().expect("valid")).collect();
            assert_eq!(runtimes(&ids), told);
        }
    }

    #[test]
    fn few_regions_are_named() {
        let codes: Vec<RegionCode> = ["us-east-1", "eu-west-1", "ap-south-1", "ca-west-1"].map(|code| code.parse().expect("valid")).into();
        assert_eq!(regions(&codes[..3].iter().collect()), "ap-south-1, eu-west-1 and us-east-1");
        assert_eq!(regions(&codes.iter().collect()), "4 regions");
    }

    #[test]
    fn strangers_texts_are_fit_for_xml_and_html() {
        for (text, max, fit) in [("a\u{0}\u{fffe}b\r\nc", 9, "a\u{fffd}b c"), ("abcdef", 3, "ab…"), ("\u{b}\u{202e}x", 9, "x")] {
            assert_eq!(plain(text, max), fit, "{text:?}");
        }
        assert_eq!(code("adds `a` <1>"), "adds <code>a</code> &lt;1&gt;");
        assert_eq!(html("<a href='x'>&amp;\""), "&lt;a href=&#39;x&#39;&gt;&amp;amp;&quot;");
    }
}
