//! Imports of layers: what fails is recorded and not published, what is known stands in the manifest, and publishing
//! believes the manifest.

use serde_json::{Value, json};

use super::common::{Index, TestedRuntime, Wheel, World};
use super::{is_published, recorded};

const ROWS: [&str; 9] = ["good", "raises", "truth", "lie", "elsewhere", "needy", "helped", "silent", "wrong-name"];

const SETTINGS: &str = r#"
[package.truth]
smoke = "truth.version == '1.0'"

[package.lie]
smoke = "lie.version == '2.0'"

[package.elsewhere]
imports = ["elsewhere_core.part"]

[package.helped]
needs = ["good"]

[package.wrong-name]
imports = ["no_such_module"]
"#;

fn index() -> Index {
    let needy = |name: &str| Wheel::new(name, "1.0").file(&format!("{name}/__init__.py"), "import good\n");
    Index::with(&[
        Wheel::new("good", "1.0"),
        Wheel::new("raises", "1.0").file("raises/__init__.py", "print('secret word')\nraise ValueError('not today')\n"),
        Wheel::new("truth", "1.0"),
        Wheel::new("lie", "1.0"),
        Wheel::new("elsewhere", "1.0")
            .file("elsewhere/__init__.py", "raise ValueError('not meant')\n")
            .file("elsewhere_core/__init__.py", "")
            .file("elsewhere_core/part.py", ""),
        needy("needy"),
        needy("helped"),
        Wheel::new("silent", "1.0").file("silent/__init__.py", "import os\nos._exit(0)\n"),
        Wheel::new("wrong-name", "1.0"),
    ])
}

fn world(index: &Index) -> Option<(World, TestedRuntime)> {
    let world = World::with_index(&ROWS, index);
    world.add_settings(SETTINGS);
    world.set_need("import_test", "if-available");
    let python = world.needs_python()?;
    Some((world, python))
}

#[test]
fn what_cannot_be_imported_is_recorded_with_a_reason_and_the_others_are_published() {
    let index = index();
    let Some((world, python)) = world(&index) else { return };
    world.run(&["run", "-R", &python.id]).exits(1).prints("         4          0       5").prints("failed: raises");
    for (package, code, words) in [
        ("raises", "import-failed", "`raises` cannot be imported: ValueError: not today"),
        ("lie", "smoke-failed", "the smoke expression of its settings is not true"),
        ("needy", "import-failed", "`needy` cannot be imported: ModuleNotFoundError: No module named"),
        ("silent", "import-failed", "it ended without a report (code 0)"),
        ("wrong-name", "import-failed", "`no_such_module` cannot be imported"),
    ] {
        let (found, reason) = recorded(&world, &python.id, package).unwrap_or_else(|| panic!("{package}"));
        assert!(found == code && reason.contains(words), "{package}: {found}: {reason}");
        assert!(!is_published(&world, &python.id, package), "{package}");
    }
    for package in ["good", "truth", "elsewhere", "helped"] {
        assert!(is_published(&world, &python.id, package) && recorded(&world, &python.id, package).is_none(), "{package}");
    }
    let event: Value = serde_json::from_str(world.read(&format!(".klayers/ledger/{}/helped/events.jsonl", python.id)).lines().next().unwrap()).unwrap();
    assert_eq!(event["requirements"], json!(["good==1.0", "helped==1.0"]), "what it needs is in the layer");

    // Mended, it is tried again, and its failure is forgotten.
    world.add_settings("[package.needy]\nneeds = [\"good\"]\n");
    world.run(&["run", "-R", &python.id, "-p", "needy"]).exits(0);
    assert!(is_published(&world, &python.id, "needy") && recorded(&world, &python.id, "needy").is_none());
}

#[test]
fn verifying_notes_the_import_in_the_manifest_and_publishing_believes_it() {
    let index = index();
    let Some((world, python)) = world(&index) else { return };
    world.run(&["plan", "-R", &python.id, "-p", "good", "-p", "raises", "-p", "truth"]).exits(0);
    world.run(&["build", "--plan", "plan.json"]).exits(0);
    let manifest = |package: &str| world.json(&format!("dist/Klayers-{}-{package}.json", python.infix));
    let import = |package: &str| manifest(package)["import_test"].clone();
    for package in ["good", "raises", "truth"] {
        assert_eq!(import(package), json!({"not-tested": {"reason": "nobody tried"}}), "building runs no code of a package");
    }

    // What must be tested and was not is refused, each with the reason.
    world.set_need("import_test", "required");
    let refused = world.run(&["publish", "--account", "local:account", "-o", "first.jsonl"]).exits(1).says("0 published");
    assert_eq!(
        refused.stderr.matches("error[not-imported]: it was not imported, and settings say that it must be: nobody tried").count(),
        3,
        "{}",
        refused.stderr
    );
    world.set_need("import_test", "if-available");

    let verified = world.run(&["verify"]).exits(1).says("2 of 3 archives are good").says("error[import-failed]: `raises` cannot be imported");
    assert!(!verified.stderr.contains("secret word") && !verified.stdout.contains("secret word"), "what a package prints is not shown");
    let good = &import("good")["tested"]["outcome"];
    assert_eq!(good["result"], "passed", "{good:#}");
    let conditions = &good["conditions"];
    assert_eq!((&conditions["imports"], &conditions["python"]), (&json!(["good"]), &json!(python.version)));
    assert_eq!(conditions["network"], if conditions["isolation"] == "namespace" { "cut" } else { "open" }, "{conditions:#}");
    let seconds = good["seconds"].as_f64().unwrap();
    assert!((0.0..60.0).contains(&seconds) && good["modules"].as_u64() >= Some(1), "{good:#}");
    let raised = &import("raises")["tested"]["outcome"];
    let expected = (&json!("failed"), &json!("import"), &json!("raised"), &json!("raises"), &json!("ValueError: not today"));
    assert_eq!((&raised["result"], &raised["stage"], &raised["cause"], &raised["module"], &raised["reason"]), expected, "{raised:#}");

    let published = world.run(&["publish", "--account", "local:account", "-o", "second.jsonl"]).exits(1).says("4 published");
    assert!(published.stderr.contains("error[import-failed]: `raises` cannot be imported: ValueError: not today"), "{}", published.stderr);
    world.run(&["record", "second.jsonl"]).exits(0).says("2 builds with 4 layer versions");
    let status = world.json(&format!("pipeline/ledger/{}/status.json", python.id));
    assert_eq!(status["packages"]["raises"]["code"], "import-failed", "{status:#}");
}

#[test]
fn a_layer_of_a_runtime_whose_python_is_not_here_is_not_tested_and_says_so() {
    let index = index();
    let world = World::with_index(&["good"], &index);
    let settings = world.read("pipeline/config/klayers.toml").replace("[runtime.\"3.12\"]", "[runtime.\"3.99\"]");
    world.write("pipeline/config/klayers.toml", &settings);
    world.set_need("import_test", "if-available");
    world.run(&["build", "good", "-R", "p3.99"]).exits(0).prints("not imported: there is no Python 3.99 on this machine");
    let build = world.run(&["build", "good", "-R", "p3.99", "--import-test", "required", "-o", "required"]).exits(1);
    assert!(build.stderr.contains("[not-imported]") && build.stderr.contains("there is no Python 3.99"), "{}", build.stderr);
}

/// A runtime's SDK of wheels that have nothing in them but their names.
#[test]
fn the_sdk_of_the_runtime_is_imported_after_the_package_and_a_layer_that_breaks_it_is_refused() {
    let python = World::new(&[]).needs_python();
    let Some(python) = python else { return };
    let minor = python.id.trim_start_matches('p').parse().unwrap();
    let Some(sdk) = klayers::verify::import_test::RuntimeSdk::of(minor) else { panic!("of {} no SDK is known", python.id) };
    let index = index();
    let botocore = Wheel::new("botocore", &sdk.botocore).file("botocore/__init__.py", format!("__version__ = {:?}\n", sdk.botocore));
    let boto3 = format!("import botocore\n__version__ = {:?}\ndef client(*a, **k): return botocore\n", sdk.boto3);
    index.add(&Wheel::new("boto3", &sdk.boto3).requires("botocore").requires("s3transfer").file("boto3/__init__.py", boto3));
    [botocore, Wheel::new("s3transfer", "1.0"), Wheel::new("urllib3", "1.26.0")].iter().for_each(|wheel| index.add(wheel));
    index.add(&Wheel::new("shadow", "1.0").requires("botocore==9.9"));
    index.add(&Wheel::new("botocore", "9.9").file("botocore/__init__.py", "raise ImportError('the layer has its own')\n"));
    let world = World::with_index(&["good", "shadow"], &index);
    world.set_need("import_test", "if-available");
    world.run(&["run", "-R", &python.id]).exits(1);
    assert!(is_published(&world, &python.id, "good"), "{:?}", recorded(&world, &python.id, "good"));
    world.run(&["build", "good", "-R", &python.id]).exits(0);
    let found = &world.json(&format!("dist/Klayers-{}-good.json", python.infix))["import_test"]["tested"]["outcome"]["sdk"];
    assert_eq!(found[0], json!({"name": "boto3", "version": sdk.boto3, "is_the_layers": false}), "{found:#}");
    let (code, reason) = recorded(&world, &python.id, "shadow").unwrap();
    assert!(code == "sdk-broken" && reason.contains("the layer has its own"), "{code}: {reason}");
}
