//! Minimal ELF files, made byte by byte, independently of the library that reads them.
//!
//! Everything that is loaded lies at an address that differs from its place in the file, as in real ones.

/// A file to be made.
#[derive(Debug, Clone)]
pub struct Elf {
    kind: u16,
    machine: u16,
    tags: Vec<(u64, Value)>,
    versions: Vec<(String, Vec<(String, u16)>)>,
    interpreter: Option<String>,
    is_dynamic: bool,
    has_sections: bool,
}

#[derive(Debug, Clone)]
enum Value {
    Text(String),
    Number(u64),
}

pub const X86_64: u16 = 62;
pub const AARCH64: u16 = 183;
pub const X86: u16 = 3;

const REL: u16 = 1;
const EXEC: u16 = 2;
const DYN: u16 = 3;
const ADDRESS: u64 = 0x40_0000;
const HEADER: usize = 64;
const PROGRAM_HEADER: usize = 56;

impl Elf {
    /// A library that needs glibc 2.17.
    pub fn library(machine: u16) -> Self {
        Self::empty(DYN, machine).needs("libc.so.6").version("libc.so.6", "GLIBC_2.17")
    }

    /// A program that `interpreter` loads.
    pub fn program(machine: u16, interpreter: &str) -> Self {
        Self { interpreter: Some(interpreter.to_owned()), ..Self::empty(EXEC, machine).needs("libc.so.6") }
    }

    /// A program that brings everything along.
    pub fn static_program(machine: u16) -> Self {
        Self { is_dynamic: false, ..Self::empty(EXEC, machine) }
    }

    /// An object file.
    pub fn object(machine: u16) -> Self {
        Self { is_dynamic: false, ..Self::empty(REL, machine) }
    }

    fn empty(kind: u16, machine: u16) -> Self {
        Self { kind, machine, tags: Vec::new(), versions: Vec::new(), interpreter: None, is_dynamic: true, has_sections: true }
    }

    pub fn soname(self, name: &str) -> Self {
        self.text(14, name)
    }

    pub fn needs(self, library: &str) -> Self {
        self.text(1, library)
    }

    pub fn rpath(self, list: &str) -> Self {
        self.text(15, list)
    }

    pub fn runpath(self, list: &str) -> Self {
        self.text(29, list)
    }

    /// With relative relocations in the packed form.
    pub fn packed(self) -> Self {
        self.number(36, 0)
    }

    /// A program at any address (`DF_1_PIE`).
    pub fn position_independent(self) -> Self {
        Self { kind: DYN, ..self }.number(0x6fff_fffb, 0x0800_0000)
    }

    pub fn version(self, library: &str, version: &str) -> Self {
        self.flagged_version(library, version, 0)
    }

    /// A version that the loader goes on without.
    pub fn weak_version(self, library: &str, version: &str) -> Self {
        self.flagged_version(library, version, 2)
    }

    /// Without section headers.
    pub fn stripped(self) -> Self {
        Self { has_sections: false, ..self }
    }

    /// Without the table that names what it needs.
    pub fn without_dynamic_table(self) -> Self {
        Self { is_dynamic: false, ..self }
    }

    fn text(mut self, tag: u64, text: &str) -> Self {
        self.tags.push((tag, Value::Text(text.to_owned())));
        self
    }

    fn number(mut self, tag: u64, number: u64) -> Self {
        self.tags.push((tag, Value::Number(number)));
        self
    }

    fn flagged_version(mut self, library: &str, version: &str, flags: u16) -> Self {
        match self.versions.iter_mut().find(|(known, _)| known == library) {
            Some((_, versions)) => versions.push((version.to_owned(), flags)),
            None => self.versions.push((library.to_owned(), vec![(version.to_owned(), flags)])),
        }
        self
    }

    /// How many of the bytes are loaded; what follows are section headers.
    pub fn loaded_bytes(&self) -> usize {
        self.clone().stripped().bytes().len()
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let count = 1 + usize::from(self.is_dynamic) + usize::from(self.interpreter.is_some());
        let mut body = Body { bytes: vec![0; HEADER + PROGRAM_HEADER * count], strings: vec![0] };
        let mut headers = Vec::new();
        let mut sections = Vec::new();
        if let Some(interpreter) = &self.interpreter {
            let start = body.append(format!("{interpreter}\0").as_bytes());
            headers.push((3, start, interpreter.len() + 1));
        }
        if self.is_dynamic {
            let (versions, strings, dynamic) = self.tables(&mut body);
            headers.push((2, dynamic.0, dynamic.1));
            sections = vec![(3_u32, strings, 0_u32, 0_u32), (0x6fff_fffe, versions, 1, self.versions.len() as u32), (6, dynamic, 1, 0)];
        }
        headers.insert(0, (1, 0, body.bytes.len()));
        for (index, (kind, start, size)) in headers.iter().enumerate() {
            let at = HEADER + PROGRAM_HEADER * index;
            let words = [*start as u64, ADDRESS + *start as u64, ADDRESS + *start as u64, *size as u64, *size as u64, 8];
            let bytes = [u32::to_le_bytes(*kind), u32::to_le_bytes(5)].concat().into_iter().chain(words.into_iter().flat_map(u64::to_le_bytes));
            body.bytes.splice(at..at + PROGRAM_HEADER, bytes);
        }
        let section_headers = if self.has_sections { body.sections(&sections) } else { (0, 0, 0) };
        body.bytes.splice(0..HEADER, self.header(count, section_headers));
        body.bytes
    }

    fn header(&self, program_headers: usize, (start, count, names): (usize, usize, usize)) -> Vec<u8> {
        let (class, width) = if self.machine == X86 { (1, 4) } else { (2, 8) };
        let mut header = [b"\x7fELF".as_slice(), &[class, 1, 1, 0], &[0; 8]].concat();
        let half = |header: &mut Vec<u8>, number: usize| header.extend((number as u16).to_le_bytes());
        half(&mut header, self.kind.into());
        half(&mut header, self.machine.into());
        header.extend(1_u32.to_le_bytes());
        for word in [0, HEADER, start] {
            header.extend(&(word as u64).to_le_bytes()[..width]);
        }
        header.extend([0; 4]);
        for number in [HEADER, PROGRAM_HEADER, program_headers, 64, count, names] {
            half(&mut header, number);
        }
        header.resize(HEADER, 0);
        header
    }

    /// The place and size of the needed versions, the strings, and the dynamic table.
    fn tables(&self, body: &mut Body) -> ((usize, usize), (usize, usize), (usize, usize)) {
        let mut versions = Vec::new();
        for (index, (library, of_library)) in self.versions.iter().enumerate() {
            let next = if index + 1 == self.versions.len() { 0 } else { 16 + 16 * of_library.len() as u32 };
            versions.extend([1_u16, of_library.len() as u16].into_iter().flat_map(u16::to_le_bytes));
            versions.extend([body.string(library), 16, next].into_iter().flat_map(u32::to_le_bytes));
            for (index, (version, flags)) in of_library.iter().enumerate() {
                versions.extend(0_u32.to_le_bytes());
                versions.extend([*flags, 2].into_iter().flat_map(u16::to_le_bytes));
                let next = if index + 1 == of_library.len() { 0 } else { 16 };
                versions.extend([body.string(version), next].into_iter().flat_map(u32::to_le_bytes));
            }
        }
        let number = |value: &Value, body: &mut Body| match value {
            Value::Text(text) => u64::from(body.string(text)),
            Value::Number(number) => *number,
        };
        let mut tags: Vec<(u64, u64)> = self.tags.iter().map(|(tag, value)| (*tag, number(value, body))).collect();
        let versions_at = body.append(&versions);
        let strings = body.strings.clone();
        let strings_at = body.append(&strings);
        tags.extend([(5, ADDRESS + strings_at as u64), (10, strings.len() as u64)]);
        if !versions.is_empty() {
            tags.extend([(0x6fff_fffe, ADDRESS + versions_at as u64), (0x6fff_ffff, self.versions.len() as u64)]);
        }
        tags.push((0, 0));
        let dynamic: Vec<u8> = tags.into_iter().flat_map(|(tag, value)| [tag.to_le_bytes(), value.to_le_bytes()].concat()).collect();
        let dynamic_at = body.append(&dynamic);
        ((versions_at, versions.len()), (strings_at, strings.len()), (dynamic_at, dynamic.len()))
    }
}

struct Body {
    bytes: Vec<u8>,
    strings: Vec<u8>,
}

impl Body {
    fn append(&mut self, bytes: &[u8]) -> usize {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        let start = self.bytes.len();
        self.bytes.extend(bytes);
        start
    }

    /// The place of `text` in the table of strings, where each is once.
    fn string(&mut self, text: &str) -> u32 {
        let bytes: Vec<u8> = text.bytes().chain([0]).collect();
        let known = self.strings.windows(bytes.len()).position(|window| window == bytes);
        known.unwrap_or_else(|| {
            self.strings.extend(&bytes);
            self.strings.len() - bytes.len()
        }) as u32
    }

    /// The place of the section headers, how many they are, and which one has their names.
    fn sections(&mut self, sections: &[(u32, (usize, usize), u32, u32)]) -> (usize, usize, usize) {
        let names = (3, (self.append(b"\0"), 1), 0, 0);
        let mut headers = vec![0; 64];
        for (kind, (start, size), link, info) in sections.iter().copied().chain([names]) {
            headers.extend([0_u32, kind].into_iter().flat_map(u32::to_le_bytes));
            headers.extend([2, ADDRESS + start as u64, start as u64, size as u64].into_iter().flat_map(u64::to_le_bytes));
            headers.extend([link, info].into_iter().flat_map(u32::to_le_bytes));
            headers.extend([8, if kind == 6 { 16 } else { 0 }].into_iter().flat_map(u64::to_le_bytes));
        }
        (self.append(&headers), sections.len() + 2, sections.len() + 1)
    }
}
