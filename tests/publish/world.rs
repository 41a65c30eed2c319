//! A folder with an account, archives, receipts, and a record that tests can hold against them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use klayers::domain::{LayerName, NormalizedName, Receipt, RegionCode, Requirements, Runtime, Sha256};
use klayers::outside::files::{self, Durability};
use klayers::publish::local::{LocalAccount, LocalReader};
use klayers::publish::policy::check_public;
use klayers::publish::{ArchiveFacts, Effort, Options, Publishable, ReadAccount, ReceiptFile, StagingPattern, Standing, Tally, WriteAccount, publish};

/// The regions of every archive, in order.
pub const REGIONS: [&str; 3] = ["ap-south-1", "eu-west-1", "us-east-1"];

/// A folder with an account, archives and receipts, and a record of what was published.
pub struct World {
    pub folder: tempfile::TempDir,
    pub effort: Effort,
    pub staging: Option<StagingPattern>,
    pub at_once: usize,
    recorded: BTreeMap<(LayerName, RegionCode), BTreeSet<u64>>,
}

impl World {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), effort: Effort::Needed, staging: None, at_once: 4, recorded: BTreeMap::new() }
    }

    pub fn account(&self) -> PathBuf {
        self.folder.path().join("account")
    }

    pub fn open(&self) -> LocalAccount {
        LocalAccount::open(&self.account(), now()).unwrap()
    }

    pub fn archive(&self, package: &str, version: &str) -> Publishable {
        self.archive_of(package, version, &format!("{package} {version}"))
    }

    pub fn archive_of(&self, package: &str, version: &str, content: &str) -> Publishable {
        let bytes = zip(content);
        let file = self.folder.path().join(format!("{package}-{}.zip", Sha256::of(&bytes)));
        files::write(&file, &bytes, Durability::Process).unwrap();
        let runtime: Runtime = "p3.13".parse().unwrap();
        let name: NormalizedName = package.parse().unwrap();
        let facts = ArchiveFacts {
            runtime,
            requirements: Requirements::new([(&name, version.to_owned())]),
            package: name,
            spelled: package.to_owned(),
            version: version.to_owned(),
            layer: format!("K-p313-{package}").parse().unwrap(),
            zip_sha256: Sha256::of(&bytes),
            zip_bytes: bytes.len() as u64,
            unzipped_bytes: content.len() as u64,
            license: "MIT".to_owned(),
            lock: "lock-version = \"1.0\"\n".to_owned(),
        };
        Publishable::new(facts, file, REGIONS.map(region).to_vec())
    }

    pub fn options<'a>(&'a self, standing: &'a (dyn Fn(&LayerName, &RegionCode, u64) -> Standing + Sync), done: &'a [Receipt]) -> Options<'a> {
        let staging = self.staging.as_ref();
        Options { now: now(), effort: self.effort, staging, layers_at_once: self.at_once, regions_at_once: self.at_once, standing, done }
    }

    pub fn standing(&self, layer: &LayerName, region: &RegionCode, version: u64) -> Standing {
        match self.recorded.get(&(layer.clone(), region.clone())) {
            Some(versions) if versions.last() == Some(&version) => Standing::Latest,
            Some(versions) if versions.contains(&version) => Standing::Past,
            Some(_) | None => Standing::Unrecorded,
        }
    }

    pub async fn run(&self, account: &impl WriteAccount, archives: &[Publishable]) -> (Tally, Vec<Receipt>) {
        let standing = |layer: &LayerName, region: &RegionCode, version| self.standing(layer, region, version);
        let mut receipts = Vec::new();
        let mut sink = |receipt: &Receipt| {
            receipts.push(receipt.clone());
            Ok(())
        };
        let tally = publish(account, archives, &self.options(&standing, &[]), &mut sink).await.unwrap();
        (tally, receipts)
    }

    pub async fn run_with_file(&self, account: &impl WriteAccount, archives: &[Publishable]) -> Tally {
        let standing = |layer: &LayerName, region: &RegionCode, version| self.standing(layer, region, version);
        let (mut file, done) = ReceiptFile::open(&self.receipts()).unwrap();
        publish(account, archives, &self.options(&standing, &done), &mut |receipt| file.write(receipt)).await.unwrap()
    }

    pub fn receipts(&self) -> PathBuf {
        self.folder.path().join("receipts.jsonl")
    }

    pub fn told_in_file(&self) -> Told {
        versions_told(&klayers::publish::read_receipts(&self.receipts()).unwrap())
    }

    pub fn record(&mut self, receipts: &[Receipt]) {
        for (layer, _, region, version) in versions_told(receipts) {
            self.recorded.entry((layer, region)).or_default().insert(version);
        }
    }

    /// Records the receipts and removes their file, as a run does at its end.
    pub fn record_file(&mut self) {
        self.record(&klayers::publish::read_receipts(&self.receipts()).unwrap());
        files::remove(&self.receipts()).unwrap();
    }

    /// All files of the account but its lock.
    pub fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = files::walk(&self.account()).unwrap().into_iter().filter(|file| file != Path::new(".lock"));
        files.map(|file| (file.clone(), std::fs::read(self.account().join(file)).unwrap())).collect()
    }

    pub async fn assert_one_public_version_each(&self, archives: &[Publishable]) {
        let reader = LocalReader::open(&self.account());
        for archive in archives {
            let layer = &archive.facts().layer;
            for region in archive.regions() {
                let versions = reader.list_versions(region, layer).await.unwrap();
                assert_eq!(versions.iter().map(|summary| summary.version).collect::<Vec<_>>(), [1], "{layer} in {region}");
                assert_eq!(reader.get_version(region, layer, 1).await.unwrap().code_sha256, archive.facts().zip_sha256);
                assert_eq!(check_public(reader.policy(region, layer, 1).await.unwrap().as_deref()), Ok(()), "{layer} in {region}");
            }
        }
    }
}

pub type Told = BTreeSet<(LayerName, Sha256, RegionCode, u64)>;

pub fn versions_told(receipts: &[Receipt]) -> Told {
    let told = receipts.iter().filter_map(|receipt| match receipt {
        Receipt::Published { layer, zip_sha256, region, version, .. } => Some((layer.clone(), *zip_sha256, region.clone(), *version)),
        _ => None,
    });
    told.collect()
}

pub fn expected(archives: &[Publishable], version: u64) -> Told {
    let pairs = archives.iter().flat_map(|archive| archive.regions().iter().map(move |region| (archive.facts(), region)));
    pairs.map(|(facts, region)| (facts.layer.clone(), facts.zip_sha256, region.clone(), version)).collect()
}

pub fn outcome(receipt: &Receipt) -> String {
    match receipt {
        Receipt::Published { .. } => "published".to_owned(),
        Receipt::Orphaned { failure, .. } => format!("orphaned {}", failure.code),
        Receipt::Failed { failure, .. } => format!("failed {}", failure.code),
        Receipt::Attempt(_) | Receipt::Archive(_) => "not a region".to_owned(),
    }
}

pub fn layer_of(receipt: &Receipt) -> &LayerName {
    match receipt {
        Receipt::Archive(record) => &record.layer,
        Receipt::Published { layer, .. } | Receipt::Orphaned { layer, .. } | Receipt::Failed { layer, .. } => layer,
        Receipt::Attempt(_) => unreachable!("publishing attempts nothing"),
    }
}

pub fn region_of(receipt: &Receipt) -> &RegionCode {
    match receipt {
        Receipt::Published { region, .. } | Receipt::Orphaned { region, .. } | Receipt::Failed { region, .. } => region,
        Receipt::Attempt(_) | Receipt::Archive(_) => unreachable!("not of a region"),
    }
}

pub fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

pub fn zip(content: &str) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) = archive.new_file("python/module.py").start().unwrap();
    let mut writer = config.wrap(&mut entry);
    writer.write_all(content.as_bytes()).unwrap();
    let (_, descriptor) = writer.finish().unwrap();
    entry.finish(descriptor).unwrap();
    archive.finish().unwrap()
}
