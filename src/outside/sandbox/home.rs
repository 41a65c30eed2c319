//! Where an interpreter lives: its program and the folder of its library, which a box must show.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::PythonMinor;
use crate::outside::OutsideError;
use crate::outside::process::Program;

/// An interpreter of a virtual environment names the one below it.
const QUESTION: &str = "import os, sys\n\
    print(*sys.version_info[:2], sep='.')\n\
    print('.'.join(map(str, sys.version_info[:3])))\n\
    print(sys.base_prefix)\n\
    print(os.path.realpath(getattr(sys, '_base_executable', sys.executable)))";
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A Python that is installed on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonHome {
    /// Its minor version.
    pub python: PythonMinor,
    /// Its whole version, as `3.13.0`.
    pub version: String,
    /// The folder with `lib/python3.13`.
    pub prefix: PathBuf,
    /// The program itself, no link.
    pub program: PathBuf,
}

impl PythonHome {
    /// Starts `program` and asks where it lives.
    ///
    /// # Errors
    /// When it cannot be started or does not answer.
    pub async fn inspect(program: &Path) -> Result<Self, OutsideError> {
        let shown = program.display().to_string();
        let output = Program::new(&shown).arguments(["-I", "-S", "-c", QUESTION]).time_limit(TIME_LIMIT).run().await?;
        let unusable = || OutsideError::NotAnInterpreter { program: shown.clone() };
        Self::read(&output.stdout).filter(|_| output.succeeded()).ok_or_else(unusable)
    }

    /// Its program as a path below its folder; nothing when it is elsewhere.
    pub fn program_in_prefix(&self) -> Option<&Path> {
        self.program.strip_prefix(&self.prefix).ok()
    }

    fn read(answer: &str) -> Option<Self> {
        let lines: Vec<&str> = answer.lines().collect();
        let [python, version, prefix, program] = lines[..] else { return None };
        let (prefix, program) = (PathBuf::from(prefix), PathBuf::from(program));
        let known = prefix.is_absolute() && program.is_absolute();
        let home = Self { python: python.parse().ok()?, version: version.to_owned(), prefix, program };
        known.then_some(home)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_four_lines() {
        let home = PythonHome::read("3.13\n3.13.0\n/p\n/p/bin/python3.13\n").expect("read");
        assert_eq!(home.program_in_prefix(), Some(Path::new("bin/python3.13")));
        for bad in ["", "3.13\n3.13.0\n/p\n", "3.13\n3.13.0\np\n/p/bin/x\n", "2.7\n2.7.1\n/p\n/p/x\n"] {
            assert_eq!(PythonHome::read(bad), None, "{bad}");
        }
    }
}
