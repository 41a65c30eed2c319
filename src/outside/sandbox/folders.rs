//! The folders that a box shows, where they are, and where the program in it sees them.

use std::path::{Path, PathBuf};

use crate::outside::{OutsideError, files};

/// How far a program is kept from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// In namespaces of its own: it sees its folders and the system's libraries, no other process and no network.
    Namespace,
    /// Among the files of this machine, with the folders by their paths. The network is as it is.
    Path,
    /// In a container of AWS's image.
    Docker,
}

/// Whether a program in a box could reach the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// It was cut off.
    Cut,
    /// It was as it is.
    Open,
}

impl Isolation {
    /// What this kind of box does with the network.
    pub fn network(self) -> Network {
        match self {
            Self::Namespace | Self::Docker => Network::Cut,
            Self::Path => Network::Open,
        }
    }
}

/// A folder for one run, gone when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: files::TemporaryDir,
}

/// Folders that many runs share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Packages<'a> {
    /// The runtime's own packages.
    pub runtime: Option<&'a Path>,
    /// The client of the Runtime API.
    pub client: Option<&'a Path>,
}

/// The parts of a [`Scratch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// What becomes `/opt`: the layer, unpacked.
    pub layer: PathBuf,
    /// What becomes `/var/task`, where the program starts.
    pub task: PathBuf,
    /// What becomes `/var/runtime`: the packages that the runtime itself has; an empty folder when it is not wanted.
    pub runtime: PathBuf,
    /// What becomes `/var/client`: the client of the Runtime API; an empty folder when it is not wanted.
    pub client: PathBuf,
    /// What becomes `/var/klayers`: the program that is run.
    pub program: PathBuf,
    /// What is for temporary files where `/tmp` is not the box's own.
    pub tmp: PathBuf,
    /// An empty folder, to hide others with and to build upon.
    pub empty: PathBuf,
}

/// Where the program sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Where the layer is: `/opt` in Lambda.
    pub layer: String,
    /// Where the program starts: `/var/task` in Lambda.
    pub task: String,
    /// Where the runtime's own packages are: `/var/runtime` in Lambda.
    pub runtime: String,
    /// Where the client of the Runtime API is: `/var/client`.
    pub client: String,
    /// Where the program is that is run: `/var/klayers`.
    pub program: String,
    /// For temporary files, when that is not `/tmp`.
    pub tmp: Option<String>,
    /// The interpreter's own folder, `/var/lang`.
    pub python: String,
}

impl Places {
    /// The places that a function has in Lambda, with two of ours beside them.
    pub fn of_lambda() -> Self {
        let own = str::to_owned;
        Self {
            layer: own("/opt"),
            task: own("/var/task"),
            runtime: own("/var/runtime"),
            client: own("/var/client"),
            program: own("/var/klayers"),
            tmp: None,
            python: own("/var/lang"),
        }
    }
}

impl Scratch {
    /// Makes one in `folder`, and removes those of runs that were killed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(folder: &Path) -> Result<Self, OutsideError> {
        files::create_dir(folder)?;
        files::remove_leftovers_of_the_gone(folder)?;
        let folder = files::temporary_dir_in(folder)?;
        let scratch = Self { folder };
        for part in ["layer", "task", "program", "empty", "tmp"] {
            files::create_temporary_dir(&scratch.path().join(part))?;
        }
        files::let_all_write(&scratch.path().join("tmp"));
        Ok(scratch)
    }

    /// Its path, which no other run has.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its parts, with the packages that are elsewhere.
    pub fn folders(&self, packages: &Packages<'_>) -> Folders {
        let part = |name: &str| self.path().join(name);
        let empty = part("empty");
        let or_empty = |folder: Option<&Path>| folder.unwrap_or(&empty).to_owned();
        Folders {
            layer: part("layer"),
            task: part("task"),
            runtime: or_empty(packages.runtime),
            client: or_empty(packages.client),
            program: part("program"),
            tmp: part("tmp"),
            empty: empty.clone(),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What a program made unwritable would stay otherwise.
        files::make_removable(self.path());
    }
}
