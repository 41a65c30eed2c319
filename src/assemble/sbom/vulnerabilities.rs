//! What the index knows against a distribution, as entries of the document.

use super::document::{Advisory, Affected, AffectedVersion, Alias, Source, Vulnerability};
use super::make::SbomDistribution;
use crate::domain;

/// One entry for each vulnerability of `distribution`.
pub fn of<'a>(distribution: &'a SbomDistribution<'_>, reference: &'a str) -> impl Iterator<Item = Vulnerability> {
    distribution.advisories.vulnerabilities().iter().map(move |known| entry(known, distribution.version, reference))
}

fn entry(known: &domain::Vulnerability, version: &str, reference: &str) -> Vulnerability {
    let source = Source { name: known.source.clone(), url: known.link.clone() };
    let alias = |id: &domain::AdvisoryId| Alias { id: id.to_string(), source: Source { name: Some(id.issuer().to_owned()), url: None } };
    let affected = AffectedVersion { version: version.to_owned(), status: "affected" };
    let fixed = known.fixed_in.iter().filter(|fixed| *fixed != version).map(|fixed| AffectedVersion { version: fixed.clone(), status: "unaffected" });
    Vulnerability {
        reference: format!("{reference}#{}", known.id),
        id: known.id.to_string(),
        source: (source.name.is_some() || source.url.is_some()).then_some(source),
        references: known.aliases.iter().map(alias).collect(),
        description: Some(known.summary.clone()).filter(|summary| !summary.is_empty()),
        recommendation: (!known.fixed_in.is_empty()).then(|| format!("fixed in {}", known.fixed_in.join(", "))),
        advisories: known.link.iter().map(|url| Advisory { url: url.clone() }).collect(),
        affects: vec![Affected { reference: reference.to_owned(), versions: [affected].into_iter().chain(fixed).collect() }],
    }
}
