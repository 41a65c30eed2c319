//! The bills of materials that a wheel carries in `.dist-info/sboms`: what was linked or copied into it.
//!
//! <https://peps.python.org/pep-0770/>. `auditwheel` writes CycloneDX 1.4 of the system's libraries, `maturin` 1.5
//! of the crates, others up to 1.7. SPDX and what cannot be read is named and not merged.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{Component, Dependency, Property};
use super::foreign;
use super::make::SbomDistribution;
use crate::domain::{NormalizedName, PackageName, one_line};

/// Most bills of one wheel.
const BILLS_MAX: usize = 16;
/// A larger bill is not read. The largest in use have some 100 kB.
const BILL_MAX_BYTES: usize = 2 << 20;
/// Most components of one wheel.
const COMPONENTS_MAX: usize = 2000;
/// Most dependencies between them.
const EDGES_MAX: usize = 20_000;
/// A component with a longer reference goes by its number.
const REFERENCE_MAX_CHARS: usize = 300;
const LABEL_MAX_CHARS: usize = 100;

/// What the bills of one wheel say.
#[derive(Debug, Default)]
pub struct Embedded {
    /// The components, in the order of the bills.
    pub components: Vec<Component>,
    /// Those that the distribution itself needs.
    pub root_depends_on: BTreeSet<String>,
    /// What needs what among the components.
    pub dependencies: Vec<Dependency>,
    /// Which bills were merged, and which were not and why.
    pub notes: Vec<Property>,
}

/// Merges the bills of `distribution`, which goes by `reference`.
pub fn read(distribution: &SbomDistribution<'_>, reference: &str) -> Embedded {
    let mut merged = Embedded::default();
    // A folder of the zip is no bill.
    let mut bills: Vec<&(String, Vec<u8>)> = distribution.sboms.iter().filter(|(file, _)| !file.is_empty() && !file.ends_with('/')).collect();
    bills.sort();
    for (number, (file, bytes)) in (1..).zip(bills.iter().take(BILLS_MAX)) {
        let label = one_line(file, LABEL_MAX_CHARS);
        let note = match parsed(bytes) {
            Ok((version, bill)) => {
                let before = merged.components.len();
                let mut bill = Bill { name: distribution.name, reference, prefix: format!("{reference}#{number}/"), left_out: 0, known: BTreeMap::new(), bill };
                bill.merge(&mut merged);
                let left_out = if bill.left_out > 0 { format!(", {} left out", bill.left_out) } else { String::new() };
                Property::new("sbom-merged", format!("{label}: CycloneDX {version}, {} components{left_out}", merged.components.len() - before))
            }
            Err(reason) => Property::new("sbom-left-out", format!("{label}: {reason}")),
        };
        merged.notes.push(note);
    }
    if bills.len() > BILLS_MAX {
        merged.notes.push(Property::new("sbom-left-out", format!("{} more", bills.len() - BILLS_MAX)));
    }
    merged
}

/// The version of a bill and its content, or why it is not merged.
fn parsed(bytes: &[u8]) -> Result<(String, Value), &'static str> {
    if bytes.len() > BILL_MAX_BYTES {
        return Err("is too large");
    }
    // Deep nesting is refused by the parser.
    let bill: Value = serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map_err(|_| "is not JSON that can be read")?;
    if bill.get("spdxVersion").is_some() || bill.get("@graph").is_some() {
        return Err("is SPDX, and only CycloneDX is merged");
    }
    if bill.get("bomFormat").and_then(Value::as_str) != Some("CycloneDX") {
        return Err("is not CycloneDX");
    }
    let version = bill.get("specVersion").and_then(Value::as_str).filter(|version| version.starts_with("1.")).map(|version| one_line(version, 10));
    Ok((version.ok_or("has another version of CycloneDX than 1.x")?, bill))
}

/// A bill that is being merged.
struct Bill<'a> {
    name: &'a NormalizedName,
    reference: &'a str,
    /// What makes its references unlike those of others.
    prefix: String,
    left_out: usize,
    /// Its references, with ours.
    known: BTreeMap<String, String>,
    bill: Value,
}

impl Bill<'_> {
    fn merge(&mut self, merged: &mut Embedded) {
        let bill = std::mem::take(&mut self.bill);
        let mut own = BTreeSet::new();
        let root = bill.pointer("/metadata/component");
        let top = bill.get("components").and_then(Value::as_array).into_iter().flatten();
        // Those within others follow them; the last in `waiting` is the next.
        let mut waiting: Vec<&Value> = root.into_iter().chain(top).collect();
        waiting.reverse();
        let mut number = 0;
        while let Some(told) = waiting.pop() {
            waiting.extend(told.get("components").and_then(Value::as_array).into_iter().flatten().rev());
            let reference = told.get("bom-ref").and_then(Value::as_str).filter(|reference| !reference.is_empty());
            if self.is_the_distribution(told) {
                self.known.extend(reference.map(|reference| (reference.to_owned(), self.reference.to_owned())));
                continue;
            }
            let is_twice = reference.is_some_and(|reference| self.known.contains_key(reference));
            let component = foreign::component(told).filter(|_| !is_twice && merged.components.len() < COMPONENTS_MAX);
            let Some(mut component) = component else {
                self.left_out += 1;
                continue;
            };
            number += 1;
            let short = reference.filter(|reference| one_line(reference, REFERENCE_MAX_CHARS) == *reference).map(str::to_owned);
            component.reference = format!("{}{}", self.prefix, short.unwrap_or_else(|| format!("component-{number}")));
            if !own.insert(component.reference.clone()) {
                self.left_out += 1;
                continue;
            }
            self.known.extend(reference.map(|reference| (reference.to_owned(), component.reference.clone())));
            merged.components.push(component);
        }
        let dependencies = self.dependencies(&bill);
        // What nothing needs is in the wheel all the same: the distribution needs it.
        let needed: BTreeSet<&String> = dependencies.values().flatten().collect();
        merged.root_depends_on.extend(own.iter().filter(|reference| !needed.contains(reference)).cloned());
        for (reference, depends_on) in dependencies {
            if reference == self.reference {
                merged.root_depends_on.extend(depends_on);
            } else {
                merged.dependencies.push(Dependency { reference, depends_on });
            }
        }
    }

    /// What needs what, between components that are known.
    fn dependencies(&self, bill: &Value) -> BTreeMap<String, BTreeSet<String>> {
        let mut dependencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut edges = 0;
        for entry in bill.get("dependencies").and_then(Value::as_array).into_iter().flatten() {
            let ours = |value: &Value| self.known.get(value.as_str()?).cloned();
            let Some(from) = entry.get("ref").and_then(ours) else { continue };
            let targets = entry.get("dependsOn").and_then(Value::as_array).into_iter().flatten().filter_map(ours);
            let targets: Vec<String> = targets.filter(|target| *target != from && target != self.reference).take(EDGES_MAX - edges).collect();
            edges += targets.len();
            dependencies.entry(from).or_default().extend(targets);
        }
        dependencies
    }

    /// Whether a component is the distribution that carries the bill, which we describe ourselves: one of
    /// its name at the index, and not a part of it.
    fn is_the_distribution(&self, told: &Value) -> bool {
        let Some(purl) = told.get("purl").and_then(Value::as_str) else { return false };
        let name = purl.strip_prefix("pkg:pypi/").filter(|_| !purl.contains('#')).and_then(|rest| rest.split(['@', '?']).next());
        name.and_then(|name| name.parse::<PackageName>().ok()).is_some_and(|name| name.normalized() == *self.name)
    }
}
