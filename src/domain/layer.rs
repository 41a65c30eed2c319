//! Layer names and the ARNs that consumers copy.

use std::fmt;
use std::str::FromStr;

use super::{AccountId, Architecture, Invalid, PackageName, Partition, RegionCode, Runtime, Sha256, shown, text_serde};

/// Longest layer name that AWS takes, in characters.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
pub const LAYER_NAME_MAX_CHARS: usize = 140;
/// Longest description of a layer version that AWS takes, in characters.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
pub const DESCRIPTION_MAX_CHARS: usize = 256;
/// Longest licence text (`LicenseInfo`) of a layer version that AWS takes, in characters.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
pub const LICENSE_MAX_CHARS: usize = 512;

/// The first word of every layer name of a service, as `Klayers`: what keeps two services apart in one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix(String);

impl Prefix {
    /// The name of the layer that holds `package` for `runtime`: `Klayers-p313-arm64-Pillow`.
    ///
    /// Characters that AWS does not take become `-`, so two packages can meet in one name: whoever
    /// has all of them checks that they do not.
    ///
    /// # Errors
    /// When the name would be longer than [`LAYER_NAME_MAX_CHARS`].
    pub fn layer_name(&self, runtime: Runtime, package: &PackageName) -> Result<LayerName, Invalid> {
        let package: String = package.as_str().chars().map(|character| if is_allowed(character) { character } else { '-' }).collect();
        format!("{}-{}-{package}", self.0, runtime.layer_infix()).parse()
    }

    /// The runtime and package that a layer's name tells, if it has this prefix. Names of long ago tell none:
    /// `Klayers-python38-pandas`. Whoever knows the real name of a package should not ask its layer: characters may
    /// have become `-`, and a package may be called `arm64-x`.
    pub fn parts_of(&self, layer: &LayerName) -> Option<(Runtime, PackageName)> {
        let rest = layer.0.strip_prefix(&self.0)?.strip_prefix("-p3")?;
        let (minor, package) = rest.split_once('-')?;
        let (architecture, package) = match package.strip_prefix("arm64-") {
            Some(package) => (Architecture::Arm64, package),
            None => (Architecture::X86_64, package),
        };
        Some((Runtime { python: format!("3.{minor}").parse().ok()?, architecture }, package.parse().ok()?))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Prefix {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if (1..=32).contains(&text.len()) && text.chars().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid(format!("`{}` is not a prefix: 1 to 32 letters, digits, `-` and `_` are", shown(text))))
        }
    }
}

/// A layer's name: 1 to 140 letters, digits, `-` and `_`, as AWS takes it.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerName(String);

impl LayerName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LayerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for LayerName {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() || !text.chars().all(is_allowed) {
            return Err(Invalid(format!("`{}` is not a layer name: AWS takes letters, digits, `-` and `_`", shown(text))));
        }
        if text.len() > LAYER_NAME_MAX_CHARS {
            return Err(Invalid(format!("`{}` is not a layer name: it has {} characters and AWS takes {LAYER_NAME_MAX_CHARS}", shown(text), text.len())));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The address of one layer version: what a function's configuration names. Text form:
/// `arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-Pillow:7`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayerArn {
    /// The partition of its region.
    pub partition: Partition,
    /// The region that it is in, and that functions must be in to use it.
    pub region: RegionCode,
    /// The account that published it.
    pub account: AccountId,
    /// The layer that it is a version of.
    pub layer: LayerName,
    /// The number that AWS gave it, from 1. Each region counts by itself, and no number comes back.
    pub version: u64,
}

impl fmt::Display for LayerArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, region, account, layer, version } = self;
        write!(f, "arn:{partition}:lambda:{region}:{account}:layer:{layer}:{version}")
    }
}

impl FromStr for LayerArn {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid(format!("`{}` is not the ARN of a layer version", shown(text)));
        let parts: Vec<&str> = text.split(':').collect();
        let ["arn", partition, "lambda", region, account, "layer", layer, version] = parts[..] else {
            return Err(invalid());
        };
        let arn = Self {
            partition: partition.parse()?,
            region: region.parse()?,
            account: account.parse()?,
            layer: layer.parse()?,
            version: version.parse().map_err(|_| invalid())?,
        };
        if arn.version > 0 && arn.to_string() == text { Ok(arn) } else { Err(invalid()) }
    }
}

/// What the record says of one layer version, to hold against what the account says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordedVersion {
    /// The address at which it was published.
    pub arn: LayerArn,
    /// The SHA-256 of its archive, which the account tells as `CodeSha256`.
    pub zip_sha256: Sha256,
}

text_serde!(Prefix, LayerName, LayerArn);

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_prefix_runtime_and_package() {
        let prefix: Prefix = "Klayers".parse().expect("valid");
        for (runtime, package, name) in [
            ("p3.13", "Pillow", "Klayers-p313-Pillow"),
            ("p3.13-arm64", "curl_cffi", "Klayers-p313-arm64-curl_cffi"),
            ("p3.12", "zope.interface", "Klayers-p312-zope-interface"),
        ] {
            let made = prefix.layer_name(runtime.parse().expect("valid"), &package.parse().expect("valid"));
            assert_eq!(made.map(|made| made.to_string()), Ok(name.to_owned()));
        }
        let long: PackageName = "a".repeat(140).parse().expect("valid");
        assert!(prefix.layer_name("p3.13".parse().expect("valid"), &long).is_err());
        for text in ["", "a b", "a.b", "é", &"a".repeat(33)] {
            assert!(text.parse::<Prefix>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_tells_its_parts_when_it_has_all_of_them() {
        let prefix: Prefix = "Klayers".parse().expect("valid");
        for (name, parts) in [
            ("Klayers-p313-Pillow", Some("p3.13 Pillow")),
            ("Klayers-p39-requests", Some("p3.9 requests")),
            ("Klayers-p313-arm64-curl_cffi", Some("p3.13-arm64 curl_cffi")),
            ("Klayers-p313-arm64", Some("p3.13 arm64")),
            ("Klayers-python38-pandas", None),
            ("Klayers-p38pandas", None),
            ("Klayers-p313-", None),
            ("Klayers-p313--x", None),
            ("Klayers-p2-x", None),
            ("Klayers2-p313-Pillow", None),
            ("Other-p313-Pillow", None),
            ("Klayers", None),
        ] {
            let found = prefix.parts_of(&name.parse().expect("valid")).map(|(runtime, package)| format!("{runtime} {package}"));
            assert_eq!(found.as_deref(), parts, "{name}");
        }
    }

    #[test]
    fn arns_round_trip() {
        for text in ["arn:aws:lambda:us-east-1:123456789012:layer:Klayers-p313-numpy:1", "arn:aws-cn:lambda:cn-north-1:123456789012:layer:x:12"] {
            assert_eq!(text.parse::<LayerArn>().map(|arn| arn.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "arn:aws:lambda:us-east-1:123456789012:layer:x",
            "arn:aws:lambda:us-east-1:123456789012:layer:x:0",
            "arn:aws:lambda:us-east-1:123456789012:layer:x:01",
            "arn:aws:lambda:us-east-1:123456789012:function:x:1",
            "arn:aws:lambda:us-east-1:1234:layer:x:1",
            " arn:aws:lambda:us-east-1:123456789012:layer:x:1",
        ] {
            assert!(text.parse::<LayerArn>().is_err(), "{text}");
        }
    }
}
