//! Strangers' texts made fit for a line, a page or a JSON file: short, on one line, without what cannot be seen.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::steers;

/// Longest address that is kept, in bytes.
const ADDRESS_MAX_BYTES: usize = 2048;
/// What an address may not have as it is. `%` stays, because it begins what is escaped already.
const NOT_IN_ADDRESSES: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}').add(b'[').add(b']');

/// `text` on one line of at most `max_chars` characters: white space becomes one space, what cannot be
/// seen is dropped, and what is too long ends with `…`.
pub fn one_line(text: &str, max_chars: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    let mut is_space_due = false;
    for character in text.chars() {
        if character.is_whitespace() {
            is_space_due = count > 0;
            continue;
        }
        if steers(character) {
            continue;
        }
        let added = 1 + usize::from(is_space_due);
        if count + added > max_chars {
            while count >= max_chars && count > 0 {
                line.pop();
                count -= 1;
            }
            if max_chars > 0 {
                line.push('…');
            }
            break;
        }
        if is_space_due {
            line.push(' ');
        }
        line.push(character);
        count += added;
        is_space_due = false;
    }
    line
}

/// `text` as the address of a page: `http` or `https`, with a host, without a name and password, escaped
/// where it must be. Nothing when it is anything else.
pub fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let is_host = authority.starts_with(char::is_alphanumeric) && !authority.contains(['@', '%', '[', ']', '\\', ' ', '<', '"']);
    if !is_host || text.len() > ADDRESS_MAX_BYTES || text.chars().any(steers) {
        return None;
    }
    // A second `#` is not an address, and neither is a `%` that escapes nothing.
    let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
    let is_escape = |(at, _): (usize, &str)| text.as_bytes().get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    if fragment.contains('#') || before.is_empty() || !text.match_indices('%').all(is_escape) || !is_port(authority) {
        return None;
    }
    Some(utf8_percent_encode(text, NOT_IN_ADDRESSES).to_string()).filter(|address| address.len() <= ADDRESS_MAX_BYTES)
}

fn is_port(authority: &str) -> bool {
    authority.split_once(':').is_none_or(|(_, port)| !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_short_and_plain() {
        for (text, max, expected) in [
            ("a  b\n\tc ", 10, "a b c"),
            ("  ", 10, ""),
            ("a\u{1b}[31mb\0", 10, "a[31mb"),
            ("safe\u{202e}gpj.exe", 20, "safegpj.exe"),
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("abcde fg", 6, "abcde…"),
            ("ééé", 2, "é…"),
            ("abc", 0, ""),
            ("abc", 1, "…"),
        ] {
            let line = one_line(text, max);
            assert_eq!(line, expected, "{text:?}");
            assert!(line.chars().count() <= max);
        }
    }

    #[test]
    fn only_plain_web_addresses_are_kept() {
        for (text, expected) in [
            ("https://example.com", Some("https://example.com")),
            (" http://example.com:8080/a?b=c#d ", Some("http://example.com:8080/a?b=c#d")),
            ("https://example.com/a b<c>", Some("https://example.com/a%20b%3Cc%3E")),
            ("https://example.com/é", Some("https://example.com/%C3%A9")),
            ("https://example.com/%41", Some("https://example.com/%41")),
            ("https://example.com/%4", None),
            ("https://example.com/a#b#c", None),
            ("https://me:secret@example.com/", None),
            ("https://example.com:port/", None),
            ("https:///path", None),
            ("javascript:alert(1)", None),
            ("ftp://example.com", None),
            ("HTTPS://example.com", None),
            ("https://example.com/\u{202e}", None),
            ("https://example.com/\n", Some("https://example.com/")),
            ("https://exam\nple.com/", None),
            ("", None),
        ] {
            assert_eq!(web_address(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(web_address(&format!("https://example.com/{}", "a".repeat(3000))), None);
    }
}
