//! Threads that compile: one per core, each with a Python of its own, for all wheels of a run.
//!
//! Threads of their own and not rayon's: whoever waits for a rayon task may be given another meanwhile,
//! and that one may want what the first is making.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;

use super::process::{Answer, Cause, CompilerProcess};
use crate::outside::OutsideError;
use crate::outside::python::Interpreter;

/// After how many bytes of source a Python is replaced: 3.12 never forgets a string that it interned.
const REPLACED_AFTER_BYTES: u64 = 64 << 20;

/// Work for a thread.
type Job = Box<dyn FnOnce(&mut Seat) + Send>;

/// The threads and what waits for them. Threads and Pythons are started when they are needed and end with it.
#[derive(Debug)]
pub struct Pool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    interpreter: Interpreter,
    threads_max: usize,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    threads: Vec<JoinHandle<()>>,
    idle: usize,
    is_closed: bool,
}

/// A thread's place: its interpreter, and the process of it, if one runs.
pub struct Seat {
    interpreter: Interpreter,
    process: Option<CompilerProcess>,
}

impl Pool {
    /// At most `threads_max` threads with `interpreter`.
    pub fn new(interpreter: Interpreter, threads_max: usize) -> Self {
        let shared = Shared { interpreter, threads_max: threads_max.max(1), queue: Mutex::default(), changed: Condvar::new() };
        Self { shared: Arc::new(shared) }
    }

    /// The interpreter.
    pub fn interpreter(&self) -> &Interpreter {
        &self.shared.interpreter
    }

    /// Has `jobs` done, in this order as far as several threads can.
    pub fn submit(&self, jobs: impl Iterator<Item = Job>) {
        let mut queue = self.shared.lock();
        queue.jobs.extend(jobs);
        let threads = self.shared.threads_max.min(queue.threads.len() + queue.jobs.len().saturating_sub(queue.idle));
        while queue.threads.len() < threads {
            let shared = Arc::clone(&self.shared);
            queue.threads.push(std::thread::spawn(move || shared.work()));
        }
        drop(queue);
        self.shared.changed.notify_all();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.is_closed = true;
        queue.jobs.clear();
        let threads = std::mem::take(&mut queue.threads);
        drop(queue);
        self.shared.changed.notify_all();
        for thread in threads {
            // One that panicked has told so already, and its job's owner noticed.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(&self) {
        let mut seat = Seat { interpreter: self.interpreter.clone(), process: None };
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                drop(queue);
                job(&mut seat);
                queue = self.lock();
            } else if queue.is_closed {
                return;
            } else {
                queue.idle += 1;
                queue = self.changed.wait(queue).expect("nobody panics while holding the queue");
                queue.idle -= 1;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("nobody panics while holding the queue")
    }
}

impl Seat {
    /// The interpreter.
    pub fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }

    /// Compiles a module. One that breaks a Python which compiled others before gets a fresh one, so
    /// that what comes of it does not depend on them.
    ///
    /// # Errors
    /// When the interpreter does not start.
    pub fn compile(&mut self, filename: &str, source: &[u8]) -> Result<Answer, OutsideError> {
        let mut process = match self.process.take() {
            Some(process) if process.compiled_bytes() < REPLACED_AFTER_BYTES => process,
            Some(_) | None => CompilerProcess::start(&self.interpreter)?,
        };
        let was_fresh = process.compiled_bytes() == 0;
        let answer = process.compile(filename, source);
        match answer {
            Answer::Broke { cause: Cause::Module | Cause::Machine, .. } if !was_fresh => {
                Ok(CompilerProcess::start(&self.interpreter)?.compile(filename, source))
            }
            Answer::Broke { .. } => Ok(answer),
            Answer::Code { .. } | Answer::Refused { .. } => {
                self.process = Some(process);
                Ok(answer)
            }
        }
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("jobs", &self.jobs.len()).field("threads", &self.threads.len()).finish_non_exhaustive()
    }
}
