//! Reads what builders told of packages. They ran where code of packages runs, so a line that is none is passed over.

use crate::domain::{Attempt, Receipt};

/// Most lines of one file: a shard has fewer layers.
const LINES_MAX: usize = 10_000;

/// The attempts in a file of receipts; whatever else it has is passed over.
pub fn attempts(bytes: &[u8]) -> Vec<Attempt> {
    let attempt = |line: &[u8]| match serde_json::from_slice(line) {
        Ok(Receipt::Attempt(attempt)) => Some(attempt),
        Ok(Receipt::Archive(_) | Receipt::Published { .. } | Receipt::Orphaned { .. } | Receipt::Failed { .. }) | Err(_) => None,
    };
    bytes.split(|&byte| byte == b'\n').take(LINES_MAX).filter_map(attempt).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_attempts_are_passed_over() {
        let attempt = r#"{"receipt":"attempt","runtime":"p3.13","package":"x","outcome":"built","held_back":null}"#;
        let other_name = attempt.replace("\"x\"", "\"../x\"");
        let bytes = format!("{attempt}\n{{\"half\":\n\u{0}\n{other_name}\n[]\n::error::x\n{attempt}");
        assert_eq!(attempts(bytes.as_bytes()).len(), 2);
        assert_eq!(attempts(&[0xff; 100]).len(), 0);
        assert_eq!(attempts(format!("{attempt}\n").repeat(LINES_MAX + 5).as_bytes()).len(), LINES_MAX);
    }
}
