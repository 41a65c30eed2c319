//! Manifests that came from another machine and do not say what their archive is.

use klayers::outside::files::{self, Durability};
use klayers::verify::inspect;

use crate::zips::layer::{Cached, LAYER, rules};
use crate::zips::maker::{Member, Zip};

#[test]
fn a_manifest_that_lies_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    let wheel = Zip::of([Member::stored("x.py", b"1"), Member::stored("x-1.0.dist-info/METADATA", b"Name: x\n")]).bytes();
    let manifest = Cached::new(&wheel, folder.path()).assemble(&dist).unwrap().manifest;
    let right = manifest.canonical();
    assert!(inspect(&dist, LAYER, &rules()).is_ok());
    let deep = format!("{{\"x\": {}", "[".repeat(100_000));
    let (hash, other_hash) = (manifest.zip_sha256.to_string(), "a".repeat(64));
    let number = |name: &str, number: u64| (format!("\"{name}\": {number}"), format!("\"{name}\": {}", number + 1));
    let (bytes, more_bytes) = number("zip_bytes", manifest.zip_bytes);
    let (unzipped, more_unzipped) = number("unzipped_bytes", manifest.unzipped_bytes);
    let (files, more_files) = number("files", manifest.files);
    let huge = format!("\"zip_bytes\": {}", u128::MAX);
    let long = format!("\"schema\": 2, \"{}\": 1", "x".repeat(1 << 20));
    for (what, from, to, words) in [
        ("a key twice", "\"schema\": 2", "\"schema\": 2, \"schema\": 2", "duplicate field `schema`"),
        ("a key that nobody knows", "\"schema\": 2", "\"schema\": 2, \"trusted\": true", "unknown field `trusted`"),
        ("another form", "\"schema\": 2", "\"schema\": 3", "`schema`"),
        ("another layer", "\"layer\": \"K-p313-x\"", "\"layer\": \"K-p313-y\"", "`layer`"),
        ("a layer elsewhere", "\"layer\": \"K-p313-x\"", "\"layer\": \"../K-p313-x\"", "is not a layer name"),
        ("a wheel elsewhere", "x-1.0-py3-none-any.whl", "../x-1.0-py3-none-any.whl", "is not the name of a wheel"),
        ("another archive", &hash, &other_hash, "and its manifest says"),
        ("another size", &bytes, &more_bytes, "`zip_bytes`"),
        ("a size beyond everything", &bytes, &huge, "cannot be read"),
        ("another size of what is in it", &unzipped, &more_unzipped, "`unzipped_bytes`"),
        ("another number of files", &files, &more_files, "`files`"),
        ("other contents", "x==1.0", "x==1.1", "`requirements_sha256`"),
        ("contents that are none", "x==1.0", "x @ file:///x", "is not a line such as"),
        ("nests without end", "{", &deep, "cannot be read"),
        ("a key of a megabyte", "\"schema\": 2", &long, "unknown field `xxx"),
        ("nothing", &right, "", "cannot be read"),
    ] {
        assert!(right.contains(from), "{what}");
        files::write(&dist.join(format!("{LAYER}.json")), right.replacen(from, to, 1).as_bytes(), Durability::Process).unwrap();
        let refused = inspect(&dist, LAYER, &rules()).expect_err(what);
        assert!(refused.iter().any(|problem| problem.message.contains(words)), "{what}: {refused:?}");
        assert!(refused.iter().all(|problem| problem.message.len() < 1_000), "{what}");
    }
}
