//! A document as it comes in a request: HTML or text, bare, in JSON or as an uploaded file.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::app::{App, Place};
use super::body::{Received, rebuilt};
use super::media_type::MediaType;
use super::problem::{Code, Problem};
use crate::engine::clean_text_bytes;
use crate::wire::{Choices, Object, looks_like_html};
use crate::{Cleaned, Error, Options, clean_html};

/// The media types of a body that holds a document.
pub(super) const MEDIA_TYPES: &str = "text/html, text/plain, application/json, multipart/form-data";

/// A document, not yet read.
#[derive(Debug)]
pub(super) struct Document {
    kind: Kind,
    bytes: Bytes,
    charset: Option<String>,
}

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Text,
}

impl Document {
    /// A document that came as Unicode.
    pub(super) fn unicode(kind: Kind, text: String) -> Self {
        Self { kind, bytes: text.into(), charset: Some("utf-8".to_owned()) }
    }

    /// A document whose charset nobody told.
    pub(super) fn undeclared(kind: Kind, bytes: Bytes) -> Self {
        Self { kind, bytes, charset: None }
    }

    /// Cleans it; to be called where work may take its time.
    pub(super) fn clean(&self, options: &Options) -> Result<Cleaned, Error> {
        match self.kind {
            Kind::Html => clean_html(&self.bytes, self.charset.as_deref(), options),
            Kind::Text => clean_text_bytes(&self.bytes, self.charset.as_deref(), options),
        }
    }
}

/// Tells what bytes of unknown kind are written in.
pub(super) fn told_by_looking(bytes: &[u8]) -> Kind {
    if looks_like_html(bytes) { Kind::Html } else { Kind::Text }
}

/// A document in JSON: HTML or text.
#[derive(Deserialize, ToSchema)]
#[schema(as = Document)]
#[serde(deny_unknown_fields)]
pub(super) struct Json {
    /// The document, where it is HTML.
    html: Option<String>,
    /// The document, where it is plain text.
    text: Option<String>,
    /// The page's address, for links and metadata.
    url: Option<String>,
    /// What is chosen; query parameters of the same names win.
    #[schema(value_type = Option<Choices>)]
    options: Option<Object<Choices>>,
}

/// What a request brings: its document and the choices that stand in its body, and its place.
pub(super) async fn read(app: &App, request: Request) -> Result<(Document, Choices, Place), Problem> {
    let media_type = media_type(&request)?;
    let charset = media_type.charset();
    let kind = match media_type.essence.as_str() {
        "text/html" | "application/xhtml+xml" => Some(Kind::Html),
        "text/plain" => Some(Kind::Text),
        "application/json" | "multipart/form-data" => None,
        other => {
            let detail = format!("a document may be {MEDIA_TYPES}, not {other}");
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
    };
    let Received { parts, bytes, place } = app.receive(request).await?;
    let (document, choices) = match kind {
        Some(kind) => (Document { kind, bytes, charset }, Choices::default()),
        None if media_type.essence == "application/json" => from_json(&bytes)?,
        None => (from_multipart(parts, bytes).await?, Choices::default()),
    };
    Ok((document, choices, place))
}

fn media_type(request: &Request) -> Result<MediaType, Problem> {
    let declared = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    declared.and_then(MediaType::parse).ok_or_else(|| {
        Problem::new(
            Code::UnsupportedMediaType,
            format!("the header “Content-Type” is missing: it may be {MEDIA_TYPES}"),
        )
    })
}

fn from_json(bytes: &[u8]) -> Result<(Document, Choices), Problem> {
    // RFC 8259, 8.1: a byte order mark may be passed over.
    let Object::<Json>(json) = serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))?;
    let document = match (json.html, json.text) {
        (Some(html), None) => Document::unicode(Kind::Html, html),
        (None, Some(text)) => Document::unicode(Kind::Text, text),
        _ => return Err(Problem::new(Code::MalformedJson, "exactly one of “html” and “text” must be there")),
    };
    let address = Choices { url: json.url, ..Choices::default() };
    Ok((document, address.or(json.options.unwrap_or_default().0)))
}

async fn from_multipart(parts: Parts, bytes: Bytes) -> Result<Document, Problem> {
    let mut multipart = Multipart::from_request(rebuilt(parts, bytes), &()).await?;
    let mut document = None;
    while let Some(field) = multipart.next_field().await? {
        if document.is_some() || (field.file_name().is_none() && field.content_type().is_none()) {
            let detail = "exactly one file must be there and nothing else; options are query parameters";
            return Err(Problem::new(Code::MalformedMultipart, detail));
        }
        let media_type = field.content_type().and_then(MediaType::parse);
        let bytes = field.bytes().await?;
        let kind = match media_type.as_ref().map(|media_type| media_type.essence.as_str()) {
            Some("text/html" | "application/xhtml+xml") => Kind::Html,
            Some("text/plain") => Kind::Text,
            _ => told_by_looking(&bytes),
        };
        document = Some(Document { kind, charset: media_type.and_then(|media_type| media_type.charset()), bytes });
    }
    document.ok_or_else(|| Problem::new(Code::MalformedMultipart, "there is no file"))
}
