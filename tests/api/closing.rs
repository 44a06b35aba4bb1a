//! How the service closes: nobody who was let in is left without an answer, and nobody makes it wait for ever.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::connection::{Service, signal};
use crate::service::TEXT;

/// A request for one answer, after which the connection ends.
fn request() -> String {
    format!(
        "POST /v1/clean HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{TEXT}",
        TEXT.len()
    )
}

fn status_of(service: &Service, path: &str) -> String {
    let answer = service.ask(format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// How the program ended, and how long that took.
fn end_of(service: &mut Service, name: &str) -> (ExitStatus, Duration) {
    let start = Instant::now();
    signal(service, name);
    (service.wait(), start.elapsed())
}

#[test]
fn who_was_let_in_is_answered() {
    let mut service = Service::start(&["--drain", "300ms", "--wait", "20s"]);
    let address = service.address();
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let mut stream = match TcpStream::connect(address) {
                        Ok(stream) => stream,
                        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
                        Err(error) => panic!("{error}"),
                    };
                    let mut answer = String::new();
                    stream.write_all(request().as_bytes()).unwrap();
                    stream.read_to_string(&mut answer).unwrap();
                    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with('}'), "{answer:?}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while answered.load(Ordering::Relaxed) < 30 {
            std::thread::sleep(Duration::from_millis(5));
        }
        signal(&service, "TERM");
    });
    assert!(service.wait().success());
    assert!(!service.end().contains("under way"), "all had their answers in time");
}

#[test]
fn a_service_that_is_told_to_end_is_not_ready_and_answers_for_a_while() {
    let mut service = Service::start(&["--drain", "1s"]);
    assert_eq!(status_of(&service, "/readyz"), "200");
    signal(&service, "TERM");
    std::thread::sleep(Duration::from_millis(100));
    for (path, status) in [("/readyz", "503"), ("/livez", "200"), ("/v1/rules", "200")] {
        assert_eq!(status_of(&service, path), status, "{path}");
    }
    assert!(service.wait().success());
}

#[test]
fn an_interrupt_ends_at_once_even_within_the_pause() {
    for first in [None, Some("TERM")] {
        let mut service = Service::start(&["--drain", "60s"]);
        if let Some(first) = first {
            signal(&service, first);
        }
        let (status, time) = end_of(&mut service, "INT");
        assert!(status.success() && time < Duration::from_secs(5), "{first:?}: {status} after {time:?}");
    }
}

#[test]
fn nobody_keeps_it_from_ending() {
    let mut service = Service::start(&["--drain", "0ms", "--shutdown", "500ms", "--body-deadline", "60s"]);
    let begun =
        service.send("POST /v1/clean HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nbeg");
    std::thread::sleep(Duration::from_millis(100));
    let (status, time) = end_of(&mut service, "TERM");
    assert!(status.success() && time > Duration::from_millis(400) && time < Duration::from_secs(5), "{time:?}");
    drop(begun);
}
