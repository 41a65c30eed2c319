//! One Python that compiles what it is sent, and is watched while it does.
//!
//! It gets memory and CPU for one module at a time and ends by itself when it takes more; when it does
//! not even do that, it is killed. No code of a package runs in it: it only compiles.

use std::time::Duration;

use crate::domain::shown;
use crate::outside::OutsideError;
use crate::outside::python::Interpreter;
use crate::outside::worker::{NoAnswer, Worker};

/// What it runs.
const SCRIPT: &str = include_str!("worker.py");
/// The address space of one process, in bytes: a module that needs more is an attack or a table of data.
const MEMORY_MAX_BYTES: u64 = 2 << 30;
/// The CPU time that one module gets: the largest source that is taken needs half of it when it is plain statements.
pub(super) const CPU_MAX: Duration = Duration::from_secs(30);
/// The time that an answer gets, on a machine that may be busy with more.
const ANSWER_MAX: Duration = Duration::from_secs(180);
const START_MAX: Duration = Duration::from_secs(30);
/// Most bytes of code of one module.
const CODE_MAX_BYTES: u32 = 64 << 20;
/// What a system sends to a process whose CPU time is over (`SIGXCPU`), and one that it wants to be rid of (`SIGKILL`).
const CPU_TIME_OVER: i32 = 24;
const KILLED: i32 = 9;

/// A running Python, which compiles one module after another.
#[derive(Debug)]
pub struct CompilerProcess {
    worker: Worker,
    compiled_bytes: u64,
}

/// What came of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its code, marshalled as this process happened to do it.
    Code {
        /// The stream, without the header of a bytecode file.
        marshalled: Vec<u8>,
        /// The CPU time that it took.
        cpu: Duration,
    },
    /// It does not compile.
    Refused {
        /// What Python says of it.
        reason: String,
        /// The CPU time that it took.
        cpu: Duration,
    },
    /// It broke the process, which is of no more use.
    Broke {
        /// In what way.
        reason: String,
        /// Whether it would again.
        cause: Cause,
    },
}

/// Why a process broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The module's size or form, which another process may still be fresh enough for.
    Module,
    /// The module needs more CPU time than there is; it would anywhere.
    Time,
    /// Perhaps only this machine at this moment.
    Machine,
}

impl CompilerProcess {
    /// Starts `interpreter`.
    ///
    /// Neither `-I` nor `-E`: they would hide `PYTHONHASHSEED`, by which Pythons before 3.11 order sets. The
    /// environment is empty but for that, and the script forgets the folder it was started in.
    ///
    /// # Errors
    /// When it does not start, or is another than it was.
    pub fn start(interpreter: &Interpreter) -> Result<Self, OutsideError> {
        let (memory, cpu) = (MEMORY_MAX_BYTES.to_string(), CPU_MAX.as_secs().to_string());
        let arguments = ["-s", "-S", "-B", "-W", "ignore", "-X", "utf8", "-c", SCRIPT, &memory, &cpu];
        let mut worker = Worker::start(&interpreter.program, &arguments, &[("PYTHONHASHSEED", "0")], CODE_MAX_BYTES)?;
        let greeting = worker.greeting(START_MAX);
        if greeting.as_deref() != Ok(&interpreter.magic) {
            return Err(OutsideError::NotAnInterpreter { program: interpreter.program.display().to_string() });
        }
        Ok(Self { worker, compiled_bytes: 0 })
    }

    /// How many bytes of source it has seen.
    pub fn compiled_bytes(&self) -> u64 {
        self.compiled_bytes
    }

    /// Compiles `source`, whose file will be known as `filename`.
    ///
    /// # Panics
    /// When `filename` has 4 GiB or more; paths in a layer have 4,000 bytes at most.
    pub fn compile(&mut self, filename: &str, source: &[u8]) -> Answer {
        self.compiled_bytes += source.len() as u64;
        let name_length = u32::try_from(filename.len()).expect("a path is short").to_le_bytes();
        let request = [&name_length, filename.as_bytes(), source].concat();
        match self.worker.ask(request, ANSWER_MAX) {
            Ok(answer) => read(answer),
            Err(NoAnswer::TooSlow) => Answer::Broke { reason: "the compiler did not answer in time".to_owned(), cause: Cause::Machine },
            Err(NoAnswer::TooLong) => Answer::Broke { reason: format!("its bytecode is larger than {CODE_MAX_BYTES} bytes"), cause: Cause::Module },
            Err(NoAnswer::Ended { signal }) => {
                let (reason, cause) = match signal {
                    Some(CPU_TIME_OVER) => (format!("it takes the compiler more than {} s", CPU_MAX.as_secs()), Cause::Time),
                    Some(KILLED) => ("the compiler was killed".to_owned(), Cause::Machine),
                    Some(signal) => (format!("the compiler crashed on it (signal {signal})"), Cause::Module),
                    None => ("the compiler ended on it".to_owned(), Cause::Module),
                };
                Answer::Broke { reason, cause }
            }
        }
    }
}

fn read(mut answer: Vec<u8>) -> Answer {
    let malformed = || Answer::Broke { reason: "the compiler answered with something else".to_owned(), cause: Cause::Module };
    let Some((head, body)) = answer.split_first_chunk::<5>() else { return malformed() };
    let [a, b, c, d, kind] = *head;
    let cpu = Duration::from_millis(u32::from_le_bytes([a, b, c, d]).into());
    let reason = || shown(String::from_utf8_lossy(body));
    match kind {
        b'c' => Answer::Code { marshalled: answer.split_off(5), cpu },
        b'n' => Answer::Refused { reason: reason(), cpu },
        b'x' => Answer::Broke { reason: reason(), cause: Cause::Module },
        _ => malformed(),
    }
}
