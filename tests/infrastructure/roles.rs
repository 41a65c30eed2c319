//! The roles in emulators of AWS: who gets in, and what each may do there.
//!
//! Neither emulator checks all, so there are two, and what each lets pass is written down:
//!
//! - ministack makes the roles by its CloudFormation, refuses tokens, and looks at resources. Of a token it knows `aud` and
//!   `sub` only. It takes every reading of a layer for `ListLayers` and every writing for `PublishLayerVersion`, and asks
//!   nobody's permission for deleting, for `RemoveLayerVersionPermission` and for `GetAccountSettings`.
//! - moto knows every action by its name and looks at no resource, at no trust and at no condition.
//! - ministack's `SimulateCustomPolicy` has both names and resources; it is asked about the documents as they are.

use std::collections::BTreeMap;

use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_lambda::error::ProvideErrorMetadata as _;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::LayerVersionContentInput;
use serde_json::{Value, json};

use crate::aws::Emulator;
use crate::python::{ROLES, script};

/// Which roles may do what, by the names in calls.py.
const LAYERS: [(&str, &[&str]); 17] = [
    ("publish", &["publisher"]),
    ("publish under another name", &[]),
    ("make public", &["publisher"]),
    ("make public what has another name", &[]),
    ("get", &["publisher", "expirer", "auditor"]),
    ("get what has another name", &[]),
    ("get its policy", &["publisher", "auditor"]),
    ("list its versions", &["publisher", "auditor"]),
    ("list layers", &["auditor"]),
    ("get account settings", &["publisher", "auditor"]),
    ("make private", &[]),
    ("delete", &["expirer"]),
    ("delete what has another name", &[]),
    ("create a function", &[]),
    ("list functions", &[]),
    ("list roles", &[]),
    ("change its own role", &[]),
];
const BUCKETS: [(&str, &[&str]); 7] = [
    ("stage", &["publisher"]),
    ("look at what is staged", &["publisher"]),
    ("look at what is not", &["publisher"]),
    ("unstage", &["publisher"]),
    ("stage in another bucket", &[]),
    ("make the bucket public", &[]),
    ("delete the bucket", &[]),
];
/// What ministack lets pass that AWS would refuse.
const MINISTACK_LETS_PASS: [(&str, &[&str]); 7] = [
    // It asks about `ListLayers` here, which roles.py gives all roles for our layers, and the auditor has for all.
    ("get what has another name", &["auditor"]),
    ("get its policy", &["expirer"]),
    ("list its versions", &["expirer"]),
    ("get account settings", &["expirer"]),
    ("make private", &["publisher", "expirer", "auditor"]),
    ("delete", &["publisher", "auditor"]),
    ("delete what has another name", &["publisher", "expirer", "auditor"]),
];
const MOTO_LETS_PASS: [(&str, &[&str]); 4] = [
    ("publish under another name", &["publisher"]),
    ("make public what has another name", &["publisher"]),
    ("get what has another name", &["publisher", "expirer", "auditor"]),
    ("delete what has another name", &["expirer"]),
];
const ROLE_NAMES: [&str; 3] = ["publisher", "expirer", "auditor"];

/// Per role and call: how it went.
type Outcomes = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn ministack_lets_a_role_do_its_job_and_no_other() {
    let emulator = Emulator::ministack_with_auth();
    let report = script("roles.py", &["ministack", &emulator.url(), ROLES]);
    assert_eq!(report["documents are as expected"], true);

    // It does not know the claims `repository_id`, `environment` and `ref`, so that as they are, nobody gets in.
    assert_eq!(report["login by the trust as it is"], "refused");
    let logins: BTreeMap<String, String> = serde_json::from_value(report["logins"].clone()).unwrap();
    let let_in: Vec<&String> = logins.iter().filter(|(_, outcome)| *outcome == "allowed").map(|(name, _)| name).collect();
    assert_eq!(let_in, ["sub with names", "sub with numbers"]);
    assert!(logins.len() == 12 && logins.values().filter(|outcome| *outcome == "refused").count() == 10, "{logins:?}");

    let layers = expected(&LAYERS, &MINISTACK_LETS_PASS);
    assert_eq!(outcomes(&report["layers"]), layers);
    let mut buckets = expected(&BUCKETS, &[]);
    // Not `403`: the publisher has to know an absent upload from one that it may not see.
    buckets.get_mut("publisher").unwrap().insert("look at what is not".to_owned(), "404".to_owned());
    assert_eq!(outcomes(&report["buckets"]), buckets);

    assert_eq!(report["evaluated"], evaluated());
}

#[test]
fn moto_lets_a_role_do_its_job_and_no_other() {
    let emulator = Emulator::moto();
    let report = script("roles.py", &["moto", &emulator.url(), ROLES]);
    let mut layers = expected(&LAYERS, &MOTO_LETS_PASS);
    for of_role in layers.values_mut() {
        // It has no such call.
        of_role.insert("get account settings".to_owned(), "404".to_owned());
    }
    assert_eq!(outcomes(&report["layers"]), layers);
}

#[tokio::test]
async fn the_sdk_publishes_as_the_publisher_alone() {
    let emulator = Emulator::ministack_with_auth();
    let credentials = script("roles.py", &["credentials", &emulator.url(), ROLES]);
    for (role, layer, expected) in [
        ("publisher", "Klayers-p313-alpha", Ok(1)),
        ("publisher", "somebody-elses-layer", Err("AccessDeniedException")),
        ("expirer", "Klayers-p313-alpha", Err("AccessDeniedException")),
        ("auditor", "Klayers-p313-alpha", Err("AccessDeniedException")),
    ] {
        let published = publish(&emulator, &credentials[role], layer).await;
        assert_eq!(published, expected.map_err(str::to_owned), "{role} {layer}");
    }
}

async fn publish(emulator: &Emulator, credentials: &Value, layer: &str) -> Result<i64, String> {
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    let credentials = Credentials::new(text("AccessKeyId"), text("SecretAccessKey"), Some(text("SessionToken")), None, "test");
    let config = aws_sdk_lambda::Config::builder().behavior_version(BehaviorVersion::latest()).region(Region::new("eu-west-1"));
    let client = aws_sdk_lambda::Client::from_conf(config.credentials_provider(credentials).endpoint_url(emulator.url()).build());
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("python/alpha.py", zip::write::SimpleFileOptions::default()).unwrap();
    let content = LayerVersionContentInput::builder().zip_file(Blob::new(zip.finish().unwrap().into_inner())).build();
    let published = client.publish_layer_version().layer_name(layer).content(content).send().await;
    published.map(|published| published.version()).map_err(|error| error.code().unwrap_or_default().to_owned())
}

fn outcomes(report: &Value) -> Outcomes {
    serde_json::from_value(report.clone()).unwrap()
}

fn expected(calls: &[(&str, &[&str])], let_pass: &[(&str, &[&str])]) -> Outcomes {
    let is_in = |table: &[(&str, &[&str])], call: &str, role: &str| table.iter().any(|(named, roles)| *named == call && roles.contains(&role));
    let outcome = |role: &str, call: &str| if is_in(calls, call, role) || is_in(let_pass, call, role) { "allowed" } else { "refused" };
    let of_role = |role: &str| calls.iter().map(|(call, _)| ((*call).to_owned(), outcome(role, call).to_owned())).collect();
    ROLE_NAMES.iter().map(|role| ((*role).to_owned(), of_role(role))).collect()
}

/// What each role may do to a layer and to a version of ours, to those of others, and in the account.
fn evaluated() -> Value {
    let lambda = |names: &[&str]| names.iter().map(|name| format!("lambda:{name}")).collect::<Vec<_>>();
    let look_around = ["GetAccountSettings", "ListLayerVersions"];
    let publisher = ["AddLayerVersionPermission", "GetAccountSettings", "GetLayerVersion", "GetLayerVersionPolicy", "ListLayerVersions", "PublishLayerVersion"];
    let auditor = ["GetAccountSettings", "GetLayerVersion", "GetLayerVersionPolicy", "ListLayerVersions", "ListLayers"];
    let expirer = ["DeleteLayerVersion", "GetLayerVersion"];
    let of_role = |ours: &[&str], others: &[&str]| {
        let (ours, others) = (lambda(ours), lambda(others));
        json!({ "layer": ours, "version": ours, "version of another name": others, "version of another account": others, "account": others })
    };
    json!({
        "publisher": of_role(&publisher, &look_around),
        "expirer": of_role(&expirer, &[]),
        "auditor": of_role(&auditor, &["GetAccountSettings", "ListLayerVersions", "ListLayers"]),
    })
}
