//! Looking at a bucket.

use std::collections::BTreeMap;

use aws_config::ConfigLoader;

use super::client::{Manners, client};
use super::error::BucketError;
use super::front::Front;
use super::state;
use crate::deploy::{Place, Present, Standing};

/// A bucket that can be looked at.
#[derive(Debug, Clone)]
pub struct BucketReader {
    pub(super) client: aws_sdk_s3::Client,
    pub(super) place: Place,
    pub(super) manners: Manners,
}

impl BucketReader {
    /// A bucket, in `region` or where the settings say.
    ///
    /// # Errors
    /// When there are no credentials.
    pub async fn open(settings: ConfigLoader, region: Option<String>, place: Place, manners: Manners) -> Result<Self, BucketError> {
        Ok(Self { client: client(settings, region, manners).await?, place, manners })
    }

    /// The bucket and the prefix.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Every object below the prefix, by its key there, without our own note; and what that note tells of them.
    ///
    /// # Errors
    /// When S3 refuses, or does not answer.
    pub async fn look(&self) -> Result<(BTreeMap<String, Present>, Standing), BucketError> {
        let mut found = self.list().await?;
        // Only then is it read: who may list nothing but the prefix is told of an absent object that it is forbidden.
        let standing = if found.remove(state::KEY).is_some() { self.standing().await? } else { state::standing(None) };
        Ok((found, standing))
    }

    async fn list(&self) -> Result<BTreeMap<String, Present>, BucketError> {
        let what = || format!("list `{}`", self.place);
        let list = self.client.list_objects_v2().bucket(&self.place.bucket).prefix(self.place.prefix.to_string());
        let mut pages = list.into_paginator().send();
        let mut found = BTreeMap::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| BucketError::of(what(), &error))?;
            for object in page.contents() {
                // The marker of an empty folder, `prefix/` itself, is nobody's file.
                let Some(key) = object.key().and_then(|key| self.place.prefix.below(key)) else { continue };
                let etag = object.e_tag().unwrap_or_default().trim_matches('"').to_owned();
                found.insert(key.to_owned(), Present { etag, size_bytes: object.size().and_then(|size| size.try_into().ok()).unwrap_or(0) });
            }
        }
        Ok(found)
    }

    async fn standing(&self) -> Result<Standing, BucketError> {
        let mut attempts = 1;
        loop {
            match self.state().await {
                // The client itself asks again until an answer begins; this one broke off.
                Err(BucketError::Unreachable { .. }) if attempts < self.manners.attempts => attempts += 1,
                Err(error) if error.is("NoSuchKey") => return Ok(state::standing(None)),
                Err(error) => return Err(error),
                Ok(bytes) => return Ok(state::standing(Some(&bytes))),
            }
        }
    }

    async fn state(&self) -> Result<Vec<u8>, BucketError> {
        let key = self.place.prefix.key(state::KEY);
        let what = || format!("read `{key}`");
        let object = self.client.get_object().bucket(&self.place.bucket).key(&key).send().await.map_err(|error| BucketError::of(what(), &error))?;
        let bytes = object.body.collect().await.map_err(|error| BucketError::Unreachable { what: what(), reason: error.to_string() })?;
        Ok(bytes.to_vec())
    }

    /// How the bucket answers browsers.
    ///
    /// # Errors
    /// When S3 does not answer, or there is no such bucket.
    pub async fn front(&self) -> Result<Front, BucketError> {
        Front::read(self).await
    }
}
