//! The buckets through which archives go that are too large for a request.

use std::fmt;
use std::str::FromStr;

use super::StagedObject;
use crate::domain::{AccountId, Invalid, LayerName, RegionCode, Sha256, shown};

/// The name of each region's bucket: `klayers-staging-{region}-{account}`. Lambda reads only from
/// buckets of its own region, so the region is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagingPattern(String);

impl StagingPattern {
    /// Where an archive is uploaded to. The key says what is in it, so that two uploads of one archive
    /// are one object.
    pub fn object(&self, region: &RegionCode, account: &AccountId, layer: &LayerName, zip_sha256: Sha256) -> StagedObject {
        StagedObject { bucket: self.bucket(region.as_str(), &account.to_string()), key: format!("{layer}/{zip_sha256}.zip"), owner: account.clone() }
    }

    fn bucket(&self, region: &str, account: &str) -> String {
        self.0.replace("{region}", region).replace("{account}", account)
    }
}

impl fmt::Display for StagedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.bucket, self.key)
    }
}

impl fmt::Display for StagingPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for StagingPattern {
    type Err = Invalid;
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let pattern = Self(text.to_owned());
        // The longest region of today stands for all.
        let bucket = pattern.bucket("ap-southeast-7", "000000000000");
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
        let is_bucket = (3..=63).contains(&bucket.len()) && bucket.bytes().all(is_allowed) && !bucket.starts_with(['-', '.']) && !bucket.ends_with(['-', '.']);
        if text.contains("{region}") && is_bucket && !bucket.contains("..") {
            Ok(pattern)
        } else {
            Err(Invalid(format!("`{}` is not a pattern of bucket names such as `name-{{region}}-{{account}}`", shown(text))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_has_its_bucket() {
        let pattern: StagingPattern = "staging-{region}-{account}".parse().unwrap();
        let object = pattern.object(&"eu-west-1".parse().unwrap(), &"123456789012".parse().unwrap(), &"K-p313-x".parse().unwrap(), Sha256::of(b""));
        assert_eq!(object.bucket, "staging-eu-west-1-123456789012");
        assert_eq!(object.key, format!("K-p313-x/{}.zip", Sha256::of(b"")));
        for text in [
            "",
            "staging",
            "staging-{account}",
            "Staging-{region}",
            "-{region}",
            "a_{region}",
            "{region}/x",
            "../{region}",
            &format!("{}{{region}}", "x".repeat(60)),
        ] {
            assert!(text.parse::<StagingPattern>().is_err(), "{text}");
        }
    }
}
