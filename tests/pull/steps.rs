//! The jobs of the workflow `packages` one after the other, on a small index.

use klayers::domain::HeldBackReason;
use klayers::pull::{Import, LayerOutcome};

use crate::common::{Index, Wheel, git};
use crate::proposal::{Proposal, outcomes};

fn index() -> Index {
    let index = Index::with(&[
        Wheel::new("alpha", "1.0"),
        Wheel::new("Beta.Ray", "1.5").requires("gamma>=1"),
        Wheel::new("gamma", "2.0"),
        Wheel::new("liar", "1.0").false_record("liar/__init__.py", b"something else"),
        Wheel::new("old", "1.0"),
        Wheel::new("raises", "1.0").file("raises/__init__.py", "raise RuntimeError('not today')\n"),
    ]);
    index.add_sdist("old", "old-2.0.tar.gz");
    index.add_sdist("only-source", "only_source-1.0.tar.gz");
    index
}

#[test]
fn what_a_change_adds_is_built_and_told_and_what_it_leaves_alone_is_not() {
    let index = index();
    let proposal = Proposal::new(&index, &["alpha", "gone"], &["alpha", "Beta.Ray", "liar", "old", "only-source", "raises"]);
    let Some(runtime) = proposal.world.needs_python() else { return };
    proposal.world.set_need("import_test", "if-available");
    git(&proposal.world, &["commit", "--quiet", "--message", "settings", "pipeline/config/klayers.toml"]);
    proposal.plan(&[]).exits(0).says("12 to build, 3 cannot be resolved, 3 taken away, 0 packages left out");
    assert_eq!(proposal.output("any"), "true");
    let runners: Vec<String> = proposal.shards().into_iter().map(|(_, name)| name).collect();
    assert_eq!(runners, ["x86_64-0", "arm64-1"]);
    let plan = proposal.world.json("plan.json");
    assert_eq!(plan["scope"], "change");
    proposal.build();

    let report = proposal.report();
    assert_eq!((report.errors.count, report.warnings.count), (0, 0));
    let expected = [("beta-ray", "good"), ("liar", "record-mismatch"), ("old", "good"), ("only-source", "no-wheel"), ("raises", "import-failed")];
    let found = outcomes(&report);
    assert_eq!(found.len(), 15, "{found:?}");
    for (package, outcome) in expected {
        // Only where its Python is, a layer can fail to be imported.
        assert!(found.contains(&(format!("{package} {}", runtime.id), outcome.to_owned())), "{package}: {found:?}");
    }
    let layer = |package: &str| report.layers.iter().find(|layer| layer.package.as_str() == package && layer.runtime.to_string() == runtime.id).unwrap();
    let beta = layer("beta-ray");
    let LayerOutcome::Good(contents) = &beta.outcome else { panic!("{beta:?}") };
    assert_eq!((beta.spelled.as_str(), beta.version.as_ref().unwrap().as_str()), ("Beta.Ray", "1.5"));
    assert_eq!((contents.dependencies.count, contents.dependencies.first[0].as_str()), (1, "gamma==2.0"));
    assert!(contents.zip_bytes > 100 && contents.unzipped_bytes > 10 && matches!(contents.import, Import::Passed { .. }), "{contents:?}");
    let held = layer("old").held_back.as_ref().unwrap();
    assert_eq!((held.newest.as_str(), held.reason), ("2.0", HeldBackReason::NoWheel));
    let LayerOutcome::Failed(why) = &layer("raises").outcome else { panic!("{report:?}") };
    assert!(why.reason.as_str().contains("not today"), "{why:?}");
    assert_eq!((report.removed.count, report.removed.first[0].package.as_str()), (3, "gone"));

    let summary = proposal.world.read("summary.md");
    for words in ["layers of this change are good", "<code>Beta.Ray</code>", "<code>no-wheel</code>", "<code>gone</code> for p3.12", "<details>"] {
        assert!(summary.contains(words), "`{words}` is not in:\n{summary}");
    }
    // A second time, and with the archives there, the same comes out.
    let first = proposal.world.read("report.json");
    proposal.report();
    assert_eq!(proposal.world.read("report.json"), first);
}

#[test]
fn archives_that_are_there_are_checked_once_more() {
    let index = index();
    let proposal = Proposal::new(&index, &[], &["alpha", "liar"]);
    proposal.plan(&["--shards", "1"]).exits(0);
    for (shard, name) in proposal.shards() {
        proposal.step(&["build", "--plan", "plan.json", "--shard", &shard.to_string(), "-o", &format!("checked/{name}"), "--allow-failures"]).exits(0);
    }
    let found = outcomes(&proposal.report());
    assert_eq!(found.iter().filter(|(name, outcome)| name.starts_with("liar") && outcome == "record-mismatch").count(), 3, "{found:?}");
    assert_eq!(found.iter().filter(|(name, outcome)| name.starts_with("alpha") && outcome == "good").count(), 3, "{found:?}");
}

#[test]
fn a_share_that_told_nothing_has_no_result_and_nothing_else_is_made_up() {
    let index = index();
    let proposal = Proposal::new(&index, &[], &["alpha"]);
    proposal.plan(&[]).exits(0);
    proposal.build();
    std::fs::remove_dir_all(proposal.world.path("checked/checked-arm64-1")).unwrap();
    let found = outcomes(&proposal.report());
    let expected = [("alpha p3.12", "good"), ("alpha p3.13", "good"), ("alpha p3.13-arm64", "no result")];
    assert_eq!(found, expected.map(|(name, outcome)| (name.to_owned(), outcome.to_owned())));
    std::fs::remove_dir_all(proposal.world.path("checked")).unwrap();
    assert!(outcomes(&proposal.report()).iter().all(|(_, outcome)| outcome == "no result"), "no job told anything");
}

#[test]
fn rows_that_are_wrong_stop_the_plan_and_the_report_tells_of_them() {
    let index = index();
    let proposal = Proposal::new(&index, &["alpha", "https://index.example/old.whl"], &["alpha", "https://index.example/old.whl", "beta; python_version<'3'"]);
    let ran = proposal.plan(&[]).exits(1);
    let annotations: Vec<&str> = ran.stdout.lines().collect();
    assert!(annotations[0].starts_with("::warning file=pipeline/config/packages.csv,line=3,title=direct-reference::"), "{annotations:?}");
    assert!(annotations[1].starts_with("::error file=pipeline/config/packages.csv,line=4,title=environment-marker::"), "{annotations:?}");
    assert_eq!((proposal.output("any").as_str(), proposal.output("shards").as_str()), ("false", "[]"));
    assert!(!proposal.world.path("plan.json").exists());
    let report = proposal.report();
    let codes: Vec<(&str, Option<u64>)> =
        report.errors.first.iter().chain(&report.warnings.first).map(|finding| (finding.code.as_str(), finding.line)).collect();
    assert_eq!(codes, [("environment-marker", Some(4)), ("direct-reference", Some(3))]);
    assert!(proposal.world.read("summary.md").contains("The catalogue has problems, so nothing was built."));
}

#[test]
fn a_change_that_touches_nothing_builds_nothing_and_one_that_touches_much_not_all() {
    let index = index();
    let proposal = Proposal::new(&index, &["alpha", "gamma", "old"], &["old", "gamma,MIT", "alpha"]);
    proposal.plan(&[]).exits(0).says("0 to build");
    assert_eq!((proposal.output("any").as_str(), proposal.output("shards").as_str()), ("false", "[]"));
    assert_eq!(proposal.report().layers, []);
    let settings = proposal.world.read("pipeline/config/klayers.toml");
    proposal.world.write("pipeline/config/klayers.toml", &settings.replace("2.34", "2.28"));
    proposal.plan(&["--packages-max", "2"]).exits(0).says("6 to build, 0 cannot be resolved, 0 taken away, 1 packages left out");
    let report = proposal.report();
    assert_eq!(report.left_out.first.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["old"]);
    assert!(proposal.world.read("summary.md").contains("Left out: <code>old</code>."));
}

#[test]
fn against_a_revision_without_a_catalogue_every_row_counts_and_an_unknown_revision_is_an_error() {
    let index = index();
    let proposal = Proposal::new(&index, &["alpha"], &["alpha"]);
    git(&proposal.world, &["checkout", "--quiet", "--orphan", "other"]);
    git(&proposal.world, &["rm", "--quiet", "--cached", "-r", "pipeline"]);
    git(&proposal.world, &["commit", "--quiet", "--allow-empty", "--message", "nothing"]);
    proposal.plan(&[]).exits(0).says("3 to build");
    proposal
        .step(&["pr", "plan", "--base", "no-such-revision"])
        .exits(2)
        .says("looking at `no-such-revision`")
        .says("help: in a shallow clone, fetch that revision too");
    proposal.step(&["pr", "report", "--base=--help"]).exits(2).says("a revision does not start with `-`");
}
