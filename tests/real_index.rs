//! The one test that asks the real package index: a few small packages on two runtimes.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::World;

#[test]
fn real_packages_become_layers_for_both_architectures() {
    let world = World::new(&["six,MIT,", "MarkupSafe,,", "\"requests[socks]\",,"]);
    let ran = world.run(&["run", "--runtime", "p3.13", "--runtime", "p3.13-arm64"]).exits(0);
    assert!(ran.stdout.contains("12 layer versions published in 2 regions"), "{}", ran.stdout);
    for (runtime, machine) in [("p3.13", "x86_64"), ("p3.13-arm64", "aarch64")] {
        let lock = world.read(&format!(".klayers/ledger/{runtime}/markupsafe/pylock.toml"));
        assert!(lock.contains(machine), "{lock}");
        let requests = world.read(&format!(".klayers/ledger/{runtime}/requests/events.jsonl"));
        assert!(requests.contains("pysocks==") && requests.contains("\"license\":\"Apache-2.0\""), "{requests}");
    }
    let again = world.run(&["run", "--runtime", "p3.13", "--runtime", "p3.13-arm64"]).exits(0);
    assert!(again.stdout.contains("nothing to do"), "{}", again.stdout);
}
