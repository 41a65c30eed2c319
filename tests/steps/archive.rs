//! What is in an archive, as a reader sees it that is not ours, and as Python does.

use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use super::common::{Index, Wheel, World};

/// A file of a zip.
struct File {
    path: String,
    mode: u32,
    date: (u16, u8, u8, u8, u8, u8),
    content: String,
}

fn files(zip: &Path) -> Vec<File> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let count = archive.len();
    let one = |at: usize| {
        let mut entry = archive.by_index(at).unwrap();
        let date = entry.last_modified().unwrap();
        let date = (date.year(), date.month(), date.day(), date.hour(), date.minute(), date.second());
        let (path, mode) = (entry.name().unwrap().into_owned(), entry.unix_mode().unwrap());
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        File { path, mode, date, content }
    };
    (0..count).map(one).collect::<Vec<_>>()
}

fn index() -> Index {
    Index::with(&[
        Wheel::new("alpha", "1.0")
            .requires("beta>=1")
            .metadata("License-Expression: MIT")
            .info_file("entry_points.txt", "[console_scripts]\nalpha = alpha:main\nbad = alpha:main()\n")
            .file("alpha/__init__.py", "import alpha_data\ndef main():\n    print('alpha runs')\n")
            .file_with_mode("alpha/private.py", "", 0o600)
            .file_with_mode("alpha/tool", "#!/bin/sh\n", 0o777)
            .data_file("purelib", "alpha_data/__init__.py", "pure = 1\n")
            .data_file("platlib", "alpha_data/platform.py", "platform = 1\n")
            .data_file("data", "share/alpha.txt", "data\n")
            .data_file("headers", "alpha.h", "/* header */\n")
            .data_file("scripts", "alpha-script", "#!python\nprint('script')\n")
            .data_file("scripts", "alpha-shell", "#!/bin/sh\necho shell\n")
            .file("meeting/same.py", "the same\n")
            .file("meeting/other.py", "of alpha\n"),
        Wheel::new("beta", "1.5").file("meeting/same.py", "the same\n").file("meeting/other.py", "of beta\n").file("meeting/own.py", "own\n"),
    ])
}

#[test]
fn it_is_laid_out_as_an_installer_would_and_says_where_wheels_met() {
    let index = index();
    let world = World::with_index(&[], &index);
    world.run(&["build", "alpha", "--runtime", "p3.13"]).exits(0);
    world.run(&["verify"]).exits(0);
    let files = files(&world.path("dist/Klayers-p313-alpha.zip"));
    let content = |path: &str| &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no `{path}`")).content;

    assert!(files.is_sorted_by(|a, b| a.path < b.path), "sorted, and no path twice");
    for File { path, mode, date, .. } in &files {
        let program = path.starts_with("python/bin/") || path == "python/alpha/tool" || path.contains("alpha_data/") || path.contains("share/");
        let program = program || path == "python/include/alpha/alpha.h";
        assert_eq!(mode & 0o7777, if program { 0o755 } else { 0o644 }, "{path}");
        assert_eq!(*date, (1980, 1, 1, 0, 0, 0), "{path}");
        assert!(path.starts_with("python/") && !path.contains(".data/"), "{path}");
    }
    assert_eq!(content("python/alpha_data/__init__.py"), "pure = 1\n");
    assert_eq!(content("python/alpha_data/platform.py"), "platform = 1\n");
    assert_eq!(content("python/share/alpha.txt"), "data\n");
    assert_eq!(content("python/include/alpha/alpha.h"), "/* header */\n");
    assert_eq!(content("python/bin/alpha-script"), "#!/usr/bin/env python3.13\nprint('script')\n");
    assert_eq!(content("python/bin/alpha-shell"), "#!/bin/sh\necho shell\n");
    assert!(content("python/bin/alpha").starts_with("#!/usr/bin/env python3.13\nimport sys\nfrom alpha import main\n"));
    assert!(!files.iter().any(|file| file.path == "python/bin/bad"));
    assert_eq!(content("python/requirements.txt"), "alpha==1.0\nbeta==1.5\n");

    assert_eq!(content("python/meeting/other.py"), "of alpha\n", "the requested package wins");
    let record = content("python/beta-1.5.dist-info/RECORD");
    assert!(record.contains("meeting/same.py,") && record.contains("meeting/own.py,") && !record.contains("meeting/other.py"), "{record}");
    let manifest: serde_json::Value = serde_json::from_str(&world.read("dist/Klayers-p313-alpha.json")).unwrap();
    let warnings = manifest["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert_eq!(warnings[0], "an entry point of `alpha` was left out: `bad = alpha:main()`");
    assert_eq!(warnings[1], "`python/meeting/other.py` is in `alpha` and, with other content, in `beta`: the first is kept");
    assert_eq!((&manifest["license"], &manifest["files"]), (&"MIT".into(), &files.len().into()));
}

#[test]
fn python_unpacks_it_imports_it_and_knows_its_version() {
    let index = index();
    let world = World::with_index(&[], &index);
    world.run(&["build", "alpha", "--runtime", "p3.13-arm64", "-o", "out"]).exits(0);
    let python = |program: &str| {
        let output = command("python3").args(["-I", "-c", program]).current_dir(world.path("")).output().unwrap();
        assert!(output.status.success(), "{program}\n{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    python("import zipfile; z = zipfile.ZipFile('out/Klayers-p313-arm64-alpha.zip'); assert z.testzip() is None; z.extractall('layer')");
    let said = python(
        "import sys; sys.path.insert(0, 'layer/python')\nimport alpha, beta, alpha_data.platform, importlib.metadata as m\n\
         print(m.version('alpha'), m.version('beta'), all(f.locate().is_file() for d in ('alpha', 'beta') for f in m.files(d)))\n\
         import runpy; runpy.run_path('layer/python/bin/alpha', run_name='__main__')",
    );
    assert_eq!(said, "1.0 1.5 True\nalpha runs\n");
}

#[expect(clippy::disallowed_methods, reason = "a test starts a program")]
fn command(name: &str) -> Command {
    Command::new(name)
}
