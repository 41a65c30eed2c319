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

use serde_json::{Value, json};

use crate::aws::Emulator;
use crate::common::{Index, Wheel, World};
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

#[test]
fn klayers_publishes_as_the_publisher_alone() {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    world.run(&["plan", "-o", "plan.json"]).exits(0);
    world.run(&["build", "--plan", "plan.json", "-o", "dist"]).exits(0);
    let emulator = Emulator::ministack_with_auth();
    let credentials = script("roles.py", &["credentials", &emulator.url(), ROLES]);
    for role in ["auditor", "expirer"] {
        let said = publish_as(&world, &emulator, &credentials[role]).unwrap_err();
        let refused = format!("klayers-{role}/run-1-1 is not authorized to perform: lambda:PublishLayerVersion with an explicit deny");
        assert!(said.contains("0 published, 0 found there, 6 open") && said.contains(&refused), "{said}");
    }
    // Three runtimes in two regions, each made, made public, and read back.
    let said = publish_as(&world, &emulator, &credentials["publisher"]).unwrap();
    let receipts = world.read("receipts.jsonl");
    assert_eq!(receipts.lines().filter(|line| line.contains("published")).count(), 6, "{said}\n{receipts}");

    let config = world.read("pipeline/config/klayers.toml").replace("prefix = \"Klayers\"", "prefix = \"Other\"");
    world.write("pipeline/config/klayers.toml", &config);
    world.run(&["plan", "-o", "plan.json"]).exits(0);
    world.run(&["build", "--plan", "plan.json", "-o", "dist"]).exits(0);
    let said = publish_as(&world, &emulator, &credentials["publisher"]).unwrap_err();
    assert!(said.contains("0 published, 6 found there, 6 open") && said.contains("AccessDeniedException about `Other-p312-alpha`"), "{said}");
}

/// What `klayers publish` says when it succeeds, or when it does not.
fn publish_as(world: &World, emulator: &Emulator, credentials: &Value) -> Result<String, String> {
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    let mut command = world.command(&["publish", "dist", "--account", "aws", "-o", "receipts.jsonl"]);
    command.env("AWS_ACCESS_KEY_ID", text("AccessKeyId")).env("AWS_SECRET_ACCESS_KEY", text("SecretAccessKey"));
    let output = command.env("AWS_SESSION_TOKEN", text("SessionToken")).env("AWS_ENDPOINT_URL", emulator.url()).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
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
