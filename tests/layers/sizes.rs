//! Layers at the limit of what AWS takes: 262,144,000 bytes unpacked.

use super::common::{Index, Wheel, World};

const LIMIT: usize = 262_144_000;

#[test]
fn at_the_limit_bytecode_gives_way_and_above_it_the_largest_things_are_named() {
    // Zeros take no room in a wheel, and one file is unpacked faster than many.
    let zeros = |size: usize| vec![0_u8; size];
    let modules = |wheel: Wheel| (0..40).fold(wheel, |wheel, at| wheel.file(&format!("near/module_{at}.py"), "def f():\n    return [1, 2, 3]\n".repeat(60)));
    let index = Index::with(&[
        modules(Wheel::new("near", "1.0")).file("near/data.bin", zeros(LIMIT - 100_000)),
        Wheel::new("over", "1.0").requires("half").requires("third").file("over/models/data.bin", zeros(40_000_000)),
        Wheel::new("half", "1.0").file("half/data.bin", zeros(140_000_000)),
        Wheel::new("third", "1.0").file("third/data.bin", zeros(83_000_000)),
    ]);
    let world = World::with_index(&["near", "over"], &index);
    let python = world.runtime_with_python();
    if python.is_none() {
        eprintln!("skipped in part: what gives way is bytecode, and the machine has no Python to make it");
    }
    let (id, infix) = python.as_ref().map_or(("p3.13", "p313"), |python| (&python.id, &python.infix));
    world.set_need("bytecode", "if-available");
    let built = world.run(&["build", "near", "over", "-R", id]).exits(1);
    assert!(built.stdout.contains("near 1.0") && built.stdout.contains(" without bytecode, "), "{}", built.stdout);
    let manifest = world.json(&format!("dist/Klayers-{infix}-near.json"));
    let reason = manifest["bytecode"]["omitted"]["reason"].as_str().unwrap_or_else(|| panic!("{manifest:#}"));
    let expected = if python.is_some() { "with it the layer would unpack to 262" } else { "there is no Python 3.13" };
    assert!(reason.starts_with(expected) && (python.is_none() || reason.ends_with(" bytes, and AWS takes 262144000")), "{reason}");
    assert!(manifest["unzipped_bytes"].as_u64().unwrap() <= LIMIT as u64);
    let too_large = "failed: over for p3.13: [too-large] it unpacks to 263.1 MB and AWS takes 262.1 MB: the largest in it are `half` 140.1 MB, `third` 83.1 MB and `python/over/models/data.bin` 40.0 MB";
    assert!(built.stderr.contains(&too_large.replace("p3.13", id)), "{}", built.stderr);
}
