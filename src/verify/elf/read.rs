//! One ELF file: what the loader needs to know of it.

use object::LittleEndian as LE;
use object::elf::{self, FileHeader64};
use object::read::elf::FileHeader as _;

use super::tables::{Reason, Tables};
use crate::domain::Architecture;

const MAGIC: &[u8] = b"\x7fELF";
/// Processors that no loader of the system ever gets a file for: graphics cards and the kernel's own machine.
const NOT_PROCESSORS: [elf::Machine; 3] = [elf::EM_CUDA, elf::EM_AMDGPU, elf::EM_BPF];

/// An ELF file of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElfFile {
    /// Its path in the layer.
    pub path: String,
    /// What the loader would find in it.
    pub content: ElfContent,
}

/// What is in an ELF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElfContent {
    /// It cannot be read.
    Unreadable {
        /// Why it cannot be.
        reason: &'static str,
    },
    /// A program or a library for a machine that Lambda does not have.
    Foreign {
        /// The machine that it is for, in words.
        machine: String,
    },
    /// A program or a library for one of Lambda's machines.
    Loadable(Loadable),
}

/// A program or a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loadable {
    /// The processor that it is for.
    pub architecture: Architecture,
    /// The name that it gives itself.
    pub soname: Option<String>,
    /// The names of the libraries that it needs, in the order of loading.
    pub needed: Vec<String>,
    /// Where to look for them and for theirs (`DT_RPATH`), as written.
    pub rpath: Option<String>,
    /// Where to look for them after `LD_LIBRARY_PATH` (`DT_RUNPATH`), as written. Makes `rpath` void.
    pub runpath: Option<String>,
    /// The versions of symbols that it needs.
    pub versions: Vec<RequiredVersion>,
    /// The path of the loader, if it is a program that needs one.
    pub interpreter: Option<String>,
    /// Whether it has relative relocations in the packed form, which old loaders pass over in silence.
    pub packed_relocations: bool,
}

/// A version of symbols that a file needs of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredVersion {
    /// The name of the library.
    pub library: String,
    /// The version, as `GLIBC_2.34`.
    pub version: String,
    /// Whether the loader goes on without it.
    pub weak: bool,
}

/// Reads the file at `path`, or nothing when it is no ELF file, or one that no loader ever loads: an
/// object file, a core, the code of a graphics card.
pub fn read(path: &str, content: &[u8]) -> Option<ElfFile> {
    if !content.starts_with(MAGIC) {
        return None;
    }
    let content = content_of(content).unwrap_or_else(|reason| Some(ElfContent::Unreadable { reason }))?;
    Some(ElfFile { path: path.to_owned(), content })
}

fn content_of(content: &[u8]) -> Result<Option<ElfContent>, Reason> {
    // These four lie at the same place in files of 32 and 64 bits.
    let field = |at: usize| content.get(at..at + 2).map(|bytes| [bytes[0], bytes[1]]).ok_or("it ends in its header");
    let [class, encoding] = field(4)?;
    let big_endian = elf::DataEncoding(encoding) == elf::ELFDATA2MSB;
    let number = |at| field(at).map(if big_endian { u16::from_be_bytes } else { u16::from_le_bytes });
    let (kind, machine) = (elf::FileType(number(16)?), elf::Machine(number(18)?));
    if matches!(kind, elf::ET_REL | elf::ET_CORE) || NOT_PROCESSORS.contains(&machine) {
        return Ok(None);
    }
    if !matches!(kind, elf::ET_DYN | elf::ET_EXEC) {
        return Err("it is neither a program nor a library");
    }
    let architecture = match machine {
        elf::EM_X86_64 => Some(Architecture::X86_64),
        elf::EM_AARCH64 => Some(Architecture::Arm64),
        _ => None,
    };
    match architecture {
        Some(architecture) if elf::FileClass(class) == elf::ELFCLASS64 && elf::DataEncoding(encoding) == elf::ELFDATA2LSB => {
            loadable(content, kind, architecture).map(|loadable| Some(ElfContent::Loadable(loadable)))
        }
        Some(_) | None => Ok(Some(ElfContent::Foreign { machine: machine_name(elf::FileClass(class), machine, big_endian) })),
    }
}

fn loadable(content: &[u8], kind: elf::FileType, architecture: Architecture) -> Result<Loadable, Reason> {
    let header = FileHeader64::<LE>::parse(content).map_err(|_| "its header is damaged")?;
    let mut tables = Tables::new(header, content)?;
    let interpreter = tables.interpreter()?;
    let mut loadable = Loadable {
        architecture,
        soname: None,
        needed: Vec::new(),
        rpath: None,
        runpath: None,
        versions: Vec::new(),
        interpreter: None,
        packed_relocations: false,
    };
    let Some(dynamic) = tables.dynamic()? else {
        // A program that brings everything along. What needs a loader has a table for it.
        let complete = kind == elf::ET_EXEC && interpreter.is_none();
        return if complete { Ok(loadable) } else { Err("it has no dynamic table") };
    };
    // The last entry of a kind counts, as for the loader.
    let value = |tag: elf::DynamicTag| dynamic.iter().rfind(|entry| entry.d_tag.get(LE) == tag).map(|entry| entry.d_val.get(LE));
    let strings = match (value(elf::DT_STRTAB), value(elf::DT_STRSZ)) {
        (Some(address), Some(size)) => tables.strings(address, size)?,
        _ => return Err("it has no table of names"),
    };
    for entry in dynamic.iter().filter(|entry| entry.d_tag.get(LE) == elf::DT_NEEDED) {
        let name = tables.string(strings, entry.d_val.get(LE))?;
        loadable.needed.push(name);
    }
    let mut text = |tag| value(tag).map(|offset| tables.string(strings, offset)).transpose();
    loadable.soname = text(elf::DT_SONAME)?;
    loadable.rpath = text(elf::DT_RPATH)?;
    loadable.runpath = text(elf::DT_RUNPATH)?;
    if let Some(address) = value(elf::DT_VERNEED) {
        loadable.versions = tables.required(address, value(elf::DT_VERNEEDNUM).unwrap_or(u64::MAX), strings)?;
    }
    loadable.packed_relocations = value(elf::DT_RELR).is_some();
    // Some libraries can be run too, which nobody does.
    let is_program = kind == elf::ET_EXEC || value(elf::DT_FLAGS_1).is_some_and(|flags| flags & elf::DF_1_PIE.0 != 0);
    loadable.interpreter = interpreter.filter(|_| is_program);
    Ok(loadable)
}

fn machine_name(class: elf::FileClass, machine: elf::Machine, big_endian: bool) -> String {
    let bits = match class {
        elf::ELFCLASS32 => "32-bit",
        elf::ELFCLASS64 => "64-bit",
        _ => "unknown-width",
    };
    let name = match machine {
        elf::EM_386 | elf::EM_X86_64 => "x86".to_owned(),
        elf::EM_ARM | elf::EM_AARCH64 => "ARM".to_owned(),
        elf::EM_PPC | elf::EM_PPC64 => "PowerPC".to_owned(),
        elf::EM_S390 => "S/390".to_owned(),
        elf::EM_RISCV => "RISC-V".to_owned(),
        elf::EM_LOONGARCH => "LoongArch".to_owned(),
        elf::EM_MIPS => "MIPS".to_owned(),
        other => format!("machine {}", other.0),
    };
    format!("{bits} {name}{}", if big_endian { " (big-endian)" } else { "" })
}
