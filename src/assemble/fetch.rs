//! Downloads wheels into the cache: several at once, each once, resumed where it broke off.
//!
//! Nothing enters the cache but by its hash, and what a try left that turns out to be wrong is thrown away before the
//! next one. A host that fails and fails is not asked again, so that one that is down costs a run minutes at most.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures::StreamExt as _;
use sha2::Digest as _;

use super::cache::{WHEEL_MAX_BYTES, WheelCache};
use crate::domain::{RemoteFile, Sha256, shown};
use crate::outside::http::{Http, host, named};
use crate::outside::lock::Lock;
use crate::outside::patience::Hosts;
use crate::outside::progress::Stage;
use crate::outside::{OutsideError, files};

const AT_ONCE: usize = 8;
/// Tries after the first, half a second apart at the beginning and doubling: enough for a server's
/// hiccup, and no more than half a minute.
const RETRIES: usize = 5;

/// Why a wheel could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// What came is not what the lock says. It was thrown away.
    #[error("`{wheel}` from {url} has the SHA-256 {found} and the lock says {expected}: it was thrown away")]
    WrongHash {
        /// The wheel's file name.
        wheel: String,
        /// Its address.
        url: String,
        /// The SHA-256 of what came.
        found: Sha256,
        /// The SHA-256 that the lock has.
        expected: Sha256,
    },
    /// More came than the index said, or than any wheel may have.
    #[error("`{wheel}` from {url} is larger than {limit} bytes: it was thrown away")]
    TooLarge {
        /// The wheel's file name.
        wheel: String,
        /// Its address.
        url: String,
        /// The most bytes that it may have.
        limit: u64,
    },
    /// The host or the disk failed.
    #[error("cannot download `{wheel}`: {source}")]
    Outside {
        /// The wheel's file name.
        wheel: String,
        /// What failed.
        source: OutsideError,
    },
}

/// Gets wheels from where their locks say they are.
#[derive(Debug, Clone)]
pub struct Fetcher {
    cache: WheelCache,
    http: Http,
    hosts: Hosts,
}

impl Fetcher {
    /// Downloads into `cache` with `http`.
    pub fn new(cache: WheelCache, http: Http) -> Self {
        Self { cache, http, hosts: Hosts::default() }
    }

    /// The cache that it fills.
    pub fn cache(&self) -> &WheelCache {
        &self.cache
    }

    /// Gets those of `wheels` that the cache lacks, telling `stage` of every byte. Returns what
    /// could not be had, with the reason; the others are there.
    pub async fn fetch_all(&self, wheels: Vec<RemoteFile>, stage: &Stage) -> Vec<(Sha256, FetchError)> {
        let fetches = futures::stream::iter(wheels).map(|wheel| async move { (wheel.sha256, self.fetch(&wheel, stage).await) });
        let results: Vec<_> = fetches.buffer_unordered(AT_ONCE).collect().await;
        let mut failed: Vec<_> = results.into_iter().filter_map(|(sha256, result)| Some((sha256, result.err()?))).collect();
        failed.sort_by_key(|(sha256, _)| *sha256);
        failed
    }

    /// Gets one wheel, unless it is there.
    ///
    /// # Errors
    /// When it cannot be had after several tries, or is not what the lock says.
    pub async fn fetch(&self, wheel: &RemoteFile, stage: &Stage) -> Result<(), FetchError> {
        if self.cache.has(wheel.sha256) {
            return Ok(());
        }
        let failed = |source| FetchError::Outside { wheel: shown(&wheel.filename), source };
        let host = host(&wheel.url);
        self.hosts.may_ask(&host).map_err(failed)?;
        let whole = self.http.patience().whole();
        let result = tokio::time::timeout(whole, self.fetch_in_tries(wheel, stage)).await.unwrap_or_else(|_| {
            let reason = format!("after {} s it had not sent all of `{}`; the next run goes on from there", whole.as_secs(), shown(&wheel.filename));
            Err(failed(OutsideError::Unreachable { host: host.clone(), reason }))
        });
        match &result {
            Err(FetchError::Outside { source, .. }) => self.hosts.failed(&host, source),
            Ok(()) | Err(FetchError::WrongHash { .. } | FetchError::TooLarge { .. }) => self.hosts.answered(&host),
        }
        result
    }

    async fn fetch_in_tries(&self, wheel: &RemoteFile, stage: &Stage) -> Result<(), FetchError> {
        let failed = |source| FetchError::Outside { wheel: shown(&wheel.filename), source };
        let partial = self.cache.partial_path(wheel.sha256);
        let lock_path = partial.with_extension("lock");
        let _lock = {
            let lock_path = lock_path.clone();
            tokio::task::spawn_blocking(move || Lock::wait(&lock_path)).await.expect("locking does not panic").map_err(failed)?
        };
        let patience = self.http.patience();
        let mut pauses = ExponentialBuilder::default().with_min_delay(patience.pause()).with_max_times(RETRIES).with_jitter().build();
        // Another process may have fetched it while we waited for the lock.
        while !self.cache.has(wheel.sha256) {
            let Err(error) = self.attempt(wheel, stage).await else { break };
            let pause = match (&error, pauses.next()) {
                (FetchError::Outside { source, .. }, Some(pause)) if source.is_transient() => match source {
                    OutsideError::Status { retry_after: Some(asked), .. } if *asked <= patience.pause_max() => pause.max(*asked),
                    OutsideError::Status { retry_after: Some(_), .. } => return Err(error),
                    _ => pause,
                },
                _ => return Err(error),
            };
            tracing::debug!(wheel = %shown(&wheel.filename), %error, "trying again");
            tokio::time::sleep(pause).await;
            self.hosts.may_ask(&host(&wheel.url)).map_err(failed)?;
        }
        files::remove(&lock_path).map_err(failed)
    }

    /// One connection: goes on where the last one broke off.
    async fn attempt(&self, wheel: &RemoteFile, stage: &Stage) -> Result<(), FetchError> {
        let name = || shown(&wheel.filename);
        let failed = |source| FetchError::Outside { wheel: name(), source };
        let path = self.cache.partial_path(wheel.sha256);
        let mut file = files::open_to_append(&path).map_err(failed)?;
        let mut hasher = sha2::Sha256::new();
        let limit = wheel.size_bytes.unwrap_or(WHEEL_MAX_BYTES).min(WHEEL_MAX_BYTES);
        let mut have = hash_what_is_there(&mut file, &mut hasher).map_err(OutsideError::file("read", &path)).map_err(failed)?;
        let begin_again =
            |file: &mut std::fs::File| file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(OutsideError::file("empty", &path)).map_err(failed);
        if have > limit {
            begin_again(&mut file)?;
            (hasher, have) = (sha2::Sha256::new(), 0);
        }

        let complete = wheel.size_bytes == Some(have) && have > 0;
        let mut received = have;
        if !complete {
            let mut download = match self.http.download(&wheel.url, have).await {
                Ok(download) => download,
                Err(error) => {
                    // A host that sends other parts than it is asked for is asked for the whole.
                    if matches!(error, OutsideError::Answer { .. }) {
                        begin_again(&mut file)?;
                    }
                    return Err(failed(error));
                }
            };
            if download.starts_at != have {
                begin_again(&mut file)?;
                (hasher, received) = (sha2::Sha256::new(), 0);
            }
            while let Some(chunk) = download.chunk().await.map_err(failed)? {
                let chunk = chunk.as_ref();
                received += chunk.len() as u64;
                if received > limit {
                    files::remove(&path).map_err(failed)?;
                    return Err(FetchError::TooLarge { wheel: name(), url: named(&wheel.url), limit });
                }
                hasher.update(chunk);
                file.write_all(chunk).map_err(OutsideError::file("write", &path)).map_err(failed)?;
                stage.advance(chunk.len() as u64);
            }
            if let Some(size) = wheel.size_bytes.filter(|&size| received < size) {
                let reason = format!("it ended after {received} of {size} bytes");
                return Err(failed(OutsideError::Answer { url: named(&wheel.url), reason }));
            }
        }
        let found = Sha256::from_hasher(hasher);
        if found != wheel.sha256 {
            files::remove(&path).map_err(failed)?;
            let url = named(&wheel.url);
            if have > 0 {
                // What an earlier process left may be to blame; the next try starts from nothing.
                return Err(failed(OutsideError::Answer { url, reason: "the resumed download has another SHA-256 than the lock".to_owned() }));
            }
            return Err(FetchError::WrongHash { wheel: name(), url, found, expected: wheel.sha256 });
        }
        drop(file);
        let place = self.cache.path(wheel.sha256);
        files::create_dir(place.parent().expect("a folder by hash")).map_err(failed)?;
        files::rename(&path, &place).map_err(failed)?;
        self.cache.has(wheel.sha256);
        Ok(())
    }
}

/// Hashes what an earlier connection or process left; returns its size.
fn hash_what_is_there(file: &mut std::fs::File, hasher: &mut sha2::Sha256) -> std::io::Result<u64> {
    let mut buffer = vec![0; 128 << 10];
    let mut total = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(total),
            count => {
                hasher.update(&buffer[..count]);
                total += count as u64;
            }
        }
    }
}
