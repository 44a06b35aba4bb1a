//! `dechaff batch` on files: compressed ones, answers in parts, interruptions, and what it tells of its work.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use program::{File, Run, Wanted, check, check_done, check_refused, start};
use serde_json::json;

/// A folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dechaff-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// Its files and what they hold, in the order of their names.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// So many documents, of which every tenth is none.
fn documents(number: usize) -> String {
    let mut lines = String::new();
    for id in 0..number {
        match id % 10 {
            9 => writeln!(lines, "{}", json!({ "id": id })),
            _ => writeln!(lines, "{}", json!({"id": id, "text": format!("Rain fell on town number {id}.")})),
        }
        .unwrap();
    }
    lines
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What files of these names hold, joined.
fn joined(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut text = String::new();
    for (name, bytes) in files {
        match Path::new(name).extension().and_then(|ending| ending.to_str()) {
            Some("gz") => MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap(),
            Some("zst") => zstd::Decoder::new(bytes.as_slice()).unwrap().read_to_string(&mut text).unwrap(),
            _ => bytes.as_slice().read_to_string(&mut text).unwrap(),
        };
    }
    text
}

fn partial(arguments: &[&str], errors: &str) -> String {
    check(&Run { arguments, ..Run::default() }, &Wanted { code: 3, output: "", errors })
}

#[test]
fn files_are_read_and_written_by_their_endings() {
    let documents = documents(40);
    let plain = File::new("in.ndjson", documents.as_bytes());
    let wanted = partial(&["batch", plain.name()], "dechaff: 4 of 40 documents have an error for an answer");
    // Two members, as joined files have.
    let (front, back) = documents.split_at(documents.find('\n').unwrap() + 20);
    let gzip = File::new("in.ndjson.GZ", &[gzip(front.as_bytes()), gzip(back.as_bytes())].concat());
    let zstd = File::new("in.ndjson.zst", &zstd::encode_all(documents.as_bytes(), 1).unwrap());
    for (input, name) in [(&plain, "a.ndjson"), (&gzip, "b.ndjson.zst"), (&zstd, "c.gz"), (&plain, "d")] {
        assert_eq!(partial(&["batch", input.name()], "4 of 40"), wanted);
        let folder = Folder::new(name);
        let arguments = ["batch", input.name(), "--output-dir", folder.name(), "--output-name", name];
        assert_eq!(partial(&[&arguments[..], &["--rotate", "3kB"]].concat(), "4 of 40"), "");
        let files = folder.files();
        assert_eq!(joined(&files), wanted, "{name}");
        assert!(files.len() > 4, "{:?}", files.keys());
        for part in files.keys() {
            assert!(name.split('.').next().is_some_and(|stem| part.starts_with(stem)), "{part}");
        }
    }
    let cut = File::new("cut.ndjson.gz", &self::gzip(documents.as_bytes())[..200]);
    let run = Run { arguments: &["batch", cut.name()], ..Run::default() };
    check(&run, &Wanted { code: 1, output: "", errors: "cut.ndjson.gz: " });
}

#[test]
fn what_would_spoil_answers_is_refused() {
    let input = File::new("spoil.ndjson", documents(12).as_bytes());
    let folder = Folder::new("spoil");
    let arguments = ["batch", input.name(), "--output-dir", folder.name()];
    let with = |more: &[&'static str]| [&arguments[..], more].concat();
    partial(&arguments, "1 of 12");
    let before = folder.files();
    assert_eq!(before.keys().collect::<Vec<_>>(), ["answers-000000000000-0.ndjson"]);
    check_refused(&arguments, &[], "--resume goes on after them");
    check_refused(&["batch", "--resume"], &[], "--resume (DECHAFF_RESUME) needs --output-dir");
    check_refused(&["batch", "--rotate", "1MB"], &[], "--output-dir <DIR>");
    check_refused(&with(&["--output-name", ".zst"]), &[], "answers.ndjson.zst");
    let fails = |arguments: &[&str], errors| {
        check(&Run { arguments, ..Run::default() }, &Wanted { code: 1, output: "", errors });
    };
    fails(&with(&["--resume", "--output-name", "answers.ndjson.gz"]), "which is no part of answers.ndjson.gz");
    let other = File::new("other.ndjson", documents(13).replace("\"id\":", "\"id\":1").as_bytes());
    fails(&["batch", other.name(), "--output-dir", folder.name(), "--resume"], "this is another input");
    let short = File::new("short.ndjson", documents(11).as_bytes());
    fails(&["batch", short.name(), "--output-dir", folder.name(), "--resume"], "holds 11 documents, of which 12");
    assert_eq!(folder.files(), before);
    // A finished batch is as it is, its errors are still told, and of a longer input the rest is done.
    partial(&with(&["--resume"]), "1 of 12");
    assert_eq!(folder.files(), before);
    let long = File::new("long.ndjson", documents(30).as_bytes());
    partial(&["batch", long.name(), "--output-dir", folder.name(), "--resume"], "3 of 30");
    assert_eq!(joined(&folder.files()), partial(&["batch", long.name()], "3 of 30"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test does not wait for ever")]
fn one_batch_writes_to_a_folder() {
    let folder = Folder::new("one");
    let mut first = start(&["batch", "--output-dir", folder.name()], &[]);
    let mut stdin = first.stdin.take().unwrap();
    writeln!(stdin, "{}", json!({"id": 1, "text": "Rain fell."})).unwrap();
    let begun = Instant::now();
    while !folder.0.is_dir() || joined(&folder.files()).is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "an answer is there before the next document comes");
        std::thread::sleep(Duration::from_millis(20));
    }
    let run = Run { arguments: &["batch", "--output-dir", folder.name(), "--resume"], ..Run::default() };
    check(&run, &Wanted { code: 1, output: "", errors: "another batch writes there" });
    drop(stdin);
    assert!(first.wait().unwrap().success());
}

#[test]
fn progress_is_told_on_standard_error() {
    let input = File::new("progress.ndjson", documents(5).as_bytes());
    let run = Run { arguments: &["batch", input.name(), "--progress"], ..Run::default() };
    let stdout = check(&run, &Wanted { code: 0, output: "", errors: "dechaff: 5 documents, 0.0 MB/s, 0 errors\n" });
    assert_eq!(stdout, check_done(&["batch"], &[], documents(5).as_bytes(), ""));
}

/// Bytes of the files in a folder.
fn size(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten();
    files.map(|entry| entry.unwrap().metadata().map_or(0, |about| about.len())).sum()
}

/// Kills a batch ten times, whenever it has written a random amount more, and then lets it come to its end: so many of
/// the kills must have come before it, and what it leaves must be what a batch leaves that nothing disturbed.
#[track_caller]
fn check_killed(name: &str, documents: &str, told: &str, fewest_hits: usize) {
    let input = File::new(&format!("{name}-documents"), documents.as_bytes());
    let (undisturbed, folder) = (Folder::new(&format!("undisturbed-{name}")), Folder::new(&format!("killed-{name}")));
    let flags = ["--output-name", name, "--rotate", "64KiB", "--resume"];
    partial(&[&["batch", input.name(), "--output-dir", undisturbed.name()][..], &flags].concat(), told);
    let arguments = [&["batch", input.name(), "--output-dir", folder.name()][..], &flags].concat();
    let step = size(&undisturbed.0) / 12;
    let mut hits = 0;
    for _ in 0..10 {
        let wanted = size(&folder.0) + RandomState::new().build_hasher().finish() % step;
        let mut child = start(&arguments, &[]);
        while size(&folder.0) < wanted && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        hits += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
    }
    partial(&arguments, told);
    assert!(folder.files() == undisturbed.files(), "{name} is another after {hits} kills");
    assert!(hits >= fewest_hits, "{name}: only {hits} kills hit");
}

/// The endings, each with a name of its own.
const NAMES: [&str; 3] = ["a.ndjson", "b.ndjson.gz", "c.ndjson.zst"];

#[test]
fn a_batch_that_is_killed_goes_on_as_if_it_had_not_been() {
    for name in NAMES {
        check_killed(name, &documents(2000), "200 of 2000", 3);
    }
}

#[test]
#[ignore = "takes a minute; ./check-long runs it"]
fn a_long_batch_that_is_killed_at_ten_moments_goes_on_as_if_it_had_not_been() {
    let article = "The council voted on Monday to build a second bridge over the river.\\n\\n".repeat(20);
    let documents = documents(10_000).replace("Rain fell", &format!("{article}Rain fell"));
    for name in NAMES {
        check_killed(name, &documents, "1000 of 10000", 10);
    }
}
