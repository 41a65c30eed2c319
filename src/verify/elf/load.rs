//! Follows the loader: which file or library each needed name leads to.
//!
//! A file may be loaded by Python, which knows its path, or because another file needs it; then the
//! other one's `RPATH` counts too, and what is already loaded is not looked for again. So the loader's
//! way is gone from every file that something may begin with. The order is that of glibc's `ld.so(8)`:
//! what is loaded, `RPATH` of the file and of those that led to it, `LD_LIBRARY_PATH` (which on Lambda
//! leads to the runtime's own libraries), `RUNPATH`.

use std::collections::{BTreeMap, BTreeSet};

use super::read::Loadable;
use super::{Image, search};

/// Most names that are followed for one layer. Large layers of today have some thousands.
const LOOKUPS_MAX: usize = 200_000;
/// A path list of so many bytes costs as much as following a name.
const LOOKUP_BYTES: usize = 100;

/// Where a needed library comes from; the worst of all ways counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Another file of the layer.
    Layer,
    /// The runtime.
    Image,
    /// Nowhere.
    Missing,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Outcome<'a> {
    /// The files that may ever be loaded, by their place.
    pub(super) loaded: BTreeSet<usize>,
    /// The libraries that each file needs, and where they come from.
    pub(super) sources: BTreeMap<(usize, &'a str), Source>,
}

/// The files lead to one another in more ways than can be followed.
#[derive(Debug)]
pub(super) struct Tangled;

/// The files of a layer as the loader sees them.
pub(super) struct Loader<'a> {
    files: &'a [(&'a str, &'a Loadable)],
    by_path: BTreeMap<&'a str, usize>,
    image: &'a Image,
    outcome: Outcome<'a>,
    lookups: usize,
}

/// A loaded file and which one led to it.
struct Loaded {
    file: usize,
    by: Option<usize>,
}

/// What a name leads to.
#[derive(Clone, Copy)]
enum Found {
    File(usize),
    Image,
    Nothing,
}

impl<'a> Loader<'a> {
    pub(super) fn new(files: &'a [(&'a str, &'a Loadable)], image: &'a Image) -> Self {
        let by_path = files.iter().enumerate().map(|(index, (path, _))| (*path, index)).collect();
        Self { files, by_path, image, outcome: Outcome::default(), lookups: 0 }
    }

    /// Loads everything that may be loaded: first what Python or the system begins with, then what no other
    /// file asks for (a program of the package may load it by its path), then what is left.
    pub(super) fn run(mut self) -> Result<Outcome<'a>, Tangled> {
        let asked_for: BTreeSet<&str> = self.files.iter().flat_map(|(_, file)| &file.needed).map(String::as_str).collect();
        let rank = |(path, file): (&str, &Loadable)| {
            if is_begun_with(path, file) {
                0
            } else if !names(path, file).any(|name| asked_for.contains(name)) {
                1
            } else {
                2
            }
        };
        let mut order: Vec<(u8, usize)> = self.files.iter().enumerate().map(|(index, file)| (rank(*file), index)).collect();
        order.sort_unstable();
        for (rank, file) in order {
            let (path, content) = self.files[file];
            // What the others got from the runtime, which comes first, is never loaded.
            let is_left_behind = rank == 2 && names(path, content).any(|name| self.image.has(name));
            if rank == 0 || !(self.outcome.loaded.contains(&file) || is_left_behind) {
                self.load(file)?;
            }
        }
        Ok(self.outcome)
    }

    /// Loads `file` and all that it needs, those nearest to it first.
    fn load(&mut self, file: usize) -> Result<(), Tangled> {
        let mut loaded = vec![Loaded { file, by: None }];
        let mut names: BTreeMap<&str, Found> = BTreeMap::new();
        let mut files = BTreeSet::from([file]);
        names.extend(self.files[file].1.soname.as_deref().map(|soname| (soname, Found::File(file))));
        let mut next = 0;
        while next < loaded.len() {
            let current = loaded[next].file;
            self.outcome.loaded.insert(current);
            let of_current: &'a Loadable = self.files[current].1;
            for name in &of_current.needed {
                self.count(1)?;
                let found = match names.get(name.as_str()) {
                    Some(found) => *found,
                    None => self.look_up(name, &loaded, next)?,
                };
                let source = match found {
                    Found::File(_) => Source::Layer,
                    Found::Image => Source::Image,
                    Found::Nothing => Source::Missing,
                };
                let worst = self.outcome.sources.entry((current, name)).or_insert(source);
                *worst = source.max(*worst);
                if matches!(found, Found::Nothing) {
                    continue;
                }
                names.insert(name, found);
                if let Found::File(other) = found
                    && files.insert(other)
                {
                    names.extend(self.files[other].1.soname.as_deref().map(|soname| (soname, found)));
                    loaded.push(Loaded { file: other, by: Some(next) });
                }
            }
            next += 1;
        }
        Ok(())
    }

    /// Looks for the library `name`, which the file at `place` of `loaded` needs.
    fn look_up(&mut self, name: &str, loaded: &[Loaded], place: usize) -> Result<Found, Tangled> {
        let (path, file) = self.files[loaded[place].file];
        if name.contains('/') {
            let found = search::direct(name, path).and_then(|path| self.by_path.get(path.as_str()));
            return Ok(found.map_or(Found::Nothing, |file| Found::File(*file)));
        }
        if file.runpath.is_none() {
            let mut way = Some(place);
            while let Some(place) = way {
                let (path, file) = self.files[loaded[place].file];
                let rpath = file.rpath.as_deref().filter(|_| file.runpath.is_none());
                if let Some(found) = self.look_in(rpath, path, name)? {
                    return Ok(found);
                }
                way = loaded[place].by;
            }
        }
        if self.image.has(name) {
            return Ok(Found::Image);
        }
        Ok(self.look_in(file.runpath.as_deref(), path, name)?.unwrap_or(Found::Nothing))
    }

    fn look_in(&mut self, list: Option<&str>, file: &str, name: &str) -> Result<Option<Found>, Tangled> {
        let Some(list) = list else { return Ok(None) };
        self.count(1 + list.len() / LOOKUP_BYTES)?;
        for place in search::places(list, file, name) {
            if let Some(&found) = self.by_path.get(place.as_str()) {
                return Ok(Some(Found::File(found)));
            }
        }
        Ok(None)
    }

    fn count(&mut self, lookups: usize) -> Result<(), Tangled> {
        self.lookups += lookups;
        if self.lookups > LOOKUPS_MAX { Err(Tangled) } else { Ok(()) }
    }
}

/// Whether something may begin with this file although others need it: Python imports it, or it is a program.
fn is_begun_with(path: &str, file: &Loadable) -> bool {
    let name = file_name(path);
    file.interpreter.is_some() || (name.ends_with(".so") && (name.contains(".cpython-") || name.ends_with(".abi3.so")))
}

/// The names by which others may ask for this file.
pub(super) fn names<'a>(path: &'a str, file: &'a Loadable) -> impl Iterator<Item = &'a str> {
    [Some(file_name(path)), file.soname.as_deref()].into_iter().flatten()
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
