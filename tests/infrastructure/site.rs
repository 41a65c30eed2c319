//! The bucket, the distribution and the role of the site, whole where they give rights.

use serde_json::{Value, json};

use crate::python::{SITE, script, try_script};

const ACCOUNT: &str = "000000000000";
const PROVIDER: &str = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com";
const REPOSITORY: [&str; 4] = ["GitHubOwner=Octo", "GitHubOwnerId=583231", "GitHubRepository=layers", "GitHubRepositoryId=1296269"];

fn made(parameters: &[&str]) -> Value {
    script("template.py", &[&[SITE, "aws"], parameters].concat())
}

fn with_role(parameters: &[&str]) -> Value {
    let provider = format!("OidcProviderArn={PROVIDER}");
    made(&[&[provider.as_str()], &REPOSITORY[..], parameters].concat())
}

#[test]
fn the_bucket_is_private_and_only_the_distribution_reads_it() {
    let bucket = made(&[]);
    assert_eq!(bucket["Bucket"]["BucketName"], format!("klayers-site-{ACCOUNT}"));
    assert_eq!(made(&["BucketName=my.site"])["Bucket"]["BucketName"], "my.site");
    let blocked = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    assert!(blocked.iter().all(|name| bucket["Bucket"]["PublicAccessBlockConfiguration"][name] == true));
    // With KMS the entity tag would not be the MD5 that `klayers deploy` compares.
    let encryption = &bucket["Bucket"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
    assert_eq!(encryption, &json!({ "SSEAlgorithm": "AES256" }));
    for (parameters, objects) in [(&[][..], "<Bucket.Arn>/*"), (&["Prefix=layers/site"], "<Bucket.Arn>/layers/site/*")] {
        let of_the_distribution = json!({ "StringEquals": { "AWS:SourceArn": format!("arn:aws:cloudfront::{ACCOUNT}:distribution/<Distribution>") } });
        let reader = json!({ "Service": "cloudfront.amazonaws.com" });
        let allow = |sid: &str, action: &str, resource: &str| json!({ "Sid": sid, "Effect": "Allow", "Principal": reader, "Action": action, "Resource": resource, "Condition": of_the_distribution });
        let expected = json!([
            allow("TheDistributionReads", "s3:GetObject", objects),
            allow("TellAbsentFromForbidden", "s3:ListBucket", "<Bucket.Arn>"),
            {
                "Sid": "OnlyEncryptedConnections",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": ["<Bucket.Arn>", "<Bucket.Arn>/*"],
                "Condition": { "Bool": { "aws:SecureTransport": "false" } },
            }
        ]);
        assert_eq!(made(parameters)["BucketPolicy"]["PolicyDocument"]["Statement"], expected);
    }
}

#[test]
fn the_role_writes_below_the_prefix_and_changes_nothing_else() {
    for (parameters, objects, below) in [
        (&[][..], "<Bucket.Arn>/*", None),
        (&["Prefix=layers/site"], "<Bucket.Arn>/layers/site/*", Some(json!({ "StringLike": { "s3:prefix": "layers/site/*" } }))),
    ] {
        let mut list = json!({ "Sid": "ListTheSite", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "<Bucket.Arn>" });
        if let Some(below) = below {
            list["Condition"] = below;
        }
        let denied = ["iam:*", "s3:DeleteBucket*", "s3:PutBucket*", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration", "s3:PutObjectAcl"];
        let expected = json!([
            { "Sid": "ReadAndWriteTheSite", "Effect": "Allow", "Action": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], "Resource": objects },
            list,
            { "Sid": "LookAtTheBucket", "Effect": "Allow", "Action": ["s3:GetBucketCORS", "s3:GetBucketWebsite"], "Resource": "<Bucket.Arn>" },
            { "Sid": "NeverChangeTheBucket", "Effect": "Deny", "Action": denied, "Resource": "*" },
        ]);
        let policies = json!([{ "PolicyName": "site", "PolicyDocument": { "Version": "2012-10-17", "Statement": expected } }]);
        assert_eq!(with_role(parameters)["Deployer"]["Policies"], policies);
    }
    assert_eq!(made(&[]).get("Deployer"), None, "no provider, no role");
}

#[test]
fn the_role_trusts_one_environment_of_one_branch_of_one_repository() {
    let claim = |name: &str| format!("token.actions.githubusercontent.com:{name}");
    let expected = json!({
        claim("aud"): "sts.amazonaws.com",
        claim("repository_id"): "1296269",
        claim("environment"): "site-s3",
        claim("ref"): "refs/heads/main",
        claim("sub"): ["repo:Octo/layers:environment:site-s3", "repo:Octo@583231/layers@1296269:environment:site-s3"],
    });
    let trust = &with_role(&[])["Deployer"]["AssumeRolePolicyDocument"]["Statement"];
    assert_eq!(trust.as_array().unwrap().len(), 1);
    assert_eq!((&trust[0]["Principal"]["Federated"], &trust[0]["Condition"]), (&json!(PROVIDER), &json!({ "StringEquals": expected })));
    for name in ["GitHubOwner", "GitHubOwnerId", "GitHubRepository", "GitHubRepositoryId", "GitHubRef", "SiteEnvironment", "BucketName", "Prefix"] {
        let said = try_script("template.py", &[SITE, "aws", &format!("{name}=*")]).unwrap_err();
        assert!(said.contains(&format!("{name} is refused: '*'")), "{said}");
    }
}

#[test]
fn every_prefix_that_the_template_takes_is_one_for_deploy() {
    for (prefix, is_taken) in
        [("layers", true), ("a/b.c/d_e", true), ("/a", false), ("a/", false), ("a//b", false), ("..", false), ("a/../b", false), ("a b", false)]
    {
        assert_eq!(try_script("template.py", &[SITE, "aws", &format!("Prefix={prefix}")]).is_ok(), is_taken, "{prefix}");
        assert!(!is_taken || format!("s3://bucket/{prefix}").parse::<klayers::deploy::Target>().is_ok(), "{prefix}");
    }
}

#[test]
fn what_is_absent_is_404_and_other_sites_may_read_everything() {
    let made = made(&["Prefix=layers", "DomainName=layers.example.com", "CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/abc"]);
    let config = &made["Distribution"]["DistributionConfig"];
    for (at, code) in [403, 404].into_iter().enumerate() {
        let expected = json!({ "ErrorCode": code, "ResponseCode": 404, "ResponsePagePath": "/404.html", "ErrorCachingMinTTL": 60 });
        assert_eq!(config["CustomErrorResponses"][at], expected);
    }
    assert_eq!((&config["Origins"][0]["OriginPath"], &config["Aliases"]), (&json!("/layers"), &json!(["layers.example.com"])));
    let cors = &made["Headers"]["ResponseHeadersPolicyConfig"]["CorsConfig"];
    assert_eq!((&cors["AccessControlAllowOrigins"]["Items"], &cors["OriginOverride"]), (&json!(["*"]), &json!(true)));
    let behaviour = &config["DefaultCacheBehavior"];
    assert_eq!(behaviour["ResponseHeadersPolicyId"], "<Headers>");
    assert_eq!(behaviour["FunctionAssociations"], json!([{ "EventType": "viewer-request", "FunctionARN": "<Function.FunctionARN>" }]));
}
