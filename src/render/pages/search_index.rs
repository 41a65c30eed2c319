//! What the search on the first page knows, in one small file that it fetches once: every package, and on every runtime the
//! version and the number of its latest layer version in every region. Its form is between this file and `site/static/search.js`
//! and promised to nobody.
//!
//! No ARN is written out. That of a package is, for a runtime and a region:
//!
//! 1. the `head` of the region, which ends with `:layer:`;
//! 2. the `head` of the runtime, and the package's name with a `-` for each `.`;
//! 3. `:` and the number: the part's own plus what its spread says of the region.
//!
//! An [`Entry`] that is a mere number means: published, in the first of the package's versions, with this number everywhere.
//! A part whose layer has another name, account or partition than the rule says has the whole ARN up to the number instead,
//! with a `*` for the region.

use std::collections::BTreeMap;

use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

use super::choices::{shown_regions, shown_runtimes};
use super::import_names::import_names;
use crate::config::Region;
use crate::domain::{Prefix, RegionState, RuntimeState};
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::api_v3::status::{PackageState, status};
use crate::render::escape::json_in_page;
use crate::render::view::{Listed, PackageView, RuntimeView, View};

/// Where it is, from the top of the site.
pub const PATH: &str = "search.json";

/// The file.
#[derive(Debug, Serialize)]
struct SearchIndex<'a> {
    runtimes: Vec<RuntimeEntry>,
    regions: Vec<RegionEntry<'a>>,
    /// What a package can be on a runtime, and the code of the reason. The first is that all is well.
    states: Vec<(PackageState, &'a str)>,
    /// In which regions a number differs from the part's own.
    spreads: Vec<Spread>,
    /// Sorted by normalised name.
    packages: Vec<PackageEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct RuntimeEntry {
    id: String,
    python: String,
    architecture: String,
    head: String,
    is_deprecated: bool,
}

#[derive(Debug, Serialize)]
struct RegionEntry<'a> {
    code: &'a str,
    head: String,
    is_paused: bool,
}

/// A package: its name, its versions, an entry per runtime, and the names to import it by that differ from its own.
#[derive(Debug, Serialize)]
struct PackageEntry<'a>(&'a str, Vec<&'a str>, Vec<Option<Entry>>, #[serde(skip_serializing_if = "<[_]>::is_empty")] &'static [&'static str]);

/// A package on a runtime: its state, and a part for each version and layer name that is latest in any region.
#[derive(Debug)]
struct Entry {
    state: usize,
    parts: Vec<Part>,
}

/// The latest layer versions of one version of a package. What is 0 or empty at the end is left out.
#[derive(Debug)]
struct Part {
    number: u64,
    version: usize,
    spread: usize,
    head: String,
}

/// By what is to be added to the number, the regions where that is so; by `-` those that have none. The others have the number.
type Spread = BTreeMap<String, Vec<usize>>;

/// What is in the layers of a part: the version and the ARN up to the number.
type PartKey<'a> = (&'a str, String);

/// Puts the file.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let runtimes: Vec<&RuntimeView<'_>> = shown_runtimes(view).collect();
    let regions: Vec<&Region> = shown_regions(view).collect();
    let index = Writer::new(&view.catalog.settings.prefix, &runtimes, &regions).index(view);
    sink.put(PATH, json_in_page(serde_json::to_string(&index).expect("an index is plain data")).as_bytes())
}

/// Collects what entries share.
struct Writer<'a, 'b> {
    prefix: &'b Prefix,
    runtimes: &'b [&'b RuntimeView<'a>],
    regions: &'b [&'b Region],
    heads: Vec<String>,
    states: Vec<(PackageState, &'b str)>,
    spreads: Vec<Spread>,
    known_spreads: BTreeMap<Spread, usize>,
}

impl<'a, 'b> Writer<'a, 'b> {
    fn new(prefix: &'b Prefix, runtimes: &'b [&'b RuntimeView<'a>], regions: &'b [&'b Region]) -> Self {
        Self {
            prefix,
            runtimes,
            regions,
            heads: regions
                .iter()
                .map(|region| commonest(runtimes.iter().flat_map(|runtime| runtime.latest(&region.code)).map(|(_, latest)| region_head(&latest))))
                .collect(),
            states: vec![(PackageState::Published, "")],
            spreads: vec![Spread::new()],
            known_spreads: BTreeMap::from([(Spread::new(), 0)]),
        }
    }

    fn index(mut self, view: &'b View<'a>) -> SearchIndex<'b> {
        let packages = view.by_package().values().map(|columns| self.package(columns)).collect();
        SearchIndex {
            runtimes: self.runtimes.iter().map(|runtime| RuntimeEntry::new(runtime, self.prefix)).collect(),
            regions: self.regions.iter().zip(self.heads).map(|(region, head)| RegionEntry::new(region, head)).collect(),
            states: self.states,
            spreads: self.spreads,
            packages,
        }
    }

    /// A package that is only on runtimes that are not shown is there too, without an entry: nobody should ask for it again unknowing.
    fn package(&mut self, columns: &[(&'b RuntimeView<'a>, &'b PackageView<'a>)]) -> PackageEntry<'b> {
        // The spelling of the newest Python: older ones may know an older one.
        let (spelled, names) = columns.last().map_or(("", &[][..]), |(_, package)| (package.name.as_str(), import_names(package.normalized.as_str())));
        let mut versions: Vec<&'b str> = Vec::new();
        let mut entries: Vec<Option<Entry>> = self.runtimes.iter().map(|_| None).collect();
        // The newest Python has the newest version, which most have: it comes first.
        for at in (0..entries.len()).rev() {
            let runtime = self.runtimes[at];
            let package = columns.iter().find(|(other, _)| other.spec.runtime == runtime.spec.runtime);
            entries[at] = package.map(|(_, package)| self.entry(runtime, package, spelled, &mut versions));
        }
        PackageEntry(spelled, versions, entries, names)
    }

    fn entry(&mut self, runtime: &RuntimeView<'_>, package: &'b PackageView<'a>, spelled: &str, versions: &mut Vec<&'b str>) -> Entry {
        let told = status(package);
        let state = position(&mut self.states, (told.state, told.code.unwrap_or_default()));
        let layer = layer_of(&head_of(runtime, self.prefix), spelled);
        let mut parts: BTreeMap<PartKey<'b>, BTreeMap<usize, u64>> = BTreeMap::new();
        for (at, region) in self.regions.iter().enumerate() {
            let Some(latest) = package.latest(&region.code) else { continue };
            let follows = latest.arn.layer.as_str() == layer && region_head(&latest) == self.heads[at];
            let head = if follows { String::new() } else { format!("arn:{}:lambda:*:{}:layer:{}", latest.arn.partition, latest.arn.account, latest.arn.layer) };
            parts.entry((&latest.published.version, head)).or_default().insert(at, latest.arn.version);
        }
        let parts = parts.into_iter().map(|((version, head), numbers)| {
            let number = commonest(numbers.values().copied());
            Part { number, version: position(versions, version), spread: self.spread(number, &numbers), head }
        });
        Entry { state, parts: parts.collect() }
    }

    fn spread(&mut self, number: u64, numbers: &BTreeMap<usize, u64>) -> usize {
        let mut spread = Spread::new();
        for at in 0..self.regions.len() {
            match numbers.get(&at) {
                Some(&other) if other == number => {}
                Some(&other) => spread.entry((i128::from(other) - i128::from(number)).to_string()).or_default().push(at),
                None => spread.entry("-".to_owned()).or_default().push(at),
            }
        }
        let next = self.spreads.len();
        *self.known_spreads.entry(spread).or_insert_with_key(|spread| {
            self.spreads.push(spread.clone());
            next
        })
    }
}

impl RuntimeEntry {
    fn new(runtime: &RuntimeView<'_>, prefix: &Prefix) -> Self {
        Self {
            id: runtime.spec.runtime.to_string(),
            python: runtime.spec.runtime.python.to_string(),
            architecture: runtime.spec.architecture().to_string(),
            head: head_of(runtime, prefix),
            is_deprecated: match runtime.spec.state {
                RuntimeState::Active => false,
                RuntimeState::Deprecated | RuntimeState::Retired => true,
            },
        }
    }
}

impl<'a> RegionEntry<'a> {
    fn new(region: &'a Region, head: String) -> Self {
        let is_paused = match region.state {
            RegionState::Active => false,
            RegionState::Paused | RegionState::Retired => true,
        };
        Self { code: region.code.as_str(), head, is_paused }
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (0, [Part { number, version: 0, spread: 0, head }]) = (self.state, &self.parts[..])
            && head.is_empty()
        {
            return serializer.serialize_u64(*number);
        }
        let mut sequence = serializer.serialize_seq(None)?;
        sequence.serialize_element(&self.state)?;
        self.parts.iter().try_for_each(|part| sequence.serialize_element(part))?;
        sequence.end()
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        sequence.serialize_element(&self.number)?;
        if self.version != 0 || self.spread != 0 || !self.head.is_empty() {
            sequence.serialize_element(&self.version)?;
        }
        if self.spread != 0 || !self.head.is_empty() {
            sequence.serialize_element(&self.spread)?;
        }
        if !self.head.is_empty() {
            sequence.serialize_element(&self.head)?;
        }
        sequence.end()
    }
}

/// How every ARN of a region begins.
fn region_head(latest: &Listed<'_>) -> String {
    format!("arn:{}:lambda:{}:{}:layer:", latest.arn.partition, latest.arn.region, latest.arn.account)
}

/// How every layer's name of a runtime begins.
fn head_of(runtime: &RuntimeView<'_>, prefix: &Prefix) -> String {
    format!("{prefix}-{}-", runtime.spec.runtime.layer_infix())
}

/// What the script makes of a runtime and a name.
fn layer_of(head: &str, spelled: &str) -> String {
    format!("{head}{}", spelled.replace('.', "-"))
}

/// Where `wanted` is in `list`, at its end if it was not.
fn position<T: PartialEq>(list: &mut Vec<T>, wanted: T) -> usize {
    list.iter().position(|known| *known == wanted).unwrap_or_else(|| {
        list.push(wanted);
        list.len() - 1
    })
}

/// What there is most of; of those as many, the least.
fn commonest<T: Ord + Default>(all: impl Iterator<Item = T>) -> T {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    // Of several greatest the last is taken: backwards that is the least.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(one, _)| one).unwrap_or_default()
}
