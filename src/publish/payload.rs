//! An archive on its way to many regions: read once, and in memory only while it is under way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use crate::domain::Sha256;

/// What archives in memory are counted in, in bytes.
const UNIT_BYTES: u64 = 1 << 20;

/// An archive that was verified, in a file.
#[derive(Debug)]
pub struct Payload {
    file: PathBuf,
    sha256: Sha256,
    memory: Memory,
    loaded: OnceCell<Loaded>,
}

/// What an archive becomes in memory: whatever form its account sends.
#[derive(Debug)]
struct Loaded {
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

/// How much of all archives may be in memory at once.
#[derive(Debug, Clone)]
pub struct Memory {
    room: Arc<Semaphore>,
    units: u32,
}

impl Memory {
    /// Room for this many bytes. One archive always has room, however large it is.
    pub fn of_bytes(bytes: u64) -> Self {
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX).max(1);
        Self { room: Arc::new(Semaphore::new(units as usize)), units }
    }

    async fn take(&self, bytes: u64) -> OwnedSemaphorePermit {
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX).clamp(1, self.units);
        Arc::clone(&self.room).acquire_many_owned(units).await.expect("nobody closes it")
    }
}

impl Payload {
    /// The archive in `file`, which was verified with the hash `sha256`.
    pub fn new(file: &Path, sha256: Sha256) -> Self {
        Self::within(file, sha256, Memory::of_bytes(1))
    }

    /// The same, waiting for room in `memory` before it is read.
    pub fn within(file: &Path, sha256: Sha256, memory: Memory) -> Self {
        Self { file: file.to_owned(), sha256, memory, loaded: OnceCell::new() }
    }

    /// The path of the archive.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The hash that it was verified with.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// What `read` makes of the file, which takes `size_bytes` of memory. It is called once, by the first who
    /// asks, beside the other work; all others get the same bytes. An account asks for one form alone.
    ///
    /// # Errors
    /// Those of `read`. The next who asks tries again.
    ///
    /// # Panics
    /// When `read` does.
    pub async fn load<E: Send + 'static>(&self, size_bytes: u64, read: impl FnOnce(&Path) -> Result<Bytes, E> + Send + 'static) -> Result<Bytes, E> {
        let load = || async {
            let room = self.memory.take(size_bytes).await;
            let file = self.file.clone();
            let bytes = tokio::task::spawn_blocking(move || read(&file)).await.expect("reading does not panic")?;
            Ok(Loaded { bytes, _room: room })
        };
        Ok(self.loaded.get_or_try_init(load).await?.bytes.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::FutureExt as _;
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn all_who_ask_get_what_was_read_once() {
        let reads = Arc::new(AtomicUsize::new(0));
        let payload = Payload::new(Path::new("a.zip"), Sha256::of(b""));
        let load = || {
            let reads = Arc::clone(&reads);
            payload.load(1, move |file| {
                reads.fetch_add(1, Ordering::Relaxed);
                assert_eq!(file, Path::new("a.zip"));
                Ok::<_, String>(Bytes::from_static(b"archive"))
            })
        };
        assert_eq!(payload.load(1, |_| Err("disk".to_owned())).await, Err("disk".to_owned()), "and whoever comes next tries again");
        let loaded = join_all((0..20).map(|_| load())).await;
        assert!(loaded.iter().all(|bytes| bytes.as_deref() == Ok(b"archive")));
        assert_eq!(reads.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn an_archive_waits_until_there_is_room_and_the_largest_has_room_too() {
        let memory = Memory::of_bytes(10 * UNIT_BYTES);
        let payload = |_| Payload::within(Path::new("a.zip"), Sha256::of(b""), memory.clone());
        let [first, second, larger] = [(); 3].map(payload);
        let read = |_: &Path| Ok::<_, String>(Bytes::new());
        first.load(6 * UNIT_BYTES, read).await.unwrap();
        assert_eq!(second.load(6 * UNIT_BYTES, read).now_or_never(), None, "there is no room for both");
        drop(first);
        second.load(6 * UNIT_BYTES, read).await.unwrap();
        drop(second);
        larger.load(100 * UNIT_BYTES, read).await.unwrap();
    }
}
