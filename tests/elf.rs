//! Whether the compiled files of a layer will load: each rule on files that are made for it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::collections::BTreeSet;

use common::Elf;
use common::elf::{AARCH64, X86, X86_64};
use common::wheel::zip_of;
use klayers::assemble::ZipFile;
use klayers::domain::Architecture;
use klayers::verify::elf::{ElfFault, ElfFaultKind, ElfFile, Image, faults, faults_of_zip, read};

const MODULE: &str = "python/pkg/native.cpython-313-x86_64-linux-gnu.so";
const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";

#[test]
fn machines() {
    for (name, elf, expected) in [
        ("right", Elf::library(X86_64), None),
        ("wrong", Elf::library(AARCH64), Some("64-bit ARM")),
        ("narrow", Elf::library(X86), Some("32-bit x86")),
        ("unknown", Elf::library(4711), Some("64-bit machine 4711")),
        ("object file", Elf::object(AARCH64), None),
        ("graphics card", Elf::library(190), None),
    ] {
        let expected = expected.map(|found: &str| ElfFaultKind::WrongMachine { found: found.to_owned(), expected: Architecture::X86_64 });
        assert_eq!(kinds(&[("python/pkg/any.name", elf)]), expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
    let arm = image("AL2023", Architecture::Arm64, "2.34");
    assert_eq!(faults(&files(&[("python/a.so", Elf::library(AARCH64))]), &arm, &BTreeSet::new()), []);
    assert_eq!(faults(&files(&[("python/a.so", Elf::library(X86_64))]), &arm, &BTreeSet::new()).len(), 1);
}

#[test]
fn versions_of_the_runtime() {
    let too_new = |library: &str, version: &str, newest: Option<&str>| {
        vec![ElfFaultKind::TooNew { library: library.to_owned(), version: version.to_owned(), newest: newest.map(str::to_owned) }]
    };
    let library = || Elf::library(X86_64);
    for (name, elf, expected) in [
        ("as new", library().version("libc.so.6", "GLIBC_2.34"), vec![]),
        ("glibc", library().version("libc.so.6", "GLIBC_2.35"), too_new("libc.so.6", "GLIBC_2.35", Some("GLIBC_2.34"))),
        ("the worst", library().version("libc.so.6", "GLIBC_2.38").version("libc.so.6", "GLIBC_2.36"), too_new("libc.so.6", "GLIBC_2.38", Some("GLIBC_2.34"))),
        ("weak", library().weak_version("libc.so.6", "GLIBC_2.38"), vec![]),
        ("unneeded library", library().version("libm.so.6", "GLIBC_2.38"), too_new("libm.so.6", "GLIBC_2.38", Some("GLIBC_2.34"))),
        ("private", library().version("libc.so.6", "GLIBC_PRIVATE"), vec![ElfFaultKind::Private { library: "libc.so.6".to_owned() }]),
        ("relocations", library().packed(), too_new("libc.so.6", "GLIBC_ABI_DT_RELR", None)),
        ("relocations, said", library().packed().version("libc.so.6", "GLIBC_ABI_DT_RELR"), too_new("libc.so.6", "GLIBC_ABI_DT_RELR", None)),
        ("C++", library().needs("libstdc++.so.6").version("libstdc++.so.6", "GLIBCXX_3.4.29").version("libstdc++.so.6", "CXXABI_TM_1"), vec![]),
        (
            "C++",
            library().needs("libstdc++.so.6").version("libstdc++.so.6", "GLIBCXX_3.4.30"),
            too_new("libstdc++.so.6", "GLIBCXX_3.4.30", Some("GLIBCXX_3.4.29")),
        ),
        ("compiler", library().needs("libgcc_s.so.1").version("libgcc_s.so.1", "GCC_12.0.0"), too_new("libgcc_s.so.1", "GCC_12.0.0", Some("GCC_7.0.0"))),
        ("unknown", library().version("libc.so.6", "OTHER_1"), too_new("libc.so.6", "OTHER_1", None)),
    ] {
        assert_eq!(kinds(&[(MODULE, elf.clone())]), expected, "{name}");
        assert_eq!(kinds(&[(MODULE, elf.stripped())]), expected, "{name}, without section headers");
    }
    let newer = image("AL2023", Architecture::X86_64, "2.36");
    let packed = library().packed().version("libc.so.6", "GLIBC_ABI_DT_RELR");
    assert_eq!(faults(&files(&[(MODULE, packed)]), &newer, &BTreeSet::new()), []);
    let older = image("AL2", Architecture::X86_64, "2.26");
    assert_eq!(faults(&files(&[(MODULE, library().version("libc.so.6", "GLIBC_2.28"))]), &older, &BTreeSet::new()).len(), 1);
}

#[test]
fn a_library_of_the_layer_counts_where_it_comes_first() {
    let module = || Elf::library(X86_64).needs("libstdc++.so.6").version("libstdc++.so.6", "GLIBCXX_3.4.33");
    let own = ("python/pkg/libstdc++.so.6", Elf::library(X86_64).soname("libstdc++.so.6"));
    assert_eq!(kinds(&[(MODULE, module().rpath("$ORIGIN")), own.clone()]), []);
    // Lambda's `LD_LIBRARY_PATH` leads to the runtime's, before `RUNPATH` is looked at.
    for module in [module().runpath("$ORIGIN"), module().rpath("$ORIGIN").runpath("$ORIGIN"), module()] {
        let kinds = kinds(&[(MODULE, module), own.clone()]);
        assert!(matches!(kinds[..], [ElfFaultKind::TooNew { .. }]), "{kinds:?}");
    }
}

#[test]
fn libraries() {
    let module = |needed: &str| Elf::library(X86_64).needs(needed);
    let library = |path: &'static str| (path, Elf::library(X86_64).soname("libx.so.1"));
    let beside = || vec![library("python/pkg.libs/libx.so.1")];
    let missing = |library: &str| vec![ElfFaultKind::Missing { library: library.to_owned() }];
    let elsewhere = |place: &str| vec![ElfFaultKind::Elsewhere { library: "libx.so.1".to_owned(), place: place.to_owned() }];
    let not_beside = || elsewhere("python/pkg.libs/libx.so.1");
    for (name, module, others, expected) in [
        ("the runtime's", module("libz.so.1"), vec![], vec![]),
        ("Python's", module("libpython3.13.so.1.0"), vec![], vec![]),
        ("another Python's", module("libpython3.12.so.1.0"), vec![], missing("libpython3.12.so.1.0")),
        ("missing", module("libGL.so.1"), vec![], missing("libGL.so.1")),
        ("musl", module("libc.musl-x86_64.so.1"), vec![], missing("libc.musl-x86_64.so.1")),
        ("RPATH", module("libx.so.1").rpath("$ORIGIN/../pkg.libs"), beside(), vec![]),
        ("RUNPATH", module("libx.so.1").runpath("/usr/lib:${ORIGIN}/../pkg.libs"), beside(), vec![]),
        ("absolute", module("libx.so.1").runpath("/opt/python/pkg.libs"), beside(), vec![]),
        ("by path", module("$ORIGIN/../pkg.libs/libx.so.1"), beside(), vec![]),
        ("no path", module("libx.so.1"), beside(), not_beside()),
        ("wrong path", module("libx.so.1").rpath("$ORIGIN/.libs"), beside(), not_beside()),
        ("void RPATH", module("libx.so.1").rpath("$ORIGIN/../pkg.libs").runpath("$ORIGIN"), beside(), not_beside()),
        ("of the working directory", module("libx.so.1").rpath("pkg.libs:"), beside(), not_beside()),
        ("only by soname", module("libx.so.1").rpath("$ORIGIN"), vec![library("python/pkg/libx.so")], elsewhere("python/pkg/libx.so")),
    ] {
        let layer: Vec<(&str, Elf)> = [(MODULE, module)].into_iter().chain(others).collect();
        assert_eq!(kinds(&layer), expected, "{name}");
        let stripped: Vec<(&str, Elf)> = layer.into_iter().map(|(path, elf)| (path, elf.stripped())).collect();
        assert_eq!(kinds(&stripped), expected, "{name}, without section headers");
    }
    // One for the wrong machine is passed over.
    let foreign = [(MODULE, module("libx.so.1").rpath("$ORIGIN")), ("python/pkg/libx.so.1", Elf::library(AARCH64))];
    assert!(kinds(&foreign).contains(&missing("libx.so.1")[0]));
}

#[test]
fn paths_are_inherited() {
    let library = || Elf::library(X86_64);
    let outer = |elf: Elf| ("python/pkg.libs/libouter.so.1", elf.needs("libinner.so.1"));
    let inner = ("python/pkg.libs/libinner.so.1", library().soname("libinner.so.1"));
    let module = |elf: Elf| (MODULE, elf.needs("libouter.so.1"));
    let path = "$ORIGIN/../pkg.libs";
    for (name, layer, is_found) in [
        ("RPATH", [module(library().rpath(path)), outer(library()), inner.clone()], true),
        ("RUNPATH is not", [module(library().runpath(path)), outer(library()), inner.clone()], false),
        ("not past RUNPATH", [module(library().rpath(path)), outer(library().runpath("$ORIGIN/none")), inner.clone()], false),
        ("already loaded", [module(library().runpath(path).needs("libinner.so.1")), outer(library()), inner.clone()], true),
        ("own", [module(library().runpath(path)), outer(library().runpath("$ORIGIN")), inner.clone()], true),
    ] {
        assert_eq!(kinds(&layer).is_empty(), is_found, "{name}: {:?}", kinds(&layer));
    }
    // Another module leads there without a path to hand on.
    let other = ("python/pkg/other.abi3.so", library().runpath(path).needs("libouter.so.1"));
    assert_eq!(kinds(&[module(library().rpath(path)), outer(library()), inner, other]).len(), 1);
}

#[test]
fn what_only_needs_one_another_is_looked_at_too() {
    let circle = |other: &str| Elf::library(X86_64).runpath("$ORIGIN").needs(other);
    let layer = [("python/liba.so", circle("libb.so")), ("python/libb.so", circle("liba.so").needs("libc4.so"))];
    assert_eq!(kinds(&layer), [ElfFaultKind::Missing { library: "libc4.so".to_owned() }]);
}

#[test]
fn what_is_left_behind_for_the_runtimes_own_is_not() {
    let module = Elf::library(X86_64).runpath("$ORIGIN").needs("libssl.so.3");
    let own = Elf::library(X86_64).runpath("$ORIGIN").needs("libnever.so").version("libc.so.6", "GLIBC_2.99");
    assert_eq!(kinds(&[(MODULE, module), ("python/pkg/libssl.so.3", own)]), []);
}

#[test]
fn programs() {
    let program = |loader: &str| Elf::program(X86_64, loader);
    let wrong = |loader: &str| vec![ElfFaultKind::WrongLoader { loader: loader.to_owned() }];
    for (name, elf, expected) in [
        ("static", Elf::static_program(X86_64), vec![]),
        ("usual", program(LOADER), vec![]),
        ("at any address", program(LOADER).position_independent(), vec![]),
        ("musl", program("/lib/ld-musl-x86_64.so.1"), wrong("/lib/ld-musl-x86_64.so.1")),
        ("at any address, musl", program("/lib/ld-musl-x86_64.so.1").position_independent(), wrong("/lib/ld-musl-x86_64.so.1")),
        ("without tables", program(LOADER).without_dynamic_table(), vec![ElfFaultKind::Unreadable { reason: "it has no dynamic table" }]),
        ("library without tables", Elf::library(X86_64).without_dynamic_table(), vec![ElfFaultKind::Unreadable { reason: "it has no dynamic table" }]),
    ] {
        assert_eq!(kinds(&[("python/bin/program", elf)]), expected, "{name}");
    }
}

#[test]
fn what_is_allowed_by_name() {
    let layer =
        files(&[("python/pkg/data/arm.so", Elf::library(AARCH64)), (MODULE, Elf::library(X86_64).needs("libGL.so.1").version("libc.so.6", "GLIBC_2.38"))]);
    for (allowed, left) in [
        (vec![], vec!["elf-wrong-machine", "elf-library-missing", "elf-too-new"]),
        (vec!["libGL.so.1"], vec!["elf-wrong-machine", "elf-too-new"]),
        (vec!["python/pkg/data/"], vec!["elf-library-missing", "elf-too-new"]),
        (vec!["python/pkg/data/arm.so"], vec!["elf-library-missing", "elf-too-new"]),
        (vec![MODULE], vec!["elf-wrong-machine"]),
        (vec!["python/"], vec![]),
        // Neither a part of a name, nor a folder without its `/`, nor a library that is too old.
        (vec!["libGL", "python/pkg/data", "arm.so", "libc.so.6"], vec!["elf-wrong-machine", "elf-library-missing", "elf-too-new"]),
    ] {
        let allowed: BTreeSet<String> = allowed.into_iter().map(str::to_owned).collect();
        let found = faults(&layer, &image("AL2023", Architecture::X86_64, "2.34"), &allowed);
        let mut codes: Vec<&str> = found.into_iter().map(|fault| fault.at("x.zip").code).collect();
        let mut left = left;
        codes.sort_unstable();
        left.sort_unstable();
        assert_eq!(codes, left, "{allowed:?}");
    }
}

#[test]
fn files_with_one_fault_are_one_fault() {
    let elf = || Elf::library(X86_64).needs("libGL.so.1");
    let found = faults(&files(&[("python/a.so", elf()), ("python/b.so", elf()), ("python/c.so", elf())]), &al2023(), &BTreeSet::new());
    let kind = ElfFaultKind::Missing { library: "libGL.so.1".to_owned() };
    assert_eq!(found, [ElfFault { path: "python/a.so".to_owned(), more: 2, kind }]);
    let problem = found.into_iter().next().unwrap().at("x.zip");
    assert!(problem.message.starts_with("`python/a.so` and 2 other files need the library `libGL.so.1`"), "{}", problem.message);
    assert!(problem.help.contains("`allow = [\"libGL.so.1\"]`"), "{}", problem.help);
}

#[test]
fn files_in_a_zip() {
    let zip = tempfile::NamedTempFile::new().unwrap();
    let entries = [("python/readme.txt".to_owned(), b"text".to_vec(), 0o644), ("python/x".to_owned(), Elf::library(AARCH64).bytes(), 0o644)];
    klayers::outside::files::write(zip.path(), &zip_of(&entries), klayers::outside::files::Durability::Process).unwrap();
    let zip = ZipFile::open(zip.path()).unwrap();
    let found = faults_of_zip(&zip, &zip.entries(1 << 20).unwrap(), &al2023(), &BTreeSet::new()).unwrap();
    assert_eq!(found.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), ["python/x"]);
}

#[test]
fn every_truncation_is_a_fault() {
    let elf = sample();
    let bytes = elf.bytes();
    assert_eq!(judged(&bytes), Some(vec![]), "the sample is good");
    for length in 0..bytes.len() {
        let judged = judged(&bytes[..length]);
        match length {
            0..4 => assert_eq!(judged, None, "{length}"),
            _ if length < elf.loaded_bytes() => assert!(matches!(judged.as_deref(), Some([ElfFaultKind::Unreadable { .. }])), "{length}: {judged:?}"),
            // What is not loaded is not needed.
            _ => assert_eq!(judged, Some(vec![]), "{length}"),
        }
    }
}

#[test]
fn no_changed_byte_makes_a_panic() {
    let mut bytes = sample().bytes();
    let mut seen = BTreeSet::new();
    for at in 0..bytes.len() {
        for change in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff] {
            bytes[at] ^= change;
            seen.extend(judged(&bytes).into_iter().flatten());
            bytes[at] ^= change;
        }
    }
    assert!(seen.len() > 100, "the changes are seen: {}", seen.len());
}

#[test]
fn tables_that_overlap_are_refused() {
    // The table of needed versions begins with 1 (its form) and 1 (how many versions). Here it is a chain of
    // libraries one byte apart, each with as many versions as can be said, also one byte apart.
    let mut bytes = Elf::library(X86_64).bytes();
    let at = bytes.windows(4).position(|window| window == [1, 0, 1, 0]).unwrap();
    bytes[at + 2..at + 4].copy_from_slice(&u16::MAX.to_le_bytes());
    bytes[at + 12..at + 16].copy_from_slice(&1_u32.to_le_bytes());
    bytes[at + 28..at + 32].copy_from_slice(&1_u32.to_le_bytes());
    let overlapping = judged(&bytes).unwrap();
    assert!(matches!(overlapping[..], [ElfFaultKind::Unreadable { .. }]), "{overlapping:?}");

    // One long name, needed again and again.
    let name = "x".repeat(200);
    let many = (0..100).fold(Elf::library(X86_64), |elf, _| elf.needs(&name));
    assert_eq!(judged(&many.bytes()), Some(vec![ElfFaultKind::Unreadable { reason: "its tables overlap" }]));
}

#[test]
fn libraries_without_end_are_refused() {
    let many: Vec<String> = (0..500).map(|number| format!("lib{number}.so")).collect();
    let all = many.iter().fold(Elf::library(X86_64).runpath("$ORIGIN"), |elf, name| elf.needs(name));
    let elf = read("python/lib.so", &all.bytes()).unwrap();
    let layer: Vec<ElfFile> = many.iter().map(|name| ElfFile { path: format!("python/{name}"), content: elf.content.clone() }).collect();
    let found = faults(&layer, &al2023(), &BTreeSet::new());
    assert!(matches!(found[..], [ElfFault { kind: ElfFaultKind::Tangled, .. }]), "{found:?}");
}

/// With everything in it that is read.
fn sample() -> Elf {
    let program = Elf::program(X86_64, LOADER).position_independent().soname("libself.so.1").needs("libstdc++.so.6").rpath("$ORIGIN").runpath("$ORIGIN/lib");
    program.version("libc.so.6", "GLIBC_2.17").version("libc.so.6", "GLIBC_2.34").version("libstdc++.so.6", "GLIBCXX_3.4.21")
}

fn judged(bytes: &[u8]) -> Option<Vec<ElfFaultKind>> {
    let file = read(MODULE, bytes)?;
    Some(faults(&[file], &al2023(), &BTreeSet::new()).into_iter().map(|fault| fault.kind).collect())
}

fn kinds(layer: &[(&str, Elf)]) -> Vec<ElfFaultKind> {
    faults(&files(layer), &al2023(), &BTreeSet::new()).into_iter().map(|fault| fault.kind).collect()
}

fn files(layer: &[(&str, Elf)]) -> Vec<ElfFile> {
    layer.iter().filter_map(|(path, elf)| read(path, &elf.bytes())).collect()
}

fn al2023() -> Image {
    image("AL2023", Architecture::X86_64, "2.34")
}

fn image(system: &str, architecture: Architecture, glibc: &str) -> Image {
    Image::of(system, "3.13".parse().unwrap(), architecture, glibc.parse().unwrap()).unwrap()
}
