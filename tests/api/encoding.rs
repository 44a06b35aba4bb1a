//! Compressed bodies, both ways: what is read, what is refused, and what a few bytes may stand for.

use std::io::Cursor;
use std::pin::Pin;
use std::time::Duration;

use async_compression::tokio::bufread;
use axum::body::Body;
use dechaff::server::Settings;
use dechaff::server::problem::Code;
use http_body_util::BodyExt;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::time::timeout;

use crate::service::{ARTICLE, Case, TEXT, ask, ask_with};

const CLEAN: &str = "POST /v1/clean?format=text";
const BATCH: &str = "POST /v1/clean/batch";
const ENCODINGS: [&str; 4] = ["gzip", "br", "zstd", "deflate"];

fn run(mut reader: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(reader.read_to_end(&mut bytes)).unwrap();
    bytes
}

fn packed(encoding: &str, bytes: impl Into<Vec<u8>>) -> Vec<u8> {
    let bytes = Cursor::new(bytes.into());
    match encoding {
        "gzip" | "x-gzip" => run(bufread::GzipEncoder::new(bytes)),
        "br" => run(bufread::BrotliEncoder::with_quality(bytes, async_compression::Level::Fastest)),
        "zstd" => run(bufread::ZstdEncoder::new(bytes)),
        "deflate" => run(bufread::ZlibEncoder::new(bytes)),
        other => panic!("{other}"),
    }
}

fn unpacked(encoding: &str, bytes: Vec<u8>) -> String {
    let bytes = Cursor::new(bytes);
    let bytes = match encoding {
        "gzip" => run(bufread::GzipDecoder::new(bytes)),
        "br" => run(bufread::BrotliDecoder::new(bytes)),
        "zstd" => run(bufread::ZstdDecoder::new(bytes)),
        "deflate" => run(bufread::ZlibDecoder::new(bytes)),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap()
}

/// The same bytes in these encodings, the first put on first.
fn packed_in(encodings: &[&str], bytes: &[u8]) -> Vec<u8> {
    encodings.iter().fold(bytes.to_vec(), |bytes, encoding| packed(encoding, bytes))
}

fn html(settings: &Settings, encodings: &str, body: impl Into<Body>) -> Case {
    ask_with(settings, CLEAN).with("content-encoding", encodings).sending("text/html", body)
}

#[test]
fn every_encoding_is_read_alone_and_on_top_of_others() {
    let usual = Settings::default();
    let plain = ask(CLEAN).sending("text/html", ARTICLE).check(200).text;
    for encodings in
        [&["gzip"][..], &["br"], &["zstd"], &["deflate"], &["x-gzip"], &["gzip", "br"], &["deflate", "zstd", "gzip"]]
    {
        let body = packed_in(encodings, ARTICLE.as_bytes());
        assert_eq!(html(&usual, &encodings.join(", "), body).check(200).text, plain, "{encodings:?}");
    }
    html(&usual, "identity", ARTICLE).check(200);
    html(&usual, "GZip,", packed("gzip", ARTICLE)).check(200);
    let twice = html(&usual, "gzip", packed_in(&["gzip", "br"], ARTICLE.as_bytes())).with("content-encoding", "br");
    assert_eq!(twice.check(200).text, plain, "in two headers");
    // RFC 1952, 2.2: members follow one another.
    let (front, back) = ARTICLE.split_at(400);
    let members = [packed("gzip", front), packed("gzip", back)].concat();
    assert_eq!(html(&usual, "gzip", members).check(200).text, plain);

    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("document", TEXT).finish();
    let case = ask("POST /").with("content-encoding", "gzip");
    case.sending("application/x-www-form-urlencoded", packed("gzip", form)).check(200).says("newsletter");
}

#[test]
fn other_encodings_are_refused() {
    for encodings in ["compress", "gzip, lzma", "gzip gzip", "gzip, gzip, gzip, gzip", "é"] {
        let got = html(&Settings::default(), encodings, ARTICLE).refused(Code::UnsupportedEncoding);
        got.has("accept-encoding", "gzip, br, zstd, deflate");
    }
    let batch = ask(BATCH).with("content-encoding", "lzma").sending("application/x-ndjson", "{}");
    batch.refused(Code::UnsupportedEncoding);
}

#[test]
fn what_does_not_fit_its_encoding_is_malformed() {
    let usual = Settings::default();
    for encoding in ENCODINGS {
        let whole = packed(encoding, ARTICLE);
        for (name, body) in [
            ("nothing", Vec::new()),
            ("plain", ARTICLE.into()),
            ("cut off", whole[..whole.len() / 2].to_vec()),
            ("other", packed(if encoding == "gzip" { "zstd" } else { "gzip" }, ARTICLE)),
        ] {
            let case = html(&usual, encoding, body).with("x-request-id", "the-id");
            let got = case.check(400);
            assert_eq!(got.json()["code"], "malformed-body", "{encoding}: {name}: {}", got.text);
        }
    }
}

#[test]
fn the_limit_holds_for_what_comes_and_for_what_it_stands_for() {
    let small = Settings { body_limit: 4_000, ..Settings::default() };
    let fits = format!("{:<4000}", "<p>A paragraph");
    let larger = format!("{:<4001}", "<p>A paragraph");
    for encoding in ENCODINGS {
        html(&small, encoding, packed(encoding, fits.clone())).check(200);
        html(&small, encoding, packed(encoding, larger.clone())).refused(Code::TooLarge);
        // As encoded: noise does not get smaller.
        let mut state = 1_u64;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        });
        let noise = packed(encoding, noise.take(6_000).collect::<Vec<u8>>());
        assert!(noise.len() > 4_000);
        html(&small, encoding, noise).refused(Code::TooLarge);
    }
}

#[test]
fn a_bomb_is_too_large() {
    let usual = Settings::default();
    let zeros = vec![b' '; 64 << 20];
    for encodings in [&["gzip"][..], &["br"], &["zstd"], &["deflate"], &["zstd", "gzip"]] {
        let bomb = packed_in(encodings, &zeros);
        assert!(bomb.len() < 100_000);
        html(&usual, &encodings.join(","), bomb).refused(Code::TooLarge);
    }
    // Skippable frames of zstd stand for nothing at all, however many there are.
    let frame = [&[0x50, 0x2A, 0x4D, 0x18][..], &(1_u32 << 20).to_le_bytes(), &vec![0; 1 << 20]].concat();
    let bomb = packed("gzip", frame.repeat(64));
    html(&usual, "zstd, gzip", bomb).refused(Code::TooLarge);
}

#[test]
fn windows_that_take_much_memory_are_refused() {
    // A frame with a window of 16 MiB, where RFC 9659 allows 8: 00 descriptor, window of 2^24, one empty last block.
    let frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 14 << 3, 0x01, 0x00, 0x00];
    html(&Settings::default(), "zstd", frame.to_vec()).check(400);
    let allowed = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 13 << 3, 0x01, 0x00, 0x00];
    html(&Settings::default(), "zstd", allowed.to_vec()).check(200);
}

#[test]
fn a_batch_is_read_and_answered_in_every_encoding() {
    let lines: String = (0..50).map(|id| json!({"id": id, "text": TEXT}).to_string() + "\n").collect();
    let plain = ask(BATCH).sending("application/x-ndjson", lines.clone()).check(200).text;
    for encoding in ENCODINGS {
        let case = ask(BATCH).with("content-encoding", encoding).with("accept-encoding", encoding);
        let got = case.sending("application/x-ndjson", packed(encoding, lines.clone())).bytes();
        assert_eq!(got.header("content-encoding"), encoding);
        assert_eq!(unpacked(encoding, got.bytes), plain, "{encoding}");
    }
    // A line that stands for very much is passed over as any other that is too long; the stream has no limit.
    let small = Settings { body_limit: 1_000, ..Settings::default() };
    let bomb =
        packed("gzip", format!("{{\"id\":1,\"text\":\"{}\"}}\n{{\"id\":2,\"text\":\"a\"}}", " ".repeat(32 << 20)));
    let case = ask_with(&small, BATCH).with("content-encoding", "gzip");
    let got = case.sending("application/x-ndjson", bomb).check(200);
    let codes: Vec<bool> = got.text.lines().map(|line| line.contains("\"too-large\"")).collect();
    assert_eq!(codes, [true, false]);
}

#[test]
fn answers_are_compressed_as_accepted() {
    let accepting = |line: &str, accept: &str| ask(line).with("accept-encoding", accept);
    let plain = ask("GET /v1/rules").check(200);
    for encoding in ENCODINGS {
        let got = accepting("GET /v1/rules", encoding).bytes();
        assert_eq!((got.header("content-encoding"), got.header("vary")), (encoding, "accept-encoding"));
        assert!(got.bytes.len() < plain.text.len() / 2);
        assert_eq!(unpacked(encoding, got.bytes), plain.text);
    }
    let case = accepting(CLEAN, "gzip;q=0.5, zstd").sending("text/html", ARTICLE);
    assert_eq!(case.bytes().header("content-encoding"), "zstd");
    for accept in ["identity", "", "snappy", "gzip;q=0"] {
        accepting("GET /v1/rules", accept)
            .check(200)
            .has("content-encoding", "")
            .has("content-type", "application/json");
    }
    let got = accepting("GET /v1/rules", "gzip").with("accept", "*/*").bytes();
    assert_eq!(got.header("content-length"), "");
    accepting("HEAD /v1/rules", "gzip").check(200);
    let vary = accepting("POST /v1/clean", "gzip").sending("text/html", ARTICLE).bytes().headers;
    let vary: Vec<_> = vary.get_all("vary").iter().collect();
    assert_eq!(vary, ["accept", "accept-encoding"]);
}

#[test]
fn probes_and_problems_are_never_compressed() {
    for path in ["/livez", "/readyz", "/healthz", "/health"] {
        for accept in ["gzip", "*;q=0", "identity;q=0"] {
            let got = ask(&format!("GET {path}")).with("accept-encoding", accept).check(200);
            got.has("content-encoding", "").says("\"ok\"");
        }
    }
    ask("GET /nothing").with("accept-encoding", "gzip").refused(Code::NotFound).has("content-encoding", "");
}

#[test]
fn who_accepts_no_encoding_at_all_gets_a_problem() {
    for line in ["GET /v1/rules", "GET /", "GET /nothing", "PUT /v1/rules"] {
        ask(line).with("accept-encoding", "identity;q=0, *;q=0").refused(Code::NotAcceptable);
    }
}

/// A line of what is there so far of a compressed stream.
async fn line_of(encoding: &str, bytes: &[u8], number: usize) -> Option<String> {
    let bytes = Cursor::new(bytes.to_vec());
    let reader: Pin<Box<dyn AsyncRead>> = match encoding {
        "gzip" => Box::pin(bufread::GzipDecoder::new(bytes)),
        "br" => Box::pin(bufread::BrotliDecoder::new(bytes)),
        "zstd" => Box::pin(bufread::ZstdDecoder::new(bytes)),
        _ => Box::pin(bufread::ZlibDecoder::new(bytes)),
    };
    // Byte by byte: what follows the last line that is there is an error.
    let mut lines = BufReader::with_capacity(1, reader).lines();
    for _ in 0..number {
        lines.next_line().await.ok()?;
    }
    lines.next_line().await.ok()?
}

#[tokio::test]
async fn a_stream_is_flushed_with_every_answer() {
    for encoding in ENCODINGS {
        let (feed, body) = crate::batch::fed();
        let case = ask(BATCH).with("accept-encoding", encoding).sending("application/x-ndjson", body);
        let mut answers = case.response().await.into_body();
        let mut bytes = Vec::new();
        for id in 0..3 {
            feed.send(Ok(format!("{}\n", json!({"id": id, "text": TEXT})).into())).await.unwrap();
            let line = loop {
                let frame = timeout(Duration::from_secs(20), answers.frame()).await.expect("the answer comes at once");
                bytes.extend(frame.unwrap().unwrap().into_data().unwrap());
                if let Some(line) = line_of(encoding, &bytes, id).await {
                    break line;
                }
            };
            assert!(line.starts_with(&format!("{{\"id\":{id},")) && line.ends_with('}'), "{encoding}: {line}");
        }
    }
}
