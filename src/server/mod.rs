//! The web service: every route and every layer, in order. An endpoint is a file; [`problem`] alone knows which error
//! has which status. Nothing here knows a DOM or a rule from within, and no content gets into a log.

mod accept;
mod app;
mod assets;
mod batch;
mod body;
mod clean;
mod compression;
mod connections;
mod cors;
mod docs;
mod document;
mod encoding;
mod examples;
mod form;
mod keys;
mod lines;
mod logging;
mod marks;
mod media_type;
mod metrics;
mod openapi;
mod page;
mod pasted;
mod probes;
pub mod problem;
mod prometheus;
mod query;
mod record;
mod request_id;
mod rules;
mod settings;
mod shutdown;
mod workers;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{Options, RulesFile, clean_text};
use app::App;
pub use cors::Origin;
pub use keys::Keys;
pub use settings::{LogFormat, Settings};
use shutdown::{Hangups, Signals};

/// Serves until a signal asks it to close.
///
/// # Errors
/// Where the address cannot be listened on, signals cannot be caught, or the engine does not start.
pub async fn serve(settings: Settings) -> io::Result<()> {
    logging::install(settings.log);
    let mut signals = Signals::catch()?;
    warm_up(settings.rules.clone()).await?;
    if let Some(keys) = &settings.keys {
        tokio::spawn(Arc::clone(keys).watch(Hangups::catch()?));
    }
    let app = Arc::new(App::new(&settings));
    let listener = TcpListener::bind(settings.listen).await?;
    tracing::info!(listen = %listener.local_addr()?, workers = settings.workers, "listening");

    let (close, closing) = oneshot::channel::<()>();
    let server = connections::serve(listener, routes(Arc::clone(&app)), settings.idle, async {
        // A sender that is gone means the same.
        let _ = closing.await;
    });
    let bound = async {
        signals.wait(&app, settings.drain).await;
        app.end();
        drop(close);
        tokio::time::sleep(settings.shutdown).await;
    };
    tokio::select! {
        () = server => tracing::info!("closed"),
        () = bound => {
            tracing::warn!(shutdown_ms = settings.shutdown.as_millis() as u64, "closed with requests under way");
        }
    }
    Ok(())
}

/// Reads the lexicons, the scores and the operator's rules now, before there is anyone who would wait for them.
async fn warm_up(rules: RulesFile) -> io::Result<()> {
    let options = Options { rules, ..Options::default() };
    let cleaned = tokio::task::spawn_blocking(move || clean_text("A first paragraph, to warm up.", &options));
    cleaned.await?.map(drop).map_err(io::Error::other)
}

/// The whole service, to be called without a socket.
pub fn router(settings: &Settings) -> Router {
    routes(Arc::new(App::new(settings)))
}

fn routes(app: Arc<App>) -> Router {
    let nosniff = SetResponseHeaderLayer::if_not_present(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let api = Router::new()
        .route("/v1/clean", post(clean::clean))
        .route("/v1/clean/batch", post(batch::batch))
        .route("/v1/rules", get(rules::rules));
    api.merge(form::routes())
        .merge(assets::routes())
        .route(prometheus::ROUTE, get(prometheus::metrics))
        .route(openapi::ROUTE, get(openapi::openapi))
        .route(docs::ROUTE, get(docs::docs))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(ServiceBuilder::new().layer(from_fn(compression::refusals)).layer(compression::layer()))
        // Probes are small, and asked by programs that may send anything.
        .merge(probes::routes().method_not_allowed_fallback(problem::method_not_allowed))
        .layer(
            // From the outside in: the id first, since all others name it; the record next, since it tells how the
            // rest went; a panic becomes a problem before problems are written.
            ServiceBuilder::new()
                .layer(from_fn(request_id::tag))
                .layer(from_fn_with_state(Arc::clone(&app), record::record))
                .layer(nosniff)
                .layer(from_fn(problem::render))
                .layer(from_fn_with_state(Arc::clone(&app), cors::allow))
                .layer(from_fn_with_state(Arc::clone(&app), keys::guard))
                .layer(CatchPanicLayer::custom(problem::panicked)),
        )
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use tower::ServiceExt;

    use super::*;

    async fn status(app: &Arc<App>, path: &str) -> u16 {
        let request = Request::get(path).body(Body::empty()).unwrap();
        routes(Arc::clone(app)).oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn a_closing_service_is_alive_answers_and_is_not_ready() {
        let app = Arc::new(App::new(&Settings::default()));
        assert_eq!(status(&app, "/readyz").await, 200);
        app.close();
        assert_eq!(status(&app, "/readyz").await, 503);
        for path in ["/livez", "/healthz", "/health", "/v1/rules"] {
            assert_eq!(status(&app, path).await, 200, "{path}");
        }
    }
}
