//! The fuzz targets for a few seconds: what the fuzzer found once is fed again, and changed a little. Long runs are `scripts/fuzz`.
//!
//! And the other reader: what ours takes of all these zips, Python's unpacks to the same bytes.

mod fuzz {
    pub mod input;
    pub mod python;
}
#[path = "../fuzz/bodies/lib.rs"]
mod bodies;

use bodies::TARGETS;
use fuzz::input::{changed, corpus, escaped};

/// How often a target is fed something changed. Those that make files take their time.
const CHANGES: [(&str, usize); 10] = [
    ("arn", 4_000),
    ("config", 1_000),
    ("handed_on", 500),
    ("ledger", 500),
    ("lock", 4_000),
    ("policy", 4_000),
    ("report", 2_000),
    ("requirement", 2_000),
    ("zip", 400),
    ("zip_made", 400),
];

/// Feeds a target its corpus, and changes of it.
fn replay(target: &str) {
    let (_, body) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    let (_, changes) = CHANGES.iter().find(|(name, _)| *name == target).expect("a target");
    let corpus = corpus(target);
    assert!(!corpus.is_empty(), "`{target}` has no corpus");
    for input in corpus.iter().cloned().chain(changed(&corpus, *changes)) {
        let held = std::panic::catch_unwind(|| body(&input));
        assert!(held.is_ok(), "a promise of `{target}` was broken by `{}`", escaped(&input));
    }
}

#[test]
fn arns_print_as_they_are_written() {
    replay("arn");
}

#[test]
fn a_configuration_is_right_or_its_problems_have_their_places() {
    replay("config");
}

#[test]
fn what_jobs_hand_on_is_let_through_only_where_it_is_true() {
    replay("handed_on");
}

#[test]
fn a_record_is_the_same_when_it_is_written_again() {
    replay("ledger");
}

#[test]
fn a_lock_has_each_package_once_with_its_own_file() {
    replay("lock");
}

#[test]
fn a_policy_is_public_or_not() {
    replay("policy");
}

#[test]
fn a_report_becomes_a_comment_in_which_nothing_acts() {
    replay("report");
}

#[test]
fn requirements_mean_the_same_when_they_are_written_again() {
    replay("requirement");
}

#[test]
fn a_wheel_becomes_a_layer_with_the_same_bytes() {
    replay("zip");
}

#[test]
fn a_wheel_that_was_made_up_becomes_a_layer_with_the_same_bytes() {
    replay("zip_made");
}

/// Deep enough for a parser that calls itself to run out of stack.
const DEPTH: usize = 30_000;

#[test]
fn nesting_without_end_is_refused_and_takes_no_stack() {
    let deep = |begin: &str, middle: &str| format!("{begin}{}", middle.repeat(DEPTH)).into_bytes();
    let inputs = [
        deep("", "["),
        deep("", "{\"a\":"),
        deep("{\"Statement\":", "["),
        deep("{\"schema\":1,\"errors\":", "[{\"a\":"),
        deep("a=", "["),
        deep("a=", "{a="),
        [deep("a", ".a"), b"=1".to_vec()].concat(),
        [deep("[a", ".a"), b"]\n".to_vec()].concat(),
        [deep("lock-version = \"1.0\"\n[[packages]]\na", ".a"), b"=1".to_vec()].concat(),
        deep("x; ", "("),
        deep("x; python_version < '3' and ", "("),
        deep("x; ", "python_version < '3' and "),
        deep("x", "["),
        deep("x[a", ",a"),
        deep("x", ">=1,"),
        deep("x ", "("),
        deep("\"", "\"\""),
        deep("arn", ":"),
        deep("Package_Name,License,Authors/Maintainers\nx; ", "("),
        deep("Package_Name,License,Authors/Maintainers\nx", "[a"),
        deep("Package_Name,License,Authors/Maintainers\nx,", "\"\""),
        deep("a", "; a"),
        deep("a: ", "a: "),
    ];
    for (name, body) in TARGETS {
        // In the third part there is room for all, too.
        let in_parts = inputs.iter().map(|input| [b"\x0c\x0c".to_vec(), input.clone()].concat());
        for input in inputs.iter().cloned().chain(in_parts) {
            // Seen where it ends the process.
            eprintln!("{name}: {}", escaped(&input[..40]));
            body(&input);
        }
    }
}

#[test]
fn each_target_is_tried_and_has_a_corpus() {
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, CHANGES.map(|(name, _)| name));
    for name in names {
        let files = corpus(name);
        let bytes: usize = files.iter().map(Vec::len).sum();
        assert!((1..=60).contains(&files.len()) && bytes <= 100_000, "the corpus of `{name}` has {} files and {bytes} bytes", files.len());
    }
}

#[test]
fn what_is_accepted_of_the_corpora_python_unpacks_to_the_same_bytes() {
    let plain = corpus("zip");
    let made: Vec<Vec<u8>> = corpus("zip_made").iter().map(|input| bodies::zip_made::made(input)).collect();
    let again: Vec<Vec<u8>> = changed(&corpus("zip_made"), 1_500).map(|input| bodies::zip_made::made(&input)).collect();
    let changed: Vec<Vec<u8>> = changed(&plain, 1_500).collect();
    let all = plain.into_iter().chain(made).chain(again).chain(changed);
    let compared = fuzz::python::compare(all);
    assert!(compared > 200, "only {compared} zips were accepted");
}
