//! What is left for people, as commands to copy: roles, environments, the site. Each value was checked before it got here, so none
//! needs quoting.

use std::fmt::Write as _;

use super::wishes::Service;
use crate::deploy::Place;
use crate::domain::Partition;

const STAGING_ENDS: &str = "-{region}-{account}";
/// Environment, and the output of roles.yaml that is its role.
const ENVIRONMENTS: [(&str, &str); 3] = [("aws-publish", "PublisherRoleArn"), ("aws-expire", "ExpirerRoleArn"), ("aws-audit", "AuditorRoleArn")];

/// A script of `sh` that nobody has to run as a whole.
pub fn manual_steps(service: &Service) -> String {
    let (repository, wishes) = (&service.repository, &service.wishes);
    let region = match wishes.partition {
        Partition::Aws => "us-east-1",
        Partition::AwsCn => "cn-north-1",
        Partition::AwsUsGov => "us-gov-west-1",
    };
    let mut text = format!(
        "# Needs the commands aws and gh, logged in as administrators of the account {account} and of {repository}.\n\n\
         # Before all: actions are off in a fork until its owner wants them, schedules for themselves, and issues, which tell of\n\
         # failures. No action but GitHub's own is needed. Reports of vulnerabilities are nobody else's business until they are mended.\n\
         gh api -X PUT repos/{repository}/actions/permissions -F enabled=true -f allowed_actions=selected\n\
         gh api -X PUT repos/{repository}/actions/permissions/selected-actions -F github_owned_allowed=true -F verified_allowed=false\n\
         gh repo edit {repository} --enable-issues\n\
         gh api -X PUT repos/{repository}/private-vulnerability-reporting\n\
         gh workflow enable publish.yml --repo {repository}\n\
         gh workflow enable daily.yml --repo {repository}\n\n\
         # 1. The roles that jobs log in as. If the account has GitHub as an identity provider already, which the first command tells,\n\
         #    add OidcProviderArn=ARN to the second.\n\
         aws iam list-open-id-connect-providers --query \"OpenIDConnectProviderList[?ends_with(Arn, '/token.actions.githubusercontent.com')].Arn\" --output text\n\
         aws cloudformation deploy --region {region} --stack-name klayers-roles --template-file pipeline/aws/roles.yaml \\\n  \
           --capabilities CAPABILITY_NAMED_IAM --parameter-overrides LayerPrefix={prefix}{staging} \\\n  \
           {ids}\n",
        account = wishes.account,
        prefix = wishes.prefix,
        staging = staging_prefix(service).map(|prefix| format!(" StagingBucketPrefix={prefix}")).unwrap_or_default(),
        ids = repository_parameters(service),
    );
    if let Some(prefix) = staging_prefix(service) {
        let _ = write!(
            text,
            "#    And in each region the bucket for archives over 50 MiB.\n\
             grep ',active$' pipeline/config/regions.csv | cut -d, -f1 | while read -r region; do\n  \
               aws cloudformation deploy --region \"$region\" --stack-name klayers-staging --template-file pipeline/aws/staging-bucket.yaml \\\n    \
                 --no-fail-on-empty-changeset --parameter-overrides BucketPrefix={prefix}\n\
             done\n"
        );
    }
    text.push_str("\n# 2. The environments, which only main may use, each with its role.\n");
    for (environment, output) in ENVIRONMENTS {
        text.push_str(&environment_of(service, environment, region, "klayers-roles", output));
    }
    text.push_str(&match &service.bucket {
        None => format!("\n# 3. The site, from a workflow.\ngh api -X POST repos/{repository}/pages -f build_type=workflow\n"),
        Some(place) => site_on_s3(service, place),
    });
    text.push_str("\n# Then commit, push, and look whether all is there:\n#   klayers doctor --github\n");
    text
}

fn site_on_s3(service: &Service, place: &Place) -> String {
    let prefix = place.prefix.to_string();
    let of_prefix = if place.prefix.is_empty() { String::new() } else { format!(" Prefix={}", prefix.trim_end_matches('/')) };
    format!(
        "\n# 3. The site on S3, behind CloudFront; and where workflows put it.\n\
         aws cloudformation deploy --region us-east-1 --stack-name klayers-site --template-file pipeline/aws/site.yaml \\\n  \
           --capabilities CAPABILITY_NAMED_IAM --parameter-overrides BucketName={bucket}{of_prefix} \\\n  \
           OidcProviderArn=$(aws cloudformation describe-stacks --region us-east-1 --stack-name klayers-roles --query \"Stacks[0].Outputs[?OutputKey=='ProviderArn'].OutputValue\" --output text) \\\n  \
           {ids}\n\
         {environment}\
         gh variable set KLAYERS_SITE_TARGET --repo {repository} --body s3://{bucket}{path}\n\
         gh variable set KLAYERS_PAGES --repo {repository} --body off\n",
        bucket = place.bucket,
        path = if prefix.is_empty() { String::new() } else { format!("/{}", prefix.trim_end_matches('/')) },
        ids = repository_parameters(service),
        environment = environment_of(service, "site-s3", "us-east-1", "klayers-site", "DeployerRoleArn"),
        repository = service.repository,
    )
}

/// The repository as the templates want it, whose numbers GitHub tells.
fn repository_parameters(service: &Service) -> String {
    let jq = r#"'"GitHubOwner=\(.owner.login) GitHubOwnerId=\(.owner.id) GitHubRepository=\(.name) GitHubRepositoryId=\(.id)"'"#;
    format!("$(gh api repos/{} --jq {jq})", service.repository)
}

fn environment_of(service: &Service, environment: &str, region: &str, stack: &str, output: &str) -> String {
    let repository = &service.repository;
    format!(
        "gh api -X PUT repos/{repository}/environments/{environment} -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'\n\
         gh api -X POST repos/{repository}/environments/{environment}/deployment-branch-policies -f name=main\n\
         gh variable set AWS_ROLE_ARN --repo {repository} --env {environment} --body \"$(aws cloudformation describe-stacks --region {region} --stack-name {stack} --query \"Stacks[0].Outputs[?OutputKey=='{output}'].OutputValue\" --output text)\"\n"
    )
}

fn staging_prefix(service: &Service) -> Option<&str> {
    service.wishes.staging_bucket.as_deref()?.strip_suffix(STAGING_ENDS)
}
