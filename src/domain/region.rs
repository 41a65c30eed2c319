//! Regions, partitions and account numbers of AWS.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, shown, text_serde};

/// Longest code that is taken, in bytes; the longest that AWS has is `us-isof-south-1`.
const CODE_MAX_BYTES: usize = 23;

/// A region's code, as `eu-west-1`. A ledger has millions of them, so the letters are kept in place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode {
    /// Zeros behind the code keep the order of codes.
    letters: [u8; CODE_MAX_BYTES],
    length: u8,
}

impl RegionCode {
    /// The code as text.
    ///
    /// # Panics
    /// Never: the letters were checked when it was read.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.letters[..usize::from(self.length)]).expect("made of ASCII alone")
    }

    /// The partition that the region belongs to, by the prefixes that AWS gives them.
    /// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
    pub fn partition(&self) -> Partition {
        match self.as_str() {
            code if code.starts_with("cn-") => Partition::AwsCn,
            code if code.starts_with("us-gov-") => Partition::AwsUsGov,
            _ => Partition::Aws,
        }
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionCode({:?})", self.as_str())
    }
}

impl FromStr for RegionCode {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut parts = text.rsplit('-');
        let number = parts.next().is_some_and(|part| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit()));
        let words: Vec<&str> = parts.collect();
        let lower = words.iter().all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
        if number && lower && words.len() >= 2 && text.len() <= CODE_MAX_BYTES {
            let mut letters = [0; CODE_MAX_BYTES];
            letters[..text.len()].copy_from_slice(text.as_bytes());
            Ok(Self { letters, length: text.len() as u8 })
        } else {
            Err(Invalid(format!("`{}` is not a region code such as `eu-west-1`", shown(text))))
        }
    }
}

/// A group of regions with accounts of its own. Text form: as in an ARN.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// The commercial regions: `aws`.
    Aws,
    /// Regions in China: `aws-cn`.
    AwsCn,
    /// Regions of GovCloud in the United States: `aws-us-gov`.
    AwsUsGov,
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
        })
    }
}

impl FromStr for Partition {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "aws" => Ok(Self::Aws),
            "aws-cn" => Ok(Self::AwsCn),
            "aws-us-gov" => Ok(Self::AwsUsGov),
            other => Err(Invalid(format!("`{}` is not a partition: `aws`, `aws-cn` and `aws-us-gov` are", shown(other)))),
        }
    }
}

/// An AWS account's number: twelve digits, of which the first may be zeros.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(String);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AccountId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid(format!("`{}` is not an account number of twelve digits", shown(text))))
        }
    }
}

text_serde!(RegionCode, Partition, AccountId);

/// What is done with a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegionState {
    /// Layers are published to it.
    Active,
    /// Its layers stay listed; nothing is published until it is active again, and then what it lacks is.
    Paused,
    /// As paused, for good, and no longer shown on pages.
    Retired,
}

impl FromStr for RegionState {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "" | "active" => Ok(Self::Active),
            "paused" => Ok(Self::Paused),
            "retired" => Ok(Self::Retired),
            other => Err(Invalid(format!("`{}` is not a state: `active`, `paused` and `retired` are", shown(other)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts() {
        for (code, partition) in [
            ("us-east-1", Partition::Aws),
            ("ap-southeast-7", Partition::Aws),
            ("mx-central-1", Partition::Aws),
            ("cn-north-1", Partition::AwsCn),
            ("us-gov-west-1", Partition::AwsUsGov),
        ] {
            let region: RegionCode = code.parse().expect(code);
            assert_eq!(region.to_string(), code);
            assert_eq!(region.partition(), partition);
            assert_eq!(partition.to_string().parse(), Ok(partition));
        }
    }

    #[test]
    fn rejects() {
        for text in [
            "",
            "us-east",
            "us-east-",
            "us-east-a",
            "US-EAST-1",
            " us-east-1",
            "us-east-1 ",
            "useast1",
            "us--1",
            "../us-east-1",
            "us-east-123",
            "us-northeastsouthwest-12",
        ] {
            assert!(text.parse::<RegionCode>().is_err(), "{text}");
        }
        for text in ["", "12345678901", "1234567890123", "12345678901a"] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
    }
}
