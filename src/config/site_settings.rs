//! `[site]` of `klayers.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::SiteSettings;
use super::layer_settings::Refuse;
use crate::domain::SiteAddress;

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteTable {
    address: Option<Spanned<String>>,
}

/// The settings, without what is wrong.
pub fn read(table: SiteTable, refuse: &mut Refuse<'_>) -> SiteSettings {
    let address = table.address.and_then(|address| match address.get_ref().parse::<SiteAddress>() {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            refuse(address.span(), error.to_string(), "write it as `https://example.org/layers/`: `http` or `https`, a host and perhaps a path, nothing else");
            None
        }
    });
    SiteSettings { address }
}
