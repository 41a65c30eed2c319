//! One layer where nothing is configured.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::common::{Index, Wheel, World, unzip};
use super::left_in;

fn index() -> Index {
    Index::with(&[
        Wheel::new("alpha", "1.0").requires("beta>=1"),
        Wheel::new("beta", "1.5"),
        Wheel::new("gamma", "2.0").requires("beta"),
        Wheel::new("liar", "1.0").false_record("liar/__init__.py", b"something else"),
        Wheel::new("raises", "1.0").file("raises/__init__.py", "raise ValueError('not today')\n"),
    ])
}

#[test]
fn a_layer_is_made_in_an_empty_folder_and_nothing_is_left_beside_it() {
    let index = index();
    let world = World::empty(&index);
    let found = world.runtime_with_python();
    let runtime = found.as_ref().map_or("p3.13", |found| &found.id);
    let built = world.run(&["build", "alpha", "--runtime", runtime, "-o", "x.zip"]).exits(0);
    let (line, rest) = built.stdout.split_once('\n').unwrap();
    assert_eq!(rest, "", "one line");
    let bytecode = if found.is_some() { "" } else { " without bytecode" };
    let told = line.strip_prefix(&format!("x.zip: alpha 1.0 for {runtime}{bytecode}, 2 packages, 0.1 MB, 0.1 MB unpacked, "));
    let imports = told.unwrap_or_else(|| panic!("{line}"));
    if found.is_some() {
        let seconds = imports.strip_prefix("imports in ").and_then(|rest| rest.strip_suffix(" s")).unwrap_or_else(|| panic!("{line}"));
        assert!(seconds.parse::<f64>().unwrap() < 60.0, "{line}");
    } else {
        assert_eq!(imports, "not imported: there is no Python 3.13 on this machine");
    }
    only_the_zip_is_in(&world);
    let files = unzip(&world.path("x.zip"));
    assert!(files.contains_key("python/alpha/__init__.py") && files.contains_key("python/beta/__init__.py"), "{:?}", files.keys());

    let first = std::fs::read(world.path("x.zip")).unwrap();
    let quiet = world.run(&["build", "alpha", "-R", runtime, "-o", "x.zip", "-q"]).exits(0);
    assert_eq!(quiet.stdout, "x.zip\n", "the path alone");
    assert!(first == std::fs::read(world.path("x.zip")).unwrap(), "the same bytes");
    only_the_zip_is_in(&world);
    assert!(!quiet.stderr.contains("error"), "{}", quiet.stderr);
}

#[test]
fn one_zip_is_one_layer_and_a_bundle_is_one_too() {
    let index = index();
    let world = World::empty(&index);
    let build = |arguments: &[&str]| world.run(&[&["build", "alpha"], arguments, &["-o", "x.zip", "--import-test", "never"]].concat());
    let two = "these would be 2 layers and `x.zip` is one";
    build(&["gamma", "-R", "p3.13"]).exits(2).says(two).says("\nhelp: name a folder, or join the packages with `--bundle NAME`");
    build(&["-R", "p3.13", "-R", "p3.13-arm64"]).exits(2).says(two);
    build(&["-R", "p3.99"]).exits(2).says("no runtime `p3.99`").says("\nhelp: it has p3.");
    build(&["Alpha", "-R", "p3.13", "--bundle", "both"]).exits(2).says("`both` would have `Alpha` twice");
    assert!(left_in(&world).is_empty(), "{:?}", left_in(&world).keys());

    build(&["gamma", "-R", "p3.13", "--bundle", "both"]).exits(0).prints("x.zip: both ").prints(", 3 packages, ");
    only_the_zip_is_in(&world);
    let files = unzip(&world.path("x.zip"));
    for module in ["alpha", "beta", "gamma"] {
        assert!(files.contains_key(&format!("python/{module}/__init__.py")), "{module}: {:?}", files.keys());
    }
    assert_eq!(files["python/requirements.txt"], b"alpha==1.0\nbeta==1.5\ngamma==2.0\n");
}

#[test]
fn a_layer_that_fails_leaves_the_zip_of_before_as_it_was_or_none() {
    let index = index();
    let world = World::empty(&index);
    let found = world.runtime_with_python();
    let runtime = found.as_ref().map_or("p3.13", |found| &found.id);
    for before in [None, Some("the zip of before")] {
        if let Some(content) = before {
            world.write("x.zip", content);
        }
        let expected = left_in(&world);
        let mut cases = vec![("liar", "[record-mismatch]"), ("no-such-package", "[not-found]")];
        cases.extend(found.as_ref().map(|_| ("raises", "[import-failed] `raises` cannot be imported: ValueError: not today")));
        for (package, words) in cases {
            let failed = world.run(&["build", package, "-R", runtime, "-o", "x.zip"]).exits(1).says(&format!("failed: {package} for {runtime}: "));
            assert_eq!(failed.stdout, "");
            let quiet = world.run(&["build", package, "-R", runtime, "-o", "x.zip", "-q"]).exits(1).says(words);
            assert_eq!(quiet.stdout, "");
            assert!(left_in(&world) == expected, "{package}: {:?}", left_in(&world).keys());
        }
    }
}

#[test]
fn in_a_folder_each_layer_has_its_papers_and_one_that_fails_stops_no_other() {
    let index = index();
    let world = World::empty(&index);
    let built = world.run(&["build", "alpha", "liar", "gamma", "-R", "p3.13", "-o", "out", "--import-test", "never"]).exits(1);
    assert_eq!(built.stdout.lines().count(), 2, "{}", built.stdout);
    // That of the settings that the program was made with: a fork has another one.
    let prefix = klayers::config::built_in().settings.prefix;
    for layer in ["alpha", "gamma"] {
        for paper in ["zip", "json", "pylock.toml", "cdx.json"] {
            assert!(world.path(&format!("out/{prefix}-p313-{layer}.{paper}")).exists(), "{layer} {paper}");
        }
    }
    // What cannot even begin makes no folder.
    for output in ["new", "new/x.zip"] {
        world.run(&["build", "alpha", "-R", "p3.7", "-o", output]).exits(2).says("`klayers.toml` has no runtime `p3.7`");
    }
    assert!(!world.path("new").exists());
    // What fails is not there, and takes nothing away that was.
    let of_archives = || left_in(&world).into_iter().filter(|(path, _)| path.to_string_lossy().contains("-p313-")).collect::<BTreeMap<_, _>>();
    let before = of_archives();
    assert_eq!(before.len(), 8, "{:?}", before.keys());
    index.add(&Wheel::new("alpha", "1.1").false_record("alpha/__init__.py", b"something else"));
    world.run(&["build", "alpha", "-R", "p3.13", "-o", "out", "--import-test", "never"]).exits(1).says("[record-mismatch]");
    assert!(of_archives() == before, "{:?}", of_archives().keys());
}

#[track_caller]
fn only_the_zip_is_in(world: &World) {
    let left: Vec<PathBuf> = left_in(world).into_keys().collect();
    assert_eq!(left, [PathBuf::from("x.zip")]);
}
