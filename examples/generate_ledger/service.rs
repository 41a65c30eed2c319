//! The configuration of a service of any size, with names as they occur: capitals, dots, extras.

use std::fmt::Write as _;
use std::path::Path;

use klayers::outside::OutsideError;
use klayers::outside::files::{self, Durability};

use super::chance;

const REGIONS: &str = include_str!("../../src/config/starter/regions.csv");
const NEWEST_PYTHON: usize = 14;
/// The first that runs on Amazon Linux 2023.
const FIRST_ON_2023: usize = 12;
const SYLLABLES: [&str; 32] = [
    "al", "ba", "cor", "da", "el", "fi", "gra", "ho", "in", "jo", "ka", "lu", "ma", "ne", "or", "pa", "qui", "re", "so", "ta", "ur", "va", "wi", "xe", "yo",
    "ze", "bit", "flow", "graph", "kit", "lib", "py",
];
const LICENSES: [&str; 6] = ["MIT", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "MPL-2.0", "LGPL-3.0-or-later"];

/// How large the service is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Rows of the one package file that all runtimes share.
    pub packages: usize,
    /// Pythons from the newest down, both architectures of each; an odd number ends with x86_64.
    pub runtimes: usize,
    /// Regions in the order of the real file, all active.
    pub regions: usize,
}

/// Writes `pipeline/config` below `root`.
///
/// # Errors
/// When a file cannot be written.
pub fn write_config(root: &Path, size: Size, seed: u64) -> Result<(), OutsideError> {
    let put = |name: &str, text: &str| files::write(&root.join("pipeline/config").join(name), text.as_bytes(), Durability::Process);
    put("klayers.toml", &settings(size.runtimes))?;
    put("regions.csv", &regions(size.regions))?;
    put("packages.csv", &packages(size.packages, seed))?;
    Ok(())
}

fn settings(runtimes: usize) -> String {
    let mut text = "prefix = \"Klayers\"\nretention_days = 365\n".to_owned();
    for at in (0..runtimes).step_by(2) {
        let minor = NEWEST_PYTHON - at / 2;
        let architectures = if at + 1 < runtimes { "\"x86_64\", \"arm64\"" } else { "\"x86_64\"" };
        let (system, glibc) = if minor >= FIRST_ON_2023 { ("AL2023", "2.34") } else { ("AL2", "2.26") };
        let _ = write!(
            text,
            "\n[runtime.\"3.{minor}\"]\narchitectures = [{architectures}]\noperating_system = \"{system}\"\nglibc = \"{glibc}\"\n\
             state = \"active\"\nend_of_life = 2099-12-31\npackages = [\"packages.csv\"]\n"
        );
    }
    text
}

fn regions(count: usize) -> String {
    REGIONS.lines().take(count + 1).map(|line| line.replace(",paused", ",active") + "\n").collect()
}

/// One in ten is spelled with a capital, one in fifteen with a dot, one in twenty-five with an extra.
fn packages(count: usize, seed: u64) -> String {
    let mut text = "Package_Name,License,Authors/Maintainers\n".to_owned();
    for at in 0..count {
        let mut random = chance::of(seed, &["package", &at.to_string()]);
        // The number in its syllables keeps two of them apart.
        let own = format!("{}{}{}", SYLLABLES[at % 32], SYLLABLES[at / 32 % 32], if at >= 1024 { SYLLABLES[at / 1024 % 32] } else { "" });
        let second = SYLLABLES[random.usize(..32)];
        let name = match at {
            at if at % 10 == 3 => format!("{}{}-{second}", own[..1].to_uppercase(), &own[1..]),
            at if at % 15 == 7 => format!("{own}.{second}"),
            at if at % 2 == 0 => format!("{own}-{second}"),
            _ => format!("{own}{second}x"),
        };
        let extra = if at % 25 == 11 { "[extra]" } else { "" };
        let _ = writeln!(text, "{name}{extra},{},", LICENSES[random.usize(..LICENSES.len())]);
    }
    text
}
