//! Compiled files that the runtime would not load.

use super::common::elf::{AARCH64, X86_64};
use super::common::{Elf, Index, Wheel, World};
use super::{is_published, recorded};

fn wheel(name: &str, library: &Elf) -> Wheel {
    Wheel::new(name, "1.0").tag("cp312-cp312-manylinux_2_17_x86_64").file(&format!("{name}/core.cpython-312-x86_64-linux-gnu.so"), library.bytes())
}

#[test]
fn what_would_not_load_is_refused_with_its_code_and_what_is_allowed_passes() {
    let right = Elf::library(X86_64);
    let missing = right.clone().needs("libnowhere.so.1");
    let index = Index::with(&[
        wheel("right", &right),
        wheel("machine", &Elf::library(AARCH64)),
        wheel("newer", &right.clone().version("libc.so.6", "GLIBC_2.99")),
        wheel("missing", &missing),
        wheel("allowed", &missing),
        wheel("musl", &Elf::program(X86_64, "/lib/ld-musl-x86_64.so.1")),
    ]);
    let world = World::with_index(&["right", "machine", "newer", "missing", "allowed", "musl"], &index);
    world.add_settings("[package.allowed]\nallow = [\"libnowhere.so.1\"]\n");
    world.run(&["run", "-R", "p3.12"]).exits(1);
    for (package, code, words) in [
        ("machine", "elf-wrong-machine", "for 64-bit ARM, not for 64-bit x86"),
        ("newer", "elf-too-new", "GLIBC_2.99"),
        ("missing", "elf-library-missing", "libnowhere.so.1"),
        ("musl", "elf-wrong-loader", "ld-musl-x86_64.so.1"),
    ] {
        let (found, reason) = recorded(&world, "p3.12", package).unwrap_or_else(|| panic!("{package}"));
        assert!(found == code && reason.contains(words), "{package}: {found}: {reason}");
        assert!(reason.contains(&format!("python/{package}/core.cpython-312-x86_64-linux-gnu.so")), "{reason}");
        assert!(!is_published(&world, "p3.12", package), "{package}");
    }
    for package in ["right", "allowed"] {
        assert!(is_published(&world, "p3.12", package) && recorded(&world, "p3.12", package).is_none(), "{package}");
    }
}
