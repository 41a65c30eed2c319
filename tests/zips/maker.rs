//! Zips, byte by byte: those that a library would refuse to write.
//!
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use std::io::Write as _;

/// An entry of a zip, as its directory has it, and what its local header has otherwise.
#[derive(Debug, Clone)]
pub struct Member {
    pub name: Vec<u8>,
    /// What lies behind the local header.
    pub data: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub crc32: u32,
    pub compressed_size: u32,
    pub size: u32,
    /// The Unix mode, in the upper half of the external attributes.
    pub mode: u32,
    pub extra: Vec<u8>,
    pub local: Local,
    /// Where the directory says that the local header is, when that is not where it is.
    pub offset: Option<u32>,
    /// What lies behind the data, such as a data descriptor.
    pub after: Vec<u8>,
}

/// What a local header has that the directory has not; nothing where they agree.
#[derive(Debug, Clone, Default)]
pub struct Local {
    pub name: Option<Vec<u8>>,
    pub flags: Option<u16>,
    pub method: Option<u16>,
    pub crc32: Option<u32>,
    pub compressed_size: Option<u32>,
    pub size: Option<u32>,
    pub extra: Option<Vec<u8>>,
}

/// A zip to be made.
#[derive(Debug, Clone)]
pub struct Zip {
    pub members: Vec<Member>,
    /// What lies before the first entry; offsets count from its beginning, as those of a program that unpacks itself may not.
    pub before: Vec<u8>,
    pub comment: Vec<u8>,
    pub after: Vec<u8>,
    /// How many entries the end says that there are.
    pub count: Option<u16>,
    /// Writes the records of zip64, with the 32-bit fields saying that they are there.
    pub zip64: bool,
    /// The number of the system that the entries are said to come from. Unix makes the upper half of the attributes a mode.
    pub system: u8,
}

impl Default for Zip {
    fn default() -> Self {
        Self { members: Vec::new(), before: Vec::new(), comment: Vec::new(), after: Vec::new(), count: None, zip64: false, system: 3 }
    }
}

impl Member {
    /// A file that is stored.
    pub fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let size = u32::try_from(content.len()).expect("small");
        Self {
            name: name.as_ref().to_vec(),
            data: content.to_vec(),
            method: 0,
            // The name is UTF-8.
            flags: 1 << 11,
            crc32: crc32fast::hash(content),
            compressed_size: size,
            size,
            mode: 0o100_644,
            extra: Vec::new(),
            local: Local::default(),
            offset: None,
            after: Vec::new(),
        }
    }

    /// The same, compressed.
    pub fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(content).expect("memory");
        let data = encoder.finish().expect("memory");
        Self { compressed_size: u32::try_from(data.len()).expect("small"), data, method: 8, ..Self::stored(name, content) }
    }

    /// Something else than a plain file.
    pub fn with_mode(self, mode: u32) -> Self {
        Self { mode, ..self }
    }
}

impl Zip {
    /// A zip of these.
    pub fn of(members: impl IntoIterator<Item = Member>) -> Self {
        Self { members: members.into_iter().collect(), ..Self::default() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        let offsets: Vec<u32> = self.members.iter().map(|member| local_header(&mut out, member)).collect();
        let start = out.len();
        for (member, &offset) in self.members.iter().zip(&offsets) {
            directory_header(&mut out, member, member.offset.unwrap_or(offset), self.system);
        }
        let size = out.len() - start;
        self.end(&mut out, start, size);
        out.extend_from_slice(&self.after);
        out
    }

    fn end(&self, out: &mut Vec<u8>, start: usize, size: usize) {
        let count = self.count.unwrap_or(u16::try_from(self.members.len()).unwrap_or(u16::MAX));
        if self.zip64 {
            let record = out.len() as u64;
            out.extend(0x0606_4b50_u32.to_le_bytes());
            out.extend(44_u64.to_le_bytes());
            out.extend([45, 3, 45, 0].iter());
            out.extend([0; 8]);
            let count = self.members.len() as u64;
            for number in [count, count, size as u64, start as u64] {
                out.extend(number.to_le_bytes());
            }
            out.extend(0x0706_4b50_u32.to_le_bytes());
            out.extend(0_u32.to_le_bytes());
            out.extend(record.to_le_bytes());
            out.extend(1_u32.to_le_bytes());
        }
        let short = |number: usize| if self.zip64 { u32::MAX } else { u32::try_from(number).expect("small") };
        let count = if self.zip64 { u16::MAX } else { count };
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend([0; 4]);
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(short(size).to_le_bytes());
        out.extend(short(start).to_le_bytes());
        out.extend(u16::try_from(self.comment.len()).expect("small").to_le_bytes());
        out.extend_from_slice(&self.comment);
    }
}

/// Returns where it begins.
fn local_header(out: &mut Vec<u8>, member: &Member) -> u32 {
    let offset = u32::try_from(out.len()).expect("small");
    let local = &member.local;
    let name = local.name.as_ref().unwrap_or(&member.name);
    let extra = local.extra.as_ref().unwrap_or(&member.extra);
    out.extend(0x0403_4b50_u32.to_le_bytes());
    out.extend(20_u16.to_le_bytes());
    out.extend(local.flags.unwrap_or(member.flags).to_le_bytes());
    out.extend(local.method.unwrap_or(member.method).to_le_bytes());
    out.extend([0, 0, 0x21, 0]);
    out.extend(local.crc32.unwrap_or(member.crc32).to_le_bytes());
    out.extend(local.compressed_size.unwrap_or(member.compressed_size).to_le_bytes());
    out.extend(local.size.unwrap_or(member.size).to_le_bytes());
    lengths(out, name, extra);
    out.extend_from_slice(name);
    out.extend_from_slice(extra);
    out.extend_from_slice(&member.data);
    out.extend_from_slice(&member.after);
    offset
}

fn directory_header(out: &mut Vec<u8>, member: &Member, offset: u32, system: u8) {
    out.extend(0x0201_4b50_u32.to_le_bytes());
    out.extend([20, system, 20, 0]);
    out.extend(member.flags.to_le_bytes());
    out.extend(member.method.to_le_bytes());
    out.extend([0, 0, 0x21, 0]);
    out.extend(member.crc32.to_le_bytes());
    out.extend(member.compressed_size.to_le_bytes());
    out.extend(member.size.to_le_bytes());
    lengths(out, &member.name, &member.extra);
    out.extend([0; 6]);
    out.extend((member.mode << 16).to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend_from_slice(&member.name);
    out.extend_from_slice(&member.extra);
}

fn lengths(out: &mut Vec<u8>, name: &[u8], extra: &[u8]) {
    for part in [name, extra] {
        out.extend(u16::try_from(part.len()).expect("short").to_le_bytes());
    }
}
