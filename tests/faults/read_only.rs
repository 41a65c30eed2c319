//! Folders and files that may not be written: told with the path and what to do, and nothing changes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::service::{LEDGER, RECORD, RENDER, RUN, Service, different, program, ran, words};

#[test]
fn what_may_not_be_written_is_named_and_stays_as_it_is() {
    let service = Service::recorded();
    let before = service.files();
    let Some(person) = Person::of(&service) else { return };
    // What is closed, the command that meets it, and whether it is in its way.
    for (closed, arguments) in [
        (".klayers", &RUN[..]),
        (LEDGER, &RUN),
        (".klayers/account", &["publish", "dist", "--account", "local:.klayers/account", "-o", "new.jsonl"]),
        (".klayers/ledger/p3.13/alpha", &RECORD),
        (".klayers/ledger/p3.13/alpha", &["yank", "alpha", "--runtime", "p3.13", "--version", "1.0", "--reason", "x", "--ledger", LEDGER]),
        (".klayers/deployments/python3.13", &RENDER),
        (".klayers/site/api/v2/p3.13/layers/latest/us-east-1", &RENDER),
        (".klayers/stamps", &RENDER),
        (".", &["build", "alpha", "--runtime", "p3.13", "-o", "x.zip"]),
        (".cache/klayers/wheels", &["build", "beta", "--runtime", "p3.13", "-o", "new/x.zip"]),
    ] {
        service.put_back(&before);
        if closed.ends_with("alpha") {
            // Nothing is recorded twice, so there is something to add.
            let events = format!("{LEDGER}/p3.13/alpha/events.jsonl");
            let first = service.world.read(&events).split_inclusive('\n').next().unwrap().to_owned();
            service.world.write(&events, &first);
        }
        if closed.starts_with(".cache") {
            // What is there is not written.
            klayers::outside::files::remove_dir(&service.world.path(closed)).unwrap();
        }
        klayers::outside::files::create_dir(&service.world.path(closed)).unwrap();
        person.owns(&service);
        let at_first = service.files();
        let mode = |mode| std::fs::set_permissions(service.world.path(closed), std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o555);
        let ran = person.runs(&service, arguments);
        mode(0o755);
        let story = format!("{arguments:?} with `{closed}` closed: {:?}\n{}{}", ran.code, ran.stdout, ran.stderr);
        assert_eq!(ran.code, Some(2), "{story}");
        assert!(ran.stderr.contains("Permission denied") && ran.stderr.contains("\nhelp: "), "{story}");
        assert!(ran.stderr.contains(closed.trim_start_matches("./").split('/').next_back().unwrap()), "{story}");
        let end = service.files();
        let changed = different(&end, &at_first).into_iter().filter(|path| path.parent() == Some(Path::new(closed))).collect::<Vec<_>>();
        assert!(changed.is_empty(), "{story}{changed:?}");
    }
}

/// Somebody whom modes bind.
enum Person {
    /// Us.
    Same,
    /// Root is bound by none, so it becomes nobody.
    Nobody,
}

impl Person {
    fn of(service: &Service) -> Option<Self> {
        let file = service.world.path(".cache/mode");
        klayers::outside::files::write(&file, b"", klayers::outside::files::Durability::Process).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o0)).unwrap();
        if std::fs::File::open(&file).is_err() {
            return Some(Self::Same);
        }
        Self::Nobody.owns(service);
        let reached = Self::Nobody.command(service, &["--version"]).output().is_ok_and(|output| output.status.success());
        if !reached {
            eprintln!("skipped: this is root, whom modes do not bind, and nobody else may run the program under test");
        }
        reached.then_some(Self::Nobody)
    }

    fn owns(&self, service: &Service) {
        if matches!(self, Self::Nobody) {
            let output = program(&service.world, "chown").args(["-R", "65534:65534"]).arg(service.world.path("")).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }

    fn command(&self, service: &Service, arguments: &[&str]) -> Command {
        let words = words(&service.world, arguments);
        match self {
            Self::Same => {
                let mut command = program(&service.world, &words[0]);
                command.args(&words[1..]);
                command
            }
            Self::Nobody => {
                let mut command = program(&service.world, "setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).args(words);
                command
            }
        }
    }

    fn runs(&self, service: &Service, arguments: &[&str]) -> super::common::Ran {
        ran(&self.command(service, arguments).output().unwrap())
    }
}
