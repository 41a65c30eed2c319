//! A small site, and the command run on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use klayers::deploy::{Headers, objects};

use crate::bucket::{KEY, Object};
use crate::common::{Ran, World, tree};

pub const LIST: &str = "api/v2/p3.13/layers/latest/us-east-1";
pub const OF_REGION: &str = "api/v2/p3.13/layers/us-east-1";
pub const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// What klayers leaves in a bucket about itself.
pub const NOTE: &str = ".klayers-deployed.json";

/// A project with a site in `_site`.
pub struct SiteWorld {
    pub world: World,
}

impl SiteWorld {
    /// A site that has a file of every kind.
    pub fn new() -> Self {
        let site = Self { world: World::new(&[]) };
        for path in ["index.html", "404.html", ".nojekyll", "robots.txt", "api/index.html", "static/style.css", "feeds/all.atom", "feeds/expiry.ics"] {
            site.write(path, path);
        }
        for path in ["index.html", "json/index.html", "csv/index.html", "html/index.html", "Pillow/index.html", "pillow/index.html"] {
            site.write(&format!("{LIST}/{path}"), "[]\n");
        }
        for path in ["csv/index.html", "html/index.html", "zope.interface/index.html"] {
            site.write(&format!("{OF_REGION}/{path}"), path);
        }
        let below =
            [format!("locks/{HASH}.toml"), "index.json".to_owned(), "all.ndjson".to_owned(), "all.ndjson.gz".to_owned(), "packages/pandas.json".to_owned()];
        below.iter().for_each(|path| site.write(&format!("api/v3/{path}"), path));
        site
    }

    pub fn write(&self, path: &str, content: &str) {
        self.world.write(&format!("_site/{path}"), content);
    }

    pub fn remove(&self, path: &str) {
        klayers::outside::files::remove(&self.folder().join(path)).unwrap();
    }

    pub fn folder(&self) -> PathBuf {
        self.world.path("_site")
    }

    /// What a bucket is to have below a prefix, without the note of klayers itself.
    pub fn expected(&self, prefix: &str) -> BTreeMap<String, Object> {
        let mut expected = BTreeMap::new();
        for (path, body) in tree(&self.folder()) {
            let path = path.to_str().unwrap();
            let Headers { content_type, cache_control, content_disposition } = Headers::of(path);
            let object = Object { body, content_type, cache_control: cache_control.to_owned(), content_disposition: content_disposition.unwrap_or_default() };
            expected.extend(objects(path).into_iter().map(|one| (format!("{prefix}{}", one.key), object.clone())));
        }
        expected
    }

    pub fn deploy(&self, url: &str, arguments: &[&str]) -> Ran {
        let output = self.command(url, arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    pub fn command(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = self.world.command(&[&["deploy"], arguments].concat());
        command.env("AWS_ENDPOINT_URL", url).env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }
}

/// Writes beside the site, whatever is there.
pub fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}
