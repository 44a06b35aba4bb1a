//! What pages of other origins may read: nothing unless they are named, and then no more than the API.

use dechaff::server::Settings;
use dechaff::server::problem::Code;

use crate::service::{Case, Got, TEXT, ask_with};

const NAMED: [&str; 2] = ["https://a.example", "http://localhost:3000"];

fn settings(origins: &[&str]) -> Settings {
    Settings { origins: origins.iter().map(|origin| origin.parse().unwrap()).collect(), ..Settings::default() }
}

/// An answer that a page of this origin may read, or may not.
#[track_caller]
fn check(case: Case, status: u16, allowed: &str, vary: &str) -> Got {
    let got = case.check(status).has("access-control-allow-origin", allowed);
    let varies: Vec<_> = got.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(varies.join(","), vary);
    got.has(
        "access-control-expose-headers",
        if allowed.is_empty() { "" } else { "retry-after, www-authenticate, x-request-id" },
    )
}

fn clean(settings: &Settings, origin: &str) -> Case {
    ask_with(settings, "POST /v1/clean").with("origin", origin).sending("text/plain", TEXT)
}

fn preflight(settings: &Settings, path: &str, origin: &str) -> Case {
    let case = ask_with(settings, &format!("OPTIONS {path}")).with("origin", origin);
    case.with("access-control-request-method", "POST").with("access-control-request-headers", "authorization")
}

#[test]
fn only_named_origins_may_read() {
    let named = settings(&NAMED);
    for origin in NAMED {
        check(clean(&named, origin), 200, origin, "accept,accept-encoding,origin");
    }
    for origin in ["https://b.example", "https://a.example.evil.example", "http://a.example", "null", ""] {
        check(clean(&named, origin), 200, "", "accept,accept-encoding,origin");
    }
    check(ask_with(&named, "GET /v1/rules"), 200, "", "accept-encoding,origin");
    check(clean(&settings(&["*"]), "https://b.example"), 200, "*", "accept,accept-encoding");
    check(clean(&Settings::default(), NAMED[0]), 200, "", "accept,accept-encoding");
}

#[test]
fn errors_may_be_read_as_well() {
    let named = settings(&NAMED);
    let refused = || ask_with(&named, "GET /v1/clean").with("origin", NAMED[0]);
    check(refused(), 405, NAMED[0], "origin").says("method-not-allowed");
    refused().refused(Code::MethodNotAllowed).has("allow", "POST");
}

#[test]
fn a_browser_that_asks_first_is_told() {
    let named = settings(&NAMED);
    for path in ["/v1/clean", "/v1/clean/batch", "/v1/rules"] {
        let got = check(preflight(&named, path, NAMED[0]), 204, NAMED[0], "origin");
        let got = got.has("access-control-allow-methods", "GET, HEAD, POST").has("access-control-max-age", "3600");
        got.has("access-control-allow-headers", "accept, authorization, content-encoding, content-type, x-request-id");
        let got = check(preflight(&named, path, "https://b.example"), 204, "", "origin");
        assert!(got.header("allow").contains(if path.ends_with("rules") { "GET" } else { "POST" }), "told as ever");
        check(preflight(&Settings::default(), path, NAMED[0]), 204, "", "");
    }
    let plain = ask_with(&named, "OPTIONS /v1/clean").with("origin", NAMED[0]);
    check(plain, 204, NAMED[0], "origin").has("allow", "POST").has("access-control-allow-methods", "");
}

#[test]
fn the_page_and_the_probes_are_nobodys_else() {
    for path in ["/", "/livez", "/static/style.css"] {
        let case = ask_with(&settings(&["*"]), &format!("GET {path}")).with("origin", NAMED[0]);
        check(case, 200, "", if path == "/livez" { "" } else { "accept-encoding" });
    }
    check(preflight(&settings(&["*"]), "/", NAMED[0]), 204, "", "");
}
