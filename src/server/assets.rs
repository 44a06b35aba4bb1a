//! The files of the page, built into the program: there is no other place that they could be missing from.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::problem::{Code, Problem};
use super::{examples, rules};

const STYLE: &str = include_str!("../../static/style.css");
const SCRIPT: &str = concat!(
    include_str!("../../static/page/1-asking.js"),
    include_str!("../../static/page/2-showing.js"),
    include_str!("../../static/page/3-deciding.js"),
    include_str!("../../static/page/4-taking-along.js"),
    include_str!("../../static/page/5-hands.js"),
);

/// Where they are.
pub(super) const ROUTES: [&str; 4] =
    ["/static/style.css", "/static/page.js", "/static/rules.json", "/static/examples/{name}"];

/// Pages name the files with the program's version, so a new version is a new address.
const CACHE: &str = "public, max-age=86400";

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let [style, script, catalogue, examples] = ROUTES;
    Router::new()
        .route(style, get(|| async { file("text/css; charset=utf-8", STYLE) }))
        .route(script, get(|| async { file("text/javascript; charset=utf-8", SCRIPT) }))
        .route(catalogue, get(|| async { ([(CACHE_CONTROL, CACHE)], rules::rules().await) }))
        .route(examples, get(example))
}

/// An example as its source, not as a page of its own.
async fn example(Path(name): Path<String>) -> Response {
    match examples::named(&name) {
        Some(example) => file("text/plain; charset=utf-8", example.document),
        None => Problem::new(Code::NotFound, "there is no such example").into_response(),
    }
}

fn file(media_type: &'static str, content: &'static str) -> Response {
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, CACHE)], content).into_response()
}
