//! The files of the page, built into the program: there is no other place that they could be missing from.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// The style sheet.
const STYLE: &str = include_str!("../../static/style.css");

/// Where it is.
pub(super) const STYLE_ROUTE: &str = "/static/style.css";

/// Pages name the style sheet with the program's version, so a new version is a new address.
const CACHE: &str = "public, max-age=86400";

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(STYLE_ROUTE, get(style))
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, CACHE)], STYLE).into_response()
}
