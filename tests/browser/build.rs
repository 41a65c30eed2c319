//! Lines of a ledger, written through the ledger's own types.

use klayers::domain::{ImportTest, Papers, Partition, Requirements, Sha256};
use klayers::ledger::{Affected, Event, Published, Yanked};

/// A build, as far as a visitor sees one.
#[derive(Debug, Clone)]
pub struct Build {
    infix: &'static str,
    package: String,
    at: String,
    version: String,
    license: String,
    pins: Vec<String>,
    sizes: (u64, u64),
    papers: Option<Papers>,
    regions: Vec<(&'static str, u64)>,
}

impl Build {
    /// A build of `package` as its row spells it, for the runtime that layer names call `infix`.
    pub fn new(infix: &'static str, package: &str, at: &str, version: &str) -> Self {
        Self {
            infix,
            package: package.to_owned(),
            at: format!("{at}T04:12:00Z"),
            version: version.to_owned(),
            license: "MIT".to_owned(),
            pins: vec![format!("{}=={version}", normalized(package))],
            sizes: (1_480_000, 5_200_000),
            papers: None,
            regions: Vec::new(),
        }
    }

    /// What it says of itself, whether it is a version or not.
    pub fn version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.version);
        self
    }

    pub fn package(&self) -> &str {
        &self.package
    }

    pub fn license(mut self, license: &str) -> Self {
        license.clone_into(&mut self.license);
        self
    }

    /// What comes with it.
    pub fn with(mut self, pins: &[&str]) -> Self {
        self.pins.extend(pins.iter().map(|pin| (*pin).to_owned()));
        self.pins.sort();
        self
    }

    /// Packed and unpacked, in bytes.
    pub fn sizes(mut self, zip: u64, unzipped: u64) -> Self {
        self.sizes = (zip, unzipped);
        self
    }

    /// That it was imported in so many milliseconds, with papers that are not kept.
    pub fn imported(self, milliseconds: u64) -> Self {
        self.papers("no longer kept", "no longer kept", ImportTest::Passed { milliseconds })
    }

    /// Its papers, by their texts.
    pub fn papers(mut self, lock: &str, sbom: &str, import_test: ImportTest) -> Self {
        let [lock_sha256, sbom_sha256] = [lock, sbom].map(|text| Sha256::of(text.as_bytes()));
        self.papers = Some(Papers { lock_sha256, sbom_sha256, import_test, bytecode: true });
        self
    }

    /// The number that it got in each region.
    pub fn regions(mut self, regions: &[(&'static str, u64)]) -> Self {
        self.regions = regions.to_vec();
        self
    }

    pub fn published(&self) -> Event {
        Event::Published(self.record())
    }

    pub fn adopted(&self) -> Event {
        Event::Adopted(Published { papers: None, ..self.record() })
    }

    pub fn yanked(&self, at: &str, reason: &str) -> Event {
        let record = self.record();
        let at = format!("{at}T09:30:00Z").parse().unwrap();
        Event::Yanked(Yanked { at, layer: record.layer, requirements_sha256: record.requirements_sha256, reason: reason.to_owned() })
    }

    pub fn deleted(&self, at: &str) -> Event {
        Event::Deleted(self.affected(at))
    }

    pub fn lost(&self, at: &str) -> Event {
        Event::Lost(self.affected(at))
    }

    fn affected(&self, at: &str) -> Affected {
        let record = self.record();
        Affected { at: format!("{at}T05:00:00Z").parse().unwrap(), layer: record.layer, regions: record.regions }
    }

    fn record(&self) -> Published {
        let requirements = Requirements::try_from(self.pins.clone()).unwrap();
        let name = self.package.split('[').next().unwrap().replace('.', "-");
        Published {
            at: self.at.parse().unwrap(),
            account: "123456789012".parse().unwrap(),
            partition: Partition::Aws,
            layer: format!("Klayers-{}-{name}", self.infix).parse().unwrap(),
            package: self.package.clone(),
            version: self.version.clone(),
            requirements_sha256: requirements.sha256(),
            requirements,
            zip_sha256: Sha256::of(format!("{} {} {}", self.infix, self.package, self.version).as_bytes()),
            zip_bytes: self.sizes.0,
            unzipped_bytes: self.sizes.1,
            license: self.license.clone(),
            papers: self.papers.clone(),
            regions: self.regions.iter().map(|(region, number)| (region.parse().unwrap(), *number)).collect(),
        }
    }
}

/// The folder of a package in the ledger, and the name in requirements.
pub fn normalized(package: &str) -> String {
    package.split('[').next().unwrap().to_ascii_lowercase().replace(['.', '_'], "-")
}
