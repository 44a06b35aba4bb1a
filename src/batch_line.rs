//! One line of a batch: a document as JSON in, its answer or its error as JSON out. The command line and the HTTP
//! endpoint share it, so that both answer alike. It never fails: whatever is wrong with a line is that line's answer.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::server::problem::Code;
use crate::wire::{Answer, Choices, Chosen, Problem};
use crate::{Cleaned, Error, Limits, RulesFile, clean_html, clean_text};

/// What holds for every line.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// What a line that does not choose gets.
    pub choices: Choices,
    /// The operator's own rules.
    pub rules: RulesFile,
    /// What the engine refuses.
    pub limits: Limits,
}

/// A document as it comes. Members that are not named here are the caller's own and are passed over.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    html: Option<String>,
    text: Option<String>,
    url: Option<String>,
    options: Option<Choices>,
}

/// A line of which nothing but the id is looked at.
#[derive(Deserialize)]
struct OnlyId<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Refusal<'a> {
    id: &'a RawValue,
    error: Problem,
}

/// Why a line has no cleaned article.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It is not UTF-8.
    NotUtf8,
    /// It is not a JSON object of the right shape.
    Malformed(String),
    /// It has neither `html` nor `text`, or both.
    Sources,
    /// An option has a value that it may not have.
    Option(String),
    /// It has more bytes than the limit.
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The engine refused the document.
    Refused(Error),
    /// The program failed on it.
    Failed,
}

/// The answer to a line, without a line's end.
pub fn answer(line: &[u8], defaults: &Defaults) -> Vec<u8> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    catch_unwind(AssertUnwindSafe(|| answer_or_fault(line, defaults)))
        .unwrap_or(Err(Fault::Failed))
        .unwrap_or_else(|fault| refuse(id_of(line), &fault))
}

/// The answer to a line that could not be read or worked on at all.
pub fn answer_unread(fault: &Fault) -> Vec<u8> {
    refuse(RawValue::NULL, fault)
}

fn answer_or_fault(line: &[u8], defaults: &Defaults) -> Result<Vec<u8>, Fault> {
    let document = Document::read(line, defaults)?;
    let cleaned = document.clean()?;
    let id = document.id.unwrap_or(RawValue::NULL);
    let answer = Answer::new(&cleaned, document.chosen.paragraphs, Some(id));
    serde_json::to_vec(&answer).map_err(|_| Fault::Failed)
}

/// A line that was read, and is to be cleaned.
#[derive(Debug)]
pub struct Document<'a> {
    /// What the line chooses, and the defaults where it does not.
    pub chosen: Chosen,
    id: Option<&'a RawValue>,
    html: Option<String>,
    text: Option<String>,
}

impl<'a> Document<'a> {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn read(line: &'a [u8], defaults: &Defaults) -> Result<Self, Fault> {
        let line = std::str::from_utf8(line).map_err(|_| Fault::NotUtf8)?;
        if !is_object(line.as_bytes()) {
            return Err(Fault::Malformed("a line must be a JSON object".to_owned()));
        }
        let line: Line = serde_json::from_str(line).map_err(|error| Fault::Malformed(error.to_string()))?;
        let own = Choices { url: line.url, ..Choices::default() };
        let choices = own.or(line.options.unwrap_or_default()).or(defaults.choices.clone());
        let mut chosen = choices.read().map_err(Fault::Option)?;
        chosen.options.limits = defaults.limits.clone();
        chosen.options.rules = defaults.rules.clone();
        Ok(Self { chosen, id: line.id, html: line.html, text: line.text })
    }

    /// Cleans the document.
    ///
    /// # Errors
    /// Where it has not exactly one source, or the engine refuses it.
    pub fn clean(&self) -> Result<Cleaned, Fault> {
        let cleaned = match (&self.html, &self.text) {
            (Some(html), None) => clean_html(html.as_bytes(), Some("utf-8"), &self.chosen.options),
            (None, Some(text)) => clean_text(text, &self.chosen.options),
            _ => return Err(Fault::Sources),
        };
        cleaned.map_err(Fault::Refused)
    }
}

/// Serde would read an array as well, its items in the order of the members.
fn is_object(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"{")
}

/// The id of a line that is at least JSON.
fn id_of(line: &[u8]) -> &RawValue {
    if !is_object(line) {
        return RawValue::NULL;
    }
    serde_json::from_slice::<OnlyId>(line).ok().and_then(|line| line.id).unwrap_or(RawValue::NULL)
}

fn refuse(id: &RawValue, fault: &Fault) -> Vec<u8> {
    let error = fault.code().written(fault.to_string());
    // Strings and a number: nothing in it can fail to be written.
    serde_json::to_vec(&Refusal { id, error }).unwrap_or_default()
}

impl Fault {
    fn code(&self) -> Code {
        match self {
            Self::NotUtf8 | Self::Malformed(_) | Self::Sources => Code::MalformedJson,
            Self::Option(_) => Code::InvalidOption,
            Self::TooLong { .. } => Code::TooLarge,
            Self::Refused(error) => (*error).into(),
            Self::Failed => Code::Internal,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => formatter.write_str("the line is not UTF-8"),
            Self::Malformed(detail) | Self::Option(detail) => formatter.write_str(detail),
            Self::Sources => formatter.write_str("exactly one of “html” and “text” must be there"),
            Self::TooLong { limit } => write!(formatter, "the line has over {limit} bytes"),
            Self::Refused(error) => error.fmt(formatter),
            Self::Failed => formatter.write_str("the document met a fault of the program"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[track_caller]
    fn check(line: impl AsRef<[u8]>, id: &str, code: Option<&str>) -> Value {
        let bytes = answer(line.as_ref(), &Defaults::default());
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains('\n'), "{text}");
        assert!(text.starts_with(&format!("{{\"id\":{id},")), "{text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["error"]["code"].as_str(), code, "{text}");
        answer
    }

    #[test]
    fn ids_are_given_back_as_they_were_written() {
        for id in ["7", "\"a\\u00e9\"", "123456789012345678901234567890", r#"{"b":1,"a":[null]}"#, "null", "1.50"] {
            check(format!(r#"{{"id":{id},"text":"Rain fell."}}"#), id, None);
            check(format!(r#"{{"id":{id},"text":7}}"#), id, Some("malformed-json"));
        }
        check(r#"{"text":"Rain fell."}"#, "null", None);
        check("\u{feff}{\"id\":1,\"text\":\"Rain fell.\"}", "1", None);
    }

    #[test]
    fn each_fault_has_its_code() {
        check("{", "null", Some("malformed-json"));
        check("[1]", "null", Some("malformed-json"));
        check(r#"{"id":1}"#, "1", Some("malformed-json"));
        check(r#"{"id":1,"html":"<p>a","text":"a"}"#, "1", Some("malformed-json"));
        check(r#"{"id":1,"text":"a","options":{"mode":"strict"}}"#, "1", Some("invalid-option"));
        check(r#"{"id":1,"text":"a","options":{"modus":"recall"}}"#, "1", Some("malformed-json"));
        check(r#"{"id":1,"text":"%PDF-1.7"}"#, "1", Some("not-text"));
        check(b"{\"id\":1,\"text\":\"\xff\"}", "1", Some("malformed-json"));
    }

    #[test]
    fn a_lines_own_choices_win() {
        let defaults = Defaults {
            choices: Choices { format: Some("markdown".into()), paragraphs: Some("none".into()), ..Choices::default() },
            ..Defaults::default()
        };
        let read = |line: &str| serde_json::from_slice::<Value>(&answer(line.as_bytes(), &defaults)).unwrap();
        let plain = read(r#"{"html":"<p>Rain fell on the town.</p>"}"#);
        assert!(plain["markdown"].is_string() && plain["paragraphs"].as_array().unwrap().is_empty());
        let own = read(
            r#"{"html":"<p>Rain fell.</p>","url":"https://a.example/b","options":{"format":"html","paragraphs":"all"}}"#,
        );
        assert!(own["html"].is_string() && own["markdown"].is_null());
        assert_eq!(
            (own["paragraphs"].as_array().unwrap().len(), own["url"].as_str()),
            (1, Some("https://a.example/b"))
        );
    }

    #[test]
    fn an_interrupt_is_the_lines_own_error() {
        let limits = Limits { interrupt: Some(std::sync::Arc::new(|| true)), ..Limits::default() };
        let defaults = Defaults { limits, ..Defaults::default() };
        let text = String::from_utf8(answer(br#"{"id":1,"text":"Rain fell."}"#, &defaults)).unwrap();
        assert!(text.contains("deadline-exceeded"), "{text}");
    }
}
