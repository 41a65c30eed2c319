//! Bytecode for the modules of wheels.
//!
//! Python would compile a layer's modules at every cold start, because it cannot write beside them, and dates that it
//! would compare do not survive in a layer. So they are compiled here, by the Python that will run them, into files
//! that it takes unchecked ([PEP 552](https://peps.python.org/pep-0552/)).
//!
//! A [`Compiler`] has one interpreter and a folder. [`Compiler::bytecode_of`] looks whether the wheel, or another one
//! with the same sources, was compiled before (`store.rs`); if not, `modules.rs` says which files to compile,
//! `compile.rs` gives them to the threads of `pool.rs`, each with a [`CompilerProcess`], and [`canonical`] makes the
//! answer the same whoever gave it. What comes back is [`Bytecode`]: a zip whose entries go into the layer as they are.
//!
//! The same sources give the same bytes, whoever compiles them and after what. CPython does not promise that: what it
//! writes depends on what else its process did, and `marshal.rs` says how. So its answer is read into values and
//! written anew. Begin at [`Compiler::bytecode_of`].
//!
//! Sources are hostile: they are only compiled, never run, in processes with little memory and time. Bytecode that a
//! wheel brings is never used.

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
