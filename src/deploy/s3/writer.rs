//! Changing a bucket.

use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CorsConfiguration, WebsiteConfiguration};

use super::error::BucketError;
use super::front::{Front, Website};
use super::reader::BucketReader;
use super::state;
use crate::deploy::{Md5, Upload};
use crate::outside::files;

/// What bytes may add to the time of an attempt: one second for so many. Half a megabyte a second is a slow line.
const BYTES_PER_SECOND: u64 = 500_000;
/// A file up to this is sent from memory, so that its bytes are known to be those that were looked at; a larger one is
/// sent from the disk piece by piece, and S3 compares its MD5.
const IN_MEMORY_MAX_BYTES: u64 = 1 << 20;

/// A bucket that can be changed, below its prefix.
#[derive(Debug, Clone)]
pub struct Bucket {
    reader: BucketReader,
}

impl Bucket {
    /// The right to change what could be looked at before.
    pub fn new(reader: BucketReader) -> Self {
        Self { reader }
    }

    /// Puts a file where it belongs.
    ///
    /// # Errors
    /// When S3 refuses or does not answer, or when the file is not what it was.
    pub async fn put(&self, folder: &Path, upload: &Upload) -> Result<(), BucketError> {
        let path = folder.join(&upload.file.path);
        let body = if upload.file.size_bytes <= IN_MEMORY_MAX_BYTES { in_memory(&path, upload.file.md5).await? } else { from_disk(&path).await? };
        let headers = &upload.headers;
        let key = self.reader.place.prefix.key(&upload.key);
        let put = self.reader.client.put_object().bucket(&self.reader.place.bucket).key(&key).body(body);
        let put = put.content_md5(upload.file.md5.header_form()).content_length(upload.file.size_bytes.try_into().unwrap_or(i64::MAX));
        let put = put.content_type(&headers.content_type).cache_control(headers.cache_control).set_content_disposition(headers.content_disposition.clone());
        let limit = self.reader.manners.attempt_limit + Duration::from_secs(upload.file.size_bytes / BYTES_PER_SECOND);
        let time = TimeoutConfig::builder().operation_attempt_timeout(limit).build();
        let sent = put.customize().config_override(aws_sdk_s3::config::Config::builder().timeout_config(time)).send().await;
        match sent.map_err(|error| BucketError::of(format!("take `{key}`"), &error)) {
            Ok(_) => Ok(()),
            Err(error) if error.is("BadDigest") => Err(BucketError::Changed { path }),
            Err(error) => Err(error),
        }
    }

    /// Deletes an object below the prefix; one that is gone is no error.
    ///
    /// # Errors
    /// When S3 refuses or does not answer.
    pub async fn delete(&self, key: &str) -> Result<(), BucketError> {
        let key = self.reader.place.prefix.key(key);
        let deleted = self.reader.client.delete_object().bucket(&self.reader.place.bucket).key(&key).send().await;
        deleted.map(drop).map_err(|error| BucketError::of(format!("delete `{key}`"), &error))
    }

    /// Notes that objects may be of other rules than today's.
    ///
    /// # Errors
    /// When S3 refuses or does not answer.
    pub async fn note_pending(&self) -> Result<(), BucketError> {
        self.put_state(state::pending()).await
    }

    /// Notes that all objects are of today's rules.
    ///
    /// # Errors
    /// When S3 refuses or does not answer.
    pub async fn note_current(&self) -> Result<(), BucketError> {
        self.put_state(state::current()).await
    }

    /// Sets what `front` lacks and reads it back.
    ///
    /// # Errors
    /// When S3 refuses, does not answer, or has something else afterwards.
    ///
    /// # Panics
    /// Never: a request with rules can be made.
    pub async fn configure(&self, front: &Front) -> Result<Front, BucketError> {
        let (cors, website) = (front.wanted_cors()?, front.wanted_website()?);
        let (client, name) = (&self.reader.client, &self.reader.place.bucket);
        if front.cors.as_ref() != Some(&cors) {
            let cors = CorsConfiguration::builder().set_cors_rules(Some(cors)).build().expect("it has rules");
            let set = client.put_bucket_cors().bucket(name).cors_configuration(cors).send().await;
            set.map_err(|error| BucketError::of(format!("change who may read `{name}`"), &error))?;
        }
        if front.website != Some(Website(Some(website.clone()))) {
            self.set_website(website).await?;
        }
        let front = self.reader.front().await?;
        if front.cors != Some(front.wanted_cors()?) {
            return Err(BucketError::NotKept { what: "CORS rule" });
        }
        if front.website != Some(Website(Some(front.wanted_website()?))) {
            return Err(BucketError::NotKept { what: "website" });
        }
        Ok(front)
    }

    async fn set_website(&self, website: WebsiteConfiguration) -> Result<(), BucketError> {
        let name = &self.reader.place.bucket;
        let set = self.reader.client.put_bucket_website().bucket(name).website_configuration(website).send().await;
        set.map(drop).map_err(|error| BucketError::of(format!("make `{name}` a website"), &error))
    }

    async fn put_state(&self, bytes: Vec<u8>) -> Result<(), BucketError> {
        let key = self.reader.place.prefix.key(state::KEY);
        let put = self.reader.client.put_object().bucket(&self.reader.place.bucket).key(&key).content_md5(Md5::of(&bytes).header_form());
        let put = put.content_type("application/json").cache_control(state::CACHE_CONTROL).body(ByteStream::from(bytes));
        put.send().await.map(drop).map_err(|error| BucketError::of(format!("take `{key}`"), &error))
    }
}

async fn in_memory(path: &Path, md5: Md5) -> Result<ByteStream, BucketError> {
    let bytes = {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || files::read(&path, IN_MEMORY_MAX_BYTES)).await.expect("reading does not panic")?
    };
    if Md5::of(&bytes) != md5 {
        return Err(BucketError::Changed { path: path.to_owned() });
    }
    Ok(ByteStream::from(bytes))
}

async fn from_disk(path: &Path) -> Result<ByteStream, BucketError> {
    let body = ByteStream::from_path(path).await;
    body.map_err(|error| BucketError::Outside(crate::outside::OutsideError::file("read", path)(std::io::Error::other(error))))
}
