//! What the form of the page holds: fields as browsers send them, with a file or without.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;

use super::app::{App, Place};
use super::body::{Received, rebuilt};
use super::document::{Document, Kind, told_by_looking};
use super::media_type::MediaType;
use super::problem::{Code, Problem};
use crate::engine::decode;
use crate::wire::{Choices, Names, Places};
use crate::{Label, Options};

/// What the form holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Pasted {
    /// The document as it stands in the box.
    pub(super) document: String,
    /// What it is written in, as the reader says.
    pub(super) kind: Written,
    /// The mode's name; empty for the usual one.
    pub(super) mode: String,
    /// Names of labels to leave in.
    pub(super) keep: Vec<String>,
    /// Indexes of paragraphs that stay or go whatever they are, as the API takes them.
    pub(super) keep_paragraphs: BTreeSet<usize>,
    pub(super) drop_paragraphs: BTreeSet<usize>,
    /// The [`digest`](Self::digest) of the document whose paragraphs these are.
    of: String,
    /// Whether the reader wants to go back to the automatic verdict.
    is_automatic: bool,
    /// A file that was sent in place of the box.
    file: Option<File>,
}

#[derive(Debug, Clone)]
struct File {
    bytes: axum::body::Bytes,
    media_type: Option<MediaType>,
}

/// What the reader says that the document is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Written {
    #[default]
    Auto,
    Text,
    Html,
}

impl Pasted {
    /// The form with a document in its box.
    pub(super) fn of(document: &str) -> Self {
        Self { document: document.to_owned(), ..Self::default() }
    }

    /// Reads the form out of a request, which gets a place.
    pub(super) async fn read(app: &App, request: Request) -> Result<(Self, Place), Problem> {
        let declared = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_multipart =
            declared.and_then(MediaType::parse).is_some_and(|media_type| media_type.essence == "multipart/form-data");
        let Received { parts, bytes, place } = app.receive(request).await?;
        let request = rebuilt(parts, bytes);
        let mut pasted = Self::default();
        if is_multipart {
            let mut multipart = Multipart::from_request(request, &()).await?;
            while let Some(field) = multipart.next_field().await? {
                let name = field.name().unwrap_or_default().to_owned();
                if name == "file" {
                    let media_type = field.content_type().and_then(MediaType::parse);
                    let bytes = field.bytes().await?;
                    // A form without a chosen file sends an empty one.
                    pasted.file = (!bytes.is_empty()).then_some(File { bytes, media_type });
                } else {
                    pasted.set(&name, field.text().await?)?;
                }
            }
        } else {
            let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &()).await?;
            for (name, value) in fields {
                pasted.set(&name, value)?;
            }
        }
        pasted.settle();
        Ok((pasted, place))
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), Problem> {
        match name {
            "document" => self.document = value,
            "mode" => self.mode = value,
            "keep" => self.keep.push(value),
            "keep_paragraphs" | "drop_paragraphs" => {
                let places =
                    if name == "keep_paragraphs" { &mut self.keep_paragraphs } else { &mut self.drop_paragraphs };
                places.extend(Places::Line(value).read().map_err(|error| malformed(format!("{name}: {error}")))?);
            }
            "of" => self.of = value,
            "automatic" if value == "1" => self.is_automatic = true,
            "kind" => {
                self.kind = match value.as_str() {
                    "auto" => Written::Auto,
                    "text" => Written::Text,
                    "html" => Written::Html,
                    other => return Err(malformed(format!("kind is “{other}”; it may be auto, text or html"))),
                }
            }
            other => return Err(malformed(format!("there is no field “{other}”"))),
        }
        Ok(())
    }

    /// What tells the document from others. Browsers write line breaks in their own way, so these are no part of it.
    pub(super) fn digest(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (self.kind.of(self.document.as_bytes()) == Kind::Html).hash(&mut hasher);
        self.document.replace("\r\n", "\n").replace('\r', "\n").hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// Forgets what was decided of the paragraphs of another document, and all choices where the reader says so.
    fn settle(&mut self) {
        let is_decided = !self.keep_paragraphs.is_empty() || !self.drop_paragraphs.is_empty();
        if is_decided && (self.is_automatic || self.file.is_some() || self.of != self.digest()) {
            self.keep_paragraphs.clear();
            self.drop_paragraphs.clear();
        }
        if self.is_automatic {
            self.mode.clear();
            self.keep.clear();
        }
    }

    /// How many choices there are besides the automatic verdict.
    pub(super) fn choices(&self) -> usize {
        let is_other_mode = !matches!(self.mode.as_str(), "" | "balanced");
        self.keep_paragraphs.len() + self.drop_paragraphs.len() + self.keep.len() + usize::from(is_other_mode)
    }

    /// Whether a label is to be left in.
    pub(super) fn keeps(&self, label: Label) -> bool {
        self.keep.iter().any(|name| name == label.name())
    }

    /// The options that were chosen.
    pub(super) fn options(&self) -> Result<Options, Problem> {
        let mode = Some(self.mode.clone()).filter(|mode| !mode.is_empty());
        let choices = Choices { mode, keep: Some(Names::List(self.keep.clone())), ..Choices::default() };
        let options = choices.read().map_err(|detail| Problem::new(Code::InvalidOption, detail))?.options;
        let (keep_paragraphs, drop_paragraphs) = (self.keep_paragraphs.clone(), self.drop_paragraphs.clone());
        Ok(Options { keep_paragraphs, drop_paragraphs, ..options })
    }

    /// The document to clean; to be called where work may take its time. The text of a file takes its place in the box.
    pub(super) fn document(&mut self) -> Document {
        let Some(File { bytes, media_type }) = self.file.take() else {
            return Document::unicode(self.kind.of(self.document.as_bytes()), self.document.clone());
        };
        let kind = match media_type.as_ref().map(|media_type| media_type.essence.as_str()) {
            Some("text/html" | "application/xhtml+xml") if self.kind == Written::Auto => Kind::Html,
            _ => self.kind.of(&bytes),
        };
        self.document = match kind {
            Kind::Html => decode::html(&bytes, None).text,
            Kind::Text => decode::plain(&bytes, None).text,
        };
        // Sent once more out of the box it is read as it was out of the file.
        if self.kind.of(self.document.as_bytes()) != kind {
            self.kind = Written::Html;
        }
        Document::undeclared(kind, bytes)
    }
}

impl Written {
    fn of(self, bytes: &[u8]) -> Kind {
        match self {
            Self::Auto => told_by_looking(bytes),
            Self::Text => Kind::Text,
            Self::Html => Kind::Html,
        }
    }
}

fn malformed(detail: String) -> Problem {
    Problem::new(Code::MalformedForm, detail)
}
