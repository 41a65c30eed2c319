//! `klayers.toml`: what holds for the whole service, and the table of runtimes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::layer_settings::{self, Bundle, BundleTable, PackageTable};
use super::publish_settings::{self, PublishTable};
use super::site_settings::{self, SiteTable};
use super::{BuildSettings, ConfigProblem, RuntimeSpec, Sample, Settings};
use crate::domain::{Architecture, Glibc, Need, Prefix, PythonMinor, Runtime, RuntimeState, shown};
use crate::report::{Location, Problems};

/// Longest name of a package file, in bytes, with room for what a runtime puts into it: file systems take 255.
const FILE_NAME_MAX_BYTES: usize = 200;
const RETENTION_DAYS: std::ops::RangeInclusive<u32> = 1..=36_500;
/// Stands in a package file's name for the runtime: `p313-arm64`.
const INFIX: &str = "{infix}";

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    prefix: Prefix,
    retention_days: Spanned<u32>,
    #[serde(default)]
    publish: PublishTable,
    #[serde(default)]
    build: BuildTable,
    #[serde(default)]
    site: SiteTable,
    sample: Option<SampleTable>,
    #[serde(default)]
    package: BTreeMap<Spanned<String>, PackageTable>,
    #[serde(default)]
    bundle: BTreeMap<Spanned<String>, BundleTable>,
    runtime: BTreeMap<Spanned<PythonKey>, RuntimeTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildTable {
    bytecode: Option<Need>,
    import_test: Option<Need>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleTable {
    python: PythonMinor,
    packages: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuntimeTable {
    architectures: Vec<Architecture>,
    operating_system: String,
    glibc: Glibc,
    state: RuntimeState,
    end_of_life: Spanned<Datetime>,
    packages: Vec<Spanned<String>>,
}

/// A Python minor as the key of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
struct PythonKey(PythonMinor);

/// What was read: the settings, and each runtime with the package files that it takes.
pub struct Read {
    /// For the whole service.
    pub settings: Settings,
    /// Per runtime, sorted.
    pub runtimes: Vec<(RuntimeSpec, Vec<PackageFile>)>,
    /// Layers of several packages, each with its place.
    pub bundles: Vec<(Bundle, Location)>,
}

/// A package file that a runtime takes.
pub struct PackageFile {
    /// Its name in the same folder.
    pub name: String,
    /// Where `klayers.toml` names it.
    pub named_at: Location,
}

/// Reads `klayers.toml`; nothing when it cannot be understood at all.
pub fn read(file: &str, bytes: &[u8], problems: &mut Problems) -> Option<Read> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let valid = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
        problems.push(ConfigProblem::NotUtf8.at(Location::line(file, line_of(bytes, valid))));
        return None;
    };
    let document: Document = match toml::from_str(text) {
        Ok(document) => document,
        Err(error) => {
            let line = line_of(bytes, error.span().map_or(0, |span| span.start));
            let reason = error.message().lines().collect::<Vec<_>>().join("; ");
            problems.push(ConfigProblem::SettingsInvalid { reason }.at(Location::line(file, line)));
            return None;
        }
    };
    let at = |span: std::ops::Range<usize>| Location::line(file, line_of(bytes, span.start));
    let mut refuse = |span, message: String, help: &str| {
        problems.push(ConfigProblem::SettingRefused { message, help: help.to_owned() }.at(at(span)));
    };

    if !RETENTION_DAYS.contains(document.retention_days.get_ref()) {
        refuse(document.retention_days.span(), format!("`retention_days` is {}", document.retention_days.get_ref()), "write a number of days from 1 to 36500");
    }
    let publish = publish_settings::read(document.publish, &mut refuse);
    let site = site_settings::read(document.site, &mut refuse);
    let packages = layer_settings::packages(document.package, &mut refuse);
    let bundles = layer_settings::bundles(document.bundle, &mut refuse);
    let bundles = bundles.into_iter().map(|bundle| (at(bundle.named_at..bundle.named_at), bundle)).map(|(location, bundle)| (bundle, location)).collect();
    let mut runtimes = Vec::new();
    for (python, table) in document.runtime {
        let end_of_life = table.end_of_life.get_ref().to_string().parse::<Date>().unwrap_or_else(|_| {
            refuse(table.end_of_life.span(), format!("`end_of_life` is `{}`", table.end_of_life.get_ref()), "write a date, as 2029-06-30");
            Date::ZERO
        });
        if table.architectures.is_empty() {
            refuse(python.span(), "`architectures` is empty".to_owned(), "name `x86_64`, `arm64` or both");
        }
        for name in &table.packages {
            if !is_file_name(name.get_ref()) {
                refuse(name.span(), format!("`{}` is not a file name", shown(name.get_ref())), "name a file of `pipeline/config/`");
            }
        }
        for architecture in Architecture::ALL.into_iter().filter(|architecture| table.architectures.contains(architecture)) {
            let runtime = Runtime { python: python.get_ref().0, architecture };
            let files: Vec<PackageFile> = table
                .packages
                .iter()
                // What was refused is not looked for: it may lead anywhere.
                .filter(|name| is_file_name(name.get_ref()))
                .map(|name| PackageFile { name: name.get_ref().replace(INFIX, &runtime.layer_infix()), named_at: at(name.span()) })
                .collect();
            let spec = RuntimeSpec {
                runtime,
                operating_system: table.operating_system.clone(),
                glibc: table.glibc,
                state: table.state,
                end_of_life,
                package_files: files.iter().map(|file| file.name.clone()).collect(),
            };
            runtimes.push((spec, files));
        }
    }
    runtimes.sort_by_key(|(spec, _)| spec.runtime);
    let settings = Settings {
        prefix: document.prefix,
        retention_days: document.retention_days.into_inner(),
        publish,
        sample: document.sample.map(|sample| Sample { python: sample.python, packages: sample.packages }),
        build: BuildSettings {
            bytecode: document.build.bytecode.unwrap_or(Need::IfAvailable),
            import_test: document.build.import_test.unwrap_or(Need::IfAvailable),
        },
        site,
        packages,
    };
    Some(Read { settings, runtimes, bundles })
}

fn line_of(bytes: &[u8], offset: usize) -> u64 {
    1 + bytes[..offset.min(bytes.len())].iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// Whether `name` can be that of a file in a folder: no path, nothing hidden, and as short as file systems want it.
fn is_file_name(name: &str) -> bool {
    let is_refused = |character: char| matches!(character, '/' | '\\') || character.is_control();
    !name.is_empty() && name.len() <= FILE_NAME_MAX_BYTES && !name.starts_with('.') && !name.contains(is_refused)
}
