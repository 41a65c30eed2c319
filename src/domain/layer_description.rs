//! The description of a layer version, by which it is found again when the record is lost.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, PackageRequest, Sha256, shown};

/// `Pillow==12.1.0 | 0123…`: the package, its version, a hash of what is in it. The original Klayers writes the same,
/// with the package as its row spells it and a hash of what `pip freeze` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerDescription {
    /// The package, perhaps with extras.
    pub package: PackageRequest,
    /// The package's version; of a bundle, a day such as `2026.11.1`.
    pub version: String,
    /// The hash of its requirements, by whoever wrote it.
    pub requirements_sha256: Sha256,
}

impl fmt::Display for LayerDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=={} | {}", self.package.spelled(), self.version, self.requirements_sha256)
    }
}

impl FromStr for LayerDescription {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid(format!("`{}` is not a description such as `numpy==2.3.5 | 0123…`", shown(text)));
        let (pin, hash) = text.split_once(" | ").ok_or_else(invalid)?;
        let (package, version) = pin.split_once("==").ok_or_else(invalid)?;
        version.parse::<pep440_rs::Version>().map_err(|_| invalid())?;
        let package: PackageRequest = package.parse().map_err(|_| invalid())?;
        let parsed = Self { package, version: version.to_owned(), requirements_sha256: hash.parse().map_err(|_| invalid())? };
        // What reads back as another text has more in it than is kept.
        if parsed.to_string() == text { Ok(parsed) } else { Err(invalid()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_read_back_or_are_refused() {
        let hash = Sha256::of(b"");
        for good in [format!("numpy==2.3.5 | {hash}"), format!("Pillow==12.1.0 | {hash}"), format!("psycopg[binary,pool]==3.2.1.post1 | {hash}")] {
            assert_eq!(good.parse::<LayerDescription>().unwrap().to_string(), good);
        }
        for bad in [
            String::new(),
            "numpy".to_owned(),
            "numpy==2.3.5".to_owned(),
            format!("numpy==2.3.5|{hash}"),
            format!("numpy== | {hash}"),
            format!("numpy==x | {hash}"),
            format!("==1 | {hash}"),
            format!("numpy<3==1 | {hash}"),
            format!("numpy==1 | {hash} "),
            format!("numpy==1 | {}", &hash.to_string()[1..]),
        ] {
            assert!(bad.parse::<LayerDescription>().is_err(), "{bad}");
        }
    }
}
