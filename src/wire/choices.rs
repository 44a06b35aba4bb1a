//! What a caller chooses, as it comes and as it is understood: the same for query parameters, JSON and flags.

use std::collections::BTreeSet;

use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};

use super::Paragraphs;
use crate::{Format, Label, Mode, Options, Phrases, Reasons};

/// What a caller chooses: query parameters, JSON's `options`, flags.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = Options)]
#[serde(deny_unknown_fields, default)]
pub struct Choices {
    /// What happens to a doubtful paragraph: it goes (`precision`), what is likelier (`balanced`, which is the default), it
    /// stays (`recall`).
    #[schema(pattern = "^(precision|balanced|recall)$")]
    pub mode: Option<String>,
    /// Paragraphs that the answer lists: `all`, which is the default, `removed` or `none`.
    #[schema(pattern = "^(all|removed|none)$")]
    pub paragraphs: Option<String>,
    /// Labels to leave in: names parted by commas, or a list of them.
    #[schema(schema_with = labels)]
    pub keep: Option<Names>,
    /// The document's language, such as `en` or `pt-BR`; else it is told from the document.
    #[schema(pattern = "^[A-Za-z0-9_-]{2,35}$")]
    pub language: Option<String>,
    /// `json`, `text`, `markdown` or `html`; `json,markdown` and the like give JSON that holds the article so too.
    #[schema(pattern = "^((json|text|markdown|html)|((json|text|markdown|html),)*json(,(json|text|markdown|html))*)$")]
    pub format: Option<String>,
    /// The page's address.
    pub url: Option<String>,
    /// Phrases; a paragraph that holds one goes.
    #[schema(schema_with = drop_phrases)]
    pub drop_phrases: Option<PhraseList>,
    /// Phrases; a paragraph that holds one stays.
    #[schema(schema_with = keep_phrases)]
    pub keep_phrases: Option<PhraseList>,
    /// Single paragraphs that go: their indexes.
    #[schema(schema_with = drop_paragraphs)]
    pub drop_paragraphs: Option<Places>,
    /// Single paragraphs that stay: their indexes.
    #[schema(schema_with = keep_paragraphs)]
    pub keep_paragraphs: Option<Places>,
}

/// Places of paragraphs, as a list or parted by commas.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "indexes of paragraphs are a list of numbers, or a string of them parted by commas")]
pub enum Places {
    /// Parted by commas.
    Line(String),
    /// As a list.
    List(Vec<usize>),
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

/// A caller's own phrases.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<String>")]
pub enum PhraseList {
    /// As they were said.
    Said(Vec<String>),
    /// Read and understood, once for many documents.
    Read(Phrases),
}

/// What `keep` is, for callers.
const LABELS: &str = "Labels to leave in besides content, parted by commas or as a list.";

/// The highest index that may be named: no document has more paragraphs.
const HIGHEST: usize = 999_999;

/// The schema of names of labels, parted by commas.
fn label_line() -> Object {
    let label = Label::ALL.map(Label::name).join("|");
    let pattern = format!("^(({label})(,({label}))*)?$");
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build()
}

/// The schema of [`Names`] of labels.
fn labels() -> Schema {
    let list = ArrayBuilder::new().items(Ref::from_schema_name(<Label as ToSchema>::name()));
    let null = ObjectBuilder::new().schema_type(Type::Null);
    OneOfBuilder::new().item(label_line()).item(list).item(null).description(Some(LABELS)).into()
}

fn drop_phrases() -> Schema {
    phrases("Phrases, each with a letter or a digit in it; a paragraph that holds one goes.")
}

fn keep_phrases() -> Schema {
    phrases("Phrases, each with a letter or a digit in it; a paragraph that holds one stays, whatever else it holds.")
}

fn drop_paragraphs() -> Schema {
    places("Indexes of paragraphs that go, whatever they are, parted by commas or as a list. Labels and reasons stay.")
}

fn keep_paragraphs() -> Schema {
    places(
        "Indexes of paragraphs that stay, whatever they are and whatever else drops them, parted by commas or as a list. \
         Labels and reasons stay.",
    )
}

/// The schema of [`Places`].
fn places(description: &str) -> Schema {
    let line = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^([0-9]{1,6}(,[0-9]{1,6})*)?$"));
    let place = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(HIGHEST));
    let list = ArrayBuilder::new().items(Object::from(place));
    let null = ObjectBuilder::new().schema_type(Type::Null);
    OneOfBuilder::new().item(line).item(list).item(null).description(Some(description)).into()
}

/// The schema of a list of phrases, with the bounds of [`Phrases::new`].
fn phrases(description: &str) -> Schema {
    let phrase = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(200));
    let types = SchemaType::from_iter([Type::Array, Type::Null]);
    let list = ArrayBuilder::new().schema_type(types).items(Object::from(phrase)).max_items(Some(1_000));
    list.description(Some(description)).into()
}

impl From<Vec<String>> for PhraseList {
    fn from(phrases: Vec<String>) -> Self {
        Self::Said(phrases)
    }
}

impl PhraseList {
    /// Reads the phrases of the option that has this name.
    fn read(&self, name: &str) -> Result<Phrases, String> {
        match self {
            Self::Said(phrases) => Phrases::new(phrases).map_err(|error| format!("{name}: {error}")),
            Self::Read(phrases) => Ok(phrases.clone()),
        }
    }
}

impl Places {
    /// Reads the indexes.
    ///
    /// # Errors
    /// A sentence that quotes what is no index.
    pub fn read(&self) -> Result<BTreeSet<usize>, String> {
        let wrong = |value: &str| format!("“{}” is no index of a paragraph; they go from 0 to {HIGHEST}", short(value));
        let checked = |place: usize, value: &str| if place <= HIGHEST { Ok(place) } else { Err(wrong(value)) };
        match self {
            Self::Line(line) => {
                let parts = line.split(',').map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| part.parse().map_err(|_| wrong(part)).and_then(|place| checked(place, part))).collect()
            }
            Self::List(list) => list.iter().map(|place| checked(*place, &place.to_string())).collect(),
        }
    }
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
            drop_phrases: self.drop_phrases.or(other.drop_phrases),
            keep_phrases: self.keep_phrases.or(other.keep_phrases),
            drop_paragraphs: self.drop_paragraphs.or(other.drop_paragraphs),
            keep_paragraphs: self.keep_paragraphs.or(other.keep_paragraphs),
        }
    }

    /// These choices with their phrases read, so that the documents which share them do not read them again.
    ///
    /// # Errors
    /// A sentence that names the list and says what is wrong with it.
    pub fn with_phrases_read(self) -> Result<Self, String> {
        let (drop, keep) = (self.drop_phrases()?, self.keep_phrases()?);
        Ok(Self { drop_phrases: Some(PhraseList::Read(drop)), keep_phrases: Some(PhraseList::Read(keep)), ..self })
    }

    fn drop_phrases(&self) -> Result<Phrases, String> {
        self.drop_phrases.as_ref().map_or_else(|| Ok(Phrases::default()), |list| list.read("drop_phrases"))
    }

    fn keep_phrases(&self) -> Result<Phrases, String> {
        self.keep_phrases.as_ref().map_or_else(|| Ok(Phrases::default()), |list| list.read("keep_phrases"))
    }

    fn places(places: Option<&Places>, name: &str) -> Result<BTreeSet<usize>, String> {
        places.map_or_else(|| Ok(BTreeSet::new()), Places::read).map_err(|error| format!("{name}: {error}"))
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
            drop_phrases: self.drop_phrases()?,
            keep_phrases: self.keep_phrases()?,
            drop_paragraphs: Self::places(self.drop_paragraphs.as_ref(), "drop_paragraphs")?,
            keep_paragraphs: Self::places(self.keep_paragraphs.as_ref(), "keep_paragraphs")?,
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
        check(r#"{"drop_phrases":["lake cruise"],"keep_phrases":[]}"#, None);
        check(r#"{"drop_phrases":["lake cruise","…"]}"#, Some("drop_phrases: “…” holds no word"));
        check(r#"{"keep_phrases":[""]}"#, Some("keep_phrases: “” holds no word"));
        check(r#"{"drop_phrases":"lake cruise"}"#, Some("expected a sequence"));
        check(r#"{"drop_paragraphs":"0,12","keep_paragraphs":[3]}"#, None);
        check(r#"{"drop_paragraphs":"","keep_paragraphs":[]}"#, None);
        check(r#"{"drop_paragraphs":"1,-2"}"#, Some("drop_paragraphs: “-2” is no index of a paragraph"));
        check(r#"{"keep_paragraphs":[1000000]}"#, Some("keep_paragraphs: “1000000” is no index"));
        check(r#"{"keep_paragraphs":[-1]}"#, Some("a list of numbers, or a string of them"));
    }
}
