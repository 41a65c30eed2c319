//! What publishing would do, found out by looking alone. It is given no [`WriteAccount`](super::WriteAccount).

use std::fmt;

use futures::stream::{self, StreamExt as _};

use super::decide::{adoptable, route};
use super::options::Done;
use super::{Content, Options, Preflight, Publishable, ReadAccount, limits};
use crate::domain::{Failure, LayerName, RegionCode};

/// One archive in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLine {
    /// The layer that would get a version.
    pub layer: LayerName,
    /// The region where it would.
    pub region: RegionCode,
    /// What would be done.
    pub step: PreviewStep,
}

/// What would be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewStep {
    /// A new version would be published.
    Publish,
    /// This version would be taken, and made public if it is not.
    Adopt(u64),
    /// Nothing: an earlier receipt tells of this version.
    Done(u64),
    /// Nothing, because it cannot be done.
    Blocked(Failure),
}

impl fmt::Display for PreviewStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Publish => f.write_str("publish"),
            Self::Adopt(version) => write!(f, "adopt {version}"),
            Self::Done(version) => write!(f, "done {version}"),
            Self::Blocked(failure) => write!(f, "blocked: {failure}"),
        }
    }
}

/// Looks what [`publish`](super::publish()) would do, sorted by layer and region as the archives are given.
pub async fn preview(account: &impl ReadAccount, ready: &Preflight, archives: &[Publishable], options: &Options<'_>) -> Vec<PreviewLine> {
    let done = Done::of(options.done);
    let done = &done;
    let pairs = archives.iter().flat_map(|archive| archive.regions().iter().map(move |region| (archive, region)));
    let lines = stream::iter(pairs.map(|(archive, region)| async move {
        let step = match (done.version(archive, region), ready.may_publish(region)) {
            (Some(version), _) => PreviewStep::Done(version),
            (None, Err(failure)) => PreviewStep::Blocked(failure),
            (None, Ok(identity)) => match route(archive, region, identity, options) {
                Ok(_) => look(account, archive, region, options).await,
                Err(failure) => PreviewStep::Blocked(failure),
            },
        };
        PreviewLine { layer: archive.archive().manifest().layer.clone(), region: region.clone(), step }
    }));
    lines.buffered(options.layers_at_once.max(1).saturating_mul(options.regions_at_once.max(1))).collect().await
}

async fn look(account: &impl ReadAccount, archive: &Publishable, region: &RegionCode, options: &Options<'_>) -> PreviewStep {
    match adoptable(account, archive, region, options).await {
        Ok(Some(version)) => PreviewStep::Adopt(version),
        Ok(None) => {
            let content = Content::Inline(archive.payload(options.memory.clone()).into());
            match limits::check_text(region, &archive.request(content)) {
                Ok(()) => PreviewStep::Publish,
                Err(error) => PreviewStep::Blocked(error.failure()),
            }
        }
        Err(error) => PreviewStep::Blocked(error.failure()),
    }
}
