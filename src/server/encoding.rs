//! Compressed bodies of requests (RFC 9110, 8.4): read piece by piece, however many encodings lie on top of each other.
//!
//! A few bytes can stand for very many, or for none at all: every layer has its limit, and every layer lets other tasks
//! have their turn, so that neither memory nor a thread is anyone's for the asking.

use std::fmt;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use tokio::io::{AsyncBufRead, AsyncRead, BufReader, ReadBuf};
use tokio::task::coop::consume_budget;

use super::problem::{Code, Problem};

/// The encodings that are read here, as `Accept-Encoding` names them.
pub(super) const ENCODINGS: &str = "gzip, br, zstd, deflate";

/// Most encodings on top of each other: nobody needs two.
const LAYERS: usize = 3;

/// Bytes that a layer hands to the next at once.
const BUFFER: usize = 16 * 1024;

/// Largest window of zstd, as a power of two in bytes: what RFC 9659 allows for HTTP.
const ZSTD_WINDOW: u32 = 23;

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Gzip,
    Brotli,
    Zstd,
    Deflate,
}

/// A body without its encodings.
pub(super) type Reader = Pin<Box<dyn AsyncBufRead + Send>>;

/// More bytes than the limit, before or after decoding.
#[derive(Debug)]
struct Excess;

impl fmt::Display for Excess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("over the limit")
    }
}

impl std::error::Error for Excess {}

/// Whether reading ended at the limit.
pub(super) fn is_excess(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Excess>)
}

/// The encodings of a body, in the order in which they were put on.
pub(super) fn of(headers: &HeaderMap) -> Result<Vec<Encoding>, Problem> {
    let unknown = || {
        let detail = format!("a body may be encoded with up to {LAYERS} of {ENCODINGS}");
        Problem::new(Code::UnsupportedEncoding, detail)
    };
    let mut encodings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for name in value.to_str().map_err(|_| unknown())?.split(',') {
            encodings.push(match name.trim().to_ascii_lowercase().as_str() {
                "" | "identity" => continue,
                "gzip" | "x-gzip" => Encoding::Gzip,
                "br" => Encoding::Brotli,
                "zstd" => Encoding::Zstd,
                "deflate" => Encoding::Deflate,
                _ => return Err(unknown()),
            });
        }
    }
    if encodings.len() > LAYERS { Err(unknown()) } else { Ok(encodings) }
}

/// A body without its encodings; with a limit, neither what comes nor what any layer makes of it may have more bytes.
pub(super) fn decoded(body: Body, encodings: &[Encoding], limit: Option<usize>) -> Reader {
    let arriving: Reader = Box::pin(Measured::new(Arriving { body, piece: Bytes::new() }, limit));
    // What was put on last comes off first.
    encodings.iter().rev().fold(arriving, |reader, encoding| {
        let layer: Pin<Box<dyn AsyncRead + Send>> = match encoding {
            Encoding::Gzip => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
            Encoding::Zstd => {
                let mut decoder = ZstdDecoder::with_params(reader, &[DParameter::window_log_max(ZSTD_WINDOW)]);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
            Encoding::Brotli => Box::pin(BrotliDecoder::new(reader)),
            Encoding::Deflate => Box::pin(ZlibDecoder::new(reader)),
        };
        Box::pin(Measured::new(BufReader::with_capacity(BUFFER, layer), limit))
    })
}

/// The pieces of a body, one after the other.
struct Arriving {
    body: Body,
    piece: Bytes,
}

impl AsyncBufRead for Arriving {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.piece.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                // What is not data are trailers, which say nothing here.
                Some(Ok(frame)) => this.piece = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => break,
            }
        }
        Poll::Ready(Ok(&this.piece))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.piece = this.piece.split_off(amount);
    }
}

impl AsyncRead for Arriving {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        read_buffered(self, context, into)
    }
}

/// What passes through is counted, and now and then other tasks have their turn.
struct Measured<R> {
    inner: R,
    left: Option<usize>,
}

impl<R> Measured<R> {
    fn new(inner: R, limit: Option<usize>) -> Self {
        Self { inner, left: limit }
    }
}

impl<R: AsyncBufRead + Unpin> AsyncBufRead for Measured<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        ready!(pin!(consume_budget()).poll(context));
        let this = self.get_mut();
        let piece = ready!(Pin::new(&mut this.inner).poll_fill_buf(context))?;
        if this.left.is_some_and(|left| piece.len() > left) {
            return Poll::Ready(Err(io::Error::other(Excess)));
        }
        Poll::Ready(Ok(piece))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.left = this.left.map(|left| left.saturating_sub(amount));
        Pin::new(&mut this.inner).consume(amount);
    }
}

impl<R: AsyncBufRead + Unpin> AsyncRead for Measured<R> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        read_buffered(self, context, into)
    }
}

fn read_buffered<R: AsyncBufRead>(
    mut reader: Pin<&mut R>,
    context: &mut Context<'_>,
    into: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let piece = ready!(reader.as_mut().poll_fill_buf(context))?;
    let taken = piece.len().min(into.remaining());
    into.put_slice(&piece[..taken]);
    reader.consume(taken);
    Poll::Ready(Ok(()))
}
