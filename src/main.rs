//! The binary: parses the command line, runs one command, maps its outcome to an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use klayers::commands::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("KLAYERS_LOG").unwrap_or_else(|_| cli.log_level().into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).without_time().init();
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the clock")]
    let now = std::time::SystemTime::now();
    match cli.run(now).await {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
