//! A rendered site, served below a base path as a project's pages on GitHub are, for as long as a value lives.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use super::common::{World, tree};

/// What a project's site lives below.
pub const BASE: &str = "/owner/repo/";
/// The day of every site.
pub const TODAY: &str = "2026-11-22";
/// Stands in the settings for the address that the site gets.
pub const ADDRESS: &str = "{address}";
/// A port that was free may be taken by another test before the server has it.
const PORTS_TRIED_MAX: usize = 5;
const SETTINGS: &str = "pipeline/config/klayers.toml";
const RENDERED: &str = "_site";

/// A running server. It ends when this is dropped.
pub struct Served {
    child: Child,
    /// With the base, and a slash at the end.
    pub address: String,
    /// What it serves.
    pub folder: PathBuf,
}

impl Served {
    /// Renders `world` for an address that is free, and serves it there.
    pub fn start(name: &str, world: &World) -> Self {
        let settings = world.read(SETTINGS);
        for _ in 0..PORTS_TRIED_MAX {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let wanted = format!("http://127.0.0.1:{port}{BASE}");
            world.write(SETTINGS, &settings.replace(ADDRESS, &wanted));
            world.run(&["render", "--today", TODAY]).exits(0);
            let mut command = world.command(&["serve", RENDERED, "--port", &port.to_string(), "--base", BASE]);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            let mut address = String::new();
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
            let served = Self { child, address: address.trim().to_owned(), folder: world.path(RENDERED) };
            if served.address == wanted {
                keep(name, &served);
                return served;
            }
        }
        panic!("`klayers serve` does not start");
    }
}

/// The files of the site of `world`, with this address or with none.
pub fn rendered(world: &World, address: Option<&str>) -> BTreeMap<PathBuf, Vec<u8>> {
    let settings = world.read(SETTINGS);
    let line = format!("address = \"{ADDRESS}\"");
    assert!(settings.contains(&line), "{settings}");
    world.write(SETTINGS, &settings.replace(&line, &address.map(|address| format!("address = \"{address}\"")).unwrap_or_default()));
    world.run(&["render", "--today", TODAY]).exits(0);
    tree(&world.path(RENDERED))
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Leaves the site for people to look at, where they name a folder.
fn keep(name: &str, served: &Served) {
    let Some(kept) = std::env::var_os("KLAYERS_KEEP_SITES").map(PathBuf::from) else { return };
    for path in tree(&served.folder).into_keys() {
        let place = kept.join(name).join(&path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::copy(served.folder.join(&path), place).unwrap();
    }
}
