//! All modules of one wheel, compiled on all cores.
//!
//! What comes of a module depends on the module alone: not on its neighbours, the order, or how many
//! threads there were. A wheel that wants too much of us in all gets no bytecode at all.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::marshal::canonical;
use super::modules::{code_filename, pyc_path};
use super::pool::{Pool, Seat};
use super::process::{Answer, CPU_MAX, Cause};
use super::pyc::{HEADER_BYTES, PycHeader};
use super::{BytecodeError, NotCompiled};
use crate::assemble::layout::ROOT;
use crate::assemble::zip_file::{Entry, Method, ZipError, ZipFile};
use crate::assemble::{UNZIPPED_MAX_BYTES, zip_writer};

/// Largest source that is compiled, in bytes: the compiler needs a hundred times as much memory.
const SOURCE_MAX_BYTES: u64 = 16 << 20;
/// The CPU time that all modules of a wheel get. All of sympy takes five seconds.
const WHEEL_CPU_MAX: Duration = Duration::from_secs(20 * 60);
/// Most modules of a wheel that may break a compiler.
const BROKEN_MAX: u64 = 10;
/// The level of compression: the files are kept, and what they weigh is paid at every publication.
const DEFLATE_LEVEL: u8 = 6;

/// What came of a wheel.
#[derive(Debug, Default)]
pub struct Compiled {
    /// Its bytecode by path in the layer.
    pub files: BTreeMap<String, PycFile>,
    /// What has none, by path.
    pub not_compiled: Vec<NotCompiled>,
    /// Whether the same would come of it another time.
    pub is_lasting: bool,
}

/// A bytecode file, compressed.
#[derive(Debug)]
pub struct PycFile {
    method: Method,
    crc32: u32,
    size: u64,
    data: Vec<u8>,
}

/// What the jobs of one wheel share.
struct Wheel {
    zip: ZipFile,
    cpu_ms: AtomicU64,
    code_bytes: AtomicU64,
    broken: AtomicU64,
}

enum Outcome {
    File(PycFile),
    Without { reason: String, is_lasting: bool },
}

/// Compiles `modules` of `zip`.
///
/// # Errors
/// When the wheel is damaged or the interpreter does not start.
pub fn compile(pool: &Pool, zip: &ZipFile, modules: &BTreeMap<String, &Entry>) -> Result<Compiled, BytecodeError> {
    let zip = zip.another().map_err(|_| ZipError::NotAZip("it cannot be opened again".to_owned()))?;
    let wheel = Arc::new(Wheel { zip, cpu_ms: AtomicU64::new(0), code_bytes: AtomicU64::new(0), broken: AtomicU64::new(0) });
    let (finished, outcomes) = mpsc::channel();
    // The largest first, so that no thread is left with one when the others are done.
    let mut order: Vec<(&String, &Entry)> = modules.iter().map(|(path, entry)| (path, *entry)).collect();
    order.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.size));
    pool.submit(order.into_iter().map(|(path, entry)| {
        let (wheel, path, entry, finished) = (Arc::clone(&wheel), path.clone(), entry.clone(), finished.clone());
        let job = move |seat: &mut Seat| {
            let outcome = wheel.compile(seat, &path, &entry);
            // Nobody listens any more when another job failed before.
            let _ = finished.send((path, outcome));
        };
        Box::new(job) as Box<dyn FnOnce(&mut Seat) + Send>
    }));
    drop(finished);
    let mut compiled = Compiled { is_lasting: true, ..Compiled::default() };
    let mut seen = 0;
    for (path, outcome) in outcomes {
        seen += 1;
        match outcome.inspect_err(|_| wheel.give_up())? {
            Outcome::File(file) => {
                let pyc = pyc_path(&path, &pool.interpreter().cache_tag).expect("it was asked for before compiling");
                compiled.files.insert(pyc, file);
            }
            Outcome::Without { reason, is_lasting } => {
                compiled.is_lasting &= is_lasting;
                compiled.not_compiled.push(NotCompiled { path, reason });
            }
        }
    }
    assert_eq!(seen, modules.len(), "a compiling thread panicked");
    if let Some(reason) = wheel.wants_too_much() {
        compiled.files.clear();
        compiled.not_compiled = vec![NotCompiled { path: ROOT.to_owned(), reason: reason.to_owned() }];
    }
    compiled.not_compiled.sort();
    Ok(compiled)
}

impl Compiled {
    /// What is to be written.
    pub fn zip_entries(&self) -> Vec<zip_writer::ZipEntry<'_>> {
        self.files
            .iter()
            .map(|(path, file)| zip_writer::ZipEntry {
                path,
                mode: 0o644,
                method: file.method,
                crc32: file.crc32,
                size: file.size,
                data: zip_writer::Data::Bytes(&file.data),
            })
            .collect()
    }
}

impl Wheel {
    fn compile(&self, seat: &mut Seat, path: &str, entry: &Entry) -> Result<Outcome, BytecodeError> {
        let without = |reason: String, is_lasting| Ok(Outcome::Without { reason, is_lasting });
        if let Some(reason) = self.wants_too_much() {
            return without(reason.to_owned(), true);
        }
        let interpreter = seat.interpreter();
        let (python, magic) = (interpreter.python, interpreter.magic);
        if pyc_path(path, &interpreter.cache_tag).is_none() {
            return without("the name of its bytecode is too long".to_owned(), true);
        }
        if entry.size > SOURCE_MAX_BYTES {
            return without(format!("it is larger than {SOURCE_MAX_BYTES} bytes"), true);
        }
        let source = self.zip.inflate(entry)?;
        let marshalled = match seat.compile(&code_filename(path), &source)? {
            Answer::Code { marshalled, cpu } => {
                self.spent(cpu);
                marshalled
            }
            Answer::Refused { reason, cpu } => {
                self.spent(cpu);
                return without(reason, true);
            }
            Answer::Broke { reason, cause } => {
                self.spent(CPU_MAX);
                self.broken.fetch_add(1, Ordering::Relaxed);
                return without(reason, cause != Cause::Machine);
            }
        };
        match canonical(python, &marshalled) {
            Ok(code) => {
                self.code_bytes.fetch_add((HEADER_BYTES + code.len()) as u64, Ordering::Relaxed);
                Ok(Outcome::File(PycFile::new([&PycHeader::of(python, magic, &source).bytes(), &code[..]].concat())))
            }
            Err(malformed) => without(malformed.to_string(), true),
        }
    }

    fn spent(&self, cpu: Duration) {
        self.cpu_ms.fetch_add(u64::try_from(cpu.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn wants_too_much(&self) -> Option<&'static str> {
        if self.broken.load(Ordering::Relaxed) > BROKEN_MAX {
            Some("too many of its modules break the compiler")
        } else if self.cpu_ms.load(Ordering::Relaxed) > WHEEL_CPU_MAX.as_secs() * 1000 {
            Some("it takes the compiler too long in all")
        } else if self.code_bytes.load(Ordering::Relaxed) > UNZIPPED_MAX_BYTES {
            Some("its bytecode alone is more than a layer may be")
        } else {
            None
        }
    }

    /// Lets the jobs that are left do nothing.
    fn give_up(&self) {
        self.broken.store(u64::MAX / 2, Ordering::Relaxed);
    }
}

impl PycFile {
    fn new(bytes: Vec<u8>) -> Self {
        let (crc32, size) = (crc32fast::hash(&bytes), bytes.len() as u64);
        let deflated = miniz_oxide::deflate::compress_to_vec(&bytes, DEFLATE_LEVEL);
        let (method, data) = if deflated.len() < bytes.len() { (Method::Deflated, deflated) } else { (Method::Stored, bytes) };
        Self { method, crc32, size, data }
    }
}
