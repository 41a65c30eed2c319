//! A distribution as a component: what its wheel is and says of itself.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::document::{Component, ExternalReference, Hash, LicenseChoice, Property};
use super::make::SbomDistribution;
use crate::assemble::{CoreMetadata, License, license_files};
use crate::domain::{Advisories, NormalizedName, one_line, web_address};
use crate::outside::http::without_credentials;

const DESCRIPTION_MAX_CHARS: usize = 300;
const LABEL_MAX_CHARS: usize = 60;
/// Most addresses of a project.
const ADDRESSES_MAX: usize = 20;
/// What a package URL has as it is.
const UNESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The package URL of a distribution, by which it is referred to: `pkg:pypi/numpy@2.3.5`.
pub fn purl(name: &NormalizedName, version: &str) -> String {
    format!("pkg:pypi/{name}@{}", utf8_percent_encode(version, UNESCAPED))
}

/// The component, without what its own bills add.
pub fn component(distribution: &SbomDistribution<'_>, reference: &str, metadata: &CoreMetadata) -> Component {
    let mut properties = vec![Property::new("wheel", distribution.filename.to_string())];
    properties.extend(license_files(metadata).into_iter().map(|file| Property::new("license-file", file)));
    let reported = match distribution.advisories {
        Advisories::Reported { .. } => "reported",
        Advisories::NotReported { .. } => "not-reported",
    };
    properties.push(Property::new("advisories", reported));
    properties.extend(distribution.advisories.yanked().map(|reason| Property::new("yanked", reason)));
    Component {
        kind: "library",
        reference: reference.to_owned(),
        name: distribution.name.to_string(),
        version: Some(distribution.version.to_owned()),
        description: metadata.first("summary").map(|summary| one_line(summary, DESCRIPTION_MAX_CHARS)).filter(|summary| !summary.is_empty()),
        scope: Some("required"),
        hashes: vec![Hash { alg: "SHA-256", content: distribution.sha256.to_string() }],
        licenses: License::of(metadata).map(|license| LicenseChoice::list(license, Some("declared"))).unwrap_or_default(),
        purl: Some(reference.to_owned()),
        external_references: external_references(distribution, metadata),
        properties,
        ..Component::default()
    }
}

fn external_references(distribution: &SbomDistribution<'_>, metadata: &CoreMetadata) -> Vec<ExternalReference> {
    let labelled = metadata.all("project-url").filter_map(|value| value.split_once(','));
    let old = [("homepage", "home-page"), ("download", "download-url")];
    let all = labelled.chain(old.into_iter().flat_map(|(label, header)| metadata.all(header).map(move |url| (label, url))));
    let references = all.filter_map(|(label, url)| {
        let comment = Some(one_line(label, LABEL_MAX_CHARS)).filter(|label| !label.is_empty());
        Some(ExternalReference { kind: kind(label), url: web_address(url)?, comment })
    });
    let mut references: Vec<ExternalReference> = references.take(ADDRESSES_MAX).collect();
    // What follows a `?` may be a key to a private index.
    let wheel = distribution.url.map(without_credentials);
    let wheel = wheel.and_then(|url| web_address(url.split(['?', '#']).next().unwrap_or("")));
    references.extend(wheel.map(|url| ExternalReference { kind: "distribution", url, comment: None }));
    references.sort();
    references.dedup_by(|a, b| (a.kind, &a.url) == (b.kind, &b.url));
    references
}

/// The kind of a project's address by its label.
/// <https://packaging.python.org/en/latest/specifications/well-known-project-urls/>
fn kind(label: &str) -> &'static str {
    let plain: String = label.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).take(LABEL_MAX_CHARS).collect();
    match plain.as_str() {
        "homepage" | "home" | "website" => "website",
        "source" | "repository" | "sourcecode" | "github" | "code" => "vcs",
        "download" => "distribution",
        "changelog" | "changes" | "whatsnew" | "history" | "releasenotes" => "release-notes",
        "documentation" | "docs" => "documentation",
        "issues" | "bugs" | "issue" | "tracker" | "issuetracker" | "bugtracker" => "issue-tracker",
        "chat" | "discord" | "slack" => "chat",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_escaped() {
        let name: NormalizedName = "my-pkg".parse().expect("valid");
        for (version, expected) in [("1.0", "pkg:pypi/my-pkg@1.0"), ("1!2.0+cpu", "pkg:pypi/my-pkg@1%212.0%2Bcpu")] {
            assert_eq!(purl(&name, version), expected);
        }
    }

    #[test]
    fn labels_have_their_kind() {
        for (label, expected) in [
            ("Homepage", "website"),
            ("Source Code", "vcs"),
            ("Bug-Tracker", "issue-tracker"),
            ("Release notes", "release-notes"),
            ("Sponsor", "other"),
            ("", "other"),
        ] {
            assert_eq!(kind(label), expected, "{label}");
        }
    }
}
