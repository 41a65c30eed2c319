//! The boxes that this machine allows, and layers to put into them.

#![allow(dead_code, reason = "each test file uses a part")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use klayers::outside::python::Interpreter;
use klayers::outside::sandbox::{Isolation, Limits, Namespaces, PythonHome, Sandbox, probe};
use klayers::verify::import_test::{Failure, ImportOutcome, ImportTest, Passed, Tester};

use super::common::wheel::zip_of;

/// The versions that a runtime has, the one of most layers first.
const VERSIONS: [&str; 7] = ["3.13", "3.12", "3.14", "3.11", "3.10", "3.9", "3.8"];

/// A layer on disk, with a folder for scratch beside it.
pub struct Layer {
    folder: tempfile::TempDir,
}

impl Layer {
    /// With these files below `python/`.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755)).tempdir().unwrap();
        let files: Vec<_> = files.iter().map(|(path, text)| (format!("python/{path}"), text.as_bytes().to_vec(), 0o644)).collect();
        klayers::outside::files::write_temporary(&folder.path().join("layer.zip"), &zip_of(&files), 0o644).unwrap();
        Self { folder }
    }

    /// With a module `subject`.
    pub fn of(source: &str) -> Self {
        Self::new(&[("subject.py", source)])
    }

    pub fn zip(&self) -> PathBuf {
        self.folder.path().join("layer.zip")
    }

    pub fn scratch(&self) -> PathBuf {
        self.folder.path().join("scratch")
    }

    /// A folder of packages beside the layer, as the runtime has.
    pub fn packages(&self, files: &[(&str, &str)]) -> PathBuf {
        let folder = self.folder.path().join("packages");
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            klayers::outside::files::write_temporary(&path, text.as_bytes(), 0o644).unwrap();
        }
        folder
    }

    /// Imports `subject`.
    pub async fn test(&self, tester: &Tester) -> ImportOutcome {
        self.test_with(tester, &["subject"], None).await
    }

    pub async fn test_with(&self, tester: &Tester, imports: &[&str], smoke: Option<&str>) -> ImportOutcome {
        let zip = self.zip();
        let test = ImportTest { zip: &zip, imports: imports.iter().map(|name| (*name).to_owned()).collect(), smoke };
        let tester = Tester { scratch: self.scratch(), ..tester.clone() };
        let outcome = tester.test(&test).await.unwrap();
        self.assert_nothing_left();
        outcome
    }

    pub async fn test_with_client(&self, tester: &Tester, imports: &[&str], smoke: Option<&str>) -> ImportOutcome {
        let zip = self.zip();
        let test = ImportTest { zip: &zip, imports: imports.iter().map(|name| (*name).to_owned()).collect(), smoke };
        let tester = Tester { scratch: self.scratch(), ..tester.clone() };
        let outcome = tester.test_with_client(&test).await.unwrap();
        self.assert_nothing_left();
        outcome
    }

    /// No process that bears this layer's folder, and no file in its scratch.
    #[track_caller]
    fn assert_nothing_left(&self) {
        let text = self.folder.path().display().to_string();
        let mark = klayers::outside::process::Mark { user: None, text };
        assert_eq!(klayers::outside::process::alive(&mark), 0, "a process was left");
        assert_eq!(std::fs::read_dir(self.scratch()).unwrap().count(), 0, "a file was left");
    }
}

/// A tester for each kind of box that this machine allows: by path always, in namespaces where they are to be had.
pub async fn testers() -> Vec<Tester> {
    let mut found = Vec::new();
    let has_namespaces = matches!(probe().await.namespaces, Namespaces::AsRoot | Namespaces::AsUser);
    for home in programs() {
        // What a version manager puts there may not answer.
        let Ok(interpreter) = Interpreter::inspect(&home).await else { continue };
        let home = PythonHome::of(&interpreter);
        let home = &home;
        if found.is_empty() && has_namespaces && home.program_in_prefix().is_some() {
            found.push(tester(home, Sandbox::namespace(home.clone())));
        }
        let tester = tester(home, Sandbox::by_path(home.clone()));
        let layer = Layer::of("");
        let zip = layer.zip();
        let test = ImportTest { zip: &zip, imports: vec!["subject".to_owned()], smoke: None };
        // For root, only an interpreter that all users may start will do.
        if (Tester { scratch: layer.scratch(), ..tester.clone() }).test(&test).await.is_ok() {
            found.push(tester);
            break;
        }
    }
    assert!(found.iter().any(|tester| tester.sandbox.isolation() == Isolation::Path), "no Python on PATH can be started by all users");
    found
}

/// The interpreters on PATH.
pub fn programs() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap();
    let of = |version| std::env::split_paths(&path).map(move |folder| folder.join(format!("python{version}")));
    let mut programs: Vec<PathBuf> = VERSIONS.iter().flat_map(of).filter(|program| program.exists()).collect();
    // One program may have many names.
    let mut seen = std::collections::BTreeSet::new();
    programs.retain(|program| seen.insert((program.file_name().map(ToOwned::to_owned), program.canonicalize().ok())));
    programs
}

pub fn tester(home: &PythonHome, sandbox: Sandbox) -> Tester {
    let runtime = format!("p{}", home.python).parse().unwrap();
    Tester { runtime, sandbox, sdk: None, client: None, scratch: PathBuf::new(), limits: Limits { time: Duration::from_secs(30), ..Limits::default() } }
}

pub fn with_sdk(tester: &Tester, sdk: &Path) -> Tester {
    Tester { sdk: Some(sdk.to_owned()), ..tester.clone() }
}

#[track_caller]
pub fn passed(outcome: ImportOutcome) -> Passed {
    match outcome {
        ImportOutcome::Passed(passed) => passed,
        ImportOutcome::Failed(failure) => panic!("{failure:#?}"),
    }
}

#[track_caller]
pub fn failed(outcome: ImportOutcome) -> Failure {
    match outcome {
        ImportOutcome::Failed(failure) => failure,
        ImportOutcome::Passed(passed) => panic!("{passed:#?}"),
    }
}
