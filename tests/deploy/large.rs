//! A file of hundreds of megabytes is never in memory as a whole.

use std::process::{Child, Stdio};
use std::time::Duration;

use crate::aws::Emulator;
use crate::bucket::{BUCKET, Bucket};
use crate::world::SiteWorld;

const FILE_BYTES: u64 = 160 << 20;
/// What the program itself takes, with its clients and threads, and pieces of the file.
const MEMORY_MAX_BYTES: u64 = 64 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_sent_piece_by_piece() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    let bucket = Bucket::new(&emulator.url()).await;
    // A hole takes no room on the disk.
    site.write("api/v3/all.ndjson", "");
    std::fs::OpenOptions::new().write(true).open(site.folder().join("api/v3/all.ndjson")).unwrap().set_len(FILE_BYTES).unwrap();
    let mut child = site.command(&emulator.url(), &["s3://the-site"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let most = memory_of(&mut child);
    assert!(child.wait().unwrap().success());
    let head = bucket.client.head_object().bucket(BUCKET).key("api/v3/all.ndjson").send().await.unwrap();
    assert_eq!(head.content_length(), Some(i64::try_from(FILE_BYTES).unwrap()));
    println!("{most} bytes of memory for a file of {FILE_BYTES}");
    assert!((1 << 20..MEMORY_MAX_BYTES).contains(&most), "{most} bytes of memory for a file of {FILE_BYTES}");
    site.deploy(&emulator.url(), &["s3://the-site"]).exits(0).says("0 uploaded (0 B), ");
}

/// The most memory that a process has had until it ended.
fn memory_of(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0) << 10);
        std::thread::park_timeout(Duration::from_millis(1));
    }
    most
}
