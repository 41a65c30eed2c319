//! Which rows and regions of the catalogue a command works on.

use super::variables::{List, list};
use crate::config::{Catalog, Row};
use crate::domain::{NormalizedName, PackageName, Partition, RegionCode, RegionState, Runtime};

/// Rows by package and runtime. Without either, all.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SelectionArgs {
    /// Only this package, by any spelling of its name, or a list with commas. May be given several times.
    #[arg(short, long = "package", value_name = "PACKAGE")]
    packages: Vec<List<PackageName>>,
    /// Only this runtime, as `p3.13` or `p3.13-arm64`, or a list with commas. May be given several times.
    #[arg(short = 'R', long = "runtime", value_name = "RUNTIME")]
    runtimes: Vec<List<Runtime>>,
}

impl SelectionArgs {
    /// What the flags say.
    pub fn selection(&self) -> Selection {
        let packages = self.packages.iter().flat_map(|list| list.0.clone()).collect();
        Selection { packages, runtimes: self.runtimes.iter().flat_map(|list| list.0.clone()).collect() }
    }

    /// What the flags say, or else the variables `KLAYERS_PACKAGES` and `KLAYERS_RUNTIMES`.
    ///
    /// # Errors
    /// When a variable holds no such names.
    pub fn given(&self) -> anyhow::Result<Selection> {
        Ok(Selection { packages: list(&self.packages, "KLAYERS_PACKAGES")?, runtimes: list(&self.runtimes, "KLAYERS_RUNTIMES")? })
    }
}

/// Rows by package and runtime. Without either, all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these packages.
    pub packages: Vec<PackageName>,
    /// Only for these runtimes.
    pub runtimes: Vec<Runtime>,
}

impl Selection {
    /// Whether nothing is left out.
    pub fn is_whole(&self) -> bool {
        self.packages.is_empty() && self.runtimes.is_empty()
    }

    /// The rows that are meant.
    ///
    /// # Errors
    /// When something is named that the catalogue does not have.
    pub fn rows<'a>(&self, catalog: &'a Catalog) -> anyhow::Result<Vec<&'a Row>> {
        let wanted: Vec<NormalizedName> = self.packages.iter().map(PackageName::normalized).collect();
        for (name, normal) in self.packages.iter().zip(&wanted) {
            let known = catalog.rows.iter().any(|row| row.request.normalized() == *normal);
            anyhow::ensure!(
                known,
                "the catalogue has no package `{name}` for any active runtime\nhelp: add a row to `pipeline/config/packages.csv`, or use `klayers build`, which needs none"
            );
        }
        for runtime in &self.runtimes {
            let active: Vec<String> = catalog.active_runtimes().map(|spec| spec.runtime.to_string()).collect();
            anyhow::ensure!(active.contains(&runtime.to_string()), "`{runtime}` is not an active runtime\nhelp: these are: {}", active.join(", "));
        }
        let rows = catalog.rows.iter().filter(|row| {
            (wanted.is_empty() || wanted.contains(&row.request.normalized())) && (self.runtimes.is_empty() || self.runtimes.contains(&row.runtime))
        });
        Ok(rows.collect())
    }
}

/// The active regions that are meant: those that are named, those of a partition, or all.
///
/// # Errors
/// When a region is named that is not active, or a partition has none.
pub fn select_regions(catalog: &Catalog, named: &[RegionCode], partition: Option<Partition>) -> anyhow::Result<Vec<RegionCode>> {
    let active: Vec<RegionCode> = catalog.active_regions().map(|region| region.code.clone()).collect();
    for region in named {
        anyhow::ensure!(active.contains(region), "`{region}` is not an active region of `pipeline/config/regions.csv`");
    }
    let Some(partition) = partition else {
        return Ok(if named.is_empty() { active } else { named.to_vec() });
    };
    let of_partition: Vec<RegionCode> = active.into_iter().filter(|region| region.partition() == partition).collect();
    anyhow::ensure!(!of_partition.is_empty(), "`pipeline/config/regions.csv` has no active region of `{partition}`");
    Ok(of_partition)
}

/// The regions of the catalogue that are named, whatever their state; all that are not retired when none is.
///
/// # Errors
/// When a region is named that the catalogue does not have.
pub fn known_regions(catalog: &Catalog, named: &[RegionCode]) -> anyhow::Result<Vec<RegionCode>> {
    for region in named {
        anyhow::ensure!(catalog.regions.iter().any(|known| known.code == *region), "`pipeline/config/regions.csv` has no region `{region}`");
    }
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    Ok(catalog.regions.iter().filter(|region| region.state != RegionState::Retired).map(|region| region.code.clone()).collect())
}
