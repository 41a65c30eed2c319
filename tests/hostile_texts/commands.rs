//! Every command, over what strangers wrote: nothing of it steers a terminal, and nothing of it is a command in a job's log.

use crate::common::{Index, Ran, Wheel, World, git};
use crate::said::{Form, NASTY, harmless, joined};
use crate::service::{package, service};

/// What can be a line of `METADATA` with what follows it.
fn header(text: &str) -> String {
    text.replace(['\n', '\r'], "\n        ")
}

#[test]
fn all_commands_over_a_service_of_strangers() {
    let world = service();
    world.write("deployments/python3.13/old.md", "x");
    for form in Form::ALL {
        let run = |arguments: &[&str]| {
            let ran = world.run(&[arguments, form.arguments()].concat());
            harmless(&ran, form, arguments[0]);
            ran
        };
        run(&["check"]).exits(0);
        run(&["render", "--check"]).exits(4);
        run(&["plan", "-o", "plan.json", "--offline"]);
        run(&["expire", "--account", "local:account", "--dry-run"]);
        run(&["audit", "--account", "local:account"]);
        run(&["adopt", "--account", "local:account", "--dry-run"]);
        run(&["yank", &package(1), "--runtime", "p3.13", "--reason", "x"]);
        run(&["yank", &package(2), "--runtime", "p3.13", "--version", "9"]);
        run(&["deploy", "pages"]);
        run(&["doctor", "--offline"]);
        run(&["papers", "dist"]);
    }
    for (number, text) in joined().iter().enumerate() {
        let ran = world.run(&["yank", &package(number), "--runtime", "p3.12", "--version", "3.0+x_y-z", &format!("--reason={text}")]);
        harmless(&ran, Form::Text, "yank");
    }
    harmless(&world.run(&["check"]).exits(0), Form::Text, "check");
}

#[test]
fn a_catalogue_that_is_wrong_in_every_row() {
    let world = World::new(&[]);
    let quoted = |text: &str| text.replace('"', "\"\"");
    let rows: Vec<String> =
        NASTY.iter().flat_map(|text| [format!("\"{}\",MIT,", quoted(text)), format!("\"alpha[{}]\",MIT,", quoted(text)), format!("{text},x,y")]).collect();
    world.packages(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let regions: String = NASTY.iter().map(|text| format!("\"{t}\",\"{t}\",\"{t}\"\nus-east-1,x,\"{t}\"\n", t = quoted(text))).collect();
    world.write("pipeline/config/regions.csv", &format!("Code,Name,State\n{regions}"));
    for (number, text) in NASTY.iter().enumerate() {
        let name = text.replace(['/', '\u{0}'], "-");
        world.write(&format!("pipeline/ledger/{number}{name}/x/events.jsonl"), "x");
        world.write(&format!("pipeline/ledger/p3.13/{number}{name}/events.jsonl"), "x");
    }
    for form in Form::ALL {
        for arguments in [
            &["check"][..],
            &["render"],
            &["plan", "-o", "plan.json"],
            &["run"],
            &["record", "none"],
            &["expire", "--account", "local:a"],
            &["doctor", "--offline"],
        ] {
            harmless(&world.run(&[arguments, form.arguments()].concat()), form, arguments[0]);
        }
        let told: usize = match form {
            Form::Json => serde_json::from_str::<Vec<serde_json::Value>>(&world.run(&["check", "--format", "json"]).stdout).unwrap().len(),
            Form::Annotations => world.run(&["check", "--format", "github"]).stdout.lines().count(),
            Form::Text | Form::Coloured => continue,
        };
        assert!(told > 5 * NASTY.len(), "{told} problems");
    }
    for text in NASTY {
        let toml = format!(
            "prefix = {0}\nretention_days = 1\n[site]\naddress = {0}\nrepository = {0}\n[runtime.{0}]\nstate = {0}\npackages = [{0}]\n",
            serde_json::json!(text)
        );
        for settings in [toml, format!("{text}\n"), format!("prefix = \"K\"\n[package.{}]\nallow = [{}]\n", serde_json::json!(text), serde_json::json!(text))] {
            world.write("pipeline/config/klayers.toml", &settings);
            harmless(&world.run(&["check"]).exits(1), Form::Text, &settings);
        }
    }
}

#[test]
fn packages_that_say_all_of_it() {
    let index = Index::start();
    let mut names = Vec::new();
    for (number, text) in NASTY.iter().enumerate() {
        let said = header(text);
        let name = format!("pkg{number}");
        let fields =
            ["Summary", "Home-page", "Author", "Author-email", "Maintainer", "Keywords", "Classifier", "Project-URL", "License-File", "Provides-Extra"];
        let wheel =
            fields.iter().fold(Wheel::new(&name, "1.0").metadata(&format!("License: {said}")), |wheel, field| wheel.metadata(&format!("{field}: {said}")));
        let wheel = wheel.info_file("entry_points.txt", &format!("[console_scripts]\nrun = {text}\n{text} = a:b\n"));
        index.add(&wheel.file(&format!("pkg{number}/{}.pth", number), *text));
        names.push(name);
        // A wheel that is refused for a name in it.
        let bad = format!("bad{number}");
        index.add(&Wheel::new(&bad, "1.0").file(&format!("bad{number}/{}", text.replace('\u{0}', "")), "x"));
        names.push(bad);
        // One whose record lies about it.
        let lies = format!("lies{number}");
        index.add(&Wheel::new(&lies, "1.0").false_record(text, b"else"));
        names.push(lies);
        let vulnerability = serde_json::json!([{"id": text, "aliases": [text], "details": text, "summary": text, "link": text, "source": text, "fixed_in": [text], "withdrawn": null}]);
        index.report(&format!("pkg{number}"), "1.0", vulnerability);
    }
    index.add(&Wheel::new("wants", "1.0").requires("pkg0 @ file:///\u{1b}[2J"));
    names.extend(["wants".to_owned(), "missing".to_owned()]);
    let rows: Vec<String> = names.iter().map(|name| format!("{name},,")).collect();
    let world = World::with_index(&rows.iter().map(String::as_str).collect::<Vec<_>>(), &index);
    let run = |arguments: &[&str], form: Form| -> Ran {
        let ran = world.run(&[arguments, form.arguments()].concat());
        harmless(&ran, form, arguments[0]);
        ran
    };
    run(&["plan", "--runtime", "p3.13", "--shards", "1", "-o", "plan.json"], Form::Text);
    run(&["build", "--plan", "plan.json", "--shard", "0", "-o", "dist"], Form::Annotations);
    let built = run(&["build", "--plan", "plan.json", "--shard", "0", "-o", "dist"], Form::Text);
    for form in Form::ALL {
        run(&["verify", "dist"], form);
    }
    run(&["publish", "dist", "--account", "local:account", "-o", "receipts.jsonl"], Form::Text).exits(0);
    run(&["record", "receipts.jsonl"], Form::Text).exits(0);
    run(&["adopt", "--account", "local:account", "--ledger", "other"], Form::Text);
    run(&["render"], Form::Text).exits(0);
    run(&["deploy", "pages"], Form::Text).exits(0);
    run(&["run", "--runtime", "p3.13"], Form::Coloured);
    let recorded = world.path("pipeline/ledger/p3.13");
    let lacking: Vec<usize> = (0..NASTY.len()).filter(|number| !recorded.join(format!("pkg{number}/events.jsonl")).exists()).collect();
    assert!(lacking.is_empty(), "what is only ugly is published, and these are not: {lacking:?}\n{}", built.stderr);
}

#[test]
fn what_other_jobs_left_is_not_believed() {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    world.run(&["build", "alpha", "--runtime", "p3.13", "-o", "dist"]).exits(0);
    let layer = "Klayers-p313-alpha";
    let manifest = world.read(&format!("dist/{layer}.json"));
    let fields: Vec<String> = world.json(&format!("dist/{layer}.json")).as_object().unwrap().keys().cloned().collect();
    for (number, text) in joined().iter().enumerate() {
        for field in &fields {
            let mut changed: serde_json::Value = serde_json::from_str(&manifest).unwrap();
            changed[field.as_str()] = if field == "warnings" { serde_json::json!([text]) } else { serde_json::json!(text) };
            world.write(&format!("dist/{layer}.json"), &changed.to_string());
            harmless(&world.run(&["verify", "dist"]), Form::Text, field);
        }
        world.write(&format!("dist/{layer}.json"), text);
        for form in Form::ALL {
            harmless(&world.run(&[&["verify", "dist"], form.arguments()].concat()).exits(1), form, "verify");
        }
        world.write("receipts.jsonl", &format!("{text}\n"));
        harmless(&world.run(&["record", "receipts.jsonl"]).exits(1), Form::Text, "record");
        world.write("plan.json", &serde_json::json!({"schema": 2, (text.as_str()): text}).to_string());
        harmless(&world.run(&["build", "--plan", "plan.json", "--shard", "0", "-o", "other"]).exits(2), Form::Text, "build");
        let name = text.replace('/', "-").chars().take(80).collect::<String>();
        world.write(&format!("dist-{number}/{name}.zip"), "x");
        for form in Form::ALL {
            harmless(&world.run(&[&["verify", &format!("dist-{number}")], form.arguments()].concat()), form, "verify");
        }
    }
}

#[test]
fn arguments_and_variables_are_texts_as_well() {
    let world = World::new(&["alpha"]);
    git(&world, &["init", "--quiet"]);
    for text in &joined() {
        let command_lines: [&[&str]; 16] = [
            &[text],
            &["check", text],
            &["check", "--base", text],
            &["check", "--format", text],
            &["check", "--root", text],
            &["build", text, "--runtime", "p3.13"],
            &["build", "alpha", "--runtime", text],
            &["build", "--plan", text, "--shard", "0"],
            &["verify", text],
            &["publish", "dist", "--account", text],
            &["record", text],
            &["yank", "alpha", "--runtime", "p3.13", "--version", text],
            &["yank", text, "--runtime", "p3.13"],
            &["deploy", text],
            &["serve", text],
            &["render", "--today", text],
        ];
        for arguments in command_lines {
            harmless(&world.run(arguments), Form::Text, &format!("{arguments:?}"));
        }
        let variables = [
            "KLAYERS_LOG",
            "KLAYERS_FORMAT",
            "KLAYERS_ROOT",
            "GITHUB_REPOSITORY",
            "GITHUB_API_URL",
            "GITHUB_EVENT_PATH",
            "KLAYERS_NEEDS",
            "GITHUB_WORKFLOW",
            "UV_DEFAULT_INDEX",
        ];
        for variable in variables {
            for arguments in [&["check"][..], &["github", "incident"], &["pr", "comment", "--report", "x"], &["github", "rebuild", "--workflow", "x.yml"]] {
                let output = world.command(arguments).env("GITHUB_TOKEN", "x").env(variable, text).output().unwrap();
                let said = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                let ran = Ran { code: output.status.code(), stdout: said(&output.stdout), stderr: said(&output.stderr) };
                harmless(&ran, Form::Text, &format!("{variable} {arguments:?}"));
            }
        }
    }
}

#[test]
fn help_the_manual_and_a_reader_that_stops_are_as_before() {
    let world = World::new(&["alpha"]);
    assert!(world.run(&["--help"]).exits(0).stdout.contains("Usage: klayers"));
    assert!(world.run(&["--version"]).exits(0).stdout.starts_with("klayers "));
    assert!(world.run(&["completions", "bash"]).exits(0).stdout.contains("klayers"));
    assert!(world.run(&["nothing"]).exits(2).stderr.starts_with("error: unrecognized subcommand"));
    if cfg!(target_os = "linux") {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = world.command(&["man"]).stdout(full).output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).lines().count()), (Some(2), 2), "{output:?}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = world.command(&["man"]).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
    }
}
