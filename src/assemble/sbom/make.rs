//! The whole document.

use std::collections::{BTreeMap, BTreeSet};

use super::distribution::{self, purl};
use super::document::{Component, Dependency, Document, Hash, Property};
use super::embedded::{self, Embedded};
use super::graph;
use super::vulnerabilities;
use crate::assemble::CoreMetadata;
use crate::domain::{Advisories, LayerName, NormalizedName, Runtime, Sha256, WheelFilename};

/// What a layer is made of.
#[derive(Debug, Clone)]
pub struct SbomInput<'a> {
    /// The layer's name.
    pub layer: &'a LayerName,
    /// The runtime that it is for.
    pub runtime: Runtime,
    /// The requested package.
    pub package: &'a NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: &'a str,
    /// The requested package's version.
    pub version: &'a str,
    /// The SHA-256 of the layer's zip.
    pub zip_sha256: Sha256,
    /// What is in it, the package among it, in any order.
    pub distributions: Vec<SbomDistribution<'a>>,
}

/// One distribution of a layer.
#[derive(Debug, Clone)]
pub struct SbomDistribution<'a> {
    /// Its normalised name.
    pub name: &'a NormalizedName,
    /// Its version.
    pub version: &'a str,
    /// The file name of its wheel.
    pub filename: &'a WheelFilename,
    /// The SHA-256 of its wheel.
    pub sha256: Sha256,
    /// The wheel's address, if that may be told.
    pub url: Option<&'a str>,
    /// The text of its `METADATA`.
    pub metadata: &'a str,
    /// The bills that the wheel carries in `.dist-info/sboms`: their names in that folder, and their bytes.
    pub sboms: Vec<(String, Vec<u8>)>,
    /// What the index knows against it.
    pub advisories: &'a Advisories,
}

/// The text of the CycloneDX document, ending with a line feed. It has no date, so that the same layer has the same.
pub fn sbom(input: &SbomInput<'_>) -> String {
    let mut distributions: Vec<&SbomDistribution<'_>> = input.distributions.iter().collect();
    distributions.sort_by_key(|distribution| distribution.name);
    let metadata: BTreeMap<&NormalizedName, CoreMetadata> =
        distributions.iter().map(|distribution| (distribution.name, CoreMetadata::read(distribution.metadata))).collect();
    let references: BTreeMap<&NormalizedName, String> =
        distributions.iter().map(|distribution| (distribution.name, purl(distribution.name, distribution.version))).collect();
    let graph = graph::of(input.runtime, input.package, input.spelled, &metadata);

    let layer = format!("layer:{}", input.layer);
    let named = |names: &BTreeSet<NormalizedName>| names.iter().filter_map(|name| references.get(name).cloned()).collect::<BTreeSet<String>>();
    let mut dependencies = vec![Dependency { reference: layer.clone(), depends_on: named(&graph.roots) }];
    let (mut components, mut found) = (Vec::new(), Vec::new());
    for distribution in &distributions {
        let reference = &references[distribution.name];
        let Embedded { components: nested, root_depends_on, dependencies: own, notes } = embedded::read(distribution, reference);
        let node = graph.nodes.get(distribution.name);
        let mut depends_on = node.map(|node| named(&node.depends_on)).unwrap_or_default();
        depends_on.extend(root_depends_on);
        dependencies.push(Dependency { reference: reference.clone(), depends_on });
        dependencies.extend(own);
        let mut component = distribution::component(distribution, reference, &metadata[distribution.name]);
        component.components = nested;
        component.properties.extend(notes);
        component.properties.extend(node.into_iter().flat_map(|node| &node.unread).map(|text| Property::new("requirement-not-read", text)));
        component.properties.sort();
        components.push(component);
        found.extend(vulnerabilities::of(distribution, reference));
    }
    dependencies.sort();
    let about = Component {
        // A part that a function is put together with; nobody links to it as to a library.
        kind: "application",
        reference: layer,
        name: input.layer.to_string(),
        version: Some(input.version.to_owned()),
        hashes: vec![Hash { alg: "SHA-256", content: input.zip_sha256.to_string() }],
        properties: vec![Property::new("package", input.spelled), Property::new("runtime", input.runtime.to_string())],
        ..Component::default()
    };
    Document::new(serial_number(input), about, components, dependencies, found).canonical()
}

/// A UUID of version 8, which is for forms of one's own, from the layer's name and the zip's hash.
fn serial_number(input: &SbomInput<'_>) -> String {
    let digest = Sha256::of(format!("{}\n{}", input.layer, input.zip_sha256).as_bytes()).to_string();
    let variant = ["8", "9", "a", "b"][usize::from(digest.as_bytes()[16]) % 4];
    format!("urn:uuid:{}-{}-8{}-{variant}{}-{}", &digest[..8], &digest[8..12], &digest[13..16], &digest[17..20], &digest[20..32])
}
