//! `GET /metrics`: what is counted, under which labels, in both formats.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use axum::Router;
use dechaff::server::{Settings, router};
use serde_json::json;

use crate::service::{ARTICLE, TEXT, ask_of};

/// Every sample by its name and labels, after the exposition was found well-formed.
fn samples(router: &Router) -> BTreeMap<String, f64> {
    let got = ask_of(router, "GET /metrics").check(200);
    let got = got.has("content-type", "text/plain; version=0.0.4; charset=utf-8").has("cache-control", "no-store");
    let (mut kinds, mut helped) = (BTreeMap::new(), HashSet::new());
    let mut samples = BTreeMap::new();
    for line in got.text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (family, text) = help.split_once(' ').unwrap();
            assert!(family.starts_with("dechaff_") && !text.is_empty() && helped.insert(family.to_owned()), "{line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (family, kind) = kind.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind) && helped.contains(family), "{line}");
            kinds.insert(family.to_owned(), kind);
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(kinds.contains_key(name) || kinds.get(family) == Some(&"histogram"), "{line}");
            samples.insert(sample.to_owned(), value.parse().unwrap());
        }
    }
    samples
}

#[track_caller]
fn check(samples: &BTreeMap<String, f64>, wanted: &[(&str, f64)]) {
    for (sample, value) in wanted {
        let told = samples.get(&format!("dechaff_{sample}"));
        assert_eq!(told, Some(value), "{sample} in {samples:#?}");
    }
}

#[test]
fn requests_are_counted_by_route_and_status() {
    let router = router(&Settings { workers: 3, ..Settings::default() });
    ask_of(&router, "POST /v1/clean?mode=recall").sending("text/html", ARTICLE).check(200);
    ask_of(&router, "POST /v1/clean").sending("text/html", "%PDF-1.7").check(422);
    ask_of(&router, "GET /v1/clean").check(405);
    ask_of(&router, "GET /some/secret/path").check(404);
    ask_of(&router, "BREW /livez").check(405);
    ask_of(&router, "GET /livez").check(200);
    let samples = samples(&router);
    check(
        &samples,
        &[
            ("requests_total{method=\"POST\",route=\"/v1/clean\",status=\"200\"}", 1.0),
            ("requests_total{method=\"POST\",route=\"/v1/clean\",status=\"422\"}", 1.0),
            ("requests_total{method=\"GET\",route=\"/v1/clean\",status=\"405\"}", 1.0),
            ("requests_total{method=\"GET\",route=\"none\",status=\"404\"}", 1.0),
            ("requests_total{method=\"other\",route=\"/livez\",status=\"405\"}", 1.0),
            ("requests_total{method=\"GET\",route=\"/livez\",status=\"200\"}", 1.0),
            // The one that asks.
            ("requests_in_flight", 1.0),
            ("request_duration_seconds_count{route=\"/v1/clean\"}", 3.0),
            ("request_duration_seconds_bucket{le=\"+Inf\",route=\"/v1/clean\"}", 3.0),
            ("request_body_bytes_count{route=\"/v1/clean\"}", 3.0),
            ("request_body_bytes_sum{route=\"/v1/clean\"}", ARTICLE.len() as f64 + 8.0),
            ("workers", 3.0),
            ("workers_busy", 0.0),
            ("queue", 0.0),
            (concat!("build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0),
        ],
    );
    let told = format!("{samples:?}");
    for secret in ["secret", "recall", "BREW", "Ferry"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[test]
fn documents_and_paragraphs_are_counted_wherever_they_come() {
    let router = router(&Settings::default());
    ask_of(&router, "POST /v1/clean?paragraphs=none&format=text").sending("text/plain", TEXT).check(200);
    let line = json!({"text": TEXT}).to_string();
    let lines = format!("{line}\n{line}\nnot JSON\n");
    ask_of(&router, "POST /v1/clean/batch").sending("application/x-ndjson", lines).check(200);
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("document", TEXT).finish();
    ask_of(&router, "POST /").sending("application/x-www-form-urlencoded", form).check(200);
    ask_of(&router, "POST /v1/clean").sending("text/css", TEXT).check(415);
    check(
        &samples(&router),
        &[
            ("documents_total{outcome=\"cleaned\"}", 4.0),
            ("documents_total{outcome=\"malformed-json\"}", 1.0),
            ("documents_total{outcome=\"unsupported-media-type\"}", 1.0),
            ("paragraphs_total{label=\"content\"}", 8.0),
            ("paragraphs_total{label=\"call_to_action\"}", 4.0),
            ("paragraphs_total{label=\"advertising\"}", 0.0),
            ("requests_total{method=\"POST\",route=\"/v1/clean/batch\",status=\"200\"}", 1.0),
            ("rejected_total", 0.0),
            ("deadline_exceeded_total", 0.0),
            ("panics_total", 0.0),
        ],
    );
}

#[test]
fn what_is_turned_away_or_stopped_is_counted() {
    let busy = router(&Settings { workers: 0, wait: Duration::from_millis(5), ..Settings::default() });
    ask_of(&busy, "POST /v1/clean").sending("text/plain", TEXT).check(429);
    ask_of(&busy, "POST /v1/clean/batch").sending("application/x-ndjson", "{}\n{}\n").check(200);
    check(&samples(&busy), &[("rejected_total", 3.0), ("documents_total{outcome=\"busy\"}", 3.0)]);
    let full = router(&Settings { requests: 0, ..Settings::default() });
    for (line, media_type) in [("POST /v1/clean", "text/plain"), ("POST /v1/clean/batch", "application/x-ndjson")] {
        ask_of(&full, line).sending(media_type, TEXT).check(429);
    }
    check(&samples(&full), &[("rejected_total", 2.0)]);
    let hurried = router(&Settings { deadline: Duration::ZERO, ..Settings::default() });
    ask_of(&hurried, "POST /v1/clean").sending("text/plain", TEXT).check(504);
    ask_of(&hurried, "POST /v1/clean/batch")
        .sending("application/x-ndjson", json!({"text": "a"}).to_string())
        .check(200);
    check(&samples(&hurried), &[("deadline_exceeded_total", 2.0), ("panics_total", 0.0)]);
}

#[tokio::test]
async fn a_request_that_is_left_is_counted_as_gone() {
    let router = router(&Settings::default());
    let (feed, body) = crate::batch::fed();
    let request = ask_of(&router, "POST /v1/clean").sending("text/plain", body).response();
    assert!(tokio::time::timeout(Duration::from_millis(50), request).await.is_err());
    drop(feed);
    let told = tokio::task::spawn_blocking(move || samples(&router)).await.unwrap();
    check(
        &told,
        &[
            ("requests_total{method=\"POST\",route=\"/v1/clean\",status=\"gone\"}", 1.0),
            ("requests_in_flight", 1.0),
            ("workers_busy", 0.0),
        ],
    );
}

#[test]
fn open_metrics_is_there_for_those_who_ask() {
    let router = router(&Settings::default());
    let accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
    ask_of(&router, "GET /livez").check(200);
    let got = ask_of(&router, "GET /metrics").with("accept", accept).check(200);
    let got = got.has("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(got.text.ends_with("# EOF\n"));
    got.says("# TYPE dechaff_requests counter\n").says("# UNIT dechaff_request_duration_seconds seconds\n");
    ask_of(&router, "HEAD /metrics").check(200);
    ask_of(&router, "POST /metrics").check(405).has("allow", "GET,HEAD");
}
