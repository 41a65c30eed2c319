//! What the record is rendered into.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use criterion::Criterion;
use klayers::outside::OutsideError;
use klayers::render::{Collector, Sink, SiteSources, Tree, View};

use super::beside::side_by_side;
use super::generated::Service;

/// Takes files and counts their bytes.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Sink for Counted {
    fn put(&self, _: &str, bytes: &[u8]) -> Result<(), OutsideError> {
        self.0.fetch_add(bytes.len(), Ordering::Relaxed);
        Ok(())
    }

    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), OutsideError> {
        for part in parts {
            self.put(path, &part)?;
        }
        Ok(())
    }
}

/// The site and the tables of a service, in no folder.
pub fn time(criterion: &mut Criterion, service: &Service) {
    let sources = SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let view = View::new(&service.catalog, &service.ledger, service.today);
    let site = |sink: &dyn Sink| klayers::render::site(&view, &sources, sink).unwrap();
    let deployments = |sink: &dyn Sink| klayers::render::deployments(&view, sink).unwrap();

    let in_memory = collected(site);
    side_by_side(criterion, "render the site of a service", || counted(site), "copy its files in memory", || copied(&in_memory));
    let in_memory = collected(deployments);
    side_by_side(criterion, "render deployments/ of a service", || counted(deployments), "copy its files in memory", || copied(&in_memory));
}

fn counted(render: impl Fn(&dyn Sink)) -> usize {
    let sink = Counted::default();
    render(&sink);
    sink.0.into_inner()
}

fn collected(render: impl Fn(&dyn Sink)) -> Tree {
    let sink = Collector::default();
    render(&sink);
    sink.into_tree()
}

fn copied(tree: &Tree) -> usize {
    tree.iter().map(|(_, bytes)| std::hint::black_box(bytes.to_vec()).len()).sum()
}
