//! Others push in between, answers are lost, commands are killed, and the host says no.

use std::collections::BTreeSet;
use std::process::Stdio;

use super::service::{Service, scratch};

/// What the rest of `arguments` is done to on the first push alone.
const FIRST_PUSH: &str = r#"first() { case " $* " in *" push "*) [ ! -e "$ROOT/pushed" ] && : > "$ROOT/pushed" ;; *) false ;; esac; }
"#;

#[test]
fn a_push_between_fetch_and_push_only_means_to_do_it_again() {
    let service = Service::new(&["alpha"]);
    let [plan, receipts] = service.publish(None);
    service.competitor("other", "pipeline/config/notes.md", "Notes\n");
    service.put_git(&format!("{FIRST_PUSH}if first \"$@\"; then (cd \"$ROOT/other\" && \"$GIT\" push -q); fi\nexec \"$GIT\" \"$@\""));
    service.commit(&[&receipts, "--plan", &plan]).exits(0).says("somebody else pushed meanwhile").says("Record 3 layers in 2 regions");
    assert_eq!(service.commits(), 3);
    assert_eq!(service.on_branch("pipeline/config/notes.md"), "Notes");
    assert!(service.on_branch("pipeline/ledger/p3.13/alpha/events.jsonl").contains("\"published\""));
    assert_eq!(scratch(&service).len(), 0);
}

#[test]
fn a_push_while_the_host_already_takes_ours_only_means_to_do_it_again() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    service.competitor("other", "pipeline/config/notes.md", "Notes\n");
    let other = service.git("other", &["rev-parse", "HEAD"]);
    let fetch = format!(
        "env -u GIT_DIR -u GIT_QUARANTINE_PATH -u GIT_OBJECT_DIRECTORY git --git-dir=. fetch -q other main:refs/heads/main; git --git-dir=. rev-parse main >&2; : {other}"
    );
    service.script("origin.git/hooks/pre-receive", &format!("cat > received\n[ -e once ] && exit 0\n: > once\n{fetch}\n"));
    service.git("origin.git", &["remote", "add", "other", "../other"]);
    service.commit(&[&receipts]).exits(0).says("somebody else pushed meanwhile");
    assert_eq!(service.commits(), 3);
    assert_eq!(service.origin(&["rev-parse", "main~1"]), other);
}

#[test]
fn three_at_once_all_come_to_the_branch() {
    let names = ["alpha", "beta", "gamma"];
    let service = Service::new(&names);
    let receipts = names.map(|name| service.publish(Some(name))[1].clone());
    let children = receipts.each_ref().map(|receipts| service.command(&[receipts]).stderr(Stdio::null()).spawn().unwrap());
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(service.commits(), 4);
    for name in names {
        for runtime in ["p3.12", "p3.13", "p3.13-arm64"] {
            assert_eq!(service.on_branch(&format!("pipeline/ledger/{runtime}/{name}/events.jsonl")).lines().count(), 1);
        }
    }
    // The last who came rendered all three.
    let listed = service.on_branch("deployments/python3.13/arns/us-east-1.csv");
    assert!(names.iter().all(|name| listed.contains(name)), "{listed}");
}

#[test]
fn killed_before_or_after_any_step_of_git_and_started_again_it_ends_the_same() {
    let service = Service::new(&["alpha"]);
    let [plan, receipts] = service.publish(None);
    let begin = service.origin(&["rev-parse", "main"]);
    let arguments = [receipts.as_str(), "--plan", &plan];
    service.put_git("echo x >> \"$ROOT/calls\"; exec \"$GIT\" \"$@\"");
    service.commit(&arguments).exits(0);
    let steps = service.world.read("calls").lines().count();
    assert!(steps >= 9, "git is called through the path: {steps}");
    let undisturbed = service.origin(&["rev-parse", "main^{tree}"]);
    let mut ends = BTreeSet::new();
    for step in 1..=steps {
        for when in ["before", "after"] {
            service.origin(&["update-ref", "refs/heads/main", &begin]);
            service.world.write("calls", "");
            let (before, after) = if when == "before" { ("kill -9 $PPID", ":") } else { (":", "kill -9 $PPID") };
            service.put_git(&format!(
                "echo x >> \"$ROOT/calls\"\nif [ $(wc -l < \"$ROOT/calls\") = {step} ]; then {before}; \"$GIT\" \"$@\"; {after}; else exec \"$GIT\" \"$@\"; fi"
            ));
            assert_eq!(service.commit(&arguments).code, None, "{when} step {step}");
            // The git that it started may live for a moment longer.
            service.put_git("exec \"$GIT\" \"$@\"");
            service.commit(&arguments).exits(0);
            assert_eq!(service.origin(&["rev-parse", "main^{tree}"]), undisturbed, "{when} step {step}");
            ends.insert(service.outputs()[0].clone());
            assert_eq!(service.commits(), 2, "{when} step {step}");
        }
    }
    service.commit(&arguments).exits(0);
    assert_eq!(scratch(&service).len(), 0, "what the killed ones left is gone");
    assert_eq!(ends.len(), 2, "some were killed before the push and some after: {ends:?}");
}

#[test]
fn an_answer_that_is_lost_means_to_look_whether_it_is_there() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    service.put_git(&format!(
        "{FIRST_PUSH}if first \"$@\"; then \"$GIT\" \"$@\"; echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128; fi\nexec \"$GIT\" \"$@\""
    ));
    service.commit(&[&receipts]).exits(0).says("hung up unexpectedly").says("Record 3 layers in 2 regions");
    assert_eq!(service.outputs()[0], "changed=true");
    assert_eq!(service.commits(), 2);
}

#[test]
fn rules_of_a_branch_are_told_and_not_tried_again() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    let said = "error: GH013: Repository rule violations found for refs/heads/main.";
    service.script("origin.git/hooks/pre-receive", &format!("echo x >> calls\necho '{said}'\nexit 1\n"));
    let ran = service.commit(&[&receipts]).exits(2).says("GH013").says("help: let the workflow's token").says("run this command again with the same files");
    assert!(!ran.stderr.contains("try 1"), "{}", ran.stderr);
    assert_eq!(service.world.read("origin.git/calls"), "x\n");
    assert_eq!(service.commits(), 1);
    assert!(!service.world.path("outputs").exists());
}

#[test]
fn who_may_not_push_is_told_what_the_job_needs() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    let refusal = "remote: Permission to o/r.git denied to github-actions[bot].\nfatal: unable to access: The requested URL returned error: 403";
    service.put_git(&format!("case \" $* \" in *\" push \"*) echo '{refusal}' >&2; exit 128;; esac\nexec \"$GIT\" \"$@\""));
    service.commit(&[&receipts]).exits(2).says("`contents: write`");
}

#[test]
fn nothing_that_a_repository_or_its_owner_set_up_is_run() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    let trap = format!("touch {}", service.world.path("trapped").display());
    for hook in ["pre-commit", "commit-msg", "post-commit", "pre-push", "post-checkout", "reference-transaction"] {
        service.script(&format!(".git/hooks/{hook}"), &trap);
        service.script(&format!("hooks/{hook}"), &trap);
    }
    let hooks = service.world.path("hooks").display().to_string();
    for (name, value) in
        [("core.fsmonitor", trap.as_str()), ("core.sshCommand", &trap), ("core.hooksPath", &hooks), ("filter.trap.clean", &trap), ("filter.trap.smudge", &trap)]
    {
        service.git("", &["config", name, value]);
        service.world.write(".gitconfig", &format!("[core]\n\thooksPath = {hooks}\n\tfsmonitor = {trap}\n"));
    }
    service.git("", &["config", "--unset", "core.hooksPath"]);
    service.commit(&[&receipts]).exits(0).says("Record 3 layers");
    assert!(!service.world.path("trapped").exists());
}
