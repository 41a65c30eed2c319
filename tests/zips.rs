//! What the reader of zips makes of those that are made to harm: each trick, byte by byte, and what happens. And what it
//! accepts, Python's own reader unpacks to the same bytes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod zips {
    mod ends;
    mod fields;
    mod large;
    pub mod layer;
    pub mod maker;
    mod manifests;
    mod wheels;
}

use std::collections::BTreeMap;
use std::path::Path;

use klayers::assemble::ZipFile;
use klayers::domain::Sha256;
use klayers::outside::files::{self, Durability};
use zips::maker::{Local, Member, Zip};

/// More than any of these may unpack to.
const LIMIT: u64 = 1 << 20;

/// What is read of a zip: the content of each file by path, or why it is refused.
fn read(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.zip");
    files::write(&path, bytes, Durability::Process).unwrap();
    let zip = ZipFile::open(&path).unwrap();
    let entries = zip.entries(LIMIT).map_err(|error| error.to_string())?;
    entries.iter().map(|entry| Ok((entry.path.clone(), zip.inflate(entry).map_err(|error| error.to_string())?))).collect()
}

fn plain(name: impl AsRef<[u8]>) -> Member {
    Member::stored(name, b"content")
}

fn local(change: Local) -> Member {
    Member { local: change, ..plain("a.py") }
}

#[test]
fn paths_that_lead_elsewhere_or_say_two_things_are_refused() {
    let long_part = "x".repeat(256);
    let long_path = "x/".repeat(2_001) + "x";
    for (name, reason) in [
        (&b"../x"[..], "has a part that is empty, `.` or `..`"),
        (b"a/../../x", "has a part that is empty, `.` or `..`"),
        (b"a/./x", "has a part that is empty, `.` or `..`"),
        (b"a//x", "has a part that is empty, `.` or `..`"),
        (b"..", "has a part that is empty, `.` or `..`"),
        (b"", "has a part that is empty, `.` or `..`"),
        (b"/etc/passwd", "is absolute"),
        (b"//host/share", "is absolute"),
        (b"C:/windows/x", "is absolute"),
        (b"c:x", "is absolute"),
        (b"C:\\windows\\x", "has a backslash"),
        (b"..\\x", "has a backslash"),
        (b"a\0.py", "has control characters"),
        (b"a\n.py", "has control characters"),
        (b"\x1b[31mred", "has control characters"),
        ("a\u{85}b".as_bytes(), "has control characters"),
        (b"caf\xe9.py", "is not UTF-8"),
        (b"\xed\xa0\x80.py", "is not UTF-8"),
        (long_part.as_bytes(), "is too long"),
        (long_path.as_bytes(), "is too long"),
    ] {
        let refused = read(&Zip::of([plain(name)]).bytes()).unwrap_err();
        assert!(refused.ends_with(reason), "{:?}: {refused}", String::from_utf8_lossy(name));
        assert!(refused.len() < 400 && !refused.contains(|c: char| c.is_control()), "{refused:?}");
    }
}

#[test]
fn only_plain_files_and_folders_are_taken() {
    for mode in [0o120_777, 0o020_666, 0o060_666, 0o010_666, 0o140_666] {
        let refused = read(&Zip::of([plain("x").with_mode(mode)]).bytes()).unwrap_err();
        assert_eq!(refused, "`x` is a link or a device", "{mode:o}");
    }
    let made_elsewhere = plain("x").with_mode(0);
    let setuid = plain("y").with_mode(0o104_755);
    let folder = Member { mode: 0o040_755, ..Member::stored("z/", b"") };
    let read = read(&Zip::of([made_elsewhere, setuid, folder]).bytes()).unwrap();
    assert_eq!(read.keys().collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn what_can_be_unpacked_in_two_ways_is_refused() {
    let two = |first: &str, second: &str| Zip::of([plain(first), plain(second)]);
    let overlapping = {
        let mut zip = two("a", "b");
        zip.members[1] = Member { offset: Some(0), ..plain("a") };
        zip
    };
    // The second entry's local header lies inside of the data of the first.
    let inside = {
        let hidden = Zip::of([plain("b")]).bytes();
        let outer = Member::stored("a", &hidden);
        Zip::of([outer, Member { offset: Some(31), ..plain("b") }])
    };
    for (what, zip, reason) in [
        ("one path twice", two("a", "a"), "`a` is there twice, or is a file and a folder"),
        ("a file that is a folder", two("a", "a/b"), "`a/b` is there twice, or is a file and a folder"),
        ("one header for two entries", overlapping, "its entries overlap"),
        ("an entry inside of another", inside, "its entries overlap"),
        ("another name in the local header", Zip::of([local(Local { name: Some(b"b.py".to_vec()), ..Local::default() })]), "is not what the directory says"),
        ("another length of name", Zip::of([local(Local { name: Some(b"ab.py".to_vec()), ..Local::default() })]), "is not what the directory says"),
        ("another method", Zip::of([local(Local { method: Some(8), ..Local::default() })]), "is not what the directory says"),
        ("another size", Zip::of([local(Local { size: Some(8), ..Local::default() })]), "is not what the directory says"),
        ("another compressed size", Zip::of([local(Local { compressed_size: Some(3), ..Local::default() })]), "is not what the directory says"),
        ("another CRC", Zip::of([local(Local { crc32: Some(1), ..Local::default() })]), "is not what the directory says"),
        ("encrypted in the local header alone", Zip::of([local(Local { flags: Some(1 << 11 | 1), ..Local::default() })]), "is not what the directory says"),
        ("more entries than the end says", Zip { count: Some(1), ..two("a", "b") }, "as many entries as it says"),
        ("fewer entries than the end says", Zip { count: Some(3), ..two("a", "b") }, ""),
        ("a header outside of the zip", Zip::of([Member { offset: Some(1 << 20), ..plain("a") }]), ""),
    ] {
        let refused = read(&zip.bytes()).expect_err(what);
        assert!(refused.contains(reason), "{what}: {refused}");
    }
}

#[test]
fn what_lies_about_its_content_is_refused() {
    let deflated = Member::deflated("a", b"content content content");
    let stored = plain("a");
    for (what, member, reason) in [
        ("a CRC that is not its own", Member { crc32: 1, ..stored.clone() }, "`a` does not have the CRC that it says"),
        ("stored with two sizes", Member { size: 6, ..stored.clone() }, "`a` is stored with two sizes"),
        ("shorter than it says", Member { size: 1_000, ..deflated.clone() }, "`a` does not unpack to the size that it says"),
        ("longer than it says", Member { size: 3, ..deflated.clone() }, "`a` does not unpack to the size that it says"),
        ("cut off", Member { compressed_size: deflated.compressed_size - 4, ..deflated.clone() }, "`a`"),
        ("garbage as deflate", Member { method: 8, ..stored.clone() }, "`a` cannot be unpacked"),
        ("encrypted", Member { flags: 1 << 11 | 1, ..stored.clone() }, "`a` is encrypted"),
        ("strongly encrypted", Member { flags: 1 << 11 | 1 | 1 << 6, ..stored.clone() }, "`a` is encrypted"),
        ("bzip2", Member { method: 12, ..stored.clone() }, "neither `stored` nor `deflated`"),
        ("lzma", Member { method: 14, ..stored.clone() }, "neither `stored` nor `deflated`"),
        ("zstandard", Member { method: 93, ..stored.clone() }, "neither `stored` nor `deflated`"),
        ("a size that ends after the zip", Member { compressed_size: 1 << 20, size: 1 << 20, ..stored.clone() }, "ends after the zip"),
    ] {
        let refused = read(&Zip::of([member]).bytes()).expect_err(what);
        assert!(refused.contains(reason), "{what}: {refused}");
    }
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let megabytes = vec![0; 2 << 20];
    let one = Member::deflated("a", &megabytes);
    assert!(one.data.len() < 4_096, "it is small");
    let refused = read(&Zip::of([one.clone()]).bytes()).unwrap_err();
    assert_eq!(refused, format!("it unpacks to more than {LIMIT} bytes"));
    // A part of the limit each, and more than it together.
    let many = (0..40).map(|number| Member::deflated(format!("{number}"), &megabytes[..1 << 15]));
    assert_eq!(read(&Zip::of(many).bytes()).unwrap_err(), format!("it unpacks to more than {LIMIT} bytes"));
    // It says that it is small: no more is unpacked than it says, and one byte.
    let liar = Member { size: 10, local: Local { size: Some(10), ..Local::default() }, ..one };
    assert!(read(&Zip::of([liar]).bytes()).unwrap_err().contains("does not unpack to the size that it says"));
    // A zip in a zip is a file like others.
    let nested = Zip::of([Member::stored("inner.zip", &Zip::of([plain("../x")]).bytes())]);
    assert_eq!(read(&nested.bytes()).unwrap().len(), 1);
    let entries = (0..=u16::MAX).map(|number| Member::stored(format!("{number}"), b""));
    let refused = read(&Zip { zip64: true, ..Zip::of(entries) }.bytes()).unwrap_err();
    assert_eq!(refused, "it has more than 65535 entries");
}

#[test]
fn what_is_no_zip_or_only_a_part_of_one_is_refused() {
    let whole = Zip::of([plain("a"), Member::deflated("b", b"other other other")]).bytes();
    read(&whole).unwrap();
    for bytes in [&b""[..], b"PK", b"PK\x03\x04", b"<html></html>", &[0; 4_096]] {
        assert!(read(bytes).unwrap_err().starts_with("it is not a readable zip"), "{bytes:?}");
    }
    // Each cut, and each byte turned around: whatever comes of it, it is an answer and no crash, and no other path than those.
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0xff;
        drop(read(&changed));
    }
}

/// What is unusual and has one meaning.
fn accepted() -> Vec<(&'static str, Vec<u8>)> {
    let content = b"content content content";
    let deflated = Member::deflated("d.py", content);
    let descriptor = {
        let mut after = 0x0807_4b50_u32.to_le_bytes().to_vec();
        after.extend([deflated.crc32, deflated.compressed_size, deflated.size].iter().flat_map(|number| number.to_le_bytes()));
        let unknown = Local { crc32: Some(0), compressed_size: Some(0), size: Some(0), ..Local::default() };
        Member { flags: deflated.flags | 1 << 3, local: unknown, after, ..deflated.clone() }
    };
    let two = Zip::of([plain("a.py"), deflated.clone()]);
    vec![
        ("plain", two.bytes()),
        ("no entries", Zip::default().bytes()),
        ("a data descriptor", Zip::of([descriptor]).bytes()),
        ("an extra field in the local header alone", Zip::of([local(Local { extra: Some(b"\x99\x99\x02\0xx".to_vec()), ..Local::default() })]).bytes()),
        ("a comment", Zip { comment: b"made by hand".to_vec(), ..two.clone() }.bytes()),
        ("something before it, with offsets that count it", Zip { before: b"#!/bin/sh\n".to_vec(), ..two.clone() }.bytes()),
        ("the records of zip64", Zip { zip64: true, ..two.clone() }.bytes()),
        ("names that differ by case", Zip::of([plain("A.py"), plain("a.py")]).bytes()),
        ("names that differ by Unicode form", Zip::of([plain("\u{e9}.py"), plain("e\u{301}.py")]).bytes()),
        ("an empty file", Zip::of([Member::deflated("e", b""), Member::stored("f", b"")]).bytes()),
    ]
}

#[test]
fn what_is_accepted_is_what_python_unpacks() {
    let folder = tempfile::tempdir().unwrap();
    for (at, (what, bytes)) in accepted().into_iter().enumerate() {
        let ours = read(&bytes).unwrap_or_else(|refused| panic!("{what}: {refused}"));
        let path = folder.path().join(format!("{at}.zip"));
        files::write(&path, &bytes, Durability::Process).unwrap();
        let ours: BTreeMap<String, String> = ours.into_iter().map(|(path, content)| (path, Sha256::of(&content).to_string())).collect();
        assert_eq!(ours, of_python(&path), "{what}");
    }
}

/// The hashes of what Python's zipfile reads, by path.
#[expect(clippy::disallowed_methods, reason = "asks another reader")]
fn of_python(path: &Path) -> BTreeMap<String, String> {
    const PROGRAM: &str = "import hashlib, json, sys, zipfile\n\
        with zipfile.ZipFile(sys.argv[1]) as z:\n    \
            print(json.dumps({i.filename: hashlib.sha256(z.read(i)).hexdigest() for i in z.infolist() if not i.is_dir()}))\n";
    let output = std::process::Command::new("python3").args(["-I", "-c", PROGRAM]).arg(path).output().expect("Python 3 is needed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
