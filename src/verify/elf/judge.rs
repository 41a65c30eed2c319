//! From the compiled files of a layer to what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::fault::{ElfFaultKind, machine};
use super::image::Answer;
use super::load::{Loader, Source, Tangled, names};
use super::read::{ElfContent, ElfFile, Loadable, read};
use super::{ElfFault, Image};
use crate::assemble::{Entry, ZipError, ZipFile};

/// From this version on, glibc's loader knows packed relocations.
const PACKED_RELOCATIONS_GLIBC: &str = "2.36";
/// What a file asks for that has them.
const PACKED_RELOCATIONS: &str = "GLIBC_ABI_DT_RELR";
const PRIVATE: &str = "GLIBC_PRIVATE";

/// Everything wrong with the compiled files of a layer for `image`.
///
/// `allowed` are names of libraries that may be missing, paths of files in the layer that may be
/// anything, and folders of such, with a `/` at the end.
pub fn faults(files: &[ElfFile], image: &Image, allowed: &BTreeSet<String>) -> Vec<ElfFault> {
    let mut found = Findings { allowed, by_kind: BTreeMap::new() };
    let mut loadable = Vec::new();
    for file in files {
        let wrong = |machine: String| ElfFaultKind::WrongMachine { found: machine, expected: image.architecture() };
        match &file.content {
            ElfContent::Unreadable { reason } => found.add(&file.path, ElfFaultKind::Unreadable { reason }),
            ElfContent::Foreign { machine } => found.add(&file.path, wrong(machine.clone())),
            ElfContent::Loadable(content) if content.architecture != image.architecture() => {
                found.add(&file.path, wrong(machine(content.architecture).to_owned()));
            }
            ElfContent::Loadable(content) => loadable.push((file.path.as_str(), content)),
        }
    }
    match Loader::new(&loadable, image).run() {
        Ok(outcome) => {
            let mut by_name = BTreeMap::new();
            for &(path, file) in loadable.iter().rev() {
                by_name.extend(names(path, file).map(|name| (name, path)));
            }
            for ((file, library), source) in &outcome.sources {
                if *source == Source::Missing {
                    found.add_library(loadable[*file].0, library, by_name.get(library).copied());
                }
            }
            for &index in &outcome.loaded {
                let (path, file) = loadable[index];
                // What is not in the table of needed libraries is a part of glibc.
                let source = |library: &str| outcome.sources.get(&(index, library)).copied().unwrap_or(Source::Image);
                found.add_versions(path, file, image, |library| source(library) == Source::Image);
            }
        }
        Err(Tangled) => found.add(loadable.first().map_or("", |(path, _)| path), ElfFaultKind::Tangled),
    }
    found.into_faults()
}

/// As [`faults`], of the files in `zip`.
///
/// # Errors
/// When one cannot be unpacked.
pub fn faults_of_zip(zip: &ZipFile, entries: &[Entry], image: &Image, allowed: &BTreeSet<String>) -> Result<Vec<ElfFault>, ZipError> {
    let files: Result<Vec<Option<ElfFile>>, ZipError> = entries.par_iter().map(|entry| Ok(read(&entry.path, &zip.inflate(entry)?))).collect();
    let files: Vec<ElfFile> = files?.into_iter().flatten().collect();
    Ok(faults(&files, image, allowed))
}

/// Faults, and the files that have them.
struct Findings<'a> {
    allowed: &'a BTreeSet<String>,
    by_kind: BTreeMap<ElfFaultKind, BTreeSet<String>>,
}

impl Findings<'_> {
    fn add(&mut self, path: &str, kind: ElfFaultKind) {
        let is_allowed = self.allowed.iter().any(|allowed| path == allowed || (allowed.ends_with('/') && path.starts_with(allowed.as_str())));
        if !is_allowed {
            self.by_kind.entry(kind).or_default().insert(path.to_owned());
        }
    }

    fn add_library(&mut self, path: &str, library: &str, place: Option<&str>) {
        if self.allowed.contains(library) {
            return;
        }
        let library = library.to_owned();
        self.add(
            path,
            match place {
                Some(place) => ElfFaultKind::Elsewhere { library, place: place.to_owned() },
                None => ElfFaultKind::Missing { library },
            },
        );
    }

    fn add_versions(&mut self, path: &str, file: &Loadable, image: &Image, is_of_image: impl Fn(&str) -> bool) {
        if let Some(loader) = file.interpreter.as_deref().filter(|loader| *loader != image.loader()) {
            self.add(path, ElfFaultKind::WrongLoader { loader: loader.to_owned() });
        }
        let too_new = |library: &str, version: &str, newest| ElfFaultKind::TooNew { library: library.to_owned(), version: version.to_owned(), newest };
        let packed = image.has_glibc(PACKED_RELOCATIONS_GLIBC);
        let mut worst: BTreeMap<(&str, String), &str> = BTreeMap::new();
        for required in file.versions.iter().filter(|required| !required.weak && is_of_image(&required.library)) {
            let (library, version) = (required.library.as_str(), required.version.as_str());
            match image.answer(version) {
                Answer::Has => {}
                Answer::Newest(newest) => {
                    // Of several versions that are too new, the newest says it all.
                    let kept = worst.entry((library, newest)).or_insert(version);
                    *kept = newer(kept, version);
                }
                Answer::Unknown if version == PRIVATE => self.add(path, ElfFaultKind::Private { library: library.to_owned() }),
                Answer::Unknown if version == PACKED_RELOCATIONS && packed => {}
                Answer::Unknown => self.add(path, too_new(library, version, None)),
            }
        }
        for ((library, newest), version) in worst {
            self.add(path, too_new(library, version, Some(newest)));
        }
        if file.packed_relocations && !packed && !file.versions.iter().any(|required| required.version == PACKED_RELOCATIONS) {
            self.add(path, too_new("libc.so.6", PACKED_RELOCATIONS, None));
        }
    }

    fn into_faults(self) -> Vec<ElfFault> {
        let of_kind = |(kind, paths): (ElfFaultKind, BTreeSet<String>)| {
            let more = paths.len().saturating_sub(1);
            paths.into_iter().next().map(|path| ElfFault { path, more, kind })
        };
        let mut faults: Vec<ElfFault> = self.by_kind.into_iter().filter_map(of_kind).collect();
        faults.sort();
        faults
    }
}

fn newer<'a>(one: &'a str, other: &'a str) -> &'a str {
    if super::version::parts(one) < super::version::parts(other) { other } else { one }
}
