//! Gathers the papers that the site serves: from folders of archives, and from a site that has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use backon::{ExponentialBuilder, Retryable as _};
use futures::{StreamExt as _, TryStreamExt as _};

use crate::commands::context::Context;
use crate::commands::places::PAPERS;
use crate::config::Catalog;
use crate::domain::{Paper, PaperKind, Sha256};
use crate::ledger::Ledger;
use crate::outside::progress::Unit;
use crate::outside::{OutsideError, files};
use crate::render::{PAPER_MAX_BYTES, PaperStore, View, api_v3};

const AT_ONCE: usize = 16;

/// Adds to `store` what of `wanted` stands beside the archives in `dist`. Returns how many.
///
/// # Errors
/// When a file cannot be read or written.
pub fn gather_from_dist(store: &PaperStore, wanted: &BTreeSet<Paper>, dist: &Path) -> Result<usize, OutsideError> {
    let mut count = 0;
    for name in files::names(dist)? {
        let kind = match name.as_str() {
            name if name.ends_with(".pylock.toml") => PaperKind::Lock,
            name if name.ends_with(".cdx.json") => PaperKind::Sbom,
            _ => continue,
        };
        let bytes = files::read(&dist.join(name), PAPER_MAX_BYTES)?;
        let paper = Paper { kind, sha256: Sha256::of(&bytes) };
        if wanted.contains(&paper) {
            store.add(paper, &bytes)?;
            count += 1;
        }
    }
    Ok(count)
}

/// The address of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServedSite {
    /// Somebody says that it is there.
    There(String),
    /// Before it is deployed for the first time it is not.
    PerhapsThere(String),
}

/// Adds to `store` what of `missing` the site serves. Returns those that it does not serve, or not with the right bytes.
///
/// # Errors
/// When the site cannot be reached, is none of ours, or answers with another failure than that it has none.
pub async fn gather_from_site(context: &Context, store: &PaperStore, missing: &BTreeSet<Paper>, site: &ServedSite) -> anyhow::Result<BTreeMap<Paper, String>> {
    if missing.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (ServedSite::There(address) | ServedSite::PerhapsThere(address)) = site;
    let base = address.trim_end_matches('/');
    let index = format!("{base}/{}", api_v3::INDEX);
    if get(context, &index).await?.is_none() {
        match site {
            ServedSite::There(_) => anyhow::bail!(
                "there is no `{index}`\nhelp: name the address that the site has, with its base path; while there is none yet, leave `--site` out"
            ),
            ServedSite::PerhapsThere(_) => {
                context.say(format!("warning: there is no `{index}`: the site is taken for one that was never deployed"));
                return Ok(missing.iter().map(|paper| (*paper, "there is no site yet".to_owned())).collect());
            }
        }
    }
    let stage = context.progress.stage("papers", missing.len() as u64, Unit::Count("papers"));
    let fetched = futures::stream::iter(missing.iter().copied()).map(|paper| {
        let stage = &stage;
        async move {
            let found = get(context, &format!("{base}/{}/{}", api_v3::FOLDER, paper.path())).await?;
            stage.advance(1);
            anyhow::Ok(match found {
                None => Some((paper, "the site has none".to_owned())),
                Some(bytes) if Sha256::of(&bytes) == paper.sha256 => {
                    store.add(paper, &bytes)?;
                    None
                }
                Some(_) => Some((paper, "what the site has is something else".to_owned())),
            })
        }
    });
    let lost: Vec<Option<(Paper, String)>> = fetched.buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(lost.into_iter().flatten().collect())
}

/// A file of a site; nothing when the site says that it has none.
async fn get(context: &Context, url: &str) -> Result<Option<Vec<u8>>, OutsideError> {
    let ask = || context.http.get(url, "*/*", PAPER_MAX_BYTES);
    let pauses = ExponentialBuilder::default().with_min_delay(context.http.patience().pause() * 2).with_jitter();
    match ask.retry(pauses).when(OutsideError::is_transient).await {
        Ok((_, bytes)) => Ok(Some(bytes)),
        Err(OutsideError::Status { status: 404 | 410, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the store hold the papers that the site tells of, as far as it has them or they stand in `dist`.
///
/// # Errors
/// When a file cannot be read, written or removed.
pub fn keep_papers(context: &Context, catalog: &Catalog, ledger: &Ledger, dist: &Path) -> Result<(), OutsideError> {
    let store = PaperStore::new(&context.path(PAPERS));
    let wanted = View::new(catalog, ledger, context.today()).papers_told();
    gather_from_dist(&store, &wanted, dist)?;
    store.keep_only(&wanted).map(|_| ())
}
