//! Makes text of strangers harmless in each format.

use std::fmt::Write as _;
use std::io;

use crate::domain::{one_line as bounded, push_json, steers};

/// Longest text of a cell: names and versions are shorter, licences mostly.
const CELL_MAX_CHARS: usize = 100;

/// Text for a cell or a line of Markdown: shown as it is, on one line, and never a mark, a link or HTML.
///
/// Marks that are common in names keep readable with a backslash; the others become character
/// references, which by the standard never act as marks, and which a table does not split at.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in one_line(text).chars() {
        match character {
            ' ' | ',' | '(' | ')' | '+' | '-' | '/' | '%' | ';' | '?' => out.push(character),
            // A bare `www.` becomes a link on GitHub.
            '.' if !out.to_ascii_lowercase().ends_with("www") => out.push('.'),
            '_' | '*' | '~' | '#' | '!' => {
                out.push('\\');
                out.push(character);
            }
            _ if character.is_ascii_punctuation() => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out
}

/// As [`markdown`], no longer than a cell that people can read.
pub fn markdown_cell(text: &str) -> String {
    markdown(&bounded(text, CELL_MAX_CHARS))
}

/// Text for a page, as the templates ask for it: never a mark of HTML, and without what steers a reader's eye.
///
/// # Errors
/// When it cannot be written.
pub fn html(text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let steers = |character: char| steers(character) && !matches!(character, '\n' | '\t');
    if text.contains(steers) { tera::escape_html(&text.replace(steers, ""), out) } else { tera::escape_html(text, out) }
}

/// Text for a cell of a CSV file, which the `csv` crate then quotes: no spreadsheet takes it for a formula.
pub fn csv_cell(text: &str) -> String {
    let text = one_line(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

/// As [`csv_cell`], for a CSV file that is served as a page: CSV has no way to write a `<` that a
/// browser would not read as HTML, so such a character, which no version has, becomes a `?`.
pub fn csv_cell_in_page(text: &str) -> String {
    csv_cell(text).replace(['<', '>', '&'], "?")
}

/// JSON that stays JSON and is harmless when a browser takes it for a page or a script, or somebody reads it on a terminal.
/// Outside of strings JSON has none of these characters but line breaks, so replacing them everywhere is right.
pub fn json_in_page(json: String) -> String {
    // Nearly always there is nothing to do, and all is of these.
    if json.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n') && !matches!(byte, b'<' | b'>' | b'&')) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        match character {
            '\n' => out.push('\n'),
            _ if matches!(character, '<' | '>' | '&') || steers(character) => push_json(&mut out, character),
            _ => out.push(character),
        }
    }
    out
}

/// Line breaks and whatever else steers become spaces; several spaces one.
pub fn one_line(text: &str) -> String {
    let steers = |character: char| steers(character) || character.is_whitespace();
    text.split(steers).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_what_it_was_given() {
        for (text, escaped) in [
            ("Apache-2.0", "Apache-2.0"),
            ("curl_cffi", r"curl\_cffi"),
            ("a|b", "a&#124;b"),
            ("a\\|b", "a&#92;&#124;b"),
            ("`x`", "&#96;x&#96;"),
            ("<b>&amp;", "&#60;b&#62;&#38;amp;"),
            ("[x](http://e.example)", "&#91;x&#93;(http&#58;//e.example)"),
            ("www.example.org", "www&#46;example.org"),
            ("a@b.c", "a&#64;b.c"),
            ("one\r\ntwo\n\n# three", r"one two \# three"),
            ("a\u{202e}b\u{0}c", "a b c"),
            ("$x$", "&#36;x&#36;"),
            ("São Paulo", "São Paulo"),
        ] {
            assert_eq!(markdown(text), escaped, "{text:?}");
        }
    }

    #[test]
    fn markdown_survives_a_parser() {
        use pulldown_cmark::{Event, Options, Parser, Tag};
        let hostile = "a|b `c` <img src=x> [d](e) **f** \\| ~~g~~ \n\n| h | <!-- --> &lt; $i$ _j_ ![k](l)";
        let table = format!("| x |\n| --- |\n| {} |\n", markdown(hostile));
        let mut shown = String::new();
        let mut cells = 0;
        for event in Parser::new_ext(&table, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM | Options::ENABLE_MATH) {
            match event {
                Event::Text(text) => shown.push_str(&text),
                Event::Start(Tag::TableCell) => cells += 1,
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow) | Event::End(_) => {}
                other => panic!("{other:?} in {table}"),
            }
        }
        assert_eq!((cells, shown), (2, format!("x{}", one_line(hostile))));
    }

    #[test]
    fn csv_cells_are_no_formulas_and_no_html() {
        for (text, cell, in_page) in [
            ("1.0", "1.0", "1.0"),
            ("=1+1", "'=1+1", "'=1+1"),
            ("\t=1", "'=1", "'=1"),
            ("-1", "'-1", "'-1"),
            ("@x", "'@x", "'@x"),
            ("<b>", "<b>", "?b?"),
            ("a\nb", "a b", "a b"),
        ] {
            assert_eq!((csv_cell(text).as_str(), csv_cell_in_page(text).as_str()), (cell, in_page), "{text:?}");
        }
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({"a": "</script><b>&\u{2028}\u{2029}\u{9b}\u{202e}\u{e0041}é\n"});
        let escaped = json_in_page(value.to_string());
        assert!(!escaped.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{9b}', '\u{202e}', '\u{e0041}']), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).expect("JSON"), value);
    }
}
