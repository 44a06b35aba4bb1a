//! The answer as callers see it: JSON shapes and the parsing of options, shared by the command line and the server.
//! Engine types do not leave the program; these do.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Cleaned, Format, Label, Mode, Options, Reason, Reasons, Warning};

/// The cleaned article, as JSON.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    /// The caller's own id as it was written, however large a number or odd an object; in batches only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a RawValue>,
    /// The headline.
    pub title: Option<&'a str>,
    /// Who wrote it.
    pub byline: Option<&'a str>,
    /// When it was first published, `YYYY-MM-DD`.
    pub published: Option<&'a str>,
    /// The site's name.
    pub site: Option<&'a str>,
    /// The language's code, ISO 639-1.
    pub language: Option<&'a str>,
    /// The page's address.
    pub url: Option<&'a str>,
    /// The address of the lead picture.
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
#[derive(Debug, Serialize)]
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
    pub confidence: f32,
    /// Why.
    pub reasons: &'a [Reason],
    /// Where it stands in the page.
    pub path: Option<&'a str>,
    /// Its first byte in the input and the one after its last, UTF-8.
    pub range: Option<[usize; 2]>,
}

/// How many paragraphs have each label.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is the label of its name")]
pub struct Counts {
    pub content: usize,
    pub advertising: usize,
    pub call_to_action: usize,
    pub boilerplate: usize,
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
            counts: Counts {
                content: cleaned.count(Label::Content),
                advertising: cleaned.count(Label::Advertising),
                call_to_action: cleaned.count(Label::CallToAction),
                boilerplate: cleaned.count(Label::Boilerplate),
            },
            warnings: &cleaned.warnings,
        }
    }
}

/// An error as callers see it (RFC 9457, application/problem+json), the members that every error has.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// An address that names the kind of error; it need not lead anywhere.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of error in a few words.
    pub title: &'static str,
    /// The HTTP status that it has, or would have had as a request of its own.
    pub status: u16,
    /// What was wrong this time.
    pub detail: String,
    /// The kind of error, for programs; it never changes.
    pub code: &'static str,
}

/// What a caller chooses, as it comes: query parameters, JSON's `options`, flags.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Choices {
    /// `precision`, `balanced` or `recall`.
    pub mode: Option<String>,
    /// `all`, `removed` or `none`.
    pub paragraphs: Option<String>,
    /// Labels to leave in: names parted by commas, or a list of them.
    pub keep: Option<Names>,
    /// The document's language.
    pub language: Option<String>,
    /// `json`, `text`, `markdown` or `html`; `json,markdown` and the like give JSON that holds the article so too.
    pub format: Option<String>,
    /// The page's address.
    pub url: Option<String>,
}

/// Names, as a list or parted by commas.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Names {
    /// Parted by commas.
    Line(String),
    /// As a list.
    List(Vec<String>),
}

/// The form in which the whole answer is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Output {
    /// The whole answer.
    #[default]
    Json,
    /// The cleaned text alone.
    Text,
    /// The article as Markdown alone.
    Markdown,
    /// The article as HTML alone.
    Html,
}

impl Output {
    /// The output of a name.
    ///
    /// # Errors
    /// A sentence that says what would do.
    pub fn from_name(name: &str) -> Result<Self, String> {
        Ok(match name {
            "json" => Self::Json,
            "text" => Self::Text,
            "markdown" => Self::Markdown,
            "html" => Self::Html,
            other => return Err(format!("format is “{}”; it may be json, text, markdown or html", short(other))),
        })
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Text => "text/plain; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// The engine's format that it needs, if any.
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Json | Self::Text => None,
            Self::Markdown => Some(Format::Markdown),
            Self::Html => Some(Format::Html),
        }
    }
}

/// Choices that were read and understood.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// For the engine.
    pub options: Options,
    /// Which paragraphs to list.
    pub paragraphs: Paragraphs,
    /// The form of the answer, where the caller named one.
    pub output: Option<Output>,
}

impl Choices {
    /// These choices, with those of `other` where these are silent.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            mode: self.mode.or(other.mode),
            paragraphs: self.paragraphs.or(other.paragraphs),
            keep: self.keep.or(other.keep),
            language: self.language.or(other.language),
            format: self.format.or(other.format),
            url: self.url.or(other.url),
        }
    }

    /// Reads the choices.
    ///
    /// # Errors
    /// A sentence that names the choice and says what would do.
    pub fn read(&self) -> Result<Chosen, String> {
        let mode = match self.mode.as_deref() {
            None | Some("balanced") => Mode::Balanced,
            Some("precision") => Mode::Precision,
            Some("recall") => Mode::Recall,
            Some(other) => return Err(format!("mode is “{}”; it may be precision, balanced or recall", short(other))),
        };
        let paragraphs = match self.paragraphs.as_deref() {
            None | Some("all") => Paragraphs::All,
            Some("removed") => Paragraphs::Removed,
            Some("none") => Paragraphs::None,
            Some(other) => return Err(format!("paragraphs is “{}”; it may be all, removed or none", short(other))),
        };
        let names: Vec<&str> = match &self.keep {
            None => Vec::new(),
            Some(Names::Line(line)) => line.split(',').map(str::trim).filter(|name| !name.is_empty()).collect(),
            Some(Names::List(list)) => list.iter().map(|name| name.trim()).collect(),
        };
        let keep = names.into_iter().map(label).collect::<Result<Vec<_>, _>>()?;
        if let Some(language) = &self.language {
            let is_tag = (2..=35).contains(&language.len())
                && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            if !is_tag {
                return Err(format!("language is “{}”; it may be a code such as en or pt-BR", short(language)));
            }
        }
        let outputs = self.format.as_deref().map(outputs).transpose()?;
        let options = Options {
            mode,
            keep,
            language: self.language.clone(),
            url: self.url.clone().filter(|url| !url.is_empty()),
            formats: outputs.iter().flat_map(|(_, formats)| formats).copied().collect(),
            reasons: if paragraphs == Paragraphs::None { Reasons::Omitted } else { Reasons::Given },
            ..Options::default()
        };
        Ok(Chosen { options, paragraphs, output: outputs.map(|(output, _)| output) })
    }
}

/// The form of the answer, and the formats that the engine renders for it.
fn outputs(names: &str) -> Result<(Output, Vec<Format>), String> {
    let outputs = names.split(',').map(|name| Output::from_name(name.trim())).collect::<Result<Vec<_>, _>>()?;
    let formats = outputs.iter().filter_map(|output| output.format()).collect();
    match outputs[..] {
        [output] => Ok((output, formats)),
        _ if outputs.contains(&Output::Json) => Ok((Output::Json, formats)),
        _ => {
            Err(format!("format is “{}”; several can stand only in json, which must be named with them", short(names)))
        }
    }
}

fn label(name: &str) -> Result<Label, String> {
    let known = Label::ALL.into_iter().find(|label| label.name() == name);
    known.ok_or_else(|| {
        format!("keep holds “{}”; it may hold content, advertising, call_to_action and boilerplate", short(name))
    })
}

/// The beginning of a caller's value: enough to find it, not enough to fill a log.
fn short(value: &str) -> String {
    value.chars().take(40).collect()
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
#[derive(Debug, Serialize)]
pub struct RuleEntry {
    /// Its name.
    pub id: &'static str,
    /// What it speaks for; `null` where that depends on what it sees.
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

    #[track_caller]
    fn check(json: &str, error: Option<&str>) {
        let read =
            serde_json::from_str::<Choices>(json).map_err(|error| error.to_string()).and_then(|choices| choices.read());
        match (read, error) {
            (Ok(_), None) => {}
            (Err(message), Some(part)) => assert!(message.contains(part), "{message}"),
            (other, _) => panic!("{json}: {other:?}"),
        }
    }

    #[test]
    fn choices_are_read_or_refused_by_name() {
        check(r#"{"mode":"recall","keep":"advertising, call_to_action","format":"markdown","language":"pt-BR"}"#, None);
        check(r#"{"keep":["boilerplate"]}"#, None);
        check(r#"{"mode":"strict"}"#, Some("precision, balanced or recall"));
        check(r#"{"keep":"ads"}"#, Some("“ads”"));
        check(r#"{"paragraphs":"some"}"#, Some("all, removed or none"));
        check(r#"{"language":"<b>"}"#, Some("language"));
        check(r#"{"modus":"recall"}"#, Some("unknown field `modus`"));
        check(r#"{"format":"json, markdown"}"#, None);
        check(r#"{"format":"text,markdown"}"#, Some("only in json"));
    }
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
