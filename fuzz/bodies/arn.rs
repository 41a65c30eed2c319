//! ARNs of layers and roles, and what they are made of: what is taken prints as it was written.

use std::fmt::Display;
use std::str::FromStr;

use klayers::domain::{AccountId, LayerArn, LayerName, OrganizationId, Partition, Prefix, RegionCode, RoleArn, Runtime};

use super::words;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for line in text.split('\n') {
        same::<LayerArn>(line);
        same::<LayerName>(line);
        same::<RegionCode>(line);
        same::<AccountId>(line);
        same::<OrganizationId>(line);
        same::<Partition>(line);
        same::<Prefix>(line);
        same::<Runtime>(line);
        if let Some(role) = same::<RoleArn>(line) {
            assert!(!role.name().is_empty() && line.ends_with(role.name()) && line.contains(&role.account().to_string()));
        }
        if let Some(arn) = same::<LayerArn>(line) {
            assert!(arn.version > 0 && !line.contains(|character: char| character.is_whitespace() || character.is_control()));
            // A name tells a package, or none; what it tells makes the same name again.
            let prefix: Prefix = "Klayers".parse().expect("a prefix");
            if let Some((runtime, package)) = prefix.parts_of(&arn.layer) {
                assert_eq!(prefix.layer_name(runtime, &package).as_ref(), Ok(&arn.layer));
            }
        }
    }
}

/// The value of `text`, if it has one, which prints as `text`.
fn same<T: FromStr<Err: Display> + Display>(text: &str) -> Option<T> {
    match text.parse::<T>() {
        Ok(value) => {
            assert_eq!(value.to_string(), text);
            Some(value)
        }
        Err(error) => {
            words::hold(&error.to_string());
            None
        }
    }
}
