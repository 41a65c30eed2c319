//! Faults between us and S3: what is tried again, what is told, and that the next run ends where an undisturbed one does.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use aws_sdk_s3::config::Credentials;
use klayers::deploy::s3::{Bucket as OurBucket, BucketError, BucketReader, Manners, settings};
use klayers::deploy::{Difference, Standing, Tally, Target, bring_up_to_date, difference, hash, read_site};

use crate::aws::{Asked, Emulator, Fault, FaultProxy, Faults};
use crate::bucket::{Bucket, KEY};
use crate::world::{LIST, SiteWorld};

/// Fast, so that only what is asked for takes time.
const MANNERS: Manners = Manners { attempt_limit: Duration::from_secs(3), attempts: 4, first_wait: Duration::from_millis(5) };
/// Faults after which a call may be made again.
const PASSING: [Fault; 9] = [
    Fault::Throttled,
    Fault::ThrottledForASecond,
    Fault::FailsBefore,
    Fault::FailsAfter,
    Fault::StallsBefore,
    Fault::StallsAfter,
    Fault::CutBefore,
    Fault::CutAfter,
    Fault::CutInTheAnswer,
];

async fn open(url: &str) -> BucketReader {
    open_with(url, MANNERS).await
}

async fn open_with(url: &str, manners: Manners) -> BucketReader {
    let settings = settings().endpoint_url(url).credentials_provider(Credentials::new(KEY, "secret", None, None, "test"));
    let Target::S3(place) = "s3://the-site/layers".parse().unwrap() else { panic!("a place") };
    BucketReader::open(settings, Some("us-east-1".to_owned()), place, manners).await.unwrap()
}

/// One deployment, as the command makes it, with little patience.
async fn deploy(site: &SiteWorld, url: &str) -> Result<Tally, BucketError> {
    let reader = open(url).await;
    let (found, faults) = read_site(&site.folder()).unwrap();
    assert_eq!(faults, []);
    let (present, standing) = reader.look().await?;
    let difference = difference(&hash(&found, &|_| {}).unwrap(), &present, standing);
    carry_out(site, reader, &difference, standing).await
}

async fn carry_out(site: &SiteWorld, reader: BucketReader, difference: &Difference, standing: Standing) -> Result<Tally, BucketError> {
    bring_up_to_date(&OurBucket::new(reader), &site.folder(), difference, standing, NonZeroUsize::new(4).unwrap(), &|_| {}).await
}

fn is(method: &'static str, end: &'static str) -> impl Fn(&Asked) -> bool + Send + 'static {
    move |asked| asked.method == method && asked.path.ends_with(end)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_made_again_after_a_fault_that_passes() {
    let emulator = Emulator::ministack();
    let bucket = Bucket::new(&emulator.url()).await;
    for fault in PASSING {
        let site = SiteWorld::new();
        let proxy = FaultProxy::to(&emulator.url());
        deploy(&site, &emulator.url()).await.unwrap();
        site.write("index.html", &format!("{fault:?}"));
        site.remove("feeds/all.atom");
        proxy.next(|asked| asked.query.contains("list-type=2"), fault);
        proxy.next(is("GET", ".klayers-deployed.json"), fault);
        proxy.next(is("PUT", "index.html"), fault);
        proxy.next(is("DELETE", "all.atom"), fault);
        let tally = deploy(&site, &proxy.url()).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!((tally.uploaded, tally.deleted, tally.failures.len()), (1, 1, 0), "{fault:?}: {:?}", tally.failures);
        assert_eq!(proxy.faults_met().get(&fault), Some(&4), "{fault:?}");
        assert_eq!(bucket.objects("layers/").await, site.expected("layers/"), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failure_stops_nothing_beside_it_and_all_that_comes_after_it() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    site.deploy(&emulator.url(), &["s3://the-site/layers"]).exits(0);
    let before = bucket.objects("layers/").await;
    let proxy = FaultProxy::to(&emulator.url());
    for path in [format!("{LIST}/pillow/index.html"), "api/v3/packages/pandas.json".to_owned(), format!("{LIST}/index.html"), "index.html".to_owned()] {
        site.write(&path, "new");
    }
    site.remove("feeds/all.atom");
    proxy.next(is("PUT", "packages/pandas.json"), Fault::Denied);
    let ran = site.deploy(&proxy.url(), &["s3://the-site/layers"]).exits(2);
    ran.says("error: `api/v3/packages/pandas.json`: S3 does not take `layers/api/v3/packages/pandas.json`: AccessDenied")
        .says("help: the credentials need s3:ListBucket")
        .says("1 objects failed; 2 were uploaded and 0 deleted; 4 were not begun, because they come after those\nhelp: run it again: it goes on from here");
    let after = bucket.objects("layers/").await;
    let changed: Vec<&str> = after.iter().filter(|(key, object)| before.get(*key) != Some(object)).map(|(key, _)| key.as_str()).collect();
    let key = format!("layers/{LIST}/pillow");
    assert_eq!((changed, after.len()), (vec![key.as_str(), &format!("{key}/index.html")], before.len()), "no list, no page, and nothing is deleted");
    site.deploy(&proxy.url(), &["s3://the-site/layers"]).exits(0).says("4 uploaded (").says("1 deleted");
    assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_some_run_ends_where_an_undisturbed_one_does() {
    let emulator = Emulator::ministack();
    let bucket = Bucket::new(&emulator.url()).await;
    let mut met: BTreeMap<Fault, usize> = BTreeMap::new();
    for seed in 0..4 {
        let site = SiteWorld::new();
        site.write("static/new.css", &format!("{seed}"));
        site.write("index.html", &format!("{seed}"));
        let proxy = FaultProxy::to(&emulator.url());
        let kinds: Vec<Fault> = Fault::ALL.into_iter().filter(|fault| !matches!(fault, Fault::StallsBefore | Fault::StallsAfter)).collect();
        proxy.set_faults(Faults::only(seed, 30, &kinds));
        bucket.put("layers/.klayers-deployed.json", "{\"format\":1,\"rules\":null}").await;
        let mut runs = 0;
        loop {
            runs += 1;
            assert!(runs < 60, "seed {seed}: it does not end");
            if matches!(deploy(&site, &proxy.url()).await, Ok(tally) if tally.failures.is_empty()) {
                break;
            }
        }
        assert_eq!(bucket.objects("layers/").await, site.expected("layers/"), "seed {seed}, {runs} runs");
        proxy.faults_met().into_iter().for_each(|(fault, count)| *met.entry(fault).or_default() += count);
    }
    assert!(met.len() >= 8, "{met:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_vanishes_or_changes_meanwhile_is_told_and_never_uploaded() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    // Too large to be sent from memory: S3 itself compares.
    let large = "x".repeat(3 << 20);
    site.write("api/v3/large.ndjson", &large);
    let reader = open(&emulator.url()).await;
    let (found, _) = read_site(&site.folder()).unwrap();
    let difference = difference(&hash(&found, &|_| {}).unwrap(), &BTreeMap::new(), Standing::Unknown);
    site.remove("static/style.css");
    let tally = carry_out(&site, reader.clone(), &difference, Standing::Unknown).await.unwrap();
    assert_eq!(tally.failures.len(), 1);
    assert!(tally.failures[0].error.to_string().contains("_site/static/style.css"), "{}", tally.failures[0].error);
    site.write("static/style.css", "static/style.css");
    site.write("api/v3/large.ndjson", &large.replacen('x', "y", 1));
    site.write("api/v3/all.ndjson", "api/v3/ALL.ndjson");
    let tally = carry_out(&site, reader.clone(), &difference, Standing::Unknown).await.unwrap();
    let mut told: Vec<String> = tally.failures.iter().map(|failure| failure.error.to_string()).collect();
    told.sort();
    assert!(told.len() == 2 && told.iter().all(|told| told.contains("was changed while the site was uploaded\nhelp: wait for")), "{told:#?}");
    let keys = bucket.keys("layers/").await;
    assert!(!keys.iter().any(|key| key.ends_with("large.ndjson") || key.ends_with("all.ndjson") || key.ends_with("index.json")), "{keys:?}");
    assert_eq!(deploy(&site, &emulator.url()).await.unwrap().failures.len(), 0);
    assert_eq!(bucket.objects("layers/").await, site.expected("layers/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_has_more_time_than_a_small_one() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    Bucket::new(&emulator.url()).await;
    site.write("api/v3/large.ndjson", &"x".repeat(4 << 20));
    let (found, _) = read_site(&site.folder()).unwrap();
    let whole = difference(&hash(&found, &|_| {}).unwrap(), &BTreeMap::new(), Standing::Current);
    let only = |key: &str| {
        let uploads = whole.uploads.iter().filter(|upload| upload.key == key).cloned().collect();
        Difference { uploads, ..Difference::default() }
    };
    let proxy = FaultProxy::to(&emulator.url());
    let manners = Manners { attempts: 1, ..MANNERS };
    proxy.set_latency(manners.attempt_limit + Duration::from_millis(500));
    let reader = open_with(&proxy.url(), manners).await;
    let small = carry_out(&site, reader.clone(), &only("robots.txt"), Standing::Current).await.unwrap();
    assert!(matches!(small.failures[0].error, BucketError::Unreachable { .. }), "{:?}", small.failures);
    let large = carry_out(&site, reader, &only("api/v3/large.ndjson"), Standing::Current).await.unwrap();
    assert_eq!((large.uploaded, large.failures.len()), (1, 0), "{:?}", large.failures);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_at_all_is_said_with_what_to_do() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    site.deploy(&emulator.url(), &["s3://no-such-bucket"]).exits(2).says("NoSuchBucket").says("help: create the bucket");
    Bucket::new(&emulator.url()).await;
    let proxy = FaultProxy::to(&emulator.url());
    proxy.next(|asked| asked.query.contains("list-type=2"), Fault::Denied);
    site.deploy(&proxy.url(), &["s3://the-site"]).exits(2).says("S3 does not list `s3://the-site/`: AccessDenied").says("s3:ListBucket");
    assert!(proxy.asked().iter().all(|asked| asked.method == "GET"));
    // The emulator, too, knows in which region a bucket is.
    let wrong = site.deploy(&emulator.url(), &["s3://the-site", "--region", "eu-west-1"]).exits(2);
    wrong.says("PermanentRedirect").says("help: the bucket is in another region: add `--region us-east-1`");
    let output = site.command(&emulator.url(), &["s3://the-site", "--region", "us-east-1"]).env("AWS_REGION", "eu-west-1").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // A variable of a workflow that nobody has set is empty.
    let output = site.command(&emulator.url(), &["s3://the-site"]).env("AWS_REGION", "").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let mut command = site.command(&emulator.url(), &["s3://the-site"]);
    let output = command.env_remove("AWS_ACCESS_KEY_ID").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("there are no AWS credentials") && said.contains("help: set `AWS_PROFILE`"), "{said}");
}
