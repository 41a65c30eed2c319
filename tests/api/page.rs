//! The examples of the pages about the API, run as they are written against the site that is served: each says what the page says.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::filled::filled;
use crate::server::Server;

const PAGES: [(&str, &str, usize); 3] = [
    ("api.md", include_str!("../../site/content/api.md"), 8),
    ("api-v2.md", include_str!("../../site/content/api-v2.md"), 2),
    ("trust.md", include_str!("../../site/content/trust.md"), 1),
];
/// What an example asks that is not to be had here: an account, a scanner, packages.
const ELSEWHERE: [&str; 4] = ["aws lambda", "gh attestation", "klayers build", "trivy sbom"];
/// What stands for the site's address where no variable can.
const EXAMPLE: &str = "https://layers.example";

/// A block of code of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block<'a> {
    language: &'a str,
    text: &'a str,
}

#[test]
fn each_example_says_what_the_page_says() {
    let server = Server::start("pages");
    let has_jq = run(&server, "jq", &["--version"]).is_some();
    for (page, text, wanted) in PAGES {
        let text = filled(text);
        let blocks = blocks(&text);
        let examples: Vec<_> = blocks.iter().zip(blocks.iter().skip(1).chain([&Block { language: "", text: "" }])).collect();
        let mut count = 0;
        for (block, said) in examples {
            let found = match block.language {
                "sh" if !has_jq && block.text.contains("jq") => {
                    eprintln!("skipped, because this machine has no jq: {}", block.text);
                    count += 1;
                    continue;
                }
                "sh" if ELSEWHERE.iter().any(|program| block.text.contains(program)) => continue,
                "sh" => run(&server, "bash", &["-euo", "pipefail", "-c", block.text]),
                "python" => run(&server, "python3", &["-c", block.text]),
                _ => continue,
            };
            count += 1;
            let found = found.expect("a shell and a Python").unwrap_or_else(|said| panic!("{page}:\n{}\n{said}", block.text));
            match said.language {
                "json" => assert_eq!(json(&found), json(said.text), "{page}:\n{}\nsays\n{found}", block.text),
                "text" => assert_eq!(found, said.text, "{page}:\n{}", block.text),
                _ => assert_eq!(found, "", "{page}:\n{}", block.text),
            }
        }
        assert_eq!(count, wanted, "the examples of {page}");
    }
}

#[test]
fn the_recipe_for_terraform_finds_the_layer() {
    let server = Server::start("pages");
    let page = filled(PAGES[0].1);
    let block = blocks(&page).into_iter().find(|block| block.language == "terraform").unwrap();
    let url = block.text.split('"').find(|text| text.starts_with(EXAMPLE)).unwrap();
    let locals = block.text.split_once("locals {").unwrap().1.trim_end().trim_end_matches('}');
    let got = run(&server, "curl", &["-sSLf", "-o", "layers.json", &url.replace(EXAMPLE, &server.address)]);
    got.expect("curl").unwrap();
    let text = format!(
        "locals {{\n{}}}\noutput \"arn\" {{\n  value = local.arns[\"requests\"]\n}}\n",
        locals.replace("data.http.layers.response_body", "file(\"layers.json\")")
    );
    klayers::outside::files::write(&server.folder.path().join("main.tf"), text.as_bytes(), klayers::outside::files::Durability::Process).unwrap();
    let Some(applied) = run(&server, "terraform", &["apply", "-auto-approve", "-input=false", "-no-color"]) else {
        eprintln!("skipped: this machine has no terraform");
        return;
    };
    applied.unwrap_or_else(|said| panic!("{said}"));
    let arn = run(&server, "terraform", &["output", "-raw", "arn"]).unwrap().unwrap();
    assert_eq!(arn, "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-requests:4");
}

/// What a program says; nothing when there is none, and an error with all that it said when it fails.
#[expect(clippy::disallowed_methods, reason = "the client under test")]
fn run(server: &Server, program: &str, arguments: &[&str]) -> Option<Result<String, String>> {
    let folder: &Path = server.folder.path();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear().env("PATH", std::env::var("PATH").unwrap()).env("HOME", folder);
    command.env("SITE", &server.address).env("NO_PROXY", "*").env("CHECKPOINT_DISABLE", "1").stdin(Stdio::null());
    let output = match command.output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        output => output.unwrap(),
    };
    let (said, error) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    Some(if output.status.success() { Ok(said) } else { Err(said + &error) })
}

/// Every document in `text`.
fn json(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let fenced = page.split("```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap()).map(|(language, text)| Block { language, text }).collect()
}

#[test]
fn blocks_are_found_with_their_language() {
    let page = "# A\n\n```sh\na\nb\n```\n\ntext\n\n```json\n{}\n```\n";
    assert_eq!(blocks(page), [Block { language: "sh", text: "a\nb\n" }, Block { language: "json", text: "{}\n" }]);
}
