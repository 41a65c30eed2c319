//! Containers, by a program that only pretends to be Docker: it writes down what it is asked for, and runs the script
//! among the files of this machine. What a real container does is not tested here.

use std::time::Duration;

use klayers::outside::OutsideError;
use klayers::outside::sandbox::{Docker, Isolation, Limits, Network, Sandbox};
use klayers::verify::import_test::{Cause, ImportOutcome, ImportTest, Stage, Tester};

use super::boxes::{Layer, failed, testers};

/// Finds the folder of scripts among the mounts.
const RUN: &str = r#"
for word in "$@"; do
    case $word in type=bind,source=*,target=/var/klayers,readonly) folder=${word#type=bind,source=}; folder=${folder%%,*} ;; esac
done
echo 'this is not Docker' >&2
exec "$PYTHON" -I -S "$folder/driver.py"
"#;

struct Fake {
    folder: tempfile::TempDir,
    tester: Tester,
}

impl Fake {
    /// What it does when it is asked to run something.
    async fn new(run: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tester = testers().await.swap_remove(0);
        let python = tester.sandbox.home().unwrap().program.display().to_string();
        let log = folder.path().join("log").display().to_string();
        let script = format!("#!/bin/sh\necho \"$@\" >>'{log}'\n[ \"$1\" = run ] || exit 0\nPYTHON='{python}'\n{run}");
        let program = folder.path().join("docker");
        klayers::outside::files::write_temporary(&program, script.as_bytes(), 0o755).unwrap();
        let docker = Docker { program: program.display().to_string(), ..Docker::of(tester.runtime) };
        let limits = Limits { time: Duration::from_secs(5), ..Limits::default() };
        let tester = Tester { sandbox: Sandbox::docker(docker), limits, scratch: folder.path().join("scratch"), ..tester };
        Self { folder, tester }
    }

    async fn test(&self, smoke: Option<&str>) -> Result<ImportOutcome, OutsideError> {
        let layer = Layer::of("");
        let zip = layer.zip();
        self.tester.test(&ImportTest { zip: &zip, imports: vec!["json".to_owned()], smoke }).await
    }

    /// What it was asked for.
    fn log(&self) -> Vec<String> {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap().lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn the_report_comes_through_and_the_container_is_removed() {
    let fake = Fake::new(RUN).await;
    let failure = failed(fake.test(Some("json.loads('1')")).await.unwrap());
    // The image has the SDK, this machine has not.
    assert_eq!((failure.stage, failure.missing.as_deref()), (Stage::Sdk, Some("boto3")), "{failure:?}");
    assert_eq!(failure.output.first().map(String::as_str), Some("this is not Docker"));
    assert_eq!((failure.conditions.isolation, failure.conditions.network), (Isolation::Docker, Network::Cut));
    let log = fake.log();
    assert_eq!(log.len(), 2);
    let name = log[0].split(' ').skip_while(|word| *word != "--name").nth(1).unwrap();
    assert_eq!(log[1], format!("rm --force {name}"));
    assert!(log[0].contains("--network none") && log[0].contains("target=/opt,readonly") && log[0].contains("--env AWS_REGION=us-east-1"));
}

#[tokio::test]
async fn a_container_that_does_not_end_is_ended() {
    let fake = Fake::new(RUN).await;
    let failure = failed(fake.test(Some("__import__('time').sleep(3600)")).await.unwrap());
    assert_eq!((failure.stage, failure.cause), (Stage::Smoke, Cause::TimeUp));
    assert!(fake.log()[1].starts_with("rm --force klayers-"));
}

#[tokio::test]
async fn without_a_daemon_nothing_is_said_of_the_layer() {
    let fake = Fake::new("echo 'Cannot connect to the Docker daemon' >&2\nexit 125").await;
    let error = fake.test(None).await.unwrap_err();
    assert!(matches!(error, OutsideError::Sandbox { isolation: Isolation::Docker, .. }));
    assert_eq!(error.to_string(), "cannot start a program in a container: Cannot connect to the Docker daemon");
    let missing = Docker { program: fake.folder.path().join("none").display().to_string(), ..Docker::of(fake.tester.runtime) };
    let tester = Tester { sandbox: Sandbox::docker(missing), ..fake.tester.clone() };
    let layer = Layer::of("");
    let test = ImportTest { zip: &layer.zip(), imports: Vec::new(), smoke: None };
    assert!(matches!(tester.test(&test).await, Err(OutsideError::Start { .. })));
}
