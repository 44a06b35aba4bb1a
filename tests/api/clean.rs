//! `POST /v1/clean`, the page and what all routes have in common: every body, format and error.

use std::io::Error;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use dechaff::RulesFile;
use dechaff::server::Settings;
use dechaff::server::problem::Code;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};

use crate::service::{ARTICLE, Case, Got, TEXT, ask, ask_with};

const CLEAN: &str = "POST /v1/clean";

const FILE: &str = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n";

fn file(headers: &str, content: &str) -> String {
    format!("{FILE}{headers}\r\n{content}\r\n--b--\r\n")
}

const MULTIPART: &str = "multipart/form-data; boundary=b";
const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn every_kind_of_body_is_read() {
    let cases: [(&str, Vec<u8>); 9] = [
        ("text/html", ARTICLE.into()),
        ("TEXT/HTML; Charset=\"utf-8\"", ARTICLE.into()),
        ("text/plain; charset=utf-8", TEXT.into()),
        ("application/json", json!({ "html": ARTICLE }).to_string().into()),
        ("application/json", json!({ "text": TEXT, "url": "https://a.example/", "options": {} }).to_string().into()),
        (MULTIPART, file("content-type: text/html\r\n", ARTICLE).into()),
        (MULTIPART, file("content-type: text/plain\r\n", TEXT).into()),
        (MULTIPART, file("content-type: application/octet-stream\r\n", ARTICLE).into()),
        (MULTIPART, file("", TEXT).into()),
    ];
    for (media_type, body) in cases {
        let answer = ask(CLEAN).sending(media_type, body).check(200).has("content-type", "application/json").json();
        assert!(
            answer["text"].as_str().unwrap().contains("“We never thought of giving up,”"),
            "{media_type}: {answer}"
        );
        let paragraphs = answer["paragraphs"].as_array().unwrap().len();
        assert!(paragraphs == 3 || paragraphs == 8, "{media_type}: {answer}");
        let counts: u64 = answer["counts"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(counts, paragraphs as u64);
    }
}

#[test]
fn a_promo_between_paragraphs_goes_and_says_why() {
    for (media_type, body) in [("text/plain", TEXT), ("text/html", ARTICLE)] {
        let answer = ask(CLEAN).sending(media_type, body).check(200).json();
        let paragraphs = answer["paragraphs"].as_array().unwrap();
        let promo =
            paragraphs.iter().find(|paragraph| paragraph["text"].as_str().unwrap().starts_with("Sign up")).unwrap();
        assert_eq!(
            (&promo["label"], &promo["kept"]),
            (&json!("call_to_action"), &json!(false)),
            "{media_type}: {promo}"
        );
        assert!(!promo["reasons"].as_array().unwrap().is_empty());
        assert!(!answer["text"].as_str().unwrap().contains("newsletter"), "{media_type}");
    }
}

#[test]
fn the_charset_of_the_transport_is_used() {
    let html =
        b"<p>Das Gef\xE4hrt \xFCberquerte am Samstag den See, zum ersten Mal seit elf Jahren auf dem Trockenen.</p>";
    ask(CLEAN).sending("text/html; charset=windows-1252", html.to_vec()).check(200).says("Gefährt überquerte");
    let text = "The café on the jetty was full that day.".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    ask(CLEAN).sending("text/plain; charset=utf-16le", text).check(200).says("The café on the jetty");
}

#[test]
fn metadata_is_given() {
    let answer = ask(CLEAN).sending("text/html", ARTICLE).check(200).json();
    assert_eq!(answer["title"], "Ferry returns to the lake");
    assert_eq!(answer["site"], "The Lakeside Gazette");
    assert_eq!(answer["byline"], Value::Null);
    assert_eq!(answer["language"], "en");
    assert_eq!(answer["warnings"], json!([]));
}

#[test]
fn an_empty_document_is_an_answer_with_a_warning() {
    for media_type in ["text/html", "text/plain"] {
        let answer = ask(CLEAN).sending(media_type, "").check(200).json();
        assert_eq!(answer["warnings"][0]["code"], "empty-input", "{media_type}");
    }
}

#[test]
fn the_format_is_chosen_by_parameter_then_by_header() {
    let json = "application/json";
    let [text, markdown, html] =
        ["text/plain", "text/markdown", "text/html"].map(|kind| format!("{kind}; charset=utf-8"));
    let cases: [(&str, &str, &str); 9] = [
        ("", "", json),
        ("", "*/*", json),
        ("", "text/plain", &text),
        ("", "text/markdown, text/html;q=0.9", &markdown),
        ("", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", &html),
        ("?format=markdown", "text/plain", &markdown),
        ("?format=html", "", &html),
        ("?format=text", "image/png", &text),
        ("?format=json", "text/html", json),
    ];
    for (query, accept, media_type) in cases {
        let case = ask(&format!("{CLEAN}{query}")).sending("text/html", ARTICLE);
        let case = if accept.is_empty() { case } else { case.with("accept", accept) };
        let got = case.check(200).has("content-type", media_type).says("three hundred people");
        assert_eq!(got.text.starts_with('{'), media_type == json, "{query} {accept}");
    }
    let html = ask("POST /v1/clean?format=html").sending("text/html", ARTICLE).check(200).says("<li>");
    assert!(html.header("content-security-policy").contains("sandbox"));
    ask("POST /v1/clean?format=markdown").sending("text/html", ARTICLE).check(200).says("- The ferry leaves at nine");
}

#[test]
fn json_holds_other_formats_where_they_are_asked_for() {
    let plain = ask(CLEAN).sending("text/html", ARTICLE).check(200).json();
    assert!(plain.get("markdown").is_none() && plain.get("html").is_none());
    let both = ask("POST /v1/clean?format=json,markdown,html").sending("text/html", ARTICLE).check(200).json();
    assert!(both["markdown"].as_str().unwrap().contains("- The ferry"));
    assert!(both["html"].as_str().unwrap().contains("<li>"));
}

#[test]
fn options_stand_in_the_query_or_in_the_json_and_the_query_wins() {
    let with = |options: Value| json!({ "text": TEXT, "options": options }).to_string();
    let paragraphs = |got: Got| got.json()["paragraphs"].as_array().unwrap().len();
    let none = with(json!({ "paragraphs": "none", "mode": "recall", "language": "en" }));
    assert_eq!(paragraphs(ask(CLEAN).sending("application/json", none.clone()).check(200)), 0);
    let all = ask("POST /v1/clean?paragraphs=all&mode=precision").sending("application/json", none).check(200);
    assert_eq!(paragraphs(all), 3);
    assert_eq!(paragraphs(ask("POST /v1/clean?paragraphs=removed").sending("text/plain", TEXT).check(200)), 1);

    let kept = with(json!({ "keep": ["call_to_action"], "format": "text" }));
    ask(CLEAN).sending("application/json", kept).check(200).says("newsletter");
    ask("POST /v1/clean?keep=advertising,call_to_action&format=text")
        .sending("text/plain", TEXT)
        .check(200)
        .says("newsletter");

    let addressed = json!({ "text": TEXT, "url": "https://a.example/body" }).to_string();
    let url = |query: &str| {
        let got = ask(&format!("{CLEAN}{query}")).sending("application/json", addressed.clone()).check(200);
        got.json()["url"].clone()
    };
    assert_eq!(url(""), "https://a.example/body");
    assert_eq!(url("?url=https://a.example/query"), "https://a.example/query");
}

#[test]
fn a_callers_phrases_stand_in_the_query_or_in_the_json() {
    let labels = |got: Got| {
        let answer = got.json();
        let label = |paragraph: &Value| paragraph["label"].as_str().unwrap().to_owned();
        answer["paragraphs"].as_array().unwrap().iter().map(label).collect::<Vec<_>>()
    };
    let usual = labels(ask(CLEAN).sending("text/plain", TEXT).check(200));
    assert_eq!(usual, ["content", "call_to_action", "content"]);
    let options = json!({ "drop_phrases": ["ferry ALMA", "never  thought"], "keep_phrases": ["Our newsletter"] });
    let body = json!({ "text": TEXT, "options": options }).to_string();
    let query = "?drop_phrases=ferry+ALMA&drop_phrases=never%20thought&keep_phrases=Our+newsletter";
    let answers = [
        ask(CLEAN).sending("application/json", body.clone()).check(200),
        ask(&format!("{CLEAN}{query}")).sending("text/plain", TEXT).check(200),
    ];
    for got in answers {
        let got = got.says("\"rule\":\"caller-drop-phrase\"").says("\"rule\":\"caller-keep-phrase\"");
        assert_eq!(got.json()["text"], "Sign up for our newsletter", "{}", got.text);
        assert_eq!(got.json()["paragraphs"][2]["reasons"][0]["evidence"], "never thought");
    }
    let own = ask("POST /v1/clean?drop_phrases=nothing").sending("application/json", body).check(200);
    assert_eq!(labels(own), ["content", "content", "content"], "the query's list wins over the body's");
}

#[test]
fn single_paragraphs_are_kept_and_dropped_by_their_index() {
    let options = json!({ "keep_paragraphs": [1], "drop_paragraphs": "0, 2,7" });
    let body = json!({ "text": TEXT, "options": options }).to_string();
    let answers = [
        ask(CLEAN).sending("application/json", body).check(200),
        ask(&format!("{CLEAN}?keep_paragraphs=1&drop_paragraphs=0,2,7")).sending("text/plain", TEXT).check(200),
    ];
    for got in answers {
        let answer = got.json();
        assert_eq!(
            (&answer["text"], &answer["paragraphs"][1]["kept"]),
            (&json!("Sign up for our newsletter"), &json!(true))
        );
        assert_eq!(answer["counts"], json!({ "content": 2, "advertising": 0, "call_to_action": 1, "boilerplate": 0 }));
        assert_eq!(answer["warnings"][0]["code"], "no-such-paragraph");
    }
    let wrong = ask(&format!("{CLEAN}?keep_paragraphs=one")).sending("text/plain", TEXT);
    wrong.refused(Code::InvalidOption).says("keep_paragraphs: “one” is no index of a paragraph");
    let wrong = r#"{"text":"a","options":{"keep_paragraphs":[-1]}}"#;
    ask(CLEAN).sending("application/json", wrong).refused(Code::MalformedJson).says("indexes of paragraphs are");
}

#[test]
fn the_form_takes_back_what_was_decided_of_another_document() {
    let of = |text: &str| {
        let page = ask("POST /").sending(FORM, form(&[("document", text)])).check(200).text;
        page.split_once("name=\"of\" value=\"").unwrap().1[..16].to_owned()
    };
    let windows = TEXT.replace('\n', "\r\n");
    assert_eq!(of(TEXT), of(&windows), "browsers write line breaks in their own way");
    assert_ne!(of(TEXT), of(&TEXT.replace("\n\n", "\n")));
    let decided = |of: &str, more: (&'static str, &'static str)| {
        let fields = [("document", TEXT), ("of", of), ("keep_paragraphs", "1"), ("drop_paragraphs", "0"), more];
        ask("POST /").sending(FORM, form(&fields)).check(200)
    };
    let usual = ("mode", "balanced");
    decided(&of(TEXT), usual).says("2 choices of yours").says("<strong>Kept by you</strong>: call to action");
    decided("0", usual).never_says("of yours").never_says("by you");
    decided(&of(TEXT), ("automatic", "1")).never_says("of yours").never_says("by you");
    ask("POST /").sending(FORM, form(&[("keep_paragraphs", "x")])).check(400).says("“x” is no index of a paragraph");
}

#[test]
fn an_operators_rules_hold_for_every_document() {
    let rules = RulesFile::read("drop boilerplate ferry\nkeep newsletter").unwrap();
    let settings = Settings { rules, ..Settings::default() };
    let answer = ask_with(&settings, CLEAN).sending("text/plain", TEXT).check(200).json();
    assert_eq!(
        (&answer["paragraphs"][0]["label"], &answer["paragraphs"][1]["kept"]),
        (&json!("boilerplate"), &json!(true))
    );
    let page = ask_with(&settings, "POST /").sending(FORM, form(&[("document", TEXT)])).check(200);
    page.says(">rules-file-drop</td>").says(">rules-file-keep</td>");
}

#[test]
fn broken_requests_are_refused_by_name() {
    let html = |query: &str| ask(&format!("{CLEAN}{query}")).sending("text/html", ARTICLE);
    for query in ["?mode=strict", "?modus=recall", "?keep=ads", "?paragraphs=some", "?language=%3Cb%3E", "?format=pdf"]
    {
        html(query).refused(Code::InvalidOption);
    }
    html("?mode=recall&mode=recall").refused(Code::InvalidOption).says("given more than once");
    html("?drop_phrases=lake&drop_phrases=").refused(Code::InvalidOption).says("drop_phrases: “” holds no word");
    html("").with("accept", "image/png").refused(Code::NotAcceptable);

    let json = |body: &str| ask(CLEAN).sending("application/json", body.to_owned()).refused(Code::MalformedJson);
    for body in
        ["", "{", "[]", "{}", r#"{"html":"a","text":"b"}"#, r#"{"html":1}"#, r#"{"htm":"a"}"#, r#"{"text":"a"} b"#]
    {
        json(body);
    }
    // An array is no object, even where its items stand in the order of the members.
    json(r#"[null,"a",null,null]"#).says("expected an object");
    json(r#"{"text":"a","options":["recall"]}"#).says("expected an object");
    json(r#"{"text":"a","options":{"modus":"recall"}}"#).says("unknown field `modus`");
    ask(CLEAN).sending("application/json", vec![0xFF]).refused(Code::MalformedJson);
    let wrong = r#"{"text":"a","options":{"mode":"strict"}}"#;
    for query in ["", "?mode=recall"] {
        let case = ask(&format!("{CLEAN}{query}")).sending("application/json", wrong);
        case.refused(Code::InvalidOption).says("precision, balanced or recall");
    }
    for (phrases, detail) in [
        (vec!["a".to_owned(); 1_001], "keep_phrases: there are over 1000 phrases"),
        (vec!["a".repeat(201)], "has over 200 characters"),
        (vec![String::new()], "holds no word"),
    ] {
        let wrong = json!({ "text": "a", "options": { "keep_phrases": phrases } }).to_string();
        ask(CLEAN).sending("application/json", wrong).refused(Code::InvalidOption).says(detail);
    }
    json(r#"{"text":"a","options":{"drop_phrases":"lake"}}"#).says("expected a sequence");

    let two = format!("{FILE}\r\na\r\n{}", file("", "b"));
    let field = "--b\r\ncontent-disposition: form-data; name=\"mode\"\r\n\r\nrecall\r\n--b--\r\n";
    for body in ["", "--b--\r\n", "--b\r\n", "no parts", field, &two, &format!("{FILE}\r\nnever ends")] {
        ask(CLEAN).sending(MULTIPART, body.to_owned()).refused(Code::MalformedMultipart);
    }
    ask(CLEAN).sending("multipart/form-data", file("", TEXT)).refused(Code::MalformedMultipart);
}

#[test]
fn other_media_types_are_refused() {
    for media_type in ["application/pdf", "text/css", FORM, "nonsense", "application/x-ndjson"] {
        let got = ask(CLEAN).sending(media_type, "a").refused(Code::UnsupportedMediaType);
        assert!(got.header("accept").contains("text/html"));
    }
    ask(CLEAN).refused(Code::UnsupportedMediaType);
}

#[test]
fn documents_that_cannot_be_cleaned_are_refused() {
    for media_type in ["text/html", "text/plain"] {
        ask(CLEAN).sending(media_type, "%PDF-1.7 \u{1}\u{2}").refused(Code::NotText);
    }
    let many = "<p>a</p>".repeat(200_001);
    ask(CLEAN).sending("text/html", many).refused(Code::TooManyParagraphs);
}

#[test]
fn bodies_are_bounded_in_size_and_time() {
    let small = Settings { body_limit: 100, ..Settings::default() };
    for (bytes, is_small) in [(100, true), (101, false)] {
        let body = || "a".repeat(bytes);
        let streamed = Body::new(Body::from(body()).with_trailers(std::future::ready(None)));
        for case in [
            ask_with(&small, CLEAN).sending("text/plain", body()).with("content-length", &bytes.to_string()),
            ask_with(&small, CLEAN).sending("text/plain", streamed),
        ] {
            if is_small {
                case.check(200);
            } else {
                case.refused(Code::TooLarge);
            }
        }
    }
    ask_with(&small, CLEAN).sending(MULTIPART, file("", &"a".repeat(100))).refused(Code::TooLarge);

    let part = || Full::new(Bytes::from("<p>The beginning")).map_err(|never| match never {});
    let endless = Body::new(part().with_trailers(std::future::pending::<Option<Result<HeaderMap, Error>>>()));
    let broken = Body::new(part().with_trailers(std::future::ready(Some(Err(Error::other("gone"))))));
    let hurried = Settings { body_deadline: Duration::from_millis(20), ..Settings::default() };
    ask_with(&hurried, CLEAN).sending("text/html", endless).refused(Code::BodyTimeout);
    ask(CLEAN).sending("text/html", broken).refused(Code::MalformedBody);
}

#[test]
fn the_work_is_bounded_in_time_and_number() {
    let hurried = Settings { deadline: Duration::ZERO, ..Settings::default() };
    ask_with(&hurried, CLEAN).sending("text/html", ARTICLE).refused(Code::DeadlineExceeded);
    let busy = Settings { workers: 0, wait: Duration::from_millis(5), ..Settings::default() };
    ask_with(&busy, CLEAN).sending("text/html", ARTICLE).refused(Code::Busy).has("retry-after", "1");
    for path in ["/livez", "/readyz", "/v1/rules", "/"] {
        ask_with(&busy, &format!("GET {path}")).check(200);
    }
}

#[test]
fn probes_say_that_all_is_well() {
    for path in ["/livez", "/readyz", "/healthz", "/health"] {
        let got = ask(&format!("GET {path}")).check(200).has("content-type", "application/json");
        assert_eq!(got.json(), json!({ "status": "ok" }), "{path}");
    }
}

#[test]
fn the_catalogue_names_every_rule() {
    let catalogue = ask("GET /v1/rules").check(200).has("content-type", "application/json").json();
    let rules = catalogue["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "newsletter-sign-up" && rule["label"] == "call_to_action"));
    assert!(rules.iter().all(|rule| rule["looks_for"].is_string()));
    for own in ["caller-drop-phrase", "caller-keep-phrase", "rules-file-drop", "rules-file-keep"] {
        assert!(rules.iter().any(|rule| rule["id"] == own), "{own}");
    }
}

#[test]
fn other_addresses_and_methods_are_refused() {
    for line in ["GET /nothing", "POST /v1", "GET /static/other.css", "GET /v1/clean/"] {
        ask(line).refused(Code::NotFound);
    }
    let cases = [("/v1/clean", "PUT", "POST"), ("/v1/clean", "GET", "POST"), ("/v1/rules", "POST", "GET,HEAD")];
    for (path, method, allowed) in
        [&cases[..], &[("/", "DELETE", "GET,HEAD,POST"), ("/livez", "POST", "GET,HEAD")]].concat()
    {
        ask(&format!("{method} {path}")).refused(Code::MethodNotAllowed).has("allow", allowed);
        ask(&format!("OPTIONS {path}")).check(204).has("allow", allowed);
    }
}

#[test]
fn head_is_get_without_a_body() {
    for path in ["/", "/v1/rules", "/livez", "/static/style.css", "/static/page.js"] {
        let whole = ask(&format!("GET {path}")).check(200);
        let head = ask(&format!("HEAD {path}")).check(200).has("content-type", whole.header("content-type"));
        assert_eq!(head.text, "", "{path}");
    }
}

#[test]
fn every_answer_has_a_request_id() {
    ask("GET /livez").with("x-request-id", "abc-1_2.3").check(200).has("x-request-id", "abc-1_2.3");
    for id in ["", "two words", "a\"b", &"x".repeat(65)] {
        let made = ask("GET /livez").with("x-request-id", id).check(200).header("x-request-id").to_owned();
        assert!(made.len() == 36 && made != id, "{made}");
    }
    let refused = ask("GET /nothing").check(404);
    assert_eq!(refused.json()["request_id"], refused.header("x-request-id"));
}

/// A form, written as browsers write it.
fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[test]
fn the_page_loads_nothing_but_its_own_style_sheet_and_script() {
    let page =
        ask("GET /").check(200).has("content-type", "text/html; charset=utf-8").has("referrer-policy", "same-origin");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = page.says("<form id=\"form\" method=\"post\"").says("<label for=\"document\">").never_says("http");
    let files: Vec<&str> = page.text.split('"').filter(|part| part.starts_with("/static/")).collect();
    for (file, media_type) in [("style.css", "text/css"), ("page.js", "text/javascript"), ("examples/", "text/plain")] {
        let address = files.iter().find(|address| address.contains(file)).unwrap();
        let got =
            ask(&format!("GET {address}")).check(200).has("content-type", &format!("{media_type}; charset=utf-8"));
        assert!(got.header("cache-control").contains("max-age"), "{address}");
    }
    let unknown = ["/static/examples/other", "/?example=other"];
    ask(&format!("GET {}", unknown[0])).refused(Code::NotFound);
    ask(&format!("GET {}", unknown[1])).check(200).never_says("class=\"marked\"");
}

#[test]
fn the_form_shows_what_stays_and_what_went() {
    let fields = [("document", ARTICLE), ("kind", "auto"), ("mode", "balanced")];
    let page = ask("POST /").sending(FORM, form(&fields)).check(200).has("cache-control", "no-store");
    page.says("<h2 dir=\"auto\" lang=\"en\">Ferry returns to the lake</h2>")
        .says("The Lakeside Gazette")
        .says("<li>The ferry leaves at nine")
        .says("<strong>Kept</strong>: content")
        .says("- The ferry leaves at nine")
        .says("readonly");
    ask("POST /")
        .sending(FORM, form(&[("document", TEXT)]))
        .check(200)
        .says("<li class=\"row call_to_action gone\">")
        .says("<strong>Removed</strong>: call to action")
        .says("<mark>")
        .says("<td dir=\"auto\">");
    ask("POST /").sending(FORM, form(&[("document", "")])).check(200).says("Nothing is left").says("Worth knowing");
    // What looks like HTML can be text all the same.
    let source = form(&[("document", "<p>One line of source code, to be read as it stands.</p>"), ("kind", "text")]);
    ask("POST /").sending(FORM, source).check(200).says("<p>&lt;p&gt;One line");
    let kept = form(&[("document", TEXT), ("keep", "call_to_action"), ("keep", "boilerplate"), ("mode", "recall")]);
    ask("POST /")
        .sending(FORM, kept)
        .check(200)
        .says("<strong>Kept</strong>: call to action")
        .says("value=\"call_to_action\" checked>")
        .says("<option value=\"recall\" selected>");
    ask("GET /?example=news")
        .check(200)
        .says("Night train to the coast runs again</h2>")
        .says("two hundred and twelve");
}

#[test]
fn the_script_is_answered_as_programs_are() {
    let body = json!({ "text": TEXT, "options": { "format": "json,html" } }).to_string();
    let got =
        ask("POST /").sending("application/json", body.clone()).check(200).has("content-type", "application/json");
    assert_eq!(got.json()["counts"]["call_to_action"], 1);
    ask("POST /").sending("application/json", "{}").refused(Code::MalformedJson);
    ask("POST /").with("sec-fetch-site", "cross-site").sending("application/json", body).refused(Code::ForeignForm);
    let catalogue = ask("GET /static/rules.json").check(200);
    assert_eq!(catalogue.json(), ask("GET /v1/rules").check(200).json());
}

#[test]
fn a_file_takes_the_place_of_the_box() {
    let field =
        |name: &str, value: &str| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let box_and = |rest: &str| format!("{}{}{rest}", field("document", "What I had pasted"), field("kind", "auto"));
    let page = ask("POST /").sending(MULTIPART, box_and(&file("content-type: text/html\r\n", ARTICLE))).check(200);
    page.says("Ferry returns to the lake</h2>").says("&#60;h1&#62;Ferry").never_says("What I had pasted");
    ask("POST /").sending(MULTIPART, box_and(&file("", ""))).check(200).says("What I had pasted</textarea>");
    let picture = ask("POST /").sending(MULTIPART, box_and(&file("", "\u{0}\u{1}\u{2}%PDF"))).check(422);
    picture.says(Code::NotText.name()).says("What I had pasted</textarea>");
}

#[test]
fn everything_in_the_page_is_escaped() {
    let hostile =
        "<script>alert(1)</script> said the mayor, and </textarea><img src=x onerror=alert(1)> nobody laughed.";
    for kind in ["text", "html"] {
        let fields = [("document", hostile), ("kind", kind)];
        let page = ask("POST /").sending(FORM, form(&fields)).check(200).never_says("<script>").never_says("<img");
        assert_eq!(page.text.matches("<script").count(), 1, "the page's own");
        page.says("&#60;script&#62;alert(1)");
    }
    let headline =
        "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title><html lang='\"><script>'><p>A paragraph of text.";
    ask("POST /").sending(FORM, form(&[("document", headline)])).check(200).never_says("<script>");
    let mode = form(&[("document", "<script>"), ("mode", "\"><script>")]);
    ask("POST /").sending(FORM, mode).check(400).never_says("<script>").says("&#60;script&#62;");
}

#[test]
fn errors_of_the_form_show_in_the_page() {
    let page = |case: Case, code: Code| {
        let got = case.with("x-request-id", "the-id").check(code.status().as_u16());
        got.has("content-type", "text/html; charset=utf-8").says(code.title()).says(code.name()).says("the-id")
    };
    let pasted = form(&[("document", "What I had pasted")]);
    let strict = form(&[("document", "What I had pasted"), ("mode", "strict")]);
    page(ask("POST /").sending(FORM, strict), Code::InvalidOption).says("What I had pasted</textarea>");
    page(ask("POST /").sending(FORM, form(&[("kind", "pdf")])), Code::MalformedForm);
    page(ask("POST /").sending("text/plain", "a"), Code::UnsupportedMediaType);
    page(ask("POST /").sending(FORM, form(&[("document", "%PDF-1.7"), ("kind", "text")])), Code::NotText);
    let small = Settings { body_limit: 10, ..Settings::default() };
    page(ask_with(&small, "POST /").sending(FORM, pasted.clone()), Code::TooLarge);
    let busy = Settings { workers: 0, wait: Duration::from_millis(5), ..Settings::default() };
    let got = page(ask_with(&busy, "POST /").sending(FORM, pasted), Code::Busy).says("What I had pasted</textarea>");
    assert_eq!(got.header("retry-after"), "1");
}

#[test]
fn forms_of_other_sites_are_refused() {
    let cases: [(&[(&str, &str)], bool); 7] = [
        (&[], true),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "none")], true),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("origin", "http://clean.example")], true),
        (&[("origin", "https://evil.example")], false),
    ];
    for (headers, is_own) in cases {
        let case = ask("POST /").with("host", "clean.example").sending(FORM, form(&[("document", TEXT)]));
        let case = headers.iter().fold(case, |case, (name, value)| case.with(name, value));
        let got = case.check(if is_own { 200 } else { Code::ForeignForm.status().as_u16() });
        assert_eq!(got.text.contains("newsletter"), is_own, "{headers:?}");
    }
}
