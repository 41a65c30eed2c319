//! cfn-lint, which knows every resource of every region, and every action of IAM.

use klayers::outside::files::{self, Durability};

use crate::python::{ROLES, SITE, STAGING_BUCKET, tool};

const CFN_LINT: &str = "cfn-lint==1.58.0";

#[test]
fn templates_are_clean_in_every_partition() {
    let regions = ["--regions", "us-east-1", "ap-southeast-7", "cn-north-1", "us-gov-west-1"];
    let said = lint(&[&regions[..], &["--", ROLES, STAGING_BUCKET]].concat());
    assert_eq!(said, Ok(String::new()));
}

/// CloudFront is of the commercial partition here; China has one of its own.
#[test]
fn the_template_of_the_site_is_clean_where_cloudfront_is() {
    let said = lint(&["--regions", "us-east-1", "eu-west-1", "ap-southeast-7", "--", SITE]);
    assert_eq!(said, Ok(String::new()));
}

#[test]
fn an_action_that_is_not_one_is_found() {
    let text = std::fs::read_to_string(ROLES).unwrap().replace("lambda:PublishLayerVersion", "lambda:PublishLayer");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roles.yaml");
    files::write(&path, text.as_bytes(), Durability::Process).unwrap();
    let said = lint(&["--", path.to_str().unwrap()]).unwrap_err();
    assert!(said.contains("W3037") && said.contains("'publishlayer' is not one of"), "{said}");
}

/// Informational findings count too.
fn lint(arguments: &[&str]) -> Result<String, String> {
    tool(CFN_LINT, "cfn-lint", &[&["--include-checks", "I", "--format", "parseable"], arguments].concat())
}
