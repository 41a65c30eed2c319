//! How addresses are named in messages: without secrets, and with an end.

use reqwest::Url;

use crate::domain::shown;

/// The host of an address, with its port when it has one; the address itself when it has no host.
pub fn host(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    host.unwrap_or_else(|| shown(url))
}

/// An address without the name, the password and the signature that it may carry: with each of these, others could
/// do what we may.
pub fn without_credentials(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    let is_signed = parsed.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case("X-Amz-Signature"));
    if parsed.username().is_empty() && parsed.password().is_none() && !is_signed {
        return url.to_owned();
    }
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    if is_signed {
        parsed.set_query(None);
    }
    parsed.to_string()
}

/// The same, as it may stand in a message: addresses escape what could steer a terminal, and have an end.
pub fn named(url: &str) -> String {
    const SHOWN_MAX_CHARS: usize = 1000;
    match Url::parse(&without_credentials(url)) {
        Ok(parsed) if parsed.as_str().len() <= SHOWN_MAX_CHARS => parsed.to_string(),
        Ok(_) | Err(_) => shown(without_credentials(url)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_named_without_secrets() {
        assert_eq!(host("https://me:secret@index.example:8443/simple"), "index.example:8443");
        assert_eq!(host("non\x1bsense"), "non\\u{1b}sense");
        for (url, shown) in [
            ("https://me:secret@index.example/simple", "https://index.example/simple"),
            ("https://me@index.example/a?b=c", "https://index.example/a?b=c"),
            ("https://layers.example/a.zip?versionId=1&X-Amz-Signature=0123&X-Amz-Credential=me", "https://layers.example/a.zip"),
            ("https://index.example/a?b=c#d", "https://index.example/a?b=c#d"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
        assert_eq!(named("http://me:secret@index.example/a\x1b[31m\n b"), "http://index.example/a%1B[31m%20b");
        assert_eq!((named("\x1b[31m").as_str(), named(&format!("http://x/{}", "y".repeat(10_000))).chars().count()), ("\\u{1b}[31m", 201));
    }
}
