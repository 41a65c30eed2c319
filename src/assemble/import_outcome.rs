//! How an import test ended.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::Invalid;
use crate::outside::sandbox::{Isolation, Network};

/// Seconds, to the millisecond. In files a number such as `0.123`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Seconds(u64);

impl Seconds {
    /// So many whole milliseconds.
    pub fn from_milliseconds(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// How many milliseconds they are.
    pub fn milliseconds(self) -> u64 {
        self.0
    }
}

impl From<f64> for Seconds {
    fn from(seconds: f64) -> Self {
        let duration = std::time::Duration::try_from_secs_f64(seconds + 0.000_5).unwrap_or_default();
        Self(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

impl From<Seconds> for f64 {
    #[expect(clippy::cast_precision_loss, reason = "a time that is not exact to the millisecond is older than the universe")]
    fn from(seconds: Seconds) -> Self {
        seconds.0 as f64 / 1000.0
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03} s", self.0 / 1000, self.0 % 1000)
    }
}

/// How far a test came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Before the first import: the layer's `.pth` files.
    Start,
    /// The import of the package.
    Import,
    /// Whether the smoke expression is true.
    Smoke,
    /// The runtime's own SDK, imported after the package and with the layer first on the path.
    Sdk,
    /// Afterwards: the layer was no longer what it was.
    Layer,
}

impl FromStr for Stage {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "start" => Ok(Self::Start),
            "import" => Ok(Self::Import),
            "smoke" => Ok(Self::Smoke),
            "sdk" => Ok(Self::Sdk),
            "layer" => Ok(Self::Layer),
            _ => Err(Invalid("not a stage".to_owned())),
        }
    }
}

/// Under what a layer was tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// The kind of box.
    pub isolation: Isolation,
    /// Whether it was cut off from the network.
    pub network: Network,
    /// Through AWS's own client, or the plain test.
    pub through_client: bool,
    /// The whole version of Python, such as `3.13.0`; empty when it never said.
    pub python: String,
    /// What was imported, in this order.
    pub imports: Vec<String>,
}

/// A package that belongs to the runtime, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundPackage {
    /// As it is imported.
    pub name: String,
    /// As it says itself.
    pub version: String,
    /// The layer brought its own, which comes before the runtime's.
    pub is_the_layers: bool,
}

/// A test that went well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passed {
    /// How it was tested.
    pub conditions: Conditions,
    /// The cold import of the package alone, without the start of the interpreter.
    pub seconds: Seconds,
    /// How many modules it loaded.
    pub modules: u64,
    /// The SDK that it got on with; empty when there was none to try.
    pub sdk: Vec<FoundPackage>,
}

/// Why a test failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// An exception was raised.
    Raised,
    /// The process ended, by itself or by the system, and did not say how it went.
    Ended,
    /// The time was over.
    TimeUp,
    /// A file of the layer was changed.
    Changed,
}

/// A test that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// How it was tested.
    pub conditions: Conditions,
    /// How far it had come.
    pub stage: Stage,
    /// What ended it.
    pub cause: Cause,
    /// The name that was being imported, if one was.
    pub module: Option<String>,
    /// The module that is not there, when that is the reason.
    pub missing: Option<String>,
    /// One sentence, bounded and printable.
    pub reason: String,
    /// The end of what was printed, bounded and printable.
    pub output: Vec<String>,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum ImportOutcome {
    /// The package can be imported.
    Passed(Passed),
    /// It cannot.
    Failed(Failure),
}

impl ImportOutcome {
    /// Whether two tests of one layer came to the same end: well, or not well at the same stage.
    pub fn agrees_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Passed(_), Self::Passed(_)) => true,
            (Self::Failed(one), Self::Failed(another)) => one.stage == another.stage,
            (Self::Passed(_), Self::Failed(_)) | (Self::Failed(_), Self::Passed(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_with_seconds_to_the_millisecond() {
        let conditions = Conditions {
            isolation: Isolation::Path,
            network: Network::Open,
            through_client: false,
            python: "3.13.0".to_owned(),
            imports: vec!["a.b".to_owned()],
        };
        let passed = Passed { conditions, seconds: Seconds::from_milliseconds(1_234), modules: 3, sdk: Vec::new() };
        let text = serde_json::to_string(&ImportOutcome::Passed(passed.clone())).expect("plain data");
        assert!(text.starts_with(r#"{"result":"passed","conditions":{"isolation":"path","network":"open""#) && text.contains(r#""seconds":1.234"#), "{text}");
        assert_eq!(serde_json::from_str::<ImportOutcome>(&text).expect("the same"), ImportOutcome::Passed(passed));
        for milliseconds in [0, 1, 29, 999, 1_001, 123_457] {
            assert_eq!(Seconds::from(f64::from(Seconds(milliseconds))), Seconds(milliseconds));
        }
        assert_eq!((Seconds(1_002).to_string(), Seconds::from(-1.0)), ("1.002 s".to_owned(), Seconds(0)));
        assert!("here".parse::<Stage>().is_err());
    }
}
