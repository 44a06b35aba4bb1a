//! Requests that are made to harm: whose end two readers might see in different places, whose heads or bodies never end.
//! Who makes the service answer what a proxy in front of it took for a body speaks in another caller's name.

use std::io::Write;

use crate::connection::{Service, memory, rest_of};

/// What is hidden behind a request; it would be seen if it were answered.
const HIDDEN: &str = "GET /v1/rules HTTP/1.1\r\nhost: a\r\n\r\n";

/// Most memory that one caller may cost here, in KiB.
const BOUND: usize = 64 << 10;

/// Statuses of all answers to a request with these headers and this body, behind which something is hidden.
fn statuses(service: &Service, headers: &str, body: &str) -> Vec<u16> {
    let head = "POST /v1/clean HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\n";
    let said = service.ask(format!("{head}{headers}\r\n{body}{HIDDEN}"));
    said.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].parse().unwrap()).collect()
}

#[test]
fn what_may_have_two_ends_is_refused() {
    let service = Service::start(&["--idle", "2s"]);
    for (headers, body) in [
        ("content-length: 0\r\ncontent-length: 38\r\n", ""),
        ("content-length: 0, 38\r\n", ""),
        ("content-length: +0\r\n", ""),
        ("content-length: -1\r\n", ""),
        ("content-length: 0x0\r\n", ""),
        ("content-length: 18446744073709551616\r\n", ""),
        ("content-length : 0\r\n", ""),
        ("content-length: 0\r\n 38\r\n", ""),
        ("transfer-encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n", "0\r\n\r\n"),
        ("transfer-encoding: xchunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding:\u{b}chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding : chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding:\r\n chunked\r\n", "0\r\n\r\n"),
        ("x: a\rcontent-length: 38\r\n", ""),
        ("x: a\0content-length: 38\r\n", ""),
        ("transfer-encoding: chunked\r\n", "fffffffffffffffff\r\n"),
        ("transfer-encoding: chunked\r\n", "+0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "0x0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "0\n\n"),
        ("transfer-encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "0;a\nb\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "0;a\rb\r\n\r\n"),
    ] {
        assert_eq!(statuses(&service, headers, body), [400], "{headers:?} {body:?}");
    }
}

#[test]
fn a_length_beside_pieces_counts_for_nothing_and_ends_the_connection() {
    let service = Service::start(&["--idle", "2s"]);
    for headers in
        ["transfer-encoding: chunked\r\ncontent-length: 4\r\n", "content-length: 43\r\ntransfer-encoding: chunked\r\n"]
    {
        // RFC 9112, 6.1: it may be answered, and nothing after it.
        assert_eq!(statuses(&service, headers, "0\r\n\r\n"), [200], "{headers:?}");
    }
}

#[test]
fn heads_are_bounded() {
    let service = Service::start(&[]);
    let before = memory(service.process());
    for headers in [
        format!("x: {}\r\n", "a".repeat(1 << 20)),
        "x: a\r\n".repeat(100_000),
        format!("{}: a\r\n", "x".repeat(1 << 20)),
    ] {
        let answer = service.ask_as_far_as_taken(format!("GET /livez HTTP/1.1\r\nhost: a\r\n{headers}\r\n"));
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    let answer = service.ask_as_far_as_taken(format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(1 << 20)));
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 414 ") || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
    let more = memory(service.process()).saturating_sub(before);
    assert!(more < BOUND, "{more} KiB more");
}

#[test]
fn a_body_without_an_end_is_ended() {
    let service = Service::start(&["--body-limit", "1MiB"]);
    let before = memory(service.process());
    let head = "POST /v1/clean HTTP/1.1\r\nhost: a\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut stream = service.send(head);
    let piece = format!("10000\r\n{}\r\n", "<p>a".repeat(1 << 14));
    let mut sent = 0;
    // Until the service takes no more.
    while stream.write_all(piece.as_bytes()).is_ok() {
        sent += piece.len();
        assert!(sent < 64 << 20, "all was taken");
    }
    let answer = rest_of(stream);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let more = memory(service.process()).saturating_sub(before);
    assert!(more < BOUND, "{more} KiB more");
}
