//! `GET /metrics`: the numbers, for Prometheus. In the `OpenMetrics` text format where that is asked for, as Prometheus
//! does, else in the older text format that everything reads.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;

use super::accept;
use super::app::App;

/// Where the numbers are.
pub(super) const ROUTE: &str = "/metrics";

/// Its media types, the newer and the older.
pub(super) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
pub(super) const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) async fn metrics(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let mut text = String::new();
    // Writing to a string fails only where a value's own writing does, and there are none but numbers and names.
    let _ = encode(&mut text, &app.metrics.registry);
    let media_type = if accept::likes_open_metrics(&headers) {
        OPEN_METRICS
    } else {
        text = older(&text);
        TEXT
    };
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-store"), (VARY, "accept")], text).into_response()
}

/// The older text format of an exposition. `OpenMetrics` names a family without the suffix of its samples and has kinds
/// of its own; a line `# HELP` stands before the line `# TYPE` of the same family.
fn older(text: &str) -> String {
    let mut older = String::with_capacity(text.len());
    let mut help = "";
    for line in text.lines() {
        if let Some(described) = line.strip_prefix("# HELP ") {
            help = described;
        } else if let Some((family, kind)) = line.strip_prefix("# TYPE ").and_then(|typed| typed.split_once(' ')) {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                "unknown" => ("", "untyped"),
                other => ("", other),
            };
            let help = help.strip_prefix(family).unwrap_or_default();
            // A string takes everything.
            let _ = write!(older, "# HELP {family}{suffix}{help}\n# TYPE {family}{suffix} {kind}\n");
        } else if !line.starts_with('#') {
            older.push_str(line);
            older.push('\n');
        }
    }
    older
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_format_names_families_as_their_samples() {
        let open = "# HELP a_b Things, by c.\n# TYPE a_b counter\na_b_total{c=\"#\"} 1\n\
                    # HELP d_seconds Time.\n# TYPE d_seconds histogram\n# UNIT d_seconds seconds\nd_seconds_sum 0.5\n\
                    # HELP build The program.\n# TYPE build info\nbuild_info{version=\"1\"} 1\n# EOF\n";
        let wanted = "# HELP a_b_total Things, by c.\n# TYPE a_b_total counter\na_b_total{c=\"#\"} 1\n\
                      # HELP d_seconds Time.\n# TYPE d_seconds histogram\nd_seconds_sum 0.5\n\
                      # HELP build_info The program.\n# TYPE build_info gauge\nbuild_info{version=\"1\"} 1\n";
        assert_eq!(older(open), wanted);
    }
}
