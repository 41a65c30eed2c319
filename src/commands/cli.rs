//! The command line.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::builder::styling::Styles;
use clap::{ColorChoice, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use super::context::Context;
use super::{Outcome, build, check, doctor, plan, publish, record, render, run, serve, shell, verify};

const EXIT_CODES: &str = "Exit codes:\n  0  done\n  1  the data is wrong, or a package could not be built\n  2  the world failed (network, disk, another writer), or the command line is wrong\n  4  generated files are stale";

/// Keeps a public catalogue of Python packages as AWS Lambda layers, with no server to run.
#[derive(Debug, Parser)]
#[command(name = "klayers", version, propagate_version = true, after_help = EXIT_CODES, max_term_width = 100, styles = Styles::plain())]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
    /// The folder that has `pipeline/`, `templates/` and `site/`.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// How problems are printed.
    #[arg(long, global = true, value_enum, default_value_t = FormatArg::Text)]
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
    /// Where wheels and uv are kept between runs [default: the user's cache folder].
    #[arg(long, global = true, value_name = "DIR", env = "KLAYERS_CACHE_DIR", hide_env_values = true)]
    pub cache_dir: Option<PathBuf>,
    /// Most bytes of wheels that are kept between runs.
    #[arg(long, global = true, value_name = "BYTES", env = "KLAYERS_CACHE_MAX_BYTES", hide_env_values = true, default_value_t = 10 << 30)]
    pub cache_max_bytes: u64,
    /// Records this time instead of the clock's, so that two runs can be compared byte for byte.
    #[arg(long, global = true, value_name = "RFC3339")]
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

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Plan(plan::Args),
    Build(build::Args),
    Verify(verify::Args),
    Publish(publish::Args),
    Record(record::Args),
    Render(render::Args),
    Run(run::Args),
    Serve(serve::Args),
    Doctor(doctor::Args),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

impl Cli {
    /// The level of log lines that was asked for, as `tracing` names it.
    pub fn log_level(&self) -> &'static str {
        match (self.common.quiet, self.common.verbose) {
            (true, _) => "error",
            (false, 0) => "klayers=info,warn",
            (false, 1) => "klayers=debug,info",
            (false, _) => "trace",
        }
    }

    /// Runs the command. `now` is the clock's time.
    ///
    /// # Errors
    /// When the world fails; what is wrong with data is in the outcome.
    pub async fn run(self, now: SystemTime) -> anyhow::Result<Outcome> {
        let context = Context::new(&self.common, now)?;
        match self.command {
            Command::Check(args) => check::run(&args, &context).await,
            Command::Plan(args) => plan::run(&args, &context).await,
            Command::Build(args) => build::run(&args, &context).await,
            Command::Verify(args) => verify::run(&args, &context).await,
            Command::Publish(args) => publish::run(&args, &context).await,
            Command::Record(args) => record::run(&args, &context),
            Command::Render(args) => render::run(&args, &context),
            Command::Run(args) => run::run(&args, &context).await,
            Command::Serve(args) => serve::run(&args, &context).await,
            Command::Doctor(args) => doctor::run(&args, &context).await,
            Command::Completions(args) => shell::completions(&args),
            Command::Man(args) => shell::man(&args),
        }
    }
}
