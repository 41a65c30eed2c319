//! What a host would not take of a folder, each as a fact and an action.

use std::fmt;

use crate::domain::shown;

/// Something about a folder that a host would not take.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteFault {
    /// Where, relative to the folder; nothing for the folder itself.
    pub path: String,
    /// What about it the host would not take.
    pub kind: FaultKind,
}

/// What a host would not take.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// A file that a site must have is not there.
    Missing,
    /// A link or a device.
    NotAFile,
    /// A name that is not UTF-8.
    NotUtf8,
    /// Somebody is writing the file.
    BeingWritten,
    /// More bytes than S3 has for a key: 1,024, with the prefix.
    NameTooLong,
    /// A character that an artifact of GitHub cannot have in a name.
    ForbiddenCharacter {
        /// The character.
        character: char,
    },
    /// A file that begins with a dot, which an artifact of Pages leaves out.
    Hidden,
    /// Another file with other bytes differs from it in nothing but capitals.
    DiffersInCase {
        /// The path of the other file.
        other: String,
    },
    /// A folder has the name of the file, but for capitals.
    IsAFolderToo {
        /// A file in it.
        other: String,
    },
    /// More bytes than Pages takes.
    TooLarge {
        /// How many bytes there are.
        bytes: u64,
        /// How many bytes there may be.
        limit: u64,
    },
}

impl FaultKind {
    /// A short name that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "site-file-missing",
            Self::NotAFile => "site-not-a-file",
            Self::NotUtf8 => "site-name-not-utf-8",
            Self::BeingWritten => "site-being-written",
            Self::NameTooLong => "site-name-too-long",
            Self::ForbiddenCharacter { .. } => "site-name-refused",
            Self::Hidden => "site-file-hidden",
            Self::DiffersInCase { .. } => "site-names-differ-in-case",
            Self::IsAFolderToo { .. } => "site-file-and-folder",
            Self::TooLarge { .. } => "site-too-large",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing => "render the site with `klayers render`, or name its folder with `--site`",
            Self::NotAFile => "put the file itself in its place: no host follows links",
            Self::NotUtf8 => "rename it",
            Self::BeingWritten => "wait for `klayers render` to end, or run it again if it was killed",
            Self::NameTooLong => "shorten the name, or the prefix of the target",
            Self::ForbiddenCharacter { .. } => "rename it: artifacts of GitHub have none of \" : < > | * ? \\ and no line breaks in names",
            Self::Hidden => "rename it: the artifact of Pages leaves hidden files out",
            Self::DiffersInCase { .. } => "rename one of the two: where capitals do not count, only one of them would be there",
            Self::IsAFolderToo { .. } => "rename one of the two: where capitals do not count, there cannot be both",
            Self::TooLarge { .. } => "deploy to S3, or keep fewer regions or runtimes in `pipeline/config`",
        }
    }
}

impl fmt::Display for SiteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = shown(&self.path);
        match &self.kind {
            FaultKind::Missing => write!(f, "there is no `{path}`"),
            FaultKind::NotAFile => write!(f, "`{path}` is a link or a device"),
            FaultKind::NotUtf8 => write!(f, "the name `{path}` is not UTF-8"),
            FaultKind::BeingWritten => write!(f, "`{path}` is half-written"),
            FaultKind::NameTooLong => write!(f, "`{path}` makes a key of more than 1,024 bytes"),
            FaultKind::ForbiddenCharacter { character } => write!(f, "`{path}` has `{}` in its name", character.escape_default()),
            FaultKind::Hidden => write!(f, "`{path}` is hidden"),
            FaultKind::DiffersInCase { other } => write!(f, "`{path}` and `{}` differ only in capitals, and have other bytes", shown(other)),
            FaultKind::IsAFolderToo { other } => write!(f, "`{path}` is a file, and a folder in `{}`, but for capitals", shown(other)),
            FaultKind::TooLarge { bytes, limit } => write!(f, "the site has {bytes} bytes, and Pages takes {limit}"),
        }
    }
}
