//! Reads the whole body of a request, within the limits on its size and on the time that it takes.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::{HeaderMap, request::Parts};
use tokio::time::timeout;

use super::problem::{Code, Problem};

/// What is refused of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Largest body, in bytes.
    pub(super) bytes: usize,
    /// Longest time to read all of it.
    pub(super) deadline: Duration,
}

impl Limits {
    /// Reads a request's body.
    pub(super) async fn read(&self, mut request: Request) -> Result<(Parts, Bytes), Problem> {
        refuse_encoded(request.headers())?;
        let declared =
            request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > self.bytes as u64) {
            return Err(self.too_large());
        }
        DefaultBodyLimit::max(self.bytes).apply(&mut request);
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        match timeout(self.deadline, Bytes::from_request(request, &())).await {
            Ok(Ok(bytes)) => Ok((parts, bytes)),
            Ok(Err(rejection)) => Err(self.unread(&rejection)),
            Err(_) => Err(Problem::new(Code::BodyTimeout, format!("the body was not there after {:?}", self.deadline))),
        }
    }

    fn unread(&self, rejection: &BytesRejection) -> Problem {
        // axum tells the one from the other by status alone where its type is not exhaustive.
        if rejection.status() == Code::TooLarge.status() {
            return self.too_large();
        }
        Problem::new(Code::MalformedBody, rejection.body_text())
    }

    fn too_large(&self) -> Problem {
        Problem::new(Code::TooLarge, format!("the limit is {} bytes", self.bytes))
    }
}

/// The request again, for extractors that want one.
pub(super) fn rebuilt(parts: Parts, bytes: Bytes) -> Request {
    Request::from_parts(parts, Body::from(bytes))
}

fn refuse_encoded(headers: &HeaderMap) -> Result<(), Problem> {
    let is_identity =
        |value: &[u8]| value.trim_ascii().is_empty() || value.trim_ascii().eq_ignore_ascii_case(b"identity");
    if headers.get_all(CONTENT_ENCODING).iter().all(|value| is_identity(value.as_bytes())) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedEncoding, "send the body as it is, without Content-Encoding"))
}
