//! Files that reach further than their own package: a reviewer is told of them.
//!
//! A layer comes before Python's own library on its path, so a module of the same name takes its place for the whole
//! function; some names are run at each start of Python whatever the function imports; and names that only some systems
//! keep apart replace each other where a layer is unpacked there.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::layout::ROOT;
use crate::domain::PythonMinor;

/// Modules that Python runs at each start. <https://docs.python.org/3/library/site.html>
const AT_START: [&str; 2] = ["sitecustomize", "usercustomize"];
/// What all Pythons of runtimes have in their library, but for what no function imports.
/// <https://docs.python.org/3/library/sys.html#sys.stdlib_module_names>
const LIBRARY: &str = "abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cmath cmd code codecs codeop \
    collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv ctypes dataclasses datetime dbm decimal difflib dis \
    doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass \
    gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma \
    mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil \
    platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pyexpat queue quopri random re readline reprlib resource \
    runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct \
    subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap threading time timeit token tokenize trace traceback tracemalloc tty \
    types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";
/// What a Python had in its library until another: a package that brings it back for later ones hides nothing there.
const UNTIL: [(u8, &str); 2] = [
    (12, "asynchat asyncore distutils imp smtpd"),
    (13, "aifc audioop cgi cgitb chunk crypt imghdr mailcap nntplib pipes sndhdr spwd sunau telnetlib uu xdrlib"),
];
/// What came later.
const SINCE: [(u8, &str); 2] = [(11, "tomllib"), (14, "annotationlib compression")];

/// What is said of the files of a layer for `python`.
pub fn warnings<'p>(paths: impl IntoIterator<Item = &'p str>, python: PythonMinor) -> Vec<String> {
    let mut hidden: BTreeMap<&str, &str> = BTreeMap::new();
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    let mut warnings = Vec::new();
    for path in paths {
        if path.contains("__pycache__/") {
            continue;
        }
        let lower = if path.is_ascii() { path.to_ascii_lowercase() } else { path.nfc().collect::<String>().to_lowercase() };
        if let Some(other) = folded.insert(lower, path) {
            warnings.push(format!("`{other}` and `{path}` are one file where a system tells neither capitals nor forms of Unicode apart"));
        }
        let Some(inside) = path.strip_prefix(ROOT).and_then(|path| path.strip_prefix('/')) else { continue };
        if !inside.contains('/') && inside.ends_with(".pth") {
            warnings.push(format!("`{path}` is read at each start of Python, and a line of it may be code"));
        }
        if let Some(module) = module_of(inside) {
            if AT_START.contains(&module) {
                warnings.push(format!("`{path}` is run at each start of Python"));
            } else if is_in_library(module, python) {
                hidden.entry(module).or_insert(path);
            }
        }
    }
    warnings.extend(hidden.values().map(|path| format!("`{path}` takes the place of a module of Python's own library")));
    warnings
}

/// The module that is imported by a name without a dot when the file at `path` is in a layer.
fn module_of(path: &str) -> Option<&str> {
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match rest {
        None => first.strip_suffix(".py").or_else(|| first.strip_suffix(".so").map(|stem| stem.split('.').next().unwrap_or(stem))),
        Some("__init__.py") => Some(first),
        Some(_) => None,
    }
}

fn is_in_library(module: &str, python: PythonMinor) -> bool {
    let has = |names: &str| names.split_ascii_whitespace().any(|name| name == module);
    let minor = python.minor();
    has(LIBRARY) || UNTIL.iter().any(|&(end, names)| minor < end && has(names)) || SINCE.iter().any(|&(begin, names)| minor >= begin && has(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_further_than_its_package_is_told() {
        let of = |path: &str, python: &str| warnings([path], python.parse().expect("valid"));
        let library = |path: &str| vec![format!("`{path}` takes the place of a module of Python's own library")];
        for (path, python, said) in [
            ("python/enum.py", "3.13", library("python/enum.py")),
            ("python/enum/__init__.py", "3.13", library("python/enum/__init__.py")),
            ("python/math.cpython-313-x86_64-linux-gnu.so", "3.13", library("python/math.cpython-313-x86_64-linux-gnu.so")),
            ("python/cgi.py", "3.12", library("python/cgi.py")),
            ("python/cgi.py", "3.13", vec![]),
            ("python/tomllib/__init__.py", "3.10", vec![]),
            ("python/tomllib/__init__.py", "3.11", library("python/tomllib/__init__.py")),
            ("python/sitecustomize.py", "3.13", vec!["`python/sitecustomize.py` is run at each start of Python".to_owned()]),
            ("python/usercustomize/__init__.py", "3.13", vec!["`python/usercustomize/__init__.py` is run at each start of Python".to_owned()]),
            ("python/x.pth", "3.13", vec!["`python/x.pth` is read at each start of Python, and a line of it may be code".to_owned()]),
            ("python/x/y.pth", "3.13", vec![]),
            ("python/pkg/enum.py", "3.13", vec![]),
            ("python/enum/other.py", "3.13", vec![]),
            ("python/pandas/__init__.py", "3.13", vec![]),
        ] {
            assert_eq!(of(path, python), said, "{path} for {python}");
        }
    }

    #[test]
    fn names_that_some_systems_take_for_one_are_told() {
        let python = "3.13".parse().expect("valid");
        for (one, other) in [("python/A.py", "python/a.py"), ("python/\u{e9}.py", "python/e\u{301}.py"), ("python/\u{c9}.py", "python/e\u{301}.py")] {
            assert_eq!(warnings([one, other], python).len(), 1, "{one} {other}");
        }
        assert!(warnings(["python/a.py", "python/b.py", "python/x/a.py"], python).is_empty());
    }
}
