//! The tables of an ELF file that the loader uses, found by program headers.
//!
//! A hostile file may point anywhere and let its tables overlap: every access is checked, and all
//! that is taken from a file may not be more than the file has bytes.

use object::LittleEndian as LE;
use object::elf::{self, Dyn64, FileHeader64, ProgramHeader64, Vernaux, Verneed};
use object::pod;
use object::read::elf::{FileHeader as _, ProgramHeader as _};

use super::RequiredVersion;

/// Why a file cannot be read.
pub(super) type Reason = &'static str;

/// An ELF file of 64 bits, little-endian, and the parts of it that are loaded.
pub(super) struct Tables<'data> {
    headers: &'data [ProgramHeader64<LE>],
    content: &'data [u8],
    loaded: Vec<(u64, &'data [u8])>,
    budget: usize,
}

impl<'data> Tables<'data> {
    pub(super) fn new(header: &FileHeader64<LE>, content: &'data [u8]) -> Result<Self, Reason> {
        let headers = header.program_headers(LE, content).map_err(|_| "its program headers are damaged")?;
        let of_type = headers.iter().filter(|header| header.p_type(LE) == elf::PT_LOAD);
        let part = |header: &ProgramHeader64<LE>| header.data(LE, content).map(|data| (header.p_vaddr(LE), data));
        let loaded = of_type.map(part).collect::<Result<Vec<_>, ()>>().map_err(|()| "it ends before the parts that are loaded")?;
        Ok(Self { headers, content, loaded, budget: content.len() })
    }

    /// The last header of this type, as the loader takes it.
    fn header(&self, kind: elf::ProgramType) -> Option<&'data ProgramHeader64<LE>> {
        self.headers.iter().rfind(|header| header.p_type(LE) == kind)
    }

    /// The program that is to load this one.
    pub(super) fn interpreter(&mut self) -> Result<Option<String>, Reason> {
        let damaged = "the name of its loader is damaged";
        let Some(header) = self.header(elf::PT_INTERP) else { return Ok(None) };
        let name = header.interpreter(LE, self.content).map_err(|_| damaged)?.ok_or(damaged)?;
        self.text(name).map(Some)
    }

    /// The dynamic table up to its end, or nothing when there is none.
    pub(super) fn dynamic(&self) -> Result<Option<&'data [Dyn64<LE>]>, Reason> {
        let Some(header) = self.header(elf::PT_DYNAMIC) else { return Ok(None) };
        let bytes = self.bytes_at(header.p_vaddr(LE)).ok_or("its dynamic table is not in the file")?;
        let (entries, _) = pod::slice_from_bytes::<Dyn64<LE>>(bytes, bytes.len() / size_of::<Dyn64<LE>>()).map_err(|()| "its dynamic table is damaged")?;
        let end = entries.iter().position(|entry| entry.d_tag.get(LE) == elf::DT_NULL).ok_or("its dynamic table has no end")?;
        Ok(Some(&entries[..end]))
    }

    /// The versions that the file needs, `count` libraries from `address` on, with names from `strings`.
    pub(super) fn required(&mut self, address: u64, count: u64, strings: Strings<'data>) -> Result<Vec<RequiredVersion>, Reason> {
        let damaged = "its table of needed versions is damaged";
        let mut required = Vec::new();
        let mut library_at = self.bytes_at(address).ok_or("its table of needed versions is not in the file")?;
        for _ in 0..count {
            self.charge(size_of::<Verneed<LE>>())?;
            let (library, _) = pod::from_bytes::<Verneed<LE>>(library_at).map_err(|()| damaged)?;
            let name = self.string(strings, library.vn_file.get(LE).into())?;
            let mut version_at = skip(library_at, library.vn_aux.get(LE)).ok_or(damaged)?;
            for index in (0..library.vn_cnt.get(LE)).rev() {
                self.charge(size_of::<Vernaux<LE>>() + name.len())?;
                let (version, _) = pod::from_bytes::<Vernaux<LE>>(version_at).map_err(|()| damaged)?;
                let weak = version.vna_flags.get(LE) & elf::VER_FLG_WEAK == elf::VER_FLG_WEAK;
                let text = self.string(strings, version.vna_name.get(LE).into())?;
                required.push(RequiredVersion { library: name.clone(), version: text, weak });
                match version.vna_next.get(LE) {
                    0 => break,
                    _ if index == 0 => break,
                    next => version_at = skip(version_at, next).ok_or(damaged)?,
                }
            }
            match library.vn_next.get(LE) {
                0 => break,
                next => library_at = skip(library_at, next).ok_or(damaged)?,
            }
        }
        Ok(required)
    }

    /// The table of strings of `size` bytes at `address`.
    pub(super) fn strings(&self, address: u64, size: u64) -> Result<Strings<'data>, Reason> {
        let bytes = self.bytes_at(address).and_then(|bytes| bytes.get(..usize::try_from(size).ok()?));
        bytes.map(Strings).ok_or("its table of names is not in the file")
    }

    /// The string at `offset` of `strings`.
    pub(super) fn string(&mut self, strings: Strings<'data>, offset: u64) -> Result<String, Reason> {
        let tail = usize::try_from(offset).ok().and_then(|offset| strings.0.get(offset..)).ok_or("a name is outside its table of names")?;
        let end = tail.iter().position(|&byte| byte == 0).ok_or("a name has no end")?;
        self.text(&tail[..end])
    }

    fn text(&mut self, bytes: &[u8]) -> Result<String, Reason> {
        self.charge(bytes.len())?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "a name is not UTF-8")
    }

    /// Counts what was taken from the file.
    pub(super) fn charge(&mut self, bytes: usize) -> Result<(), Reason> {
        self.budget = self.budget.checked_sub(bytes).ok_or("its tables overlap")?;
        Ok(())
    }

    /// The bytes from `address` to the end of the loaded part that it is in.
    fn bytes_at(&self, address: u64) -> Option<&'data [u8]> {
        self.loaded.iter().find_map(|(start, bytes)| bytes.get(usize::try_from(address.checked_sub(*start)?).ok()?..).filter(|bytes| !bytes.is_empty()))
    }
}

/// A table of strings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strings<'data>(&'data [u8]);

fn skip(bytes: &[u8], count: u32) -> Option<&[u8]> {
    bytes.get(usize::try_from(count).ok()?..)
}
