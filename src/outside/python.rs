//! A Python interpreter on this machine: what it says of itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::OutsideError;
use super::process::Program;
use crate::domain::{Architecture, PythonMinor};

/// Asks for facts alone, so nothing of the user's is imported: no site, no variables, no folder.
const QUESTION: &str = "import importlib.util as u, os, platform, sys\n\
    print(platform.python_implementation(), '.'.join(map(str, sys.version_info[:3])), sys.implementation.cache_tag, u.MAGIC_NUMBER.hex(), platform.machine(),\
     sys.executable, sys.base_prefix, os.path.realpath(getattr(sys, '_base_executable', sys.executable)), sep='\\n')";
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// An interpreter that was started once and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// Its path, as it gives it itself.
    pub program: PathBuf,
    /// The Python that it is, without its last number.
    pub python: PythonMinor,
    /// Its whole version, as `3.13.0`.
    pub version: String,
    /// The middle of its bytecode files' names, as `cpython-313`.
    pub cache_tag: String,
    /// The first four bytes of its bytecode files.
    pub magic: [u8; 4],
    /// The folder with `lib/python3.13`: of a virtual environment, that of the Python below it.
    pub prefix: PathBuf,
    /// The program itself: no link, and no virtual environment's.
    pub base_program: PathBuf,
    /// The processor that it runs on; nothing when Lambda has no such.
    pub architecture: Option<Architecture>,
}

impl Interpreter {
    /// Starts `program` and asks what it is.
    ///
    /// # Errors
    /// When it cannot be started, or is not a CPython that a runtime could have.
    pub async fn inspect(program: &Path) -> Result<Self, OutsideError> {
        let shown = program.display().to_string();
        let output = Program::new(&shown).arguments(["-I", "-S", "-c", QUESTION]).time_limit(TIME_LIMIT).run().await?;
        let unusable = || OutsideError::NotAnInterpreter { program: shown.clone() };
        Self::read(&output.stdout).filter(|_| output.succeeded()).ok_or_else(unusable)
    }

    fn read(answer: &str) -> Option<Self> {
        let lines: Vec<&str> = answer.lines().collect();
        let ["CPython", version, cache_tag, magic, machine, executable, prefix, base_program] = lines[..] else { return None };
        let minor = version.rsplit_once('.')?.0;
        Some(Self {
            program: PathBuf::from(executable),
            python: minor.parse().ok()?,
            version: version.to_owned(),
            cache_tag: cache_tag.to_owned(),
            prefix: PathBuf::from(prefix),
            base_program: PathBuf::from(base_program),
            magic: hex::decode(magic).ok()?.try_into().ok()?,
            architecture: Architecture::ALL.into_iter().find(|architecture| [architecture.machine(), &architecture.to_string()].contains(&machine)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whatever_python3_there_is_says_what_it_is() {
        let interpreter = Interpreter::inspect(Path::new("python3")).await.expect("a machine for development has one");
        assert!(interpreter.version.starts_with(&interpreter.python.to_string()));
        assert_eq!(interpreter.cache_tag, format!("cpython-{}", interpreter.python.without_dot()));
        assert_eq!(&interpreter.magic[2..], b"\r\n");
        assert!(interpreter.program.is_absolute());
    }

    #[tokio::test]
    async fn other_programs_are_no_interpreters() {
        assert!(matches!(Interpreter::inspect(Path::new("true")).await, Err(OutsideError::NotAnInterpreter { .. })));
        assert!(Interpreter::inspect(Path::new("no-such-python")).await.is_err());
        assert_eq!(Interpreter::read("PyPy\n3.10.1\npypy310\n00\nx86_64\n/p\n/\n/p\n"), None);
    }
}
