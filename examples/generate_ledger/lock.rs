//! A lock as uv writes it: a wheel or three per distribution, with an address and a hash that no compression makes smaller.

use std::fmt::Write as _;

use klayers::domain::{Architecture, Requirements, Runtime};

use super::chance;

/// Where no wheel is ever fetched from.
const HOST: &str = "https://files.index.example/packages";

/// The lock of `requirements`.
pub fn text(requirements: &Requirements, runtime: Runtime, seed: u64) -> String {
    let mut text = format!("lock-version = \"1.0\"\ncreated-by = \"uv\"\nrequires-python = \">={}\"\n", runtime.python);
    for line in requirements.lines() {
        let Some((name, version)) = line.split_once("==") else { continue };
        // The same release has the same wheels in every lock that has it.
        let mut random = chance::of(seed, &["wheel", name, version, tags(name, runtime, seed)[0].as_str()]);
        let wheels: Vec<String> = tags(name, runtime, seed).iter().map(|tag| wheel(name, version, tag, &mut random)).collect();
        let _ = write!(text, "\n[[packages]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        let _ = match &wheels[..] {
            [one] => writeln!(text, "wheels = [{one}]"),
            many => writeln!(text, "wheels = [\n{}]", many.iter().map(|wheel| format!("    {wheel},\n")).collect::<String>()),
        };
    }
    text
}

/// Two of three distributions are pure; the others have a wheel for this Python, and some of them others that fit too.
fn tags(name: &str, runtime: Runtime, seed: u64) -> Vec<String> {
    let mut random = chance::of(seed, &["tags", name]);
    if random.u8(..3) > 0 {
        return vec!["py3-none-any".to_owned()];
    }
    let machine = match runtime.architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    };
    let own = format!("cp{0}-cp{0}-manylinux2014_{machine}.manylinux_2_17_{machine}", runtime.python.without_dot());
    let others = [format!("cp37-abi3-manylinux2014_{machine}.manylinux_2_17_{machine}"), "py3-none-any".to_owned()];
    [own].into_iter().chain(others.into_iter().take(random.usize(..3))).collect()
}

fn wheel(name: &str, version: &str, tag: &str, random: &mut fastrand::Rng) -> String {
    let (a, b, rest) = (chance::digits(random, 1), chance::digits(random, 1), chance::digits(random, 30));
    let file = format!("{}-{version}-{tag}.whl", name.replace('-', "_"));
    let time = format!("2025-{:02}-{:02}T{:02}:{:02}:{:02}Z", random.u8(1..13), random.u8(1..29), random.u8(..24), random.u8(..60), random.u8(..60));
    let (size, sha256) = (random.u32(9_000..9_000_000), chance::digits(random, 32));
    format!("{{ url = \"{HOST}/{a}/{b}/{rest}/{file}\", upload-time = {time}, size = {size}, hashes = {{ sha256 = \"{sha256}\" }} }}")
}
