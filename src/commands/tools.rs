//! What commands work with: caches, and `uv` with its indexes, which are looked for once, when they are first wanted.

use std::time::SystemTime;

use super::context::Context;
use crate::assemble::{Fetcher, WheelCache};
use crate::resolve::{Index, Resolver, Uv, UvError};

impl Context {
    /// The clock's time, which use of the caches is noted with.
    pub fn clock(&self) -> SystemTime {
        self.clock
    }

    /// The wheels on disk.
    pub fn wheels(&self) -> WheelCache {
        WheelCache::new(&self.cache_dir, self.clock)
    }

    /// Gets wheels.
    pub fn fetcher(&self) -> Fetcher {
        Fetcher::new(self.wheels(), self.http.clone())
    }

    /// `uv`, looked for when it is first wanted.
    ///
    /// # Errors
    /// When there is none and it cannot be fetched.
    pub async fn uv(&self) -> Result<&Uv, UvError> {
        let find = async || Ok(Uv::find(&self.cache_dir, self.http.network()).await?.with_patience(self.http.patience()));
        self.uv.get_or_try_init(find).await
    }

    /// The indexes that `uv` uses, asked for when they are first wanted.
    ///
    /// # Errors
    /// When it does not say.
    pub async fn index(&self) -> Result<&Index, UvError> {
        self.index.get_or_try_init(async || Index::of(self.uv().await?).await).await
    }

    /// Resolves packages.
    ///
    /// # Errors
    /// When there is no `uv`, or an index cannot be reached.
    pub async fn resolver(&self) -> Result<Resolver, UvError> {
        Resolver::prepare(self.uv().await?.clone(), self.index().await?.clone(), &self.cache_dir, &self.http).await
    }
}
