//! Asks the service without a socket, and checks what it answers.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use dechaff::server::problem::Code;
use dechaff::server::{Settings, router};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// A request and what must come of it.
pub(crate) struct Case {
    router: Router,
    request: axum::http::request::Builder,
    body: Body,
}

/// What came of it.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

/// A request like `POST /v1/clean`, to a service with the usual settings.
pub(crate) fn ask(line: &str) -> Case {
    ask_with(&Settings::default(), line)
}

pub(crate) fn ask_with(settings: &Settings, line: &str) -> Case {
    ask_of(&router(settings), line)
}

/// A request to a service that is there already.
pub(crate) fn ask_of(router: &Router, line: &str) -> Case {
    let (method, address) = line.split_once(' ').unwrap();
    let request = Request::builder().method(method).uri(address);
    Case { router: router.clone(), request, body: Body::empty() }
}

impl Case {
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    pub(crate) fn sending(self, media_type: &str, body: impl Into<Body>) -> Self {
        Self { body: body.into(), ..self.with("content-type", media_type) }
    }

    /// Sends it; the body of the answer is yet to be read.
    pub(crate) async fn response(self) -> Response {
        self.router.oneshot(self.request.body(self.body).unwrap()).await.unwrap()
    }

    /// Sends it; the answer may be of any kind.
    pub(crate) fn bytes(self) -> Got {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (parts, body) = self.response().await.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes().to_vec();
            Got { status: parts.status, headers: parts.headers, text: String::new(), bytes }
        })
    }

    /// Sends it; the answer must have a status, be text, and be what the `OpenAPI` document says.
    #[track_caller]
    pub(crate) fn check(self, status: u16) -> Got {
        let method = self.request.method_ref().unwrap().clone();
        let route = self.request.uri_ref().unwrap().path().to_owned();
        let mut got = self.bytes();
        got.text = String::from_utf8(std::mem::take(&mut got.bytes)).unwrap();
        assert_eq!(got.status.as_u16(), status, "{}", got.text);
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        crate::openapi::hold(&method, &route, status, &got.headers, &got.text);
        got
    }

    /// Sends it; the answer must be this problem.
    #[track_caller]
    pub(crate) fn refused(self, code: Code) -> Got {
        let got = self.with("x-request-id", "the-id").check(code.status().as_u16());
        assert_eq!(got.header("content-type"), "application/problem+json");
        let problem = got.json();
        assert_eq!(problem["code"], code.name(), "{problem}");
        assert_eq!(problem["status"], code.status().as_u16());
        assert_eq!(problem["type"], format!("urn:problem-type:dechaff:{}", code.name()));
        assert_eq!(problem["title"], code.title());
        assert_eq!(problem["request_id"], "the-id");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{problem}");
        got
    }
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.text.contains(part), "“{part}” is not in {}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn never_says(self, part: &str) -> Self {
        assert!(!self.text.contains(part), "“{part}” is in {}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn has(self, name: &str, value: &str) -> Self {
        assert_eq!(self.header(name), value, "{name}");
        self
    }
}

/// An article with promotion between its paragraphs.
pub(crate) const ARTICLE: &str = "<!doctype html><html lang=en><head><title>Ferry returns to the lake</title>
<meta property=og:site_name content='The Lakeside Gazette'></head><body><article><h1>Ferry returns to the lake</h1>
<p>After eleven years on dry land, the ferry Alma crossed the lake again on Saturday, with three hundred people on board
and twice as many cheering from the jetty.</p>
<p>Sign up for our newsletter to get the latest news in your inbox every morning</p>
<p>The volunteers who restored her had raised the money with concerts and cake sales. “We never thought of giving up,”
said Ines Roth, who leads the society, “but there were winters when we came close.”</p>
<p>Download our app and follow us on Facebook</p>
<ul><li>The ferry leaves at nine, noon and four, from April to October.</li>
<li>Children under six travel without a ticket, and so do dogs.</li></ul>
<p>The next job is the engine house, whose roof has let in the rain since the storm of 2009.</p>
</article></body></html>";

/// The same, pasted.
pub(crate) const TEXT: &str = "The ferry Alma crossed the lake again on Saturday, after eleven years on dry land.\n\n\
    Sign up for our newsletter\n\n\
    “We never thought of giving up,” said the leader of the society that had restored her.";
