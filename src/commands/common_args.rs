//! What every command takes.

use std::path::PathBuf;

use clap::{ColorChoice, ValueEnum};
use jiff::Timestamp;

/// What every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
    /// The folder that has `pipeline/`, `templates/` and `site/`.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// How problems are printed.
    #[arg(long, global = true, value_enum, default_value_t = FormatArg::Text, env = "KLAYERS_FORMAT", hide_env_values = true)]
    pub format: FormatArg,
    /// Says more. Twice: still more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Says only what went wrong.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Whether to use colour. `NO_COLOR` is honoured.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub color: ColorChoice,
    /// Uses only what the caches have.
    #[arg(long, global = true)]
    pub offline: bool,
    /// How long a host may send nothing, in seconds. All other limits of time for downloads follow from it.
    #[arg(long, global = true, value_name = "SECONDS", env = "KLAYERS_HTTP_TIMEOUT", hide_env_values = true, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub http_timeout: u64,
    /// Where wheels and uv are kept between runs [default: the user's cache folder].
    #[arg(long, global = true, value_name = "DIR", env = "KLAYERS_CACHE_DIR", hide_env_values = true)]
    pub cache_dir: Option<PathBuf>,
    /// Most bytes of wheels that are kept between runs.
    #[arg(long, global = true, value_name = "BYTES", env = "KLAYERS_CACHE_MAX_BYTES", hide_env_values = true, default_value_t = 10 << 30)]
    pub cache_max_bytes: u64,
    /// Records this time instead of the clock's, so that two runs can be compared byte for byte.
    #[arg(long, global = true, value_name = "RFC3339", env = "KLAYERS_NOW", hide_env_values = true)]
    pub now: Option<Timestamp>,
}

/// The forms in which problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// For people.
    Text,
    /// As annotations of a GitHub workflow.
    Github,
    /// For programs.
    Json,
}
