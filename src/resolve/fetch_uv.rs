//! Fetches `uv` as its wheel from the package index, by pip, which knows where the index is.
//!
//! pip checks the SHA-256 of what it gets against the list below (`--require-hashes`), so a mirror
//! that serves something else is refused.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::uv::{UvError, VERSION, last_line};
use crate::outside::files;
use crate::outside::http::Network;
use crate::outside::lock::Lock;
use crate::outside::process::Program;

/// The wheels of [`VERSION`] for Linux (glibc and musl) and macOS, on x86_64 and arm64.
const SHA256: [&str; 6] = [
    "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19", // manylinux_2_17_x86_64
    "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25", // musllinux_1_1_x86_64
    "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe", // manylinux_2_17_aarch64, musllinux_1_1_aarch64
    "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375", // manylinux_2_28_aarch64
    "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5", // macosx_10_12_x86_64
    "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63", // macosx_11_0_arm64
];
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// The path of the fetched `uv` below `cache`, after fetching it if need be. Two processes that
/// want it at once fetch it once.
///
/// # Errors
/// When it is not there and pip cannot get it.
pub async fn fetched(cache: &Path, network: Network) -> Result<PathBuf, UvError> {
    let folder = cache.join("uv").join(VERSION);
    let program = folder.join("bin/uv");
    if program.is_file() {
        return Ok(program);
    }
    if network == Network::Offline {
        return Err(UvError::Fetch { reason: "`--offline` was given".to_owned() });
    }
    let lock_path = cache.join("uv").join(format!("{VERSION}.lock"));
    let _lock = tokio::task::spawn_blocking(move || Lock::wait(&lock_path)).await.expect("locking does not panic")?;
    if program.is_file() {
        return Ok(program);
    }
    // What a killed process left is of no use.
    let unfinished = cache.join("uv").join(format!("{VERSION}.unfinished"));
    files::remove_dir(&unfinished)?;
    install(&unfinished).await?;
    files::remove_dir(&folder)?;
    files::rename(&unfinished, &folder)?;
    if program.is_file() { Ok(program) } else { Err(UvError::Fetch { reason: "its wheel has no program in it".to_owned() }) }
}

async fn install(target: &Path) -> Result<(), UvError> {
    files::create_dir(target)?;
    let requirements = target.join("requirements.txt");
    let hashes: String = SHA256.iter().map(|hash| format!(" --hash=sha256:{hash}")).collect();
    files::write(&requirements, format!("uv=={VERSION}{hashes}\n").as_bytes(), files::Durability::Process)?;
    let index = ["UV_DEFAULT_INDEX", "UV_INDEX_URL"].iter().find_map(|name| std::env::var(name).ok());
    let index: Vec<String> = index.map(|index| vec!["--index-url".to_owned(), address(&index).to_owned()]).unwrap_or_default();
    tracing::info!(version = VERSION, "fetching uv from the package index, once");
    let output = Program::new("python3")
        .arguments(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes"])
        .arguments(["--target".to_owned(), target.display().to_string(), "--requirement".to_owned(), requirements.display().to_string()])
        .arguments(index)
        .time_limit(TIME_LIMIT)
        .run()
        .await?;
    if output.succeeded() { Ok(()) } else { Err(UvError::Fetch { reason: last_line(&output) }) }
}

/// uv takes `name=address` too; pip takes the address alone.
fn address(index: &str) -> &str {
    match index.split_once('=') {
        Some((name, address)) if !name.contains(':') => address,
        Some(_) | None => index,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_may_have_a_name() {
        for (index, expected) in [
            ("https://index.example/simple", "https://index.example/simple"),
            ("mine=https://index.example/simple", "https://index.example/simple"),
            ("https://index.example/simple?a=b", "https://index.example/simple?a=b"),
        ] {
            assert_eq!(address(index), expected);
        }
    }
}
