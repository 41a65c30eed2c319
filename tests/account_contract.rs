//! What every account must do, each rule a function. An account that passes is one that the program
//! can publish to; `contract` is called once for each kind of account.
//!
//! The rules use layers of their own in two regions, so one account serves them all.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "aws/mod.rs"]
mod emulators;

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_lambda::config::Credentials;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use emulators::{Emulator, FaultProxy};
use klayers::domain::{AccountId, Architecture, LayerName, Principal, RegionCode, Sha256, Sharing, Statement};
use klayers::outside::http::{Http, Network};
use klayers::publish::aws::{self, AwsAccount, AwsReader, Manners};
use klayers::publish::local::{LocalAccount, LocalReader};
use klayers::publish::policy;
use klayers::publish::{AccountError, Content, Patience, Payload, PublishRequest, ReadAccount, StagedObject, WriteAccount, limits};

/// All the rules. The buckets are those that the account may stage to, in `us-east-1` and in `eu-west-1`.
async fn contract<A: WriteAccount>(account: &A, buckets: [&str; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let here: RegionCode = "us-east-1".parse().unwrap();
    let owner = account.identity(&here).await.unwrap().account;
    let world = World { account, folder: folder.path(), buckets, owner, here, there: "eu-west-1".parse().unwrap() };
    world.a_region_belongs_to_an_account_of_its_partition().await;
    world.a_layer_that_never_was_has_no_versions().await;
    world.what_was_published_is_found_again().await;
    world.the_same_bytes_twice_are_two_versions_listed_newest_first().await;
    world.regions_number_apart().await;
    world.numbers_never_come_back_after_a_deletion().await;
    world.deleting_twice_is_deleting_once().await;
    world.a_version_is_private_until_it_is_made_public().await;
    world.a_version_is_shared_with_whom_it_says().await;
    world.the_layers_of_a_region_are_listed_and_there_is_room_for_more().await;
    world.an_archive_comes_back_as_it_was().await;
    world.a_statement_cannot_be_added_twice().await;
    world.what_is_not_there_is_not_found().await;
    world.what_aws_refuses_is_refused_and_makes_no_version().await;
    world.an_upload_is_published_from_its_bucket().await;
    world.an_upload_takes_the_place_of_another().await;
    world.an_upload_that_is_not_what_was_promised_is_refused().await;
    world.a_bucket_serves_its_own_region_alone().await;
    world.an_upload_that_is_not_there_cannot_be_published().await;
}

struct World<'a, A> {
    account: &'a A,
    folder: &'a Path,
    buckets: [&'a str; 2],
    owner: AccountId,
    here: RegionCode,
    there: RegionCode,
}

impl<A: WriteAccount> World<'_, A> {
    async fn a_region_belongs_to_an_account_of_its_partition(&self) {
        let identity = self.account.identity(&self.here).await.unwrap();
        assert_eq!(identity.partition, self.here.partition());
        assert_eq!(identity.account, self.account.identity(&self.there).await.unwrap().account);
    }

    async fn a_layer_that_never_was_has_no_versions(&self) {
        assert!(self.versions(&self.here, &layer("never")).await.is_empty());
    }

    async fn what_was_published_is_found_again(&self) {
        let (file, sha256) = self.zip("found");
        let request = PublishRequest { license: "MIT".to_owned(), ..request("found", &file) };
        let made = self.account.publish_version(&self.here, &request).await.unwrap();
        assert_eq!((made.version, made.code_sha256), (1, sha256));
        let facts = self.account.get_version(&self.here, &request.layer, 1).await.unwrap();
        assert_eq!(facts.code_sha256, sha256);
        assert_eq!(facts.code_size_bytes, std::fs::metadata(&file).unwrap().len());
        assert_eq!(facts.description, request.description);
        assert_eq!((facts.runtimes, facts.architectures), (vec!["python3.13".to_owned()], vec!["arm64".to_owned()]));
        assert_eq!(facts.license, "MIT");
        let listed = self.account.list_versions(&self.here, &request.layer).await.unwrap();
        assert_eq!((listed.len(), listed[0].version, &listed[0].description), (1, 1, &request.description));
    }

    async fn the_same_bytes_twice_are_two_versions_listed_newest_first(&self) {
        self.publish(&self.here, "twice").await.unwrap();
        self.publish(&self.here, "twice").await.unwrap();
        assert_eq!(self.versions(&self.here, &layer("twice")).await, [2, 1]);
    }

    async fn regions_number_apart(&self) {
        self.publish(&self.here, "apart").await.unwrap();
        self.publish(&self.here, "apart").await.unwrap();
        assert_eq!(self.publish(&self.there, "apart").await.unwrap(), 1);
        assert_eq!(self.versions(&self.there, &layer("apart")).await, [1]);
    }

    async fn numbers_never_come_back_after_a_deletion(&self) {
        self.publish(&self.here, "gone").await.unwrap();
        self.publish(&self.here, "gone").await.unwrap();
        for version in [1, 2] {
            self.account.delete_version(&self.here, &layer("gone"), version).await.unwrap();
        }
        assert!(self.versions(&self.here, &layer("gone")).await.is_empty());
        assert_eq!(self.publish(&self.here, "gone").await.unwrap(), 3);
    }

    async fn deleting_twice_is_deleting_once(&self) {
        self.publish(&self.here, "deleted").await.unwrap();
        self.account.delete_version(&self.here, &layer("deleted"), 1).await.unwrap();
        self.account.delete_version(&self.here, &layer("deleted"), 1).await.unwrap();
        self.account.delete_version(&self.here, &layer("never"), 7).await.unwrap();
        assert!(self.versions(&self.here, &layer("never")).await.is_empty());
    }

    async fn a_version_is_private_until_it_is_made_public(&self) {
        self.publish(&self.here, "public").await.unwrap();
        self.publish(&self.here, "public").await.unwrap();
        assert_eq!(self.account.policy(&self.here, &layer("public"), 1).await.unwrap(), None);
        self.share("public", &public("make_public")).await.unwrap();
        let policy = self.account.policy(&self.here, &layer("public"), 1).await.unwrap();
        assert_eq!(policy::check(policy.as_deref(), &Sharing::Public), Ok(()));
        assert!(policy.unwrap().contains(":layer:contract-public:1\""), "the policy names its version");
        assert_eq!(self.account.policy(&self.here, &layer("public"), 2).await.unwrap(), None, "the other version stays private");
    }

    async fn a_version_is_shared_with_whom_it_says(&self) {
        let organization = Sharing::Organization("o-a1b2c3d4e5".parse().unwrap());
        let accounts = Sharing::Accounts(["123456789012", "210987654321"].map(|account| account.parse().unwrap()).into());
        for (name, sharing, other) in [("organisation", &organization, &accounts), ("accounts", &accounts, &organization)] {
            self.publish(&self.here, name).await.unwrap();
            for statement in sharing.statements() {
                self.share(name, &statement).await.unwrap();
            }
            let policy = self.account.policy(&self.here, &layer(name), 1).await.unwrap();
            assert_eq!(policy::check(policy.as_deref(), sharing), Ok(()), "{policy:?}");
            assert!(policy::check(policy.as_deref(), other).is_err());
            assert!(policy::check(policy.as_deref(), &Sharing::Public).is_err());
        }
    }

    async fn the_layers_of_a_region_are_listed_and_there_is_room_for_more(&self) {
        for name in ["listed-b", "listed-a", "listed-c"] {
            self.publish(&self.here, name).await.unwrap();
        }
        self.account.delete_version(&self.here, &layer("listed-c"), 1).await.unwrap();
        let listed = |layers: Vec<LayerName>| layers.into_iter().filter(|layer| layer.as_str().contains("-listed-")).collect::<Vec<_>>();
        assert_eq!(listed(self.account.list_layers(&self.here).await.unwrap()), [layer("listed-a"), layer("listed-b")]);
        assert_eq!(listed(self.account.list_layers(&self.there).await.unwrap()), []);
        let storage = self.account.storage(&self.here).await.unwrap();
        assert!(storage.used_bytes < storage.limit_bytes, "{storage:?}");
    }

    async fn an_archive_comes_back_as_it_was(&self) {
        self.publish(&self.here, "back").await.unwrap();
        let to = self.folder.join("back-again.zip");
        self.file("back-again.zip", b"in the way");
        self.account.download(&self.here, &layer("back"), 1, &to).await.unwrap();
        assert_eq!(Sha256::of(&std::fs::read(&to).unwrap()), Sha256::of(&emulators::zip("back")));
        assert_eq!(code(self.account.download(&self.here, &layer("back"), 2, &to).await), "ResourceNotFoundException");
    }

    async fn a_statement_cannot_be_added_twice(&self) {
        self.publish(&self.here, "statement").await.unwrap();
        self.share("statement", &public("make_public")).await.unwrap();
        let error = self.share("statement", &public("make_public")).await.unwrap_err();
        assert!(error.is_conflict(), "{error}");
        assert_eq!(error.code(), "ResourceConflictException");
        assert_eq!(code(self.share("statement", &public("not a name")).await), "InvalidParameterValueException");
        self.share("statement", &public("another")).await.unwrap();
    }

    async fn what_is_not_there_is_not_found(&self) {
        self.publish(&self.here, "missing").await.unwrap();
        let missing = layer("missing");
        assert_eq!(code(self.account.get_version(&self.here, &missing, 2).await), "ResourceNotFoundException");
        assert_eq!(code(self.account.get_version(&self.there, &missing, 1).await), "ResourceNotFoundException");
        assert_eq!(self.account.policy(&self.here, &missing, 2).await.unwrap(), None);
        let added = self.account.add_permission(&self.here, &missing, 2, &public("make_public")).await;
        assert_eq!(code(added), "ResourceNotFoundException");
    }

    async fn what_aws_refuses_is_refused_and_makes_no_version(&self) {
        let (file, _) = self.zip("refused");
        let good = request("refused", &file);
        let invalid = "InvalidParameterValueException";
        let with_file = |name: &str, bytes: &[u8]| PublishRequest { content: inline(&self.file(name, bytes)), ..good.clone() };
        let long_description = PublishRequest { description: "x".repeat(limits::DESCRIPTION_MAX_CHARS + 1), ..good.clone() };
        let long_license = PublishRequest { license: "x".repeat(limits::LICENSE_MAX_CHARS + 1), ..good.clone() };
        let many_runtimes = PublishRequest { pythons: vec![good.pythons[0]; limits::RUNTIMES_MAX + 1], ..good.clone() };
        let many_architectures = PublishRequest { architectures: vec![Architecture::Arm64; 3], ..good.clone() };
        let large = with_file("large.zip", b"");
        let Content::Inline(large_archive) = &large.content else { unreachable!() };
        std::fs::File::options().write(true).open(large_archive.file()).unwrap().set_len(limits::INLINE_MAX_BYTES + 1).unwrap();
        for (request, expected) in [
            (long_description, invalid),
            (long_license, invalid),
            (many_runtimes, invalid),
            (many_architectures, invalid),
            (with_file("nothing.zip", b""), invalid),
            (with_file("text.zip", b"this is no archive"), invalid),
            (with_file("cut.zip", &emulators::zip("cut")[..40]), invalid),
            (with_file("empty.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), invalid),
            (with_file("bomb.zip", &with_declared_size(emulators::zip("bomb"), limits::UNZIPPED_MAX_BYTES as u32 + 1)), invalid),
            (large, "RequestEntityTooLargeException"),
        ] {
            assert_eq!(code(self.account.publish_version(&self.here, &request).await), expected, "{request:?}");
        }
        assert!(self.versions(&self.here, &good.layer).await.is_empty());
    }

    async fn an_upload_is_published_from_its_bucket(&self) {
        let (file, sha256) = self.zip("staged");
        let object = self.object("staged/a.zip");
        self.account.stage(&self.here, &object, &Payload::new(&file, sha256)).await.unwrap();
        self.account.stage(&self.here, &object, &Payload::new(&file, sha256)).await.unwrap();
        let request = PublishRequest { content: Content::Staged(object.clone()), ..request("staged", &file) };
        let made = self.account.publish_version(&self.here, &request).await.unwrap();
        assert_eq!((made.version, made.code_sha256), (1, sha256));
        self.account.unstage(&self.here, &object).await.unwrap();
        self.account.unstage(&self.here, &object).await.unwrap();
        let facts = self.account.get_version(&self.here, &request.layer, 1).await.unwrap();
        assert_eq!(facts.code_sha256, sha256, "the version outlives its upload");
    }

    async fn an_upload_takes_the_place_of_another(&self) {
        let object = self.object("replaced.zip");
        for name in ["one", "other"] {
            let (file, sha256) = self.zip(name);
            self.account.stage(&self.here, &object, &Payload::new(&file, sha256)).await.unwrap();
            let request = PublishRequest { content: Content::Staged(object.clone()), ..request("replaced", &file) };
            assert_eq!(self.account.publish_version(&self.here, &request).await.unwrap().code_sha256, sha256);
        }
        self.account.unstage(&self.here, &object).await.unwrap();
    }

    async fn an_upload_that_is_not_what_was_promised_is_refused(&self) {
        let (file, _) = self.zip("digest");
        let object = self.object("digest.zip");
        assert_eq!(code(self.account.stage(&self.here, &object, &Payload::new(&file, Sha256::of(b"other"))).await), "BadDigest");
        let request = PublishRequest { content: Content::Staged(object), ..request("digest", &file) };
        assert_eq!(code(self.account.publish_version(&self.here, &request).await), "NoSuchKey");
    }

    async fn a_bucket_serves_its_own_region_alone(&self) {
        let (file, sha256) = self.zip("elsewhere");
        let elsewhere = StagedObject { bucket: self.buckets[1].to_owned(), key: "elsewhere.zip".to_owned(), owner: self.owner.clone() };
        self.account.stage(&self.there, &elsewhere, &Payload::new(&file, sha256)).await.unwrap();
        let request = PublishRequest { content: Content::Staged(elsewhere.clone()), ..request("elsewhere", &file) };
        assert_eq!(code(self.account.publish_version(&self.here, &request).await), "PermanentRedirect");
        assert_eq!(code(self.account.stage(&self.here, &elsewhere, &Payload::new(&file, sha256)).await), "PermanentRedirect");
        assert!(self.versions(&self.here, &request.layer).await.is_empty());
        self.account.unstage(&self.there, &elsewhere).await.unwrap();
    }

    async fn an_upload_that_is_not_there_cannot_be_published(&self) {
        let (file, sha256) = self.zip("unstaged");
        let object = self.object("unstaged.zip");
        self.account.stage(&self.here, &object, &Payload::new(&file, sha256)).await.unwrap();
        self.account.unstage(&self.here, &object).await.unwrap();
        let request = PublishRequest { content: Content::Staged(object), ..request("unstaged", &file) };
        assert_eq!(code(self.account.publish_version(&self.here, &request).await), "NoSuchKey");
        assert!(self.versions(&self.here, &request.layer).await.is_empty());
    }

    async fn publish(&self, region: &RegionCode, name: &str) -> Result<u64, AccountError> {
        let (file, _) = self.zip(name);
        Ok(self.account.publish_version(region, &request(name, &file)).await?.version)
    }

    async fn share(&self, name: &str, statement: &Statement) -> Result<(), AccountError> {
        self.account.add_permission(&self.here, &layer(name), 1, statement).await
    }

    async fn versions(&self, region: &RegionCode, layer: &LayerName) -> Vec<u64> {
        self.account.list_versions(region, layer).await.unwrap().into_iter().map(|summary| summary.version).collect()
    }

    fn zip(&self, name: &str) -> (PathBuf, Sha256) {
        let bytes = emulators::zip(name);
        (self.file(&format!("{name}.zip"), &bytes), Sha256::of(&bytes))
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        klayers::outside::files::write(&path, bytes, klayers::outside::files::Durability::Process).unwrap();
        path
    }

    fn object(&self, key: &str) -> StagedObject {
        StagedObject { bucket: self.buckets[0].to_owned(), key: key.to_owned(), owner: self.owner.clone() }
    }
}

fn layer(name: &str) -> LayerName {
    format!("contract-{name}").parse().unwrap()
}

fn request(name: &str, file: &Path) -> PublishRequest {
    PublishRequest {
        layer: layer(name),
        description: format!("{name}==1.0 | {}", Sha256::of(name.as_bytes())),
        license: String::new(),
        pythons: vec!["3.13".parse().unwrap()],
        architectures: vec![Architecture::Arm64],
        content: inline(file),
    }
}

/// With the hash that the file has now: what it says otherwise is its account's to find.
fn inline(file: &Path) -> Content {
    Content::Inline(Payload::new(file, Sha256::of(&std::fs::read(file).unwrap())).into())
}

fn public(id: &str) -> Statement {
    Statement { id: id.to_owned(), principal: Principal::Public }
}

fn code<T>(result: Result<T, AccountError>) -> String {
    result.map_or_else(|error| error.code().to_owned(), |_| "no error".to_owned())
}

/// The archive with another size in its directory, so that a large layer need not be made.
fn with_declared_size(mut zip: Vec<u8>, size_bytes: u32) -> Vec<u8> {
    let header = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    zip[header + 24..header + 28].copy_from_slice(&size_bytes.to_le_bytes());
    zip
}

#[tokio::test]
async fn the_local_account_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let account = LocalAccount::open(folder.path(), "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    contract(&account, ["staging-us-east-1", "staging-eu-west-1"]).await;
    contract_of_looking(&account, &LocalReader::open(folder.path())).await;
    drop(account);
    let again = LocalAccount::open(folder.path(), "2026-02-01T00:00:00Z".parse().unwrap()).unwrap();
    contract_of_looking(&again, &LocalReader::open(folder.path())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_keeps_the_contract() {
    let emulator = Emulator::ministack();
    let proxy = FaultProxy::to(&emulator.url());
    let settings = || aws::settings().endpoint_url(proxy.url()).credentials_provider(Credentials::new("123456789012", "secret", None, None, "test"));
    let patience = Patience { tries: 2, first_wait: Duration::from_millis(10), longest_wait: Duration::from_millis(10), doubt: Duration::ZERO };
    let manners = Manners { calls_per_second: 1000, call_limit: Duration::from_secs(30), patience };
    let http = Http::new(Network::Online);
    let buckets = ["staging-us-east-1", "staging-eu-west-1"];
    make_buckets(settings(), buckets).await;
    let account = AwsAccount::open(settings(), manners, http.clone()).await.unwrap();
    contract(&account, buckets).await;
    contract_of_looking(&account, &AwsReader::open(settings(), manners, http).await.unwrap()).await;
    // The emulators take most of what AWS refuses, so we refuse it ourselves, before anybody is asked.
    let asked = proxy.asked();
    let is_published = |name: &str| asked.iter().any(|asked| asked.operation == "PublishLayerVersion" && asked.path.contains(&format!("/contract-{name}/")));
    for name in ["refused", "digest", "unstaged"] {
        assert!(!is_published(name), "{name}");
    }
    assert!(is_published("found"));
}

async fn make_buckets(settings: aws_config::ConfigLoader, [us, eu]: [&str; 2]) {
    let config = settings.load().await;
    for (bucket, region) in [(us, "us-east-1"), (eu, "eu-west-1")] {
        let config = aws_sdk_s3::config::Builder::from(&config).region(aws_config::Region::new(region)).force_path_style(true).build();
        let place = BucketLocationConstraint::from(region);
        let place = CreateBucketConfiguration::builder().location_constraint(place).build();
        let make = aws_sdk_s3::Client::from_conf(config).create_bucket().bucket(bucket);
        let make = if region == "us-east-1" { make } else { make.create_bucket_configuration(place) };
        make.send().await.unwrap();
    }
}

/// Two ways of looking at one account see the same.
async fn contract_of_looking(one: &impl ReadAccount, other: &impl ReadAccount) {
    for name in ["never", "found", "twice", "gone", "public", "refused", "staged"] {
        let (region, layer) = ("us-east-1".parse().unwrap(), layer(name));
        let versions = one.list_versions(&region, &layer).await.unwrap();
        assert_eq!(versions, other.list_versions(&region, &layer).await.unwrap());
        for version in versions.iter().map(|summary| summary.version) {
            let facts = one.get_version(&region, &layer, version).await.unwrap();
            assert_eq!(facts, other.get_version(&region, &layer, version).await.unwrap());
            let policy = one.policy(&region, &layer, version).await.unwrap();
            assert_eq!(policy, other.policy(&region, &layer, version).await.unwrap());
        }
    }
}
