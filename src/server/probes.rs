//! Probes of an orchestrator. They ask nothing of the workers and stand outside every limit: a busy service is alive and
//! ready; one that is about to close is alive and not ready.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use utoipa::ToSchema;

use super::app::App;
use super::problem::{Code, Problem};

/// The routes of the probes.
pub(super) const ROUTES: [&str; 4] = ["/livez", "/healthz", "/health", READY];
/// The one that asks whether the service takes requests.
pub(super) const READY: &str = "/readyz";

/// A service that is alive, and ready where that was asked.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
}

pub(super) fn routes() -> Router<Arc<App>> {
    ROUTES.into_iter().fold(Router::new(), |router, route| match route {
        READY => router.route(route, get(ready)),
        _ => router.route(route, get(alive)),
    })
}

async fn alive() -> Json<Health> {
    Json(Health { status: "ok" })
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.is_closing() {
        return Problem::new(Code::ShuttingDown, "send new requests elsewhere").into_response();
    }
    alive().await.into_response()
}
