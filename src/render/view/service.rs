//! The whole service: catalogue and ledger put together once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;

use super::{Listed, PackageView};
use crate::config::{Catalog, Region, Row, RuntimeSpec};
use crate::domain::{NormalizedName, Paper, Papers, RegionCode, Sha256};
use crate::ledger::{Ledger, Published};
use crate::render::bills::Bill;

/// Everything that is shown.
#[derive(Debug)]
pub struct View<'a> {
    /// As the people wrote it.
    pub catalog: &'a Catalog,
    /// One per runtime of the catalogue, retired ones too, in its order.
    pub runtimes: Vec<RuntimeView<'a>>,
    /// The day that everything is told as of, in universal time.
    pub today: Date,
    /// When the whole catalogue was last looked at, if it ever was.
    pub last_run: Option<Timestamp>,
    /// The papers that can be served.
    pub papers: BTreeSet<Paper>,
    /// What the bills of current builds say, by the SHA-256 of each; those that are not at hand are not here.
    pub bills: BTreeMap<Sha256, Bill>,
}

/// A runtime and its packages.
#[derive(Debug)]
pub struct RuntimeView<'a> {
    /// The runtime, and what config says of it.
    pub spec: &'a RuntimeSpec,
    /// What the ledger or the catalogue has for it, sorted by normalised name.
    pub packages: Vec<PackageView<'a>>,
    today: Date,
}

impl<'a> View<'a> {
    /// Folds the whole ledger.
    pub fn new(catalog: &'a Catalog, ledger: &'a Ledger, today: Date) -> Self {
        let runtimes = catalog.runtimes.iter().map(|spec| RuntimeView::new(spec, catalog, ledger, today)).collect();
        Self { catalog, runtimes, today, last_run: ledger.last_run, papers: BTreeSet::new(), bills: BTreeMap::new() }
    }

    /// With `papers`, which whoever writes the site puts below `api/v3/`, each at its [path](Paper::path).
    #[must_use]
    pub fn with_papers(self, papers: BTreeSet<Paper>) -> Self {
        Self { papers, ..self }
    }

    /// With what the bills of current builds say.
    #[must_use]
    pub fn with_bills(self, bills: BTreeMap<Sha256, Bill>) -> Self {
        Self { bills, ..self }
    }

    /// The packages with the SHA-256 of the bill of what each is now: pages tell of no other bill.
    pub fn bills_told(&self) -> BTreeMap<Sha256, &NormalizedName> {
        let packages = self.runtimes.iter().flat_map(|runtime| &runtime.packages);
        packages.filter_map(|package| Some((package.current()?.papers.as_ref()?.sbom_sha256, &package.normalized))).collect()
    }

    /// The papers of all builds that are listed.
    pub fn papers_told(&self) -> BTreeSet<Paper> {
        let builds = self.runtimes.iter().flat_map(|runtime| &runtime.packages).flat_map(|package| &package.builds);
        builds.filter_map(|published| published.papers.as_ref()).flat_map(Papers::all).collect()
    }

    /// About how many files the site has: those that are asked for in a region, which are nearly all.
    pub fn expected_files(&self) -> u64 {
        let aliases: usize = self.runtimes.iter().flat_map(|runtime| &runtime.packages).map(|package| package.aliases.len()).sum();
        (2 * aliases * self.catalog.regions.len()) as u64
    }

    /// Every package with its runtimes, sorted by normalised name.
    pub fn by_package(&self) -> BTreeMap<&NormalizedName, Vec<(&RuntimeView<'a>, &PackageView<'a>)>> {
        let mut packages: BTreeMap<&NormalizedName, Vec<_>> = BTreeMap::new();
        for runtime in &self.runtimes {
            for package in &runtime.packages {
                packages.entry(&package.normalized).or_default().push((runtime, package));
            }
        }
        packages
    }
}

impl<'a> RuntimeView<'a> {
    fn new(spec: &'a RuntimeSpec, catalog: &'a Catalog, ledger: &'a Ledger, today: Date) -> Self {
        let rows = catalog.rows.iter().filter(|row| row.runtime == spec.runtime);
        let mut names: BTreeMap<NormalizedName, Option<&'a Row>> = rows.map(|row| (row.request.normalized(), Some(row))).collect();
        for (_, package) in ledger.packages.keys().filter(|(runtime, _)| *runtime == spec.runtime) {
            names.entry(package.clone()).or_default();
        }
        let packages = names.into_par_iter().map(|(normalized, row)| {
            let events = ledger.packages.get(&(spec.runtime, normalized.clone())).map_or(&[][..], |package| &package.events);
            let status = ledger.status.get(&spec.runtime).and_then(|status| status.packages.get(&normalized));
            PackageView::new(normalized, row, events, status, catalog.settings.retention_days, today)
        });
        Self { spec, packages: packages.collect(), today }
    }

    /// Every listed layer version of a region, by package and number.
    pub fn listed(&self, region: &RegionCode) -> impl Iterator<Item = (&PackageView<'a>, Listed<'_>)> {
        self.packages.iter().flat_map(move |package| package.listed(region).map(move |listed| (package, listed)))
    }

    /// The latest layer version of each package that has one in a region.
    pub fn latest(&self, region: &RegionCode) -> impl Iterator<Item = (&PackageView<'a>, Listed<'_>)> {
        self.packages.iter().filter_map(move |package| Some((package, package.latest(region)?)))
    }

    /// The regions where anything is listed.
    pub fn listed_regions<'b>(&'b self, catalog: &'b Catalog) -> impl Iterator<Item = &'b Region> {
        catalog.regions.iter().filter(|region| self.packages.iter().any(|package| package.is_listed_in(&region.code)))
    }

    /// The packages that are latest somewhere, each with what it is now.
    pub fn available(&self) -> impl Iterator<Item = (&PackageView<'a>, &Published)> {
        self.packages.iter().filter_map(|package| Some((package, package.current()?)))
    }

    /// Which is which for people: `Python 3.13 on arm64`.
    pub fn title(&self) -> String {
        format!("Python {} on {}", self.spec.runtime.python, self.spec.architecture())
    }

    /// Whether its end of life has come.
    pub fn is_past_end_of_life(&self) -> bool {
        self.spec.end_of_life <= self.today
    }
}

/// A size for people, in the unit that AWS gives its limits in.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
