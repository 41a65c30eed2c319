//! Zips whose entries say one thing to one reader and another to another.

use crate::zips::maker::{Local, Member, Zip};
use crate::{local, plain, read};

/// An extra field.
fn field(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}

/// The other name of an entry, for readers that know of it.
fn unicode_path(name: &str, other: &str) -> Vec<u8> {
    field(0x7075, &[&[1][..], &crc32fast::hash(name.as_bytes()).to_le_bytes(), other.as_bytes()].concat())
}

#[test]
fn an_entry_has_one_name_and_one_size_for_everybody() {
    let with_extra = |extra: Vec<u8>| Member { extra, ..plain("a.py") };
    let huge = u32::MAX;
    let flagged = |flags: u16| Member { flags: 1 << 11 | flags, ..plain("a.py") };
    for (what, member, reason) in [
        ("a name that is not ASCII and not said to be UTF-8", Member { flags: 0, ..plain("\u{e9}.py") }, "is not said to be UTF-8"),
        ("another name in an extra field", with_extra(unicode_path("a.py", "b.py")), "has another name"),
        (
            "another name in the extra field of the local header",
            local(Local { extra: Some(unicode_path("a.py", "b.py")), ..Local::default() }),
            "has another name",
        ),
        ("an extra field that is cut off", with_extra(b"\x99\x99\x08\0ab".to_vec()), "extra field"),
        ("half an extra field", with_extra(b"\x99".to_vec()), "extra field"),
        ("a size in a record that is not there", Member { size: huge, ..plain("a.py") }, ""),
        ("a compressed size in a record that is not there", Member { compressed_size: huge, ..plain("a.py") }, ""),
        ("a place in a record that is not there", Member { offset: Some(huge), ..plain("a.py") }, ""),
        ("a size in a record that is cut off", Member { size: huge, extra: field(1, &[7, 0, 0, 0]), ..plain("a.py") }, ""),
        ("a size beyond everything", Member { size: huge, extra: field(1, &[0xff; 8]), ..Member::deflated("a.py", b"content") }, "unpacks to more than"),
        ("sizes beyond everything", Member { size: huge, compressed_size: huge, extra: field(1, &[0xff; 16]), ..plain("a.py") }, ""),
        ("a place beyond everything", Member { offset: Some(huge), extra: field(1, &[0xff; 8]), ..plain("a.py") }, ""),
        (
            "another size in the record of the local header",
            local(Local {
                size: Some(huge),
                compressed_size: Some(huge),
                extra: Some(field(1, &[8, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0])),
                ..Local::default()
            }),
            "is not what the directory says",
        ),
        (
            "no record in the local header that needs one",
            local(Local { size: Some(huge), compressed_size: Some(huge), ..Local::default() }),
            "is not what the directory says",
        ),
        ("a patch", flagged(1 << 5), "is encrypted"),
        ("strong encryption alone", flagged(1 << 6), "is encrypted"),
        ("a masked local header", flagged(1 << 13), "is encrypted"),
    ] {
        let refused = read(&Zip::of([member]).bytes()).expect_err(what);
        assert!(refused.contains(reason), "{what}: {refused}");
    }
    let sizes = field(1, &[7, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
    let local_zip64 = local(Local { size: Some(huge), compressed_size: Some(huge), extra: Some(sizes.clone()), ..Local::default() });
    let zip64 = Member { size: huge, compressed_size: huge, extra: sizes, ..plain("b.py") };
    assert_eq!(read(&Zip::of([local_zip64, zip64]).bytes()).unwrap().len(), 2);
}

#[test]
fn folders_are_nothing_but_folders() {
    let folder = |name: &str| Member { mode: 0o040_755, ..Member::stored(name, b"") };
    let deep = Zip::of([folder("a/"), folder("a/"), folder("a/b/"), plain("a/b/c.py"), folder("b/").with_mode(0)]);
    assert_eq!(read(&deep.bytes()).unwrap().len(), 1);
    for (what, zip, reason) in [
        ("a file that is a folder too", Zip::of([plain("a"), folder("a/")]), "is a file and a folder"),
        ("a folder that is a file too", Zip::of([folder("a/b/"), plain("a")]), "is a file and a folder"),
        ("a folder that is a link", Zip::of([folder("a/").with_mode(0o120_777)]), "is a link or a device"),
        ("a folder that is a device", Zip::of([folder("a/").with_mode(0o060_666)]), "is a link or a device"),
        ("a link of another system", Zip { system: 0, ..Zip::of([plain("a").with_mode(0o120_777)]) }, "is a link or a device"),
        ("a device of no system", Zip { system: 99, ..Zip::of([plain("a").with_mode(0o060_666)]) }, "is a link or a device"),
        ("a file that is said to be a folder", Zip::of([plain("a").with_mode(0o040_755)]), "is a link or a device"),
        ("a folder with something in it", Zip::of([Member { mode: 0o040_755, ..Member::stored("a/", b"content") }]), "is a folder with content"),
    ] {
        let refused = read(&zip.bytes()).expect_err(what);
        assert!(refused.contains(reason), "{what}: {refused}");
    }
    let many = (0..=u32::from(u16::MAX)).map(|number| folder(&format!("{number}/")));
    assert_eq!(read(&Zip { zip64: true, ..Zip::of(many) }.bytes()).unwrap_err(), "it has more than 65535 entries");
}
