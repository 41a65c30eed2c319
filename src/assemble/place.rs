//! An archive comes to its place: its old files go, its new ones come, the manifest last.

use std::path::{Path, PathBuf};

use crate::domain::LayerName;
use crate::outside::lock::Lock;
use crate::outside::{OutsideError, files};

/// The files of an archive, in the order in which they come. Where there is a manifest, the archive is whole.
const ENDS: [&str; 4] = ["zip", "pylock.toml", "cdx.json", "json"];

/// Moves the archive of `layer` from the folder `from` to the folder `to` of the same file system, where it replaces an older one.
/// Who else writes to `to` comes before or after it, so that its files are of one build. Returns where the zip is now.
///
/// # Errors
/// When a file cannot be moved: then it has no manifest.
pub fn move_archive(layer: &LayerName, from: &Path, to: &Path) -> Result<PathBuf, OutsideError> {
    let _alone = Lock::wait_for_folder(to)?;
    make_room(layer, to)?;
    for end in ENDS {
        files::rename(&path(layer, from, end), &path(layer, to, end))?;
    }
    Ok(path(layer, to, "zip"))
}

/// Takes the manifest of an older archive away, then its zip.
///
/// # Errors
/// When a file cannot be removed.
pub fn make_room(layer: &LayerName, folder: &Path) -> Result<(), OutsideError> {
    // Without a manifest there is no archive, so the old zip may go before the new one comes. Replacing it
    // would make some file systems write the new one to the disk at once, which takes longer than all of this.
    files::remove(&path(layer, folder, "json"))?;
    files::remove(&path(layer, folder, "zip"))
}

/// Where a file of the archive of `layer` is in `folder`.
pub fn path(layer: &LayerName, folder: &Path, end: &str) -> PathBuf {
    folder.join(format!("{layer}.{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::{Durability, read, write};

    #[test]
    fn what_several_move_to_one_place_is_always_of_one_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let layer: LayerName = "Klayers-p313-alpha".parse().expect("a name");
        let to = folder.path().join("dist");
        files::create_dir(&to).expect("made");
        std::thread::scope(|scope| {
            for number in 0..3 {
                let from = folder.path().join(number.to_string());
                let (layer, to) = (&layer, &to);
                scope.spawn(move || {
                    for round in 0..100 {
                        for end in ENDS {
                            write(&path(layer, &from, end), format!("{number} {round}").as_bytes(), Durability::Process).expect("written");
                        }
                        assert_eq!(move_archive(layer, &from, to).expect("moved"), to.join("Klayers-p313-alpha.zip"));
                        let _alone = Lock::wait_for_folder(to).expect("locked");
                        let [zip, papers @ ..] = ENDS.map(|end| read(&path(layer, to, end), 9).expect("it is there"));
                        assert!(papers.iter().all(|paper| *paper == zip));
                    }
                });
            }
        });
    }
}
