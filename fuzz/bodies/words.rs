//! What must hold of all that is said about an input.

use klayers::report::{Format, Printed, Problems, printable};

/// Longest sentence about an input: it may name parts of it, each cut.
const MESSAGE_MAX_CHARS: usize = 2_100;

/// A message is short, and steers no terminal.
pub fn hold(message: &str) {
    assert!(message.chars().count() <= MESSAGE_MAX_CHARS, "a message of {} characters: {message:.300}", message.chars().count());
    assert!(!message.contains(|character: char| character.is_control() && character != '\n'), "{message:?}");
}

/// A message that is printed with what steers made visible is short too.
pub fn hold_printed(message: &str) {
    assert!(message.chars().count() <= MESSAGE_MAX_CHARS, "a message of {} characters: {message:.300}", message.chars().count());
    assert!(!printable(message).contains(char::is_control), "{message:?}");
}

/// Problems are as many lines as they have to be, in each form, and their places are right.
pub fn hold_all(problems: &Problems, lines_max: u64) {
    let sorted = problems.sorted();
    for problem in &sorted {
        assert!(problem.location.line.is_none_or(|line| (1..=lines_max).contains(&line)), "{problem:?}");
        hold_printed(&problem.message);
    }
    let of = |format| Printed::new(problems, format).0;
    let steers = |text: &str| text.contains(|character: char| character.is_control() && character != '\n');
    assert!(!steers(&of(Format::Text)) && !steers(&of(Format::Github)));
    assert_eq!(of(Format::Text).lines().count(), 3 * sorted.len());
    assert!(of(Format::Github).lines().all(|line| line.starts_with("::error file=") || line.starts_with("::warning file=")));
    assert_eq!(of(Format::Github).lines().count(), sorted.len());
    serde_json::from_str::<serde_json::Value>(&of(Format::Json)).expect("JSON");
}
