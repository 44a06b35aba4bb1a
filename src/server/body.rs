//! Reads the whole body of a request, within the limits on its size and on the time that it takes.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::request::Parts;
use tokio::io::AsyncBufReadExt;
use tokio::time::timeout;

use super::encoding::{self, Reader};
use super::problem::{Code, Problem};

/// What is refused of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Largest body, in bytes, as it is sent and after decoding.
    pub(super) bytes: usize,
    /// Longest time to read all of it.
    pub(super) deadline: Duration,
}

impl Limits {
    /// Reads a request's body, without its encodings.
    pub(super) async fn read(&self, request: Request) -> Result<(Parts, Bytes), Problem> {
        let encodings = encoding::of(request.headers())?;
        let declared =
            request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > self.bytes as u64) {
            return Err(self.too_large());
        }
        let (mut parts, body) = request.into_parts();
        let reader = encoding::decoded(body, &encodings, Some(self.bytes));
        match timeout(self.deadline, collect(reader)).await {
            Ok(Ok(bytes)) => {
                parts.headers.remove(CONTENT_ENCODING);
                parts.headers.remove(CONTENT_LENGTH);
                Ok((parts, bytes.into()))
            }
            Ok(Err(error)) if encoding::is_excess(&error) => Err(self.too_large()),
            Ok(Err(error)) => Err(unread(&error)),
            Err(_) => Err(Problem::new(Code::BodyTimeout, format!("the body was not there after {:?}", self.deadline))),
        }
    }

    fn too_large(&self) -> Problem {
        Problem::new(Code::TooLarge, format!("the limit is {} bytes, also after decoding", self.bytes))
    }
}

async fn collect(mut reader: Reader) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let piece = reader.fill_buf().await?;
        if piece.is_empty() {
            return Ok(bytes);
        }
        bytes.extend_from_slice(piece);
        let taken = piece.len();
        reader.consume(taken);
    }
}

/// A body that broke off, or that its encodings do not fit.
pub(super) fn unread(error: &io::Error) -> Problem {
    Problem::new(Code::MalformedBody, format!("the body could not be read to its end: {error}"))
}

/// The request again, for extractors that want one; its body has been read within the limits.
pub(super) fn rebuilt(parts: Parts, bytes: Bytes) -> Request {
    let mut request = Request::from_parts(parts, Body::from(bytes));
    DefaultBodyLimit::disable().apply(&mut request);
    request
}
