//! The options of commands that compile and import.

use std::path::PathBuf;

use crate::config::BuildSettings;
use crate::domain::Need;

/// What is asked of a layer beyond its files, and with which Pythons.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Checks")]
pub struct CheckArgs {
    /// A Python to use for its version, before those that are found. May be given several times.
    #[arg(long = "python", value_name = "PATH")]
    pub pythons: Vec<PathBuf>,
    /// Whether layers have compiled modules [default: what `klayers.toml` says].
    #[arg(long, value_name = "NEED", env = "KLAYERS_BYTECODE", hide_env_values = true)]
    bytecode: Option<NeedArg>,
    #[command(flatten)]
    pub import_test: ImportTestArg,
    /// In which kind of box layers are imported.
    #[arg(long, value_name = "KIND", default_value_t, value_enum, env = "KLAYERS_ISOLATION", hide_env_values = true)]
    pub isolation: IsolationArg,
}

/// Whether what nobody imported is good enough.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct ImportTestArg {
    /// Whether layers must be imported once [default: what `klayers.toml` says].
    #[arg(long, value_name = "NEED", env = "KLAYERS_IMPORT_TEST", hide_env_values = true)]
    import_test: Option<NeedArg>,
}

impl ImportTestArg {
    /// The setting, or what the command line says otherwise.
    pub fn over(self, setting: Need) -> Need {
        self.import_test.map_or(setting, NeedArg::need)
    }
}

/// In which kind of box layers are imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum IsolationArg {
    /// The strictest that the machine allows without containers.
    #[default]
    Auto,
    /// No box but the limits: with the network open.
    Path,
    /// AWS's own image of the runtime, by Docker.
    Docker,
}

/// [`Need`] as the command line writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum NeedArg {
    /// A layer without it fails.
    Required,
    /// Where the machine can do it.
    IfAvailable,
    /// Not even tried.
    Never,
}

impl NeedArg {
    fn need(self) -> Need {
        match self {
            Self::Required => Need::Required,
            Self::IfAvailable => Need::IfAvailable,
            Self::Never => Need::Never,
        }
    }
}

impl CheckArgs {
    /// The settings with what the command line says otherwise.
    pub fn over(&self, settings: BuildSettings) -> BuildSettings {
        BuildSettings { bytecode: self.bytecode.map_or(settings.bytecode, NeedArg::need), import_test: self.import_test.over(settings.import_test) }
    }
}
