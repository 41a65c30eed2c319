//! What to do when a disk or the rights on it are why a command failed.

use std::io::{Error, ErrorKind};

/// The line of help for an error that comes from a disk, unless it has one; nothing for others.
pub fn disk_advice(error: &anyhow::Error) -> String {
    if format!("{error:#}").contains("\nhelp: ") {
        return String::new();
    }
    let kind = error.chain().find_map(|cause| cause.downcast_ref::<Error>()).map(Error::kind);
    let advice = match kind {
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge) => "make room there, then run this again: what stands there is whole",
        Some(ErrorKind::ReadOnlyFilesystem) => "nothing can be written there: name another folder, or have it mounted for writing",
        Some(ErrorKind::PermissionDenied) => "run this as the user whose file or folder that is, or give this one the right to it",
        _ => return String::new(),
    };
    format!("help: {advice}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::OutsideError;

    #[test]
    fn what_disks_say_has_a_line_of_help_and_one_only() {
        let error = |number| anyhow::Error::from(OutsideError::file("write", "x".as_ref())(Error::from_raw_os_error(number)));
        for (number, words) in [(28, "help: make room"), (27, "help: make room"), (30, "help: nothing can be written"), (13, "help: run this as the user")] {
            assert!(disk_advice(&error(number)).starts_with(words), "{number}");
            assert!(disk_advice(&error(number).context("rendering")).starts_with(words), "{number}");
        }
        assert_eq!(disk_advice(&error(2)), "");
        assert_eq!(disk_advice(&error(13).context("no\nhelp: another")), "");
    }
}
