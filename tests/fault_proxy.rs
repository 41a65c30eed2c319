//! The proxy that disturbs tests does what it says: each fault as a client meets it, and whether the server did
//! what it was asked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "aws/mod.rs"]
mod aws;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws::request_log::most_in_a_second;
use aws::{Asked, Fault, FaultProxy, Faults};
use aws_sdk_lambda::error::ProvideErrorMetadata as _;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use reqwest::{Client, StatusCode};

const PUBLISH: &str = "/2018-10-31/layers/Klayers-p313-numpy/versions";
const ANSWER: &str = r#"{"Version":1,"LayerArn":"arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-numpy"}"#;

/// A server that counts how often it did what it was asked.
struct Server {
    address: SocketAddr,
    effects: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        let effects = Arc::new(AtomicUsize::new(0));
        let counted = effects.clone();
        let publish = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(ANSWER)
        };
        let echo = axum::routing::post(|body: axum::body::Bytes| std::future::ready(body)).layer(DefaultBodyLimit::disable());
        let routes = Router::new().route(PUBLISH, axum::routing::post(publish)).route("/echo", echo);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, effects }
    }

    fn proxy(&self) -> FaultProxy {
        FaultProxy::to(&format!("http://{}", self.address))
    }
}

/// What a client met.
#[derive(Debug, PartialEq, Eq)]
enum Met {
    Answer(StatusCode, String),
    TimeOut,
    /// No answer at all.
    Cut,
    /// An answer that breaks off.
    Half(StatusCode),
}

async fn publish(proxy: &FaultProxy, service: &str) -> Met {
    let scope = format!("AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0");
    // Every request on a connection of its own: a client tries again by itself on one that it used before.
    let client = Client::builder().pool_max_idle_per_host(0).no_proxy().timeout(Duration::from_secs(3)).build().unwrap();
    let answer = match client.post(format!("{}{PUBLISH}", proxy.url())).header("authorization", scope).body("{}").send().await {
        Ok(answer) => answer,
        Err(error) if error.is_timeout() => return Met::TimeOut,
        Err(_) => return Met::Cut,
    };
    let status = answer.status();
    match answer.text().await {
        Ok(text) => Met::Answer(status, text),
        Err(_) => Met::Half(status),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_met_as_it_says_and_only_those_after_the_effect_have_one() {
    let server = Server::start().await;
    for fault in Fault::ALL {
        let proxy = server.proxy();
        proxy.next(|request| request.operation == "PublishLayerVersion", fault);
        server.effects.store(0, Ordering::SeqCst);
        let met = publish(&proxy, "lambda").await;
        let error = StatusCode::INTERNAL_SERVER_ERROR;
        let effects = match fault {
            Fault::Throttled | Fault::ThrottledForASecond => {
                assert!(matches!(&met, Met::Answer(StatusCode::TOO_MANY_REQUESTS, text) if text.contains("CallerRateLimitExceeded")), "{fault:?}: {met:?}");
                0
            }
            Fault::Denied => {
                assert!(matches!(&met, Met::Answer(StatusCode::FORBIDDEN, text) if text.contains("not authorized")), "{fault:?}: {met:?}");
                0
            }
            Fault::FailsBefore | Fault::FailsAfter => {
                assert!(matches!(&met, Met::Answer(status, text) if *status == error && text.contains("Service")), "{fault:?}: {met:?}");
                usize::from(fault == Fault::FailsAfter)
            }
            Fault::StallsBefore | Fault::StallsAfter => {
                assert_eq!(met, Met::TimeOut, "{fault:?}");
                usize::from(fault == Fault::StallsAfter)
            }
            Fault::CutBefore | Fault::CutAfter => {
                assert_eq!(met, Met::Cut, "{fault:?}");
                usize::from(fault == Fault::CutAfter)
            }
            Fault::CutInTheAnswer => {
                assert_eq!(met, Met::Half(StatusCode::OK));
                1
            }
        };
        tokio::task::block_in_place(|| proxy.settled());
        assert_eq!(server.effects.load(Ordering::SeqCst), effects, "{fault:?}");
        assert_eq!(proxy.faults_met(), BTreeMap::from([(fault, 1)]));
        assert_eq!(publish(&proxy, "lambda").await, Met::Answer(StatusCode::OK, ANSWER.to_owned()), "only once: {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_fails_in_its_own_form() {
    let server = Server::start().await;
    let proxy = server.proxy();
    let (throttled, failed) = (StatusCode::TOO_MANY_REQUESTS, StatusCode::INTERNAL_SERVER_ERROR);
    for (service, fault, expected, words) in [
        ("lambda", Fault::Throttled, throttled, r#"{"Type":"User","message":"Rate exceeded""#),
        ("lambda", Fault::FailsBefore, failed, r#""Type":"Service""#),
        ("lambda", Fault::Denied, StatusCode::FORBIDDEN, "not authorized"),
        ("s3", Fault::Throttled, StatusCode::SERVICE_UNAVAILABLE, "<Code>SlowDown</Code>"),
        ("s3", Fault::FailsBefore, failed, "<Code>InternalError</Code>"),
        ("s3", Fault::Denied, StatusCode::FORBIDDEN, "<Code>AccessDenied</Code>"),
        ("sts", Fault::Denied, StatusCode::FORBIDDEN, "<Code>AccessDenied</Code>"),
        ("sts", Fault::Throttled, StatusCode::BAD_REQUEST, "<Code>Throttling</Code>"),
        ("sts", Fault::FailsBefore, failed, "<Code>InternalFailure</Code>"),
    ] {
        proxy.next(|_| true, fault);
        let met = publish(&proxy, service).await;
        assert!(matches!(&met, Met::Answer(status, text) if *status == expected && text.contains(words)), "{service} {fault:?}: {met:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sdk_understands_what_lambda_says() {
    let server = Server::start().await;
    let proxy = server.proxy();
    let credentials = aws_sdk_lambda::config::Credentials::new("test", "test", None, None, "test");
    let config = aws_sdk_lambda::Config::builder().behavior_version_latest().region(aws_sdk_lambda::config::Region::new("eu-west-1"));
    let config = config.retry_config(aws_sdk_lambda::config::retry::RetryConfig::disabled()).credentials_provider(credentials).endpoint_url(proxy.url());
    let client = aws_sdk_lambda::Client::from_conf(config.build());
    for (fault, expected) in [(Fault::Throttled, None), (Fault::ThrottledForASecond, Some("1"))] {
        proxy.next(|request| request.service == "lambda" && request.region == "eu-west-1", fault);
        let error = client.publish_layer_version().layer_name("Klayers-p313-numpy").send().await.unwrap_err().into_service_error();
        let aws_sdk_lambda::operation::publish_layer_version::PublishLayerVersionError::TooManyRequestsException(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!((error.retry_after_seconds(), error.reason().map(|reason| reason.as_str())), (expected, Some("CallerRateLimitExceeded")));
    }
    proxy.next(|_| true, Fault::Denied);
    let error = client.publish_layer_version().layer_name("Klayers-p313-numpy").send().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    proxy.next(|_| true, Fault::FailsAfter);
    let error = client.publish_layer_version().layer_name("Klayers-p313-numpy").send().await.unwrap_err().into_service_error();
    assert!(error.is_service_exception(), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_is_written_down_and_large_bodies_pass_both_ways() {
    let server = Server::start().await;
    let proxy = server.proxy();
    let body: Vec<u8> = (0..17_500_000_u32).flat_map(u32::to_le_bytes).collect();
    let echoed = Client::builder().no_proxy().build().unwrap().post(format!("{}/echo?x=1", proxy.url())).body(body.clone()).send().await.unwrap();
    assert!(echoed.bytes().await.unwrap() == body, "other bytes came back");
    publish(&proxy, "lambda").await;
    let asked = proxy.asked();
    let told = |request: &Asked| [&request.method, &request.path, &request.service, &request.region, request.operation].map(str::to_owned);
    assert_eq!(told(&asked[0]), ["POST", "/echo", "", "", ""]);
    assert_eq!(told(&asked[1]), ["POST", PUBLISH, "lambda", "eu-west-1", "PublishLayerVersion"]);
    assert_eq!(proxy.most_in_a_second(), BTreeMap::from([("eu-west-1".to_owned(), 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_takes_at_least_as_long_as_it_is_held() {
    let server = Server::start().await;
    let proxy = server.proxy();
    proxy.set_latency(Duration::from_millis(50));
    let begun = Instant::now();
    publish(&proxy, "lambda").await;
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[test]
fn faults_come_by_the_seed_and_as_often_as_they_should() {
    let faults = |seed, in_hundred| -> Vec<Option<Fault>> {
        let faults = Faults::of_all_kinds(seed, in_hundred);
        (0..10_000).map(|number| faults.of(number)).collect()
    };
    assert_eq!(faults(7, 15), faults(7, 15));
    assert_ne!(faults(7, 15), faults(8, 15));
    let met = faults(7, 15).into_iter().flatten().fold(BTreeMap::<Fault, usize>::new(), |mut met, fault| {
        *met.entry(fault).or_default() += 1;
        met
    });
    // 15 of a hundred are 1,500, and a tenth of them 150; a generator whose numbers depend on each other is far off.
    assert_eq!(met.len(), Fault::ALL.len());
    assert!(met.values().all(|count| (100..200).contains(count)), "{met:?}");
    assert!((1_350..1_650).contains(&met.values().sum::<usize>()), "{met:?}");
    assert!(Faults::none().of(1).is_none() && faults(7, 100).iter().all(Option::is_some));
    assert_eq!(Faults::only(7, 100, &[Fault::CutAfter]).of(3), Some(Fault::CutAfter));
}

#[test]
fn the_busiest_second_is_found_wherever_it_begins() {
    let begin = Instant::now();
    let asked = |service: &str, region: &str, milliseconds| Asked {
        query: String::new(),
        method: String::new(),
        path: String::new(),
        service: service.to_owned(),
        region: region.to_owned(),
        operation: "",
        fault: None,
        at: begin + Duration::from_millis(milliseconds),
    };
    let mut log: Vec<Asked> = [0, 400, 900, 1_000, 1_300, 1_399, 1_400, 2_500].map(|at| asked("lambda", "eu-west-1", at)).into();
    log.push(asked("lambda", "us-east-1", 0));
    log.push(asked("s3", "us-east-1", 1));
    // From 400 to 1,399.
    assert_eq!(most_in_a_second(&log), BTreeMap::from([("eu-west-1".to_owned(), 5), ("us-east-1".to_owned(), 1)]));
}
