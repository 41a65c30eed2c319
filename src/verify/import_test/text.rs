//! What package code says, made harmless: it can steer neither a terminal nor the machine that runs us.

use crate::report::printable;

/// Most lines that are kept of an output, from its end.
const LINES_MAX: usize = 40;
/// Longest line that is kept, in characters.
const LINE_MAX_CHARS: usize = 500;

/// `text` on one line, bounded, without what steers.
pub fn sentence(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    harmless(&joined)
}

/// The last lines of an output, each bounded and without what steers.
pub fn tail(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    // A carriage return begins a line anew, as progress bars do.
    let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LINES_MAX)..].iter().map(|line| harmless(line)).collect()
}

/// GitHub takes lines that begin with `::` for commands: none is left, wherever the text is shown later.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
fn harmless(line: &str) -> String {
    let kept: String = line.chars().take(LINE_MAX_CHARS).collect();
    let mut shown = printable(&kept);
    while shown.contains("::") {
        shown = shown.replace("::", ": :");
    }
    if line.chars().nth(LINE_MAX_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers() {
        let hostile = b"::error file=a::x\n  ::set-output name=a::b\n##[group]y\nx ##[endgroup]\n\x1b[31mred\x07\n:::a::::\n\xff\n";
        let lines = tail(hostile);
        assert_eq!(lines.len(), 7);
        for line in &lines {
            assert!(!line.contains("::") && !line.contains("##[") && !line.chars().any(char::is_control), "{line}");
        }
        assert_eq!(sentence("a\nb\tc  ::d"), "a b c : :d");
    }

    #[test]
    fn much_is_cut() {
        let lines = tail("x\n".repeat(1000).as_bytes());
        assert_eq!(lines.len(), LINES_MAX);
        assert!(sentence(&"y".repeat(10_000)).chars().count() == LINE_MAX_CHARS + 1);
        assert!(tail(b"\r\n \n").is_empty());
    }
}
