//! Keys: what is guarded, what is open, and how keys change while the service runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dechaff::server::problem::Code;
use dechaff::server::{Keys, Settings};
use tokio::time::Instant;

use crate::connection::Service;
use crate::service::{Case, TEXT, ask_with};

/// A file that is gone when the test ends.
struct File(PathBuf);

impl File {
    fn new(name: &str, content: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dechaff-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::new(Keys::read(&self.0).unwrap())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn settings(name: &str) -> Settings {
    let keys = File::new(name, "# two\nfirst-key\nsecond-key\n").keys();
    Settings { keys: Some(keys), ..Settings::default() }
}

fn clean(settings: &Settings) -> Case {
    ask_with(settings, "POST /v1/clean").sending("text/plain", TEXT)
}

#[test]
fn who_has_a_key_is_let_in() {
    let guarded = settings("let-in");
    for value in ["Bearer first-key", "bearer second-key", "BEARER  first-key "] {
        clean(&guarded).with("authorization", value).check(200);
    }
    for (value, challenge) in [
        ("", "Bearer realm=\"dechaff\""),
        ("Bearer", "Bearer realm=\"dechaff\""),
        ("first-key", "Bearer realm=\"dechaff\""),
        ("Basic first-key", "Bearer realm=\"dechaff\""),
        ("Bearer ", "Bearer realm=\"dechaff\", error=\"invalid_token\""),
        ("Bearer first-ke", "Bearer realm=\"dechaff\", error=\"invalid_token\""),
        ("Bearer first-key2", "Bearer realm=\"dechaff\", error=\"invalid_token\""),
        ("Bearer first-key second-key", "Bearer realm=\"dechaff\", error=\"invalid_token\""),
    ] {
        let case = if value.is_empty() { clean(&guarded) } else { clean(&guarded).with("authorization", value) };
        case.refused(Code::Unauthorized).has("www-authenticate", challenge).never_says("first-ke");
    }
    let twice = clean(&guarded).with("authorization", "Bearer first-key").with("authorization", "Bearer first-key");
    twice.refused(Code::Unauthorized);
    clean(&Settings::default()).with("authorization", "Bearer anything").check(200);
}

#[test]
fn everything_is_guarded_but_the_page_and_the_probes() {
    let guarded = settings("guarded");
    for line in [
        "POST /v1/clean",
        "POST /v1/clean/batch",
        "GET /v1/rules",
        "GET /v1/clean",
        "OPTIONS /v1/clean",
        "GET /nothing",
        "GET /livez/",
        "GET //livez",
    ] {
        ask_with(&guarded, line).refused(Code::Unauthorized);
    }
    let page = ["/", "/?example=news", "/static/style.css", "/static/page.js", "/static/rules.json"];
    for path in page.into_iter().chain(["/livez", "/readyz", "/healthz", "/health", "/metrics"]) {
        ask_with(&guarded, &format!("GET {path}")).check(200);
    }
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("document", TEXT).finish();
    ask_with(&guarded, "POST /").sending("application/x-www-form-urlencoded", form).check(200);
    ask_with(&guarded, "POST /").sending("application/json", r#"{"text":"The ferry is back."}"#).check(200);
    ask_with(&guarded, "GET /nothing").with("authorization", "Bearer first-key").refused(Code::NotFound);

    let all = Settings { guard_metrics: true, ..settings("metrics") };
    ask_with(&all, "GET /metrics").refused(Code::Unauthorized);
    ask_with(&all, "GET /metrics").with("authorization", "Bearer first-key").check(200).never_says("first-key");
    ask_with(&all, "GET /livez").check(200);
}

#[test]
fn a_page_of_another_origin_can_read_that_it_needs_a_key() {
    let guarded = Settings { origins: vec!["https://a.example".parse().unwrap()], ..settings("cors") };
    let case = ask_with(&guarded, "OPTIONS /v1/clean").with("origin", "https://a.example");
    case.with("access-control-request-method", "POST").check(204);
    let got = clean(&guarded).with("origin", "https://a.example").refused(Code::Unauthorized);
    got.has("access-control-allow-origin", "https://a.example");
}

fn status(service: &Service, key: &str) -> String {
    let answer = service
        .ask(format!("GET /v1/rules HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\r\n"));
    answer.split(' ').nth(1).unwrap().to_owned()
}

/// How long it takes until a key is answered so.
fn time_to(service: &Service, key: &str, wanted: &str) -> Duration {
    let start = Instant::now();
    while status(service, key) != wanted {
        assert!(start.elapsed() < Duration::from_secs(20), "never {wanted}");
        std::thread::sleep(Duration::from_millis(20));
    }
    start.elapsed()
}

#[test]
fn a_changed_file_is_read_again() {
    let file = File::new("changes", "first");
    let service = Service::start(&["--keys", file.0.to_str().unwrap()]);
    assert_eq!((status(&service, "first"), status(&service, "second")), ("200".to_owned(), "401".to_owned()));
    std::fs::write(&file.0, "second").unwrap();
    time_to(&service, "second", "200");
    assert_eq!(status(&service, "first"), "401");
    // A file that holds nothing opens nothing, and takes nothing away.
    std::fs::write(&file.0, "").unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!((status(&service, "second"), status(&service, "")), ("200".to_owned(), "401".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_hangup_reads_the_file_at_once() {
    let file = File::new("hangup", "key-0");
    let service = Service::start(&["--keys", file.0.to_str().unwrap()]);
    // Three in a row: at most one of them can have been the service's own looking.
    let mut times = Vec::new();
    for number in 1..=3 {
        let key = format!("key-{number}");
        std::fs::write(&file.0, &key).unwrap();
        crate::connection::signal(&service, "HUP");
        times.push(time_to(&service, &key, "200"));
    }
    assert!(times.iter().sum::<Duration>() < Duration::from_secs(3), "{times:?}");
}

#[test]
fn no_key_is_logged() {
    let file = File::new("logged", "first-key");
    let service = Service::start(&["--keys", file.0.to_str().unwrap(), "--log", "json"]);
    assert_eq!((status(&service, "first-key"), status(&service, "guessed-key")), ("200".to_owned(), "401".to_owned()));
    std::fs::write(&file.0, "wrong key\n").unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    let log = service.end();
    assert!(log.contains("\"unauthorized\"") && log.contains(":1: a key is"), "{log}");
    for key in ["first-key", "guessed-key", "wrong key"] {
        assert!(!log.contains(key), "{log}");
    }
}
