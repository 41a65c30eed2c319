//! Which rows a change touches, as a table of changes.

use klayers::config::{self, Catalog};
use klayers::pull::touched;

use crate::common::World;

/// The catalogue that these rows and tables make.
fn catalog(rows: &[&str], change: impl Fn(String) -> String) -> Catalog {
    let world = World::new(rows);
    let settings = "pipeline/config/klayers.toml";
    world.write(settings, &change(world.read(settings)));
    let loaded = config::read(&world.path("")).unwrap();
    assert!(!loaded.problems.has_errors(), "{:?}", loaded.problems);
    loaded.catalog.unwrap()
}

fn with(tables: &str) -> impl Fn(String) -> String {
    move |settings| format!("{settings}\n{tables}")
}

fn plain(settings: String) -> String {
    settings
}

/// `package runtime` of each row that is touched.
fn names(base: Option<&Catalog>, now: &Catalog) -> Vec<String> {
    touched(base, now, 20).rows.iter().map(|row| format!("{} {}", row.request.normalized(), row.runtime)).collect()
}

const ALL: [&str; 3] = ["a p3.12", "a p3.13", "a p3.13-arm64"];

#[test]
fn a_change_touches_the_rows_whose_layers_it_may_change() {
    let base = catalog(&["a", "b"], plain);
    for (what, now, expected) in [
        ("nothing", catalog(&["a", "b"], plain), &[][..]),
        ("another order", catalog(&["b", "a"], plain), &[]),
        ("a licence and an author", catalog(&["a,MIT,somebody", "b"], plain), &[]),
        ("a row taken away", catalog(&["b"], plain), &[]),
        ("a bound", catalog(&["a<2", "b"], plain), &ALL),
        ("extras", catalog(&["\"a[x,y]\"", "b"], plain), &ALL),
        ("a spelling", catalog(&["A", "b"], plain), &ALL),
        ("settings of the package", catalog(&["a", "b"], with("[package.A]\nslim = [\"tests\"]")), &ALL),
        ("what it needs beside", catalog(&["a", "b"], with("[package.a]\nneeds = [\"b\"]")), &ALL),
        ("settings of no row", catalog(&["a", "b"], with("[package.c]\nslim = [\"tests\"]")), &[]),
        ("a bundle", catalog(&["a", "b"], with("[bundle.c]\npackages = [\"a\"]\npython = [\"3.12\"]")), &["c p3.12"]),
        ("a C library", catalog(&["a"], |settings| settings.replacen("2.34", "2.28", 1)), &["a p3.13", "a p3.13-arm64"]),
        ("an operating system", catalog(&["a"], |settings| settings.replacen("AL2023", "AL2", 1)), &["a p3.13", "a p3.13-arm64"]),
        ("an end of life", catalog(&["a", "b"], |settings| settings.replace("2029-06-30", "2029-07-31")), &[]),
        ("the prefix and the retention", catalog(&["a", "b"], |settings| settings.replace("Klayers", "Other").replace("365", "30")), &[]),
        ("a new row", catalog(&["a", "b", "d"], plain), &["d p3.12", "d p3.13", "d p3.13-arm64"]),
    ] {
        assert_eq!(names(Some(&base), &now), expected, "{what}");
    }
}

#[test]
fn a_runtime_that_comes_brings_its_rows_and_one_that_goes_takes_them() {
    let without = |settings: String| settings.replacen("state = \"active\"", "state = \"retired\"", 1);
    let (old, new) = (catalog(&["a"], without), catalog(&["a"], plain));
    assert_eq!(names(Some(&old), &new), ["a p3.13", "a p3.13-arm64"]);
    let gone = touched(Some(&new), &old, 20);
    assert_eq!(gone.rows.len(), 0);
    let removed: Vec<String> = gone.removed.iter().map(|row| format!("{} {}", row.package, row.runtime)).collect();
    assert_eq!(removed, ["a p3.13", "a p3.13-arm64"]);
}

#[test]
fn of_a_base_that_cannot_be_read_every_row_counts_and_twenty_packages_are_enough() {
    let rows: Vec<String> = (10..35).rev().map(|n| format!("p{n}")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let now = catalog(&rows, plain);
    let all = touched(None, &now, 20);
    assert_eq!((all.rows.len(), all.removed.len()), (60, 0), "twenty packages for three runtimes");
    let left_out: Vec<&str> = all.left_out.iter().map(|name| name.as_str()).collect();
    assert_eq!(left_out, ["p30", "p31", "p32", "p33", "p34"]);
    // What the base knows comes after what it does not.
    let base = catalog(&rows[..20], plain);
    let machine = catalog(&rows, |settings| settings.replace("2.34", "2.28"));
    let few = touched(Some(&base), &machine, 6);
    let mut built: Vec<String> = few.rows.iter().map(|row| row.request.normalized().to_string()).collect();
    built.dedup();
    assert_eq!(built, ["p10", "p11", "p12", "p13", "p14", "p15"]);
    assert_eq!(few.left_out.len(), 19);
}
