//! A wheel's file name, and which wheels a runtime can use.
//!
//! <https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention>
//! and <https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/>

use std::fmt;
use std::str::FromStr;

use super::{Glibc, Invalid, NormalizedName, PackageName, Runtime, shown, text_serde};

/// A parsed name such as `numpy-2.3.5-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WheelFilename {
    text: String,
    /// The distribution's normalised name.
    pub name: NormalizedName,
    /// The version as the file spells it.
    pub version: String,
    tags: Vec<WheelTag>,
}

/// One combination of Python, ABI and platform that a wheel says it fits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WheelTag {
    python: String,
    abi: String,
    platform: String,
}

/// How well a wheel fits, greater is better: exact ABI before stable ABI before none, then the
/// newest glibc, then the newest Python, as installers choose.
type Fit = (u8, Option<Glibc>, u8);

impl WheelFilename {
    /// The best fit of any of the wheel's tags for `runtime` with `glibc`, or nothing when none fits (PEP 425, PEP 600).
    pub fn fit(&self, runtime: Runtime, glibc: Glibc) -> Option<Fit> {
        self.tags.iter().filter_map(|tag| tag.fit(runtime, glibc)).max()
    }
}

impl WheelTag {
    fn fit(&self, runtime: Runtime, glibc: Glibc) -> Option<Fit> {
        let minor = runtime.python.minor();
        let platform = self.platform_fit(runtime, glibc)?;
        let tagged = self.python.strip_prefix("cp3").and_then(|digits| digits.parse::<u8>().ok());
        let exact_abi = format!("cp3{minor}");
        match (self.abi.as_str(), tagged) {
            (abi, Some(python)) if abi == exact_abi && python == minor => Some((2, platform, minor)),
            ("abi3", Some(python)) if (2..=minor).contains(&python) => Some((1, platform, python)),
            ("none", Some(python)) if python == minor => Some((0, platform, minor)),
            ("none", None) => {
                let python = self.python.strip_prefix("py3")?;
                let python = if python.is_empty() { 0 } else { python.parse().ok()? };
                (python <= minor).then_some((0, platform, python))
            }
            _ => None,
        }
    }

    /// `Some(None)` for any platform, `Some(Some(glibc))` for a Linux that the runtime is new enough for.
    fn platform_fit(&self, runtime: Runtime, glibc: Glibc) -> Option<Option<Glibc>> {
        if self.platform == "any" {
            return Some(None);
        }
        let policy = self.platform.strip_suffix(runtime.architecture.machine())?.strip_suffix('_')?;
        let needed = match policy {
            "manylinux1" => Glibc { major: 2, minor: 5 },
            "manylinux2010" => Glibc { major: 2, minor: 12 },
            "manylinux2014" => Glibc { major: 2, minor: 17 },
            other => other.strip_prefix("manylinux_")?.replacen('_', ".", 1).parse().ok()?,
        };
        (needed <= glibc).then_some(Some(needed))
    }
}

impl fmt::Display for WheelFilename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for WheelFilename {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid(format!("`{}` is not the name of a wheel", shown(text)));
        let safe = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'!'));
        let parts: Vec<&str> = text.strip_suffix(".whl").filter(|_| safe && text.len() <= 255).ok_or_else(invalid)?.split('-').collect();
        let (name, version, [pythons, abis, platforms]) = match parts[..] {
            [name, version, python, abi, platform] => (name, version, [python, abi, platform]),
            [name, version, build, python, abi, platform] if build.starts_with(|c: char| c.is_ascii_digit()) => (name, version, [python, abi, platform]),
            _ => return Err(invalid()),
        };
        let name = name.parse::<PackageName>().map_err(|_| invalid())?.normalized();
        let mut tags = Vec::new();
        for python in pythons.split('.') {
            for abi in abis.split('.') {
                for platform in platforms.split('.') {
                    tags.push(WheelTag { python: python.to_owned(), abi: abi.to_owned(), platform: platform.to_owned() });
                }
            }
        }
        Ok(Self { text: text.to_owned(), name, version: version.to_owned(), tags })
    }
}

text_serde!(WheelFilename);

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(file: &str, runtime: &str, glibc: &str) -> bool {
        let file: WheelFilename = file.parse().expect(file);
        file.fit(runtime.parse().expect("valid"), glibc.parse().expect("valid")).is_some()
    }

    #[test]
    fn which_wheel_fits_which_runtime() {
        for (tags, runtime, glibc, expected) in [
            ("py3-none-any", "p3.13", "2.34", true),
            ("py2.py3-none-any", "p3.13-arm64", "2.34", true),
            ("py2-none-any", "p3.13", "2.34", false),
            ("py314-none-any", "p3.13", "2.34", false),
            ("cp313-cp313-manylinux_2_28_x86_64", "p3.13", "2.34", true),
            ("cp313-cp313-manylinux_2_28_x86_64", "p3.13", "2.26", false),
            ("cp313-cp313-manylinux_2_28_x86_64", "p3.13-arm64", "2.34", false),
            ("cp313-cp313-manylinux_2_28_x86_64", "p3.12", "2.34", false),
            ("cp313-cp313t-manylinux_2_28_x86_64", "p3.13", "2.34", false),
            ("cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64", "p3.13", "2.26", true),
            ("cp39-abi3-manylinux_2_34_aarch64", "p3.13-arm64", "2.34", true),
            ("cp314-abi3-manylinux_2_34_aarch64", "p3.13-arm64", "2.34", false),
            ("py3-none-manylinux2014_x86_64", "p3.8", "2.26", true),
            ("cp313-cp313-musllinux_1_2_x86_64", "p3.13", "2.34", false),
            ("cp313-cp313-win_amd64", "p3.13", "2.34", false),
            ("cp313-cp313-macosx_11_0_arm64", "p3.13-arm64", "2.34", false),
            ("cp313-cp313-linux_x86_64", "p3.13", "2.34", false),
            ("pp310-pypy310_pp73-manylinux_2_17_x86_64", "p3.10", "2.26", false),
        ] {
            assert_eq!(fits(&format!("x-1.0-{tags}.whl"), runtime, glibc), expected, "{tags} on {runtime} {glibc}");
        }
    }

    #[test]
    fn the_more_special_wheel_fits_better() {
        let ordered = [
            "py3-none-any",
            "py3-none-manylinux2014_x86_64",
            "cp37-abi3-manylinux_2_28_x86_64",
            "cp313-cp313-manylinux2014_x86_64",
            "cp313-cp313-manylinux_2_28_x86_64",
        ];
        let fit = |tags: &str| {
            let file: WheelFilename = format!("x-1.0-{tags}.whl").parse().expect(tags);
            file.fit("p3.13".parse().expect("valid"), "2.34".parse().expect("valid"))
        };
        assert!(ordered.windows(2).all(|pair| fit(pair[0]) < fit(pair[1])));
    }

    #[test]
    fn rejects_names_that_are_not_wheels() {
        for text in [
            "",
            "x.whl",
            "x-1.0.tar.gz",
            "x-1.0-py3-none.whl",
            "../x-1.0-py3-none-any.whl",
            "x-1.0-b1-py3-none-any.whl",
            "x y-1.0-py3-none-any.whl",
            "x-1.0-py3-none-any.whl\n",
        ] {
            assert!(text.parse::<WheelFilename>().is_err(), "{text:?}");
        }
        let built: WheelFilename = "Foo.Bar-1.0-2build-py3-none-any.whl".parse().expect("valid");
        assert_eq!((built.name.as_str(), built.version.as_str()), ("foo-bar", "1.0"));
    }
}
