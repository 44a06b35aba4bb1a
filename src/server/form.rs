//! `GET /` and `POST /`: the paste-in page. The form is sent as it is, without a script; errors show in the page, with
//! what had been pasted where that is known.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, FromRequest, Request, State};
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::app::App;
use super::body::rebuilt;
use super::document::{Document, Kind, told_by_looking};
use super::page;
use super::problem::{Code, Problem};
use super::request_id::RequestId;
use crate::wire::{Choices, Counts};

/// What the form holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Pasted {
    pub(super) document: String,
    pub(super) kind: Written,
    pub(super) mode: String,
}

/// What the reader says that the document is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Written {
    #[default]
    Auto,
    Text,
    Html,
}

/// The headers of a page: nothing is loaded but its own style sheet, and nobody frames it. `same-origin`, since with
/// `no-referrer` browsers send the form with `Origin: null`, which looks like another site's.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
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

async fn blank() -> Response {
    shown(page::blank())
}

async fn submit(State(app): State<Arc<App>>, request: Request) -> Response {
    let (pasted, outcome) = answered(&app, request).await;
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

/// The page, or what kept it from being made; with what was pasted, as far as it is known.
async fn answered(app: &App, request: Request) -> (Pasted, Result<(String, Counts), Problem>) {
    let _place = match app.enter() {
        Ok(place) => place,
        Err(problem) => return (Pasted::default(), Err(problem)),
    };
    match read(app, request).await {
        Ok(pasted) => {
            let outcome = cleaned(app, &pasted).await;
            (pasted, outcome)
        }
        Err(problem) => (Pasted::default(), Err(problem)),
    }
}

async fn read(app: &App, request: Request) -> Result<Pasted, Problem> {
    let (parts, bytes) = app.bodies.read(request).await?;
    let Form(pasted) = Form::<Pasted>::from_request(rebuilt(parts, bytes), &()).await?;
    Ok(pasted)
}

async fn cleaned(app: &App, pasted: &Pasted) -> Result<(String, Counts), Problem> {
    let kind = match pasted.kind {
        Written::Auto => told_by_looking(pasted.document.as_bytes()),
        Written::Text => Kind::Text,
        Written::Html => Kind::Html,
    };
    let mode = Some(pasted.mode.clone()).filter(|mode| !mode.is_empty());
    let choices = Choices { mode, ..Choices::default() };
    let mut options = choices.read().map_err(|detail| Problem::new(Code::InvalidOption, detail))?.options;
    options.rules = app.rules.clone();
    let pasted = pasted.clone();
    let work = app.workers.run(move |interrupt| {
        options.limits.interrupt = Some(interrupt);
        let cleaned = Document::unicode(kind, pasted.document.clone()).clean(&options)?;
        Ok((page::result(&pasted, &cleaned), Counts::of(&cleaned)))
    });
    work.await
}

fn foreign(_: ProtectionError) -> Response {
    Problem::new(Code::ForeignForm, "open the page itself and send the form from there").into_response()
}

/// A layer that shows a [`Problem`] in the page, with its status and headers.
async fn problems_as_pages(request: Request, next: Next) -> Response {
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

fn shown(html: String) -> Response {
    (HEADERS, Html(html)).into_response()
}
