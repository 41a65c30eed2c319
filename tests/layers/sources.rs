//! Distributions that have only their source: built where settings say so, once, by code that learns no secret.

use std::collections::BTreeMap;

use serde_json::json;

#[cfg(target_os = "linux")]
use klayers::outside::process::{self, Mark};

use super::common::{Index, Ran, Sdist, Wheel, World, tree, unzip};
use super::{is_published, recorded};

const ALLOWED: &str = "[package.pure-source]\nsource_build = true\n";

/// Appends a line to a file for each build, so that builds can be counted.
fn counting(world: &World, sdist: Sdist) -> Sdist {
    sdist.before(&format!("open({:?}, 'a').write('built\\n')", world.path("builds.txt")))
}

fn builds(world: &World) -> usize {
    std::fs::read_to_string(world.path("builds.txt")).unwrap_or_default().lines().count()
}

/// Runs with secrets in the environment.
fn run_with_secrets(world: &World, arguments: &[&str]) -> Ran {
    let mut command = world.command(arguments);
    for name in ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "UV_INDEX_MINE_PASSWORD", "NETRC"] {
        command.env(name, "a-secret");
    }
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

#[test]
fn a_source_becomes_a_layer_where_settings_say_so_and_is_built_once() {
    let index = Index::with(&[Wheel::new("beta", "1.5")]);
    let world = World::with_index(&["pure-source", "user"], &index);
    let sdist = counting(&world, Sdist::new("pure-source", "1.0").requires("beta"));
    index.add_source(&sdist);
    index.add(&Wheel::new("user", "1.0").requires("pure-source"));
    world.run(&["run", "-R", "p3.13", "-p", "pure-source"]).exits(1);
    assert_eq!(recorded(&world, "p3.13", "pure-source").unwrap().0, "no-wheel");
    assert_eq!(builds(&world), 0, "without the setting nothing runs");

    world.add_settings(ALLOWED);
    run_with_secrets(&world, &["run", "-R", "p3.13"]).exits(0);
    assert_eq!(builds(&world), 1, "once for both layers");
    assert!(["pure-source", "user"].iter().all(|package| is_published(&world, "p3.13", package)));
    assert_eq!(recorded(&world, "p3.13", "pure-source"), None);
    run_with_secrets(&world, &["build", "pure-source", "-R", "p3.13"]).exits(0);
    assert_eq!(builds(&world), 1, "not again");
    world.run(&["verify"]).exits(0);

    let manifest = world.json("dist/Klayers-p313-pure-source.json");
    let sha256 = klayers::domain::Sha256::of(&sdist.bytes()).to_string();
    assert_eq!(manifest["wheels"][0]["built_from"], json!({"filename": "pure_source-1.0.tar.gz", "sha256": sha256}), "{manifest:#}");
    assert_eq!((&manifest["wheels"][0]["filename"], &manifest["wheels"][1]["built_from"]), (&json!("pure_source-1.0-py3-none-any.whl"), &json!(null)));
    assert_eq!(manifest["requirements"], json!(["beta==1.5", "pure-source==1.0"]));

    let files = unzip(&world.path("dist/Klayers-p313-pure-source.zip"));
    let seen: BTreeMap<String, String> = serde_json::from_slice(&files["python/pure_source/environment.json"]).unwrap();
    assert!(seen.contains_key("PATH") && !seen.values().any(|value| value.contains("a-secret")), "{seen:#?}");
    assert!(!seen.keys().any(|name| name.starts_with("AWS_") || name.starts_with("GITHUB_") || name.starts_with("ACTIONS_")), "{seen:#?}");
    assert_ne!(seen["HOME"], world.path("").display().to_string(), "not the user's home");
}

#[test]
fn a_source_that_does_not_become_a_layer_says_why() {
    let index = Index::start();
    for sdist in [
        Sdist::new("fails", "1.0").before("raise SystemExit('the headers of libsomething are not there')"),
        Sdist::new("native", "1.0").tag("py3-none-linux_x86_64"),
        Sdist::new("fails-early", "1.0").dynamic().before("raise SystemExit('the headers of libsomething are not there')"),
        Sdist::new("good", "1.0").dynamic(),
    ] {
        index.add_source(&sdist);
    }
    let names = ["fails", "native", "fails-early", "good"];
    let world = World::with_index(&names, &index);
    names.iter().for_each(|name| world.add_settings(&format!("[package.{name}]\nsource_build = true\n")));
    world.run(&["run", "-R", "p3.13"]).exits(1);
    for (package, code, words) in [
        ("fails", "source-build-failed", "the headers of libsomething are not there"),
        ("native", "native-build", "`native` has native code (`native-1.0-py3-none-linux_x86_64.whl`)"),
        ("fails-early", "source-build-failed", "the headers of libsomething are not there"),
    ] {
        let (found, reason) = recorded(&world, "p3.13", package).unwrap_or_else(|| panic!("{package}"));
        assert!(found == code && reason.contains(words), "{package}: {found}: {reason}");
        assert!(!is_published(&world, "p3.13", package));
    }
    assert!(is_published(&world, "p3.13", "good"));
}

/// Alone on the machine, the code of a package could wait there for the archives of others.
#[cfg(target_os = "linux")]
#[test]
fn what_the_code_of_a_source_started_ends_with_it() {
    let index = Index::start();
    let world = World::with_index(&["pure-source"], &index);
    let mark = Mark { user: None, text: format!("{}.{}", 86_399, std::process::id()) };
    let start = format!("import subprocess as s; s.Popen(['setsid', 'sleep', '{}'], stdin=s.DEVNULL, stdout=s.DEVNULL, stderr=s.DEVNULL)", mark.text);
    let started = world.path("started.txt");
    let note = format!("open({:?}, 'w').write(open('/proc/self/environ').read())", started.display().to_string());
    index.add_source(&Sdist::new("pure-source", "1.0").before(&format!("{start}; {note}")));
    world.add_settings(ALLOWED);
    world.run(&["build", "pure-source", "-R", "p3.13"]).exits(0);
    assert!(started.exists() && process::alive(&mark) == 0);
}

#[test]
fn where_the_address_of_the_index_has_credentials_no_source_is_built() {
    let index = Index::with(&[Wheel::new("beta", "1.5")]);
    let mut world = World::with_index(&["pure-source", "beta"], &index);
    index.add_source(&counting(&world, Sdist::new("pure-source", "1.0")));
    world.add_settings(ALLOWED);
    world.set_index(&index.url_with_credentials());
    world.run(&["run", "-R", "p3.13"]).exits(1);
    let (code, reason) = recorded(&world, "p3.13", "pure-source").unwrap();
    assert!(code == "source-build-refused" && reason.contains("the address of the index has credentials"), "{code}: {reason}");
    assert!(!reason.contains("secret") && builds(&world) == 0);
    assert!(is_published(&world, "p3.13", "beta"), "wheels are taken from it");
}

#[test]
fn a_wheel_that_we_built_and_that_rotted_in_the_cache_is_built_again() {
    let index = Index::start();
    let world = World::with_index(&["pure-source"], &index);
    index.add_source(&counting(&world, Sdist::new("pure-source", "1.0")));
    world.add_settings(ALLOWED);
    world.run(&["build", "pure-source", "-R", "p3.13", "-o", "one"]).exits(0);
    let manifest = world.json("one/Klayers-p313-pure-source.json");
    let sha256 = manifest["wheels"][0]["sha256"].as_str().unwrap();
    let cached = tree(&world.path(".cache/klayers/wheels")).into_keys().find(|path| path.to_string_lossy().contains(sha256)).unwrap();
    world.write(&format!(".cache/klayers/wheels/{}", cached.display()), "rotten");
    world.run(&["build", "pure-source", "-R", "p3.13", "-o", "two"]).exits(0);
    assert_eq!(builds(&world), 2);
    world.run(&["verify", "two"]).exits(0).says("1 of 1 archives are good");
    assert_eq!(world.json("two/Klayers-p313-pure-source.json")["wheels"][0]["built_from"], manifest["wheels"][0]["built_from"]);
}
