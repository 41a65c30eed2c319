//! The command line.

use std::time::SystemTime;

use clap::builder::styling::Styles;
use clap::{Parser, Subcommand};

use super::common_args::Common;
use super::context::Context;
use super::{
    Outcome, adopt, audit, build, check, commit, deploy, doctor, examples, expire, github, init, papers, plan, pr, publish, record, render, run, serve, shell,
    verify, yank,
};

/// Keeps a public catalogue of Python packages as AWS Lambda layers, with no server to run.
#[derive(Debug, Parser)]
#[command(name = "klayers", version = env!("KLAYERS_VERSION"), propagate_version = true, after_help = examples::KLAYERS, max_term_width = 100, styles = Styles::plain())]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(after_help = examples::CHECK)]
    Check(check::Args),
    #[command(after_help = examples::PLAN)]
    Plan(plan::Args),
    #[command(after_help = examples::BUILD)]
    Build(build::Args),
    #[command(after_help = examples::VERIFY)]
    Verify(verify::Args),
    #[command(after_help = examples::PUBLISH)]
    Publish(publish::Args),
    #[command(after_help = examples::RECORD)]
    Record(record::Args),
    #[command(after_help = examples::COMMIT)]
    Commit(commit::Args),
    #[command(after_help = examples::PAPERS)]
    Papers(papers::Args),
    #[command(after_help = examples::RENDER)]
    Render(render::Args),
    #[command(after_help = examples::DEPLOY)]
    Deploy(deploy::Args),
    // Its `--version` is the package's.
    #[command(disable_version_flag = true, after_help = examples::YANK)]
    Yank(yank::Args),
    #[command(after_help = examples::EXPIRE)]
    Expire(expire::Args),
    #[command(after_help = examples::AUDIT)]
    Audit(audit::Args),
    #[command(after_help = examples::ADOPT)]
    Adopt(adopt::Args),
    #[command(after_help = examples::RUN)]
    Run(run::Args),
    #[command(after_help = examples::SERVE)]
    Serve(serve::Args),
    #[command(after_help = examples::PR)]
    Pr(pr::Args),
    #[command(after_help = examples::GITHUB)]
    Github(github::Args),
    #[command(after_help = examples::INIT)]
    Init(init::Args),
    #[command(after_help = examples::DOCTOR)]
    Doctor(doctor::Args),
    #[command(after_help = examples::COMPLETIONS)]
    Completions(shell::CompletionsArgs),
    #[command(after_help = examples::MAN)]
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
        let ended = match self.command {
            Command::Check(args) => check::run(&args, &context).await,
            Command::Plan(args) => plan::run(&args, &context).await,
            Command::Build(args) => build::run(&args, &context).await,
            Command::Verify(args) => verify::run(&args, &context).await,
            Command::Publish(args) => publish::run(&args, &context).await,
            Command::Record(args) => record::run(&args, &context),
            Command::Commit(args) => commit::run(&args, &context).await,
            Command::Papers(args) => papers::run(&args, &context).await,
            Command::Render(args) => render::run(&args, &context),
            Command::Deploy(args) => deploy::run(&args, &context).await,
            Command::Yank(args) => yank::run(&args, &context),
            Command::Expire(args) => expire::run(&args, &context).await,
            Command::Audit(args) => audit::run(&args, &context).await,
            Command::Adopt(args) => adopt::run(&args, &context).await,
            Command::Run(args) => run::run(&args, &context).await,
            Command::Serve(args) => serve::run(&args, &context).await,
            Command::Pr(args) => pr::run(&args, &context).await,
            Command::Github(args) => github::run(&args, &context).await,
            Command::Init(args) => init::run(&args, &context).await,
            Command::Doctor(args) => doctor::run(&args, &context).await,
            Command::Completions(args) => shell::completions(&args),
            Command::Man(args) => shell::man(&args),
        };
        let outcome = ended.or_else(|error| Outcome::of_error(error, &context));
        context.print_what_was_told();
        outcome
    }
}
