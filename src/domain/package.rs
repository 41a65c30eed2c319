//! A package as people write it in a CSV row, and as it is compared.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};

use super::{Invalid, shown, text_serde};

/// Longest request that is read: many times what anybody has written, and the parser gets slow at megabytes.
const REQUEST_MAX_BYTES: usize = 1_000;

/// A package's name as somebody spelled it. Shown as spelled; compare the [`NormalizedName`]. Letters, digits, `-`, `_`
/// and `.`, with a letter or digit at both ends.
/// <https://packaging.python.org/en/latest/specifications/name-normalization/>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

impl PackageName {
    /// The name as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form to compare by (PEP 503): lower case, with every run of `-`, `_` and `.` as one `-`.
    pub fn normalized(&self) -> NormalizedName {
        let mut normal = String::with_capacity(self.0.len());
        for character in self.0.chars() {
            if !matches!(character, '-' | '_' | '.') {
                normal.push(character.to_ascii_lowercase());
            } else if !normal.ends_with('-') {
                normal.push('-');
            }
        }
        NormalizedName(normal)
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PackageName {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bytes = text.as_bytes();
        let ends_well = [bytes.first(), bytes.last()].iter().all(|byte| byte.is_some_and(u8::is_ascii_alphanumeric));
        let all_allowed = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if ends_well && all_allowed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid(format!("`{}` is not a package name: letters, digits, `-`, `_` and `.` are allowed, a letter or digit at both ends", shown(text))))
        }
    }
}

/// A name in lower case with every run of `-`, `_` and `.` as one `-`: what PEP 503 compares by.
/// <https://packaging.python.org/en/latest/specifications/name-normalization/>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormalizedName(String);

impl NormalizedName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NormalizedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for NormalizedName {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let name: PackageName = text.parse()?;
        if name.normalized().as_str() == text {
            Ok(name.normalized())
        } else {
            Err(Invalid(format!("`{}` is not in normal form: `{}` is", shown(text), shown(name.normalized().as_str()))))
        }
    }
}

/// What a row asks for: a name, its extras, and perhaps a bound that holds the package back.
///
/// Text form: `psycopg[binary,pool]<4`, which is that of PEP 508 without addresses and markers.
/// <https://packaging.python.org/en/latest/specifications/dependency-specifiers/>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageRequest {
    /// The name as the row spells it.
    pub name: PackageName,
    extras: BTreeSet<String>,
    specifier: String,
}

impl PackageRequest {
    /// The name and the extras, without the bound: what a layer is said to contain.
    pub fn spelled(&self) -> String {
        if self.extras.is_empty() {
            return self.name.to_string();
        }
        format!("{}[{}]", self.name, self.extras.iter().map(String::as_str).collect::<Vec<_>>().join(","))
    }

    /// Whether the row names extras, which only the index can check.
    pub fn has_extras(&self) -> bool {
        !self.extras.is_empty()
    }

    /// Whether the row's bound lets `version` in, by the rules of PEP 440. Without a bound, every version.
    /// <https://packaging.python.org/en/latest/specifications/version-specifiers/>
    pub fn admits(&self, version: &Version) -> bool {
        self.specifier.parse::<VersionSpecifiers>().is_ok_and(|specifiers| specifiers.contains(version))
    }
}

impl fmt::Display for PackageRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.spelled(), self.specifier)
    }
}

/// Why a text is not a [`PackageRequest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// An address or a path stands where a name should.
    #[error("`{0}` is a direct reference")]
    DirectReference(String),
    /// The requirement holds only in some environments.
    #[error("`{0}` has an environment marker")]
    Marker(String),
    /// The name itself is not one.
    #[error("{0}")]
    Name(Invalid),
    /// Extras or versions are malformed.
    #[error("`{text}` is not a requirement: {reason}")]
    Syntax {
        /// The text that was read, cut and made fit to be shown.
        text: String,
        /// What the parser says of it.
        reason: String,
    },
}

impl FromStr for PackageRequest {
    type Err = RequestError;
    fn from_str(text: &str) -> Result<Self, RequestError> {
        let text = text.trim();
        let text_shown = || shown(text);
        let too_long = |bytes| RequestError::Syntax { text: text_shown(), reason: format!("it has {bytes} bytes, and at most {REQUEST_MAX_BYTES} are read") };
        if text.len() > REQUEST_MAX_BYTES {
            return Err(too_long(text.len()));
        }
        if text.contains("://") || text.contains('@') || text.starts_with(['.', '/', '~']) {
            return Err(RequestError::DirectReference(text_shown()));
        }
        let name = text.split(['[', '<', '>', '=', '!', '~', ';', '(']).next().unwrap_or("").trim_end();
        let name: PackageName = name.parse().map_err(RequestError::Name)?;
        // No marker is taken, and the parser calls itself for each `(` of one, until the stack ends.
        if text.contains(';') {
            return Err(RequestError::Marker(text_shown()));
        }
        if has_extra_that_ends_badly(text) {
            return Err(RequestError::Syntax { text: text_shown(), reason: "an extra begins and ends with a letter or digit".to_owned() });
        }
        let requirement: Requirement<VerbatimUrl> = text
            .parse()
            .map_err(|error: pep508_rs::Pep508Error<VerbatimUrl>| RequestError::Syntax { text: text_shown(), reason: shown(error.message.to_string()) })?;
        if !requirement.marker.is_true() {
            return Err(RequestError::Marker(text_shown()));
        }
        let specifier = match requirement.version_or_url {
            Some(VersionOrUrl::Url(_)) => return Err(RequestError::DirectReference(text_shown())),
            Some(VersionOrUrl::VersionSpecifier(specifiers)) => specifiers.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            None => String::new(),
        };
        let extras = requirement.extras.iter().map(ToString::to_string).collect();
        let request = Self { name, extras, specifier };
        // The parser takes `x.whl` alone for a file, and with a bound for a package, which could not be named afterwards.
        if request.spelled().parse::<Requirement<VerbatimUrl>>().is_err() {
            return Err(RequestError::Syntax { text: text_shown(), reason: "the name is that of a file".to_owned() });
        }
        // What is written again is read again: `1a` is `1a0` then.
        match request.to_string().len() {
            bytes if bytes > REQUEST_MAX_BYTES => Err(too_long(bytes)),
            _ => Ok(request),
        }
    }
}

/// Whether there is an extra such as `a-`: the parser of requirements takes it for one that it is not, and panics.
fn has_extra_that_ends_badly(text: &str) -> bool {
    let Some((_, extras)) = text.split_once('[') else { return false };
    let extras = extras.split(']').next().unwrap_or("");
    extras.split(|character: char| character == ',' || character.is_whitespace()).any(|extra| extra.ends_with(['-', '_', '.']))
}

text_serde!(PackageName, NormalizedName, PackageRequest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_by_their_normal_form() {
        for (spelled, normal) in
            [("Pillow", "pillow"), ("redshift_connector", "redshift-connector"), ("zope.interface", "zope-interface"), ("a-_.b", "a-b"), ("PyMuPDF", "pymupdf")]
        {
            let name: PackageName = spelled.parse().expect(spelled);
            assert_eq!(name.normalized().as_str(), normal);
            assert_eq!(name.to_string(), spelled);
            assert_eq!(normal.parse::<NormalizedName>(), Ok(name.normalized()));
        }
        assert!("Pillow".parse::<NormalizedName>().is_err());
        for text in ["", "-a", "a-", "a b", "ä", "a/b", "..", "a\n", "a\0b"] {
            assert!(text.parse::<PackageName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn requests_keep_spelling_extras_and_bound() {
        let longest = format!("x[{}]", "a".repeat(997));
        for (text, spelled, display) in [
            ("Pillow", "Pillow", "Pillow"),
            (" polars ", "polars", "polars"),
            ("psycopg[pool, binary]", "psycopg[binary,pool]", "psycopg[binary,pool]"),
            ("numpy <2,>=1.26", "numpy", "numpy>=1.26,<2"),
            ("requests[socks] == 2.*", "requests[socks]", "requests[socks]==2.*"),
            (&longest, &longest, &longest),
        ] {
            let request: PackageRequest = text.parse().expect(text);
            assert_eq!(request.spelled(), spelled);
            assert_eq!(request.to_string(), display);
            assert_eq!(request.to_string().parse(), Ok(request));
        }
    }

    #[test]
    fn a_bound_decides_what_is_let_in() {
        let request: PackageRequest = "numpy<2".parse().expect("valid");
        assert!(request.admits(&"1.26.4".parse().expect("valid")));
        assert!(!request.admits(&"2.0".parse().expect("valid")));
        let free: PackageRequest = "numpy".parse().expect("valid");
        assert!(free.admits(&"2.0".parse().expect("valid")));
    }

    #[test]
    fn refuses_what_only_looks_like_a_package() {
        type Is = fn(&RequestError) -> bool;
        let deep = format!("x; {}", "(".repeat(900));
        let (long, longer) = (format!("x[{}]", "a".repeat(998)), format!("x==1a{}", ",==1a".repeat(199)));
        let cases: [(&str, Is); 20] = [
            (&long, |e| matches!(e, RequestError::Syntax { .. })),
            (&longer, |e| matches!(e, RequestError::Syntax { .. })),
            ("x.whl==1", |e| matches!(e, RequestError::Syntax { .. })),
            (&deep, |e| matches!(e, RequestError::Marker(_))),
            ("https://index.example/x.whl", |e| matches!(e, RequestError::DirectReference(_))),
            ("x @ https://index.example/x.whl", |e| matches!(e, RequestError::DirectReference(_))),
            ("./x", |e| matches!(e, RequestError::DirectReference(_))),
            ("/tmp/x.whl", |e| matches!(e, RequestError::DirectReference(_))),
            ("git+ssh://x/y", |e| matches!(e, RequestError::DirectReference(_))),
            ("x; python_version < '3'", |e| matches!(e, RequestError::Marker(_))),
            ("", |e| matches!(e, RequestError::Name(_))),
            ("two words", |e| matches!(e, RequestError::Name(_))),
            ("x[", |e| matches!(e, RequestError::Syntax { .. })),
            ("x[a-]", |e| matches!(e, RequestError::Syntax { .. })),
            ("x[a_", |e| matches!(e, RequestError::Syntax { .. })),
            ("x[a. ]", |e| matches!(e, RequestError::Syntax { .. })),
            ("x[a- b]", |e| matches!(e, RequestError::Syntax { .. })),
            ("x; extra == 'a-'", |e| matches!(e, RequestError::Marker(_) | RequestError::Syntax { .. })),
            ("x==", |e| matches!(e, RequestError::Syntax { .. })),
            ("--index-url=x", |e| matches!(e, RequestError::Name(_))),
        ];
        for (text, is_expected) in cases {
            let error = text.parse::<PackageRequest>().expect_err(text);
            assert!(is_expected(&error), "{text}: {error:?}");
        }
    }
}
