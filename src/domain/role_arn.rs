//! The name of a role that a job logs in as.

use std::fmt;
use std::str::FromStr;

use super::{AccountId, Invalid, Partition, shown};

/// Longest ARN of a role that AWS takes, in bytes.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
const ARN_MAX_BYTES: usize = 2048;

/// The ARN of a role: `arn:aws:iam::123456789012:role/path/klayers-publisher`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleArn {
    text: String,
    partition: Partition,
    account: AccountId,
}

impl RoleArn {
    /// The partition of its account.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The account that it belongs to.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Its name, without its path.
    pub fn name(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or_default()
    }
}

impl Partition {
    /// For whom GitHub is to make a token that AWS takes here, as AWS's own action asks for it.
    pub fn audience(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "sts.amazonaws.com",
            Self::AwsCn => "sts.amazonaws.com.cn",
        }
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for RoleArn {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid(format!("`{}` is not the ARN of a role, such as `arn:aws:iam::123456789012:role/klayers-publisher`", shown(text)));
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", account, role] = parts[..] else { return Err(refused()) };
        let name = role.strip_prefix("role/").ok_or_else(refused)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&byte);
        if name.is_empty() || name.ends_with('/') || text.len() > ARN_MAX_BYTES || !name.bytes().all(is_plain) {
            return Err(refused());
        }
        Ok(Self { text: text.to_owned(), partition: partition.parse().map_err(|_| refused())?, account: account.parse().map_err(|_| refused())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_and_rejects() {
        let role: RoleArn = "arn:aws-cn:iam::123456789012:role/ci/klayers-publisher".parse().expect("a role");
        assert_eq!((role.partition(), role.account().to_string().as_str(), role.name()), (Partition::AwsCn, "123456789012", "klayers-publisher"));
        assert_eq!((role.partition().audience(), Partition::AwsUsGov.audience()), ("sts.amazonaws.com.cn", "sts.amazonaws.com"));
        assert_eq!(role.to_string(), "arn:aws-cn:iam::123456789012:role/ci/klayers-publisher");
        for text in [
            "",
            "klayers-publisher",
            "arn:aws:iam::123456789012:user/me",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:iam::12345:role/a",
            "arn:other:iam::123456789012:role/a",
            " arn:aws:iam::123456789012:role/a",
        ] {
            assert!(text.parse::<RoleArn>().is_err(), "{text}");
        }
    }
}
