//! The emulators of AWS start, answer, and end with their test, even when it panics.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "aws/mod.rs"]
mod aws;

use std::net::TcpStream;
use std::time::{Duration, Instant};

use aws::Emulator;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_lambda::error::ProvideErrorMetadata as _;

#[tokio::test]
async fn ministack_answers() {
    let emulator = Emulator::ministack();
    assert!(has_no_layers(&emulator, "stranger").await.unwrap());
}

#[tokio::test]
async fn ministack_with_auth_answers_those_whom_it_knows() {
    let emulator = Emulator::ministack_with_auth();
    assert!(has_no_layers(&emulator, "test").await.unwrap());
    assert_eq!(has_no_layers(&emulator, "stranger").await, Err("UnrecognizedClientException".to_owned()));
}

#[tokio::test]
async fn moto_answers() {
    let emulator = Emulator::moto();
    assert!(has_no_layers(&emulator, "stranger").await.unwrap());
}

#[test]
fn an_emulator_is_gone_after_a_test_that_panics() {
    let (send, receive) = std::sync::mpsc::channel();
    let panicked = std::thread::spawn(move || {
        let emulator = Emulator::ministack();
        send.send(emulator.url()).unwrap();
        std::panic::resume_unwind(Box::new("a test that fails"));
    });
    assert!(panicked.join().is_err());
    let address = receive.recv().unwrap().replace("http://", "");
    // The system ends it in its own time.
    let begun = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{address} still answers");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

async fn has_no_layers(emulator: &Emulator, access_key: &str) -> Result<bool, String> {
    let credentials = Credentials::new(access_key, "test", None, None, "test");
    let config = aws_sdk_lambda::Config::builder().behavior_version(BehaviorVersion::latest()).region(Region::new("eu-west-1"));
    let config = config.credentials_provider(credentials).endpoint_url(emulator.url()).build();
    let listed = aws_sdk_lambda::Client::from_conf(config).list_layers().send().await;
    listed.map(|layers| layers.layers().is_empty()).map_err(|error| error.code().unwrap_or_default().to_owned())
}
