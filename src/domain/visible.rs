//! Strangers' texts where they are shown as they are: what steers a terminal, a log or a reader's eye is made visible.
//!
//! [`one_line`](super::one_line) drops such characters, for pages. Here they stay, spelled out, so that people see what is there.

use std::fmt::Write as _;
use std::path::Path;

/// Whether a character steers instead of being read: controls of terminals, what turns the direction of writing, and what has no
/// width of its own, which makes one text look like another (`Default_Ignorable_Code_Point` of Unicode, and the separators).
pub fn steers(character: char) -> bool {
    // Nearly all texts are of these alone.
    if matches!(character, ' '..='~') {
        return false;
    }
    let is_invisible = matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    character.is_control() || is_invisible
}

/// `text` on one line, with everything that steers spelled out: `\u{1b}`, and the bracket of `##[`, which is a command to GitHub
/// wherever it stands in a line.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
pub fn printable(text: &str) -> String {
    let mut out = Visible::with_capacity(text.len());
    for character in text.chars() {
        out.push(character);
    }
    out.text
}

/// A path, as [`printable`].
pub fn printable_path(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// One sentence of at most `max_chars` characters: as [`printable`], with white space as one space and `…` where it was cut.
pub fn sentence(text: &str, max_chars: usize) -> String {
    let (mut out, mut count) = (Visible::with_capacity(0), 0);
    // A word may be megabytes long: no more is looked at than is kept.
    let words = text.split_whitespace().enumerate().flat_map(|(number, word)| (number > 0).then_some(' ').into_iter().chain(word.chars()));
    for character in words {
        let before = out.text.len();
        // What is spelled out is ASCII.
        count += if out.push(character) { out.text.len() - before } else { 1 };
        if count > max_chars {
            out.text.truncate(before);
            out.text.push('…');
            break;
        }
    }
    out.text
}

/// Lines for a terminal, which may be that of a job: as [`printable`] but for line breaks and tabs, and none of them begins with
/// `::`, after white space or not, which is a command to GitHub, too.
pub fn printable_lines(text: &str) -> String {
    let mut out = Visible::with_capacity(text.len());
    let mut is_beginning = true;
    for (at, character) in text.char_indices() {
        match character {
            '\n' | '\t' => out.keep(character),
            _ if is_beginning && text[at..].starts_with("::") => out.spell_out(character),
            _ => {
                out.push(character);
            }
        }
        is_beginning = character == '\n' || (is_beginning && (character.is_whitespace() || steers(character)));
    }
    out.text
}

/// JSON in which everything that steers is written as JSON writes it, and which has none of GitHub's commands. Outside of
/// strings JSON has none of these characters but line breaks, so replacing them everywhere is right.
pub fn printable_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut before = ['\n'; 2];
    for character in json.chars() {
        if (steers(character) && character != '\n') || (character == '[' && before == ['#', '#']) {
            push_json(&mut out, character);
        } else {
            out.push(character);
        }
        before = [before[1], character];
    }
    out
}

/// Writes a character as JSON can write every one: `\u001b`.
pub fn push_json(out: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// A text that is being made visible.
struct Visible {
    text: String,
    /// The last two characters that were given.
    before: [char; 2],
}

impl Visible {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), before: ['\n'; 2] }
    }

    /// Adds a character, and tells whether it had to be spelled out.
    fn push(&mut self, character: char) -> bool {
        let is_spelled_out = steers(character) || (character == '[' && self.before == ['#', '#']);
        if is_spelled_out {
            self.spell_out(character)
        } else {
            self.keep(character)
        }
        is_spelled_out
    }

    fn keep(&mut self, character: char) {
        self.text.push(character);
        self.before = [self.before[1], character];
    }

    fn spell_out(&mut self, character: char) {
        self.text.extend(character.escape_unicode());
        self.before = [self.before[1], character];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_spelled_out_and_letters_stay() {
        for (text, shown) in [
            ("São Paulo, 日本語, 😀 ﷽", "São Paulo, 日本語, 😀 ﷽"),
            ("\u{1b}[31mred\u{7}\u{8}", r"\u{1b}[31mred\u{7}\u{8}"),
            ("\u{9b}2J\u{85}\u{7f}", r"\u{9b}2J\u{85}\u{7f}"),
            ("safe\u{202e}gpj.exe", r"safe\u{202e}gpj.exe"),
            ("a\u{200b}b\u{feff}\u{e0041}\u{3164}", r"a\u{200b}b\u{feff}\u{e0041}\u{3164}"),
            ("a\r\nb\tc", r"a\u{d}\u{a}b\u{9}c"),
            ("::error::x ##[add-mask]y", r"::error::x ##\u{5b}add-mask]y"),
        ] {
            assert_eq!(printable(text), shown, "{text:?}");
        }
    }

    #[test]
    fn a_sentence_is_one_line_and_cut() {
        for (text, max, cut) in [
            ("a \n b", 9, "a b"),
            (" a\u{1b}[K ", 9, r"a\u{1b}[K"),
            ("abc", 3, "abc"),
            ("abcd", 3, "abc…"),
            ("a\u{1b}b", 5, "a…"),
            ("ab cd", 3, "ab …"),
            ("", 3, ""),
        ] {
            assert_eq!(sentence(text, max), cut, "{text:?}");
        }
        assert_eq!(sentence(&"x".repeat(10 << 20), 100).chars().count(), 101);
    }

    #[test]
    fn lines_stay_lines_and_are_no_commands() {
        for (text, shown) in [
            ("one\n\ttwo\n", "one\n\ttwo\n"),
            ("::error::x", r"\u{3a}:error::x"),
            ("a ::error::x", "a ::error::x"),
            ("x\n \t::set-output name=a::b\n:: y", "x\n \t\\u{3a}:set-output name=a::b\n\\u{3a}: y"),
            ("\r::warning::x", r"\u{d}\u{3a}:warning::x"),
            ("\u{85}::warning::x", r"\u{85}\u{3a}:warning::x"),
            ("a ##[group]b ###[add-mask]c", r"a ##\u{5b}group]b ###\u{5b}add-mask]c"),
            ("a\rb", r"a\u{d}b"),
        ] {
            assert_eq!(printable_lines(text), shown, "{text:?}");
        }
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({"a": ["\u{1b}[2J\u{9b}\u{7f}\u{202e}\u{e0041}##[group]x\n::error::", "é😀"]});
        let shown = printable_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!shown.chars().any(|character| steers(character) && character != '\n') && !shown.contains("##["), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
