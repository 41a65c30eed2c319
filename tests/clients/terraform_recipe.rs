//! The recipe of `site/content/using-layers.md` for Terraform: its expressions, run by the real program on answers of the
//! site. The provider `http` is not asked; a file stands for what it got.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::common::Server;
use crate::common::world::path_with_uv;
use crate::filled::filled;
use crate::service::{Service, arn};

const PAGE: &str = include_str!("../../site/content/using-layers.md");
/// What stands for the site's address.
const EXAMPLE: &str = "https://layers.example/";

#[tokio::test]
async fn what_the_recipe_computes_is_what_the_site_has() {
    let page = filled(PAGE);
    let recipe = Recipe::of(&page);
    assert_eq!(recipe.urls.keys().collect::<Vec<_>>(), ["layer", "layers", "versions"]);
    let service = Service::run();
    let server = Server::start(&service.world, &["--base", "/repo/"]);
    let Some(outputs) = recipe.apply(&answers(&recipe, &server).await) else { return };
    let requests = arn("eu-west-1", "p313", "requests", 1);
    assert_eq!(outputs["layer_arn"], json!(requests));
    let layers = ["Pillow", "Zope.Interface", "requests"].map(|name| (name, arn("eu-west-1", "p313", &name.replace('.', "-"), 1)));
    let mut layers: BTreeMap<&str, String> = layers.into();
    layers.insert("beta", arn("eu-west-1", "p313", "beta", 3));
    assert_eq!(outputs["layers"], json!(layers));
    assert_eq!((&outputs["pinned_arn"], &outputs["expires"]), (&json!(requests), &Value::Null));

    // The same with a package that has newer versions, and with one that is not there.
    let of_beta = |text: &str| text.replace("requests/", "beta/").replace("2.34.2", "1.8");
    let older = Recipe::of(&of_beta(&page));
    let outputs = older.apply(&answers(&older, &server).await).unwrap();
    assert_eq!((&outputs["layer_arn"], &outputs["pinned_arn"]), (&json!(layers["beta"]), &json!(arn("eu-west-1", "p313", "beta", 1))));
    assert_eq!(outputs["expires"], "2027-11-01T07:00:00", "a year after the next was published");
    let empty = recipe.urls.keys().map(|name| (name, "[]\n".to_owned())).collect();
    let said = recipe.try_to_apply(&empty).unwrap().unwrap_err();
    assert!(said.contains("index"), "{said}");
}

/// What the site answers to each address of the recipe.
async fn answers<'a>(recipe: &'a Recipe, server: &Server) -> BTreeMap<&'a String, String> {
    let mut answers = BTreeMap::new();
    for (name, url) in &recipe.urls {
        let answer = server.client.get(url.replacen(EXAMPLE, &server.address, 1)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{url}");
        answers.insert(name, answer.text().await.unwrap());
    }
    answers
}

/// What the page's blocks have: the addresses that are asked, and all local values.
struct Recipe {
    urls: BTreeMap<String, String>,
    locals: String,
    names: Vec<String>,
}

impl Recipe {
    fn of(page: &str) -> Self {
        let mut recipe = Self { urls: BTreeMap::new(), locals: String::new(), names: Vec::new() };
        for block in page.split("```terraform\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let (mut data, mut is_locals) = (None, false);
            for line in block.lines() {
                if let Some(rest) = line.strip_prefix("data \"http\" ") {
                    data = rest.split('"').nth(1).map(str::to_owned);
                } else if line.starts_with("locals {") {
                    is_locals = true;
                } else if line == "}" {
                    (data, is_locals) = (None, false);
                } else if let (Some(name), Some(url)) = (&data, line.trim().strip_prefix("url = ")) {
                    assert!(url.trim_matches('"').starts_with(EXAMPLE), "{url}");
                    recipe.urls.insert(name.clone(), url.trim_matches('"').to_owned());
                } else if is_locals {
                    recipe.locals += &format!("{line}\n");
                    // Deeper lines go on with a value.
                    recipe.names.extend(
                        line.strip_prefix("  ").filter(|line| !line.starts_with(' ')).and_then(|line| Some(line.split_once(" =")?.0.trim().to_owned())),
                    );
                }
            }
        }
        recipe
    }

    /// The values of all locals; nothing, and said so, where there is no terraform.
    fn apply(&self, answers: &BTreeMap<&String, String>) -> Option<Value> {
        Some(self.try_to_apply(answers)?.unwrap_or_else(|said| panic!("{said}")))
    }

    /// Fails with what terraform said.
    fn try_to_apply(&self, answers: &BTreeMap<&String, String>) -> Option<Result<Value, String>> {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            klayers::outside::files::write(&folder.path().join(name), text.as_bytes(), klayers::outside::files::Durability::Process).unwrap()
        };
        let mut locals = self.locals.clone();
        for (name, answer) in answers {
            put(&format!("{name}.json"), answer);
            locals = locals.replace(&format!("data.http.{name}.response_body"), &format!("file(\"{name}.json\")"));
        }
        assert!(!locals.contains("data.http"), "{locals}");
        let outputs: String = self.names.iter().map(|name| format!("output \"{name}\" {{\n  value = local.{name}\n}}\n")).collect();
        put("main.tf", &format!("locals {{\n{locals}}}\n{outputs}"));
        let Some(applied) = terraform(folder.path(), &["apply", "-auto-approve", "-input=false", "-no-color"]) else {
            eprintln!("skipped: this machine has no terraform");
            return None;
        };
        Some(applied.map(|_| {
            let said = terraform(folder.path(), &["output", "-json"]).unwrap().unwrap();
            let outputs: BTreeMap<String, Value> = serde_json::from_str(&said).unwrap();
            // One that is null is not kept.
            self.names.iter().map(|name| (name.clone(), outputs.get(name).map_or(Value::Null, |output| output["value"].clone()))).collect()
        }))
    }
}

/// Nothing when there is no such program; fails with all that it said.
#[expect(clippy::disallowed_methods, reason = "the client under test")]
fn terraform(folder: &Path, arguments: &[&str]) -> Option<Result<String, String>> {
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(folder).env_clear().env("PATH", path_with_uv()).env("HOME", folder).env("CHECKPOINT_DISABLE", "1");
    let output = match command.stdin(Stdio::null()).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        output => output.unwrap(),
    };
    let (said, error) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    Some(if output.status.success() { Ok(said) } else { Err(said + &error) })
}
