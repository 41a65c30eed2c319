//! The catalogue that a run works on.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{
    AccountId, Architecture, Glibc, Invalid, LayerName, LayerRequest, Need, NormalizedName, PackageSettings, Partition, Prefix, PythonMinor, RegionCode,
    RegionState, Runtime, RuntimeState, Sharing, SiteAddress,
};
use crate::report::Location;

/// Everything that `pipeline/config/` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// What holds for the whole service.
    pub settings: Settings,
    /// The runtimes, sorted by Python and architecture, those of every state.
    pub runtimes: Vec<RuntimeSpec>,
    /// The regions, in the order of their file.
    pub regions: Vec<Region>,
    /// What to build: one row per package and active runtime, sorted by runtime and normalised name.
    pub rows: Vec<Row>,
}

impl Catalog {
    /// The regions that layers are published to.
    pub fn active_regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter().filter(|region| region.state == RegionState::Active)
    }

    /// The runtimes that layers are built for.
    pub fn active_runtimes(&self) -> impl Iterator<Item = &RuntimeSpec> {
        self.runtimes.iter().filter(|spec| spec.state == RuntimeState::Active)
    }

    /// What is said of a package or bundle; the default when nothing is.
    pub fn package_settings(&self, name: &NormalizedName) -> PackageSettings {
        self.settings.packages.get(name).cloned().unwrap_or_default()
    }

    /// The distributions that may be built from source, sorted.
    pub fn source_builds(&self) -> Vec<NormalizedName> {
        self.settings.packages.iter().filter(|(_, settings)| settings.source_build).map(|(name, _)| name.clone()).collect()
    }

    /// What is known of a runtime.
    pub fn runtime(&self, runtime: Runtime) -> Option<&RuntimeSpec> {
        self.runtimes.iter().find(|spec| spec.runtime == runtime)
    }
}

/// What holds for the whole service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The first word of every layer's name.
    pub prefix: Prefix,
    /// Days between the publication of a newer version and the expiry of the older: 1 to 36,500.
    pub retention_days: u32,
    /// How layers are published.
    pub publish: PublishSettings,
    /// What `run --sample` takes.
    pub sample: Option<Sample>,
    /// What a layer may go without.
    pub build: BuildSettings,
    /// What holds for the site.
    pub site: SiteSettings,
    /// What is said of single packages and bundles.
    pub packages: BTreeMap<NormalizedName, PackageSettings>,
}

impl Settings {
    /// The request with what its package needs and does not name, if settings say so.
    ///
    /// # Errors
    /// When they name what the request has already.
    pub fn complete(&self, request: LayerRequest) -> Result<LayerRequest, Invalid> {
        match self.packages.get(&request.normalized()) {
            Some(settings) => request.with(&settings.needs),
            None => Ok(request),
        }
    }
}

/// How layers are published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishSettings {
    /// Name of the bucket for archives that are too large to send inline, with `{region}` and `{account}`.
    pub staging_bucket: Option<String>,
    /// With whom layer versions are shared.
    pub sharing: Sharing,
    /// Whose account it must be, by partition; where there is none, anybody's.
    pub accounts: BTreeMap<Partition, AccountId>,
    /// Calls of Lambda's API that are made in each region in a second: 1 to 14. Lambda takes 15 of most kinds together.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests>
    pub calls_per_second: u32,
    /// Seconds that a call without an archive may take: 1 to 900.
    pub call_timeout_seconds: u32,
}

/// What a layer may go without when a machine cannot do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildSettings {
    /// How much compiled modules are wanted.
    pub bytecode: Need,
    /// How much the proof is wanted that it can be imported.
    pub import_test: Need,
}

/// What holds for the site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteSettings {
    /// The address of its top, if that is known. Without it every link is relative.
    pub address: Option<SiteAddress>,
    /// Where people find the repository, if that is known: pages lead there to report and to ask.
    pub repository: Option<SiteAddress>,
}

/// A small part of the catalogue that shows the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// For which Python, on every architecture.
    pub python: PythonMinor,
    /// Which packages, by any spelling of their names.
    pub packages: Vec<String>,
}

/// A runtime and what it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeSpec {
    /// The Python and the architecture.
    pub runtime: Runtime,
    /// AWS's name of its operating system, as `AL2023`.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
    pub operating_system: String,
    /// The newest C library that a wheel may ask for.
    pub glibc: Glibc,
    /// How far it is in its life.
    pub state: RuntimeState,
    /// The day on which AWS stops to mend it, which AWS calls its deprecation.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
    pub end_of_life: Date,
    /// The files of `pipeline/config/` whose rows it takes, in their order.
    pub package_files: Vec<String>,
}

impl RuntimeSpec {
    /// The processor that it runs on.
    pub fn architecture(&self) -> Architecture {
        self.runtime.architecture
    }
}

/// A region and what is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The region's code, as `eu-west-1`.
    pub code: RegionCode,
    /// Its name for people.
    pub name: String,
    /// What is done with it.
    pub state: RegionState,
}

/// One package for one runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The runtime that the layer is for.
    pub runtime: Runtime,
    /// What is asked for.
    pub request: LayerRequest,
    /// The layer that it becomes.
    pub layer: LayerName,
    /// The licence as the row gives it; may be empty.
    pub license: String,
    /// The file and the line where it stands.
    pub location: Location,
}
