//! The binary: parses the command line, runs one command, maps its outcome to an exit code.

use std::process::ExitCode;

use klayers::commands::{Cli, error_text};
use klayers::outside::{size_limit, terminal};

#[tokio::main]
async fn main() -> ExitCode {
    size_limit::fail_beyond_it();
    // The message of a panic may have a text of a stranger in it, too.
    std::panic::set_hook(Box::new(|panic| {
        let trace = std::backtrace::Backtrace::capture();
        terminal::say(format_args!("error: a fault of klayers itself: {panic}\nhelp: report it, with the command and what it was given\n{trace}"));
    }));
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("KLAYERS_LOG").unwrap_or_else(|_| cli.log_level().into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(terminal::log).with_target(false).without_time().log_internal_errors(false).init();
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the clock")]
    let now = std::time::SystemTime::now();
    let result = cli.run(now).await;
    match (result, terminal::lost()) {
        (Ok(outcome), None) => ExitCode::from(outcome.exit_code()),
        (Ok(_), Some(lost)) => {
            terminal::say(format_args!("error: all is done, and what was printed is cut: {lost}\nhelp: make room for it, and run this again"));
            ExitCode::from(2)
        }
        (Err(error), _) => {
            terminal::say_error(&error_text(&error));
            ExitCode::from(2)
        }
    }
}
