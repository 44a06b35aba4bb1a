//! Errors as callers see them: `application/problem+json` (RFC 9457). The only place that knows which error has which
//! status.
//!
//! A handler gives a [`Problem`] and knows no more; `render`, a layer around every route, writes it with the id of the
//! request. The codes are stable; titles and details are for people.

use std::any::Any;

use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Request, multipart::MultipartError, multipart::MultipartRejection};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderName, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::{ObjectBuilder, Schema, Type};

use super::request_id::RequestId;
use crate::{Error, wire};

/// What went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// 400: the body ended early or could not be read.
    MalformedBody,
    /// 400: the body is not JSON, or not of the shape that is asked for.
    MalformedJson,
    /// 400: the multipart body is broken, or does not hold exactly one file.
    MalformedMultipart,
    /// 400: the form's fields are broken.
    MalformedForm,
    /// 400: an option has an unknown name or value.
    InvalidOption,
    /// 401: a key is needed, and what came with the request is none.
    Unauthorized,
    /// 403: a page of another site sent the form.
    ForeignForm,
    /// 404: there is nothing at this address.
    NotFound,
    /// 405: the address does not know this method; `Allow` says which it knows.
    MethodNotAllowed,
    /// 406: no format of the answer is one that `Accept` names.
    NotAcceptable,
    /// 408: the body did not arrive in time.
    BodyTimeout,
    /// 413: the body is over the limit.
    TooLarge,
    /// 415: the body has a media type that is not read here.
    UnsupportedMediaType,
    /// 415: the body has an encoding that is not read here.
    UnsupportedEncoding,
    /// 422: the document is no text: a picture, an archive, a program.
    NotText,
    /// 422: the document has more paragraphs than the limit.
    TooManyParagraphs,
    /// 429: no worker came free; `Retry-After` says when to come again.
    Busy,
    /// 500: a fault of the program; the document that showed it got no answer, other requests go on.
    Internal,
    /// 503: the service is about to close.
    ShuttingDown,
    /// 504: the document took longer than the deadline.
    DeadlineExceeded,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 20] = [
        Self::MalformedBody,
        Self::MalformedJson,
        Self::MalformedMultipart,
        Self::MalformedForm,
        Self::InvalidOption,
        Self::Unauthorized,
        Self::ForeignForm,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::BodyTimeout,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::UnsupportedEncoding,
        Self::NotText,
        Self::TooManyParagraphs,
        Self::Busy,
        Self::Internal,
        Self::ShuttingDown,
        Self::DeadlineExceeded,
    ];

    /// Its status, its name in answers, its title.
    fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::MalformedBody => (StatusCode::BAD_REQUEST, "malformed-body", "The body could not be read"),
            Self::MalformedJson => (StatusCode::BAD_REQUEST, "malformed-json", "The JSON is not as it should be"),
            Self::MalformedMultipart => {
                (StatusCode::BAD_REQUEST, "malformed-multipart", "The multipart body is not as it should be")
            }
            Self::MalformedForm => (StatusCode::BAD_REQUEST, "malformed-form", "The form is not as it should be"),
            Self::InvalidOption => (StatusCode::BAD_REQUEST, "invalid-option", "An option is not known"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", "A key is needed"),
            Self::ForeignForm => (StatusCode::FORBIDDEN, "foreign-form", "The form was sent from another site"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is nothing at this address"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This address does not know the method")
            }
            Self::NotAcceptable => {
                (StatusCode::NOT_ACCEPTABLE, "not-acceptable", "The answer has no format that is accepted")
            }
            Self::BodyTimeout => (StatusCode::REQUEST_TIMEOUT, "body-timeout", "The body did not arrive in time"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The media type is not read here")
            }
            Self::UnsupportedEncoding => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-encoding", "The encoding is not read here")
            }
            Self::NotText => (StatusCode::UNPROCESSABLE_ENTITY, "not-text", "The document is not text"),
            Self::TooManyParagraphs => {
                (StatusCode::UNPROCESSABLE_ENTITY, "too-many-paragraphs", "The document has too many paragraphs")
            }
            Self::Busy => (StatusCode::TOO_MANY_REQUESTS, "busy", "All workers are busy"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong here"),
            Self::ShuttingDown => (StatusCode::SERVICE_UNAVAILABLE, "shutting-down", "The service is about to close"),
            Self::DeadlineExceeded => (StatusCode::GATEWAY_TIMEOUT, "deadline-exceeded", "The document took too long"),
        }
    }

    /// Its status.
    pub fn status(self) -> StatusCode {
        self.facts().0
    }

    /// Its name in answers.
    pub fn name(self) -> &'static str {
        self.facts().1
    }

    /// What it means, in a few words.
    pub fn title(self) -> &'static str {
        self.facts().2
    }

    /// The error as it is written.
    pub fn written(self, detail: String) -> wire::Problem {
        let (status, name, title) = self.facts();
        wire::Problem {
            kind: format!("urn:problem-type:dechaff:{name}"),
            title,
            status: status.as_u16(),
            detail,
            code: name,
            request_id: None,
        }
    }

    /// A header that tells the caller what to do about it.
    fn header(self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::Busy => Some((RETRY_AFTER, HeaderValue::from_static("1"))),
            // RFC 9110, 15.5.16: a 415 says what would have done.
            Self::UnsupportedEncoding => Some((ACCEPT_ENCODING, HeaderValue::from_static(super::encoding::ENCODINGS))),
            Self::UnsupportedMediaType => Some((ACCEPT, HeaderValue::from_static(super::document::MEDIA_TYPES))),
            _ => None,
        }
    }
}

/// An error on its way to the caller.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What went wrong.
    pub code: Code,
    /// What went wrong this time: for the caller, never for logs, since it may quote the request.
    pub detail: String,
    /// What tells the caller, as a header, what to do about it.
    header: Option<(HeaderName, HeaderValue)>,
}

/// The names of all codes, as a schema.
pub(crate) fn schema_of_codes() -> Schema {
    let description = "The kind of error, for programs; it never changes.";
    let names = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Code::ALL.map(Code::name)));
    names.description(Some(description)).into()
}

/// Longest detail, in characters: enough to name what is wrong, whatever a caller sent.
const DETAIL_CHARS: usize = 300;

impl Problem {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        let mut detail = detail.into();
        if let Some((end, _)) = detail.char_indices().nth(DETAIL_CHARS) {
            detail.truncate(end);
            detail.push('…');
        }
        Self { code, detail, header: code.header() }
    }

    /// The same with another header than its code usually has.
    pub(super) fn with_header(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, HeaderValue::from_static(value))), ..self }
    }
}

impl From<Error> for Code {
    fn from(error: Error) -> Self {
        match error {
            Error::NotText => Self::NotText,
            Error::TooManyParagraphs { .. } => Self::TooManyParagraphs,
            Error::Interrupted => Self::DeadlineExceeded,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::new(error.into(), error.to_string())
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::new(Code::MalformedJson, error.to_string())
    }
}

impl From<MultipartRejection> for Problem {
    fn from(rejection: MultipartRejection) -> Self {
        Self::new(Code::MalformedMultipart, rejection.body_text())
    }
}

impl From<MultipartError> for Problem {
    fn from(error: MultipartError) -> Self {
        Self::new(Code::MalformedMultipart, error.body_text())
    }
}

impl From<FormRejection> for Problem {
    fn from(rejection: FormRejection) -> Self {
        let code = match rejection {
            FormRejection::InvalidFormContentType(_) => Code::UnsupportedMediaType,
            _ => Code::MalformedForm,
        };
        Self::new(code, rejection.body_text())
    }
}

impl IntoResponse for Problem {
    /// The status and headers; `render` writes the body, which holds the id of the request.
    fn into_response(mut self) -> Response {
        let mut response = self.code.status().into_response();
        if let Some((name, value)) = self.header.take() {
            response.headers_mut().insert(name, value);
        }
        response.extensions_mut().insert(self.code);
        response.extensions_mut().insert(self);
        response
    }
}

/// A layer that writes the body of every [`Problem`].
pub(super) async fn render(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(Problem { code, detail, .. }) = response.extensions_mut().remove::<Problem>() else { return response };
    let body = wire::Problem { request_id: id.map(|id| id.as_str().to_owned()), ..code.written(detail) };
    // Strings and a number always serialise; an empty body is what is left if that ever changes.
    *response.body_mut() = Body::from(serde_json::to_vec(&body).unwrap_or_default());
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// The answer where no route matches. `OPTIONS *` asks for the service as a whole (RFC 9110, 9.3.7).
pub(super) async fn not_found(method: Method, address: Uri) -> Response {
    if method == Method::OPTIONS && address.path() == "*" {
        return ([(ALLOW, "GET,HEAD,POST")], nothing()).into_response();
    }
    let detail = "the API is at /v1/clean, /v1/clean/batch and /v1/rules, and is told at /docs; the page is at /";
    Problem::new(Code::NotFound, detail).into_response()
}

/// The answer where the route does not know the method; the router adds `Allow`. `OPTIONS` asks for just that.
pub(super) async fn method_not_allowed(method: Method) -> Response {
    if method == Method::OPTIONS {
        return nothing();
    }
    Problem::new(Code::MethodNotAllowed, "the header “Allow” lists the methods of this address").into_response()
}

/// The answer that says all it has to say in its headers.
pub(super) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The answer where a handler panicked.
pub(super) fn panicked(_panic: Box<dyn Any + Send + 'static>) -> Response {
    Problem::new(Code::Internal, "the request met a fault of the program").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_errors_with_names_of_their_own() {
        let names: HashSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
            assert!(code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code:?}");
        }
    }

    #[test]
    fn a_detail_is_bounded() {
        let problem = Problem::new(Code::MalformedJson, "é".repeat(10_000));
        assert_eq!(problem.detail.chars().count(), DETAIL_CHARS + 1);
    }
}
