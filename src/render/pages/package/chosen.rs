//! What the page shows until somebody chooses: the service's own default where the package has it, else something that it has.

use serde::Serialize;

use super::on_runtime::OnRuntime;
use crate::render::pages::choices::Choices;

/// The runtime and the region.
#[derive(Debug, Default, Serialize)]
pub struct Chosen<'a> {
    /// The runtime's id; empty when the service has none.
    pub id: &'a str,
    /// `3.13`.
    pub python: &'a str,
    /// `arm64`.
    pub architecture: &'a str,
    /// What AWS calls the runtime.
    pub aws_runtime: &'a str,
    /// For people.
    pub title: &'a str,
    /// The region's code.
    pub region: &'a str,
    /// What to copy; empty when there is nothing.
    pub arn: &'a str,
    /// The version that it is of.
    pub version: &'a str,
}

impl<'a> Chosen<'a> {
    /// Chooses among the `runtimes`, which come newest first.
    pub fn new(choices: &'a Choices<'_>, runtimes: &'a [OnRuntime<'_>]) -> Self {
        let is_default = |on: &&OnRuntime<'_>| Some(&on.python) == choices.python.as_ref() && Some(&on.architecture) == choices.architecture.as_ref();
        let default = runtimes.iter().find(is_default);
        let with_arns = default.filter(|on| !on.arns.is_empty()).or_else(|| runtimes.iter().find(|on| !on.arns.is_empty()));
        let Some(on) = with_arns.or(default).or(runtimes.first()) else { return Self { region: choices.region.unwrap_or(""), ..Self::default() } };
        let row = on.arns.iter().find(|row| Some(row.region) == choices.region).or(on.arns.first());
        Self {
            id: &on.id,
            python: &on.python,
            architecture: &on.architecture,
            aws_runtime: &on.aws_runtime,
            title: &on.title,
            region: row.map_or(choices.region.unwrap_or(""), |row| row.region),
            arn: row.map_or("", |row| &row.arn),
            version: row.map_or("", |row| if row.other_version.is_empty() { on.version } else { row.other_version }),
        }
    }
}
