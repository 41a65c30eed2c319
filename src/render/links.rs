//! The way from a file to others of the site: whole addresses where it is known where the site is, relative ones where not.

use crate::domain::SiteAddress;

/// The links of one file.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    address: Option<&'a SiteAddress>,
    root: &'a str,
}

impl<'a> Links<'a> {
    /// The links of a file from which `root`, as often `../` as it is deep, leads to the top.
    pub fn new(address: Option<&'a SiteAddress>, root: &'a str) -> Self {
        Self { address, root }
    }

    /// The way to what lies at `path` from the top, which may be empty.
    pub fn to(&self, path: &str) -> String {
        match self.address {
            Some(address) => address.join(path),
            None => format!("{}{path}", self.root),
        }
    }
}
