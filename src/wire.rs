//! The answer as callers see it: JSON shapes and the parsing of options, shared by the command line and the server.
//! Engine types do not leave the program; these do.

mod choices;
mod object;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{Cleaned, Label, Reason, Warning};
pub use choices::{Choices, Chosen, Names, Output, PhraseList, Places};
pub use object::Object;

/// The cleaned article, as JSON.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer<'a> {
    /// The caller's own id as it was written, however large a number or odd an object; in batches only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub id: Option<&'a RawValue>,
    /// The headline.
    #[schema(required)]
    pub title: Option<&'a str>,
    /// Who wrote it.
    #[schema(required)]
    pub byline: Option<&'a str>,
    /// When it was first published, `YYYY-MM-DD`.
    #[schema(required)]
    pub published: Option<&'a str>,
    /// The site's name.
    #[schema(required)]
    pub site: Option<&'a str>,
    /// The language's code, ISO 639-1.
    #[schema(required)]
    pub language: Option<&'a str>,
    /// The page's address.
    #[schema(required)]
    pub url: Option<&'a str>,
    /// The address of the lead picture.
    #[schema(required)]
    pub image: Option<&'a str>,
    /// The cleaned article.
    pub text: &'a str,
    /// The cleaned article as Markdown, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<&'a str>,
    /// The cleaned article as sanitised HTML, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<&'a str>,
    /// The paragraphs that were asked for, in order.
    pub paragraphs: Vec<Paragraph<'a>>,
    /// How many paragraphs of the input have each label.
    pub counts: Counts,
    /// What was odd.
    pub warnings: &'a [Warning],
}

/// One paragraph of the input.
#[derive(Debug, Serialize, ToSchema)]
pub struct Paragraph<'a> {
    /// Its place among all paragraphs of the input, from 0.
    pub index: usize,
    /// Its text.
    pub text: &'a str,
    /// Its element.
    pub tag: &'a str,
    /// What it is.
    pub label: Label,
    /// Whether it stays in the article.
    pub kept: bool,
    /// How likely the label is, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f32,
    /// Why.
    pub reasons: &'a [Reason],
    /// Where it stands in the page.
    #[schema(required)]
    pub path: Option<&'a str>,
    /// Its first byte in the input and the one after its last, UTF-8.
    #[schema(required)]
    pub range: Option<[usize; 2]>,
}

/// How many paragraphs have each label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[expect(missing_docs, reason = "each field is the label of its name")]
pub struct Counts {
    pub content: usize,
    pub advertising: usize,
    pub call_to_action: usize,
    pub boilerplate: usize,
}

impl Counts {
    /// The counts of a cleaned article.
    pub fn of(cleaned: &Cleaned) -> Self {
        Self {
            content: cleaned.count(Label::Content),
            advertising: cleaned.count(Label::Advertising),
            call_to_action: cleaned.count(Label::CallToAction),
            boilerplate: cleaned.count(Label::Boilerplate),
        }
    }
}

/// Which paragraphs an answer lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paragraphs {
    /// All of the input.
    #[default]
    All,
    /// Those that do not stay.
    Removed,
    /// None.
    None,
}

impl<'a> Answer<'a> {
    /// The answer for a cleaned article.
    pub fn new(cleaned: &'a Cleaned, listed: Paragraphs, id: Option<&'a RawValue>) -> Self {
        let metadata = &cleaned.metadata;
        let is_listed = |kept: bool| match listed {
            Paragraphs::All => true,
            Paragraphs::Removed => !kept,
            Paragraphs::None => false,
        };
        let paragraphs = cleaned.paragraphs.iter().enumerate().filter(|(_, paragraph)| is_listed(paragraph.kept));
        Self {
            id,
            title: metadata.title.as_deref(),
            byline: metadata.byline.as_deref(),
            published: metadata.published.as_deref(),
            site: metadata.site.as_deref(),
            language: metadata.language.as_deref(),
            url: metadata.url.as_deref(),
            image: metadata.image.as_deref(),
            text: &cleaned.text,
            markdown: cleaned.markdown.as_deref(),
            html: cleaned.html.as_deref(),
            paragraphs: paragraphs
                .map(|(index, paragraph)| Paragraph {
                    index,
                    text: &paragraph.text,
                    tag: paragraph.tag,
                    label: paragraph.label,
                    kept: paragraph.kept,
                    confidence: paragraph.confidence,
                    reasons: &paragraph.reasons,
                    path: paragraph.path.as_deref(),
                    range: paragraph.range.clone().map(|Range { start, end }| [start, end]),
                })
                .collect(),
            counts: Counts::of(cleaned),
            warnings: &cleaned.warnings,
        }
    }
}

/// An error as callers see it (RFC 9457, application/problem+json), the members that every error has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// An address that names the kind of error; it need not lead anywhere.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of error in a few words.
    pub title: &'static str,
    /// The HTTP status that it has, or would have had as a request of its own.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What was wrong this time.
    pub detail: String,
    /// The kind of error, for programs; it never changes.
    #[schema(schema_with = crate::server::problem::schema_of_codes)]
    pub code: &'static str,
    /// The request's id, as in the header `x-request-id`; a line of a batch has none of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Whether bytes of unknown kind look like HTML: what comes first is the beginning of a tag, a comment, a doctype or an
/// XML declaration.
pub fn looks_like_html(bytes: &[u8]) -> bool {
    // Byte order marks, and the zeros of UTF-16, say nothing of the kind.
    let mut visible = bytes.iter().filter(|byte| !matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF));
    let first = visible.find(|byte| !byte.is_ascii_whitespace());
    let next = visible.next();
    first == Some(&b'<') && next.is_some_and(|byte| byte.is_ascii_alphabetic() || b"!/?".contains(byte))
}

/// One rule of the catalogue, as JSON.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleEntry {
    /// Its name.
    pub id: &'static str,
    /// What it speaks for; `null` where that depends on what it sees.
    #[schema(required)]
    pub label: Option<Label>,
    /// What it looks for.
    pub looks_for: &'static str,
}

/// The catalogue of rules.
pub fn rules() -> Vec<RuleEntry> {
    let entry = |rule: &'static crate::engine::rules::Rule| RuleEntry {
        id: &rule.id,
        label: rule.label,
        looks_for: &rule.looks_for,
    };
    crate::engine::rules::catalogue().iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_told_by_looking() {
        for html in ["<p>", "  \n<!doctype html>", "\u{feff}<?xml version=\"1.0\"?>", "</p>", "<\0h\0"] {
            assert!(looks_like_html(html.as_bytes()), "{html}");
        }
        assert!(looks_like_html(b"\xFF\xFE<\0h\0t\0m\0l\0"));
        for text in ["", "<", "< 3", "<3 is a heart", "Text with <b>", "1 < 2"] {
            assert!(!looks_like_html(text.as_bytes()), "{text}");
        }
    }
}
