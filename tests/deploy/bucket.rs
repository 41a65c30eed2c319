//! A bucket of an emulator, looked at with a client of its own.

use std::collections::BTreeMap;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::primitives::ByteStream;

use crate::world::NOTE;

pub const BUCKET: &str = "the-site";
pub const KEY: &str = "123456789012";

/// An object, as whoever asks for it gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub body: Vec<u8>,
    pub content_type: String,
    pub cache_control: String,
    pub content_disposition: String,
}

/// A bucket.
pub struct Bucket {
    pub client: aws_sdk_s3::Client,
}

impl Bucket {
    /// An empty one.
    pub async fn new(url: &str) -> Self {
        let credentials = Credentials::new(KEY, "secret", None, None, "test");
        let config = aws_sdk_s3::Config::builder().behavior_version(BehaviorVersion::latest()).endpoint_url(url).force_path_style(true);
        let client = aws_sdk_s3::Client::from_conf(config.credentials_provider(credentials).region(Region::new("us-east-1")).build());
        client.create_bucket().bucket(BUCKET).send().await.unwrap();
        Self { client }
    }

    /// Every key that begins like this.
    pub async fn keys(&self, prefix: &str) -> Vec<String> {
        let mut pages = self.client.list_objects_v2().bucket(BUCKET).prefix(prefix).into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            keys.extend(page.unwrap().contents().iter().map(|object| object.key().unwrap().to_owned()));
        }
        keys
    }

    pub async fn get(&self, key: &str) -> Object {
        let object = self.client.get_object().bucket(BUCKET).key(key).send().await.unwrap_or_else(|error| panic!("{key}: {error:?}"));
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let (content_type, cache_control) = (text(object.content_type()), text(object.cache_control()));
        let content_disposition = text(object.content_disposition());
        Object { body: object.body.collect().await.unwrap().to_vec(), content_type, cache_control, content_disposition }
    }

    /// Everything whose key begins like this, but for the note that klayers leaves about itself.
    pub async fn objects(&self, prefix: &str) -> BTreeMap<String, Object> {
        let mut all = BTreeMap::new();
        for key in self.keys(prefix).await.into_iter().filter(|key| *key != format!("{prefix}{NOTE}")) {
            let object = self.get(&key).await;
            all.insert(key, object);
        }
        all
    }

    /// Puts something there that is nothing of ours.
    pub async fn put(&self, key: &str, text: &str) {
        self.client.put_object().bucket(BUCKET).key(key).body(ByteStream::from(text.as_bytes().to_vec())).send().await.unwrap();
    }
}
