//! Which distribution of a layer needs which other, by their `Requires-Dist` on one runtime.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use pep508_rs::{ExtraName, MarkerEnvironment, MarkerEnvironmentBuilder, Requirement, VerbatimUrl};

use crate::assemble::CoreMetadata;
use crate::domain::{NormalizedName, PackageName, Runtime, one_line};

/// Most requirements of one distribution that are read. Some with many extras have several hundred.
const REQUIREMENTS_MAX: usize = 2000;
/// A longer requirement is not read.
const REQUIREMENT_MAX_BYTES: usize = 2000;
/// A requirement with more conditions or deeper parentheses is not read: what the reader makes of a marker
/// can double with every two conditions, and it goes down the stack with every parenthesis.
const CONDITIONS_MAX: usize = 20;
const DEPTH_MAX: usize = 32;
/// Most extras of one distribution that are followed.
const EXTRAS_MAX: usize = 200;
/// Most of what could not be read is told.
const UNREAD_MAX: usize = 10;
const SHOWN_MAX_CHARS: usize = 100;

/// The graph.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// What the layer itself needs: the requested package, and what nothing else in it asks for.
    pub roots: BTreeSet<NormalizedName>,
    /// By distribution.
    pub nodes: BTreeMap<NormalizedName, Node>,
}

/// What one distribution needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Others in the layer.
    pub depends_on: BTreeSet<NormalizedName>,
    /// Requirements that could not be read, shortened.
    pub unread: Vec<String>,
}

/// A requirement whose target is in the layer.
struct Edge {
    requirement: Requirement<VerbatimUrl>,
    target: NormalizedName,
}

/// The graph of what `metadata` describes, when `spelled` was asked for, which names `package` and perhaps extras.
pub fn of(runtime: Runtime, package: &NormalizedName, spelled: &str, metadata: &BTreeMap<&NormalizedName, CoreMetadata>) -> Graph {
    let environment = environment(runtime);
    let mut graph = Graph::default();
    let mut edges: BTreeMap<&NormalizedName, Vec<Edge>> = BTreeMap::new();
    for (name, metadata_of) in metadata {
        let (known, unread) = read(metadata_of, metadata);
        edges.insert(name, known);
        graph.nodes.insert((*name).clone(), Node { depends_on: BTreeSet::new(), unread });
    }

    // A distribution may be asked for with some extras, and later with others: then it is looked at again.
    let asked = Requirement::<VerbatimUrl>::from_str(spelled).map(|requirement| requirement.extras).unwrap_or_default();
    let mut extras: BTreeMap<NormalizedName, BTreeSet<ExtraName>> = BTreeMap::from([(package.clone(), asked.into_iter().collect())]);
    let mut waiting: BTreeSet<NormalizedName> = metadata.keys().map(|name| (*name).clone()).collect();
    while let Some(name) = waiting.pop_first() {
        let active: Vec<ExtraName> = extras.get(&name).into_iter().flatten().cloned().collect();
        for Edge { requirement, target } in edges.get(&name).into_iter().flatten() {
            if !requirement.evaluate_markers(&environment, &active) {
                continue;
            }
            // A package that names itself does it for more of its own extras.
            if *target != name {
                graph.nodes.entry(name.clone()).or_default().depends_on.insert(target.clone());
            }
            let known = extras.entry(target.clone()).or_default();
            let before = known.len();
            known.extend(requirement.extras.iter().take(EXTRAS_MAX.saturating_sub(before)).cloned());
            if known.len() > before {
                waiting.insert(target.clone());
            }
        }
    }
    graph.roots = roots(package, &graph.nodes);
    graph
}

/// The requirements that name something in the layer, and those that could not be read.
fn read(metadata: &CoreMetadata, layer: &BTreeMap<&NormalizedName, CoreMetadata>) -> (Vec<Edge>, Vec<String>) {
    let (mut edges, mut unread) = (Vec::new(), Vec::new());
    for text in metadata.all("requires-dist").take(REQUIREMENTS_MAX) {
        // Most name what is not in the layer, and are not worth reading.
        let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        let name: &str = text.split(|character| !is_name(character)).next().unwrap_or("");
        let target = name.trim_end_matches(['-', '_', '.']).parse::<PackageName>().map(|name| name.normalized());
        if target.as_ref().is_ok_and(|target| !layer.contains_key(target)) {
            continue;
        }
        match (target, Some(text).filter(|text| is_simple(text)).map(Requirement::<VerbatimUrl>::from_str)) {
            (Ok(target), Some(Ok(requirement))) => edges.push(Edge { requirement, target }),
            (Ok(_) | Err(_), _) if unread.len() < UNREAD_MAX => unread.push(one_line(text, SHOWN_MAX_CHARS)),
            (Ok(_) | Err(_), _) => {}
        }
    }
    (edges, unread)
}

fn is_simple(requirement: &str) -> bool {
    let conditions = requirement.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| matches!(*word, "and" | "or")).count() + 1;
    requirement.len() <= REQUIREMENT_MAX_BYTES && conditions <= CONDITIONS_MAX && requirement.matches('(').count() <= DEPTH_MAX
}

/// The package, and one of each group that cannot be reached from it.
fn roots(package: &NormalizedName, nodes: &BTreeMap<NormalizedName, Node>) -> BTreeSet<NormalizedName> {
    let (mut roots, mut reached) = (BTreeSet::new(), BTreeSet::new());
    let needed: BTreeSet<&NormalizedName> = nodes.values().flat_map(|node| &node.depends_on).collect();
    // Those that nothing needs come first, so that only circles are left for the last.
    let unneeded = nodes.keys().filter(|name| !needed.contains(name));
    for root in nodes.get_key_value(package).map(|(name, _)| name).into_iter().chain(unneeded).chain(nodes.keys()) {
        if !reached.contains(root) {
            roots.insert(root.clone());
        }
        let mut waiting = vec![root];
        while let Some(name) = waiting.pop() {
            if reached.insert(name) {
                waiting.extend(nodes.get(name).into_iter().flat_map(|node| &node.depends_on));
            }
        }
    }
    roots
}

/// What markers are asked about: CPython on Linux, the first release of the minor, as `uv` resolves for it.
fn environment(runtime: Runtime) -> MarkerEnvironment {
    let minor = runtime.python.to_string();
    let full = format!("{minor}.0");
    let environment = MarkerEnvironmentBuilder {
        implementation_name: "cpython",
        implementation_version: &full,
        os_name: "posix",
        platform_machine: runtime.architecture.machine(),
        platform_python_implementation: "CPython",
        platform_release: "",
        platform_system: "Linux",
        platform_version: "",
        python_full_version: &full,
        python_version: &minor,
        sys_platform: "linux",
    };
    environment.try_into().expect("versions of Python are versions")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(spelled: &str, layer: &[(&str, &[&str])]) -> Graph {
        let names: Vec<NormalizedName> = layer.iter().map(|(name, _)| name.parse().expect("valid")).collect();
        let metadata = |requires: &[&str]| CoreMetadata::read(&requires.iter().map(|text| format!("Requires-Dist: {text}\n")).collect::<String>());
        let layer = names.iter().zip(layer).map(|(name, (_, requires))| (name, metadata(requires))).collect();
        of("p3.13-arm64".parse().expect("valid"), &names[0], spelled, &layer)
    }

    fn edges(graph: &Graph) -> String {
        let edges =
            graph.nodes.iter().map(|(name, node)| format!("{name}>{}", node.depends_on.iter().map(NormalizedName::as_str).collect::<Vec<_>>().join("+")));
        edges.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn markers_and_extras_decide() {
        for (spelled, layer, expected) in [
            ("a", &[("a", &["B.b>=1 ; python_version < '3.14'", "c; sys_platform == 'win32'", "absent"][..]), ("b-b", &[]), ("c", &[])][..], "a>b-b b-b> c>"),
            ("a", &[("a", &["b ; extra == 'x'"]), ("b", &[])], "a> b>"),
            ("a[x]", &[("a", &["b ; extra == 'x'"]), ("b", &[])], "a>b b>"),
            ("a[all]", &[("a", &["a[x] ; extra == 'all'", "b[y] (>=1) ; extra == 'x'"]), ("b", &["c ; extra == \"y\""]), ("c", &[])], "a>b b>c c>"),
            ("a", &[("a", &["b; platform_machine == 'aarch64'", "c; platform_machine == 'x86_64'"]), ("b", &["a"]), ("c", &[])], "a>b b>a c>"),
        ] {
            assert_eq!(edges(&graph(spelled, layer)), expected, "{spelled}");
        }
    }

    #[test]
    fn everything_can_be_reached() {
        let layer: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &[]), ("c", &["d"]), ("d", &[]), ("e", &["f"]), ("f", &["e"])];
        assert_eq!(graph("a", layer).roots.iter().map(NormalizedName::as_str).collect::<Vec<_>>(), ["a", "c", "e"]);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let deep = format!("b ; {}extra == 'x'{}", "(".repeat(500), ")".repeat(500));
        let wide = format!("b ; {}", vec!["extra == 'x'"; 50].join(" or "));
        let long = format!("b ; extra == '{}'", "x".repeat(3000));
        for text in ["b >>> 1", "b ; nonsense ==", "<b>", &deep, &wide, &long] {
            let graph = graph("a", &[("a", &[text, "b"]), ("b", &[])]);
            assert_eq!(edges(&graph), "a>b b>", "{text}");
            let unread = &graph.nodes.values().next().expect("a").unread;
            assert!(unread.len() == 1 && unread[0].chars().count() <= SHOWN_MAX_CHARS, "{unread:?}");
        }
        let many = vec!["b >>> 1"; 100];
        assert_eq!(graph("a", &[("a", &many), ("b", &[])]).nodes.values().next().expect("a").unread.len(), UNREAD_MAX);
    }
}
