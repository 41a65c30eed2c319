//! Hands receipts over as things happen, the line about an archive before the first line of it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::options::Done;
use super::{Identity, Publishable};
use crate::domain::{LayerName, Receipt, Sha256};
use crate::outside::OutsideError;

/// Takes one receipt and keeps it safe before it returns.
pub type Sink<'a> = dyn FnMut(&Receipt) -> Result<(), OutsideError> + Send + 'a;

/// Shared by all regions of all archives.
pub(super) struct Reporter<'a, 'b> {
    state: Mutex<State<'a, 'b>>,
}

struct State<'a, 'b> {
    sink: &'a mut Sink<'b>,
    announced: BTreeSet<(LayerName, Sha256)>,
}

impl<'a, 'b> Reporter<'a, 'b> {
    pub(super) fn new(sink: &'a mut Sink<'b>, done: &Done) -> Self {
        Self { state: Mutex::new(State { sink, announced: done.archives.clone() }) }
    }

    /// Tells of one region of an archive. Without an identity there is nothing that the record could
    /// use, so there is no line about the archive either.
    pub(super) fn tell(&self, archive: &Publishable, identity: Option<&Identity>, receipt: &Receipt) -> Result<(), OutsideError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(identity) = identity
            && !state.announced.contains(&archive.key())
        {
            (state.sink)(&Receipt::Archive(Box::new(archive.record(identity))))?;
            state.announced.insert(archive.key());
        }
        (state.sink)(receipt)
    }
}
