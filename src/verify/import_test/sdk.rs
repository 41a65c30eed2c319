//! The packages that each runtime has beside Python, which a layer must get on with.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::PythonMinor;

const TABLE: &str = include_str!("runtime_sdk.toml");

/// What one runtime has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeSdk {
    /// The version of boto3, as the runtime has it. <https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html>
    pub boto3: String,
    /// The version of botocore.
    pub botocore: String,
    /// The names of the others, some with a bound.
    pub packages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    as_of: toml::value::Datetime,
    runtime: BTreeMap<PythonMinor, RuntimeSdk>,
}

impl RuntimeSdk {
    /// That of `python`; nothing for one that is not in the table.
    pub fn of(python: PythonMinor) -> Option<&'static Self> {
        table().runtime.get(&python)
    }

    /// The day of the table.
    ///
    /// # Panics
    /// Never: the table is part of the program, and tests read it.
    pub fn as_of() -> Date {
        let date = table().as_of.date.expect("the table has a date");
        Date::new(i16::try_from(date.year).expect("this century"), date.month.cast_signed(), date.day.cast_signed()).expect("a day")
    }

    /// What to ask a resolver for to have the same: boto3 and botocore to the version, the others as they come with them.
    pub fn requirements(&self) -> Vec<String> {
        let parts = self.packages.iter().filter(|package| package.contains('<')).cloned();
        [format!("boto3=={}", self.boto3), format!("botocore=={}", self.botocore)].into_iter().chain(parts).collect()
    }
}

fn table() -> &'static Table {
    static PARSED: OnceLock<Table> = OnceLock::new();
    PARSED.get_or_init(|| toml::from_str(TABLE).expect("the table is part of the program"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runtime_of_today_is_in_the_table() {
        for minor in 8..=14 {
            let sdk = RuntimeSdk::of(format!("3.{minor}").parse().expect("a version")).expect("in the table");
            assert!(sdk.requirements().iter().all(|requirement| requirement.parse::<pep508_rs::Requirement>().is_ok()), "{sdk:?}");
        }
        assert!(RuntimeSdk::as_of().year() >= 2025);
        assert_eq!(RuntimeSdk::of("3.7".parse().expect("a version")), None);
    }
}
