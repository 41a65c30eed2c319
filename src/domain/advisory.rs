//! What an index says against a release: known vulnerabilities, and whether it was withdrawn.
//!
//! Its texts come from strangers. Here they are short, on one line, and addresses are addresses.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use pep440_rs::Version;
use serde::{Deserialize, Deserializer, Serialize};

use super::text::{one_line, web_address};
use super::{Invalid, shown, text_serde};

/// Longest id that is taken. Those in use have at most 30 characters.
const ID_MAX_CHARS: usize = 64;
/// Longest summary and longest reason that is kept, in characters.
const TEXT_MAX_CHARS: usize = 300;
/// Most of anything that one advisory lists.
const LISTED_MAX: usize = 20;

/// What is known against the file of a distribution that a layer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Advisories {
    /// The index reports vulnerabilities, and these are all that it knows.
    Reported {
        /// Those that were not taken back, sorted by id.
        vulnerabilities: Vec<Vulnerability>,
        /// Why the file was withdrawn, if it was.
        #[serde(default, deserialize_with = "read_reason")]
        yanked: Option<String>,
    },
    /// The index does not say, or could not be asked. This is not the same as none.
    NotReported {
        /// Why the file was withdrawn, if that much is known.
        #[serde(default, deserialize_with = "read_reason")]
        yanked: Option<String>,
    },
}

/// One known vulnerability of a release, made fit to be shown: see [`Told`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Told")]
pub struct Vulnerability {
    /// Its id at the index: `PYSEC-2024-48`, `GHSA-…`.
    pub id: AdvisoryId,
    /// Its ids elsewhere: `CVE-…`.
    pub aliases: BTreeSet<AdvisoryId>,
    /// What it is, on one line of at most 300 characters.
    pub summary: String,
    /// The versions that no longer have it, in their order (PEP 440); at most 20.
    pub fixed_in: Vec<String>,
    /// The web address of a page that tells more.
    pub link: Option<String>,
    /// Who keeps the list that it is in, such as the name of a database.
    pub source: Option<String>,
}

/// A vulnerability as somebody tells it: everything may be too long, or not what it should be.
#[derive(Debug, Clone, Deserialize)]
pub struct Told {
    /// Its id at the index.
    pub id: AdvisoryId,
    /// Its ids elsewhere.
    #[serde(default)]
    pub aliases: BTreeSet<AdvisoryId>,
    /// What it is, of any length and with any characters.
    #[serde(default)]
    pub summary: String,
    /// The versions without it; what is no version is passed over.
    #[serde(default)]
    pub fixed_in: Vec<String>,
    /// Where more stands; dropped unless it is a web address.
    #[serde(default)]
    pub link: Option<String>,
    /// Who keeps the list that it is in.
    #[serde(default)]
    pub source: Option<String>,
}

impl Advisories {
    /// The vulnerabilities, when the index reports them.
    pub fn vulnerabilities(&self) -> &[Vulnerability] {
        match self {
            Self::Reported { vulnerabilities, .. } => vulnerabilities,
            Self::NotReported { .. } => &[],
        }
    }

    /// Why the file was withdrawn, if it was.
    pub fn yanked(&self) -> Option<&str> {
        match self {
            Self::Reported { yanked, .. } | Self::NotReported { yanked } => yanked.as_deref(),
        }
    }

    /// The reason of a withdrawal, fit to be kept. Many give none.
    pub fn reason(said: &str) -> String {
        let reason = one_line(said, TEXT_MAX_CHARS);
        if reason.is_empty() { "no reason was given".to_owned() } else { reason }
    }
}

impl From<Told> for Vulnerability {
    fn from(told: Told) -> Self {
        let mut fixed_in: Vec<Version> = told.fixed_in.iter().filter_map(|version| version.parse().ok()).take(LISTED_MAX).collect();
        fixed_in.sort();
        fixed_in.dedup();
        Self {
            aliases: told.aliases.into_iter().filter(|alias| *alias != told.id).take(LISTED_MAX).collect(),
            id: told.id,
            summary: one_line(&told.summary, TEXT_MAX_CHARS),
            fixed_in: fixed_in.iter().map(Version::to_string).collect(),
            link: told.link.and_then(|link| web_address(&link)),
            source: told.source.map(|source| one_line(&source, ID_MAX_CHARS)).filter(|source| !source.is_empty()),
        }
    }
}

/// The id of an advisory: 1 to 64 letters, digits, `-`, `_`, `.` and `:`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdvisoryId(String);

impl AdvisoryId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Who gives such ids: the `CVE` of `CVE-2026-1234`.
    pub fn issuer(&self) -> &str {
        self.0.split_once('-').map_or(self.as_str(), |(issuer, _)| issuer)
    }
}

impl fmt::Display for AdvisoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AdvisoryId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        if text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.len() <= ID_MAX_CHARS && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid(format!("`{}` is not the id of an advisory", shown(text))))
        }
    }
}

text_serde!(AdvisoryId);

fn read_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(|reason| Advisories::reason(&reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain() {
        for text in ["PYSEC-2024-48", "GHSA-8r8j-xvfj-36f9", "CVE-2026-1234", "OSV:x", "BIT-django-2022-1"] {
            assert_eq!(text.parse::<AdvisoryId>().map(|id| id.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "-a", "a b", "a/b", "<b>", "CVE-1\n", "1", &"a".repeat(65)] {
            assert!(text.parse::<AdvisoryId>().is_err(), "{text:?}");
        }
        assert_eq!("CVE-2026-1".parse::<AdvisoryId>().expect("valid").issuer(), "CVE");
    }

    #[test]
    fn what_is_told_is_made_fit() {
        let told = serde_json::json!({
            "id": "PYSEC-1", "aliases": ["CVE-1", "PYSEC-1"], "summary": format!("a\n\u{1b}b{}", "x".repeat(400)),
            "fixed_in": ["2.0", "nonsense", "1.10", "1.9", "2.0"], "link": "javascript:x", "source": " ",
        });
        let vulnerability: Vulnerability = serde_json::from_value(told).expect("read");
        assert_eq!(vulnerability.aliases.iter().map(AdvisoryId::as_str).collect::<Vec<_>>(), ["CVE-1"]);
        assert_eq!(vulnerability.fixed_in, ["1.9", "1.10", "2.0"]);
        assert_eq!((vulnerability.link, vulnerability.source, vulnerability.summary.chars().count()), (None, None, TEXT_MAX_CHARS));
        assert!(vulnerability.summary.starts_with("a bx"));
    }

    #[test]
    fn every_state_round_trips() {
        let told = Told { id: "CVE-1".parse().expect("valid"), aliases: BTreeSet::new(), summary: "s".to_owned(), fixed_in: vec![], link: None, source: None };
        for advisories in [
            Advisories::NotReported { yanked: None },
            Advisories::NotReported { yanked: Some("broken".to_owned()) },
            Advisories::Reported { vulnerabilities: vec![], yanked: None },
            Advisories::Reported { vulnerabilities: vec![told.into()], yanked: Some(Advisories::reason(" ")) },
        ] {
            let text = serde_json::to_string(&advisories).expect("plain data");
            assert_eq!(serde_json::from_str::<Advisories>(&text).expect(&text), advisories);
        }
    }
}
