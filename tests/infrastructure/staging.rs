//! The bucket of one region, whole, and under the name at which `klayers publish` looks for it.

use klayers::domain::Sha256;
use klayers::publish::StagingPattern;
use serde_json::json;

use crate::python::{STAGING_BUCKET, script, try_script};

const ACCOUNT: &str = "000000000000";

#[test]
fn nothing_in_the_bucket_is_public_or_stays() {
    let regions = [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")];
    for (partition, region) in regions {
        let made = script("template.py", &[STAGING_BUCKET, partition]);
        let all = true;
        let expected = json!({
            "BucketName": format!("klayers-staging-{region}-{ACCOUNT}"),
            "BucketEncryption": { "ServerSideEncryptionConfiguration": [{ "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }] },
            "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] },
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": all, "BlockPublicPolicy": all, "IgnorePublicAcls": all, "RestrictPublicBuckets": all
            },
            "LifecycleConfiguration": { "Rules": [{
                "Id": "nothing-stays",
                "Status": "Enabled",
                "ExpirationInDays": 1,
                "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 1 },
            }] },
        });
        assert_eq!(made["Bucket"], expected);
        let only_tls = json!([{
            "Sid": "OnlyEncryptedConnections",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["<Bucket.Arn>", "<Bucket.Arn>/*"],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }]);
        assert_eq!(made["BucketPolicy"]["PolicyDocument"], json!({ "Version": "2012-10-17", "Statement": only_tls }));
    }
}

#[test]
fn the_bucket_is_where_publishing_looks_for_it() {
    let pattern: StagingPattern = "klayers-staging-{region}-{account}".parse().unwrap();
    let object = pattern.object(&"eu-west-1".parse().unwrap(), &ACCOUNT.parse().unwrap(), &"K-p313-x".parse().unwrap(), Sha256::of(b""));
    assert_eq!(script("template.py", &[STAGING_BUCKET, "aws"])["Bucket"]["BucketName"], object.bucket);
}

#[test]
fn every_prefix_that_is_taken_makes_a_name_that_s3_takes() {
    // 63 characters, less those of the longest region, an account and two hyphens.
    let longest = "a".repeat(63 - "ap-southeast-7".len() - ACCOUNT.len() - 2);
    let of = |prefix: &str| try_script("template.py", &[STAGING_BUCKET, "aws", &format!("BucketPrefix={prefix}")]);
    assert!(of(&longest).is_ok());
    for prefix in [&format!("{longest}a"), "", "A", "-a", "a*", "a_b"] {
        assert!(of(prefix).unwrap_err().contains("is refused"), "{prefix}");
    }
}
