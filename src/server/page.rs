//! What the paste-in page shows, made ready for its template. The template escapes everything that it is given.

use askama::Template;

use super::form::{Pasted, Written};
use super::problem::Problem;
use crate::wire::{Answer, Paragraph, Paragraphs};
use crate::{Cleaned, Label};

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    pasted: &'a Pasted,
    outcome: Outcome<'a>,
    version: &'static str,
}

enum Outcome<'a> {
    None,
    Failed { problem: &'a Problem, id: &'a str },
    Cleaned(Box<Shown<'a>>),
}

/// The result, as it is shown.
struct Shown<'a> {
    answer: Answer<'a>,
    article: Vec<Piece<'a>>,
    removed: usize,
}

/// A part of the article: the elements that it is shown with.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Heading(&'a str),
    Text(&'a str),
    Verbatim(&'a str),
    List(Vec<&'a str>),
}

impl Page<'_> {
    /// The choices of a mode: value, name, whether it is chosen.
    fn modes(&self) -> [(&'static str, &'static str, bool); 3] {
        let chosen = if self.pasted.mode.is_empty() { "balanced" } else { &self.pasted.mode };
        [
            ("balanced", "Balanced", chosen == "balanced"),
            ("precision", "Precision: what is doubtful goes", chosen == "precision"),
            ("recall", "Recall: what is doubtful stays", chosen == "recall"),
        ]
    }

    /// The choices of a kind: value, name, whether it is chosen.
    fn kinds(&self) -> [(&'static str, &'static str, bool); 3] {
        [
            ("auto", "Tell by looking", self.pasted.kind == Written::Auto),
            ("text", "Text", self.pasted.kind == Written::Text),
            ("html", "HTML source", self.pasted.kind == Written::Html),
        ]
    }
}

impl Shown<'_> {
    /// What is known of the article: name and value.
    fn metadata(&self) -> Vec<(&'static str, &str)> {
        let answer = &self.answer;
        let known = [
            ("By", answer.byline),
            ("Published", answer.published),
            ("Site", answer.site),
            ("Language", answer.language),
            ("Address", answer.url),
        ];
        known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The article's language, for the browser; empty where it is not known.
    fn language(&self) -> &str {
        self.answer.language.unwrap_or_default()
    }
}

/// A label's name, for people.
fn words(label: Label) -> &'static str {
    match label {
        Label::Content => "content",
        Label::Advertising => "advertising",
        Label::CallToAction => "call to action",
        Label::Boilerplate => "boilerplate",
    }
}

/// A likelihood in percent. Never 100: the engine does not know for sure.
fn percent(confidence: f32) -> u8 {
    ((confidence * 100.0).round() as u8).min(99)
}

/// The page before anything was pasted.
pub(super) fn blank() -> String {
    written(&Pasted::default(), Outcome::None)
}

/// The page with an error.
pub(super) fn problem(pasted: &Pasted, problem: &Problem, id: &str) -> String {
    written(pasted, Outcome::Failed { problem, id })
}

/// The page with a cleaned article.
pub(super) fn result(pasted: &Pasted, cleaned: &Cleaned) -> String {
    let answer = Answer::new(cleaned, Paragraphs::All, None);
    let article = article(&answer.paragraphs, cleaned);
    let removed = answer.paragraphs.iter().filter(|paragraph| !paragraph.kept).count();
    written(pasted, Outcome::Cleaned(Box::new(Shown { answer, article, removed })))
}

fn written(pasted: &Pasted, outcome: Outcome<'_>) -> String {
    // Writing to a string fails only where a value's own `Display` does, and there are none but of numbers and text.
    Page { pasted, outcome, version: env!("CARGO_PKG_VERSION") }.render().unwrap_or_default()
}

/// The kept paragraphs with the elements that they had; items that follow one another are one list.
fn article<'a>(paragraphs: &[Paragraph<'_>], cleaned: &'a Cleaned) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| paragraph.kept) {
        let text = cleaned.paragraphs[paragraph.index].text.as_str();
        match (paragraph.tag, pieces.last_mut()) {
            ("li", Some(Piece::List(items))) => items.push(text),
            ("li", _) => pieces.push(Piece::List(vec![text])),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", _) => pieces.push(Piece::Heading(text)),
            ("pre", _) => pieces.push(Piece::Verbatim(text)),
            _ => pieces.push(Piece::Text(text)),
        }
    }
    pieces
}
