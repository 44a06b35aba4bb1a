//! The labelled documents of the project's own writing: how much of what must go is found, and how much of the article
//! stays. The scores were fitted on these documents too, so the floors hold what was learned; they say nothing of
//! unseen pages. The floors stand in `tools/evaluate/floors.json`, whose command evaluates other documents too.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;

use dechaff::{Label, Options, clean_text};
use serde::Deserialize;

/// How the names of these documents' figures begin: the program as it is built, on the repository's own documents.
const FIGURES: &str = "binary.own.";
/// Figures without whose floors this test would hold nothing.
const ALWAYS_HELD: [&str; 2] = ["f1", "kept"];

#[derive(Deserialize)]
struct Document {
    id: String,
    lang: String,
    lines: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Floors {
    least: BTreeMap<String, f64>,
}

/// Lines by what must happen to them and what happened.
#[derive(Default)]
struct Tally {
    gone: f64,
    missed: f64,
    lost: f64,
    kept: f64,
}

impl Tally {
    fn add(&mut self, must_go: bool, dropped: bool) {
        *match (must_go, dropped) {
            (true, true) => &mut self.gone,
            (true, false) => &mut self.missed,
            (false, true) => &mut self.lost,
            (false, false) => &mut self.kept,
        } += 1.0;
    }

    /// By their names: precision, recall and F1 of what is dropped, and the share of the article that stays.
    fn figures(&self) -> [(&'static str, f64); 4] {
        let ratio = |part: f64, rest: f64| part / (part + rest).max(1.0);
        let (precision, recall) = (ratio(self.gone, self.lost), ratio(self.gone, self.missed));
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
        [("precision", precision), ("recall", recall), ("f1", f1), ("kept", ratio(self.kept, self.lost))]
    }
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
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for document in documents() {
        let text: Vec<&str> = document.lines.iter().map(|(text, _)| text.as_str()).collect();
        let cleaned = clean_text(&text.join("\n\n"), &Options::default()).unwrap();
        assert_eq!(cleaned.paragraphs.len(), document.lines.len(), "{}: lines are paragraphs", document.id);
        for ((_, codes), paragraph) in document.lines.iter().zip(&cleaned.paragraphs) {
            let Some(must_go) = must_go(codes) else { continue };
            for group in ["", if document.lang == "en" { "english." } else { "other." }] {
                tallies.entry(group).or_default().add(must_go, paragraph.label != Label::Content);
            }
        }
    }
    let figures = tallies.iter().flat_map(|(group, tally)| {
        tally.figures().into_iter().map(move |(name, figure)| (format!("{FIGURES}{group}{name}"), figure))
    });
    check(&figures.collect());
}

/// Fails with every figure that is below its floor.
fn check(figures: &BTreeMap<String, f64>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/evaluate/floors.json");
    let floors: Floors = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for name in ALWAYS_HELD {
        assert!(floors.least.contains_key(&format!("{FIGURES}{name}")), "{FIGURES}{name} has a floor");
    }
    let sunk = figures.iter().filter_map(|(name, figure)| {
        let floor = floors.least.get(name).filter(|floor| figure < *floor)?;
        Some(format!("{name} is {figure:.4}, at least {floor:.3} is accepted"))
    });
    let sunk: Vec<String> = sunk.collect();
    assert!(sunk.is_empty(), "\n{}", sunk.join("\n"));
}
