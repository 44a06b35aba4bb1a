//! The labelled documents of the project's own writing: how much of what must go is found, and how much of the article
//! stays. The scores were fitted on these documents too, so the floors hold what was learned; they say nothing of
//! unseen pages.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use dechaff::{Label, Options, clean_text};
use serde::Deserialize;

/// Least F1 of what is removed, over all documents.
const DROPPED_F1: f32 = 0.82;
/// Least share of the article's lines that stay.
const KEPT: f32 = 0.983;

#[derive(Deserialize)]
struct Document {
    id: String,
    lines: Vec<(String, String)>,
}

/// Whether a line must go; none where either will do. The codes are those of a reader: C content, A advertising,
/// T call to action, B boilerplate, E either; several where several are right.
fn must_go(codes: &str) -> Option<bool> {
    match codes {
        "C" => Some(false),
        codes if codes.contains(['C', 'E']) => None,
        _ => Some(true),
    }
}

fn documents() -> Vec<Document> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/labelled");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    let read = |path| std::fs::read_to_string(path).unwrap();
    files.into_iter().map(read).flat_map(|text| text.lines().map(parse).collect::<Vec<_>>()).collect()
}

fn parse(line: &str) -> Document {
    serde_json::from_str(line).unwrap()
}

#[test]
fn every_line_has_codes_that_are_defined() {
    for document in documents() {
        for (text, codes) in &document.lines {
            let known = !codes.is_empty() && codes.chars().all(|code| "CATBE".contains(code));
            assert!(known && !text.trim().is_empty(), "{}: “{codes}” for “{text}”", document.id);
        }
    }
}

#[test]
fn what_must_go_goes_and_the_article_stays() {
    let (mut gone, mut missed, mut lost, mut kept) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for document in documents() {
        let text: Vec<&str> = document.lines.iter().map(|(text, _)| text.as_str()).collect();
        let cleaned = clean_text(&text.join("\n\n"), &Options::default()).unwrap();
        assert_eq!(cleaned.paragraphs.len(), document.lines.len(), "{}: lines are paragraphs", document.id);
        for ((_, codes), paragraph) in document.lines.iter().zip(&cleaned.paragraphs) {
            match (must_go(codes), paragraph.label == Label::Content) {
                (Some(true), false) => gone += 1.0,
                (Some(true), true) => missed += 1.0,
                (Some(false), false) => lost += 1.0,
                (Some(false), true) => kept += 1.0,
                (None, _) => {}
            }
        }
    }
    let f1 = 2.0 * gone / (2.0 * gone + missed + lost);
    let share = kept / (kept + lost);
    assert!(f1 >= DROPPED_F1 && share >= KEPT, "dropped F1 {f1:.4}, article kept {share:.4}");
}
