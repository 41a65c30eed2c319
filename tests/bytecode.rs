//! Bytecode as real interpreters make it: the same bytes whatever they did before, and code that Python takes.
//!
//! Every CPython from 3.8 to 3.14 that is found takes part; there must be one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
#[path = "bytecode/sources.rs"]
mod sources;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::SystemTime;

use common::Wheel;
use common::wheel::zip_of;
use klayers::assemble::ZipFile;
use klayers::assemble::bytecode::{
    Answer, Bytecode, BytecodeError, Compiler, CompilerProcess, PycHeader, UNCHECKED_HASH, canonical, pyc_header, released_magic,
};
use klayers::domain::{LockedWheel, Pin, Sha256};
use klayers::outside::process::Program;
use klayers::outside::python::Interpreter;
use klayers::verify::bytecode::faults;
use sources::{BROKEN, MODULES, OTHERS};

#[test]
fn the_same_bytes_in_any_order_and_after_anything() {
    for interpreter in interpreters() {
        let (mut first, mut second) = (start(interpreter), start(interpreter));
        let forwards: BTreeMap<&str, Vec<u8>> = MODULES.iter().map(|(path, source)| (*path, compiled(&mut first, interpreter, path, source))).collect();
        for (round, other) in OTHERS.iter().cycle().take(8).enumerate() {
            second.compile("/other.py", other.as_bytes());
            for (path, source) in MODULES.iter().rev().skip(round % 3) {
                assert!(compiled(&mut second, interpreter, path, source) == forwards[path], "{} {path} in round {round}", interpreter.version);
            }
        }
    }
}

#[test]
fn what_python_itself_writes_does_depend_on_what_it_did_before() {
    // A letter that was a name is interned ever after, up to 3.12; a class with the same path is a
    // string that the next one finds, since 3.13.
    const SCRIPT: &str = "import marshal, sys\nheld = [compile(other, 'x', 'exec') for other in sys.argv[2:]]\n\
        print(marshal.dumps(compile(sys.argv[1], '/opt/python/x.py', 'exec', dont_inherit=True)).hex())";
    let class = "class Q:\n  def t(self):\n    class A:\n      def f(self): pass\n    return A\n";
    let pairs = [("x = '\u{e4}'\n", "\u{e4} = 1\n".to_owned()), (class, format!("z = 1\n{class}"))];
    for interpreter in interpreters() {
        let stream =
            |arguments: &[&str]| hex::decode(python(interpreter, &[&["-S", "-X", "utf8", "-c", SCRIPT], arguments].concat(), Path::new("/")).trim()).unwrap();
        let mut differed = 0;
        for (module, other) in &pairs {
            let (alone, after) = (stream(&[module]), stream(&[module, other]));
            differed += usize::from(alone != after);
            assert_eq!(canonical(interpreter.python, &alone), canonical(interpreter.python, &after), "{} {module}", interpreter.version);
        }
        assert!(differed > 0, "{}: if this is so, nothing needs to be made canonical any more", interpreter.version);
    }
}

#[test]
fn the_code_is_the_code_that_python_would_have_made() {
    const SCRIPT: &str = "
import marshal, pathlib, sys
def parts(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            yield from parts(constant)
lines = 'co_lnotab' if sys.version_info < (3, 11) else 'co_linetable'
seen = 0
for file in sorted(pathlib.Path('.').glob('*.source')):
    name = '/opt/python/' + file.stem.replace('+', '/')
    ours = marshal.loads(file.with_suffix('.code').read_bytes())
    fresh = compile(file.read_bytes(), name, 'exec', dont_inherit=True, optimize=0)
    assert ours == fresh, file
    for mine, other in zip(list(parts(ours)), list(parts(fresh))):
        assert mine.co_filename == name, mine.co_filename
        assert getattr(mine, lines) == getattr(other, lines), file
        assert repr([c for c in mine.co_consts if not isinstance(c, (frozenset, type(mine)))]) == repr([c for c in other.co_consts if not isinstance(c, (frozenset, type(mine)))]), file
    seen += 1
print(seen)
";
    for interpreter in interpreters() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = start(interpreter);
        for (path, source) in MODULES {
            let file = |extension: &str| folder.path().join(format!("{}.{extension}", path.replace('/', "+")));
            write(&file("source"), source.as_bytes());
            write(&file("code"), &compiled(&mut process, interpreter, path, source));
        }
        assert_eq!(python(interpreter, &["-S", "-W", "ignore", "-c", SCRIPT], folder.path()).trim(), MODULES.len().to_string(), "{}", interpreter.version);
    }
}

#[test]
fn a_layer_runs_from_bytecode_that_is_never_checked() {
    for interpreter in interpreters() {
        let folder = tempfile::tempdir().unwrap();
        let wheel = opened(wheel("py3-none-any"), folder.path());
        let bytecode = compiler(interpreter, folder.path(), 2).bytecode_of(&wheel.pin, &wheel.zip, &wheel.entries()).unwrap();
        let mut files = Vec::new();
        for (path, source) in MODULES {
            let path = format!("python/{path}");
            let Some(entry) = bytecode.pyc_of(&path) else {
                assert_eq!(path, "python/plain/tests/helper.py");
                continue;
            };
            let pyc = bytecode.zip().inflate(entry).unwrap();
            let header = pyc_header(&pyc).unwrap();
            assert_eq!(header, PycHeader::of(interpreter.python, released_magic(interpreter.python).unwrap(), source.as_bytes()));
            assert_eq!((header.magic, header.flags), (interpreter.magic, UNCHECKED_HASH));
            files.push((path, source.as_bytes().to_vec(), 0o644));
            files.push((entry.path.clone(), pyc, 0o644));
        }
        let hash = python(interpreter, &["-c", "import importlib.util as u; print(u.source_hash(b'abc').hex())"], folder.path());
        assert_eq!(PycHeader::of(interpreter.python, interpreter.magic, b"abc").bytes()[8..], hex::decode(hash.trim()).unwrap());

        // Nothing is wrong with it; with another source beside it, everything is.
        write(&folder.path().join("layer.zip"), &zip_of(&files));
        let layer = ZipFile::open(&folder.path().join("layer.zip")).unwrap();
        assert_eq!(faults(&layer, &layer.entries(1 << 20).unwrap(), interpreter.python), Ok(Vec::new()));
        for (path, content, _) in files.iter_mut().filter(|(path, _, _)| path.ends_with(".py")) {
            *content = format!("raise SystemExit('{path} was compiled again')\n").into_bytes();
        }
        write(&folder.path().join("changed.zip"), &zip_of(&files));
        let changed = ZipFile::open(&folder.path().join("changed.zip")).unwrap();
        assert_eq!(faults(&changed, &changed.entries(1 << 20).unwrap(), interpreter.python).unwrap().len(), MODULES.len() - 1);

        for (path, content, _) in &files {
            write(&folder.path().join("layer").join(path), content);
        }
        let script = "import sys; sys.path.insert(0, 'layer/python'); import plain, single, plain.letter, plain.latin; print(plain.value, plain.first('beta'), single.f()[3], plain.latin.name)";
        assert_eq!(python(interpreter, &["-S", "-B", "-c", script], folder.path()), "plain True x.y latin\n", "{}", interpreter.version);
    }
}

#[test]
fn what_does_not_compile_is_left_out_and_told_and_the_rest_is_there() {
    let interpreter = newest();
    let folder = tempfile::tempdir().unwrap();
    let nested = format!("x = {}1\n", "-".repeat(200_000));
    let mut wheel = wheel("py3-none-any").file("broken/nested.py", nested).file("broken/__init__.py", "").file(&format!("broken/{}.py", "n".repeat(240)), "");
    for (path, source, _) in BROKEN {
        wheel = wheel.file(path, source);
    }
    let wheel = opened(wheel, folder.path());
    let bytecode = compiler(interpreter, folder.path(), 2).bytecode_of(&wheel.pin, &wheel.zip, &wheel.entries()).unwrap();
    assert!(bytecode.pyc_of("python/broken/__init__.py").is_some() && bytecode.pyc_of("python/single.py").is_some());
    assert_eq!(bytecode.not_compiled_count(), BROKEN.len() + 2, "{:?}", bytecode.not_compiled());
    let reasons: BTreeMap<&str, &str> = bytecode.not_compiled().iter().map(|left| (left.path.as_str(), left.reason.as_str())).collect();
    for (path, _, reason) in BROKEN {
        assert!(reasons[format!("python/{path}").as_str()].contains(reason), "{path}: {reasons:?}");
    }
    assert!(reasons.contains_key("python/broken/nested.py"));
    assert!(reasons.values().all(|reason| reason.len() < 500 && !reason.contains(char::is_control)));
}

#[test]
fn a_wheel_that_attacks_the_compiler_gets_no_bytecode_and_one_without_modules_needs_none() {
    let interpreter = newest();
    let folder = tempfile::tempdir().unwrap();
    let compiler = compiler(interpreter, folder.path(), 2);
    let nested = format!("x = {}1\n", "-".repeat(200_000));
    let attack = opened((0..11).fold(wheel("py3-none-any"), |wheel, at| wheel.file(&format!("nested/m{at}.py"), nested.as_str())), folder.path());
    let bytecode = compiler.bytecode_of(&attack.pin, &attack.zip, &attack.entries()).unwrap();
    assert_eq!((bytecode.entries().len(), bytecode.not_compiled()[0].path.as_str()), (0, "python"), "{:?}", bytecode.not_compiled());

    let bytes = zip_of(&[("empty-1.0.dist-info/METADATA".to_owned(), Vec::new(), 0o644), ("empty/x.pyi".to_owned(), Vec::new(), 0o644)]);
    write(&folder.path().join("empty-1.0-py3-none-any.whl"), &bytes);
    let zip = ZipFile::open(&folder.path().join("empty-1.0-py3-none-any.whl")).unwrap();
    let locked = LockedWheel { filename: "empty-1.0-py3-none-any.whl".parse().unwrap(), url: String::new(), sha256: Sha256::of(&bytes), size_bytes: None };
    let pin = Pin { name: "empty".parse().unwrap(), version: "1.0".to_owned(), wheel: locked, built_from: None };
    for _ in 0..2 {
        let bytecode = compiler.bytecode_of(&pin, &zip, &zip.entries(100).unwrap()).unwrap();
        assert!(bytecode.entries().is_empty() && bytecode.not_compiled().is_empty());
    }
}

#[test]
fn a_zip_is_made_once_for_both_architectures_by_any_number_of_threads() {
    let interpreter = newest();
    let folder = tempfile::tempdir().unwrap();
    let mut made: Vec<Vec<u8>> = Vec::new();
    for (threads, cache) in [(1, "one"), (3, "three")] {
        let cache = folder.path().join(cache);
        let compiler = compiler(interpreter, &cache, threads);
        let wheels = ["cp313-cp313-manylinux_2_28_x86_64", "cp313-cp313-manylinux_2_28_aarch64"].map(|tag| opened(wheel(tag), &cache));
        assert_ne!(wheels[0].pin.wheel.sha256, wheels[1].pin.wheel.sha256);
        std::thread::scope(|scope| {
            for wheel in wheels.iter().chain(&wheels) {
                scope.spawn(|| compiler.bytecode_of(&wheel.pin, &wheel.zip, &wheel.entries()).unwrap());
            }
        });
        let zips = cached(&cache, "zip");
        assert_eq!(zips.len(), 1, "both share it");
        assert_eq!(cached(&cache, "txt").len(), 2);
        made.extend(zips.into_values());
    }
    assert!(made[0] == made[1]);
}

#[test]
fn what_rots_in_the_cache_is_made_again_and_what_is_not_pinned_never_enters() {
    let interpreter = newest();
    let folder = tempfile::tempdir().unwrap();
    let wheel = opened(wheel("py3-none-any"), folder.path());
    let compiler = compiler(interpreter, folder.path(), 2);
    let again = || compiler.bytecode_of(&wheel.pin, &wheel.zip, &wheel.entries());

    let other = Pin { wheel: LockedWheel { sha256: Sha256::of(b"another"), ..wheel.pin.wheel.clone() }, ..wheel.pin.clone() };
    assert!(matches!(compiler.bytecode_of(&other, &wheel.zip, &wheel.entries()), Err(BytecodeError::NotThePinned)));
    assert!(cached(folder.path(), "txt").is_empty() && cached(folder.path(), "zip").is_empty());

    let whole = contents(&again().unwrap());
    let right = (cached(folder.path(), "zip"), cached(folder.path(), "json"), cached(folder.path(), "txt"));
    for extension in ["zip", "json", "txt"] {
        for (path, content) in cached(folder.path(), extension) {
            for rotten in [&content[..content.len() / 2], &[&content[..content.len() - 5], b"\0rot."].concat(), b""] {
                write(Path::new(&path), rotten);
                assert_eq!(contents(&again().unwrap()), whole, "{extension}");
            }
            std::fs::remove_file(&path).unwrap();
            assert_eq!(contents(&again().unwrap()), whole, "{extension}");
        }
    }
    assert!((cached(folder.path(), "zip"), cached(folder.path(), "json"), cached(folder.path(), "txt")) == right);
}

/// The wheel of all modules, one of them where wheels keep what is for another place.
fn wheel(tag: &str) -> Wheel {
    let wheel = Wheel::new("plain", "1.0").tag(tag).data_file("purelib", "moved/__init__.py", "x = 1\n").data_file("scripts", "tool.py", "x = 1\n");
    MODULES.iter().fold(wheel, |wheel, (path, source)| wheel.file(path, *source))
}

struct Opened {
    pin: Pin,
    zip: ZipFile,
}

impl Opened {
    fn entries(&self) -> Vec<klayers::assemble::Entry> {
        self.zip.entries(1 << 30).unwrap()
    }
}

fn opened(wheel: Wheel, folder: &Path) -> Opened {
    let (path, bytes) = (folder.join(wheel.filename()), wheel.bytes());
    write(&path, &bytes);
    let locked = LockedWheel { filename: wheel.filename().parse().unwrap(), url: String::new(), sha256: Sha256::of(&bytes), size_bytes: None };
    Opened { pin: Pin { name: wheel.name().parse().unwrap(), version: "1.0".to_owned(), wheel: locked, built_from: None }, zip: ZipFile::open(&path).unwrap() }
}

fn compiler(interpreter: &Interpreter, cache: &Path, threads: usize) -> Compiler {
    Compiler::with_threads(interpreter.clone(), cache, SystemTime::UNIX_EPOCH, threads)
}

fn contents(bytecode: &Bytecode) -> BTreeMap<String, Vec<u8>> {
    bytecode.entries().iter().map(|(path, entry)| (path.clone(), bytecode.zip().inflate(entry).unwrap())).collect()
}

/// The files of the bytecode cache with this extension, by path.
fn cached(cache: &Path, extension: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = cache.join("bytecode");
    let files = klayers::outside::files::walk(&folder).unwrap().into_iter().map(|path| folder.join(path));
    let files = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    files.map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
}

fn start(interpreter: &Interpreter) -> CompilerProcess {
    CompilerProcess::start(interpreter).unwrap()
}

fn compiled(process: &mut CompilerProcess, interpreter: &Interpreter, path: &str, source: &str) -> Vec<u8> {
    match process.compile(&format!("/opt/python/{path}"), source.as_bytes()) {
        Answer::Code { marshalled, .. } => {
            let code = canonical(interpreter.python, &marshalled).unwrap();
            assert_eq!(canonical(interpreter.python, &code).as_ref(), Ok(&code), "{path}");
            code
        }
        answer @ (Answer::Refused { .. } | Answer::Broke { .. }) => panic!("{} {path}: {answer:?}", interpreter.version),
    }
}

/// What `interpreter` prints.
#[track_caller]
fn python(interpreter: &Interpreter, arguments: &[&str], folder: &Path) -> String {
    let started = "import os, sys; os.chdir(sys.argv[1]); os.execv(sys.executable, [sys.executable] + sys.argv[2:])";
    let program = Program::new(interpreter.program.display().to_string()).arguments(["-S", "-c", started, folder.to_str().unwrap()]);
    let output = wait(program.arguments(arguments.iter().copied()).environment("PYTHONHASHSEED", "0").run()).unwrap();
    assert!(output.succeeded(), "{}: {}{}", interpreter.version, output.stdout, output.stderr);
    output.stdout
}

fn newest() -> &'static Interpreter {
    interpreters().last().unwrap()
}

fn interpreters() -> &'static [Interpreter] {
    static FOUND: OnceLock<Vec<Interpreter>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let names = (8..=14).map(|minor| format!("python3.{minor}")).chain(["python3".to_owned()]);
        let mut found: Vec<Interpreter> = names.filter_map(|name| wait(Interpreter::inspect(Path::new(&name))).ok()).collect();
        found.retain(|interpreter| (8..=14).contains(&interpreter.python.minor()));
        found.sort_by_key(|interpreter| interpreter.python);
        found.dedup_by_key(|interpreter| interpreter.python);
        assert!(!found.is_empty(), "no CPython from 3.8 to 3.14 is on PATH");
        println!("with {}", found.iter().map(|interpreter| interpreter.version.as_str()).collect::<Vec<_>>().join(", "));
        found
    })
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn write(path: &Path, bytes: &[u8]) {
    klayers::outside::files::write(path, bytes, klayers::outside::files::Durability::Process).unwrap();
}
