//! One line of a batch: a document as JSON in, its answer or its error as JSON out. The command line and the HTTP
//! endpoint share it, so that both answer alike. It never fails: whatever is wrong with a line is that line's answer.

mod cut;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::server::problem::Code;
use crate::wire::{Answer, Choices, Chosen, Counts, Object, Problem};
use crate::{Cleaned, Error, Limits, RulesFile, clean_html, clean_text};
pub use cut::{Cutter, Line};

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
#[derive(Deserialize, ToSchema)]
#[schema(as = BatchLine)]
pub(crate) struct Members<'a> {
    /// Anything that tells the document from others; it is given back as it is written.
    #[serde(borrow)]
    #[schema(value_type = Option<serde_json::Value>)]
    id: Option<&'a RawValue>,
    /// The document, where it is HTML.
    html: Option<String>,
    /// The document, where it is plain text.
    text: Option<String>,
    /// The page's address, for links and metadata.
    url: Option<String>,
    /// What is chosen for this line; it wins over query parameters.
    #[schema(value_type = Option<Choices>)]
    options: Option<Object<Choices>>,
}

/// A line of which nothing but the id is looked at.
#[derive(Deserialize)]
struct OnlyId<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

/// An answer of which nothing but the id is looked at, and whether it is an error.
#[derive(Deserialize)]
struct OnlyOutcome<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    error: Option<IgnoredAny>,
}

/// A line that has no answer.
#[derive(Serialize, ToSchema)]
#[schema(as = BatchError)]
pub(crate) struct Refusal<'a> {
    /// The line's id; `null` where it has none, or none that could be read.
    #[schema(value_type = serde_json::Value)]
    id: &'a RawValue,
    /// Why.
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
        /// Its id, where it stands in front of all that is too long.
        id: Option<Box<RawValue>>,
    },
    /// The engine refused the document.
    Refused(Error),
    /// The program failed on it.
    Failed,
    /// Nothing that the line holds: a limit of the service, or what ends all lines before their end.
    Outside {
        /// What it is.
        code: Code,
        /// The same, this time, for people.
        detail: String,
    },
}

/// The answer to a line.
#[derive(Debug)]
pub struct Answered {
    /// As JSON, without a line's end.
    pub json: Vec<u8>,
    /// What came of the document: how many paragraphs have each label, or what kept it from being cleaned.
    pub outcome: Result<Counts, Code>,
}

/// The answer to a line.
pub fn answer(line: &[u8], defaults: &Defaults) -> Answered {
    catch_unwind(AssertUnwindSafe(|| answer_or_fault(without_mark(line), defaults)))
        .unwrap_or(Err(Fault::Failed))
        .unwrap_or_else(|fault| refuse(line, &fault))
}

/// The answer to a line that could not be worked on.
pub fn refuse(line: &[u8], fault: &Fault) -> Answered {
    written(id_of(without_mark(line)), fault)
}

/// The answer to a line that could not be read, or to the end of all lines.
pub fn answer_unread(fault: &Fault) -> Answered {
    let id = match fault {
        Fault::TooLong { id: Some(id), .. } => id,
        _ => RawValue::NULL,
    };
    written(id, fault)
}

/// The id that the answer to a line has.
pub fn id_of_line(line: &Line) -> Box<RawValue> {
    match line {
        Ok(line) => id_of(without_mark(line)).to_owned(),
        Err(Fault::TooLong { id: Some(id), .. }) => id.clone(),
        Err(_) => RawValue::NULL.to_owned(),
    }
}

/// What an answer says that was written before: its id, and whether it is an error. `None` where it is no answer.
pub fn read_back(answer: &[u8]) -> Option<(Box<RawValue>, bool)> {
    let answer: OnlyOutcome = serde_json::from_slice(answer).ok()?;
    Some((answer.id.to_owned(), answer.error.is_some()))
}

fn answer_or_fault(line: &[u8], defaults: &Defaults) -> Result<Answered, Fault> {
    let document = Document::read(line, defaults)?;
    let cleaned = document.clean()?;
    let id = document.id.unwrap_or(RawValue::NULL);
    let answer = Answer::new(&cleaned, document.chosen.paragraphs, Some(id));
    let json = serde_json::to_vec(&answer).map_err(|_| Fault::Failed)?;
    Ok(Answered { json, outcome: Ok(answer.counts) })
}

/// RFC 8259, 8.1: a byte order mark may be passed over.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
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
        let line: Members = serde_json::from_str(line).map_err(|error| Fault::Malformed(error.to_string()))?;
        let own = Choices { url: line.url, ..Choices::default() };
        let choices = own.or(line.options.unwrap_or_default().0).or(defaults.choices.clone());
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

fn written(id: &RawValue, fault: &Fault) -> Answered {
    let error = fault.code().written(fault.to_string());
    // Strings and a number: nothing in it can fail to be written.
    let json = serde_json::to_vec(&Refusal { id, error }).unwrap_or_default();
    Answered { json, outcome: Err(fault.code()) }
}

impl Fault {
    fn code(&self) -> Code {
        match self {
            Self::NotUtf8 | Self::Malformed(_) | Self::Sources => Code::MalformedJson,
            Self::Option(_) => Code::InvalidOption,
            Self::TooLong { .. } => Code::TooLarge,
            Self::Refused(error) => (*error).into(),
            Self::Failed => Code::Internal,
            Self::Outside { code, .. } => *code,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => formatter.write_str("the line is not UTF-8"),
            Self::Malformed(detail) | Self::Option(detail) | Self::Outside { detail, .. } => {
                formatter.write_str(detail)
            }
            Self::Sources => formatter.write_str("exactly one of “html” and “text” must be there"),
            Self::TooLong { limit, .. } => write!(formatter, "the line has over {limit} bytes"),
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
        let bytes = answer(line.as_ref(), &Defaults::default()).json;
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
        check(r#"{"id":1,"text":"a","options":["recall"]}"#, "1", Some("malformed-json"));
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
        let read = |line: &str| serde_json::from_slice::<Value>(&answer(line.as_bytes(), &defaults).json).unwrap();
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
    fn what_stops_the_work_is_the_lines_own_error() {
        for (interrupt, code) in [
            (std::sync::Arc::new(|| true) as std::sync::Arc<dyn Fn() -> bool + Send + Sync>, Code::DeadlineExceeded),
            (std::sync::Arc::new(|| panic!("a fault")), Code::Internal),
        ] {
            let limits = Limits { interrupt: Some(interrupt), ..Limits::default() };
            let defaults = Defaults { limits, ..Defaults::default() };
            let answered = answer(br#"{"id":1,"text":"Rain fell."}"#, &defaults);
            assert_eq!(answered.outcome.err(), Some(code));
            let text = String::from_utf8(answered.json).unwrap();
            assert!(text.starts_with("{\"id\":1,") && text.contains(code.name()), "{text}");
        }
    }
}
