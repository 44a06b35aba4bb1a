//! An id for every request: the caller's `x-request-id` where it is short and plain, else one of our own. It stands in
//! the answer's header, in problems and in the log, so that the three can be put together.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::request_id::{MakeRequestId, MakeRequestUuid};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken from a caller, in bytes: a UUID has 36, a trace id 32.
const LONGEST: usize = 64;

/// The id of a request: letters, digits, `-`, `_` and `.` only, so that it can stand in a log as it is.
#[derive(Debug, Clone)]
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    fn of(request: &Request) -> Self {
        let given = request.headers().get(HEADER).filter(|value| is_plain(value.as_bytes())).cloned();
        let made =
            || MakeRequestUuid.make_request_id(request).map(tower_http::request_id::RequestId::into_header_value);
        Self(given.or_else(made).unwrap_or(HeaderValue::from_static("none")))
    }
}

fn is_plain(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// A layer that gives the request its id and the answer the same.
pub(super) async fn tag(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(&request);
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(HEADER, id.0);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_and_plain() {
        assert!(is_plain(b"0f8f-a_b.C"));
        for id in ["", "two words", "a\"b", "é", &"x".repeat(LONGEST + 1)] {
            assert!(!is_plain(id.as_bytes()), "{id}");
        }
    }
}
