//! `GET /` and `POST /`: the paste-in page. The form is sent as it is, without a script; errors show in the page, with
//! what had been pasted where that is known. The page's script sends JSON here, as to `/v1/clean`, and is answered so.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::app::App;
use super::pasted::Pasted;
use super::problem::{Code, Problem};
use super::request_id::RequestId;
use super::{clean, examples, page};
use crate::Format;
use crate::wire::Counts;

/// The headers of a page: nothing is loaded but its own style sheet and script, nothing written in the page runs, and
/// nobody frames it. `same-origin`, since with `no-referrer` browsers send the form with `Origin: null`, which looks like
/// another site's.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// Where the page is.
pub(super) const ROUTE: &str = "/";

pub(super) fn routes() -> Router<Arc<App>> {
    // Outside in: what the refusal and the handler say becomes a page. Route layers, so that a method that the
    // address does not know is answered like everywhere else.
    let page: MethodRouter<Arc<App>> = get(blank)
        .post(submit)
        .route_layer(CsrfLayer::new().with_rejection_response(foreign))
        .route_layer(middleware::from_fn(problems_as_pages));
    Router::new().route(ROUTE, page)
}

/// The page with an empty box, or with the example that `?example=` names.
async fn blank(State(app): State<Arc<App>>, request: Request) -> Response {
    match request.uri().query().and_then(examples::named_in) {
        None => shown(page::blank()),
        Some(example) => answered(&app, Pasted::of(example.document)).await,
    }
}

async fn submit(State(app): State<Arc<App>>, request: Request) -> Response {
    if is_scripted(&request) {
        return clean::clean(State(app), request).await.into_response();
    }
    match Pasted::read(&app, request).await {
        Ok((pasted, _place)) => answered(&app, pasted).await,
        Err(problem) => {
            app.metrics.document(Err(problem.code));
            problem.into_response()
        }
    }
}

/// Whether the page's script asks, which takes its answers as programs do. Who may see the page may use all of it, so
/// the script asks here and needs no key.
fn is_scripted(request: &Request) -> bool {
    request.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes() == b"application/json")
}

async fn answered(app: &App, pasted: Pasted) -> Response {
    let outcome = cleaned(app, pasted.clone()).await;
    app.metrics.document(outcome.as_ref().map(|(_, counts)| *counts).map_err(|problem| problem.code));
    match outcome {
        Ok((html, _)) => shown(html),
        Err(problem) => {
            let mut response = problem.into_response();
            response.extensions_mut().insert(pasted);
            response
        }
    }
}

async fn cleaned(app: &App, mut pasted: Pasted) -> Result<(String, Counts), Problem> {
    let mut options = pasted.options()?;
    options.rules = app.rules.clone();
    options.formats = vec![Format::Markdown, Format::Html];
    let work = app.workers.run(move |interrupt| {
        options.limits.interrupt = Some(interrupt);
        let cleaned = pasted.document().clean(&options)?;
        Ok((page::result(&pasted, &cleaned), Counts::of(&cleaned)))
    });
    work.await
}

fn foreign(_: ProtectionError) -> Response {
    Problem::new(Code::ForeignForm, "open the page itself and send the form from there").into_response()
}

/// A layer that shows a [`Problem`] in the page, with its status and headers.
async fn problems_as_pages(request: Request, next: Next) -> Response {
    if is_scripted(&request) {
        return next.run(request).await;
    }
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let pasted = response.extensions_mut().remove::<Pasted>().unwrap_or_default();
    let html = page::problem(&pasted, &problem, id.as_ref().map_or("", RequestId::as_str));
    let (mut parts, body) = shown(html).into_parts();
    parts.status = response.status();
    parts.extensions.insert(problem.code);
    response.headers_mut().remove(CONTENT_LENGTH);
    for (name, value) in response.headers() {
        parts.headers.entry(name).or_insert_with(|| value.clone());
    }
    Response::from_parts(parts, body)
}

/// A page with its headers.
pub(super) fn shown(html: String) -> Response {
    (HEADERS, Html(html)).into_response()
}
