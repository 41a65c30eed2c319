//! Makes text of strangers harmless in a comment: letters, and nothing that they could do.

use std::fmt::Write as _;

use crate::domain::one_line;

/// `text` as code of at most `max_chars` characters, in Markdown, on one line, fit for a cell of a table.
///
/// GitHub looks for mentions, issues, commits and emoji in the finished page, where escaping is undone, and passes over
/// what is code: so all of it is code, and the marks in it are character references, which never act as Markdown or HTML.
pub fn code(text: &str, max_chars: usize) -> String {
    let line = one_line(text, max_chars);
    let mut out = String::with_capacity(line.len() + 16);
    out.push_str("<code>");
    for character in line.chars() {
        match character {
            ' ' | ',' | '-' | '(' | ')' | '+' | '/' | '%' | ';' | '?' | '=' | '\'' => out.push(character),
            // A bare `www.` becomes a link.
            '.' if !out.to_ascii_lowercase().ends_with("www") => out.push('.'),
            _ if character.is_ascii_alphanumeric() || !character.is_ascii() => out.push(character),
            _ => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
        }
    }
    // Where there is nothing, that is seen.
    out.push_str(if line.is_empty() { "&#32;</code>" } else { "</code>" });
    out
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    #[test]
    fn marks_become_references_and_letters_stay() {
        for (text, escaped) in [
            ("pandas", "pandas"),
            ("psycopg[binary,pool]<4", "psycopg&#91;binary,pool&#93;&#60;4"),
            ("curl_cffi", "curl&#95;cffi"),
            ("a|b", "a&#124;b"),
            ("`x`", "&#96;x&#96;"),
            ("</code><img src=x>", "&#60;/code&#62;&#60;img src=x&#62;"),
            ("&lt;", "&#38;lt;"),
            ("@somebody", "&#64;somebody"),
            ("#1 GH-1 a/b#2", "&#35;1 GH-1 a/b&#35;2"),
            ("https://e.example www.e.example", "https&#58;//e.example www&#46;e.example"),
            ("WWW.e.example", "WWW&#46;e.example"),
            ("::error::x", "&#58;&#58;error&#58;&#58;x"),
            ("##[group]", "&#35;&#35;&#91;group&#93;"),
            ("one\r\n\n# two", "one &#35; two"),
            ("a\u{202e}b\u{0}c", "abc"),
            ("São", "São"),
            ("", "&#32;"),
            ("12345678901234567890123456789012345678901", "123456789012345678901234567890123456789…"),
        ] {
            assert_eq!(code(text, 40), format!("<code>{escaped}</code>"), "{text:?}");
        }
    }

    /// Texts made of pieces that mean something somewhere, the same ones each time.
    fn nasty() -> Vec<String> {
        const PIECES: [&str; 36] = [
            "@a",
            "#1",
            "`",
            "``",
            "|",
            "\n",
            "\r",
            "\\",
            "<",
            ">",
            "<b>",
            "</code>",
            "<!--",
            "-->",
            "&",
            "&#64;",
            "[x](y)",
            "![",
            "**",
            "_",
            "~~",
            "$",
            "http://e.example",
            "www.e.example",
            "a@b.c",
            "::error::",
            "##[",
            ":smile:",
            "\u{202e}",
            "\u{200b}",
            "\t",
            "    ",
            "- ",
            "1. ",
            "\u{feff}",
            "é",
        ];
        let mut random = fastrand::Rng::with_seed(11);
        let one = |random: &mut fastrand::Rng| (0..random.usize(1..12)).map(|_| PIECES[random.usize(..PIECES.len())]).collect::<String>();
        let mut texts: Vec<String> = (0..3000).map(|_| one(&mut random)).collect();
        texts.extend(PIECES.iter().map(|piece| (*piece).to_owned()));
        texts.extend((0..500).map(|_| (0..20).map(|_| random.char('\0'..='\u{fff}')).collect::<String>()));
        texts
    }

    #[test]
    fn whatever_the_text_a_parser_sees_code_with_that_text_in_it_and_nothing_else() {
        for text in nasty() {
            let escaped = code(&text, 80);
            for page in [format!("{escaped}\n"), format!("- x: {escaped}, {escaped}\n"), format!("| h |\n| --- |\n| {escaped} |\n"), format!("> {escaped}\n")] {
                assert!(is_only_code(&page, &one_line(&text, 80)), "{text:?} in {page}");
            }
            // The `#` of character references is none.
            let bare = escaped.trim_start_matches("<code>").trim_end_matches("</code>").replace("&#", "&");
            for mark in ["@", "#1", "`", "|", "<", ">", "[", "]", "*", "_", "~", "$", "\\", "://", "::", "\n", "www."] {
                assert!(!bare.to_ascii_lowercase().contains(mark), "`{mark}` of {text:?} in {bare}");
            }
        }
    }

    /// Whether every code of the page has just this text, and nothing in the page is a link, an image, HTML or a mark.
    fn is_only_code(page: &str, expected: &str) -> bool {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM | Options::ENABLE_MATH | Options::ENABLE_FOOTNOTES;
        let (mut inside, mut found) = (None, 0);
        for event in Parser::new_ext(page, options) {
            match (event, &mut inside) {
                (Event::InlineHtml(tag), None) if &*tag == "<code>" => inside = Some(String::new()),
                (Event::InlineHtml(tag), Some(text)) if &*tag == "</code>" => {
                    if text.trim() != expected {
                        return false;
                    }
                    (inside, found) = (None, found + 1);
                }
                (Event::Text(piece), Some(text)) => text.push_str(&piece),
                (Event::Text(piece), None) if ["h", "x: ", ", "].contains(&&*piece) => {}
                (
                    Event::Start(
                        Tag::Paragraph | Tag::List(None) | Tag::Item | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell | Tag::BlockQuote(None),
                    ),
                    None,
                )
                | (Event::End(_), None) => {}
                _ => return false,
            }
        }
        inside.is_none() && found > 0
    }
}
