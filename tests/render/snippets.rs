//! The snippets of a package's page, read by the parsers of the languages that they are in.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::world::{TODAY, World};

const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:10";

/// The text that somebody copies, by the element's id without `snippet-`.
fn snippet(page: &str, id: &str) -> String {
    let begin = format!("<code id=\"snippet-{id}\">");
    let inner = page.split(&begin).nth(1).unwrap_or_else(|| panic!("no snippet {id}")).split("</code>").next().expect("it ends");
    let text: String =
        inner.split('<').enumerate().map(|(number, part)| if number == 0 { part } else { part.split_once('>').expect("a tag ends").1 }).collect();
    ["&quot;\"", "&#x27;'", "&#39;'", "&lt;<", "&gt;>", "&amp;&"].iter().fold(text, |text, known| {
        let (entity, character) = known.split_at(known.len() - 1);
        text.replace(entity, character)
    })
}

fn page(name: &str) -> String {
    let site = World::read().site(TODAY);
    String::from_utf8(site.get(&format!("packages/{name}/index.html")).expect("a page").to_vec()).expect("UTF-8")
}

fn yaml(page: &str, id: &str) -> serde_json::Value {
    let text = snippet(page, id);
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}\n{text}"))
}

#[test]
fn templates_are_yaml_and_say_what_they_should() {
    let page = page("pillow");
    for (id, kind) in [("sam", "AWS::Serverless::Function"), ("cloudformation", "AWS::Lambda::Function")] {
        let template = yaml(&page, id);
        let function = &template["Resources"]["MyFunction"];
        assert_eq!((&function["Type"], &function["Properties"]["Runtime"]), (&kind.into(), &"python3.13".into()), "{id}");
        assert_eq!(function["Properties"]["Layers"], serde_json::json!([ARN]), "{id}");
        assert_eq!(function["Properties"]["Architectures"], serde_json::json!(["arm64"]), "{id}");
    }
    let serverless = yaml(&page, "serverless");
    assert_eq!(serverless["provider"], serde_json::json!({"name": "aws", "region": "eu-west-1", "runtime": "python3.13", "architecture": "arm64"}));
    assert_eq!(serverless["functions"]["hello"]["layers"], serde_json::json!([ARN]));
}

#[test]
fn what_is_asked_of_the_api_is_there() {
    let site = World::read().site(TODAY);
    // A package that is called like a format is only in lists.
    for name in ["pillow", "zope-interface", "json"] {
        let page = page(name);
        for id in ["api", "terraform-latest"] {
            let text = snippet(&page, id);
            let urls: Vec<&str> = text.split(['"', ' ', '\n']).filter_map(|word| word.strip_prefix("https://layers.example/")).collect();
            assert!(!urls.is_empty(), "{text}");
            for url in urls {
                let file = if url.ends_with('/') { format!("{url}index.html") } else { url.to_owned() };
                let answer = String::from_utf8_lossy(site.get(&file).unwrap_or_else(|| panic!("{name}: {url} is not there"))).into_owned();
                assert!(
                    answer.contains(&format!(
                        "p313-arm64-{}:",
                        if name == "pillow" {
                            "Pillow"
                        } else if name == "json" {
                            "json"
                        } else {
                            "Zope-Interface"
                        }
                    )),
                    "{url}: {answer}"
                );
            }
        }
    }
    assert!(snippet(&page("json"), "terraform-latest").contains(r#"if layer.package == "json"][0]"#));
}

#[test]
fn code_names_the_runtime_as_the_cdk_does() {
    let page = page("pillow");
    for (id, parts) in [
        ("cdk-python", ["runtime=lambda_.Runtime.PYTHON_3_13,", "architecture=lambda_.Architecture.ARM_64,", "self, \"PillowLayer\",\n"]),
        ("cdk-typescript", ["runtime: lambda.Runtime.PYTHON_3_13,", "architecture: lambda.Architecture.ARM_64,", "this, \"PillowLayer\",\n"]),
        ("cli", ["--region eu-west-1 \\\n", "--function-name my-function \\\n", "--layers arn:aws:lambda:eu-west-1:"]),
    ] {
        let text = snippet(&page, id);
        assert!(text.contains(ARN) && parts.iter().all(|part| text.contains(part)), "{text}");
    }
    assert_eq!(snippet(&page, "console"), ARN);
}

#[test]
fn terraform_is_as_terraform_writes_it() {
    for name in ["pillow", "json"] {
        let page = page(name);
        for id in ["terraform", "terraform-latest"] {
            let text = snippet(&page, id) + "\n";
            let Some(formatted) = terraform_fmt(&text) else {
                eprintln!("skipped: this machine has no terraform");
                return;
            };
            assert_eq!(formatted, text);
        }
    }
}

/// Nothing when there is no such program; nothing at all is printed of what does not parse.
#[expect(clippy::disallowed_methods, reason = "the client under test")]
fn terraform_fmt(text: &str) -> Option<String> {
    let mut command = Command::new("terraform");
    command.args(["fmt", "-no-color", "-"]).env("CHECKPOINT_DISABLE", "1").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}
