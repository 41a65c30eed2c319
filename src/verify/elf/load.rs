//! Follows the loader: which file or library each needed name leads to.
//!
//! A file may be loaded by Python, which knows its path, or because another file needs it; then the
//! other one's `RPATH` counts too, and what is already loaded is not looked for again. So the loader's
//! way is gone from every file that something may begin with. The order is that of glibc's `ld.so(8)`:
//! what is loaded, `RPATH` of the file and of those that led to it, `LD_LIBRARY_PATH` (which on Lambda
//! leads to the runtime's own libraries), `RUNPATH`.

use std::collections::{BTreeMap, BTreeSet};

use super::read::Loadable;
use super::search;
use super::{Image, image};

/// Most names that are looked up for one layer. Large layers of today need some ten thousand.
const LOOKUPS_MAX: usize = 2_000_000;

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

/// The libraries that each file needs, by its place in `files`, and where they come from.
pub(super) type Sources<'a> = BTreeMap<(usize, &'a str), Source>;

/// The libraries lead to one another in too many ways.
#[derive(Debug)]
pub(super) struct Tangled;

/// The files of a layer as the loader sees them.
pub(super) struct Loader<'a> {
    files: &'a [(&'a str, &'a Loadable)],
    by_path: BTreeMap<&'a str, usize>,
    image: &'a image::Image,
    sources: Sources<'a>,
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
        Self { files, by_path, image, sources: Sources::new(), lookups: 0 }
    }

    /// Loads everything that may be loaded.
    pub(super) fn run(mut self) -> Result<Sources<'a>, Tangled> {
        let needed = self.needed()?;
        let mut seen = BTreeSet::new();
        for file in 0..self.files.len() {
            if !needed.contains(&file) || is_begun_with(self.files[file]) {
                self.load(file, &mut seen)?;
            }
        }
        // What only needs one another in a circle.
        for file in 0..self.files.len() {
            if !seen.contains(&file) {
                self.load(file, &mut seen)?;
            }
        }
        Ok(self.sources)
    }

    /// The files that others of the layer need and find.
    fn needed(&mut self) -> Result<BTreeSet<usize>, Tangled> {
        let mut needed = BTreeSet::new();
        for file in 0..self.files.len() {
            for name in &self.files[file].1.needed {
                if let Found::File(other) = self.look_up(name, &[Loaded { file, by: None }], 0)? {
                    needed.insert(other);
                }
            }
        }
        Ok(needed)
    }

    /// Loads `file` and all that it needs, those nearest to it first.
    fn load(&mut self, file: usize, seen: &mut BTreeSet<usize>) -> Result<(), Tangled> {
        let mut loaded = vec![Loaded { file, by: None }];
        let mut names: BTreeMap<&str, Found> = BTreeMap::new();
        let mut files = BTreeSet::from([file]);
        names.extend(self.files[file].1.soname.as_deref().map(|soname| (soname, Found::File(file))));
        let mut next = 0;
        while next < loaded.len() {
            let current = loaded[next].file;
            seen.insert(current);
            let of_current: &'a Loadable = self.files[current].1;
            for name in &of_current.needed {
                let found = match names.get(name.as_str()) {
                    Some(found) => *found,
                    None => self.look_up(name, &loaded, next)?,
                };
                let source = match found {
                    Found::File(_) => Source::Layer,
                    Found::Image => Source::Image,
                    Found::Nothing => Source::Missing,
                };
                let worst = self.sources.entry((current, name)).or_insert(source);
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
            self.count()?;
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
        self.count()?;
        for place in list.into_iter().flat_map(|list| search::places(list, file, name)) {
            self.count()?;
            if let Some(&found) = self.by_path.get(place.as_str()) {
                return Ok(Some(Found::File(found)));
            }
        }
        Ok(None)
    }

    fn count(&mut self) -> Result<(), Tangled> {
        self.lookups += 1;
        if self.lookups > LOOKUPS_MAX { Err(Tangled) } else { Ok(()) }
    }
}

/// Whether something may begin with this file although others need it: Python imports it, or it is a program.
fn is_begun_with((path, file): (&str, &Loadable)) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    file.interpreter.is_some() || (name.ends_with(".so") && (name.contains(".cpython-") || name.ends_with(".abi3.so")))
}
