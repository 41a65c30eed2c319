//! Where large temporary trees go: into memory where there is room, else onto the disk.
//!
//! Layers have thousands of files that live for a second. Many file systems take longer to make them than the
//! test of the layer takes (measured on pandas: 3 s on a busy disk, 0.3 s in memory).

use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};

const IN_MEMORY: &str = "/dev/shm";
/// Room for the layers of as many processors as small machines have. Containers often have 64 MB there.
const ROOM_BYTES: u64 = 4 << 30;

/// The folder to make temporary folders in.
pub fn scratch_parent() -> PathBuf {
    let memory = Path::new(IN_MEMORY);
    if is_good(memory) { memory.to_path_buf() } else { std::env::temp_dir() }
}

/// Libraries are loaded from there, which some systems forbid.
fn is_good(folder: &Path) -> bool {
    let has_room = |facts: rustix::fs::StatVfs| {
        facts.f_bavail.saturating_mul(facts.f_frsize) >= ROOM_BYTES && !facts.f_flag.intersects(StatVfsMountFlags::NOEXEC | StatVfsMountFlags::RDONLY)
    };
    statvfs(folder).is_ok_and(has_room) && tempfile::tempdir_in(folder).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_folder_that_takes_files() {
        assert!(tempfile::tempdir_in(scratch_parent()).is_ok());
        assert!(!is_good(Path::new("/proc")) && !is_good(Path::new("/no/such/folder")));
    }
}
