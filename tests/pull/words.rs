//! Reports in words: golden comments, the verdict, and what no report can make a comment say.

use std::path::Path;

use klayers::domain::{COMMENT_MAX_BYTES, HeldBackReason};
use klayers::outside::files::{self, Durability};
use klayers::pull::{
    Change, Circumstances, Contents, Ending, Finding, HeldBackFrom, Import, LayerOutcome, LayerReport, Line, Listed, NoReport, Outgone, Report, Run, SCHEMA,
    Standing, Verdict, Why, markdown, verdict,
};

fn listed<T>(items: Vec<T>) -> Listed<T> {
    Listed::new(items.into_iter(), 1000)
}

fn report(layers: Vec<LayerReport>) -> Report {
    Report { schema: SCHEMA, errors: listed(vec![]), warnings: listed(vec![]), layers, removed: listed(vec![]), left_out: listed(vec![]) }
}

fn layer(package: &str, runtime: &str, outcome: LayerOutcome) -> LayerReport {
    let (package, runtime) = (package.parse().unwrap(), runtime.parse().unwrap());
    let spelled = Line::new(&format!("{package}"));
    LayerReport { package, runtime, spelled, version: Some(Line::new("1.2.3")), held_back: None, outcome }
}

fn good(dependencies: &[&str]) -> LayerOutcome {
    LayerOutcome::Good(Box::new(Contents {
        zip_bytes: 12_345_678,
        unzipped_bytes: 45_678_901,
        dependencies: listed(dependencies.iter().map(|line| Line::new(line)).collect()),
        drift: None,
        import: Import::Passed { milliseconds: 1_234 },
    }))
}

fn failed(code: &str, reason: &str) -> LayerOutcome {
    LayerOutcome::Failed(Why { code: Line::new(code), reason: Line::new(reason) })
}

fn circumstances(change: Change, ending: Ending) -> Circumstances {
    let run = Run { url: "https://github.example/owner/name/actions/runs/42".to_owned(), ending };
    Circumstances { commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()), run: Some(run), change }
}

fn several() -> Report {
    let mut held = layer("old", "p3.13", good(&[]));
    held.held_back = Some(HeldBackFrom { newest: Line::new("2.0"), reason: HeldBackReason::Dependency });
    let mut drifted = layer("pandas", "p3.13", good(&["numpy==2.3.5", "six==1.17.0"]));
    if let LayerOutcome::Good(contents) = &mut drifted.outcome {
        contents.drift = Some(Line::new("adds h11 0.16; moves numpy from 1.26.4 to 2.3.5"));
        contents.import = Import::NotTested { reason: Line::new("it has compiled files for arm64 and this machine has another processor") };
    }
    let mut unresolved = layer("source-only", "p3.13", failed("no-wheel", "`source-only` has no wheel for p3.13"));
    unresolved.version = None;
    let mut unresolved_too = layer("source-only", "p3.13-arm64", failed("no-wheel", "`source-only` has no wheel for p3.13-arm64."));
    unresolved_too.version = None;
    let mut report = report(vec![
        held,
        layer("pandas", "p3.12", good(&["numpy==2.3.5", "six==1.17.0"])),
        drifted,
        layer("pandas", "p3.13-arm64", failed("elf-library-missing", "`python/pandas/x.so` needs `libfoo.so.1`, which is nowhere")),
        layer("quiet", "p3.13", LayerOutcome::NoResult),
        unresolved,
        unresolved_too,
    ]);
    report.removed = listed(vec![Outgone { package: "gone".parse().unwrap(), runtime: "p3.12".parse().unwrap() }]);
    report.left_out = listed(vec!["zebra".parse().unwrap()]);
    report
}

fn with_problems() -> Report {
    let mut stopped = report(vec![]);
    let finding = |line, message: &str| Finding {
        code: Line::new("direct-reference"),
        file: Line::new("pipeline/config/packages.csv"),
        line,
        message: Line::new(message),
        help: Line::new("give the name that the package has on the index: layers are only made from there"),
    };
    stopped.warnings = listed(vec![finding(Some(2), "`https://index.example/old.whl` is a direct reference")]);
    stopped.errors = Listed { count: 60, first: vec![finding(None, "`@somebody | <b>` is a direct reference")] };
    stopped
}

#[test]
fn comments_say_what_came_of_a_change_and_what_to_do() {
    let others = Change::Others { named: vec![".github/workflows/packages.yml".to_owned(), "src/`rm -rf`|@me.rs".to_owned()], count: 12 };
    let several = several();
    let one = report(vec![layer("alpha", "p3.13", good(&[]))]);
    let empty = report(vec![]);
    let stopped = with_problems();
    for (name, report, circumstances) in [
        ("one", Ok(&one), circumstances(Change::Packages, Ending::Success)),
        ("several", Ok(&several), circumstances(Change::Settings, Ending::Success)),
        ("problems", Ok(&stopped), circumstances(Change::Packages, Ending::Failure)),
        ("others", Ok(&one), circumstances(others, Ending::Success)),
        ("unlisted", Ok(&one), circumstances(Change::Others { named: Vec::new(), count: 0 }, Ending::Success)),
        ("nothing", Ok(&empty), circumstances(Change::Packages, Ending::Success)),
        ("missing", Err(NoReport::Missing), circumstances(Change::Packages, Ending::Failure)),
        ("too-large", Err(NoReport::TooLarge), circumstances(Change::Packages, Ending::Success)),
        ("plain", Ok(&one), Circumstances { commit: None, run: None, change: Change::Unknown }),
    ] {
        holds(&format!("{name}.md"), &markdown(report, &circumstances));
    }
}

#[track_caller]
fn holds(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pull/golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        files::write(&path, text.as_bytes(), Durability::Process).unwrap();
        return;
    }
    let expected = files::read_if_exists(&path, 1 << 20).unwrap().map(|bytes| String::from_utf8(bytes).unwrap()).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(expected.as_str(), text);
    let help = "If this is what should be said: BLESS=1 cargo nextest run --test pull, then read the difference in git";
    assert!(expected == text, "\n{}\n{help}", difference.unified_diff().header(name, "what is said now"));
}

#[test]
fn all_is_well_only_if_the_run_every_layer_and_every_file_are() {
    let (one, several, stopped) = (report(vec![layer("a", "p3.13", good(&[]))]), several(), with_problems());
    let mut cut = one.clone();
    cut.left_out = listed(vec!["z".parse().unwrap()]);
    let others = || Change::Others { named: vec!["src/main.rs".to_owned()], count: 1 };
    let of = |report: Result<&Report, NoReport>, change, ending| {
        let Verdict { standing, description } = verdict(report, &circumstances(change, ending));
        assert!(description.chars().count() <= 140, "{description}");
        (standing, description)
    };
    for (report, change, ending, standing, words) in [
        (Ok(&one), Change::Packages, Ending::Success, Standing::Good, "1 layer good"),
        (Ok(&one), Change::Settings, Ending::Success, Standing::Good, "1 layer good"),
        (Ok(&report(vec![])), Change::Packages, Ending::Success, Standing::Good, "nothing to build"),
        (Ok(&one), others(), Ending::Success, Standing::Bad, "more than package files changed: the results are not trusted"),
        (Ok(&one), Change::Packages, Ending::Failure, Standing::Bad, "the run failed"),
        (Ok(&one), Change::Packages, Ending::TimedOut, Standing::Bad, "the run took too long"),
        (Ok(&several), Change::Packages, Ending::Success, Standing::Bad, "3 of 7 layers good"),
        (Ok(&stopped), Change::Packages, Ending::Failure, Standing::Bad, "the catalogue has problems, so nothing was built"),
        (Ok(&cut), Change::Packages, Ending::Success, Standing::Bad, "1 layer good, 1 packages too many to build"),
        (Err(NoReport::Missing), Change::Packages, Ending::Success, Standing::Bad, "the run left no report"),
        (Err(NoReport::TooLarge), Change::Packages, Ending::Success, Standing::Bad, "the report cannot be read"),
        (Err(NoReport::Missing), Change::Packages, Ending::ActionRequired, Standing::Unknown, "a maintainer has to let the run begin"),
    ] {
        assert_eq!(of(report, change, ending), (standing, words.to_owned()));
    }
}

#[test]
fn a_comment_is_never_too_long_and_loses_whole_packages_alone() {
    let hostile = "|`<@#&[".repeat(100);
    let lines: Vec<String> = (0..150).map(|n| format!("dependency-{n}=={hostile}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    for (count, each) in [(3, 6), (20, 6), (66, 6), (400, 1)] {
        let mut layers = Vec::new();
        for package in 0..count {
            for runtime in ["p3.12", "p3.12-arm64", "p3.13", "p3.13-arm64", "p3.14", "p3.14-arm64"].into_iter().take(each) {
                let outcome = if package % 7 == 3 { failed("import-failed", &format!("{runtime} {hostile}")) } else { good(&lines) };
                layers.push(layer(&format!("package-{package:03}-{}", "x".repeat(100)), runtime, outcome));
            }
        }
        let mut long = report(layers);
        long.removed =
            listed((0..100).map(|n| Outgone { package: format!("r{n}-{}", "y".repeat(150)).parse().unwrap(), runtime: "p3.12".parse().unwrap() }).collect());
        long.left_out = listed((0..100).map(|n| format!("l{n}-{}", "z".repeat(150)).parse().unwrap()).collect());
        let finding = with_problems().errors.first[0].clone();
        let hostile_finding = Finding { message: Line::new(&hostile), help: Line::new(&hostile), file: Line::new(&hostile), ..finding };
        long.errors = Listed { count: 5000, first: vec![hostile_finding.clone(); 50] };
        long.warnings = Listed { count: 30, first: vec![hostile_finding; 20] };
        let named = vec![hostile.clone(); 10];
        let text = markdown(Ok(&long), &circumstances(Change::Others { named, count: 3000 }, Ending::Success));
        assert!(text.len() < COMMENT_MAX_BYTES - 100, "{} bytes for {count} packages", text.len());
        // Every table is whole: each of its packages has all of its runtimes.
        for part in text.split("\n#### ").filter(|part| part.starts_with("<code>package-")) {
            assert_eq!(part.lines().filter(|line| line.starts_with("| p3.")).count(), each, "{part}");
        }
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        let shown = text.matches("\n#### <code>package-").count();
        assert!(shown > 0 && (shown < count) == text.contains("*There is no room here for "), "{shown} of {count} packages:\n{text}");
        // What failed is told first.
        assert!(count <= 3 || text.find("package-003").unwrap() < text.find("package-000").unwrap());
    }
}

#[test]
fn no_text_of_a_report_or_of_a_path_does_anything_in_a_comment() {
    let pieces = [
        "@somebody",
        "#1",
        "GH-1",
        "</code>",
        "<img src=x onerror=y>",
        "<!-- klayers:packages -->",
        "[x](https://e.example)",
        "![x](y)",
        "https://e.example",
        "`",
        "```",
        "|",
        "**",
        "::error::x",
        "\\",
        "<details>",
        "&lt;",
        "$x$",
    ];
    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..200 {
        let mut text = || (0..random.usize(1..6)).map(|_| pieces[random.usize(..pieces.len())]).collect::<Vec<_>>().join(" ");
        let mut all = several();
        for layer in &mut all.layers {
            layer.spelled = Line::new(&text());
            layer.version = Some(Line::new(&text()));
            layer.held_back = Some(HeldBackFrom { newest: Line::new(&text()), reason: HeldBackReason::NoWheel });
            match &mut layer.outcome {
                LayerOutcome::Good(contents) => {
                    contents.dependencies = listed(vec![Line::new(&text()), Line::new(&text())]);
                    contents.drift = Some(Line::new(&text()));
                    contents.import = Import::NotTested { reason: Line::new(&text()) };
                }
                LayerOutcome::Failed(why) => *why = Why { code: Line::new(&text()), reason: Line::new(&text()) },
                LayerOutcome::NoResult => {}
            }
        }
        let finding = Finding { code: Line::new(&text()), file: Line::new(&text()), line: Some(3), message: Line::new(&text()), help: Line::new(&text()) };
        all.warnings = listed(vec![finding.clone()]);
        all.errors = listed(vec![finding]);
        let words = markdown(Ok(&all), &circumstances(Change::Others { named: vec![text(), text()], count: 2 }, Ending::Success));
        // What is ours in it, taken away; what is left may only be letters of code.
        let ours = ["https://github.example/owner/name/actions/runs/42", "`klayers check`", "`name<version`"];
        let left = ours.iter().fold(words.replace("&#", "&"), |left, ours| left.replace(ours, ""));
        for mark in ["@", "#1", "<img", "<!--", "](https://e", "://", "![", "```", "::", "\\", "$", "&lt;"] {
            assert!(!left.contains(mark), "`{mark}` in:\n{words}");
        }
        assert_eq!(
            (words.matches("<code>").count(), words.matches("<details>").count()),
            (words.matches("</code>").count(), words.matches("</details>").count())
        );
        assert_eq!(words.matches("GH-1").count(), in_code(&words).matches("GH-1").count(), "outside of code it would be a link:\n{words}");
    }
}

/// All that stands in code.
fn in_code(text: &str) -> String {
    text.split("<code>").skip(1).filter_map(|part| part.split("</code>").next()).collect()
}
