//! Bytecode in layers: which modules have it, of which kind, and what the manifest says where there is none.

use std::collections::BTreeMap;

use klayers::assemble::bytecode::{UNCHECKED_HASH, pyc_header};
use serde_json::Value;

use super::common::{Index, Wheel, World, unzip};
use super::recorded;

fn index() -> Index {
    Index::with(&[
        Wheel::new("subject", "1.0")
            .file("subject/part.py", "def part():\n    return 'part'\n")
            .file("subject/tests/__init__.py", "")
            .file("subject/tests/helper.py", "x = 1\n")
            .file("subject/never/once.py", "x = 1\n")
            .file("subject/nevermore.py", "x = 1\n")
            .file("subject/broken.py", "def broken(:\n")
            .file("subject/__pycache__/part.cpython-313.pyc", "stale")
            .file("subject/__pycache__/part.cpython-312.pyc", "stale")
            .file("subject/__pycache__/gone.cpython-38.pyc", "stale"),
        Wheel::new("other", "1.0"),
    ])
}

/// A world that compiles where it can, for both architectures of each Python.
fn world(index: &Index) -> World {
    let world = World::with_index(&["subject", "other"], index);
    let settings = world.read("pipeline/config/klayers.toml").replace("architectures = [\"x86_64\"]", "architectures = [\"x86_64\", \"arm64\"]");
    world.write("pipeline/config/klayers.toml", &settings);
    world.set_need("bytecode", "if-available");
    world
}

#[test]
fn modules_are_compiled_once_for_all_and_the_manifest_says_by_what() {
    let index = index();
    let world = world(&index);
    let Some(python) = world.needs_python() else { return };
    world.add_settings("[package.subject]\nwithout_bytecode = [\"subject/never\"]\n");
    let arm = format!("{}-arm64", python.id);
    world.run(&["build", "subject", "-R", &python.id, "-R", &arm, "-o", "one"]).exits(0);
    world.run(&["verify", "one"]).exits(0).says("2 of 2 archives are good");

    let zip = format!("Klayers-{}-subject.zip", python.infix);
    let files = unzip(&world.path(&format!("one/{zip}")));
    let compiled: BTreeMap<&str, &[u8]> = files.iter().filter(|(path, _)| path.contains("__pycache__")).map(|(path, bytes)| (&path[..], &bytes[..])).collect();
    let expected = ["__init__", "nevermore", "part"].map(|module| format!("python/subject/__pycache__/{module}.{}.pyc", python.tag));
    assert_eq!(compiled.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>(), "no tests, no folders that were taken out, none of the wheel");
    for (path, bytes) in &compiled {
        assert_eq!(pyc_header(bytes).map(|header| header.flags), Some(UNCHECKED_HASH), "{path}");
    }
    let record = String::from_utf8(files["python/subject-1.0.dist-info/RECORD"].clone()).unwrap();
    assert!(!record.contains("__pycache__"), "{record}");

    let bytecode = &world.json(&format!("one/Klayers-{}-subject.json", python.infix))["bytecode"]["compiled"];
    assert_eq!((&bytecode["python"], &bytecode["files"]), (&Value::from(&python.version[..]), &3.into()), "{bytecode:#}");
    assert_eq!(bytecode["bytes"], compiled.values().map(|bytes| bytes.len()).sum::<usize>());
    assert_eq!((&bytecode["not_compiled_count"], bytecode["not_compiled"].as_array().map(Vec::len)), (&1.into(), Some(1)));
    let not_compiled = bytecode["not_compiled"][0].to_string();
    assert!(not_compiled.contains("subject/broken.py") && not_compiled.contains("SyntaxError"), "{not_compiled}");

    let first = std::fs::read(world.path(&format!("one/{zip}"))).unwrap();
    let same = |path: &str| std::fs::read(world.path(path)).unwrap() == first;
    assert!(same(&format!("one/Klayers-{}-arm64-subject.zip", python.infix)), "a pure package is the same on both architectures");
    world.run(&["build", "subject", "-R", &python.id, "-o", "again"]).exits(0);
    assert!(same(&format!("again/{zip}")), "from the cache");
    std::fs::remove_dir_all(world.path(".cache/klayers")).unwrap();
    world.run(&["build", "subject", "-R", &python.id, "-o", "anew"]).exits(0);
    assert!(same(&format!("anew/{zip}")), "without the cache");

    // By Python's own word: what is in the zip is what it runs, without writing more.
    let script = "import subject.part as part; print(part.__cached__, part.part())";
    std::fs::create_dir(world.path("unpacked")).unwrap();
    for (path, bytes) in &files {
        let place = world.path("unpacked").join(path);
        klayers::outside::files::write(&place, bytes, klayers::outside::files::Durability::Process).unwrap();
    }
    #[expect(clippy::disallowed_methods, reason = "asks Python itself")]
    let output = std::process::Command::new(&python.program)
        .args(["-v", "-c", script])
        .env("PYTHONPATH", world.path("unpacked/python"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.lines().any(|line| line.starts_with("# code object from") && line.contains("part") && line.contains(".pyc")), "{said}");
}

#[test]
fn where_there_is_none_the_manifest_says_why() {
    let index = index();
    let world = world(&index);
    world.add_settings(NO_SUCH_PYTHON);
    let reason = |runtime: &str, need: &str, folder: &str| {
        world.set_need("bytecode", need);
        world.run(&["build", "other", "-R", runtime, "-o", folder]).exits(0).prints(" without bytecode, ");
        let manifest = world.json(&format!("{folder}/Klayers-{}-other.json", runtime.replace('.', "")));
        manifest["bytecode"]["omitted"]["reason"].as_str().unwrap_or_else(|| panic!("{manifest:#}")).to_owned()
    };
    assert_eq!(reason("p3.13", "never", "never"), "settings say `never`");
    assert_eq!(reason("p3.99", "never", "never"), "settings say `never`");
    assert_eq!(reason("p3.99", "if-available", "none"), "there is no Python 3.99 on this machine");
    world.run(&["verify", "none"]).exits(0);
    world.run(&["build", "other", "-R", "p3.99", "--bytecode", "never", "-o", "flag"]).exits(0);
    assert_eq!(world.json("flag/Klayers-p399-other.json")["bytecode"]["omitted"]["reason"], "settings say `never`");
}

#[test]
fn a_python_that_is_required_and_not_there_fails_its_packages_alone() {
    let index = index();
    let world = world(&index);
    let Some(python) = world.needs_python() else { return };
    world.add_settings(NO_SUCH_PYTHON);
    world.set_need("bytecode", "required");
    world.run(&["run", "-p", "other", "-R", &python.id, "-R", "p3.99"]).exits(1);
    let (code, reason) = recorded(&world, "p3.99", "other").unwrap();
    assert_eq!((&code[..], &reason[..]), ("no-python", "bytecode is required and there is no Python 3.99 on this machine"));
    assert!(super::is_published(&world, &python.id, "other") && !super::is_published(&world, "p3.99", "other"));
}

const NO_SUCH_PYTHON: &str = r#"[runtime."3.99"]
architectures = ["x86_64"]
operating_system = "AL2023"
glibc = "2.34"
state = "active"
end_of_life = 2099-06-30
packages = ["packages.csv"]
"#;
