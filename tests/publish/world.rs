//! A folder with an account, archives, receipts, and a record that tests can hold against them.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use klayers::assemble::{BytecodeRecord, ImportRecord, Manifest, SCHEMA, Sizes};
use klayers::domain::{LayerName, Need, NormalizedName, Receipt, RegionCode, Requirements, Sha256, Sharing};
use klayers::outside::files::{self, Durability};
use klayers::publish::local::{LocalAccount, LocalReader};
use klayers::publish::policy;
use klayers::publish::{
    Effort, Memory, Options, Patience, Publishable, ReadAccount, ReceiptFile, StagingPattern, Standing, Tally, WriteAccount, preflight, publish,
};
use klayers::verify::{Rules, verify};

/// The regions of every archive, in order.
pub const REGIONS: [&str; 3] = ["ap-south-1", "eu-west-1", "us-east-1"];

/// A folder with an account, archives and receipts, and a record of what was published.
pub struct World {
    pub folder: tempfile::TempDir,
    pub effort: Effort,
    pub staging: Option<StagingPattern>,
    pub at_once: usize,
    pub patience: Patience,
    recorded: BTreeMap<(LayerName, RegionCode), BTreeSet<u64>>,
}

impl World {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), effort: Effort::Needed, staging: None, at_once: 4, patience: Patience::NONE, recorded: BTreeMap::new() }
    }

    /// The same, where what may pass is tried again soon.
    pub fn patient(mut self) -> Self {
        self.patience = Patience { tries: 3, first_wait: Duration::from_millis(1), longest_wait: Duration::from_millis(1), doubt: Duration::ZERO };
        self
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
        self.archive_with_license(package, version, content, "MIT")
    }

    pub fn archive_with_license(&self, package: &str, version: &str, content: &str, license: &str) -> Publishable {
        let name: NormalizedName = package.parse().unwrap();
        let requirements = Requirements::new([(&name, version.to_owned())]);
        let layer = format!("K-p313-{package}");
        let (bytes, unzipped_bytes) = zip(content, &requirements);
        let manifest = Manifest {
            schema: SCHEMA,
            runtime: "p3.13".parse().unwrap(),
            package: name,
            spelled: package.to_owned(),
            version: version.to_owned(),
            layer: layer.parse().unwrap(),
            requirements_sha256: requirements.sha256(),
            requirements,
            zip_sha256: Sha256::of(&bytes),
            zip_bytes: bytes.len() as u64,
            unzipped_bytes,
            files: 3,
            license: license.to_owned(),
            wheels: Vec::new(),
            warnings: Vec::new(),
            held_back: None,
            bytecode: BytecodeRecord::Omitted { reason: "no modules".to_owned() },
            slim: BTreeSet::new(),
            drift: None,
            advisories: BTreeMap::new(),
            sizes: Sizes::default(),
            requested: Vec::new(),
            import_test: ImportRecord::NotTested { reason: "no modules".to_owned() },
        };
        let dist = self.folder.path().join(Sha256::of(&bytes).to_string());
        let manifest = manifest.canonical();
        let papers = [("zip", &bytes[..]), ("json", manifest.as_bytes()), ("pylock.toml", b"lock-version = \"1.0\"\n"), ("cdx.json", b"{}\n")];
        for (extension, content) in papers {
            files::write(&dist.join(format!("{layer}.{extension}")), content, Durability::Process).unwrap();
        }
        let rules = Rules { platforms: BTreeMap::new(), allowed: BTreeMap::new(), import_test: Need::Never };
        Publishable::new(verify(&dist, &layer, &rules).unwrap(), REGIONS.map(region).to_vec())
    }

    pub fn options<'a>(&'a self, standing: &'a (dyn Fn(&LayerName, &RegionCode, u64) -> Standing + Sync), done: &'a [Receipt]) -> Options<'a> {
        let staging = self.staging.as_ref();
        Options {
            now: now(),
            effort: self.effort,
            staging,
            sharing: &Sharing::Public,
            memory: Memory::of_bytes(1 << 30),
            patience: self.patience,
            layers_at_once: self.at_once,
            regions_at_once: self.at_once,
            standing,
            done,
        }
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
        let ready = preflight(account, archives, &BTreeMap::new()).await.unwrap();
        let tally = publish(account, &ready, archives, &self.options(&standing, &[]), &mut sink).await.unwrap();
        (tally, receipts)
    }

    pub async fn run_with_file(&self, account: &impl WriteAccount, archives: &[Publishable]) -> Tally {
        let standing = |layer: &LayerName, region: &RegionCode, version| self.standing(layer, region, version);
        let (mut file, done) = ReceiptFile::open(&self.receipts()).unwrap();
        let ready = preflight(account, archives, &BTreeMap::new()).await.unwrap();
        publish(account, &ready, archives, &self.options(&standing, &done), &mut |receipt| file.write(receipt)).await.unwrap()
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
            let layer = &archive.archive().manifest().layer;
            for region in archive.regions() {
                let versions = reader.list_versions(region, layer).await.unwrap();
                assert_eq!(versions.iter().map(|summary| summary.version).collect::<Vec<_>>(), [1], "{layer} in {region}");
                assert_eq!(reader.get_version(region, layer, 1).await.unwrap().code_sha256, archive.archive().manifest().zip_sha256);
                assert_eq!(policy::check(reader.policy(region, layer, 1).await.unwrap().as_deref(), &Sharing::Public), Ok(()), "{layer} in {region}");
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
    let pairs = archives.iter().flat_map(|archive| archive.regions().iter().map(move |region| (archive.archive().manifest(), region)));
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

/// An archive that passes every check, and what it unpacks to. Nothing in it is compressed, so that its size is that of its content.
pub fn zip(content: &str, requirements: &Requirements) -> (Vec<u8>, u64) {
    let record = format!("module.py,sha256={},{}\nx-1.dist-info/RECORD,,\n", Sha256::of(content.as_bytes()).record_form(), content.len());
    let files = [("python/module.py", content), ("python/requirements.txt", &requirements.to_string()), ("python/x-1.dist-info/RECORD", &record)];
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).last_modified_time(zip::DateTime::default());
    for (path, content) in files {
        writer.start_file(path, options.unix_permissions(0o644)).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    let unzipped = files.iter().map(|(_, content)| content.len() as u64).sum();
    (writer.finish().unwrap().into_inner(), unzipped)
}
