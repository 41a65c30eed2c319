//! What is said of an error that ends a command, and what to do when a disk or the rights on it are the reason.

use std::io::{Error, ErrorKind};

const HELP: &str = "\nhelp: ";

/// An error with its reasons, each once, and behind them what to do; a line of that, too, for one that comes from a disk and has none.
pub fn error_text(error: &anyhow::Error) -> String {
    let (mut words, mut helps) = (String::new(), Vec::new());
    for reason in error.chain().map(ToString::to_string) {
        let mut parts = reason.split(HELP);
        let fact = parts.next().unwrap_or_default();
        helps.extend(parts.map(str::to_owned).filter(|help| !helps.contains(help)).collect::<Vec<_>>());
        if words.is_empty() {
            words = fact.to_owned();
        } else if !words.ends_with(fact) {
            words = format!("{words}: {fact}");
        }
    }
    if helps.is_empty() {
        helps.extend(disk_advice(error).map(str::to_owned));
    }
    helps.iter().fold(words, |words, help| words + HELP + help)
}

fn disk_advice(error: &anyhow::Error) -> Option<&'static str> {
    let kind = error.chain().find_map(|cause| cause.downcast_ref::<Error>()).map(Error::kind);
    match kind? {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Some("make room there, then run this again: what stands there is whole"),
        ErrorKind::ReadOnlyFilesystem => Some("nothing can be written there: name another folder, or have it mounted for writing"),
        ErrorKind::PermissionDenied => Some("run this as the user whose file or folder that is, or give this one the right to it"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::OutsideError;

    #[test]
    fn reasons_are_told_once_and_disks_have_a_line_of_help() {
        let error = |number| anyhow::Error::from(OutsideError::file("write", "x".as_ref())(Error::from_raw_os_error(number)));
        for (number, help) in [(28, "make room"), (27, "make room"), (30, "nothing can be written"), (13, "run this as the user")] {
            let text = error_text(&error(number).context("rendering"));
            let expected = format!("rendering: cannot write `x`: {}\nhelp: {help}", Error::from_raw_os_error(number));
            assert!(text.starts_with(&expected), "{text}");
        }
        assert_eq!(error_text(&error(2)), "cannot write `x`: No such file or directory (os error 2)");
        let with_help = error_text(&error(13).context("no\nhelp: another"));
        assert!(with_help.starts_with("no: cannot write") && with_help.ends_with("\nhelp: another"), "{with_help}");
    }
}
