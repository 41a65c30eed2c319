//! Catalogue and ledger put together once, the way pages and API look at them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::{Catalog, Region, RuntimeSpec};
use crate::domain::{LayerArn, NormalizedName, PackageName, PackageRequest, RegionCode};
use crate::ledger::{Build, History, LayerVersion, Ledger, Published, StatusEntry, VersionState};

/// Everything that is shown.
#[derive(Debug)]
pub struct View<'a> {
    /// As the people wrote it.
    pub catalog: &'a Catalog,
    /// One per runtime of the catalogue, retired ones too, in its order.
    pub runtimes: Vec<RuntimeView<'a>>,
}

/// A runtime and its packages.
#[derive(Debug)]
pub struct RuntimeView<'a> {
    /// What it is.
    pub spec: &'a RuntimeSpec,
    /// What the ledger or the catalogue has for it, sorted by normalised name.
    pub packages: Vec<PackageView<'a>>,
    today: Date,
}

/// A package on one runtime.
#[derive(Debug)]
pub struct PackageView<'a> {
    /// What it is compared by.
    pub normalized: NormalizedName,
    /// As it is spelled, without extras.
    pub name: PackageName,
    /// Every spelling that the API answers to: as people ever spelled it, in lower case, normalised.
    pub aliases: BTreeSet<String>,
    /// What is wrong with it, if anything.
    pub status: Option<&'a StatusEntry>,
    history: History,
    today: Date,
}

/// A layer version that is listed.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    /// Its address.
    pub arn: LayerArn,
    /// The build that it is of.
    pub published: &'a Published,
    /// What it is.
    pub standing: Standing,
}

/// What a listed layer version is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The newest.
    Latest,
    /// A newer one exists.
    Deprecated {
        /// From when on it is no longer listed.
        expires: Timestamp,
    },
}

impl<'a> View<'a> {
    /// Folds the whole ledger.
    pub fn new(catalog: &'a Catalog, ledger: &'a Ledger, today: Date) -> Self {
        let runtimes = catalog.runtimes.iter().map(|spec| RuntimeView::new(spec, catalog, ledger, today)).collect();
        Self { catalog, runtimes }
    }
}

impl<'a> RuntimeView<'a> {
    fn new(spec: &'a RuntimeSpec, catalog: &'a Catalog, ledger: &'a Ledger, today: Date) -> Self {
        let rows = catalog.rows.iter().filter(|row| row.runtime == spec.runtime);
        let mut names: BTreeMap<NormalizedName, Option<&PackageName>> = rows.map(|row| (row.request.normalized(), Some(row.request.name()))).collect();
        for (_, package) in ledger.packages.keys().filter(|(runtime, _)| *runtime == spec.runtime) {
            names.entry(package.clone()).or_default();
        }
        let packages = names.into_par_iter().map(|(normalized, wanted)| {
            let history = ledger.history(spec.runtime, &normalized, catalog.settings.retention_days);
            let status = ledger.status.get(&spec.runtime).and_then(|status| status.packages.get(&normalized));
            PackageView::new(normalized, wanted, history, status, today)
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
        catalog.regions.iter().filter(|region| self.listed(&region.code).next().is_some())
    }

    /// The packages that are latest somewhere.
    pub fn available(&self) -> impl Iterator<Item = (&PackageView<'a>, &Build)> {
        self.packages.iter().filter_map(|package| Some((package, package.current_build()?)))
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

impl<'a> PackageView<'a> {
    fn new(normalized: NormalizedName, wanted: Option<&PackageName>, history: History, status: Option<&'a StatusEntry>, today: Date) -> Self {
        // The ledger's text is not trusted: a spelling that is not one of this package is passed over.
        let spelled = history.builds.iter().rev().filter_map(|build| build.published.package.parse::<PackageRequest>().ok());
        let spellings: Vec<PackageName> = spelled.map(|request| request.name).chain(wanted.cloned()).filter(|name| name.normalized() == normalized).collect();
        let plain = || normalized.as_str().parse().expect("a normalised name is a name");
        let name = spellings.first().cloned().unwrap_or_else(plain);
        let mut aliases = BTreeSet::from([normalized.to_string()]);
        for spelling in &spellings {
            aliases.extend([spelling.to_string(), spelling.as_str().to_ascii_lowercase()]);
        }
        Self { normalized, name, aliases, status, history, today }
    }

    /// Its listed layer versions in a region, by number, newest last.
    pub fn listed(&self, region: &RegionCode) -> impl Iterator<Item = Listed<'_>> {
        let region = region.clone();
        self.history.listed(&region.clone(), self.today).filter_map(move |version| self.as_listed(&region, version)).collect::<Vec<_>>().into_iter()
    }

    /// Its latest layer version in a region.
    pub fn latest(&self, region: &RegionCode) -> Option<Listed<'_>> {
        self.as_listed(region, self.history.latest(region)?)
    }

    /// What the package is now.
    pub fn current_build(&self) -> Option<&Build> {
        self.history.current_build()
    }

    /// Whether it ever had a layer.
    pub fn was_built(&self) -> bool {
        !self.history.builds.is_empty()
    }

    fn as_listed(&self, region: &RegionCode, version: &LayerVersion) -> Option<Listed<'_>> {
        let standing = match version.state {
            VersionState::Latest => Standing::Latest,
            VersionState::Deprecated { expires, .. } => Standing::Deprecated { expires },
            VersionState::Yanked { .. } | VersionState::Lost { .. } | VersionState::Deleted { .. } => return None,
        };
        Some(Listed { arn: self.history.arn(region, version), published: &self.history.builds[version.build].published, standing })
    }
}

impl Standing {
    /// As the API and the tables say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Deprecated { .. } => "deprecated",
        }
    }

    /// When it ends, in universal time; nothing for the latest.
    pub fn expires(self) -> Option<jiff::civil::DateTime> {
        match self {
            Self::Latest => None,
            Self::Deprecated { expires } => Some(expires.to_zoned(jiff::tz::TimeZone::UTC).datetime()),
        }
    }
}

/// A size for people, in the unit that AWS gives its limits in.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_answers_to_every_spelling_that_is_its_own() {
        for (normal, wanted, name, aliases) in [
            ("pillow", Some("Pillow"), "Pillow", &["Pillow", "pillow"][..]),
            ("zope-interface", Some("Zope.Interface"), "Zope.Interface", &["Zope.Interface", "zope-interface", "zope.interface"]),
            ("x", None, "x", &["x"]),
            ("x", Some("y"), "x", &["x"]),
        ] {
            let wanted: Option<PackageName> = wanted.map(|name| name.parse().expect("valid"));
            let today = "2026-01-01".parse().expect("a date");
            let view = PackageView::new(normal.parse().expect("valid"), wanted.as_ref(), History::default(), None, today);
            assert_eq!(view.name.as_str(), name);
            assert_eq!(view.aliases.iter().map(String::as_str).collect::<Vec<_>>(), aliases);
        }
    }
}
