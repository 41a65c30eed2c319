//! The catalogue's own settings, for those who build a layer where no config is.

use super::{Catalog, regions, settings};
use crate::report::Problems;

/// The runtimes, regions and settings of single packages that this program was made with, and no rows.
///
/// # Panics
/// Never: the files are part of the program, and a test reads them.
pub fn built_in() -> Catalog {
    let mut problems = Problems::new();
    let settings = settings::read("klayers.toml", include_bytes!("../../pipeline/config/klayers.toml"), &mut problems);
    let regions = regions::read("regions.csv", include_bytes!("../../pipeline/config/regions.csv"), &mut problems);
    let settings = settings.expect("a test reads it");
    let runtimes = settings.runtimes.into_iter().map(|(spec, _)| spec).collect();
    Catalog { settings: settings.settings, runtimes, regions, rows: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_can_be_read() {
        let catalog = built_in();
        assert!(catalog.active_runtimes().count() >= 2 && !catalog.regions.is_empty());
    }
}
