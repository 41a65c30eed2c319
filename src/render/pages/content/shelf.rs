//! The order of the documentation: which page stands where.

use serde::Serialize;

use super::ContentPage;

/// The groups, each with its pages by name, in the order in which people need them.
const GROUPS: [(&str, &[&str]); 4] = [
    ("Use", &["about", "using-layers", "troubleshooting", "not-authorized", "expiry"]),
    ("Look up", &["api", REFERENCE.0, "api-v2", "feeds"]),
    ("Trust", &["trust"]),
    ("Run", &["running-your-own"]),
];
/// What belongs to none of them.
const OTHERS: &str = "More";
/// The one page that is not written by hand: name, title, description.
const REFERENCE: (&str, &str, &str) =
    ("api-reference", "API reference", "Every address with its parameters, the fields of its answer, and a command to try it.");

/// A group of pages.
#[derive(Debug, Serialize)]
pub struct Shelf {
    title: &'static str,
    links: Vec<Link>,
}

/// A page.
#[derive(Debug, Serialize)]
struct Link {
    address: String,
    title: String,
    description: String,
}

/// All pages in their order.
pub fn shelf(pages: &[ContentPage]) -> Vec<Shelf> {
    let is_placed = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let named = |name: &&str| match *name {
        name if name == REFERENCE.0 => Some(Link { address: format!("{name}/"), title: REFERENCE.1.to_owned(), description: REFERENCE.2.to_owned() }),
        name => pages.iter().find(|page| page.name() == name).map(link),
    };
    let mut shelves: Vec<Shelf> = GROUPS.iter().map(|(title, names)| Shelf { title, links: names.iter().filter_map(named).collect() }).collect();
    shelves.push(Shelf { title: OTHERS, links: pages.iter().filter(|page| !is_placed(page.name())).map(link).collect() });
    shelves.retain(|shelf| !shelf.links.is_empty());
    shelves
}

fn link(page: &ContentPage) -> Link {
    Link { address: page.address(), title: page.title().to_owned(), description: page.description().to_owned() }
}
