//! What goes along with a layer: what was left out, what moved, its bill of materials, what is known against it.

use serde_json::{Value, json};

use super::common::{Index, Wheel, World, unzip};

#[test]
fn what_is_slimmed_away_is_gone_and_record_is_true_of_the_rest() {
    let index = Index::with(&[Wheel::new("fat", "1.0")
        .file("fat/tests/__init__.py", "")
        .file("fat/tests/test_a.py", "x = 1\n")
        .file("fat/tests/data/big.json", "[]")
        .file("fat/tests/runner.py", "x = 1\n")
        .file("fat/conftest.py", "")
        .file("fat/__init__.pyi", "")
        .file("fat/py.typed", "")]);
    let world = World::with_index(&["fat"], &index);
    let built = |settings: &str, folder: &str| {
        world.add_settings(settings);
        world.run(&["build", "fat", "-R", "p3.13", "-o", folder]).exits(0);
        world.run(&["verify", folder]).exits(0).says("1 of 1 archives are good");
        let files = unzip(&world.path(&format!("{folder}/Klayers-p313-fat.zip")));
        let of_package: Vec<String> = files.keys().filter_map(|path| path.strip_prefix("python/fat/").map(str::to_owned)).collect();
        let record = String::from_utf8(files["python/fat-1.0.dist-info/RECORD"].clone()).unwrap();
        let mut recorded: Vec<String> = record.lines().filter_map(|line| line.strip_prefix("fat/")?.split(',').next().map(str::to_owned)).collect();
        recorded.sort();
        assert_eq!(recorded, of_package, "{record}");
        (of_package, world.json(&format!("{folder}/Klayers-p313-fat.json"))["slim"].clone())
    };
    assert_eq!(built("", "whole").0.len(), 8);
    let (left, slim) = built("[package.fat]\nslim = [\"tests\"]\n", "slim");
    assert_eq!(
        (&left[..], slim),
        (&["__init__.py", "__init__.pyi", "py.typed", "tests/__init__.py", "tests/runner.py"].map(str::to_owned)[..], json!(["tests"]))
    );
}

#[test]
fn what_moved_since_the_last_published_build_stands_in_the_manifest() {
    let index = Index::with(&[
        Wheel::new("app", "1.0").requires("lib").requires("steady").requires("tiny"),
        Wheel::new("lib", "1.9").requires("dropped"),
        Wheel::new("dropped", "1.0"),
        Wheel::new("steady", "3.0"),
        Wheel::new("tiny", "1.0"),
    ]);
    let world = World::with_index(&["app"], &index);
    let drift = |ledger: &str| {
        world.run(&["plan", "-R", "p3.13", "--force", "--ledger", ledger]).exits(0);
        world.run(&["build", "--plan", "plan.json"]).exits(0);
        world.json("dist/Klayers-p313-app.json")["drift"].clone()
    };
    assert_eq!(drift("pipeline/ledger"), Value::Null, "the first has nothing to differ from");
    world.run(&["run", "-R", "p3.13"]).exits(0);
    assert_eq!(drift(".klayers/ledger"), json!({"added": [], "removed": [], "moved_major": [], "moved": 0}));
    index.add(&Wheel::new("lib", "2.0").requires("more"));
    index.add(&Wheel::new("more", "0.5"));
    index.add(&Wheel::new("tiny", "1.1"));
    assert_eq!(
        drift(".klayers/ledger"),
        json!({
            "added": [{"name": "more", "version": "0.5"}], "removed": [{"name": "dropped", "version": "1.0"}],
            "moved_major": [{"name": "lib", "from": "1.9", "to": "2.0"}], "moved": 1,
        })
    );
}

#[test]
fn every_archive_has_a_bill_of_materials_with_what_is_known_against_it() {
    let index = Index::with(&[Wheel::new("app", "1.0").requires("Lib.One").metadata("License-Expression: MIT"), Wheel::new("Lib.One", "2.0")]);
    index.report("lib-one", "2.0", json!([{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fixed_in": ["2.1"], "summary": "it is bad"}]));
    index.report("app", "1.0", json!([]));
    let world = World::with_index(&["app"], &index);
    world.run(&["plan", "-R", "p3.13", "-R", "p3.13-arm64"]).exits(0);
    world.run(&["build", "--plan", "plan.json"]).exits(0);
    for layer in ["Klayers-p313-app", "Klayers-p313-arm64-app"] {
        let sbom = world.json(&format!("dist/{layer}.cdx.json"));
        assert_eq!(sbom["bomFormat"], "CycloneDX");
        let components = sbom["components"].as_array().unwrap();
        let mut purls: Vec<&str> = components.iter().map(|component| component["purl"].as_str().unwrap()).collect();
        purls.sort_unstable();
        assert_eq!(purls, ["pkg:pypi/app@1.0", "pkg:pypi/lib-one@2.0"], "{sbom:#}");
        let vulnerabilities = sbom["vulnerabilities"].as_array().unwrap_or_else(|| panic!("{sbom:#}"));
        assert_eq!((vulnerabilities.len(), &vulnerabilities[0]["id"]), (1, &json!("PYSEC-2026-1")), "{sbom:#}");

        let manifest = world.json(&format!("dist/{layer}.json"));
        assert_eq!(manifest["advisories"]["app"], json!({"reported": {"vulnerabilities": [], "yanked": null}}));
        let known = &manifest["advisories"]["lib-one"]["reported"]["vulnerabilities"][0];
        assert_eq!((&known["id"], &known["fixed_in"], &known["aliases"]), (&json!("PYSEC-2026-1"), &json!(["2.1"]), &json!(["CVE-2026-1"])), "{manifest:#}");
        assert!(world.read(&format!("dist/{layer}.cdx.json")).contains(manifest["zip_sha256"].as_str().unwrap()), "it is about these bytes");
    }
    assert_eq!(index.times_asked("/pypi/lib-one/2.0/json"), 1, "once for both");

    world.run(&["verify"]).exits(0).says("2 of 2 archives are good");
    std::fs::remove_file(world.path("dist/Klayers-p313-app.cdx.json")).unwrap();
    let verified = world.run(&["verify"]).exits(1).says("1 of 2 archives are good");
    assert!(verified.stderr.contains("error[archive-file-missing]: `dist/Klayers-p313-app.cdx.json` is missing"), "{}", verified.stderr);
}
