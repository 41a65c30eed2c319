//! Where an interpreter lives: its program and the folder of its library, which a box must show.

use std::path::{Path, PathBuf};

use crate::domain::PythonMinor;
use crate::outside::python::Interpreter;

/// A Python that is installed on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonHome {
    /// The Python that it is, without its last number.
    pub python: PythonMinor,
    /// The folder with `lib/python3.13`.
    pub prefix: PathBuf,
    /// The program itself, no link.
    pub program: PathBuf,
}

impl PythonHome {
    /// That of an interpreter.
    pub fn of(interpreter: &Interpreter) -> Self {
        Self { python: interpreter.python, prefix: interpreter.prefix.clone(), program: interpreter.base_program.clone() }
    }

    /// Its program as a path below its folder; nothing when it is elsewhere.
    pub fn program_in_prefix(&self) -> Option<&Path> {
        self.program.strip_prefix(&self.prefix).ok()
    }
}
