//! Locks and bills of materials that the site serves, kept by their hash until it is rendered.
//!
//! They are no part of the record: git has the newest lock of each package and no bills. A hash that the record has makes any
//! source as good as another, so a store that is lost is filled again from the site that is served.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Sink;
use super::api_v3::FOLDER;
use super::bills::Bill;
use super::view::View;
use crate::domain::{NormalizedName, Paper, PaperKind, Sha256};
use crate::ledger::Ledger;
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};

/// Largest paper that is kept, in bytes.
pub const PAPER_MAX_BYTES: u64 = 64 << 20;

/// A folder of papers: `locks/<sha256>.toml` and `sboms/<sha256>.json`.
#[derive(Debug, Clone)]
pub struct PaperStore {
    folder: PathBuf,
}

/// Papers that can be served, and where they are had from.
#[derive(Debug)]
pub struct PapersAtHand<'a> {
    store: &'a PaperStore,
    stored: &'a BTreeSet<Paper>,
    locks: BTreeMap<Sha256, &'a str>,
}

impl PaperStore {
    /// The store in `folder`, which need not exist.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Every paper in it.
    ///
    /// # Errors
    /// When its folders cannot be read.
    pub fn papers(&self) -> Result<BTreeSet<Paper>, OutsideError> {
        let mut papers = BTreeSet::new();
        for kind in PaperKind::ALL {
            let names = files::names(&self.folder.join(kind.folder()))?;
            papers.extend(names.iter().filter_map(|name| Some(Paper { kind, sha256: name.strip_suffix(kind.ending())?.parse().ok()? })));
        }
        Ok(papers)
    }

    /// Adds a paper.
    ///
    /// # Errors
    /// When it cannot be written.
    ///
    /// # Panics
    /// When `bytes` are not those of `paper`: whoever adds some has looked.
    pub fn add(&self, paper: Paper, bytes: &[u8]) -> Result<(), OutsideError> {
        assert!(Sha256::of(bytes) == paper.sha256, "{} is of other bytes", paper.path());
        files::write(&self.folder.join(paper.path()), bytes, Durability::Process).map(|_| ())
    }

    /// Removes all that are not `wanted`, and what killed processes left half-written. Returns how many papers.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn keep_only(&self, wanted: &BTreeSet<Paper>) -> Result<usize, OutsideError> {
        let papers = self.papers()?;
        let others: Vec<&Paper> = papers.difference(wanted).collect();
        others.iter().try_for_each(|paper| files::remove(&self.folder.join(paper.path())))?;
        PaperKind::ALL.into_iter().try_for_each(|kind| files::remove_leftovers_of_the_gone(&self.folder.join(kind.folder())))?;
        Ok(others.len())
    }

    fn read(&self, paper: Paper) -> Result<Vec<u8>, OutsideError> {
        let path = self.folder.join(paper.path());
        let bytes = files::read(&path, PAPER_MAX_BYTES)?;
        if Sha256::of(&bytes) == paper.sha256 {
            return Ok(bytes);
        }
        Err(OutsideError::file("use", &path)(std::io::Error::other("it has other bytes than its name says; remove it, and gather it again")))
    }
}

impl<'a> PapersAtHand<'a> {
    /// Those that `stored` has, which are the papers of `store`, and the newest locks, which the ledger has.
    pub fn new(store: &'a PaperStore, stored: &'a BTreeSet<Paper>, ledger: &'a Ledger) -> Self {
        let locks = ledger.packages.values().filter_map(|package| package.lock.as_deref()).map(|lock| (Sha256::of(lock.as_bytes()), lock));
        Self { store, stored, locks: locks.collect() }
    }

    /// Those that `view` tells of.
    pub fn of(&self, view: &View<'_>) -> BTreeSet<Paper> {
        let is_at_hand = |paper: &Paper| self.stored.contains(paper) || (paper.kind == PaperKind::Lock && self.locks.contains_key(&paper.sha256));
        view.papers_told().into_iter().filter(is_at_hand).collect()
    }

    /// What the bills of the builds that are current in `view` say. One that cannot be read or has changed says nothing here: whoever
    /// [puts](Self::put) it fails with the reason.
    pub fn bills(&self, view: &View<'_>) -> BTreeMap<Sha256, Bill> {
        let told: Vec<_> = view.bills_told().into_iter().collect();
        let bill = |(sha256, package): (Sha256, &NormalizedName)| {
            let paper = Paper { kind: PaperKind::Sbom, sha256 };
            let bytes = self.stored.contains(&paper).then(|| self.store.read(paper).ok()).flatten()?;
            Some((sha256, Bill::read(&bytes, package)?))
        };
        told.into_par_iter().filter_map(bill).collect()
    }

    /// Puts `papers` where the API says that they are.
    ///
    /// # Errors
    /// When one cannot be read, has changed, or as the sink.
    pub fn put(&self, papers: &BTreeSet<Paper>, sink: &dyn Sink) -> Result<(), OutsideError> {
        papers.iter().try_for_each(|paper| {
            let path = format!("{FOLDER}/{}", paper.path());
            match self.locks.get(&paper.sha256) {
                Some(lock) if paper.kind == PaperKind::Lock => sink.put(&path, lock.as_bytes()),
                Some(_) | None => sink.put(&path, &self.store.read(*paper)?),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Collector;

    #[test]
    fn papers_are_kept_by_hash_and_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = PaperStore::new(&folder.path().join("papers"));
        assert_eq!(store.papers().expect("read"), BTreeSet::new());
        let paper = |kind, text: &str| Paper { kind, sha256: Sha256::of(text.as_bytes()) };
        let (lock, sbom) = (paper(PaperKind::Lock, "l"), paper(PaperKind::Sbom, "s"));
        store.add(lock, b"l").expect("added");
        store.add(sbom, b"s").expect("added");
        files::write(&folder.path().join("papers/locks/strange"), b"x", Durability::Process).expect("written");
        let stored = store.papers().expect("read");
        assert_eq!(stored, BTreeSet::from([lock, sbom]));

        let ledger = Ledger::default();
        let put = || {
            let sink = Collector::default();
            PapersAtHand::new(&store, &stored, &ledger).put(&stored, &sink).map(|()| sink.into_tree())
        };
        assert_eq!(put().expect("put").get(&format!("api/v3/{}", sbom.path())), Some(&b"s"[..]));
        files::write(&folder.path().join("papers").join(sbom.path()), b"t", Durability::Process).expect("written");
        assert!(put().expect_err("changed").to_string().contains("other bytes"));
        assert_eq!(store.keep_only(&BTreeSet::from([lock])).expect("removed"), 1);
        assert_eq!(store.papers().expect("read"), BTreeSet::from([lock]));
    }

    #[test]
    #[should_panic(expected = "of other bytes")]
    fn a_paper_is_what_its_name_says() {
        let paper = Paper { kind: PaperKind::Lock, sha256: Sha256::of(b"a") };
        let _ = PaperStore::new(Path::new("nowhere")).add(paper, b"b");
    }
}
