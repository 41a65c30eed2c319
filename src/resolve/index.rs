//! Which indexes `uv` uses, whatever told it so: its default, a variable, or its own settings file.

use super::Uv;
use super::uv::{UvError, last_line};
use crate::outside::OutsideError;
use crate::outside::http::{Http, Network};

/// The indexes in the order in which a package is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Their addresses, without a slash at the end. May hold credentials.
    pub urls: Vec<String>,
}

impl Index {
    /// Asks `uv`.
    ///
    /// # Errors
    /// When it does not say.
    pub async fn of(uv: &Uv) -> Result<Self, UvError> {
        let output = uv.compile(&["--emit-index-url".to_owned()], "").run().await?;
        let address = |line: &str, option| Some(line.strip_prefix(option)?.trim().trim_end_matches('/').to_owned());
        let mut urls: Vec<String> = output.stdout.lines().filter_map(|line| address(line, "--extra-index-url ")).collect();
        urls.extend(output.stdout.lines().filter_map(|line| address(line, "--index-url ")));
        if urls.is_empty() && !output.stdout.contains("--no-index") {
            return Err(UvError::Fetch { reason: format!("it does not say which index it uses: {}", last_line(&output)) });
        }
        Ok(Self { urls })
    }

    /// Makes sure that the indexes can be reached, before hundreds of processes find out that they cannot.
    ///
    /// # Errors
    /// [`OutsideError::Unreachable`] with the host's name.
    pub(super) async fn reach(&self, http: &Http) -> Result<(), OutsideError> {
        if http.network() == Network::Online {
            for url in &self.urls {
                http.reach(&format!("{url}/")).await?;
            }
        }
        Ok(())
    }
}
