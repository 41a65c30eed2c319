//! `cdk-klayers` as it is published, with the real CDK around it. Only its base URL is told.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::common::Server;
use crate::common::world::path_with_uv;
use crate::python::python_with;
use crate::service::{Service, arn};

const PACKAGES: [&str; 3] = ["cdk-klayers==0.3.0", "aws-cdk-lib==2.275.0", "requests==2.34.2"];
/// The package and what becomes of it: an ARN, or the client's own error.
type Case<'a> = (&'a str, Option<&'a str>, &'a str, &'a str, Value);

#[test]
fn a_stack_synthesises_with_the_layers_of_the_site() {
    let service = Service::run();
    let servers = service.servers();
    let latest = |region, infix, name, number| json!([arn(region, infix, name, number)]);
    let none = || json!("LayerNameDoesNotExists");
    let cases: [Case<'_>; 13] = [
        ("python3.13", None, "beta", "latest", latest("us-east-1", "p313", "beta", 3)),
        ("python3.13", Some("eu-west-1"), "Pillow", "latest", latest("eu-west-1", "p313", "Pillow", 1)),
        ("python3.13", None, "Zope.Interface", "latest", latest("us-east-1", "p313", "Zope-Interface", 1)),
        ("python3.12", None, "beta", "2", latest("us-east-1", "p312", "beta", 2)),
        // The client does not know of architectures, but puts what it is given into the address.
        ("python3.13-arm64", Some("eu-west-1"), "beta", "latest", latest("eu-west-1", "p313-arm64", "beta", 3)),
        ("python3.13-arm64", None, "beta", "1", latest("us-east-1", "p313-arm64", "beta", 1)),
        // What it cannot find.
        ("python3.13", None, "no-such-package", "latest", none()),
        ("python3.13", None, "pillow", "latest", none()),
        // Nothing was ever published in a paused region, nor for a retired runtime: both answer `[]`.
        ("python3.13", Some("me-south-1"), "beta", "latest", none()),
        ("python3.8", None, "beta", "latest", none()),
        // Its own bugs: it names an error that it does not have, and reads a page as JSON.
        ("python3.13", None, "beta", "newest", json!("AttributeError")),
        ("python3.7", None, "beta", "latest", json!("JSONDecodeError")),
        ("python3.13", Some("xx-none-1"), "beta", "latest", json!("JSONDecodeError")),
    ];
    let wanted: Vec<Value> = cases.iter().map(|case| case.4.clone()).collect();
    // One process for all: starting node and the CDK takes nearly all of the time.
    let outcomes = synthesised(&servers, &cases);
    for (server, outcomes) in servers.iter().zip(outcomes.chunks(cases.len())) {
        assert_eq!(outcomes, wanted, "{}", server.address);
    }
    assert_eq!(outcomes.len(), servers.len() * cases.len());
}

#[expect(clippy::disallowed_methods, reason = "the client under test")]
fn synthesised(servers: &[Server], cases: &[Case<'_>]) -> Vec<Value> {
    let asked = |server: &Server, (runtime, region, package, version, _): &Case<'_>| {
        let base_url = format!("{}api/v2", server.address);
        json!({"base_url": base_url, "runtime": runtime, "region": region, "package": package, "version": version})
    };
    let input: Value = servers.iter().flat_map(|server| cases.iter().map(move |case| asked(server, case))).collect();
    let input = input.to_string();
    let output = tempfile::tempdir().unwrap();
    let mut command = Command::new(python_with(&PACKAGES));
    command.args([Path::new("tests/clients/stack.py"), output.path()]);
    command.env_clear().env("PATH", path_with_uv()).env("HOME", output.path()).env("TMPDIR", output.path()).env("PYTHONDONTWRITEBYTECODE", "1");
    // The code of the CDK that runs in node is unpacked once.
    command.env("JSII_RUNTIME_PACKAGE_CACHE_ROOT", Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools/jsii"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&ran.stdout)))
}
