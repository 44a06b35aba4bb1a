//! What the paste-in page shows, made ready for its template. The template escapes everything that it is given, but for
//! the article, which the engine has sanitised.

use std::collections::BTreeSet;

use askama::Template;

use super::examples::{EXAMPLES, Example};
use super::marks::{self, Segment};
use super::pasted::{Pasted, Written};
use super::problem::Problem;
use crate::engine::rules;
use crate::wire::{Answer, Counts, Paragraph, Paragraphs};
use crate::{Cleaned, Label};

/// Most paragraphs that are listed with their reasons: a browser without a script lays out all of them at once.
const LISTED: usize = 2_000;

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    pasted: &'a Pasted,
    outcome: Outcome<'a>,
    examples: &'static [Example],
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
    removed: usize,
    pasted: &'a Pasted,
}

/// What the reader can decide of a paragraph, and has.
struct Decision {
    /// The field of the form.
    field: &'static str,
    /// What ticking it does.
    name: &'static str,
    /// What is so now.
    state: &'static str,
    is_chosen: bool,
}

/// A value to choose, and what is shown of it.
struct Choice {
    value: &'static str,
    name: &'static str,
    is_chosen: bool,
}

impl Page<'_> {
    fn modes(&self) -> [Choice; 3] {
        let chosen = if self.pasted.mode.is_empty() { "balanced" } else { &self.pasted.mode };
        [("balanced", "as is likelier (balanced)"), ("precision", "go (precision)"), ("recall", "stay (recall)")]
            .map(|(value, name)| Choice { value, name, is_chosen: chosen == value })
    }

    fn kinds(&self) -> [Choice; 3] {
        [
            ("auto", "what it looks like", Written::Auto),
            ("text", "text", Written::Text),
            ("html", "HTML source", Written::Html),
        ]
        .map(|(value, name, kind)| Choice { value, name, is_chosen: self.pasted.kind == kind })
    }

    /// The labels that can be left in.
    fn labels(&self) -> [Choice; 3] {
        [Label::Advertising, Label::CallToAction, Label::Boilerplate].map(|label| Choice {
            value: label.name(),
            name: many(label),
            is_chosen: self.pasted.keeps(label),
        })
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

    fn kept(&self) -> usize {
        self.answer.paragraphs.len() - self.removed
    }

    /// The article in the forms that it can be copied in: name, content.
    fn formats(&self) -> [(&'static str, &str); 3] {
        let Answer { text, markdown, html, .. } = self.answer;
        [("Text", text), ("Markdown", markdown.unwrap_or_default()), ("HTML", html.unwrap_or_default())]
    }

    /// How many paragraphs have which label.
    fn tally(&self) -> String {
        let Counts { content, advertising, call_to_action, boilerplate } = self.answer.counts;
        let counts = Label::ALL.into_iter().zip([content, advertising, call_to_action, boilerplate]);
        let named = counts.filter(|(_, count)| *count > 0).map(|(label, count)| {
            let name = if count == 1 { one(label) } else { many(label) };
            format!("{count} {name}")
        });
        let named: Vec<String> = named.collect();
        if named.is_empty() { String::new() } else { format!("{}.", named.join(", ")) }
    }

    fn decision(&self, paragraph: &Paragraph<'_>) -> Decision {
        let is_in = |places: &BTreeSet<usize>| places.contains(&paragraph.index);
        let (field, name, state, is_chosen) =
            match (is_in(&self.pasted.keep_paragraphs), is_in(&self.pasted.drop_paragraphs), paragraph.kept) {
                (true, _, _) => ("keep_paragraphs", "Keep", "Kept by you", true),
                (_, true, _) => ("drop_paragraphs", "Drop", "Dropped by you", true),
                (_, _, true) => ("drop_paragraphs", "Drop", "Kept", false),
                (_, _, false) => ("keep_paragraphs", "Keep", "Removed", false),
            };
        Decision { field, name, state, is_chosen }
    }

    fn listed(&self) -> &[Paragraph<'_>] {
        &self.answer.paragraphs[..self.answer.paragraphs.len().min(LISTED)]
    }

    fn unlisted(&self) -> usize {
        self.answer.paragraphs.len().saturating_sub(LISTED)
    }
}

/// A label's name, for people.
fn one(label: Label) -> &'static str {
    match label {
        Label::Content => "content",
        Label::Advertising => "advertising",
        Label::CallToAction => "call to action",
        Label::Boilerplate => "boilerplate",
    }
}

/// The name of what has a label.
fn many(label: Label) -> &'static str {
    match label {
        Label::CallToAction => "calls to action",
        other => one(other),
    }
}

/// A rule's name and what it looks for, for people.
fn looks_for(id: &str) -> &'static str {
    rules::catalogue().iter().find(|rule| rule.id == id).map_or("", |rule| &rule.looks_for)
}

/// A likelihood in percent. Never 100: the engine does not know for sure.
fn percent(confidence: f32) -> u8 {
    ((confidence * 100.0).round() as u8).min(99)
}

fn segments<'a>(paragraph: &Paragraph<'a>) -> Vec<Segment<'a>> {
    marks::mark(paragraph.text, paragraph.reasons)
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
    let removed = answer.paragraphs.iter().filter(|paragraph| !paragraph.kept).count();
    written(pasted, Outcome::Cleaned(Box::new(Shown { answer, removed, pasted })))
}

fn written(pasted: &Pasted, outcome: Outcome<'_>) -> String {
    let page = Page { pasted, outcome, examples: &EXAMPLES, version: env!("CARGO_PKG_VERSION") };
    // Writing to a string fails only where a value's own `Display` does, and there are none but of numbers and text.
    page.render().unwrap_or_default()
}
