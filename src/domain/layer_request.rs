//! What a layer is asked to hold: one package, or several under a name of their own.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Invalid, NormalizedName, PackageName, PackageRequest, shown, text_serde};

/// A package, or a bundle: packages that are resolved together into one layer.
///
/// Text form: `psycopg[binary]<4`, or `imutils; numpy` for a package that does not say what it needs, or
/// `data: pandas<3; requests` for a bundle called `data`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayerRequest {
    name: PackageName,
    packages: Vec<PackageRequest>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Package,
    Bundle,
}

impl LayerRequest {
    /// A layer of one package, called after it.
    pub fn package(request: PackageRequest) -> Self {
        Self { name: request.name.clone(), packages: vec![request], kind: Kind::Package }
    }

    /// The same layer with packages in it that the first needs and does not name as its dependencies.
    ///
    /// # Errors
    /// When one is there already.
    pub fn with(mut self, needed: &[PackageRequest]) -> Result<Self, Invalid> {
        self.packages.extend_from_slice(needed);
        self.without_twins()
    }

    /// A layer of several packages.
    ///
    /// # Errors
    /// When there is no package, or one is there twice.
    pub fn bundle(name: PackageName, packages: Vec<PackageRequest>) -> Result<Self, Invalid> {
        if packages.is_empty() {
            return Err(Invalid(format!("the bundle `{name}` has no packages")));
        }
        Self { name, packages, kind: Kind::Bundle }.without_twins()
    }

    fn without_twins(self) -> Result<Self, Invalid> {
        let mut seen = BTreeSet::new();
        match self.packages.iter().find(|package| !seen.insert(package.name.normalized())) {
            Some(twice) => Err(Invalid(format!("`{}` would have `{}` twice", self.name, twice.name))),
            None => Ok(self),
        }
    }

    /// The name that the layer's own name ends in.
    pub fn name(&self) -> &PackageName {
        &self.name
    }

    /// The name to compare by.
    pub fn normalized(&self) -> NormalizedName {
        self.name.normalized()
    }

    /// What it holds, before dependencies. Never empty.
    pub fn packages(&self) -> &[PackageRequest] {
        &self.packages
    }

    /// Whether it has a name of its own and no version.
    pub fn is_bundle(&self) -> bool {
        self.kind == Kind::Bundle
    }

    /// What a layer is said to contain: the package with its extras, or the bundle's name.
    pub fn spelled(&self) -> String {
        match self.kind {
            Kind::Package => self.packages[0].spelled(),
            Kind::Bundle => self.name.to_string(),
        }
    }
}

impl fmt::Display for LayerRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packages: Vec<String> = self.packages.iter().map(ToString::to_string).collect();
        match self.kind {
            Kind::Package => f.write_str(&packages.join("; ")),
            Kind::Bundle => write!(f, "{}: {}", self.name, packages.join("; ")),
        }
    }
}

impl FromStr for LayerRequest {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let request = |text: &str| text.parse::<PackageRequest>().map_err(|error| Invalid(error.to_string()));
        match text.split_once(": ") {
            None => {
                let mut packages = text.split("; ").map(request).collect::<Result<Vec<_>, _>>()?;
                let needed = packages.split_off(1);
                Self::package(packages.remove(0)).with(&needed)
            }
            Some((name, packages)) => {
                let name: PackageName = name.parse().map_err(|_| Invalid(format!("`{}` is not a bundle's name", shown(name))))?;
                Self::bundle(name, packages.split("; ").map(request).collect::<Result<_, _>>()?)
            }
        }
    }
}

text_serde!(LayerRequest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_bundles_round_trip() {
        for (text, name, spelled, count) in [
            ("Pillow", "Pillow", "Pillow", 1),
            ("psycopg[binary]<4", "psycopg", "psycopg[binary]", 1),
            ("imutils; numpy; opencv-python-headless<5", "imutils", "imutils", 3),
            ("data: pandas>=2,<3; requests[socks]", "data", "data", 2),
            ("one: pandas", "one", "one", 1),
        ] {
            let request: LayerRequest = text.parse().expect(text);
            assert_eq!((request.to_string().as_str(), request.name().as_str(), request.spelled().as_str()), (text, name, spelled));
            assert_eq!((request.packages().len(), request.is_bundle()), (count, text.contains(':')));
        }
    }

    #[test]
    fn refuses_empty_and_repeated() {
        for text in ["", "data: ", "data: a; A", "-x: a", "data: a; b c", "a; A"] {
            let refused = text.parse::<LayerRequest>();
            assert!(refused.is_err(), "{text}: {refused:?}");
        }
    }
}
