//! A runtime: one Python minor on one processor architecture, with every spelling of its name.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, PythonMinor, shown, text_serde};

/// The processor architectures that Lambda runs on.
/// <https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// 64-bit x86: `x86_64` at AWS and in wheels.
    X86_64,
    /// AWS Graviton: `arm64` at AWS, `aarch64` in wheels.
    Arm64,
}

impl Architecture {
    /// Both, in the order in which they are listed everywhere.
    pub const ALL: [Self; 2] = [Self::X86_64, Self::Arm64];

    /// The name that wheels and ELF tools use.
    pub fn machine(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::X86_64 => "",
            Self::Arm64 => "-arm64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}

impl FromStr for Architecture {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "x86_64" => Ok(Self::X86_64),
            "arm64" => Ok(Self::Arm64),
            other => Err(Invalid(format!("`{}` is not an architecture: `x86_64` and `arm64` are", shown(other)))),
        }
    }
}

/// Python minor and architecture. Text form: the id in the addresses of the API, `p3.13` or `p3.13-arm64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Runtime {
    /// The Python that the runtime runs.
    pub python: PythonMinor,
    /// The processor that it runs on.
    pub architecture: Architecture,
}

impl Runtime {
    /// The middle of a layer's name: `p313-arm64`.
    pub fn layer_infix(self) -> String {
        format!("p{}{}", self.python.without_dot(), self.architecture.suffix())
    }

    /// Its folder below `deployments/`: `python3.13-arm64`.
    pub fn deployments_dir(self) -> String {
        format!("python{}{}", self.python, self.architecture.suffix())
    }

    /// What AWS calls it, whatever the architecture: `python3.13`.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
    pub fn aws_runtime(self) -> String {
        format!("python{}", self.python)
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}{}", self.python, self.architecture.suffix())
    }
}

impl FromStr for Runtime {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (python, architecture) = match text.strip_suffix("-arm64") {
            Some(python) => (python, Architecture::Arm64),
            None => (text, Architecture::X86_64),
        };
        python
            .strip_prefix('p')
            .and_then(|python| python.parse().ok())
            .map(|python| Self { python, architecture })
            .ok_or_else(|| Invalid(format!("`{}` is not a runtime such as `p3.13` or `p3.13-arm64`", shown(text))))
    }
}

text_serde!(Architecture, Runtime);

/// How far a runtime is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuntimeState {
    /// New layers are built for it.
    Active,
    /// Its layers stay listed until they expire; nothing new is built.
    Deprecated,
    /// As deprecated, and no longer shown on pages. The API still answers for it.
    Retired,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling() {
        let cases = [
            ("p3.8", "p38", "python3.8", "python3.8"),
            ("p3.13", "p313", "python3.13", "python3.13"),
            ("p3.13-arm64", "p313-arm64", "python3.13-arm64", "python3.13"),
        ];
        for (id, infix, dir, aws) in cases {
            let runtime: Runtime = id.parse().expect(id);
            assert_eq!(runtime.to_string(), id);
            assert_eq!(runtime.layer_infix(), infix);
            assert_eq!(runtime.deployments_dir(), dir);
            assert_eq!(runtime.aws_runtime(), aws);
        }
    }

    #[test]
    fn rejects() {
        for text in ["", "3.13", "p313", "p3.13-x86_64", "p3.13-arm", "p3.13-arm64-arm64", "python3.13"] {
            assert!(text.parse::<Runtime>().is_err(), "{text}");
        }
    }
}
