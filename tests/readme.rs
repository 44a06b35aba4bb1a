//! The README's examples do what they say: each is run as it stands there, with the service on a port of its own.
//! `tests/readme/install` installs what the one in Python imports; `./check` calls it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

const README: &str = include_str!("../README.md");

/// Blocks that are no examples of what the program does: they install, serve for ever, or take minutes.
const NOT_RUN: [&str; 9] = [
    "cargo run --release\n",
    "./check\n",
    "./check-long\n",
    "cargo test",
    "fuzz/run",
    "tests/load/run",
    "rules --hits",
    "tools/fit",
    "tools/throughput",
];

/// A fenced block: the language that it names, and what stands in it.
type Block = (&'static str, &'static str);

fn blocks() -> impl Iterator<Item = Block> {
    README.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap())
}

/// The one block of a language that holds a text.
#[track_caller]
fn block(language: &str, text: &str) -> &'static str {
    let mut found = blocks().filter(|block| block.0 == language && block.1.contains(text));
    let block = found.next().unwrap_or_else(|| panic!("no block holds {text}")).1;
    assert!(found.next().is_none(), "two blocks hold {text}");
    block
}

/// The program as a service, as long as this lives.
struct Service {
    child: Child,
    /// Held open, so that the service may go on logging.
    _log: BufReader<ChildStderr>,
    address: String,
}

impl Service {
    fn new() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dechaff"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "json"])
            .env_clear()
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "the service has ended");
            if let Some((_, rest)) = line.split_once(r#""listen":""#) {
                break rest.split('"').next().unwrap().to_owned();
            }
        };
        Self { child, _log: log, address }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder for what a block writes, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("dechaff-readme-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a block; gives back what it prints.
#[track_caller]
fn run(interpreter: &Path, arguments: &[&str], block: &str) -> String {
    let (service, folder) = (Service::new(), Folder::new());
    let block = format!("{block}\n")
        .replace("localhost:8080", &service.address)
        .replace("cargo run --release --quiet --", env!("CARGO_BIN_EXE_dechaff"));
    let mut child = Command::new(interpreter)
        .args(arguments)
        .current_dir(&folder.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} cannot be started: {error}", interpreter.display()));
    child.stdin.take().unwrap().write_all(block.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{block}\n{stdout}\n{stderr}");
    stdout
}

/// What a block of the shell prints holds one text and not another.
#[track_caller]
fn check(text: &str, wanted: &str, unwanted: &str) {
    let script = block("sh", text);
    let printed = run(Path::new("bash"), &["-euo", "pipefail"], script);
    assert!(printed.contains(wanted) && !printed.contains(unwanted), "{script}\n{printed}");
}

/// Holds the same for the examples in other languages, which print the same of the same page.
#[track_caller]
fn check_printed(printed: &str) {
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "The bridge opens in May, the mayor said on Monday after the vote.", "{printed}");
    assert!(lines.last().unwrap().starts_with("advertising: Advertisement"), "{printed}");
    assert!(!lines.last().unwrap().contains("undefined"), "{printed}");
}

/// Texts by which the blocks are found that the tests below run.
const CURL: [&str; 3] = ["format=text", "paragraphs=removed", "curl -sNT"];
const COMMANDS: [&str; 4] = ["batch --paragraphs none", "batch pages.ndjson.gz", "--drop-phrase", "--rules rules.txt"];

#[test]
fn with_curl() {
    check(CURL[0], "closer than many had expected", "newsletter");
    check(CURL[1], r#""text":"Advertisement""#, r#""kept":true"#);
    check(CURL[2], r#""code":"malformed-json""#, "Facebook");
}

#[test]
fn with_the_commands() {
    check(COMMANDS[0], "the mayor said", "Facebook");
    check(COMMANDS[2], "newsletter", "cruises");
    check(COMMANDS[3], "the mayor said", "cruises");
    let script = format!("{}\nls cleaned", block("sh", COMMANDS[1]));
    assert_eq!(run(Path::new("bash"), &["-euo", "pipefail"], &script), "answers-000000000000-0.ndjson.zst\n");
}

mod in_python {
    use super::*;

    #[test]
    fn with_httpx() {
        let interpreter = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../readme/bin/python");
        check_printed(&run(&interpreter, &["-"], block("python", "httpx")));
    }
}

mod in_javascript {
    use super::*;

    #[test]
    fn with_fetch() {
        check_printed(&run(Path::new("node"), &["--input-type=module", "-"], block("js", "fetch")));
    }
}

#[test]
fn no_block_of_the_shell_is_forgotten() {
    for (_, script) in blocks().filter(|block| block.0 == "sh") {
        let script = format!("{script}\n");
        let found = [&NOT_RUN[..], &CURL, &COMMANDS].concat().into_iter().filter(|text| script.contains(text)).count();
        assert_eq!(found, 1, "a test here runs it, or NOT_RUN says that none does:\n{script}");
    }
}
