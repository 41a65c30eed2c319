//! The files of an index: what comes instead of a wheel.

use std::collections::BTreeSet;

use klayers::domain::Sha256;

use super::common::World;
use super::index::{BOUNDS, LyingIndex, cached, file, told, wheel};
use super::server::{Asked, Server, Step, head, ok, part, status};

/// What a file answers, given the bytes that would be right.
type Answer = fn(&Asked, &[u8]) -> Vec<Step>;
/// How a download fails: the package, what its file answers, the code, words of the reason, the most requests.
type Lie = (&'static str, Answer, &'static str, &'static str, usize);

/// All tries of a download.
const TRIES: usize = 6;

/// What is never right. `URL` and `HOST` stand for those of the file.
const LIES: [Lie; 22] = [
    ("silent", |_, _| vec![Step::Silence], "download-failed", "cannot reach `HOST`: it sent nothing for 2 s", TRIES),
    ("endless", |_, _| vec![head(200, &[]), Step::Forever(vec![0; 64 << 10])], "wheel-too-large", "thrown away", 1),
    ("chunks", |_, _| chunked(b"1000\r\n", 0x1000), "wheel-too-large", "thrown away", 1),
    ("truncated", |_, bytes| cut(bytes, bytes.len() / 2), "download-failed", "the answer of `URL` is unusable", TRIES),
    ("short", |_, bytes| vec![head(200, &[("content-length", "10")]), Step::Send(bytes.to_vec())], "download-failed", "it ended after 10 of", TRIES),
    ("nothing", |_, _| ok("application/octet-stream", []), "download-failed", "it ended after 0 of", TRIES),
    ("other", |_, bytes| ok("application/octet-stream", vec![7; bytes.len()]), "wheel-hash-mismatch", "the lock says", 1),
    ("page", |_, _| ok("text/html", "<html>please log in</html>"), "download-failed", "it ended after 26 of", TRIES),
    (
        "otherpart",
        |_, bytes| vec![head(206, &[("content-range", &format!("bytes 5-9/{}", bytes.len()))]), Step::Send(bytes[5..10].to_vec())],
        "download-failed",
        "not the part",
        TRIES,
    ),
    ("loop", |asked, _| status(302, &[("location", &asked.path)]), "download-failed", "`URL` is not asked: it leads on and on", 6),
    ("tofile", |_, _| status(302, &[("location", "file:///etc/passwd")]), "download-failed", "leads to", 1),
    ("todata", |_, _| status(302, &[("location", "data:application/zip;base64,UEsFBg==")]), "download-failed", "leads to", 1),
    ("toftp", |_, _| status(302, &[("location", "ftp://127.0.0.1/x.whl")]), "download-failed", "leads to", 1),
    ("tolink", |_, _| status(302, &[("location", "http://169.254.169.254/latest/meta-data/")]), "download-failed", "only this machine and its network know", 1),
    ("tonowhere", |_, _| status(302, &[]), "download-failed", "leads to no http address", 1),
    ("later", |_, _| status(429, &[("retry-after", "86400")]), "download-failed", "`URL` answered 429", 1),
    ("muchlater", |_, _| status(503, &[("retry-after", "99999999999999999999999999")]), "download-failed", "`URL` answered 503", 1),
    ("gone", |_, _| status(410, &[]), "download-failed", "`URL` answered 410", 1),
    ("missing", |_, _| status(404, &[]), "download-failed", "`URL` answered 404", 1),
    ("secret", |_, _| status(403, &[]), "download-failed", "`URL` answered 403", 1),
    ("reset", |_, _| vec![], "download-failed", "cannot reach `HOST`", TRIES),
    ("brokenhead", |_, _| vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec())], "download-failed", "cannot reach `HOST`", TRIES),
];

/// What comes right in the end: the package, and what its file answers.
const SECOND_THOUGHTS: [(&str, Answer); 11] = [
    ("resumed", |asked, bytes| if asked.before == 0 { cut(bytes, 3000) } else { part(bytes, asked.from()) }),
    ("whole", |asked, bytes| if asked.before == 0 { cut(bytes, 3000) } else { part(bytes, 0) }),
    ("nopart", |asked, bytes| match (asked.before, asked.from()) {
        (0, _) => cut(bytes, 3000),
        (_, 0) => part(bytes, 0),
        (_, _) => status(416, &[]),
    }),
    ("otherhalf", |asked, bytes| match (asked.before, asked.from()) {
        (0, _) => cut(&vec![7; bytes.len()], 3000),
        (_, from) => part(bytes, from),
    }),
    ("partfirst", |asked, bytes| match (asked.before, asked.from()) {
        (0, _) => cut(bytes, 3000),
        (_, 0) => part(bytes, 0),
        (_, from) => part(bytes, from - 1),
    }),
    ("burst", |asked, bytes| if asked.before < 3 { status(503, &[]) } else { part(bytes, 0) }),
    ("seconds", |asked, bytes| if asked.before == 0 { status(429, &[("retry-after", "1")]) } else { part(bytes, 0) }),
    ("date", |asked, bytes| match asked.before {
        0 => status(429, &[("retry-after", "Sun, 22 Nov 2026 07:00:01 GMT"), ("date", "Sun, 22 Nov 2026 07:00:00 GMT")]),
        _ => part(bytes, 0),
    }),
    ("negative", |asked, bytes| if asked.before == 0 { status(503, &[("retry-after", "-7")]) } else { part(bytes, 0) }),
    ("onceclosed", |asked, bytes| if asked.before == 0 { vec![] } else { part(bytes, 0) }),
    ("encoded", |_, bytes| {
        let encoded = gzip(bytes);
        vec![head(200, &[("content-encoding", "gzip"), ("content-length", &encoded.len().to_string())]), Step::Send(encoded)]
    }),
];

fn cut(bytes: &[u8], at: usize) -> Vec<Step> {
    vec![head(200, &[("content-length", &bytes.len().to_string())]), Step::Send(bytes[..at].to_vec())]
}

fn chunked(size: &[u8], length: usize) -> Vec<Step> {
    vec![head(200, &[("transfer-encoding", "chunked")]), Step::Forever([size, &vec![0; length], b"\r\n"].concat())]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

fn build(world: &World, names: &[&str]) -> super::common::Ran {
    BOUNDS.run(world, &[&["build"], names, &["--runtime", "p3.13"]].concat())
}

fn zips(world: &World) -> BTreeSet<String> {
    let names = klayers::outside::files::names(&world.path("dist")).unwrap();
    names.iter().filter_map(|name| Some(name.strip_suffix(".zip")?.strip_prefix("Klayers-p313-")?.to_owned())).collect()
}

#[test]
fn each_file_that_lies_is_told_of_and_the_others_are_built() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    let mut right = BTreeSet::new();
    for (name, lie, ..) in LIES {
        index.add_with(name, lie);
    }
    for (name, answer) in SECOND_THOUGHTS {
        index.add_with(name, answer);
        right.insert(Sha256::of(&wheel(name).bytes()));
    }
    // Those that answer stand among those that do not: a host that fails and fails would be given up.
    let mut names: Vec<&str> = LIES.map(|(name, ..)| name).to_vec();
    for (at, (name, _)) in SECOND_THOUGHTS.into_iter().enumerate() {
        names.insert(at * 3, name);
    }
    let ran = build(&world, &names).exits(1);
    for (name, _, code, words, requests) in LIES {
        let url = format!("{}{}", index.server.origin(), file(&wheel(name)));
        let (said, words) = (told(&ran, name), words.replace("URL", &url).replace("HOST", &index.server.host()));
        assert!(said.starts_with(&format!("[{code}] ")) && said.contains(&words) && said.contains(&format!("{name}-1.0-py3-none-any.whl")), "{name}: {said}");
        let asked = index.server.times_asked(&file(&wheel(name)));
        assert!((1..=requests).contains(&asked), "{name} was asked for {asked} times");
    }
    assert_eq!(zips(&world), SECOND_THOUGHTS.map(|(name, _)| name.to_owned()).into());
    assert_eq!(cached(&world), right);

    // Once it tells the truth, nothing that it said before is in the way.
    for (name, ..) in LIES {
        index.add(name);
        right.insert(Sha256::of(&wheel(name).bytes()));
    }
    build(&world, &names).exits(0);
    assert_eq!(cached(&world), right);
}

#[test]
fn a_file_that_comes_byte_by_byte_has_an_end() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    index.add_with("drip", |_, _| vec![head(200, &[("content-length", "1000000")]), Step::Drip]);
    index.page(&wheel("drip"), |told| told["size"] = 1_000_000.into());
    index.add_with("dripinhead", |_, _| vec![Step::Send(b"HTTP/1.1 200 OK\r\nx: ".to_vec()), Step::Drip]);
    index.add_with("stops", |_, bytes| [cut(bytes, 100), vec![Step::Silence]].concat());
    index.add("good");
    let ran = build(&world, &["drip", "dripinhead", "stops", "good"]).exits(1);
    for (name, words) in
        [("drip", "which is too slow: `--http-timeout` gives hosts more time"), ("dripinhead", "it sent nothing for 2 s"), ("stops", "it sent nothing for 2 s")]
    {
        assert!(told(&ran, name).contains(words), "{name}: {}", told(&ran, name));
    }
    assert_eq!(zips(&world), ["good".to_owned()].into());
}

#[test]
fn a_redirect_to_another_host_is_followed_and_takes_no_secret_along() {
    let (index, other) = (LyingIndex::start(), Server::start());
    let mut world = index.world(&[]);
    let bytes = wheel("moved").bytes();
    let address = format!("{}/elsewhere", other.origin());
    other.answer("/elsewhere", move |asked| part(&bytes, asked.from()));
    index.add_with("moved", move |_, _| status(307, &[("location", &address)]));
    world.set_index(&format!("{}/simple", index.server.origin().replace("http://", "http://somebody:secret@")));
    let ran = build(&world, &["moved"]).exits(0);
    assert!(!ran.stderr.contains("secret") && !ran.stdout.contains("secret"));
    let asked = other.asked();
    assert!(!asked.is_empty());
    for asked in asked {
        assert!(!asked.headers.contains_key("authorization") && !asked.headers.contains_key("referer"), "{asked:?}");
    }
}

#[test]
fn sizes_that_lie_are_found_out() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    for (name, size) in [("toosmall", 100_u64), ("toolarge", 1_000_000), ("huge", i64::MAX as u64)] {
        index.add(name);
        index.page(&wheel(name), |told| told["size"] = size.into());
    }
    // What says nothing of its size is held to its hash alone.
    index.add("nosize");
    index.page(&wheel("nosize"), |told| drop(told.as_object_mut().unwrap().remove("size")));
    let ran = build(&world, &["toosmall", "toolarge", "huge", "nosize"]).exits(1);
    assert!(told(&ran, "toosmall").contains("[wheel-too-large]"), "{}", ran.stderr);
    let bytes = wheel("toolarge").bytes().len();
    assert!(told(&ran, "toolarge").contains(&format!("it ended after {bytes} of 1000000 bytes")), "{}", ran.stderr);
    assert!(told(&ran, "huge").contains(&format!("it ended after {} of", wheel("huge").bytes().len())), "{}", ran.stderr);
    assert_eq!((zips(&world), cached(&world)), (["nosize".to_owned()].into(), [Sha256::of(&wheel("nosize").bytes())].into()));
}

#[test]
fn what_a_killed_run_left_is_never_in_the_way() {
    let index = LyingIndex::start();
    let world = index.world(&[]);
    let partial = |name: &str| format!(".cache/klayers/wheels/partial/{}", Sha256::of(&wheel(name).bytes()));
    type What = fn(&[u8]) -> Vec<u8>;
    let left: [(&str, What); 5] = [
        ("half", |bytes| bytes[..bytes.len() / 2].to_vec()),
        ("wronghalf", |bytes| vec![7; bytes.len() / 2]),
        ("wrong", |bytes| vec![7; bytes.len()]),
        ("longer", |bytes| vec![7; bytes.len() + 1]),
        ("all", <[u8]>::to_vec),
    ];
    for (name, what) in left {
        index.add_with(name, |asked, bytes| if asked.from() < bytes.len() { part(bytes, asked.from()) } else { status(416, &[]) });
        let path = world.path(&partial(name));
        klayers::outside::files::write(&path, &what(&wheel(name).bytes()), klayers::outside::files::Durability::Process).unwrap();
    }
    let names = left.map(|(name, _)| name);
    build(&world, &names).exits(0);
    assert_eq!(cached(&world), names.map(|name| Sha256::of(&wheel(name).bytes())).into());
    assert_eq!(index.server.times_asked(&file(&wheel("all"))), 0, "it was all there");
}
