//! Whether a host serves what was deployed. Hosts keep answers for a while, so this waits for them.

use std::time::Duration;

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::deploy::{INDEX, Probe, Site, Target, faults, probes};
use crate::domain::{SiteAddress, shown};
use crate::outside::files;
use crate::outside::http::Looked;

/// Between two looks at what is not there yet.
const PAUSE: Duration = Duration::from_secs(10);
const FILE_MAX_BYTES: u64 = 256 << 20;

/// Waits until the index of the API is the one of `site`, then looks at a few addresses.
///
/// # Errors
/// When it is not there in time, or the site has no such file.
pub async fn served(context: &Context, site: &Site, target: &Target, address: &SiteAddress, patience: Duration) -> anyhow::Result<Outcome> {
    let expected = files::read(&site.folder.join(INDEX), FILE_MAX_BYTES)?;
    let mut left = patience;
    loop {
        let why = match context.http.look(&address.join(INDEX), FILE_MAX_BYTES).await {
            Ok(looked) if looked.body == expected => break,
            Ok(_) => "it is another one".to_owned(),
            Err(error) => error.to_string(),
        };
        let seconds = patience.as_secs();
        anyhow::ensure!(
            !left.is_zero(),
            "after {seconds} s `{}` is not the index of this site: {why}\nhelp: run this again, or deploy again",
            address.join(INDEX)
        );
        let pause = PAUSE.min(left);
        left -= pause;
        tokio::time::sleep(pause).await;
    }
    let mut outcome = Outcome::Done;
    for probe in probes(site, target) {
        let said = match context.http.look(&address.join(&probe.address), FILE_MAX_BYTES).await {
            Ok(looked) => wrong(site, &probe, &looked)?,
            Err(error) => vec![error.to_string()],
        };
        if said.is_empty() {
            context.put(format_args!("ok      /{}", probe.address));
        } else {
            outcome = Outcome::Problems;
            context.put(format_args!("WRONG   /{} {}", probe.address, shown(said.join(", and "))));
        }
    }
    Ok(outcome)
}

fn wrong(site: &Site, probe: &Probe, looked: &Looked) -> anyhow::Result<Vec<String>> {
    let is_same = files::read(&site.folder.join(&probe.path), FILE_MAX_BYTES)? == looked.body;
    Ok(faults(probe, is_same, &looked.content_type, looked.allows_origin.as_deref()))
}
