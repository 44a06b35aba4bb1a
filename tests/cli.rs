//! The program as its users start it: every command, what it prints, and how it ends when it is wrongly called.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;

use program::{File, Run, Wanted, check, check_done, check_refused, start};
use serde_json::{Value, json};

const ARTICLE: &str = "<!doctype html><title>Bridge</title><article><h1>Bridge</h1>\
    <p>The city council voted on Monday to build a second bridge over the river, ending a dispute of ten years.</p>\
    <p>“We could not wait any longer,” the mayor said after the vote, which was closer than many had expected.</p>\
    </article>";

fn answers(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn clean_gives_each_form() {
    let html = ARTICLE.as_bytes();
    let text = check_done(&["clean"], &[], html, "The city council voted");
    assert!(!text.contains('<') && text.ends_with("expected.\n"), "{text}");
    check_done(&["clean", "-"], &[], html, "The city council voted");
    check_done(&["clean", "--format", "html"], &[], html, "<p>The city council voted");
    check_done(&["clean", "--format", "markdown"], &[], html, "The city council voted");
    let answer = check_done(&["clean", "--format", "json", "--url", "https://a.example/b"], &[], html, "");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((&answer["title"], &answer["url"]), (&json!("Bridge"), &json!("https://a.example/b")));
    assert!(answer["paragraphs"].as_array().is_some_and(|all| !all.is_empty()) && answer.get("id").is_none());
    let answer =
        check_done(&["clean", "--format", "json,markdown", "--paragraphs", "none"], &[], html, "\"markdown\":");
    assert!(answer.contains("\"paragraphs\":[]"), "{answer}");
}

#[test]
fn clean_tells_what_a_document_is() {
    let tags = b"<p>Rain fell on the town on Monday evening.</p>";
    check_done(&["clean", "--language", "en"], &[], tags, "Rain");
    check_done(&["clean", "--text", "--language", "en"], &[], tags, "<p>Rain");
    check_done(&["clean", "--language", "en"], &[("DECHAFF_TEXT", "1")], tags, "<p>Rain");
    let html = check_done(&["clean", "--html", "--language", "en"], &[("DECHAFF_TEXT", "1")], tags, "Rain");
    assert!(!html.contains('<'), "a flag wins over the opposite variable: {html}");
    let file = File::new("page.txt", tags);
    check_done(&["clean", file.name(), "--language", "en"], &[], b"", "<p>Rain");
    let file = File::new("page.HTM", b"Rain <b>fell</b> on the town on Monday evening.");
    check_done(&["clean", file.name(), "--language", "en"], &[], b"", "Rain fell");
    let latin1 = b"<p>Caf\xe9 au lait is served in the old town hall.</p>";
    check_done(&["clean", "--charset", "windows-1252", "--language", "en"], &[], latin1, "Café");
}

#[test]
fn clean_warns_beside_the_article_and_fails_with_a_line() {
    let run = |arguments, input, code, errors| {
        check(&Run { arguments, input, ..Run::default() }, &Wanted { code, output: "", errors })
    };
    assert_eq!(run(&["clean"], b"", 0, "dechaff: warning: the document has no text"), "");
    check_done(&["clean", "--format", "json"], &[], b"", "\"code\":\"empty-input\"");
    run(&["clean", "/no/such/file"], b"", 1, "dechaff: /no/such/file: No such file");
    run(&["clean"], b"\x89PNG\r\n\x1a\n\0\0", 1, "dechaff: standard input: the document is not text");
}

#[test]
fn a_wrong_call_ends_at_once_with_a_clear_line() {
    for (arguments, message) in [
        (&["clean", "--mode", "strict"][..], "[possible values: precision, balanced, recall]"),
        (&["clean", "--format", "pdf"], "json, text, markdown or html"),
        (&["clean", "--keep", "ads"], "keep holds “ads”"),
        (&["clean", "--language", "<b>"], "a code such as en or pt-BR"),
        (&["clean", "--charset", "klingon"], "no charset of the Encoding standard"),
        (&["clean", "--url", "not an address"], "invalid value 'not an address' for '--url <URL>'"),
        (&["clean", "--text", "--html"], "exclude each other"),
        (&["clean", "a", "b"], "unexpected argument 'b'"),
        (&["batch", "--threads", "0"], "0 is not in 1..=1024"),
        (&["batch", "--line-limit", "big"], "64KiB or 10MiB"),
        (&["batch", "a", "b"], "unexpected argument 'b'"),
        (&["clean", "--drop-phrase", "…"], "'…' for '--drop-phrase <PHRASE>': “…” holds no word"),
        (&["batch", "--keep-phrase", ""], "“” holds no word"),
        (&["clean", "--drop-paragraphs", "1,x"], "'1,x' for '--drop-paragraphs <INDEXES>': “x” is no index"),
        (&["rules", "file"], "--hits"),
        (&["rules", "--format", "yaml"], "[possible values: text, json]"),
        (&["healthcheck", "--listen", "here"], "invalid value 'here' for '--listen <ADDR:PORT>'"),
        (&["--listen", "8080"], "invalid value '8080' for '--listen <ADDR:PORT>'"),
        (&["serve", "--deadline", "30"], "250ms, 30s or 2m"),
        (&["serve", "--log", "xml"], "[possible values: plain, json]"),
        (&["scrub"], "unrecognized subcommand 'scrub'"),
    ] {
        check_refused(arguments, &[], message);
    }
    check_refused(&["batch"], &[("DECHAFF_THREADS", "many")], "(from DECHAFF_THREADS)");
    check_refused(&[], &[("DECHAFF_BODY_LIMIT", "0")], "(from DECHAFF_BODY_LIMIT)");
    check_refused(&["clean"], &[("DECHAFF_HTML", "perhaps")], "perhaps");
    check_refused(&["clean"], &[("DECHAFF_DROP_PHRASE", "lake\n*")], "(from DECHAFF_DROP_PHRASE)");
}

#[test]
fn a_flag_wins_over_a_variable_over_the_default() {
    let html = ARTICLE.as_bytes();
    let format = [("DECHAFF_FORMAT", "html")];
    assert!(!check_done(&["clean"], &[], html, "city").contains("<p>"));
    check_done(&["clean"], &format, html, "<p>");
    check_done(&["clean", "--format", "json"], &format, html, "\"counts\"");
    // What is wrong in a variable is of no account where a flag says otherwise.
    check_done(&["clean", "--format", "text"], &[("DECHAFF_FORMAT", "pdf")], html, "city");
}

#[test]
fn help_and_version_are_no_errors() {
    check_done(&["--help"], &[], b"", "healthcheck");
    check_done(&["clean", "--help"], &[], b"", "DECHAFF_CHARSET");
    check_done(&["--version"], &[], b"", env!("CARGO_PKG_VERSION"));
}

#[test]
fn rules_lists_the_catalogue() {
    let text = check_done(&["rules"], &[], b"", "call_to_action");
    let catalogue: Value = serde_json::from_str(&check_done(&["rules", "--format", "json"], &[], b"", "")).unwrap();
    let rules = catalogue["rules"].as_array().unwrap();
    assert_eq!(rules.len(), text.lines().count());
    assert!(rules.iter().all(|rule| rule["id"].is_string() && rule["looks_for"].is_string()));
}

/// Lines of every kind, and what each must be answered with: an id and a code, if it is an error.
fn mixed(lines: usize) -> (Vec<u8>, Vec<(Value, Option<&'static str>)>) {
    let long = format!("<p>{}</p>", "The council met again, and again it rained. ".repeat(400));
    let (mut input, mut wanted) = (Vec::new(), Vec::new());
    for number in 0..lines {
        let (line, id, code) = match number % 8 {
            0 => (json!({"id": number, "html": ARTICLE}).to_string().into_bytes(), json!(number), None),
            1 => (json!({"id": [number], "html": long}).to_string().into_bytes(), json!([number]), None),
            2 => (json!({"id": null, "text": "Rain fell."}).to_string().into_bytes(), Value::Null, None),
            3 => (json!({"id": number}).to_string().into_bytes(), json!(number), Some("malformed-json")),
            4 => (b"not JSON".to_vec(), Value::Null, Some("malformed-json")),
            5 => (b"{\"id\": 5, \"text\": \"\xff\xfe\"}".to_vec(), json!(5), Some("malformed-json")),
            6 => (vec![b'x'; 40_000], Value::Null, Some("too-large")),
            _ => (
                json!({"id": {"n": number}, "text": "a", "options": {"mode": "strict"}}).to_string().into_bytes(),
                json!({"n": number}),
                Some("invalid-option"),
            ),
        };
        input.extend_from_slice(&line);
        input.extend_from_slice(if number % 3 == 0 { b"\r\n \n\n" } else { b"\n" });
        wanted.push((id, code));
    }
    (input, wanted)
}

#[test]
fn batch_answers_every_line_in_order() {
    let (input, wanted) = mixed(500);
    let arguments = &["batch", "--threads", "2", "--line-limit", "32KiB"];
    let errors = "dechaff: 311 of 500 documents have an error for an answer";
    let stdout = check(&Run { arguments, input: &input, ..Run::default() }, &Wanted { code: 3, output: "", errors });
    let answers = answers(&stdout);
    assert_eq!(answers.len(), wanted.len());
    for (number, (answer, (id, code))) in answers.iter().zip(&wanted).enumerate() {
        assert_eq!((&answer["id"], answer["error"]["code"].as_str()), (id, *code), "line {number}: {answer}");
        assert_eq!(answer["text"].is_string(), code.is_none(), "line {number}: {answer}");
    }
    let error = &answers[6]["error"];
    assert_eq!((&error["status"], &error["detail"]), (&json!(413), &json!("the line has over 32768 bytes")));
    assert!(error["type"].is_string() && error["title"].is_string());
}

#[test]
fn batch_takes_what_lines_do_not_choose_from_flags() {
    let mut input = String::new();
    writeln!(input, "{}", json!({"html": ARTICLE})).unwrap();
    write!(input, "{}", json!({"html": ARTICLE, "options": {"format": "json", "paragraphs": "all"}})).unwrap();
    let arguments = ["batch", "--format", "markdown", "--paragraphs", "none", "--mode", "recall", "--threads", "1"];
    let answers = answers(&check_done(&arguments, &[], input.as_bytes(), ""));
    assert!(answers[0]["markdown"].is_string() && answers[0]["paragraphs"] == json!([]), "{answers:?}");
    assert!(answers[1]["markdown"].is_null() && answers[1]["paragraphs"] != json!([]), "{answers:?}");
    assert_eq!(check_done(&["batch"], &[], b"", ""), "");
}

#[test]
fn batch_answers_a_line_before_the_next_comes() {
    let mut child = start(&["batch"], &[]);
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(stdin, "{}", json!({"id": id, "text": "Rain fell."})).unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("{{\"id\":{id},")), "{answer}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_output_is_no_error() {
    let (lines, _) = mixed(200);
    for (arguments, input) in [(&["batch"][..], lines.as_slice()), (&["clean"], ARTICLE.as_bytes()), (&["rules"], b"")]
    {
        let mut child = start(arguments, &[]);
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        // The program may end before it has read everything.
        let _ = stdin.write_all(input);
        if arguments != ["batch"] {
            drop(stdin);
        }
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert!(child.wait().unwrap().success() && errors.is_empty(), "{arguments:?}: {errors}");
    }
}

/// Answers one request with a status line.
fn answer_once(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // All of the request: a connection that is closed with something unread is reset.
        let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
        let request: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let status = if request[0].starts_with("GET /readyz ") { status } else { "404 Not Found" };
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    address
}

#[test]
fn healthcheck_asks_whether_the_service_is_ready() {
    let ready = answer_once("200 OK");
    check_done(&["healthcheck"], &[("DECHAFF_LISTEN", &ready)], b"", "");
    let failing = |listen: &str, errors| {
        let run = Run { arguments: &["healthcheck", "--listen", listen], ..Run::default() };
        check(&run, &Wanted { code: 1, output: "", errors });
    };
    failing(&answer_once("503 Service Unavailable"), "/readyz: not ready, status 503");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    failing(&free.to_string(), "Connection refused");
}

#[test]
fn serve_says_why_it_cannot() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let run = Run { arguments: &["--listen", &listen], ..Run::default() };
    check(&run, &Wanted { code: 1, output: "", errors: "Address already in use" });
}
