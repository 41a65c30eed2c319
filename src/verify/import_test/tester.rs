//! Runs import tests of one runtime.

use std::path::{Path, PathBuf};

use super::environment::{environment, set_path};
use super::report::Report;
use super::request::{Request, secret_word};
use super::text::{sentence, tail};
use super::unpack::{first_difference, seal, unpack};
use crate::assemble::import_outcome::{Cause, Conditions, Failure, ImportOutcome, Passed, Seconds, Stage};
use crate::domain::Runtime;
use crate::outside::process::{End, Ended};
use crate::outside::sandbox::{Folders, Job, Limits, Packages, Sandbox, Scratch};
use crate::outside::{OutsideError, files};

const DRIVER: &str = concat!(include_str!("checks.py"), include_str!("driver.py"));
const HANDLER: &str = concat!(include_str!("checks.py"), include_str!("handler.py"));
const BOOTSTRAP: &str = include_str!("bootstrap.py");
const CLIENT: &str = include_str!("client.py");

/// One layer to be tested.
#[derive(Debug, Clone)]
pub struct ImportTest<'a> {
    /// The path of the layer's zip.
    pub zip: &'a Path,
    /// What to import, from [`super::import_names`] or the settings; at least one name.
    pub imports: Vec<String>,
    /// An expression over the top-level names of what was imported, which must be true or `None`.
    pub smoke: Option<&'a str>,
}

/// All that tests of one runtime share. Several may run at once.
#[derive(Debug, Clone)]
pub struct Tester {
    /// The runtime whose layers are tested.
    pub runtime: Runtime,
    /// The box that they are imported in.
    pub sandbox: Sandbox,
    /// The folder with boto3 and what it needs, as the runtime has them; without it that part is left out. In
    /// AWS's image the image's own are taken.
    pub sdk: Option<PathBuf>,
    /// The folder with `awslambdaric` and what it needs, for [`Tester::test_with_client`].
    pub client: Option<PathBuf>,
    /// Where layers are unpacked: a folder that other users may enter.
    pub scratch: PathBuf,
    /// What one test may use of the machine.
    pub limits: Limits,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Plain,
    Client,
}

impl Tester {
    /// The plain test: imports the names, looks at the smoke expression, then tries the runtime's SDK.
    ///
    /// # Errors
    /// When the test could not be made. A package that fails is no error.
    pub async fn test(&self, test: &ImportTest<'_>) -> Result<ImportOutcome, OutsideError> {
        self.run(test, Way::Plain).await
    }

    /// The same through AWS's own client and a Runtime API of one invocation.
    ///
    /// # Errors
    /// As [`Tester::test`].
    pub async fn test_with_client(&self, test: &ImportTest<'_>) -> Result<ImportOutcome, OutsideError> {
        self.run(test, Way::Client).await
    }

    async fn run(&self, test: &ImportTest<'_>, way: Way) -> Result<ImportOutcome, OutsideError> {
        let scratch = Scratch::new(&self.scratch)?;
        let folders = scratch.folders(&Packages { runtime: self.sdk.as_deref(), client: self.client.as_deref() });
        unpack(test.zip, &folders.layer)?;
        let is_watched = self.sandbox.shows_writable_folders();
        if is_watched {
            files::make_unwritable(&folders.layer);
        }
        let before = if is_watched { Some(seal(&folders.layer)?) } else { None };

        let word = secret_word();
        let places = self.sandbox.places(&folders);
        let isolation = self.sandbox.isolation();
        let mut request = Request::default();
        set_path(&mut request, self.runtime, &places, isolation);
        request.set("import", &test.imports);
        test.smoke.iter().for_each(|smoke| request.set("smoke", &[smoke]));
        if self.sdk.is_some() || self.sandbox.has_own_packages() {
            request.set("sdk", &["yes"]);
        }
        let (script, input) = prepare(way, &folders, &request, &word)?;
        let environment = environment(self.runtime, &places, isolation);
        let job = Job { folders: &folders, scratch: &scratch, script, environment, input: input.into_bytes(), limits: &self.limits };
        let ended = self.sandbox.run(job).await?;

        let report = Report::read(&ended.stdout, &word);
        let conditions = Conditions {
            isolation,
            network: isolation.network(),
            through_client: way == Way::Client,
            python: report.python.clone().unwrap_or_default(),
            imports: test.imports.clone(),
        };
        if report.python.is_none() {
            let said = if ended.stderr.is_empty() { format!("{:?}", ended.end) } else { sentence(&String::from_utf8_lossy(&ended.stderr)) };
            return Err(OutsideError::Sandbox { isolation, reason: said });
        }
        let outcome = self.judge(report, &ended, conditions);
        let changed = before.map(|before| Ok(first_difference(&before, &seal(&folders.layer)?))).transpose()?.flatten();
        Ok(match (outcome, changed) {
            (ImportOutcome::Passed(Passed { conditions, .. }), Some(path)) => ImportOutcome::Failed(Failure {
                conditions,
                stage: Stage::Layer,
                cause: Cause::Changed,
                module: None,
                missing: None,
                reason: sentence(&format!("it changed `{path}`, which it could not in Lambda")),
                output: tail(&ended.stderr),
            }),
            (outcome, _) => outcome,
        })
    }

    fn judge(&self, report: Report, ended: &Ended, conditions: Conditions) -> ImportOutcome {
        let at = report.at.clone();
        let (stage, module) = at.map_or((Stage::Start, None), |(stage, module)| (stage, some(module)));
        let failed = |stage, cause, module, missing, reason| {
            ImportOutcome::Failed(Failure { conditions: conditions.clone(), stage, cause, module, missing, reason, output: tail(&ended.stderr) })
        };
        let ended_silently = |how: String| {
            let during = module.as_ref().map_or_else(String::new, |module| format!(" while it imported `{module}`"));
            sentence(&format!("{how}{during}"))
        };
        match (report.failed, report.is_done, report.imported) {
            (Some(raised), _, _) => failed(raised.stage, Cause::Raised, some(raised.module), some(raised.missing), raised.reason),
            (None, true, Some((milliseconds, modules))) => {
                ImportOutcome::Passed(Passed { conditions, seconds: Seconds::from_milliseconds(milliseconds), modules, sdk: report.sdk })
            }
            (None, _, _) => match ended.end {
                End::TimeUp => {
                    let reason = ended_silently(format!("it took longer than {} s", self.limits.time.as_secs()));
                    failed(stage, Cause::TimeUp, module.clone(), None, reason)
                }
                End::Exited(code) if code > 128 => {
                    failed(stage, Cause::Ended, module.clone(), None, ended_silently(format!("a signal ended it ({})", code - 128)))
                }
                End::Exited(code) => failed(stage, Cause::Ended, module.clone(), None, ended_silently(format!("it ended without a report (code {code})"))),
                End::Signalled(signal) => failed(stage, Cause::Ended, module.clone(), None, ended_silently(format!("a signal ended it ({signal})"))),
            },
        }
    }
}

/// Writes the scripts of a test. Returns the one that is started, and what it reads.
fn prepare(way: Way, folders: &Folders, request: &Request, word: &str) -> Result<(&'static str, String), OutsideError> {
    let write = |folder: &Path, name: &str, text: &str| files::write_temporary(&folder.join(name), text.as_bytes(), 0o644);
    match way {
        Way::Plain => {
            write(&folders.program, "driver.py", DRIVER)?;
            let mut whole = request.clone();
            whole.set("word", &[word]);
            Ok(("driver.py", whole.to_string()))
        }
        Way::Client => {
            write(&folders.program, "client.py", CLIENT)?;
            write(&folders.program, "bootstrap.py", BOOTSTRAP)?;
            write(&folders.task, "handler.py", HANDLER)?;
            write(&folders.task, "request.txt", &request.to_string())?;
            Ok(("client.py", format!("{word}\n")))
        }
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
