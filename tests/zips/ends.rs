//! Zips that end in more than one way: where the directory is, and how long, is said two or three times in each.

use crate::zips::maker::{Member, Zip};
use crate::{plain, read};

/// What the record at the end says, with the changes of a case.
struct End {
    disk: u16,
    here: u16,
    count: u16,
    size: u32,
    start: u32,
}

impl End {
    fn bytes(&self) -> Vec<u8> {
        let mut out = 0x0605_4b50_u32.to_le_bytes().to_vec();
        for number in [self.disk, 0, self.here, self.count] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.size.to_le_bytes());
        out.extend(self.start.to_le_bytes());
        out.extend([0; 2]);
        out
    }
}

/// A zip without its end, where its directory begins, and how long that is.
fn open_ended(zip: &Zip) -> (Vec<u8>, u32, u32) {
    let mut bytes = zip.bytes();
    let end = bytes.len() - 22;
    let number = |at: usize| u32::from_le_bytes(bytes[end + at..][..4].try_into().unwrap());
    let (size, start) = (number(12), number(16));
    bytes.truncate(end);
    (bytes, start, size)
}

/// The record of zip64 and what leads to it, which says that the directory is there and so long.
fn zip64(at: usize, count: u64, size: u64, start: u64, led_to: u64) -> Vec<u8> {
    let mut out = 0x0606_4b50_u32.to_le_bytes().to_vec();
    out.extend(44_u64.to_le_bytes());
    out.extend([45, 3, 45, 0]);
    out.extend([0; 8]);
    for number in [count, count, size, start] {
        out.extend(number.to_le_bytes());
    }
    assert_eq!(out.len(), 56);
    out.extend(0x0706_4b50_u32.to_le_bytes());
    out.extend(0_u32.to_le_bytes());
    out.extend((at as u64).wrapping_add(led_to).to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    out
}

#[test]
fn a_directory_that_could_be_in_two_places_is_refused() {
    let one = Zip::of([plain("a.py")]);
    let (body, start, size) = open_ended(&one);
    let end = |change: fn(&mut End)| {
        let mut end = End { disk: 0, here: 1, count: 1, size, start };
        change(&mut end);
        [body.clone(), end.bytes()].concat()
    };
    read(&end(|_| {})).unwrap();

    // The end leads to a directory in the middle; the bytes before the end are another. Each has entries of its own.
    let two_directories = {
        let (mut bytes, first, first_size) = open_ended(&Zip::of([plain("first.py")]));
        let (second, second_start, second_size) = open_ended(&Zip { before: bytes.clone(), ..Zip::of([plain("second.py")]) });
        bytes = second;
        assert!(second_start > first && second_size == first_size + 1);
        bytes.extend(End { disk: 0, here: 1, count: 1, size: second_size, start: first }.bytes());
        bytes
    };
    // As a tool does that puts a program before a zip and leaves the offsets as they were.
    let prepended = [b"#!/bin/sh\n".to_vec(), one.bytes()].concat();
    let between = [body.clone(), b"between".to_vec(), End { disk: 0, here: 1, count: 1, size, start }.bytes()].concat();
    let with_zip64 = |count, size: u32, start: u32, led_to, classic: End| {
        let record = zip64(body.len(), count, size.into(), start.into(), led_to);
        [body.clone(), record, classic.bytes()].concat()
    };
    let classic = || End { disk: 0, here: 1, count: 1, size, start };
    read(&with_zip64(1, size, start, 0, classic())).unwrap();
    for (what, bytes) in [
        ("two directories", two_directories),
        ("something before it that the offsets do not count", prepended),
        ("something between the directory and the end", between),
        ("a directory that is shorter than it is", end(|end| end.size -= 1)),
        ("a directory that is longer than it is", end(|end| end.size += 1)),
        ("a directory that begins elsewhere", end(|end| end.start -= 1)),
        ("another disk", end(|end| end.disk = 1)),
        ("more entries on this disk", end(|end| end.here = 2)),
        ("a record of zip64 with another size", with_zip64(1, size - 1, start, 0, End { size: u32::MAX, ..classic() })),
        ("a record of zip64 with another start", with_zip64(1, size, start - 1, 0, End { start: u32::MAX, ..classic() })),
        ("a record of zip64 with another start, which the end contradicts", with_zip64(1, size, start - 1, 0, classic())),
        ("a record of zip64 with another count", with_zip64(2, size, start, 0, End { count: u16::MAX, ..classic() })),
        ("a record of zip64 that nothing leads to", with_zip64(1, size, start, 1, classic())),
        ("no record of zip64 where the end says there is one", end(|end| end.start = u32::MAX)),
        ("bytes after the end", [one.bytes(), b"\0".to_vec()].concat()),
        ("much after the end", [one.bytes(), vec![0; 70_000]].concat()),
        ("a comment that is shorter than it says", Zip { comment: b"0123456789".to_vec(), ..one.clone() }.bytes()[..].split_last().unwrap().1.to_vec()),
        ("another end in the comment", Zip { comment: End { disk: 0, here: 0, count: 0, size: 0, start: 0 }.bytes(), ..one.clone() }.bytes()),
        ("the mark of an end in the comment", Zip { comment: b"PK\x05\x06".to_vec(), ..one.clone() }.bytes()),
    ] {
        let refused = read(&bytes).expect_err(what);
        assert!(refused.starts_with("it is not a readable zip"), "{what}: {refused}");
    }
}

#[test]
fn entries_that_reach_into_the_directory_are_refused() {
    // Its data would be the first bytes of the directory.
    let reaching = {
        let mut zip = Zip::of([plain("a.py")]);
        let (body, start, _) = open_ended(&zip);
        let data = &body[start as usize - 7..start as usize + 3];
        zip.members[0] = Member { compressed_size: 10, size: 10, crc32: crc32fast::hash(data), ..zip.members[0].clone() };
        zip.bytes()
    };
    assert!(read(&reaching).is_err());
}
