//! What every command takes.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{ColorChoice, ValueEnum};
use etcetera::BaseStrategy as _;
use jiff::Timestamp;

use crate::outside::terminal;
use crate::report::Format;

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

impl Common {
    /// In which form, and whether with colour: where somebody watches, unless `NO_COLOR` is set to anything.
    pub fn format(&self) -> Format {
        let colored = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal::is_watched() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        match self.format {
            FormatArg::Text if colored => Format::ColoredText,
            FormatArg::Text => Format::Text,
            FormatArg::Github => Format::Github,
            FormatArg::Json => Format::Json,
        }
    }

    /// Where wheels and uv are kept.
    ///
    /// # Errors
    /// When nobody says, and there is no home folder either.
    pub fn cache_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.cache_dir {
            return Ok(folder.clone());
        }
        let home = etcetera::choose_base_strategy().context("there is no home folder for caches\nhelp: name another one with `--cache-dir`")?;
        Ok(home.cache_dir().join("klayers"))
    }
}
