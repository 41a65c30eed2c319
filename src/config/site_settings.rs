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
    repository: Option<Spanned<String>>,
}

/// The settings, without what is wrong.
pub fn read(table: SiteTable, refuse: &mut Refuse<'_>) -> SiteSettings {
    let mut parsed = |setting: Option<Spanned<String>>, help| {
        setting.and_then(|setting| match setting.get_ref().parse::<SiteAddress>() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                refuse(setting.span(), error.to_string(), help);
                None
            }
        })
    };
    let address = parsed(table.address, "write it as `https://example.org/layers/`: `http` or `https`, a host and perhaps a path, nothing else");
    let repository = parsed(table.repository, "write it as `https://github.com/example/layers`, as GitHub shows it");
    SiteSettings { address, repository }
}
