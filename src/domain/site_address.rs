//! Where the site is, for links that must work from elsewhere.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, shown, text_serde, web_address};

/// The address of the top of the site, with a slash at its end: `https://example.org/layers/`.
///
/// It has letters, digits and `.-_~%/:` alone, so it needs no escaping in HTML, XML, Markdown or a calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteAddress(String);

impl SiteAddress {
    /// The address of what lies at `path` below the top.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Where the top is on its host: `/layers/`.
    pub fn path(&self) -> &str {
        let host_and_path = self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest);
        host_and_path.find('/').map_or("/", |at| &host_and_path[at..])
    }
}

impl fmt::Display for SiteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SiteAddress {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~%/:".contains(&byte);
        if text.contains('@') {
            // A password is not repeated where others read it.
            return Err(Invalid("the address of a site has no name and no password in it".to_owned()));
        }
        // White space around it and half an escape are no address of a page at all.
        let plain = web_address(text).filter(|address| address == text && address.bytes().all(is_plain));
        let parts = plain.as_deref().and_then(|address| address.split_once("://")).map(|(scheme, rest)| (scheme, rest.trim_end_matches('/')));
        match parts {
            Some((scheme, rest)) if rest.split('/').all(|part| !matches!(part, "" | "." | "..")) => Ok(Self(format!("{scheme}://{rest}/"))),
            Some(_) | None => Err(Invalid(format!("`{}` is not the address of a site", shown(text)))),
        }
    }
}

text_serde!(SiteAddress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_with_one_slash() {
        for (text, kept) in [
            ("https://example.org", "https://example.org/"),
            ("https://example.org/", "https://example.org/"),
            ("https://example.org/layers", "https://example.org/layers/"),
            ("https://example.org/a/b//", "https://example.org/a/b/"),
            ("http://127.0.0.1:8080/~me/a%20b", "http://127.0.0.1:8080/~me/a%20b/"),
        ] {
            let address: SiteAddress = text.parse().expect(text);
            assert_eq!(address.to_string(), kept);
            assert_eq!(kept.parse(), Ok(address.clone()));
            assert_eq!(address.join("feeds/all.atom"), format!("{kept}feeds/all.atom"));
            assert!(address.path().starts_with('/') && kept.ends_with(address.path()), "{}", address.path());
        }
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        for text in [
            "",
            "example.org",
            "ftp://example.org",
            "https://",
            "https:///layers",
            "https://me:secret@example.org/",
            "https://example.org/?a=b",
            "https://example.org/#top",
            "https://example.org/a b",
            " https://example.org/",
            "https://example.org/\n",
            "https://example.org/é",
            "https://exämple.org/",
            "https://example.org/a)b",
            "https://example.org/<b>",
            "https://example.org/a//b",
            "https://example.org/../b",
            "https://example.org/%4",
            "https://example.org:port/",
        ] {
            assert!(text.parse::<SiteAddress>().is_err(), "{text:?}");
        }
    }
}
