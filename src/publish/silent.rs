//! Regions that do not answer. Each archive waits for them with patience, so some hundreds of archives would
//! wait for hours: after a few in a row a region is given up for the rest of the run.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::AccountError;
use crate::domain::{Failure, RegionCode};

/// After so many archives in a row a region is given up.
const ARCHIVES_MAX: u32 = 3;

/// How many archives in a row got no answer, by region.
#[derive(Debug, Default)]
pub(super) struct Silent {
    in_a_row: Mutex<BTreeMap<RegionCode, u32>>,
}

impl Silent {
    /// Why a region is not asked any more, if it is given up.
    pub(super) fn check(&self, region: &RegionCode) -> Result<(), Failure> {
        let in_a_row = self.in_a_row.lock().unwrap_or_else(PoisonError::into_inner);
        if in_a_row.get(region).is_none_or(|count| *count < ARCHIVES_MAX) {
            return Ok(());
        }
        Err(Failure::new("region-silent", format!("`{region}` gave no answer about {ARCHIVES_MAX} layers in a row, so it was not asked about this one")))
    }

    /// Notes how an archive ended.
    pub(super) fn note(&self, region: &RegionCode, failure: Option<&Failure>) {
        let mut in_a_row = self.in_a_row.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.is_some_and(AccountError::is_silence) {
            *in_a_row.entry(region.clone()).or_default() += 1;
        } else {
            in_a_row.remove(region);
        }
    }
}
