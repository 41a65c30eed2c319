//! Changes that want more than a layer: what they try, what stops it, and where.

use klayers::pull::{Change, Circumstances, LayerOutcome, markdown};

use crate::common::{Index, Wheel, git};
use crate::proposal::{Proposal, outcomes};

/// The words for a report, as a comment has them.
fn words(report: &klayers::pull::Report) -> String {
    markdown(Ok(report), &Circumstances { commit: None, run: None, change: Change::Packages })
}

#[test]
fn shell_and_workflow_commands_in_a_row_are_refused_by_the_reader_of_rows_and_are_letters_wherever_they_are_shown() {
    let rows = [
        "$(touch pwned)",
        "`touch pwned`",
        "x;touch pwned",
        "::set-output name=any::true",
        "\"x\r::error::y\"",
        "x%0A::error::y",
        "--upload-pack=touch",
        "@somebody <!-- --> ](https://e.example) #1",
        "x\u{1b}[2J",
    ];
    let index = Index::start();
    let proposal = Proposal::new(&index, &[], &rows);
    let ran = proposal.plan(&[]).exits(1);
    // Each line of the log is an annotation of ours: no text of a row begins one.
    assert!(
        ran.stdout.lines().count() >= rows.len() && ran.stdout.lines().all(|line| line.starts_with("::error file=pipeline/config/packages.csv,line=")),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains(['\r', '\u{1b}']), "{}", ran.stdout);
    assert!(!ran.stderr.lines().any(|line| line.trim_start().starts_with("::")), "{}", ran.stderr);
    assert_eq!((proposal.output("any").as_str(), proposal.output("shards").as_str()), ("false", "[]"), "{}", proposal.world.read("outputs"));
    assert!(!proposal.world.path("pwned").exists());
    let report = proposal.report();
    assert!(report.errors.count >= rows.len() as u64 && report.layers.is_empty());
    // The `#` of character references is none.
    let shown = words(&report).replace("&#", "&");
    for mark in ["@somebody", "<!--", "](https", "#1", "`touch", "::", "\r", "\u{1b}", "$("] {
        assert!(!shown.contains(mark), "`{mark}` in:\n{shown}");
    }
    assert!(shown.contains("touch pwned"), "it is shown, as letters:\n{shown}");
}

#[test]
fn a_package_that_prints_workflow_commands_and_writes_a_fake_report_is_stopped_by_its_box_and_its_words_are_made_letters() {
    let fake = r#"{"receipt":"attempt","runtime":"p3.13","package":"victim","outcome":"built","held_back":null}"#;
    let source = |folder: &str| {
        format!(
            "import os, sys\nfor stream in (sys.stdout, sys.stderr, sys.__stdout__):\n    print('::set-output name=any::false\\n::error::from a package\\n##[error]x\\n::stop-commands::x', file=stream, flush=True)\n\
             for name in ('GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'KLAYERS_FORMAT'):\n    assert name not in os.environ, name\n\
             for folder in ({folder:?}, {folder:?} + '/checked', '.', '/opt', '/opt/python', '..', '/tmp'):\n\
             \x20   for name in ('attempts-0.jsonl', 'attempts-7.jsonl', 'report.json', 'outputs', 'plan.json', 'Klayers-p313-victim.json'):\n\
             \x20       try:\n            open(folder + '/' + name, 'w').write({fake:?})\n        except OSError:\n            pass\n\
             raise RuntimeError('::error::fatal\\n::set-output name=shards::[]\\n@somebody **bold** <b>')\n"
        )
    };
    let index = Index::with(&[Wheel::new("victim", "1.0")]);
    let proposal = Proposal::new(&index, &[], &["evil", "victim"]);
    let Some(runtime) = proposal.world.needs_python() else { return };
    let folder = proposal.world.path("").display().to_string();
    index.add(&Wheel::new("evil", "1.0").file("evil/__init__.py", source(folder.trim_end_matches('/'))));
    proposal.world.set_need("import_test", "if-available");
    git(&proposal.world, &["commit", "--quiet", "--message", "settings", "pipeline/config/klayers.toml"]);
    proposal.plan(&[]).exits(0);
    let (plan, outputs) = (proposal.world.read("plan.json"), proposal.world.read("outputs"));
    for ran in proposal.build() {
        for line in ran.stdout.lines().chain(ran.stderr.lines()) {
            let is_ours = line.starts_with("::warning file=") || line.starts_with("::warning title=");
            assert!(is_ours || !(line.trim_start().starts_with("::") || line.contains("##[")), "{line}");
            assert!(!line.contains("::set-output") && !line.contains("::error::fatal"), "{line}");
        }
    }
    assert_eq!((proposal.world.read("plan.json"), proposal.world.read("outputs")), (plan, outputs), "what jobs hand on is as it was");
    let report = proposal.report();
    let found = outcomes(&report);
    assert!(found.contains(&(format!("evil {}", runtime.id), "import-failed".to_owned())), "{found:?}");
    assert!(found.contains(&(format!("victim {}", runtime.id), "good".to_owned())), "{found:?}");
    let evil = report.layers.iter().find(|layer| layer.package.as_str() == "evil" && layer.runtime.to_string() == runtime.id).unwrap();
    let LayerOutcome::Failed(why) = &evil.outcome else { panic!("{evil:?}") };
    assert!(why.reason.as_str().contains("fatal") && !why.reason.as_str().contains("::"), "{why:?}");
    let shown = words(&report);
    for mark in ["@somebody", "**bold**", "<b>", "::"] {
        assert!(!shown.contains(mark), "`{mark}` in:\n{shown}");
    }
    // Where the machine has a box that is one, the files were never written.
    let manifest: serde_json::Value = proposal.world.json(&format!("checked/checked-x86_64-0/Klayers-{}-evil.json", runtime.infix));
    if manifest["import_test"]["tested"]["outcome"]["conditions"]["isolation"] == "namespace" {
        for name in ["attempts-0.jsonl", "attempts-7.jsonl", "Klayers-p313-victim.json"] {
            assert!(!proposal.world.path(name).exists() && !proposal.world.path("checked").join(name).exists(), "{name}");
        }
    } else {
        eprintln!("not looked at: this machine has no box that hides files");
    }
}

#[test]
fn attempts_and_manifests_of_what_was_not_planned_are_passed_over_by_the_report() {
    let index = Index::with(&[Wheel::new("alpha", "1.0"), Wheel::new("beta", "1.0")]);
    let proposal = Proposal::new(&index, &[], &["alpha", "beta"]);
    proposal.plan(&["--shards", "1"]).exits(0);
    proposal.build();
    let folder = "checked/checked-x86_64-0";
    let honest = proposal.report();
    let of = |name: &str| proposal.world.read(&format!("{folder}/{name}.json"));
    let (alpha, beta) = (of("Klayers-p312-alpha"), of("Klayers-p312-beta"));
    // Layers that nobody asked for, half a file, a file that is none, and very much.
    proposal.world.write(&format!("{folder}/Klayers-p312-extra.json"), &alpha.replace("alpha", "extra"));
    proposal.world.write(
        &format!("{folder}/attempts-9.jsonl"),
        &format!("{{\"half\n{}\n", r#"{"receipt":"attempt","runtime":"p3.12","package":"extra","outcome":"built","held_back":null}"#),
    );
    proposal.world.write(&format!("{folder}/attempts-10.jsonl"), &"x".repeat(17 << 20));
    proposal.world.write(&format!("{folder}/report.json"), "{}");
    assert_eq!(proposal.report(), honest);
    // The machine of another share tells of a layer that is not its own.
    proposal.world.write("checked/checked-arm64-1/Klayers-p312-alpha.json", &alpha);
    assert!(outcomes(&proposal.report()).contains(&("alpha p3.12".to_owned(), "archive-not-planned".to_owned())));
    std::fs::remove_file(proposal.world.path("checked/checked-arm64-1/Klayers-p312-alpha.json")).unwrap();
    // A plan that is not the one that was handed out.
    proposal.step(&["pr", "report", "checked", "--base", "HEAD", "--plan-sha256", &"0".repeat(64)]).exits(2).says("is not the plan that was made");
    // One layer's manifest in the place of another's, and one with a field more.
    proposal.world.write(&format!("{folder}/Klayers-p312-beta.json"), &alpha);
    assert!(outcomes(&proposal.report()).contains(&("beta p3.12".to_owned(), "archive-not-planned".to_owned())));
    proposal.world.write(&format!("{folder}/Klayers-p312-beta.json"), &beta.replacen('{', "{\"pull_request\": 7,", 1));
    assert!(outcomes(&proposal.report()).contains(&("beta p3.12".to_owned(), "manifest-unreadable".to_owned())));
}
