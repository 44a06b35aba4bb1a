//! Places among the requests that are under way: who has one, and who keeps others from one.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use dechaff::server::{Settings, router};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use crate::batch::fed;
use crate::service::{TEXT, ask_of};

/// A request whose body goes on for as long as this exists.
struct Begun {
    body: Sender<Result<Bytes, std::io::Error>>,
    answer: JoinHandle<Response>,
}

/// Begins a request with these many bytes of its body, all of which are read when this returns.
async fn begin(router: &Router, line: &str, media_type: &str, bytes: usize) -> Begun {
    let (body, sent) = fed();
    let case = ask_of(router, line).sending(media_type, sent);
    let answer = tokio::spawn(case.response());
    body.send(Ok(" ".repeat(bytes).into())).await.unwrap();
    // There is room for a second piece once the first was taken; a service that refuses takes none.
    let _ = body.send(Ok(Bytes::new())).await;
    Begun { body, answer }
}

fn four_places() -> Router {
    // Whoever waits here waits for a place, not for a slow machine.
    let patience = Duration::from_mins(5);
    let waits = Settings { wait: patience, deadline: patience, body_deadline: patience, ..Settings::default() };
    router(&Settings { requests: 4, workers: 1, ..waits })
}

async fn status(router: &Router) -> u16 {
    let case = ask_of(router, "POST /v1/clean").sending("text/plain", TEXT);
    case.response().await.status().as_u16()
}

#[tokio::test]
async fn who_sends_little_keeps_nobody_out() {
    let router = four_places();
    let mut begun = Vec::new();
    for line in ["POST /v1/clean", "POST /"] {
        let media_type = if line.ends_with('/') { "application/x-www-form-urlencoded" } else { "text/plain" };
        for _ in 0..6 {
            begun.push(begin(&router, line, media_type, 10_000).await);
        }
    }
    assert_eq!(status(&router).await, 200);
    assert!(begun.iter().all(|request| !request.body.is_closed() && !request.answer.is_finished()));
}

#[tokio::test]
async fn who_has_sent_much_has_a_place() {
    let router = four_places();
    let mut begun = Vec::new();
    for _ in 0..4 {
        begun.push(begin(&router, "POST /v1/clean", "text/plain", 100_000).await);
    }
    assert_eq!(status(&router).await, 429);
    let fifth = begin(&router, "POST /v1/clean", "text/plain", 100_000).await;
    assert_eq!(fifth.answer.await.unwrap().status(), 429);
    let gone = begun.pop().unwrap().answer;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    assert_eq!(status(&router).await, 200, "a place that is given back is another's");
}

#[tokio::test]
async fn batches_leave_places_for_single_documents() {
    let router = four_places();
    let mut batches = Vec::new();
    for wanted in [200, 200, 200, 429] {
        let batch = begin(&router, "POST /v1/clean/batch", "application/x-ndjson", 1).await;
        let answer = batch.answer.await.unwrap();
        assert_eq!(answer.status(), wanted);
        batches.push((answer, batch.body));
    }
    assert_eq!(status(&router).await, 200);
}

#[tokio::test]
async fn bodies_share_the_memory_that_is_for_them() {
    let patience = Duration::from_mins(5);
    let settings = Settings { bodies: 250_000, body_limit: 200_000, wait: patience, ..Settings::default() };
    let router = router(&Settings { deadline: patience, body_deadline: patience, ..settings });
    let first = begin(&router, "POST /v1/clean", "text/plain", 150_000).await;
    let second = begin(&router, "POST /v1/clean", "text/plain", 80_000).await;
    assert!(!second.answer.is_finished(), "there is room for both");
    // Whether much comes at once or little by little, there is none for more.
    let third = begin(&router, "POST /v1/clean", "text/plain", 21_000).await;
    assert_eq!(third.answer.await.unwrap().status(), 429);
    first.body.send(Ok(" ".repeat(21_000).into())).await.unwrap();
    assert_eq!(first.answer.await.unwrap().status(), 429);
    assert_eq!(status(&router).await, 200, "small ones need none");
    drop(second.body);
    assert_eq!(second.answer.await.unwrap().status(), 200);
    let large = begin(&router, "POST /v1/clean", "text/plain", 200_000).await;
    assert!(!large.answer.is_finished(), "what is given back is another's");
}

#[tokio::test]
async fn one_body_as_large_as_may_be_is_always_taken() {
    let router = router(&Settings { bodies: 1, body_limit: 100_000, ..Settings::default() });
    let body = begin(&router, "POST /v1/clean", "text/plain", 100_000).await;
    assert!(!body.answer.is_finished() && !body.body.is_closed());
}
