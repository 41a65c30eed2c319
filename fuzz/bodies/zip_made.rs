//! A wheel that the input only describes, so that its CRCs, sizes and offsets are right but for what the input wants otherwise. A
//! fuzzer that changes bytes hardly gets past a CRC.

use super::layer::STEM;
use super::maker::{Local, Member, Zip};
use super::zip;

/// Names that mean something to somebody; `@` stands for the wheel's own stem.
const NAMES: [&str; 44] = [
    "x/__init__.py",
    "x.py",
    "x",
    "x/",
    "x/y",
    "X.py",
    "@.dist-info/METADATA",
    "@.dist-info/RECORD",
    "@.dist-info/WHEEL",
    "@.dist-info/entry_points.txt",
    "@.dist-info/top_level.txt",
    "@.dist-info/sboms/a.cdx.json",
    "@.dist-info/licenses/LICENSE",
    "@.dist-info/",
    "@.dist-info/INSTALLER",
    "@.dist-info/x/RECORD",
    "@.data/purelib/x.py",
    "@.data/platlib/y.so",
    "@.data/data/z",
    "@.data/scripts/run",
    "@.data/headers/h.h",
    "@.data/other/x",
    "@.data/x",
    "@.data/purelib/../x",
    "@.data/scripts/../../x",
    "y-1.0.dist-info/METADATA",
    "x-2.0.dist-info/RECORD",
    ".dist-info/METADATA",
    "sitecustomize.py",
    "x.pth",
    "requirements.txt",
    "python/x.py",
    "../x",
    "/x",
    "C:x",
    "a\\b",
    "a//b",
    "a/./b",
    "a\nb",
    "e\u{301}.py",
    "\u{e9}.py",
    "x/__pycache__/x.cpython-313.pyc",
    "bin/run",
    "json.py",
];
/// Contents that mean something to somebody.
const CONTENTS: [&[u8]; 20] = [
    b"",
    b"version = 1\n",
    b"Metadata-Version: 2.1\nName: x\nVersion: 1.0\n",
    b"Metadata-Version: 2.4\nName: x\nVersion: 1.0\nLicense-Expression: MIT\nLicense-File: LICENSE\n",
    b"Name: other\nName: x\nVersion: 2\nLicense: a\n b\nClassifier: License :: OSI Approved :: MIT License\n\xff\xfe",
    b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    b"[console_scripts]\nrun = x:main\n../up = x:main\n",
    b"[console_scripts]\nrun = x:main\r\n[gui_scripts]\nrun = x.y:Z.main [extra]\n",
    b"#!python\nprint()\n",
    b"#!pythonw",
    b"#!/bin/sh\n",
    b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0",
    b"x/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\nx-1.0.dist-info/RECORD,,\n",
    b"x.py,sha256=AAAA,1\n../../etc/passwd,,\n\"x\n,\"\n",
    b"x,md5=a,b,c,d\n\"",
    b"\xf3\x0d\x0d\x0a\x03\0\0\0\0\0\0\0\0\0\0\0\xe3",
    b"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[{\"name\":\"a\"}]}",
    b"{\"bomFormat\":\"CycloneDX\",\"components\":[[[[[[",
    b"import os; os.system('x')\n",
    b"x\n",
];
const EXTRAS: [&[u8]; 6] = [
    b"",
    b"\x99\x99\x02\0ab",
    b"\x01\0\x10\0\x07\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0",
    b"\x75\x70\x09\0\x01\0\0\0\0y.py",
    b"\x01\0\xff\xff",
    b"\x55\x54\x05\0\x01\0\0\0\0",
];
const MODES: [u32; 10] = [0o100_644, 0o100_755, 0, 0o120_777, 0o040_755, 0o020_666, 0o104_755, 0o100_000, 0o177_777, 0o644];

/// The choices that the input makes; when it ends, the plainest.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    fn bytes(&mut self, max: u8) -> Vec<u8> {
        let (taken, rest) = self.0.split_at(usize::from(self.byte() % max).min(self.0.len().saturating_sub(1)).min(self.0.len()));
        self.0 = rest;
        taken.to_vec()
    }
}

pub fn run(bytes: &[u8]) {
    zip::run(&made(bytes));
}

/// The zip that the input describes.
pub fn made(bytes: &[u8]) -> Vec<u8> {
    let mut choices = Choices(bytes);
    let plain = choices.byte();
    let mut members: Vec<Member> = (0..choices.byte() % 6).map(|_| member(&mut choices)).collect();
    if plain & 1 == 0 {
        for (name, content) in [("METADATA", CONTENTS[2]), ("WHEEL", CONTENTS[5])] {
            members.push(Member::stored(format!("{STEM}.dist-info/{name}"), content));
        }
    }
    if plain & 2 == 0 {
        members.push(Member::deflated(format!("{STEM}.dist-info/RECORD"), &record(&members)));
    }
    let mut zip = Zip::of(members);
    match choices.byte() {
        1 => zip.before = choices.bytes(64),
        2 => zip.comment = choices.bytes(64),
        3 => zip.after = choices.bytes(64),
        4 => zip.count = Some(choices.byte().into()),
        5 => zip.zip64 = true,
        7 => zip.system = choices.byte(),
        6 => zip.members.iter_mut().for_each(|member| member.extra = choices.one_of(&EXTRAS).to_vec()),
        _ => {}
    }
    let mut bytes = zip.bytes();
    // A few bytes otherwise, counted from the end, where the directory is.
    for _ in 0..choices.byte() % 4 {
        let at = usize::from(choices.byte()) | usize::from(choices.byte()) << 8;
        if let Some(byte) = bytes.len().checked_sub(1 + at).and_then(|at| bytes.get_mut(at)) {
            *byte ^= choices.byte();
        }
    }
    bytes
}

fn member(choices: &mut Choices<'_>) -> Member {
    let name = match choices.byte() {
        255 => choices.bytes(40),
        chosen => NAMES[usize::from(chosen) % NAMES.len()].replace('@', STEM).into_bytes(),
    };
    let content = match choices.byte() {
        255 => choices.bytes(200),
        254 => vec![choices.byte(); 1 << (choices.byte() % 18)],
        chosen => CONTENTS[usize::from(chosen) % CONTENTS.len()].to_vec(),
    };
    let how = choices.byte();
    let mut member = if how & 1 == 0 { Member::deflated(name, &content) } else { Member::stored(name, &content) };
    let number = |choices: &mut Choices<'_>| u32::from_le_bytes([choices.byte(), choices.byte(), 0, choices.byte()]);
    match how >> 1 {
        1 => member.mode = choices.one_of(&MODES),
        2 => member.extra = choices.one_of(&EXTRAS).to_vec(),
        3 => member.flags = u16::from(choices.byte()) | u16::from(choices.byte()) << 8,
        4 => member.crc32 = number(choices),
        5 => member.size = number(choices),
        6 => member.compressed_size = number(choices),
        7 => member.method = choices.byte().into(),
        8 => member.offset = Some(number(choices)),
        9 => member.local = Local { name: Some(choices.bytes(20)), ..Local::default() },
        10 => member.local = Local { extra: Some(choices.one_of(&EXTRAS).to_vec()), ..Local::default() },
        11 => {
            member.flags |= 1 << 3;
            member.local = Local { crc32: Some(0), size: Some(0), compressed_size: Some(0), ..Local::default() };
            member.after = choices.bytes(30);
        }
        12 => member.data.truncate(choices.byte().into()),
        13 => member.after = choices.bytes(60),
        14 => member.flags &= !(1 << 11),
        15 => member.local = Local { flags: Some(choices.byte().into()), ..Local::default() },
        _ => {}
    }
    member
}

/// A `RECORD` that is right about everything that is there.
fn record(members: &[Member]) -> Vec<u8> {
    let mut text = String::new();
    for member in members {
        let content = if member.method == 8 { miniz_oxide::inflate::decompress_to_vec(&member.data).unwrap_or_default() } else { member.data.clone() };
        let hash = klayers::domain::Sha256::of(&content).record_form();
        text += &format!("\"{}\",sha256={hash},{}\n", String::from_utf8_lossy(&member.name), content.len());
    }
    (text + &format!("{STEM}.dist-info/RECORD,,\n")).into_bytes()
}
