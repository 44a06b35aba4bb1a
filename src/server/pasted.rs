//! What the form of the page holds: fields as browsers send them, with a file or without.

use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;

use super::app::{App, Place};
use super::body::{Received, rebuilt};
use super::document::{Document, Kind, told_by_looking};
use super::media_type::MediaType;
use super::problem::{Code, Problem};
use crate::engine::decode;
use crate::wire::{Choices, Names};
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
        Ok((pasted, place))
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), Problem> {
        match name {
            "document" => self.document = value,
            "mode" => self.mode = value,
            "keep" => self.keep.push(value),
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

    /// Whether a label is to be left in.
    pub(super) fn keeps(&self, label: Label) -> bool {
        self.keep.iter().any(|name| name == label.name())
    }

    /// The options that were chosen.
    pub(super) fn options(&self) -> Result<Options, Problem> {
        let mode = Some(self.mode.clone()).filter(|mode| !mode.is_empty());
        let choices = Choices { mode, keep: Some(Names::List(self.keep.clone())), ..Choices::default() };
        Ok(choices.read().map_err(|detail| Problem::new(Code::InvalidOption, detail))?.options)
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
