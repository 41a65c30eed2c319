//! What tests record: builds of one package, `x`.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::Published;
use crate::domain::{Partition, Requirements, Sha256};

/// A build with one line of requirements, such as `x==1.0`, whose version is the package's.
pub(crate) fn published(at: &str, line: &str, regions: &[(&str, u64)]) -> Published {
    let requirements = Requirements::try_from(vec![line.to_owned()]).unwrap();
    Published {
        at: at.parse().unwrap(),
        account: "123456789012".parse().unwrap(),
        partition: Partition::Aws,
        layer: "K-p313-x".parse().unwrap(),
        package: "x".to_owned(),
        version: line.split("==").last().unwrap().to_owned(),
        requirements_sha256: requirements.sha256(),
        requirements,
        zip_sha256: Sha256::of(line.as_bytes()),
        zip_bytes: 1,
        unzipped_bytes: 1,
        license: String::new(),
        papers: None,
        regions: regions.iter().map(|(region, number)| (region.parse().unwrap(), *number)).collect(),
    }
}
