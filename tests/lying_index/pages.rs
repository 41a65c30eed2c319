//! The pages of an index: what `uv` makes of them, and what we do when we look for newer releases.

use serde_json::json;

use super::common::Wheel;
use super::common::wheel::zip_of;
use super::index::{BOUNDS, Bounds, LyingIndex, PAGE, cached, file, page_path, told, wheel};
use super::server::{Step, head, ok, part, status};

const GIGABYTE: usize = 1 << 30;

#[test]
fn each_page_that_lies_is_the_affair_of_its_package() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    let lied = |name: &str, lie: &dyn Fn(&mut serde_json::Value)| {
        index.add(name);
        index.page(&wheel(name), lie);
    };
    let outside = world.path("x-1.0-py3-none-any.whl");
    let from_disk = format!("file://{}", outside.display());
    klayers::outside::files::write(&outside, &wheel("fromdisk").bytes(), klayers::outside::files::Durability::Process).unwrap();
    lied("fromdisk", &|told| {
        told["url"] = from_disk.clone().into();
        told["core-metadata"] = false.into();
    });
    lied("fromftp", &|told| told["url"] = "ftp://127.0.0.1/x-1.0-py3-none-any.whl".into());
    lied("fromdata", &|told| told["url"] = "data:application/zip;base64,AAAA".into());
    let with_name = index.server.origin().replace("http://", "http://me:secret@") + "/files/";
    lied("named", &|told| told["url"] = format!("{with_name}{}", told["filename"].as_str().unwrap()).into());
    lied("nothex", &|told| told["hashes"]["sha256"] = "zz".repeat(32).into());
    lied("less", &|told| told["size"] = (-1).into());
    lied("more", &|told| told["size"] = (1_u64 << 63).into());
    lied("yanked", &|told| told["yanked"] = json!([1, {"a": 2}]));
    lied("path", &|told| told["filename"] = "../../path-1.0-py3-none-any.whl".into());
    lied("nul", &|told| told["filename"] = "nul-1.0\0-py3-none-any.whl".into());
    lied("long", &|told| told["filename"] = format!("long-1.0-{}-none-any.whl", "a".repeat(10_000)).into());
    lied("steering", &|told| told["hashes"]["sha256"] = "\u{1b}[31m\r\n::set-output name=x::y".into());
    index.add_wheel(&Wheel::new("leads", "1.0").requires("other @ file:///etc/passwd"));
    index.add("metadata");
    index.server.answer("/files/metadata-1.0-py3-none-any.whl.metadata", |_| status(403, &[]));
    index.add("lies");
    index.server.answer("/files/lies-1.0-py3-none-any.whl.metadata", |_| ok("text/plain", "Metadata-Version: 2.1\nName: another\nVersion: 7\n"));
    // The page, its metadata and the hash agree, and the wheel says of itself that it is another.
    let poser = Wheel::new("poser", "1.0");
    let bytes = zip_of(&unzip_bytes(&poser.bytes(), |text| text.replace("Name: poser", "Name: another")));
    let sha256 = klayers::domain::Sha256::of(&bytes).to_string();
    index.add_wheel(&poser);
    index.page(&poser, |told| (told["hashes"]["sha256"], told["size"]) = (sha256.clone().into(), bytes.len().into()));
    index.server.answer(&file(&poser), move |asked| part(&bytes, asked.from()));
    for (name, body) in [("empty", Vec::new()), ("html", b"<html>".to_vec()), ("cut", br#"{"files": [{"filename""#.to_vec()), ("deep", vec![b'['; 1_000_000])] {
        index.server.answer(&page_path(name), move |_| ok(PAGE, body.as_slice()));
    }
    index.add("good");
    let bad = [
        ("fromdisk", "[download-failed]"),
        ("fromftp", "URL scheme is not allowed"),
        ("fromdata", "URL scheme is not allowed"),
        ("named", "[lock-unusable] the lock has credentials in the address"),
        ("nothex", "[resolver-failed]"),
        ("less", "[resolver-failed]"),
        ("more", "[resolver-failed]"),
        ("yanked", "[resolver-failed]"),
        ("path", "there are no versions of path"),
        ("nul", "there are no versions of nul"),
        ("long", "[no-wheel]"),
        ("steering", "[resolver-failed]"),
        ("leads", "["),
        ("metadata", "HTTP status client error (403"),
        ("lies", "["),
        ("poser", "[wheel-refused] `poser-1.0-py3-none-any.whl` is refused: its `METADATA` has the name `another`"),
        ("empty", "[resolver-failed]"),
        ("html", "[resolver-failed]"),
        ("cut", "[resolver-failed]"),
        ("deep", "[resolver-failed]"),
    ];
    let names: Vec<&str> = bad.iter().map(|(name, _)| *name).chain(["good"]).collect();
    let ran = BOUNDS.run(&world, &[&["build"], &names[..], &["--runtime", "p3.13"]].concat()).exits(1);
    for (name, words) in bad {
        let said = told(&ran, name);
        assert!(said.contains(words) && said.len() < 2000, "{name}: {said}");
        assert!(!said.contains(char::is_control) && !said.contains("secret"), "{name}: {said:?}");
    }
    assert!(ran.stdout.contains("Klayers-p313-good.zip"), "{}", ran.stdout);
    assert_eq!(cached(&world).len(), 2, "that of the poser has its hash");
    assert!(!ran.stderr.contains("\n::"), "{}", ran.stderr);
}

#[test]
fn a_page_without_an_end_breaks_uv_and_nothing_else() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    let begin = || vec![head(200, &[("content-type", PAGE)]), Step::Send(br#"{"meta":{"api-version":"1.1"},"name":"x","files":["#.to_vec())];
    index.server.answer(&page_path("endless"), move |_| [begin(), vec![Step::Forever(br#"{"filename":"x","url":"x","hashes":{}},"#.repeat(1000))]].concat());
    index.server.answer(&page_path("bomb"), |_| bomb(br#"{"meta":{"api-version":"1.1"},"name":"x","files":["#));
    index.add("good");
    let ran = Bounds { seconds: 10, ..BOUNDS }.run(&world, &["build", "endless", "bomb", "good", "--runtime", "p3.13"]).exits(1);
    for name in ["endless", "bomb"] {
        assert!(told(&ran, name).contains("uv broke on what the index has of it: memory allocation"), "{}", told(&ran, name));
    }
    assert!(ran.stdout.contains("Klayers-p313-good.zip"), "{}", ran.stdout);
}

#[test]
fn pages_that_hang_or_drip_are_the_affair_of_their_package() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    index.server.answer(&page_path("silent"), |_| vec![Step::Silence]);
    index.server.answer(&page_path("drip"), |_| vec![head(200, &[("content-type", PAGE)]), Step::Drip]);
    index.add("good");
    let ran = BOUNDS.run(&world, &["build", "silent", "drip", "good", "--runtime", "p3.13"]).exits(1);
    assert!(told(&ran, "silent").contains("[index-unreachable]"), "{}", ran.stderr);
    assert!(told(&ran, "drip").contains("uv was ended after 8 s: `--http-timeout` gives hosts more time"), "{}", ran.stderr);
    assert!(ran.stdout.contains("Klayers-p313-good.zip"), "{}", ran.stdout);
}

/// A good page for uv, and something else for us, who ask it for newer releases. No layer fails for want of an answer.
#[test]
fn what_we_ask_ourselves_may_be_anything() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    type Lie = fn() -> Vec<Step>;
    let lies: [(&str, Lie); 9] = [
        ("bomb", || bomb(br#"{"files": ["#)),
        ("endless", || vec![head(200, &[]), Step::Forever(vec![b'['; 1 << 16])]),
        ("deep", || ok(PAGE, vec![b'['; 10_000_000])),
        ("deepyank", || ok(PAGE, [br#"{"files":[{"filename":"x","yanked":"#.as_slice(), &vec![b'['; 10_000_000]].concat())),
        ("million", || ok(PAGE, format!(r#"{{"files":[{}]}}"#, vec![r#"{"filename":"x-1-py3-none-any.whl"}"#; 1_000_000].join(",")))),
        ("wide", || ok(PAGE, format!(r#"{{"files":[{{"filename":"x","yanked":[{}]}}]}}"#, vec!["[]"; 10_000_000].join(",")))),
        ("drip", || vec![head(200, &[]), Step::Drip]),
        ("brotli", || vec![head(200, &[("content-encoding", "br")]), Step::Send(vec![0xff; 1000])]),
        ("notgzip", || vec![head(200, &[("content-encoding", "gzip")]), Step::Send(vec![0xff; 1000])]),
    ];
    for (name, lie) in lies {
        index.add(name);
        let (wheel, page) = (wheel(name), page_path(name));
        let told = json!({
            "filename": wheel.filename(), "url": format!("/files/{}", wheel.filename()), "core-metadata": true,
            "hashes": {"sha256": klayers::domain::Sha256::of(&wheel.bytes()).to_string()},
        });
        let right = json!({"meta": {"api-version": "1.1"}, "name": name, "files": [told], "versions": []}).to_string();
        index.server.answer(&page, move |asked| if asked.is_ours() { lie() } else { ok(PAGE, right.as_bytes()) });
        index.server.answer(&format!("/pypi/{name}/1.0/json"), move |_| lie());
    }
    let names: Vec<&str> = lies.iter().map(|(name, _)| *name).collect();
    let ran = BOUNDS.run(&world, &[&["build"], &names[..], &["--runtime", "p3.13"]].concat()).exits(0);
    assert!(ran.stderr.contains("cannot see what the index has of it"), "{}", ran.stderr);
    assert_eq!(cached(&world).len(), lies.len());
}

/// The files of a zip, whose texts are changed.
fn unzip_bytes(bytes: &[u8], change: impl Fn(String) -> String) -> Vec<(String, Vec<u8>, u32)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let count = archive.len();
    let one = |at: usize| {
        let mut entry = archive.by_index(at).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        (entry.name().unwrap().into_owned(), change(text).into_bytes(), 0o644)
    };
    (0..count).map(one).collect()
}

/// A gigabyte of spaces after `start`, in a megabyte.
fn bomb(start: &[u8]) -> Vec<Step> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, start).unwrap();
    let spaces = vec![b' '; 1 << 20];
    (0..GIGABYTE >> 20).for_each(|_| std::io::Write::write_all(&mut encoder, &spaces).unwrap());
    let body = encoder.finish().unwrap();
    vec![head(200, &[("content-type", PAGE), ("content-encoding", "gzip"), ("content-length", &body.len().to_string())]), Step::Send(body)]
}
