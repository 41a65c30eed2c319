//! What `klayers doctor` takes.

use std::path::PathBuf;

use super::finding::print;
use super::login::login;
use super::machine::machine;
use super::repository::Known;
use super::setup::setup;
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::steps::CheckArgs;

/// Looks at everything that a run needs and says what is missing and how to get it.
///
/// With `--github` it looks at what the workflows need: the settings of the repository, as far as `GITHUB_TOKEN` or
/// `GH_TOKEN` may see them, and in a job with `id-token: write` whether AWS lets it in as `AWS_ROLE_ARN`, and if not, why.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    checks: CheckArgs,
    /// Looks at GitHub and AWS, and not at this machine.
    #[arg(long)]
    github: bool,
    /// The trust policy of the role, as `aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument`
    /// prints it [default: what `pipeline/aws/roles.yaml` makes].
    #[arg(long, value_name = "FILE", requires = "github")]
    trust_policy: Option<PathBuf>,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    if !args.github {
        return Ok(print(&machine(&args.checks, context).await?));
    }
    let known = Known::find(context).await?;
    let of_settings = print(&setup(&known).await?);
    let of_login = login(&known, context, args.trust_policy.as_deref()).await?;
    Ok(if of_settings == Outcome::Done { of_login } else { of_settings })
}
