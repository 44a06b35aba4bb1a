//! `POST /v1/clean/batch`: order, errors of lines and of the stream, back-pressure, and what a batch leaves to others.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use dechaff::RulesFile;
use dechaff::server::Settings;
use dechaff::server::problem::Code;
use http_body::Frame;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::service::{ARTICLE, TEXT, ask, ask_with};

const BATCH: &str = "POST /v1/clean/batch";
const NDJSON: &str = "application/x-ndjson";

fn answers(text: &str) -> Vec<Value> {
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Sends lines; the answers must have these ids and codes, in this order.
#[track_caller]
fn check(settings: &Settings, lines: impl Into<Body>, wanted: &[(Value, Option<Code>)]) -> Vec<Value> {
    let got = ask_with(settings, BATCH).sending(NDJSON, lines).check(200).has("content-type", NDJSON);
    let answers = answers(&got.text);
    let told: Vec<(&Value, Option<&str>)> =
        answers.iter().map(|answer| (&answer["id"], answer["error"]["code"].as_str())).collect();
    let wanted: Vec<_> = wanted.iter().map(|(id, code)| (id, code.map(Code::name))).collect();
    assert_eq!(told, wanted, "{}", got.text);
    answers
}

#[test]
fn every_line_has_its_answer_in_order() {
    let long = "The council met again, and again it rained. ".repeat(300);
    let mut lines = String::new();
    let mut wanted = Vec::new();
    for number in 0..60 {
        let (line, id, code) = match number % 6 {
            0 => (json!({"id": number, "html": ARTICLE}).to_string(), json!(number), None),
            1 => (json!({"id": [number], "text": long}).to_string(), json!([number]), None),
            2 => (json!({"text": TEXT}).to_string(), Value::Null, None),
            3 => (json!({"id": "a\n"}).to_string(), json!("a\n"), Some(Code::MalformedJson)),
            4 => ("not JSON".to_owned(), Value::Null, Some(Code::MalformedJson)),
            _ => (
                json!({"id": number, "text": "a", "options": {"mode": "strict"}}).to_string(),
                json!(number),
                Some(Code::InvalidOption),
            ),
        };
        lines += &line;
        // Blank lines are passed over, and the last line needs no end.
        lines += if number % 4 == 0 { "\r\n \n\n" } else { "\n" };
        wanted.push((id, code));
    }
    for workers in [1, 4] {
        let settings = Settings { workers, ..Settings::default() };
        let answers = check(&settings, lines.trim_end().to_owned(), &wanted);
        for answer in answers {
            assert_eq!(answer["text"].is_string(), answer["error"].is_null(), "{answer}");
        }
    }
    for nothing in ["", "\n", " \r\n\n"] {
        check(&Settings::default(), nothing, &[]);
    }
}

#[test]
fn a_bad_line_is_a_problem_of_its_own() {
    let small = Settings { body_limit: 200, ..Settings::default() };
    let text = "a ".repeat(200);
    let lines =
        format!("{{\"id\":7,\"text\":\"{text}\"}}\n{{\"text\":\"{text}\",\"id\":8}}\n{{\"id\":9,\"text\":\"Rain.\"}}");
    let wanted = [(json!(7), Some(Code::TooLarge)), (Value::Null, Some(Code::TooLarge)), (json!(9), None)];
    let answers = check(&small, lines, &wanted);
    let problem = &answers[0]["error"];
    assert_eq!(problem["status"], 413);
    assert_eq!(problem["type"], "urn:problem-type:dechaff:too-large");
    assert_eq!(problem["title"], Code::TooLarge.title());
    assert_eq!(problem["detail"], "the line has over 200 bytes");
    check(&Settings::default(), r#"{"id":1,"text":"%PDF-1.7"}"#, &[(json!(1), Some(Code::NotText))]);
    let hurried = Settings { deadline: Duration::ZERO, ..Settings::default() };
    check(&hurried, r#"{"id":1,"text":"a"}"#, &[(json!(1), Some(Code::DeadlineExceeded))]);
    let none = Settings { workers: 0, ..Settings::default() };
    check(&none, r#"{"id":1,"text":"a"}"#, &[(json!(1), Some(Code::Busy))]);
}

#[test]
fn a_batch_may_be_larger_than_any_document() {
    let small = Settings { body_limit: 1000, ..Settings::default() };
    let lines = (0..200).map(|id| json!({"id": id, "text": TEXT}).to_string() + "\n").collect::<String>();
    assert!(lines.len() > 20 * small.body_limit);
    let wanted: Vec<_> = (0..200).map(|id| (json!(id), None)).collect();
    check(&small, lines, &wanted);
}

#[test]
fn options_and_rules_hold_for_every_line() {
    let line = json!({"id": 1, "text": TEXT}).to_string();
    let own = json!({"id": 2, "text": TEXT, "options": {"paragraphs": "all", "keep": "call_to_action"}}).to_string();
    let path = format!("{BATCH}?paragraphs=none&format=markdown&drop_phrases=ferry+alma");
    let got = ask(&path).sending(NDJSON, format!("{line}\n{own}\n")).check(200);
    let answers = answers(&got.text);
    let paragraphs = |answer: &Value| answer["paragraphs"].as_array().unwrap().len();
    assert_eq!((paragraphs(&answers[0]), paragraphs(&answers[1])), (0, 3));
    assert!(answers.iter().all(|answer| answer["markdown"].is_string()));
    let texts: Vec<&str> = answers.iter().map(|answer| answer["text"].as_str().unwrap()).collect();
    assert!(!texts[0].contains("newsletter") && texts[1].contains("newsletter"), "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("ferry Alma")), "{texts:?}");

    let rules = RulesFile::read("drop boilerplate ferry").unwrap();
    let answers = check(&Settings { rules, ..Settings::default() }, line, &[(json!(1), None)]);
    assert_eq!(answers[0]["paragraphs"][0]["label"], "boilerplate");
}

#[test]
fn what_is_wrong_with_the_whole_is_refused_at_once() {
    for query in ["?mode=strict", "?modus=recall", "?mode=recall&mode=recall", "?drop_phrases=", "?format=pdf"] {
        ask(&format!("{BATCH}{query}")).sending(NDJSON, "{}").refused(Code::InvalidOption);
    }
    for media_type in ["application/json", "text/plain", "nonsense"] {
        let got = ask(BATCH).sending(media_type, "{}").refused(Code::UnsupportedMediaType);
        assert_eq!(got.header("accept"), NDJSON);
    }
    ask(BATCH).refused(Code::UnsupportedMediaType);
    for media_type in ["Application/X-NDJSON; charset=utf-8", "application/ndjson", "application/jsonl"] {
        ask(BATCH).sending(media_type, "").check(200).has("content-type", NDJSON);
    }
    for (accept, is_taken) in [("*/*", true), ("application/*", true), (NDJSON, true), ("text/html", false)] {
        let case = ask(BATCH).with("accept", accept).sending(NDJSON, "");
        if is_taken {
            case.check(200);
        } else {
            case.refused(Code::NotAcceptable);
        }
    }
    let full = Settings { requests: 0, ..Settings::default() };
    ask_with(&full, BATCH).sending(NDJSON, "{}").refused(Code::Busy).has("retry-after", "1");
    ask("GET /v1/clean/batch").refused(Code::MethodNotAllowed).has("allow", "POST");
}

/// A body whose pieces come when the test says so.
struct Fed(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl HttpBody for Fed {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.get_mut().0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// A body, and what feeds it.
pub(crate) fn fed() -> (mpsc::Sender<Result<Bytes, std::io::Error>>, Body) {
    let (sender, receiver) = mpsc::channel(1);
    (sender, Body::new(Fed(receiver)))
}

/// The next piece of an answer, which must come soon; none at its end.
async fn next(body: &mut Body) -> Option<Result<Value, axum::Error>> {
    let frame = timeout(Duration::from_secs(20), body.frame()).await.expect("a piece comes");
    frame.map(|frame| frame.map(|frame| serde_json::from_slice(&frame.into_data().unwrap()).unwrap()))
}

#[tokio::test]
async fn a_line_is_answered_before_the_next_comes() {
    let (feed, body) = fed();
    let mut answers = ask(BATCH).sending(NDJSON, body).response().await.into_body();
    for id in 0..3 {
        let line = json!({"id": id, "text": TEXT}).to_string();
        let (front, back) = line.split_at(30);
        feed.send(Ok(front.to_owned().into())).await.unwrap();
        feed.send(Ok(format!("{back}\n").into())).await.unwrap();
        assert_eq!(next(&mut answers).await.unwrap().unwrap()["id"], id);
    }
    drop(feed);
    assert!(next(&mut answers).await.is_none());
}

#[tokio::test]
async fn what_ends_the_stream_early_is_its_last_line() {
    let hurried = Settings { idle: Duration::from_millis(50), ..Settings::default() };
    let line = json!({"id": 1, "text": TEXT}).to_string();
    for (settings, piece, code) in [
        (&hurried, None, Code::BodyTimeout),
        (&Settings::default(), Some(Err(std::io::Error::other("gone"))), Code::MalformedBody),
    ] {
        let (feed, body) = fed();
        let mut answers = ask_with(settings, BATCH).sending(NDJSON, body).response().await.into_body();
        feed.send(Ok(format!("{line}\n{{\"id\":").into())).await.unwrap();
        if let Some(piece) = piece {
            feed.send(piece).await.unwrap();
        }
        assert_eq!(next(&mut answers).await.unwrap().unwrap()["id"], 1);
        let last = next(&mut answers).await.unwrap().unwrap();
        assert_eq!((&last["id"], last["error"]["code"].as_str()), (&Value::Null, Some(code.name())));
        assert!(next(&mut answers).await.is_none(), "{code:?}");
    }
}

#[tokio::test]
async fn a_caller_who_takes_nothing_is_cut_off_and_can_tell() {
    let hurried = Settings { idle: Duration::from_millis(50), workers: 1, ..Settings::default() };
    let lines = (json!({"id": 1, "text": TEXT}).to_string() + "\n").repeat(20);
    let mut answers = ask_with(&hurried, BATCH).sending(NDJSON, lines).response().await.into_body();
    tokio::time::sleep(Duration::from_millis(800)).await;
    let mut taken = 0;
    loop {
        match next(&mut answers).await {
            Some(Ok(_)) => taken += 1,
            Some(Err(_)) => break,
            None => panic!("looks whole after {taken} answers"),
        }
    }
    assert!(taken < 20, "{taken}");
}

/// A body without end, that counts how many of its lines were read.
struct Endless(Arc<AtomicUsize>);

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let id = self.0.fetch_add(1, Ordering::Relaxed);
        let line = json!({"id": id, "text": TEXT}).to_string() + "\n";
        Poll::Ready(Some(Ok(Frame::data(line.into()))))
    }
}

#[tokio::test]
async fn who_reads_slowly_is_read_slowly() {
    let settings = Settings { workers: 4, ..Settings::default() };
    let read = Arc::new(AtomicUsize::new(0));
    let body = Body::new(Endless(Arc::clone(&read)));
    let mut answers = ask_with(&settings, BATCH).sending(NDJSON, body).response().await.into_body();
    // Three workers with two places each, an answer on its way out, and the one that waits behind it.
    let ahead = 3 * 2 + 2;
    for id in 0..20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let read = read.load(Ordering::Relaxed);
        assert!(read <= id + ahead, "{read} lines were read for {id} answers taken");
        assert_eq!(next(&mut answers).await.unwrap().unwrap()["id"], id);
    }
    drop(answers);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = read.load(Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(read.load(Ordering::Relaxed), before, "nobody wants the answers");
    assert!(before > 20);
}
