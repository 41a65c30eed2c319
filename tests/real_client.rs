//! The one test of layers that asks the real package index: AWS's own client of the Runtime API and the SDK of the
//! runtime, around a layer that imports and one that does not.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "import_test/boxes.rs"]
mod boxes;
mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use boxes::{Layer, failed, passed, testers};
use klayers::outside::http::Network;
use klayers::outside::process::Program;
use klayers::resolve::Uv;
use klayers::verify::import_test::{RuntimeSdk, Stage, Tester};

/// Installs wheels as they are, for the interpreter of `tester`.
async fn install(tester: &Tester, requirements: &[String], folder: &Path) -> PathBuf {
    let uv = Uv::find(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools"), Network::Online).await.unwrap();
    let home = tester.sandbox.home().unwrap();
    let arguments = ["pip", "install", "--quiet", "--only-binary", ":all:", "--no-config", "--python", home.program.to_str().unwrap(), "--target"];
    let program = Program::new(uv.program().to_str().unwrap()).arguments(arguments).arguments([folder.to_str().unwrap()]).arguments(requirements);
    let output = program.environment("UV_PYTHON_DOWNLOADS", "never").time_limit(Duration::from_secs(240)).run().await.unwrap();
    assert!(output.succeeded(), "{}", output.stderr);
    folder.to_owned()
}

#[tokio::test]
async fn real_client_and_real_sdk_agree_with_the_plain_test() {
    let packages = tempfile::Builder::new().permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755)).tempdir().unwrap();
    // The strictest box is enough: the others differ in what is around it.
    let tester = testers().await.swap_remove(0);
    let sdk = RuntimeSdk::of(tester.runtime.python).unwrap();
    let folder = install(&tester, &sdk.requirements(), &packages.path().join("sdk")).await;
    let client = install(&tester, &["awslambdaric".to_owned()], &packages.path().join("client")).await;
    let tester = Tester { sdk: Some(folder), client: Some(client), ..tester };

    let good = Layer::of("import json\nvalue = json.loads('1')");
    let plain = good.test_with(&tester, &["subject"], Some("subject.value == 1")).await;
    let through_client = good.test_with_client(&tester, &["subject"], Some("subject.value == 1")).await;
    assert!(plain.agrees_with(&through_client));
    let found = passed(plain).sdk;
    assert!(found.iter().any(|package| package.name == "boto3" && package.version == sdk.boto3 && !package.is_the_layers), "{found:?}");
    assert_eq!(passed(through_client).sdk, found);

    let shadows = Layer::new(&[("subject.py", ""), ("urllib3/__init__.py", "__version__ = '0.1'\n")]);
    let failure = failed(shadows.test(&tester).await);
    assert_eq!(failure.stage, Stage::Sdk, "{failure:?}");
    assert_eq!(failed(shadows.test_with_client(&tester, &["subject"], None).await).stage, Stage::Sdk);

    let bad = Layer::of("import not_there");
    let plain = bad.test(&tester).await;
    let through_client = bad.test_with_client(&tester, &["subject"], None).await;
    assert!(plain.agrees_with(&through_client));
    let failure = failed(through_client);
    assert_eq!((failure.stage, failure.missing.as_deref()), (Stage::Import, Some("not_there")), "{failure:?}");
}
