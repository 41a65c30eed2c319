//! What the tokens of jobs will say, for those who set up the roles.

use super::environments::{ENVIRONMENTS, SITE_ENVIRONMENT};
use super::explain::lets_in;
use super::repository::Known;
use crate::commands::Outcome;
use crate::domain::{Claims, Partition, TrustStatement, Trusted};
use crate::outside::terminal;

/// Outside of a job: the claims that jobs will have, and whether a policy lets them in.
pub fn to_come(known: &Known, policy: Option<&[TrustStatement]>) -> Outcome {
    let (owner_id, repository_id) = known.numbers().unwrap_or_else(|| ("OWNER-ID".to_owned(), "REPOSITORY-ID".to_owned()));
    let (owner, repository) = known.names();
    terminal::put("\nthis is no job, so nobody logs in; the token of a job will say (`sub` has one of two forms):");
    for environment in ENVIRONMENTS.into_iter().chain([SITE_ENVIRONMENT]) {
        let of_job = Trusted {
            owner: owner.clone(),
            owner_id: owner_id.clone(),
            repository: repository.clone(),
            repository_id: repository_id.clone(),
            environment: environment.to_owned(),
            git_ref: format!("refs/heads/{}", known.default_branch()),
            partition: Partition::Aws,
            account: "000000000000".parse().expect("twelve digits"),
        };
        terminal::put(format_args!("  environment `{environment}`, ref `{}`, repository_id `{}`", of_job.git_ref, of_job.repository_id));
        for sub in of_job.subjects() {
            let claims = Claims::new([
                ("sub", sub.as_str()),
                ("aud", of_job.partition.audience()),
                ("environment", environment),
                ("ref", &of_job.git_ref),
                ("repository", &format!("{owner}/{repository}")),
                ("repository_id", &repository_id),
                ("repository_owner_id", &owner_id),
            ]);
            let verdict = match policy.map(|statements| lets_in(statements, &claims)) {
                None => "",
                Some(true) => ": the policy lets it in",
                Some(false) => ": the policy keeps it out",
            };
            terminal::put(format_args!("    sub `{sub}`{verdict}"));
        }
    }
    Outcome::Done
}
