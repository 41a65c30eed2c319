//! The texts, and what the binary says held against what none of them may do to a terminal or to the log of a job.

use crate::common::Ran;

/// Each tries something. `FORGED` begins a line, a cell, a property or an element of its own where one of them gets through.
pub const NASTY: [&str; 24] = [
    "colour \u{1b}[31mred\u{1b}[0m and \u{1b}[2J\u{1b}[Hclear",
    "title \u{1b}]0;FORGED\u{7} link \u{1b}]8;;http://attack.example\u{1b}\\here\u{1b}]8;;\u{1b}\\",
    "clipboard \u{1b}]52;c;Y3VybA==\u{7} string \u{1b}Pq#0\u{1b}\\ \u{1b}_x\u{1b}\\ \u{1b}^y\u{1b}\\",
    "one byte \u{9b}31m \u{9d}52;c;Y3VybA==\u{9c} \u{90}q\u{9c} \u{85}FORGED",
    "over\rFORGED\rwritten \u{8}\u{8}\u{8}\u{8}FORGED \u{b}FORGED\u{c}FORGED",
    "two\nFORGED line\r\nFORGED line\n\nFORGED",
    "\n::error file=a,line=1::FORGED\n  ::set-output name=any::FORGED\n::add-mask::e\n::stop-commands::x\n::group::FORGED",
    "##[error]FORGED ##[add-mask]e\n##[group]FORGED\n x ##[endgroup]",
    "%0A::error::FORGED%0D%0A::warning::FORGED",
    "\u{202e}txet desrever\u{2066}\u{2067}\u{2068}\u{2069}\u{61c}\u{200e}\u{200f}",
    "zero\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}width \u{e0041}\u{e0042}\u{e007f} \u{3164}\u{115f}",
    "\u{2028}FORGED\u{2029}FORGED\u{0}nul\u{7f}",
    "=cmd|'/c calc'!A1",
    "+1+1\",\"FORGED\",\"",
    "-1\r\n\"FORGED\",\"x\",\"arn:aws:lambda:eu-west-1:123456789012:layer:FORGED:1\",\"\"\n",
    "\t@SUM(1)\n=FORGED",
    "\"}],\"FORGED\":[{\"a\":\"\\ud800 \\u0000 1e400 </script><script>FORGED",
    "<FORGED a=b>&lt;FORGED&gt;</td></tr></table><script>FORGED()</script><!-- ]]> --><img src=x onerror=FORGED>",
    "| FORGED |\n\n# FORGED\n- [FORGED](http://attack.example) ![FORGED](http://attack.example/x.png) `FORGED` <http://attack.example> www.attack.example",
    "@everyone #1 GH-1 \\| ``` \n```\nFORGED\n```\n<details><summary>FORGED</summary>",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:FORGED\r\nATTENDEE:mailto:FORGED\r\n ;,:\\n",
    "\u{fffe}\u{ffff}\u{1}\u{10ffff}]]></content></entry><entry><title>FORGED</title></entry>",
    "../../../../FORGED ..\\..\\FORGED /FORGED C:\\FORGED ~/FORGED $(touch FORGED) `touch FORGED` ${{ github.token }} {{ 7919*7919 }}",
    "$HOME\nhelp: run FORGED\n  FORGED\nerror: FORGED",
];

/// All of them, four to a text: where a process is started for each.
pub fn joined() -> Vec<String> {
    // What is an argument has no NUL.
    NASTY.chunks(4).map(|chunk| chunk.concat().replace('\u{0}', "")).collect()
}

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people, without colours.
    Text,
    /// With the first word in colours.
    Coloured,
    /// For GitHub.
    Annotations,
    /// For programs.
    Json,
}

impl Form {
    pub const ALL: [Self; 4] = [Self::Text, Self::Coloured, Self::Annotations, Self::Json];

    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["--format", "text", "--color", "never", "-vv"],
            Self::Coloured => &["--format", "text", "--color", "always"],
            Self::Annotations => &["--format", "github"],
            Self::Json => &["--format", "json"],
        }
    }
}

/// Asserts that what was said is harmless, and that the program did not break.
#[track_caller]
pub fn harmless(ran: &Ran, form: Form, what: &str) {
    assert!(matches!(ran.code, Some(0 | 1 | 2 | 4)), "{what}: {ran:?}");
    for (stream, text) in [("standard output", &ran.stdout), ("standard error", &ran.stderr)] {
        assert!(!text.contains("a fault of klayers") && !text.contains("panicked"), "{what}: {text}");
        let mut text = text.clone();
        if form == Form::Coloured {
            for ours in ["\u{1b}[1;31merror\u{1b}[0m[", "\u{1b}[1;33mwarning\u{1b}[0m["] {
                text = text.lines().map(|line| line.strip_prefix(ours).unwrap_or(line).to_owned() + "\n").collect();
            }
        }
        let steers: Vec<char> = text.chars().filter(|&character| steers(character) && !matches!(character, '\n' | '\t')).collect();
        assert!(steers.is_empty(), "{what}: {steers:?} on {stream}:\n{text:?}");
        for line in text.lines() {
            let begun = line.trim_start();
            let is_ours = form == Form::Annotations && stream == "standard output" && is_annotation(line);
            assert!(is_ours || !begun.starts_with("::"), "{what}: a command on {stream}: {line:?}");
            assert!(is_ours || !begun.contains("##["), "{what}: a command on {stream}: {line:?}");
            let forged = ["FORGED", "help: run FORGED", "error: FORGED"].iter().any(|start| begun.starts_with(start));
            assert!(!forged, "{what}: a line of its own on {stream}: {line:?}\nin:\n{text}");
        }
    }
}

/// `::error file=…,line=…,title=…::…`, as GitHub reads it.
fn is_annotation(line: &str) -> bool {
    let Some((properties, data)) = ["::error ", "::warning "].iter().find_map(|start| line.strip_prefix(start)).and_then(|rest| rest.split_once("::")) else {
        return false;
    };
    let known = properties.split(',').all(|property| ["file=", "line=", "title="].iter().any(|name| property.starts_with(name)));
    let is_escaped =
        |text: &str| text.match_indices('%').all(|(at, _)| ["%25", "%0A", "%0D", "%3A", "%2C"].iter().any(|escape| text[at..].starts_with(escape)));
    known && is_escaped(properties) && is_escaped(data) && data.contains("%0Ahelp: ")
}

/// Written anew here, so that one list is held against another.
pub fn steers(character: char) -> bool {
    let number = u32::from(character);
    let between = |from: u32, to: u32| (from..=to).contains(&number);
    between(0, 0x1f)
        || between(0x7f, 0x9f)
        || [0xad, 0x61c, 0x3164, 0xfeff, 0xffa0, 0x115f, 0x1160].contains(&number)
        || between(0x200b, 0x200f)
        || between(0x2028, 0x202e)
        || between(0x2060, 0x206f)
        || between(0xe0000, 0xe007f)
}
