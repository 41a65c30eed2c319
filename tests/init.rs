//! A fork becomes a service of its own: what is written, what is kept, what is refused, and what is left to do by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Index, Ran, Wheel, World, tree};
use klayers::config;
use klayers::outside::files::{self, Durability};

const ACCOUNT: &str = "123456789012";
const GIVEN: [(&str, &str); 6] = [
    ("--repository", "Octo/layers"),
    ("--prefix", "Mine"),
    ("--account", ACCOUNT),
    ("--regions", "eu-west-1,ap-east-2"),
    ("--runtimes", "3.13"),
    ("--catalogue", "starter"),
];
const SETTINGS: &str = "pipeline/config/klayers.toml";

/// Runs `init`, with more flags.
fn init(world: &World, more: &[&str]) -> Ran {
    init_but(world, &[], more)
}

/// The same, with other values of some flags.
fn init_but(world: &World, other: &[(&str, &str)], more: &[&str]) -> Ran {
    let value = |(flag, usual)| other.iter().find(|(other, _)| *other == flag).map_or(usual, |(_, value)| *value);
    let given: Vec<&str> = GIVEN.iter().flat_map(|given| [given.0, value(*given)]).collect();
    world.run(&[&["init"], &given[..], more].concat())
}

/// The files that people or git would see, without the caches of tests.
fn files_of(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_seen = |path: &Path| !path.starts_with(".cache") && path != Path::new("pipeline/ledger/.lock");
    tree(&world.path("")).into_iter().filter(|(path, _)| is_seen(path)).collect()
}

/// This repository as a fork would get it, as far as the program reads it.
fn copy_of_this_repository() -> World {
    let world = World::new(&[]);
    files::remove_dir(&world.path("pipeline")).unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["pipeline", "deployments", ".github"] {
        for file in files::walk(&repository.join(folder)).unwrap() {
            let path = Path::new(folder).join(file);
            let bytes = std::fs::read(repository.join(&path)).unwrap();
            files::write(&world.path(path.to_str().unwrap()), &bytes, Durability::Process).unwrap();
        }
    }
    world
}

/// A service that has published a package to the account 000000000000.
fn with_a_record() -> World {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    world.run(&["plan", "--runtime", "p3.13", "-o", "plan.json"]).exits(0);
    world.run(&["build", "--plan", "plan.json", "-o", "dist"]).exits(0);
    world.run(&["publish", "dist", "--account", "local:account"]).exits(0);
    world.run(&["record", "receipts.jsonl"]).exits(0);
    world.run(&["render"]).exits(0);
    files::remove_dir(&world.path("_site")).unwrap();
    world.write("pipeline/ledger/README.md", "Written by the program.\n");
    world.write("pipeline/ledger/last-run.json", "{}\n");
    world
}

#[test]
fn a_copy_of_this_repository_becomes_ones_own_and_a_second_time_changes_nothing() {
    let world = copy_of_this_repository();
    let catalog = config::read(&world.path("")).unwrap().catalog.unwrap();
    let newest = catalog.runtimes.last().unwrap().runtime.python.to_string();
    for catalogue in ["starter", "keep", "empty"] {
        let again = || init_but(&world, &[("--catalogue", catalogue), ("--runtimes", &newest)], &["--yes"]).exits(0);
        let first = again();
        world.run(&["check", "--offline"]).exits(0).says("for 2 regions are in order");
        world.run(&["render", "--check"]).exits(0);
        let before = files_of(&world);
        let second = again().says("everything was so already");
        assert!(before == files_of(&world) && first.stdout == second.stdout, "{catalogue}");
        let now = config::read(&world.path("")).unwrap().catalog.unwrap();
        let active: Vec<String> = now.active_runtimes().map(|spec| spec.runtime.to_string()).collect();
        assert_eq!((active, now.settings.prefix.to_string().as_str()), (vec![format!("p{newest}"), format!("p{newest}-arm64")], "Mine"));
        assert_eq!(now.settings.site.address.unwrap().to_string(), "https://octo.github.io/layers/");
        assert_eq!(now.rows.is_empty(), catalogue == "empty");
    }
}

#[test]
fn what_people_wrote_beside_the_settings_stays() {
    let before = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/init/before/klayers.toml")).unwrap();
    for (name, more) in [
        ("starter", &["--yes"][..]),
        ("empty", &["--staging-bucket=none", "--site=none"]),
        ("keep", &["--host=s3://bucket/layers", "--site=https://layers.example/", "--staging-bucket=mine-{region}-{account}"]),
    ] {
        let world = World::new(&[]);
        let rows = "editdistance,,\n";
        world.write(SETTINGS, &before);
        for infix in ["p312", "p312-arm64", "p313", "p313-arm64", "p314", "p314-arm64"] {
            world.write(&format!("pipeline/config/packages_{infix}.csv"), &format!("Package_Name,License,Authors/Maintainers\n{rows}"));
        }
        let sample = config_rows_of_the_sample(&before);
        world.packages(&sample.iter().map(String::as_str).collect::<Vec<_>>());
        init_but(&world, &[("--catalogue", name), ("--runtimes", "3.11,3.14")], more).exits(0);
        let after = world.read(SETTINGS);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/init/after/{name}.toml"));
        if std::env::var_os("BLESS").is_some() {
            files::write(&path, after.as_bytes(), Durability::Process).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), after, "BLESS=1 accepts tests/init/after/{name}.toml");
        world.run(&["check", "--offline"]).exits(0);
        let of_runtime = world.read("pipeline/config/packages_p311-arm64.csv");
        assert_eq!(of_runtime, "Package_Name,License,Authors/Maintainers\n", "a Python that becomes active gets its files");
        assert_eq!(world.read("pipeline/config/packages_p314.csv").contains("editdistance"), name == "keep");
    }
}

fn config_rows_of_the_sample(settings: &str) -> Vec<String> {
    let settings: toml::Table = settings.parse().unwrap();
    settings["sample"]["packages"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn regions_that_are_not_wanted_are_left_out_and_others_are_known_by_name() {
    let world = World::new(&[]);
    init(&world, &[]).exits(0);
    assert_eq!(world.read("pipeline/config/regions.csv"), "Code,Name,State\neu-west-1,Europe (Ireland),active\nap-east-2,Asia Pacific (Taipei),active\n");
    init_but(&world, &[("--regions", "all"), ("--runtimes", "3.12,3.13")], &[]).exits(0);
    let all = world.read("pipeline/config/regions.csv");
    assert!(all.lines().count() > 30 && all.contains("\nme-south-1,Middle East (Bahrain),paused\n") && all.starts_with("Code,Name,State\neu-west-1,"), "{all}");
}

#[test]
fn a_record_of_another_service_goes_only_when_that_is_wanted() {
    let world = with_a_record();
    let before = files_of(&world);
    init(&world, &[]).exits(2).says("--yes: layers of the account 000000000000 are recorded, in ");
    init(&world, &["--dry-run"]).exits(0).prints("remove pipeline/ledger/p3.13/alpha/events.jsonl\n").prints("write  pipeline/config/klayers.toml\n");
    assert!(before == files_of(&world), "nothing was written");
    init(&world, &["--yes"]).exits(0);
    let left: Vec<String> = files::names(&world.path("pipeline/ledger")).unwrap().into_iter().filter(|name| name != ".lock").collect();
    assert_eq!(left, ["README.md"]);
    world.run(&["render", "--check"]).exits(0);
    assert!(!world.read("deployments/README.md").contains("Python 3.12"), "what was never published for is not shown");
    // Now it is ours, so that nothing is asked again.
    world.write("pipeline/ledger/last-run.json", "{}\n");
    init(&world, &[]).exits(0).says("everything was so already");
    assert!(world.path("pipeline/ledger/last-run.json").exists());
}

#[test]
fn a_record_of_ones_own_is_kept_and_stays_listed() {
    let world = with_a_record();
    let of_ledger = || tree(&world.path("pipeline/ledger")).into_iter().filter(|(path, _)| path.as_os_str() != ".lock").collect::<Vec<_>>();
    let ledger = of_ledger();
    let own = [("--account", "000000000000"), ("--regions", "eu-west-1"), ("--runtimes", "3.12"), ("--catalogue", "empty")];
    init_but(&world, &own, &["--yes"]).exits(0);
    assert!(ledger == of_ledger());
    let now = config::read(&world.path("")).unwrap().catalog.unwrap();
    let states: Vec<String> = now.runtimes.iter().map(|spec| format!("{} {:?}", spec.runtime, spec.state)).collect();
    assert_eq!(states, ["p3.8 Retired", "p3.12 Active", "p3.13 Deprecated", "p3.13-arm64 Deprecated"]);
    let regions = "Code,Name,State\nus-east-1,US East (N. Virginia),paused\neu-west-1,Europe (Ireland),active\nme-south-1,Middle East (Bahrain),paused\n";
    assert_eq!(world.read("pipeline/config/regions.csv"), regions);
    assert!(world.read("deployments/python3.13/README.md").contains("alpha"));
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let (whole, cut) = (with_a_record(), with_a_record());
    init(&whole, &["--yes"]).exits(0);
    // Half of the record is gone, one file is written, and what was being written lies there.
    files::remove(&cut.path("pipeline/ledger/p3.13/alpha/pylock.toml")).unwrap();
    cut.write("pipeline/config/regions.csv", &whole.read("pipeline/config/regions.csv"));
    init(&cut, &["--yes"]).exits(0);
    let of_config = |world: &World| (tree(&world.path("pipeline/config")), tree(&world.path("deployments")));
    assert!(of_config(&whole) == of_config(&cut));
    assert!(!cut.path("pipeline/ledger/p3.13").exists());
}

#[test]
fn what_is_missing_or_wrong_is_told_at_once_and_nothing_is_written() {
    let world = with_a_record();
    let before = files_of(&world);
    let missing = world.run(&["init"]).exits(2);
    for flag in ["--repository", "--prefix", "--account", "--regions", "--runtimes", "--catalogue"] {
        assert!(missing.stderr.contains(&format!("\n  {flag}: ")), "{flag}\n{}", missing.stderr);
    }
    let wrong = [
        ("--repository", "octo", "`octo` is not a repository"),
        ("--prefix", "a b", "`a b`"),
        ("--account", "12", "twelve digits"),
        ("--regions", "us-east-1,xx-east-1", "`xx-east-1` is a region without a name"),
        ("--runtimes", "3.13,3.99", "`3.99` has no table in `klayers.toml`"),
        ("--catalogue", "all", "`all` is none of"),
        ("--site", "ftp://x", "is not the address of a site"),
        ("--host", "x", "is neither `pages` nor `s3://bucket/prefix`"),
        ("--staging-bucket", "x-{region}", "`-{region}-{account}` at the end"),
    ];
    let arguments: Vec<&str> = wrong.iter().flat_map(|(flag, value, _)| [*flag, *value]).collect();
    let said = world.run(&[&["init"], &arguments[..]].concat()).exits(2).stderr;
    for (flag, _, words) in wrong {
        assert!(said.lines().any(|line| line.starts_with(&format!("  {flag}: ")) && line.contains(words)), "{flag}: {words}\n{said}");
    }
    let regions = world.read("pipeline/config/regions.csv") + "cn-north-1,China (Beijing),active\n";
    world.write("pipeline/config/regions.csv", &regions);
    init_but(&world, &[("--regions", "us-east-1,cn-north-1")], &["--yes"]).exits(2).says("--regions: they are of several partitions");
    init(&world, &["--host=s3://bucket", "--yes"]).exits(2).says("--site: the address that the site has on S3");
    // What would be wrong afterwards stops it, too.
    world.packages(&["alpha", "alpha"]);
    let before_last = files_of(&world);
    init_but(&world, &[("--catalogue", "keep")], &["--yes"]).exits(1).says("error[duplicate-layer-name]");
    assert!(before_last == files_of(&world) && before.len() == before_last.len());
}

#[test]
fn the_owner_of_the_fork_is_asked_for_reviews() {
    let world = World::new(&[]);
    world.write(".github/CODEOWNERS", "# who\n*  @upstream\n/docs/ @octo/writers\n");
    init(&world, &[]).exits(0);
    assert_eq!(world.read(".github/CODEOWNERS"), "# who\n*  @Octo\n/docs/ @octo/writers\n");
}

#[test]
fn the_commands_that_are_left_can_be_run_and_name_what_the_templates_have() {
    let world = World::new(&[]);
    for (more, templates) in [
        (&["--staging-bucket=mine-{region}-{account}"][..], &["roles.yaml", "staging-bucket.yaml"][..]),
        (&["--staging-bucket=none", "--host=s3://bucket/site", "--site=none"], &["roles.yaml", "site.yaml"]),
    ] {
        let said = init(&world, more).exits(0).stdout;
        world.write("steps.sh", &said);
        assert!(run("bash", &["-n", world.path("steps.sh").to_str().unwrap()]), "{said}");
        let named: Vec<&str> = said.split("pipeline/aws/").skip(1).map(|rest| rest.split(' ').next().unwrap()).collect();
        assert_eq!(named, templates);
        let texts: String =
            templates.iter().map(|name| std::fs::read_to_string(format!("{}/pipeline/aws/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()).collect();
        let is_there = |name: &str| texts.contains(&format!("\n  {name}:\n"));
        let parameters =
            said.split([' ', '"', '\n']).filter_map(|word| word.split_once('=')).map(|(name, _)| name).filter(|name| name.starts_with(char::is_uppercase));
        let of_templates: Vec<&str> = parameters.filter(|name| !name.contains("[?") && *name != "AWS_ROLE_ARN").collect();
        assert!(of_templates.len() >= 6 && of_templates.iter().all(|name| is_there(name)), "{of_templates:?}");
        let outputs: Vec<&str> = said.split("OutputKey=='").skip(1).map(|rest| rest.split('\'').next().unwrap()).collect();
        assert!(outputs.len() >= 3 && outputs.iter().all(|name| is_there(name)), "{outputs:?}");
        for words in ["LayerPrefix=Mine", "repos/Octo/layers/environments/aws-publish", "repos/Octo/layers/environments/aws-audit", "klayers doctor --github"] {
            assert!(said.contains(words), "{words}\n{said}");
        }
    }
    let on_s3 = init(&world, &["--host=s3://bucket/site", "--site=none"]).stdout;
    assert!(on_s3.contains("--body s3://bucket/site\n") && on_s3.contains("BucketName=bucket Prefix=site ") && !on_s3.contains("build_type"), "{on_s3}");
    assert!(init(&world, &[]).stdout.contains("gh api -X POST repos/Octo/layers/pages -f build_type=workflow\n"));
}

#[test]
fn the_repository_is_the_one_that_git_names() {
    let world = World::new(&[]);
    let root = world.path("");
    let git = |arguments: &[&str]| assert!(run("git", &[&["-C", root.to_str().unwrap()], arguments].concat()));
    git(&["init", "-q"]);
    git(&["remote", "add", "origin", "git@github.com:octo/octo.github.io.git"]);
    let given: Vec<&str> = GIVEN[1..].iter().flat_map(|(flag, value)| [*flag, *value]).collect();
    world.run(&[&["init"], &given[..]].concat()).exits(0).prints("repos/octo/octo.github.io/pages");
    assert!(world.read(SETTINGS).contains("address = \"https://octo.github.io/\""));
}

#[expect(clippy::disallowed_methods, reason = "programs that only tests start")]
fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).status().unwrap().success()
}
