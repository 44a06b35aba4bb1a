//! Answers compressed as `Accept-Encoding` asks. A stream is flushed wherever it pauses, so that an answer in it never
//! waits for the next.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::compression::CompressionLayer;

use super::problem::{Code, Problem};

/// A layer that compresses answers.
pub(super) fn layer() -> CompressionLayer {
    CompressionLayer::new()
}

/// A layer that makes a problem of the bare refusal with which the other answers those who accept no encoding at all,
/// not even none.
pub(super) async fn refusals(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_bare = response.extensions().get::<Code>() != Some(&Code::NotAcceptable);
    if is_bare && response.status() == Code::NotAcceptable.status() {
        let detail = "“Accept-Encoding” leaves nothing: there is zstd, br, gzip, deflate and identity";
        return Problem::new(Code::NotAcceptable, detail).into_response();
    }
    response
}
