//! What is told of a request once it has ended: one log line and the numbers. What was asked for, what came of it, how
//! long it took; never what was in it: no content, no query, no address of a page, no key.
//!
//! A request ends with the last byte of its answer, or where its caller goes before.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

use super::app::App;
use super::metrics::GoesOn;
use super::problem::Code;
use super::request_id::RequestId;
use super::{probes, prometheus};

/// A request under way.
struct Record {
    app: Arc<App>,
    start: Instant,
    method: Method,
    route: Option<MatchedPath>,
    id: Option<RequestId>,
    /// Bytes of its body that were read.
    read: Arc<AtomicU64>,
    status: Option<u16>,
    code: Option<Code>,
    /// Whether its answer was taken to the end.
    is_whole: bool,
    _in_flight: GoesOn,
}

/// A layer that records every request.
pub(super) async fn record(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let in_flight = GoesOn::new(&app.metrics.in_flight);
    let mut record = Record {
        app,
        start: Instant::now(),
        method: request.method().clone(),
        route: request.extensions().get::<MatchedPath>().cloned(),
        id: request.extensions().get::<RequestId>().cloned(),
        read: Arc::default(),
        status: None,
        code: None,
        // Of an answer to HEAD there is nothing to be taken.
        is_whole: request.method() == Method::HEAD,
        _in_flight: in_flight,
    };
    let read = Arc::clone(&record.read);
    let response = next.run(request.map(|body| Body::new(Counted { body, read }))).await;
    record.status = Some(response.status().as_u16());
    record.code = response.extensions().get::<Code>().copied();
    response.map(|body| Body::new(Recorded { body, record }))
}

impl Drop for Record {
    fn drop(&mut self) {
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        let (time, bytes) = (self.start.elapsed(), self.read.load(Ordering::Relaxed));
        self.app.metrics.request(&self.method, route, self.status, time, bytes);
        if let Some(code) = self.code {
            self.app.metrics.refusal(code);
        }
        // Probes and readings that went well come every few seconds and say nothing.
        let is_routine = probes::ROUTES.contains(&route) || route == prometheus::ROUTE;
        if is_routine && self.code.is_none() && self.is_whole {
            return;
        }
        tracing::info!(
            method = self.method.as_str(),
            route,
            status = self.status,
            code = self.code.map(Code::name),
            whole = self.is_whole,
            body_bytes = bytes,
            duration_ms = time.as_millis() as u64,
            request_id = self.id.as_ref().map(RequestId::as_str),
            "request"
        );
    }
}

/// The body of a request, whose bytes are counted as they are read.
struct Counted {
    body: Body,
    read: Arc<AtomicU64>,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let frame = Pin::new(&mut this.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            this.read.fetch_add(data.len() as u64, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; with its end the record ends.
struct Recorded {
    body: Body,
    record: Record,
}

impl HttpBody for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let frame = Pin::new(&mut this.body).poll_frame(context);
        this.record.is_whole |= matches!(frame, Poll::Ready(None));
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        // Where the length is known, nobody asks for more than that.
        self.record.is_whole |= self.body.is_end_stream();
    }
}
