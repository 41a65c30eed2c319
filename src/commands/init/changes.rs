//! All that is written and removed, checked before the first byte of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::owners::{CODEOWNERS, with_owner};
use super::record::Standing;
use crate::commands::context::Context;
use crate::commands::load::load_from;
use crate::commands::places::{DEPLOYMENTS, PAPERS, SITE};
use crate::commands::steps::{Inputs, Outputs, Renderer};
use crate::config::Catalog;
use crate::domain::printable_path;
use crate::github::Repository;
use crate::ledger::{LEDGER_DIR, Ledger, Writer};
use crate::outside::files::{self, Durability};
use crate::outside::progress::Unit;
use crate::render::{FolderCheck, FolderWriter};

const FILE_MAX_BYTES: u64 = 16 << 20;

/// What is to be written and removed.
pub struct Changes {
    /// From the root.
    write: BTreeMap<String, Vec<u8>>,
    /// Below the ledger.
    remove: Vec<PathBuf>,
    catalog: Catalog,
    ledger: Ledger,
    read: Inputs,
    /// Files of `deployments/` that are not as they will be.
    stale: Vec<String>,
}

impl Changes {
    /// Checks what would be there afterwards. Says what is wrong with it, and then there is nothing to do.
    ///
    /// # Errors
    /// When something cannot be read, or not be rendered.
    pub fn prepare(context: &Context, mut files: BTreeMap<String, Vec<u8>>, standing: &Standing, repository: &Repository) -> anyhow::Result<Option<Self>> {
        if let Some(owners) = files::read_if_exists(&context.path(CODEOWNERS), FILE_MAX_BYTES)? {
            let owners = String::from_utf8(owners).with_context(|| format!("reading `{CODEOWNERS}`"))?;
            files.insert(CODEOWNERS.to_owned(), with_owner(&owners, repository.owner()).into_bytes());
        }
        let afterwards = tempfile::tempdir().context("making a temporary folder")?;
        for (path, bytes) in &files {
            files::write(&afterwards.path().join(path), bytes, Durability::Process)?;
        }
        let remove = match standing {
            Standing::OfAnother { files, .. } => files.clone(),
            Standing::Empty => Vec::new(),
            Standing::Own => {
                let ledger = context.path(LEDGER_DIR);
                for path in files::walk(&ledger)? {
                    files::link_or_copy(&ledger.join(&path), &afterwards.path().join(LEDGER_DIR).join(&path))?;
                }
                Vec::new()
            }
        };
        let loaded = load_from(afterwards.path(), Path::new(LEDGER_DIR))?;
        context.print(&loaded.problems);
        let Some(catalog) = loaded.catalog.filter(|_| !loaded.problems.has_errors()) else {
            context.say("nothing was written: these files would have the problems above");
            return Ok(None);
        };
        let outputs = Outputs { deployments: DEPLOYMENTS.into(), site: SITE.into(), papers: PAPERS.into() };
        let read = Inputs::new(context, &outputs)?;
        let check = FolderCheck::open(&context.path(DEPLOYMENTS))?;
        Renderer::new(context, &catalog, &loaded.ledger, &read).deployments(&check)?;
        let stale = check.finish().into_iter().map(|stale| stale.path).collect();
        let mut write = BTreeMap::new();
        for (path, bytes) in files {
            let limit = FILE_MAX_BYTES.max(bytes.len() as u64);
            if files::read_if_exists(&context.path(&path), limit)?.as_ref() != Some(&bytes) {
                write.insert(path, bytes);
            }
        }
        Ok(Some(Self { write, remove, catalog, ledger: loaded.ledger, read, stale }))
    }

    /// A line for each file that is to be written or removed.
    pub fn paths(&self) -> Vec<String> {
        let written = self.write.keys().map(|path| format!("write  {path}"));
        let removed = self.remove.iter().map(|path| format!("remove {LEDGER_DIR}/{}", printable_path(path)));
        let rendered = self.stale.iter().map(|path| format!("render {DEPLOYMENTS}/{path}"));
        removed.chain(written).chain(rendered).collect()
    }

    /// Does it, and says how many files there were. Killed in between, it is called again with the same.
    ///
    /// # Errors
    /// When a file cannot be written or removed.
    pub fn carry_out(&self, context: &Context) -> anyhow::Result<usize> {
        let ledger = context.path(LEDGER_DIR);
        let _lock = Writer::open(&ledger)?;
        // First of all: as long as it is there, another run asks for it again.
        for path in &self.remove {
            files::remove(&ledger.join(path))?;
            path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()).for_each(|folder| files::remove_dir_if_empty(&ledger.join(folder)));
        }
        for (path, bytes) in &self.write {
            files::write_alone(&context.path(path), bytes, Durability::Power)?;
        }
        if !self.stale.is_empty() {
            let rendered = Renderer::new(context, &self.catalog, &self.ledger, &self.read);
            let stage = context.progress.stage("render", rendered.expected_files(), Unit::Count("files"));
            let writer = FolderWriter::open(&context.path(DEPLOYMENTS), &stage)?;
            rendered.deployments(&writer)?;
            writer.finish()?;
        }
        Ok(self.remove.len() + self.write.len() + self.stale.len())
    }
}
