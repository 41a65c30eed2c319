//! A page of `site/content` as a service fills it in that has requests for Python 3.13 on x86_64 in eu-west-1, and no address.

use serde_json::json;
use tera::{Context, Tera};

/// The text of a page with its variables filled in.
pub fn filled(page: &str) -> String {
    let facts = json!({
        "service": "Klayers",
        "site": "https://layers.example",
        "is_site_known": false,
        "repository": null,
        "repository_name": null,
        "retention": "a year",
        "retention_days": 365,
        "package_count": 4,
        "region_count": 2,
        "pythons": "3.13",
        "architectures": "x86_64 and arm64",
        "example": {
            "is_real": true,
            "arn": "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-requests:4",
            "arn_without_number": "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-requests",
            "package": "requests",
            "normalized_name": "requests",
            "version": "2.34.2",
            "layer": "Klayers-p313-requests",
            "number": 4,
            "code_sha256": "DE5zVaLRGa6Wp93WyPXESb2JZ464acX9Z1vCUMeGp8s=",
            "region": "eu-west-1",
            "account": "123456789012",
            "runtime": "p3.13",
            "infix": "p313",
            "python": "3.13",
            "aws_runtime": "python3.13",
            "cdk_runtime": "PYTHON_3_13",
            "architecture": "x86_64",
            "cdk_architecture": "X86_64",
            "second_arn": "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-Pillow:1",
            "second_package": "Pillow",
        },
    });
    Tera::one_off(page, &Context::from_serialize(&facts).expect("facts are data"), false).expect("every variable is one that the site has")
}
