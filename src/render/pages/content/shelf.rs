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

/// What stands in the list beside a page in place of a title that is too long for it.
const SHORT: [(&str, &str); 1] = [("not-authorized", "Not authorized")];

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
    short_title: String,
    description: String,
}

/// All pages in their order.
pub fn shelf(pages: &[ContentPage]) -> Vec<Shelf> {
    let is_placed = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let named = |name: &&str| match *name {
        name if name == REFERENCE.0 => Some(Link::new(format!("{name}/"), REFERENCE.1, REFERENCE.1, REFERENCE.2)),
        name => pages.iter().find(|page| page.name() == name).map(link),
    };
    let mut shelves: Vec<Shelf> = GROUPS.iter().map(|(title, names)| Shelf { title, links: names.iter().filter_map(named).collect() }).collect();
    shelves.push(Shelf { title: OTHERS, links: pages.iter().filter(|page| !is_placed(page.name())).map(link).collect() });
    shelves.retain(|shelf| !shelf.links.is_empty());
    shelves
}

fn link(page: &ContentPage) -> Link {
    let short = SHORT.iter().find(|(name, _)| *name == page.name()).map_or(page.title(), |(_, short)| short);
    Link::new(page.address(), page.title(), short, page.description())
}

impl Link {
    fn new(address: String, title: &str, short_title: &str, description: &str) -> Self {
        Self { address, title: title.to_owned(), short_title: short_title.to_owned(), description: description.to_owned() }
    }
}
