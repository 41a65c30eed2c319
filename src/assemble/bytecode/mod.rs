//! Bytecode for the modules of wheels.
//!
//! Python would compile a layer's modules at every cold start, because it cannot write beside them. So
//! they are compiled here, by the Python that will run them, into files that it takes unchecked (PEP 552).
//! The same sources give the same bytes, whoever compiles them and after what. What was made is kept
//! by wheel and by sources. Sources are hostile: they are only compiled, never run, in processes
//! with little memory and time.

mod compile;
mod compiler;
mod marshal;
mod modules;
mod pool;
mod process;
mod pyc;
mod store;

pub use compiler::{Bytecode, BytecodeError, Compiler, NotCompiled};
pub use marshal::{Malformed, canonical};
pub use modules::pyc_path;
pub use process::{Answer, Cause, CompilerProcess};
pub use pyc::{PycHeader, UNCHECKED_HASH, pyc_header, released_magic, source_hash};
pub use store::FOLDER;
