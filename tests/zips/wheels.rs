//! Wheels whose zip is in order and whose papers are not.

use klayers::domain::Sha256;
use klayers::verify::inspect;

use crate::zips::layer::{Cached, LAYER, STEM, rules};
use crate::zips::maker::{Member, Zip};

const METADATA: &str = "Metadata-Version: 2.1\nName: x\nVersion: 1.0\nLicense: MIT\n";
const RECORD: &str = "x-1.0.dist-info/RECORD";

/// A line of `RECORD`.
fn line(path: &str, content: &str) -> String {
    format!("{path},sha256={},{}\n", Sha256::of(content.as_bytes()).record_form(), content.len())
}

/// A wheel of these files, with a `METADATA` and a `RECORD` unless they are among them.
fn wheel(files: &[(&str, &str)]) -> Vec<u8> {
    let mut files: Vec<(String, String)> = files.iter().map(|(path, content)| ((*path).to_owned(), (*content).to_owned())).collect();
    let has = |files: &[(String, String)], name: &str| files.iter().any(|(path, _)| path.ends_with(&format!(".dist-info/{name}")));
    if !has(&files, "METADATA") {
        files.push((format!("{STEM}.dist-info/METADATA"), METADATA.to_owned()));
    }
    if !has(&files, "RECORD") {
        let record: String = files.iter().map(|(path, content)| line(path, content)).collect();
        files.push((RECORD.to_owned(), record + RECORD + ",,\n"));
    }
    files.retain(|(_, content)| content != "absent");
    Zip::of(files.iter().map(|(path, content)| Member::deflated(path, content.as_bytes()))).bytes()
}

/// What becomes of a wheel: the `RECORD` of its layer, and what is wrong with that; or why it is none.
fn layer(bytes: &[u8]) -> Result<(String, Vec<String>), String> {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    Cached::new(bytes, folder.path()).assemble(&dist)?;
    let zip = klayers::assemble::ZipFile::open(&dist.join(format!("{LAYER}.zip"))).unwrap();
    let entries = zip.entries(1 << 30).unwrap();
    let record = entries.iter().find(|entry| entry.path == format!("python/{RECORD}")).unwrap();
    let record = String::from_utf8(zip.inflate(record).unwrap()).unwrap();
    let faults = inspect(&dist, LAYER, &rules()).err().unwrap_or_default();
    Ok((record, faults.into_iter().map(|problem| problem.message).collect()))
}

#[test]
fn a_record_that_is_not_true_is_made_anew_or_refused() {
    let module = ("x.py", "x = 1\n");
    let metadata = line("x-1.0.dist-info/METADATA", METADATA);
    let right = format!("{}{}{RECORD},,\n", metadata, line(module.0, module.1));
    let wrong = line(module.0, "something else");
    for (what, record) in [
        ("there is none", "absent".to_owned()),
        ("it is empty", String::new()),
        ("it lacks a file", format!("{}{RECORD},,\n", metadata)),
        ("it lacks itself", right.replace(&format!("{RECORD},,\n"), "")),
        ("it has a file that is not there", right.clone() + &line("y.py", "y")),
        ("it has paths that lead elsewhere", right.clone() + &line("../../../etc/passwd", "x") + &line("/etc/passwd", "x") + &line("a\\b", "x")),
        ("it has a file twice, otherwise before", wrong.clone() + &right),
        ("it has a file twice, otherwise after", right.clone() + &wrong),
        ("it has another kind of hash", right.replace(&line(module.0, module.1), "x.py,md5=CY9rzUYh03PK3k6DJie09g,6\n")),
        ("it has half a hash", right.replace(&line(module.0, module.1), "x.py,sha256=AAAA,6\n")),
        ("its rows have too many fields", right.replace(",6\n", ",6,7,8,9\n") + &line("y.py", "y")),
    ] {
        let (made, faults) = layer(&wheel(&[module, (RECORD, &record)])).unwrap_or_else(|refused| panic!("{what}: {refused}"));
        assert_eq!(faults, Vec::<String>::new(), "{what}");
        assert_eq!(made, format!("{}{}{RECORD},,\n", metadata, line(module.0, module.1)), "{what}");
    }
    let (_, faults) = layer(&wheel(&[module, (RECORD, &right.replace(&line(module.0, module.1), &wrong))])).unwrap();
    assert_eq!(faults, ["`python/x.py` is not what `RECORD` says"], "a wrong hash");
    let refused = layer(&wheel(&[module, (RECORD, "x.py,\u{1}")])).map(|(record, _)| record);
    assert!(refused.is_ok(), "control characters are letters of a path that is not there: {refused:?}");
    let not_text = Zip::of([Member::stored("x-1.0.dist-info/METADATA", METADATA.as_bytes()), Member::stored(RECORD, b"\xff,\xfe\n")]).bytes();
    let refused = layer(&not_text).unwrap_err();
    assert!(refused.contains("its `RECORD` cannot be read"), "{refused}");
}

#[test]
fn a_wheel_has_one_folder_of_its_own_and_known_data() {
    let inner = wheel(&[("y.py", "y")]);
    let inner: String = inner.iter().map(|&byte| char::from(byte & 0x7f)).collect();
    for (what, files, refused) in [
        (
            "no folder of its own",
            vec![("x.py", ""), ("y/METADATA", ""), ("x.dist-info/METADATA", ""), ("x.dist-info/RECORD", "")],
            "it has no `.dist-info` folder",
        ),
        ("two of them", vec![("y-1.0.dist-info/METADATA", METADATA)], "it has no `.dist-info` folder of `x`, or more than one"),
        ("that of another", vec![("y-1.0.dist-info/METADATA", METADATA), ("y-1.0.dist-info/RECORD", "")], "it has no `.dist-info` folder of `x`"),
        ("data of a kind that installers do not know", vec![("x-1.0.data/other/y", "")], "is in a data folder of unknown kind"),
        ("data of no kind", vec![("x-1.0.data/y", "")], "is in a data folder of unknown kind"),
        ("data of another wheel", vec![("y-1.0.data/purelib/y.py", "")], "is in a data folder of unknown kind"),
        ("data that is a module too", vec![("x.py", "1"), ("x-1.0.data/purelib/x.py", "2")], "is there twice"),
        ("data where a folder is", vec![("x/y.py", "1"), ("x-1.0.data/platlib/x", "2")], "is there twice, or is a file and a folder"),
        ("a script that leads elsewhere", vec![("x-1.0.data/scripts/../../x", "")], "has a part that is empty, `.` or `..`"),
    ] {
        let error = layer(&wheel(&files)).map(|(record, _)| record).expect_err(what);
        assert!(error.contains(refused), "{what}: {error}");
    }
    for (what, files) in [
        ("another version in the name of its folder", vec![("x-2.0.dist-info/METADATA", METADATA), ("x-2.0.dist-info/RECORD", "")]),
        ("headers twice in `METADATA`", vec![("x-1.0.dist-info/METADATA", "Name: x\nName: y\nVersion: 1.0\nVersion: 2.0\n")]),
        ("`METADATA` that is none", vec![("x-1.0.dist-info/METADATA", "\u{feff}\n\n\0\u{1b}[31m")]),
        ("nonsense in `top_level.txt`", vec![("x-1.0.dist-info/top_level.txt", "../../x\n-c\nimport os\n\0\n")]),
        ("a wheel in the wheel", vec![("y-1.0-py3-none-any.whl", inner.as_str())]),
        ("a `RECORD` deeper down", vec![("x-1.0.dist-info/y/RECORD", "y"), ("y/z-1.0.dist-info/RECORD", "z")]),
        (
            "data in every folder that has a meaning",
            vec![
                ("x-1.0.data/purelib/p.py", ""),
                ("x-1.0.data/platlib/q.py", ""),
                ("x-1.0.data/data/d", ""),
                ("x-1.0.data/headers/h.h", ""),
                ("x-1.0.data/scripts/s", "#!python\n"),
            ],
        ),
    ] {
        let bytes = wheel(&files);
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        let assembled = Cached::new(&bytes, folder.path()).assemble(&dist).unwrap_or_else(|refused| panic!("{what}: {refused}"));
        // What the lock says is what it is, whatever the papers say.
        assert_eq!((assembled.manifest.package.as_str(), assembled.manifest.version.as_str()), ("x", "1.0"), "{what}");
        let faults = inspect(&dist, LAYER, &rules()).err().unwrap_or_default();
        assert!(faults.is_empty(), "{what}: {faults:?}");
    }
}
