//! The walls and habits that no compiler holds, as tests over the source tree.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::fs;
use std::path::Path;

/// Longest file, in lines, without its tests: longer ones hold two things.
const LONGEST_FILE: usize = 400;

/// Files that may name what a wall keeps in its place, each with its reason.
const STATUS_CODES: [&str; 1] = [
    // Gives every kind of problem its status, once.
    "src/server/problem.rs",
];

/// Folders that tools write and git leaves out: what is in them need not be text.
const WRITTEN_BY_TOOLS: [&str; 4] = [".venv", "__pycache__", "node_modules", "tools/fit/out"];

struct File {
    /// From the root of the repository.
    path: String,
    text: String,
}

impl File {
    /// Its lines with their numbers, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Every file of these folders whose name ends so.
fn files(folders: &[&str], ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    for folder in folders {
        walk(folder, ending, &mut found);
    }
    assert!(!found.is_empty(), "{folders:?} hold files");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(folder: &str, ending: &str, found: &mut Vec<File>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if WRITTEN_BY_TOOLS.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            walk(&path, ending, found);
        } else if path.ends_with(ending) {
            found.push(File { text: fs::read_to_string(entry.path()).unwrap(), path });
        }
    }
}

/// Fails with every place that was found.
#[track_caller]
fn check(places: &[String]) {
    assert!(places.is_empty(), "\n{}", places.join("\n"));
}

/// Places where a word stands in code outside the files that may name it.
fn named_outside(files: &[File], words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut places = Vec::new();
    for file in files.iter().filter(|file| !allowed.contains(&file.path.as_str())) {
        for (number, line) in file.code() {
            places.extend(
                words
                    .iter()
                    .filter(|word| holds_word(line, word))
                    .map(|word| format!("{}:{number} names {word}", file.path)),
            );
        }
    }
    places
}

/// Whether a word stands in a line, not as a part of a longer one.
fn holds_word(line: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word)
        .any(|(at, _)| !is_part(line[..at].chars().next_back()) && !is_part(line[at + word.len()..].chars().next()))
}

#[test]
fn the_engine_knows_no_http_no_async_no_clock_and_no_disk() {
    let crates = ["axum", "tower", "tower_http", "tokio", "hyper", "tracing", "clap", "askama"];
    // `http` is also a scheme in strings: only its use as a crate counts.
    let paths = ["http::", "std::fs", "std::env", "std::time", "std::net", "std::io", "std::process", "std::thread"];
    let engine = files(&["src/engine"], ".rs");
    let mut places = named_outside(&engine, &crates, &[]);
    for file in &engine {
        for (number, line) in file.code() {
            let names = |path: &&&str| line.contains(**path);
            places.extend(paths.iter().filter(names).map(|path| format!("{}:{number} names {path}", file.path)));
            if line.contains("use std::{") {
                places.push(format!("{}:{number} imports std in one line: name the modules one by one", file.path));
            }
        }
    }
    check(&places);
}

#[test]
fn the_engine_knows_neither_the_service_nor_the_command_line() {
    let paths = ["crate::server", "crate::cli", "crate::config", "crate::wire", "crate::batch_line"];
    check(&named_outside(&files(&["src/engine"], ".rs"), &paths, &[]));
}

#[test]
fn one_file_sees_the_dom() {
    check(&named_outside(&files(&["src"], ".rs"), &["scraper"], &["src/engine/parse/html.rs"]));
}

#[test]
fn one_file_sees_the_tree_builder() {
    check(&named_outside(&files(&["src"], ".rs"), &["html5ever"], &["src/engine/parse/nesting.rs"]));
}

#[test]
fn status_codes_are_given_in_one_place() {
    let mut places = named_outside(&files(&["src"], ".rs"), &["StatusCode"], &STATUS_CODES);
    // Tests say what they expect in numbers; the engine has no answers.
    places.retain(|place| !place.contains("src/engine"));
    check(&places);
}

#[test]
fn rules_see_features_only() {
    let words = ["dom", "settle", "assemble", "render"].map(|module| format!("super::{module}"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    check(&named_outside(&files(&["src/engine/rules", "src/engine/features"], ".rs"), &words, &[]));
}

#[test]
fn a_file_opens_with_what_it_is() {
    let files = files(&["src", "tests", "tools", "fuzz/fuzz_targets", "fuzz/src"], ".rs");
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    check(&silent.map(|file| format!("{} does not open with //!", file.path)).collect::<Vec<_>>());
}

#[test]
fn files_are_short() {
    let lines = |file: &File| file.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
    let files = files(&["src"], ".rs");
    let long = files.iter().filter(|file| lines(file) > LONGEST_FILE);
    check(&long.map(|file| format!("{} has {} lines", file.path, lines(file))).collect::<Vec<_>>());
}

#[test]
fn nothing_is_put_off() {
    // Written in two parts, so that this file does not find itself.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("todo", "!"),
        concat!("unimpl", "emented!"),
    ];
    let mut places = Vec::new();
    for file in files(&["src", "tests", "tools"], ".rs").iter().chain(&files(&["tools", ".ci"], "")) {
        for (number, line) in (1..).zip(file.text.lines()).filter(|_| is_written_by_hand(&file.path)) {
            let found = words.iter().filter(|word| line.contains(**word));
            places.extend(found.map(|word| format!("{}:{number} says {word}", file.path)));
        }
    }
    places.dedup();
    check(&places);
}

#[test]
fn no_line_ends_in_white_space() {
    let mut places = Vec::new();
    for ending in [".rs", ".toml", ".py", ".html", ".css", ".sh", ".yml", ".md", ".txt"] {
        for folder in ["src", "tests", "tools", "templates", "static", "deploy", ".ci"] {
            let mut found = Vec::new();
            walk(folder, ending, &mut found);
            for file in &found {
                let trailing = (1..).zip(file.text.lines()).filter(|(_, line)| line.ends_with([' ', '\t']));
                places.extend(trailing.map(|(number, _)| format!("{}:{number} ends in white space", file.path)));
                if !file.text.is_empty() && !file.text.ends_with('\n') {
                    places.push(format!("{} does not end with a line feed", file.path));
                }
            }
        }
    }
    check(&places);
}

/// Whether people write a file, by its name.
fn is_written_by_hand(path: &str) -> bool {
    [".rs", ".py", ".sh", ".toml", ".yml"].iter().any(|ending| path.ends_with(ending))
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let mut places = Vec::new();
    let (mut in_dependencies, mut has_reason) = (false, false);
    for (number, line) in (1..).zip(manifest.lines()) {
        match line.chars().next() {
            Some('[') => {
                (in_dependencies, has_reason) = (line.contains("dependencies"), false);
            }
            // A reason holds for the lines under it, up to a blank one.
            Some('#') => has_reason = true,
            None => has_reason = false,
            Some(_) if in_dependencies && !has_reason => {
                places.push(format!("Cargo.toml:{number} gives no reason: {line}"));
            }
            Some(_) => {}
        }
    }
    check(&places);
}
