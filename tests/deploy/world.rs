//! A small site, and the command run on it.

use std::process::{Command, Stdio};

use crate::bucket::KEY;
use crate::common::Ran;

pub const LIST: &str = "api/v2/p3.13/layers/latest/us-east-1";
pub const OF_REGION: &str = "api/v2/p3.13/layers/us-east-1";
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A folder with a site, below which the command runs.
pub struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// A site that has a file of every kind.
    pub fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        for path in ["index.html", "404.html", ".nojekyll", "robots.txt", "api/index.html", "static/style.css", "feeds/all.atom", "feeds/expiry.ics"] {
            world.write(path, path);
        }
        for path in ["index.html", "json/index.html", "csv/index.html", "html/index.html", "Pillow/index.html", "pillow/index.html"] {
            world.write(&format!("{LIST}/{path}"), "[]\n");
        }
        for path in ["csv/index.html", "html/index.html", "zope.interface/index.html"] {
            world.write(&format!("{OF_REGION}/{path}"), path);
        }
        let below =
            [format!("locks/{HASH}.toml"), "index.json".to_owned(), "all.ndjson".to_owned(), "all.ndjson.gz".to_owned(), "packages/pandas.json".to_owned()];
        below.iter().for_each(|path| world.write(&format!("api/v3/{path}"), path));
        world
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    pub fn write(&self, path: &str, content: &str) {
        let path = self.site().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub fn remove(&self, path: &str) {
        klayers::outside::files::remove(&self.site().join(path)).unwrap();
    }

    pub fn site(&self) -> std::path::PathBuf {
        self.folder.path().join("_site")
    }

    /// Every key that the site has in a bucket, below a prefix, with the note of klayers itself.
    pub fn keys(&self, prefix: &str) -> Vec<String> {
        let files = klayers::outside::files::walk(&self.site()).unwrap();
        let objects = files.iter().flat_map(|file| klayers::deploy::objects(file.to_str().unwrap())).map(|object| object.key);
        let mut keys: Vec<String> = objects.chain([".klayers-deployed.json".to_owned()]).map(|key| format!("{prefix}{key}")).collect();
        keys.sort();
        keys
    }

    pub fn deploy(&self, url: &str, arguments: &[&str]) -> Ran {
        let output = self.command(url, arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    #[expect(clippy::disallowed_methods, reason = "the binary under test")]
    pub fn command(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_klayers"));
        command.arg("deploy").args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var("PATH").unwrap()).env("HOME", self.folder.path()).env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_ENDPOINT_URL", url).env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }
}
