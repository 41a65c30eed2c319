//! The binary: parses the command line, runs one command, maps its outcome to an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use klayers::commands::{Cli, told};
use klayers::outside::{size_limit, standard_streams};

#[tokio::main]
async fn main() -> ExitCode {
    size_limit::fail_beyond_it();
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("KLAYERS_LOG").unwrap_or_else(|_| cli.log_level().into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).without_time().log_internal_errors(false).init();
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the clock")]
    let now = std::time::SystemTime::now();
    let result = cli.run(now).await;
    match (result, standard_streams::lost()) {
        (Ok(outcome), None) => ExitCode::from(outcome.exit_code()),
        (Ok(_), Some(lost)) => {
            standard_streams::say(format_args!("error: all is done, and what was printed is cut: {lost}\nhelp: make room for it, and run this again\n"));
            ExitCode::from(2)
        }
        (Err(error), _) => {
            standard_streams::say(format_args!("error: {}\n", told(&error)));
            ExitCode::from(2)
        }
    }
}
