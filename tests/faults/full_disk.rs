//! Disks without room: a file system in memory that is as large as is left to it, and a limit on the size of files.

use super::service::{EXPIRE, Files, INIT, LEDGER, RECORD, RENDER, RUN, Service, different, lines, old_or_new, program, ran, visible, words};

/// Kilobytes that a command has, from none at all to what most need.
const ROOM: [u64; 3] = [0, 16, 128];
/// Mounts a disk that is as full as `$1` says and has what is here, works there, tells what is left, and does the same again with room.
const SCRIPT: &str = r#"
set -eu
room=$1 world=$2 out=$3 results=$4; shift 4
mount -t tmpfs -o size=1g none "$out"
mkdir "$out/disk" "$out/left"
mount -t tmpfs -o size=1g none "$out/disk"
mkdir "$out/disk/.cache"
cp -a "$world"/[!.]* "$world/.klayers" "$out/disk/"
cp -a "$world/.cache/klayers" "$out/disk/.cache/"
used=$(df --output=used -k "$out/disk" | tail -n 1)
mount -o remount,size=$((used + room))k "$out/disk"
cd "$out/disk"
code=0; "$@" >"$out/stdout" 2>"$out/stderr" || code=$?
cp -a "$out/disk/." "$out/left/"
mount -o remount,size=1g "$out/disk"
again=0; "$@" >"$out/stdout2" 2>"$out/stderr2" || again=$?
cp -a "$out/." "$results/"
echo "$code $again"
"#;

#[test]
fn a_full_disk_is_an_error_with_words_and_nothing_is_half_there() {
    let commands: [(&str, Service, &[&str]); 7] = [
        ("run", Service::new(), &RUN),
        ("record", Service::published(), &RECORD),
        ("render", Service::recorded(), &RENDER),
        ("publish", Service::published(), &["publish", "dist", "--account", "local:new-account", "-o", "new-receipts.jsonl"]),
        ("expire", Service::expired(), &EXPIRE),
        ("init", Service::new(), &INIT),
        ("build", Service::new(), &["build", "alpha", "--runtime", "p3.13", "-o", "new/x.zip"]),
    ];
    for (name, service, arguments) in commands {
        if !can_mount(&service) {
            eprintln!("skipped: nobody may mount a file system in memory here (`unshare -rm`)");
            return;
        }
        let before = service.files();
        let lines = service.lines();
        service.world.run(arguments).exits(0);
        let after = service.files();
        service.put_back(&before);
        let mut full = 0;
        for room in ROOM {
            full += usize::from(one(name, &service, arguments, room, (&before, &after, &lines)));
        }
        assert!(full > 0, "`{name}` was never short of room");
        println!("{name}: {full} of {} disks were full", ROOM.len());
    }
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_with_words_too() {
    let service = Service::recorded();
    let before = service.files();
    service.world.run(&RENDER).exits(0);
    let after = service.files();
    let mut refused = 0;
    for blocks in [0, 1, 4, 16, 64] {
        service.put_back(&before);
        let mut command = program(&service.world, "bash");
        command.args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "bash"]).args(words(&service.world, &RENDER));
        let ran = ran(&command.output().unwrap());
        let story = format!("files of {blocks} blocks: {}", ran.stderr);
        if ran.code != Some(0) {
            refused += 1;
            assert_eq!(ran.code, Some(2), "{story}");
            assert!(ran.stderr.contains("error: cannot ") && ran.stderr.contains("\nhelp: make room"), "{story}");
        }
        old_or_new(&service.files(), &before, &after, &story);
        service.world.run(&RENDER).exits(0);
        assert!(different(&service.files(), &after).is_empty(), "{story}");
    }
    assert!(refused > 1, "{refused}");
}

fn can_mount(service: &Service) -> bool {
    let mut command = program(&service.world, "unshare");
    command.args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]);
    command.output().is_ok_and(|output| output.status.success())
}

/// Whether there was too little room.
fn one(name: &str, service: &Service, arguments: &[&str], room: u64, (before, after, known): (&Files, &Files, &std::collections::BTreeSet<String>)) -> bool {
    let out = tempfile::tempdir().unwrap();
    let world = service.world.path("");
    let results = tempfile::tempdir().unwrap();
    let mut command = program(&service.world, "unshare");
    command
        .args(["-rm", "bash", "-c", SCRIPT, "bash", &room.to_string()])
        .arg(&world)
        .arg(out.path())
        .arg(results.path())
        .args(words(&service.world, arguments));
    let output = command.env("KLAYERS_CACHE_DIR", ".cache/klayers").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let text = |name: &str| std::fs::read_to_string(results.path().join(name)).unwrap();
    let story = format!("{name} with {room} KB of room: {said}{}\nthen {}", text("stderr"), text("stderr2"));
    let codes: Vec<i32> = said.split_whitespace().map(|code| code.parse().unwrap()).collect();
    let left = visible(&results.path().join("left"));
    assert!(lines(&results.path().join("left").join(LEDGER)).is_superset(known), "{story}");
    old_or_new(&left, before, after, &story);
    assert_eq!(codes[1], 0, "{story}");
    let end = visible(&results.path().join("disk"));
    assert!(different(&end, after).is_empty(), "{story}: {:?}", different(&end, after));
    if codes[0] != 0 {
        // What an account has no room for is open in its region, as what AWS refuses is.
        let is_open = codes[0] == 1 && ["publish", "expire"].contains(&name);
        assert!(is_open || (codes[0] == 2 && text("stderr").contains("\nhelp: make room")), "{story}");
        assert!(text("stderr").contains("No space left on device"), "{story}");
        assert!(!text("stderr").contains("panicked"), "{story}");
    }
    codes[0] != 0
}
