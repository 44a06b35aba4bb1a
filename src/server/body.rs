//! Reads the whole body of a request, within the limits on its size and on the time that it takes.
//!
//! A request takes its place among those under way once much of its body has come, or all of it: callers who send a byte
//! now and then keep nobody out, however many they are. What all bodies take of memory is bounded too.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::request::Parts;
use tokio::io::AsyncBufReadExt;
use tokio::time::timeout;

use super::app::{App, Place};
use super::encoding::{self, Reader};
use super::problem::{Code, Problem};

/// What may have come of a body before its request has a place, in bytes: about what a connection holds anyway.
const PLACELESS: usize = 16 * 1024;

/// What is refused of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Largest body, in bytes, as it is sent and after decoding.
    pub(super) bytes: usize,
    /// Longest time to read all of it.
    pub(super) deadline: Duration,
}

/// A request whose body was read, without its encodings.
pub(super) struct Received {
    pub(super) parts: Parts,
    pub(super) bytes: Bytes,
    /// To be held until the request is answered.
    pub(super) place: Place,
}

impl App {
    /// Reads a request's body.
    pub(super) async fn receive(&self, request: Request) -> Result<Received, Problem> {
        let Limits { bytes: limit, deadline } = self.bodies;
        let encodings = encoding::of(request.headers())?;
        let declared =
            request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit as u64) {
            return Err(too_large(limit));
        }
        let (mut parts, body) = request.into_parts();
        let reader = encoding::decoded(body, &encodings, Some(limit));
        let late = |_| Problem::new(Code::BodyTimeout, format!("the body was not there after {deadline:?}"));
        let (bytes, place) = timeout(deadline, self.collect(reader)).await.map_err(late)??;
        parts.headers.remove(CONTENT_ENCODING);
        parts.headers.remove(CONTENT_LENGTH);
        Ok(Received { parts, bytes, place })
    }

    async fn collect(&self, mut reader: Reader) -> Result<(Bytes, Place), Problem> {
        let mut bytes = Vec::new();
        let mut place = None;
        loop {
            let piece = match reader.fill_buf().await {
                Ok(piece) => piece,
                Err(error) if encoding::is_excess(&error) => return Err(too_large(self.bodies.bytes)),
                Err(error) => return Err(unread(&error)),
            };
            if piece.is_empty() {
                let place = place.map_or_else(|| self.enter(), Ok)?;
                return Ok((bytes.into(), place));
            }
            match &mut place {
                Some(place) => self.grow(place, piece.len())?,
                None if bytes.len() + piece.len() > PLACELESS => {
                    self.grow(place.insert(self.enter()?), bytes.len() + piece.len())?;
                }
                None => {}
            }
            bytes.extend_from_slice(piece);
            let taken = piece.len();
            reader.consume(taken);
        }
    }
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::TooLarge, format!("the limit is {limit} bytes, also after decoding"))
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
