//! Which names a package is imported by, told from its own wheel.
//!
//! In this order: what the wheel says itself (`Import-Name`, then `top_level.txt`), as far as it has such files,
//! else what its files look like. A namespace package proves nothing when it is imported, so the names go down
//! to the first real package or module below it.
//! <https://peps.python.org/pep-0794/>

use std::collections::{BTreeMap, BTreeSet};

/// Most names by which one package is imported; what has more is imported by the first.
pub const NAMES_MAX: usize = 32;
/// Longest dotted name, in bytes.
const NAME_MAX_BYTES: usize = 200;
/// Deepest folder that is looked into for a real package.
const DEPTH_MAX: usize = 8;
/// What lies beside packages by mistake or habit, and is not for users.
const NOT_FOR_USERS: [&str; 16] = [
    "tests",
    "test",
    "testing",
    "conftest",
    "setup",
    "docs",
    "doc",
    "examples",
    "example",
    "samples",
    "benchmarks",
    "benchmark",
    "scripts",
    "bin",
    "share",
    "include",
];

/// The parts of a distribution that say what it is imported by.
#[derive(Debug, Clone, Copy)]
pub struct OwnFiles<'a> {
    /// The paths of its files, relative to the folder on Python's path: the first column of its `RECORD`.
    pub paths: &'a [&'a str],
    /// The text of its `METADATA`.
    pub metadata: &'a str,
    /// Its `top_level.txt`, if it has one.
    pub top_level: Option<&'a str>,
}

/// The names, sorted; none for a distribution that has nothing to import, such as one of stubs.
pub fn import_names(files: &OwnFiles<'_>) -> Vec<String> {
    let tree = Tree::of(files.paths);
    let said = said_names(files.metadata);
    if said.as_ref().is_some_and(|said| said.iter().all(|(name, _)| name.is_empty())) {
        return Vec::new();
    }
    let public = |said: &[(&str, bool)], wanted| {
        said.iter().filter(|(_, public)| *public == wanted).filter(|(name, _)| tree.has(name)).map(|(name, _)| (*name).to_owned()).collect()
    };
    let said = said.unwrap_or_default();
    let of_top_level = || {
        let tops = files.top_level.unwrap_or("").lines().map(str::trim).filter(|top| tree.has(top));
        tops.flat_map(|top| tree.below(&top.replace('/', "."))).collect::<Vec<_>>()
    };
    let found: Vec<String> = [public(&said, true), users_names(&of_top_level()), users_names(&tree.real()), public(&said, false), private_names(&tree.real())]
        .into_iter()
        .find(|names: &Vec<String>| !names.is_empty())
        .unwrap_or_default();
    let mut names: Vec<String> = found.into_iter().filter(|name| is_import_name(name)).collect::<BTreeSet<_>>().into_iter().collect();
    names.truncate(NAMES_MAX);
    names
}

/// Whether a text can stand behind `import`.
pub fn is_import_name(name: &str) -> bool {
    name.len() <= NAME_MAX_BYTES && name.split('.').all(is_identifier)
}

fn is_identifier(part: &str) -> bool {
    let begins = part.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
    begins && part.chars().all(|character| character.is_alphanumeric() || character == '_')
}

/// The values of `Import-Name`, each with whether it is public; nothing when there is no such field.
fn said_names(metadata: &str) -> Option<Vec<(&str, bool)>> {
    let headers = metadata.lines().take_while(|line| !line.trim().is_empty());
    let names: Vec<(&str, bool)> = headers
        .filter_map(|line| {
            let (field, value) = line.split_once(':')?;
            let (name, kind) = value.split_once(';').unwrap_or((value, ""));
            field.eq_ignore_ascii_case("import-name").then_some((name.trim(), kind.trim() != "private"))
        })
        .collect();
    (!names.is_empty()).then_some(names)
}

fn users_names(names: &[String]) -> Vec<String> {
    let is_for_users = |name: &String| {
        let top = name.split('.').next().unwrap_or("");
        !NOT_FOR_USERS.contains(&top) && !name.split('.').any(|part| part.starts_with('_'))
    };
    names.iter().filter(|name| is_for_users(name)).cloned().collect()
}

fn private_names(names: &[String]) -> Vec<String> {
    let is_private = |name: &String| {
        let top = name.split('.').next().unwrap_or("");
        !NOT_FOR_USERS.contains(&top) && !top.starts_with("__")
    };
    names.iter().filter(|name| is_private(name)).cloned().collect()
}

/// The modules of a distribution.
struct Tree {
    /// What each folder holds that could be imported, by the folder's dotted name; the top is empty.
    folders: BTreeMap<String, Folder>,
}

#[derive(Default)]
struct Folder {
    /// It has an `__init__`.
    is_package: bool,
    modules: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Tree {
    fn of(paths: &[&str]) -> Self {
        let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
        for path in paths {
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
            let Some(module) = module_name(file).filter(|_| parts.len() <= DEPTH_MAX && parts.iter().all(|part| is_identifier(part))) else { continue };
            for depth in 0..parts.len() {
                folders.entry(parts[..depth].join(".")).or_default().folders.insert(parts[depth].to_owned());
            }
            let folder = folders.entry(parts.join(".")).or_default();
            if module == "__init__" {
                folder.is_package = !parts.is_empty();
            } else {
                folder.modules.insert(module.to_owned());
            }
        }
        Self { folders }
    }

    /// Whether a dotted name is a module, a package or a namespace in it.
    fn has(&self, name: &str) -> bool {
        let (folder, module) = name.rsplit_once('.').unwrap_or(("", name));
        self.folders.contains_key(name) && !name.is_empty() || self.folders.get(folder).is_some_and(|folder| folder.modules.contains(module))
    }

    /// The first real packages and modules from the top.
    fn real(&self) -> Vec<String> {
        self.below("")
    }

    /// `name` itself when it is real, else what is real below it.
    fn below(&self, name: &str) -> Vec<String> {
        let Some(folder) = self.folders.get(name).filter(|folder| !folder.is_package) else { return vec![name.to_owned()] };
        let child = |child: &String| if name.is_empty() { child.clone() } else { format!("{name}.{child}") };
        let of_folders = folder.folders.iter().flat_map(|folder| self.below(&child(folder)));
        of_folders.chain(folder.modules.iter().map(child)).collect()
    }
}

/// The module that a file would be imported as; `__init__` for the one that makes a package.
/// <https://docs.python.org/3/library/importlib.html#importlib.machinery.all_suffixes>
fn module_name(file: &str) -> Option<&str> {
    let (stem, suffix) = file.split_once('.')?;
    let is_extension = suffix == "abi3.so" || (suffix.starts_with("cpython-") && suffix.ends_with(".so") && suffix.matches('.').count() == 1);
    let is_plain_extension = suffix == "so" && !stem.starts_with("lib");
    (is_identifier(stem) && (suffix == "py" || suffix == "pyc" || is_extension || is_plain_extension)).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(paths: &[&str], metadata: &str, top_level: Option<&str>, expected: &[&str]) {
        assert_eq!(import_names(&OwnFiles { paths, metadata, top_level }), expected, "{paths:?} {metadata:?} {top_level:?}");
    }

    #[test]
    fn from_the_files_alone() {
        let cases: &[(&[&str], &[&str])] = &[
            (&["six.py", "six-1.17.0.dist-info/RECORD"], &["six"]),
            (&["requests/__init__.py", "requests/api.py", "tests/__init__.py", "conftest.py", "setup.py"], &["requests"]),
            (&["google/cloud/storage/__init__.py", "google/cloud/storage/blob.py", "google/cloud/_storage_v2/__init__.py"], &["google.cloud.storage"]),
            (&["zope/interface/__init__.py", "zope.interface-5-nspkg.pth"], &["zope.interface"]),
            (&["ruamel/yaml/__init__.py", "_ruamel_yaml.cpython-313-x86_64-linux-gnu.so"], &["ruamel.yaml"]),
            (&["yaml/__init__.py", "_yaml/__init__.py"], &["yaml"]),
            (&["_cffi_backend.cpython-313-x86_64-linux-gnu.so", "cffi/__init__.py"], &["cffi"]),
            (&["only.cpython-313-x86_64-linux-gnu.so"], &["only"]),
            (&["only.abi3.so", "libother.so", "libother.so.1"], &["only"]),
            (&["_private.abi3.so", "__main__.py"], &["_private"]),
            (&["a/__init__.cpython-313-x86_64-linux-gnu.so"], &["a"]),
            (&["pandas-stubs/__init__.pyi", "types_x-1.dist-info/METADATA"], &[]),
            (&["a/py.typed", "share/doc/x.txt", "bin/tool", "distutils-precedence.pth"], &[]),
            (&["ns/one.py", "ns/two/__init__.py", "ns/data.json"], &["ns.one", "ns.two"]),
            (&["tests/__init__.py"], &[]),
            (&["x-1.data/scripts/y.py", "not-a-name.py", "../escape.py", "1st.py"], &[]),
            (&["a/b/c/d/e/f/g/h/i/j.py"], &[]),
        ];
        for (paths, expected) in cases {
            check(paths, "Name: x\n", None, expected);
        }
    }

    #[test]
    fn what_the_wheel_says_comes_first_where_it_is_true() {
        let files = ["yaml/__init__.py", "extra/__init__.py", "google/api/__init__.py", "_c.abi3.so"];
        check(&files, "", Some("yaml\n_c\n"), &["yaml"]);
        check(&files, "", Some("google\n"), &["google.api"]);
        check(&files, "", Some("gone\n"), &["extra", "google.api", "yaml"]);
        check(&files, "", Some("_c\n"), &["extra", "google.api", "yaml"]);
        check(&files, "Import-Name: google.api\nImport-Name: yaml ; private\n", Some("extra"), &["google.api"]);
        check(&files, "Import-Name: gone\n", Some("extra"), &["extra"]);
        check(&files, "Name: x\nImport-Name:\n", Some("extra"), &[]);
        check(&files, "Name: x\n\nImport-Name: yaml\n", None, &["extra", "google.api", "yaml"]);
        check(&["_a.py"], "Import-Name: _a; private\n", None, &["_a"]);
    }

    #[test]
    fn hostile_names_are_left_out_and_their_number_is_bounded() {
        check(&["a b.py", "a;b.py", "a\nb.py", "é.py"], "Import-Name: a; import os\nImport-Name: x y\n", Some("os.system('x')\n../x\n"), &["é"]);
        let many: Vec<String> = (0..500).map(|number| format!("m{number}.py")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(import_names(&OwnFiles { paths: &many, metadata: "", top_level: None }).len(), NAMES_MAX);
        assert!(is_import_name("a.b_1") && !is_import_name("a..b") && !is_import_name("") && !is_import_name(&"a".repeat(201)));
    }
}
