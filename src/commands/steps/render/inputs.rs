//! What deployments and site are rendered from, and whereto.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Paper, Sha256};
use crate::ledger::Ledger;
use crate::render::{PaperStore, PapersAtHand, RenderError, Sink, SiteSources, View, deployments, inputs_hash, site};

/// The folders that rendering owns, and the one of the papers that the site serves.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// For people on GitHub.
    pub deployments: PathBuf,
    /// For Pages.
    pub site: PathBuf,
    /// Inputs alone.
    pub papers: PathBuf,
}

/// What both folders are rendered from.
#[derive(Debug)]
pub struct Renderer<'a> {
    view: View<'a>,
    sources: &'a SiteSources,
    papers: PapersAtHand<'a>,
}

/// What is read before anything is rendered.
#[derive(Debug)]
pub struct Inputs {
    sources: SiteSources,
    store: PaperStore,
    stored: BTreeSet<Paper>,
}

impl Inputs {
    /// Reads templates, pages and the names of papers.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn new(context: &Context, outputs: &Outputs) -> anyhow::Result<Self> {
        let sources = SiteSources::read(&context.root).context("reading `templates/` and `site/`")?;
        let store = PaperStore::new(&context.path(&outputs.papers));
        let stored = store.papers()?;
        Ok(Self { sources, store, stored })
    }

    /// The hash of all that is rendered from, by the program `version`.
    pub fn inputs(&self, context: &Context, catalog: &Catalog, ledger: Sha256, version: &str) -> Sha256 {
        inputs_hash(catalog, ledger, &self.sources, &self.stored, context.today(), version)
    }
}

impl<'a> Renderer<'a> {
    /// Looks at everything as renderers do.
    pub fn new(context: &Context, catalog: &'a Catalog, ledger: &'a Ledger, read: &'a Inputs) -> Self {
        let papers = PapersAtHand::new(&read.store, &read.stored, ledger);
        let view = View::new(catalog, ledger, context.today());
        let (at_hand, bills) = (papers.of(&view), papers.bills(&view));
        Self { view: view.with_papers(at_hand).with_bills(bills), sources: &read.sources, papers }
    }

    /// About how many files there will be.
    pub fn expected_files(&self) -> u64 {
        self.view.expected_files()
    }

    /// Puts what GitHub shows.
    ///
    /// # Errors
    /// As the sink.
    pub fn deployments(&self, sink: &dyn Sink) -> Result<(), RenderError> {
        deployments(&self.view, sink)
    }

    /// Puts what the host serves.
    ///
    /// # Errors
    /// When a template is broken, or as the sink.
    pub fn site(&self, sink: &dyn Sink) -> Result<(), RenderError> {
        site(&self.view, self.sources, sink)?;
        Ok(self.papers.put(&self.view.papers, sink)?)
    }
}
