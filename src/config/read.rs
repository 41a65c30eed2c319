//! The folder as a whole: reads every file once, then looks across them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::packages::PackageRow;
use super::settings::PackageFile;
use super::{Catalog, ConfigProblem, Row, RuntimeSpec, Settings, packages, regions, settings};
use crate::domain::{LayerName, NormalizedName, PackageName, RuntimeState};
use crate::outside::{OutsideError, files};
use crate::report::{Location, Problem, Problems};

/// The folder, from the root of the project.
pub const CONFIG_DIR: &str = "pipeline/config";
const FILE_MAX_BYTES: u64 = 16 << 20;

/// What was read: a catalogue of all that is right, and problems with the rest.
#[derive(Debug)]
pub struct Loaded {
    /// What is right, even if something else is not; nothing when `klayers.toml` cannot be understood.
    pub catalog: Option<Catalog>,
    /// What is wrong with the files, and where.
    pub problems: Problems,
}

/// Reads `pipeline/config/` below `root`.
///
/// # Errors
/// When a file exists and the system will not let us read it. What is wrong inside the files is in
/// [`Loaded::problems`].
pub fn read(root: &Path) -> Result<Loaded, OutsideError> {
    let mut problems = Problems::new();
    let mut folder = Folder { root, package_files: BTreeMap::new() };
    let settings_file = path_from_root("klayers.toml");
    let regions_file = path_from_root("regions.csv");
    let settings =
        folder.bytes("klayers.toml", Location::file(&settings_file), &mut problems)?.and_then(|bytes| settings::read(&settings_file, &bytes, &mut problems));
    let regions = folder.bytes("regions.csv", Location::file(&regions_file), &mut problems)?;
    let regions = regions.map_or_else(Vec::new, |bytes| regions::read(&regions_file, &bytes, &mut problems));
    let Some(settings) = settings else {
        return Ok(Loaded { catalog: None, problems });
    };

    let mut rows = Vec::new();
    // A row of a file that many runtimes take is wrong once, not once per runtime.
    let mut reported = BTreeSet::new();
    for (spec, package_files) in &settings.runtimes {
        let mut of_runtime = folder.rows(package_files, &mut problems)?;
        if spec.state == RuntimeState::Active {
            let bundles = settings.bundles.iter().filter(|(bundle, _)| bundle.python.as_ref().is_none_or(|pythons| pythons.contains(&spec.runtime.python)));
            of_runtime.extend(bundles.map(|(bundle, location)| PackageRow {
                request: bundle.request.clone(),
                license: bundle.license.clone(),
                location: location.clone(),
            }));
            rows.extend(named_rows(&settings.settings, spec, of_runtime, &mut reported, &mut problems));
        }
    }
    rows.sort_by_cached_key(|row: &Row| (row.runtime, row.request.normalized()));
    check_sample(&settings, &rows, &settings_file, &mut problems);
    let runtimes = settings.runtimes.into_iter().map(|(spec, _)| spec).collect();
    Ok(Loaded { catalog: Some(Catalog { settings: settings.settings, runtimes, regions, rows }), problems })
}

struct Folder<'a> {
    root: &'a Path,
    package_files: BTreeMap<String, Vec<PackageRow>>,
}

impl Folder<'_> {
    fn bytes(&self, name: &str, named_at: Location, problems: &mut Problems) -> Result<Option<Vec<u8>>, OutsideError> {
        let bytes = files::read_if_exists(&self.root.join(CONFIG_DIR).join(name), FILE_MAX_BYTES)?;
        if bytes.is_none() {
            problems.push(ConfigProblem::FileMissing { name: path_from_root(name) }.at(named_at));
        }
        Ok(bytes)
    }

    /// The rows of several files, in order. A file that many runtimes take is read once.
    fn rows(&mut self, package_files: &[PackageFile], problems: &mut Problems) -> Result<Vec<PackageRow>, OutsideError> {
        let mut rows = Vec::new();
        for file in package_files {
            if !self.package_files.contains_key(&file.name) {
                let bytes = self.bytes(&file.name, file.named_at.clone(), problems)?;
                let read = bytes.map_or_else(Vec::new, |bytes| packages::read(&path_from_root(&file.name), &bytes, problems));
                self.package_files.insert(file.name.clone(), read);
            }
            rows.extend(self.package_files[&file.name].iter().cloned());
        }
        Ok(rows)
    }
}

/// Gives each row its layer's name and leaves out those whose name is refused or taken.
fn named_rows(
    settings: &Settings,
    spec: &RuntimeSpec,
    rows: Vec<PackageRow>,
    reported: &mut BTreeSet<(Location, &'static str)>,
    problems: &mut Problems,
) -> Vec<Row> {
    let mut layers: BTreeMap<LayerName, Location> = BTreeMap::new();
    let mut packages: BTreeMap<NormalizedName, Location> = BTreeMap::new();
    let mut named = Vec::new();
    let mut report = |problem: Problem| {
        if reported.insert((problem.location.clone(), problem.code)) {
            problems.push(problem);
        }
    };
    for PackageRow { request, license, location } in rows {
        let layer = match settings.prefix.layer_name(spec.runtime, request.name()) {
            Ok(layer) => layer,
            Err(error) => {
                report(ConfigProblem::LayerNameRefused { message: error.to_string() }.at(location));
                continue;
            }
        };
        let taken = packages.get(&request.normalized()).map(|first| (request.spelled(), first));
        let taken = taken.or_else(|| layers.get(&layer).map(|first| (layer.to_string(), first)));
        if let Some((name, first)) = taken {
            report(ConfigProblem::DuplicateLayerName { name, first: first.clone() }.at(location));
            continue;
        }
        let request = match settings.complete(request) {
            Ok(request) => request,
            Err(error) => {
                let help = "take it out of `needs` in `klayers.toml`".to_owned();
                report(ConfigProblem::SettingRefused { message: error.to_string(), help }.at(location));
                continue;
            }
        };
        layers.insert(layer.clone(), location.clone());
        packages.insert(request.normalized(), location.clone());
        named.push(Row { runtime: spec.runtime, request, layer, license, location });
    }
    named
}

fn check_sample(settings: &settings::Read, rows: &[Row], file: &str, problems: &mut Problems) {
    let Some(sample) = &settings.settings.sample else { return };
    for name in &sample.packages {
        let known = name
            .parse::<PackageName>()
            .is_ok_and(|name| rows.iter().any(|row| row.runtime.python == sample.python && row.request.normalized() == name.normalized()));
        if !known {
            problems.push(ConfigProblem::SamplePackageUnknown { name: name.clone() }.at(Location::file(file)));
        }
    }
}

fn path_from_root(name: &str) -> String {
    format!("{CONFIG_DIR}/{name}")
}
