//! What the layer versions of an account are, in the words of the catalogue.

use std::collections::BTreeSet;

use crate::config::Catalog;
use crate::domain::{LICENSE_MAX_CHARS, LayerDescription, LayerName, NormalizedName, PackageName, Prefix, Requirements, Runtime, one_line};
use crate::ledger::{Adoption, Event, Unrecorded};
use crate::publish::FoundVersion;
use crate::verify::Installed;

/// Whose layers are taken.
#[derive(Debug, Clone, Copy)]
pub struct Adopting<'a> {
    /// How packages are spelled.
    pub catalog: &'a Catalog,
    /// How the names of the layers begin.
    pub prefix: &'a Prefix,
}

/// What a layer version says of itself.
#[derive(Debug, Clone)]
pub struct Identified<'a> {
    found: &'a FoundVersion,
    runtime: Runtime,
    package: NormalizedName,
    spelled: String,
    description: LayerDescription,
}

impl Adopting<'_> {
    /// The runtime of a layer and the package in it, as its name spells that; nothing for a name of another kind.
    pub fn parts_of(&self, layer: &LayerName) -> Option<(Runtime, String)> {
        let row = self.catalog.rows.iter().find(|row| row.layer == *layer);
        // A name is not one to one: what the catalogue calls so is so.
        row.map(|row| (row.runtime, row.request.name().to_string()))
            .or_else(|| self.prefix.parts_of(layer).map(|(runtime, package)| (runtime, package.to_string())))
    }

    /// What a version is.
    ///
    /// # Errors
    /// Why it is not one of ours, or not to be listed.
    pub fn identify<'a>(&self, found: &'a FoundVersion) -> Result<Identified<'a>, String> {
        found.shared.as_ref().map_err(|reason| format!("it is not {}: {reason}", self.catalog.settings.publish.sharing))?;
        let description: LayerDescription = found.facts.description.parse().map_err(|error| format!("{error}"))?;
        let (runtime, named) = self.parts_of(&found.arn.layer).ok_or("its name tells no runtime and package")?;
        let package = description.package.name.normalized();
        // The layer's name has `-` where the package may have something else; normal forms have `-` in both.
        if named.parse().ok().map(|name: PackageName| name.normalized()) != Some(package.clone()) {
            return Err(format!("its description is of `{package}`"));
        }
        let row = self.catalog.rows.iter().find(|row| row.runtime == runtime && row.request.normalized() == package);
        let spelled = match row {
            Some(row) => row.request.spelled(),
            // Ours has the normal form, which is nobody's spelling; the original Klayers has that of its row.
            None if description.package.spelled() == package.as_str() => named,
            None => description.package.spelled(),
        };
        Ok(Identified { found, runtime, package, spelled, description })
    }
}

impl Identified<'_> {
    /// The version itself.
    pub fn found(&self) -> &FoundVersion {
        self.found
    }

    /// The version as the record wants it, with what is installed in its archive.
    pub fn unrecorded(self, installed: &Installed) -> (Unrecorded, Source) {
        let Self { found, runtime, package, spelled, description } = self;
        let (requirements, source) = if installed.requirements.lines().is_empty() {
            (Requirements::new([(&package, description.version.clone())]), Source::Description)
        } else if installed.requirements.sha256() == description.requirements_sha256 {
            (installed.requirements.clone(), Source::Both)
        } else {
            (installed.requirements.clone(), Source::Archive)
        };
        // A bundle is not among its packages.
        let start = format!("{package}==");
        let version = requirements.lines().iter().find_map(|line| line.strip_prefix(&start)).unwrap_or(&description.version).to_owned();
        let facts = &found.facts;
        let unrecorded = Unrecorded {
            arn: found.arn.clone(),
            runtime,
            package,
            spelled,
            version,
            created: found.created,
            requirements,
            zip_sha256: facts.code_sha256,
            zip_bytes: facts.code_size_bytes,
            unzipped_bytes: installed.unzipped_bytes,
            license: one_line(&facts.license, LICENSE_MAX_CHARS),
        };
        (unrecorded, source)
    }
}

/// What tells what is in a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The archive, and the hash in the description is of just that.
    Both,
    /// The archive; the hash is of something else, as that of the original Klayers.
    Archive,
    /// The description alone, because the archive names no distribution.
    Description,
}

/// What is added to the record, in one line.
pub fn adoption_summary(lines: &[Adoption], found: usize) -> String {
    let packages: BTreeSet<(&Runtime, &NormalizedName)> = lines.iter().map(|(runtime, package, _)| (runtime, package)).collect();
    let versions: usize = lines.iter().map(|(_, _, event)| if let Event::Adopted(published) = event { published.regions.len() } else { 0 }).sum();
    let found = if found > 0 { format!("; {found} that were lost are there") } else { String::new() };
    format!("{versions} layer versions of {} packages are new to the ledger, in {} lines{found}", packages.len(), lines.len())
}
