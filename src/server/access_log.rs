//! One log line a request: what was asked for, what came of it, how long it took. Never what was in it: no content, no
//! query, no address of a page.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

use super::probes;
use super::problem::Code;
use super::request_id::RequestId;

/// A layer that logs every request but probes that went well, which come every few seconds and say nothing.
pub(super) async fn record(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status();
    if status.is_success() && probes::ROUTES.contains(&route) {
        return response;
    }
    tracing::info!(
        method = method.as_str(),
        route,
        status = status.as_u16(),
        code = response.extensions().get::<Code>().map(|code| code.name()),
        duration_ms = start.elapsed().as_millis() as u64,
        request_id = id.as_ref().map(RequestId::as_str),
        "request"
    );
    response
}
