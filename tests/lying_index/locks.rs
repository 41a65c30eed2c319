//! Locks: what stands in them came from an index, or from the artifact of another job.

use klayers::domain::Locked;
use klayers::resolve::pins;

const SHA256: &str = "c8166add4090b88522eec60ab3e41f00712a8bfc45fe71711d1684dddf06d593";
const GOOD: &str = "x-1.0-py3-none-any.whl";

fn lock(name: &str, url: &str, size: &str, sha256: &str) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "lock-version = \"1.0\"\n[[packages]]\nname = \"x\"\nversion = \"1.0\"\nwheels = [{{ name = {}, url = {}, size = {size}, hashes = {{ sha256 = {} }} }}]\n",
        text(name),
        text(url),
        text(sha256)
    )
}

fn read(lock: &str) -> Result<Vec<Locked>, String> {
    pins(lock, "p3.13".parse().unwrap(), "2.34".parse().unwrap()).map_err(|error| error.to_string())
}

#[test]
fn locks_with_anything_in_them_are_refused_in_harmless_words() {
    let url = "http://127.0.0.1/x.whl";
    assert!(read(&lock(GOOD, url, "7", SHA256)).is_ok());
    let long = format!("x-1.0-{}-none-any.whl", "a".repeat(10_000));
    for (name, url, size, sha256, words) in [
        ("../../x-1.0-py3-none-any.whl", url, "7", SHA256, "no wheel of `x` 1.0"),
        ("x-1.0-py3-none-any.whl\0", url, "7", SHA256, "no wheel of `x` 1.0"),
        ("x-1.0-py3-none-any\u{1b}[31m.whl", url, "7", SHA256, "no wheel of `x` 1.0"),
        ("/etc/x-1.0-py3-none-any.whl", url, "7", SHA256, "no wheel of `x` 1.0"),
        (long.as_str(), url, "7", SHA256, "no wheel of `x` 1.0"),
        (GOOD, url, "-1", SHA256, "the lock cannot be read"),
        (GOOD, url, "18446744073709551616", SHA256, "the lock cannot be read"),
        (GOOD, url, "1e400", SHA256, "the lock cannot be read"),
        (GOOD, url, "7", "zz", "no SHA-256"),
        (GOOD, url, "7", "", "no SHA-256"),
        (GOOD, url, "7", &"z".repeat(64), "no SHA-256"),
        (GOOD, "http://me:secret@127.0.0.1/x.whl", "7", SHA256, "credentials in the address of `x-1.0-py3-none-any.whl`"),
        (GOOD, "https://me@127.0.0.1/x.whl", "7", SHA256, "credentials in the address"),
    ] {
        let error = read(&lock(name, url, size, sha256)).expect_err(name);
        assert!(error.contains(words), "{name} {url} {size}: {error}");
        assert!(error.len() < 1000 && !error.contains(char::is_control) && !error.contains("secret"), "{error:?}");
    }
    let deep = format!("lock-version = \"1.0\"\nx = {}", "[".repeat(1_000_000));
    assert!(read(&deep).is_err());
}
