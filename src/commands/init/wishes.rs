//! What people say, understood. Everything that is wrong is told at once.

use std::collections::BTreeSet;

use super::answers::Answers;
use super::faults::{Faults, list};
use super::repository::{pages_address, repository_address};
use crate::commands::context::Context;
use crate::config::{self, CONFIG_DIR, Catalogue, Record, WishedRegions, Wishes, known_regions};
use crate::deploy::{Place, Target};
use crate::domain::{AccountId, Invalid, Partition, PythonMinor, RegionCode};
use crate::github::Repository;
use crate::outside::files;
use crate::publish::StagingPattern;

const FILE_MAX_BYTES: u64 = 16 << 20;
/// What pipeline/aws/staging-bucket.yaml calls its buckets.
const STAGING_ENDS: &str = "-{region}-{account}";

/// The service that is wished for.
#[derive(Debug, Clone)]
pub struct Service {
    pub wishes: Wishes,
    pub repository: Repository,
    /// Where its site goes, when that is not Pages.
    pub bucket: Option<Place>,
}

/// The service, unless something is missing or wrong: each such thing is a line that begins with its flag.
///
/// # Errors
/// When the configuration that is there cannot be read.
pub fn understand(context: &Context, answers: &Answers) -> anyhow::Result<(Option<Service>, Vec<String>)> {
    let loaded = config::read(&context.root)?.catalog;
    let catalog = loaded.ok_or_else(|| anyhow::anyhow!("`{CONFIG_DIR}/klayers.toml` cannot be understood\nhelp: `klayers check` says why"))?;
    let regions_file = files::read(&context.path(CONFIG_DIR).join("regions.csv"), FILE_MAX_BYTES)?;
    let mut faults = Faults::default();
    let repository = faults.given::<Repository>("--repository", &answers.repository, "the repository as OWNER/NAME; there is no `origin` that tells it");
    let prefix = faults.given("--prefix", &answers.prefix, "the first word of every layer's name");
    let account = faults.given::<AccountId>("--account", &answers.account, "the number of the AWS account");
    let known = known_regions(&String::from_utf8_lossy(&regions_file));
    let wished = faults.given_by("--regions", &answers.regions, "codes such as `us-east-1,eu-west-1`, or `all`", |text| match text {
        "all" => Ok(WishedRegions::All),
        codes => list(codes, |code: RegionCode| match known.contains_key(&code) {
            true => Ok(code),
            false => Err(Invalid(format!("`{code}` is a region without a name: add it to `{CONFIG_DIR}/regions.csv` first"))),
        })
        .map(WishedRegions::Only),
    });
    let partition = match &wished {
        Some(WishedRegions::Only(codes)) => {
            let partitions: BTreeSet<Partition> = codes.iter().map(RegionCode::partition).collect();
            if partitions.len() > 1 {
                faults.0.push("--regions: they are of several partitions, which have accounts of their own: name those of one".to_owned());
            }
            partitions.first().copied().unwrap_or(Partition::Aws)
        }
        Some(WishedRegions::All) | None => Partition::Aws,
    };
    let known_pythons: BTreeSet<PythonMinor> = catalog.runtimes.iter().map(|spec| spec.runtime.python).collect();
    let names = known_pythons.iter().map(PythonMinor::to_string).collect::<Vec<_>>().join(", ");
    let pythons = faults.given_by("--runtimes", &answers.runtimes, &format!("some of {names}, separated by commas"), |text| {
        list(text, |python: PythonMinor| match known_pythons.contains(&python) {
            true => Ok(python),
            false => Err(Invalid(format!("`{python}` has no table in `klayers.toml`, which has {names}"))),
        })
    });
    let catalogue = faults.given_by("--catalogue", &answers.catalogue, "`starter`, `keep` or `empty`", |text| match text {
        "starter" => Ok(Catalogue::Starter),
        "keep" => Ok(Catalogue::Keep),
        "empty" => Ok(Catalogue::Empty),
        other => Err(Invalid(format!("`{}` is none of `starter`, `keep` and `empty`", crate::domain::shown(other)))),
    });
    let host = faults.given::<Target>("--host", &Some(answers.host.clone().unwrap_or_else(|| "pages".to_owned())), "");
    let bucket = host.and_then(|host| match host {
        Target::Pages => None,
        Target::S3(place) => Some(place),
    });
    let site = match (answers.site.as_deref(), &repository) {
        (Some("none"), _) => None,
        (Some(_), _) => faults.given("--site", &answers.site, ""),
        (None, Some(repository)) if bucket.is_none() => faults.taken("--site", pages_address(repository)),
        (None, _) if bucket.is_some() => faults.given("--site", &None, "the address that the site has on S3, or `none`"),
        (None, _) => None,
    };
    let shown_at = repository.as_ref().and_then(|repository| faults.taken("--repository", repository_address(repository)));
    let staging_bucket = match answers.staging_bucket.as_deref() {
        Some("none") => None,
        None => catalog.settings.publish.staging_bucket.clone(),
        Some(pattern) => faults.taken("--staging-bucket", staging(pattern)),
    };
    let (Some(repository), Some(shown_at), Some(prefix), Some(account), Some(regions), Some(pythons), Some(catalogue), true) =
        (repository, shown_at, prefix, account, wished, pythons, catalogue, faults.0.is_empty())
    else {
        return Ok((None, faults.0));
    };
    let wishes = Wishes { prefix, partition, account, regions, pythons, catalogue, site, repository: shown_at, staging_bucket, record: Record::Nothing };
    Ok((Some(Service { wishes, repository, bucket }), faults.0))
}

fn staging(pattern: &str) -> Result<String, Invalid> {
    pattern.parse::<StagingPattern>()?;
    let is_made = pattern.strip_suffix(STAGING_ENDS).is_some_and(|prefix| !prefix.contains(['{', '}']));
    if is_made { Ok(pattern.to_owned()) } else { Err(Invalid(format!("the template of the buckets wants `{STAGING_ENDS}` at the end"))) }
}
