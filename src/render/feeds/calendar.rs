//! The days on which layers expire as an iCalendar (RFC 5545).

use jiff::{Timestamp, ToSpan as _};

use super::expiry::Expiry;
use crate::domain::{Prefix, SiteAddress};

/// Longest line, in bytes, without its end.
const LINE_MAX_BYTES: usize = 75;

/// Its text.
pub fn document(prefix: &Prefix, address: Option<&SiteAddress>, expiries: &[Expiry]) -> Vec<u8> {
    let mut calendar = Calendar::default();
    let name = format!("{prefix}: layers that expire");
    calendar.line("BEGIN", "VCALENDAR");
    calendar.line("VERSION", "2.0");
    calendar.line("PRODID", "-//klayers//expiry//EN");
    calendar.line("CALSCALE", "GREGORIAN");
    calendar.line("METHOD", "PUBLISH");
    calendar.text("NAME", &name);
    calendar.text("X-WR-CALNAME", &name);
    calendar.line("REFRESH-INTERVAL;VALUE=DURATION", "P1D");
    calendar.line("X-PUBLISHED-TTL", "P1D");
    for expiry in expiries {
        calendar.event(expiry, address);
    }
    calendar.line("END", "VCALENDAR");
    calendar.0.into_bytes()
}

#[derive(Default)]
struct Calendar(String);

impl Calendar {
    fn event(&mut self, expiry: &Expiry, address: Option<&SiteAddress>) {
        let next = expiry.day.checked_add(1.day()).unwrap_or(expiry.day);
        self.line("BEGIN", "VEVENT");
        self.text("UID", &expiry.uid);
        self.line("DTSTAMP", &stamp(expiry.known_since));
        self.line("DTSTART;VALUE=DATE", &expiry.day.strftime("%Y%m%d").to_string());
        self.line("DTEND;VALUE=DATE", &next.strftime("%Y%m%d").to_string());
        self.text("SUMMARY", &format!("{} expires", expiry.what));
        let what =
            "From this day on it is not listed, and it will be deleted: then it can no longer be added to a function. Functions that have it go on running.";
        self.text("DESCRIPTION", &format!("{what}\n\n{}", expiry.layers.join("\n")));
        if let Some(address) = address {
            self.line("URL", &address.to_string());
        }
        self.line("TRANSP", "TRANSPARENT");
        self.line("END", "VEVENT");
    }

    /// A property whose value is text.
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len() + 8);
        for character in value.chars() {
            match character {
                '\\' | ';' | ',' => escaped.extend(['\\', character]),
                '\n' => escaped.push_str("\\n"),
                _ if character.is_control() => {}
                _ => escaped.push(character),
            }
        }
        self.line(name, &escaped);
    }

    /// A property, folded between characters.
    fn line(&mut self, name: &str, value: &str) {
        let mut used = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if used + character.len_utf8() > LINE_MAX_BYTES {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(character);
            used += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        for value in ["a".repeat(200), "é".repeat(100), format!("{}😀😀", "a".repeat(66))] {
            let mut calendar = Calendar::default();
            calendar.text("X", &value);
            assert!(calendar.0.split("\r\n").all(|line| line.len() <= LINE_MAX_BYTES), "{}", calendar.0);
            assert_eq!(calendar.0.replace("\r\n ", ""), format!("X:{value}\r\n"));
        }
        let mut calendar = Calendar::default();
        calendar.text("X", &"a".repeat(LINE_MAX_BYTES - 2));
        assert_eq!(calendar.0.matches("\r\n").count(), 1, "a line that just fits is one line");
    }

    #[test]
    fn texts_end_no_property() {
        let mut calendar = Calendar::default();
        calendar.text("X", "a;b,c\\n\r\nEND:VEVENT\u{7f}");
        assert_eq!(calendar.0, "X:a\\;b\\,c\\\\n\\nEND:VEVENT\r\n");
    }
}
