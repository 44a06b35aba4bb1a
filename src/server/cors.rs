//! What pages of other origins may read of the API (Fetch standard, 3.2). Nothing, unless the operator names them: a
//! browser inside a network would otherwise ask on behalf of any page that its user opens.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use super::app::App;
use super::problem;

/// What begins the address of everything that other origins may be allowed.
const API: &str = "/v1/";

/// What a script may send; only what is read here.
const SENT: HeaderValue =
    HeaderValue::from_static("accept, authorization, content-encoding, content-type, x-request-id");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

/// What a script may see of an answer, besides what it always may.
const SEEN: HeaderValue = HeaderValue::from_static("retry-after, www-authenticate, x-request-id");

/// How long a browser need not ask again whether it may ask, in seconds.
const REMEMBERED: HeaderValue = HeaderValue::from_static("3600");

const ANYBODY: HeaderValue = HeaderValue::from_static("*");

/// Where a page comes from, as browsers write it: scheme, host and port; or `*`, for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl Origin {
    /// Whether it stands for all.
    pub fn is_any(&self) -> bool {
        self.0 == ANYBODY
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = "an origin is a scheme, a host and a port where it is not the usual one, in small letters and without \
                     a slash at the end, such as https://example.org or http://localhost:3000; * stands for all";
        let is_canonical = |url: &Url| {
            let origin = url.origin();
            // Schemes that the standard does not know, such as those of browser extensions, have no canonical form.
            let written = if origin.is_tuple() {
                origin.ascii_serialization()
            } else {
                format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
            };
            url.has_host() && written == text && !text.contains('*')
        };
        if text != "*" && !Url::parse(text).is_ok_and(|url| is_canonical(&url)) {
            return Err(wrong.to_owned());
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| wrong.to_owned())
    }
}

/// A layer that tells browsers which pages may read what it wraps.
pub(super) async fn allow(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    if app.origins.is_empty() || !route.is_some_and(|route| route.as_str().starts_with(API)) {
        return next.run(request).await;
    }
    let allowed = allowed(&app.origins, request.headers());
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &allowed {
        Some(_) if is_preflight => preflight(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    if allowed.as_ref() != Some(&ANYBODY) {
        // What is answered to one origin is not for another, in no cache.
        headers.append(VARY, HeaderValue::from(ORIGIN));
    }
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, SEEN);
    }
    response
}

/// What to say of the origin that asks, where it is allowed.
fn allowed(origins: &[Origin], headers: &HeaderMap) -> Option<HeaderValue> {
    let asking = headers.get(ORIGIN)?;
    origins.iter().find(|origin| origin.is_any() || origin.0 == *asking).map(|origin| origin.0.clone())
}

/// The answer to a browser that asks whether it may ask.
fn preflight() -> Response {
    let mut response = problem::nothing();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, SENT);
    headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        for origin in [
            "https://example.org",
            "http://localhost:3000",
            "http://[::1]:8080",
            "https://xn--bcher-kva.example",
            "chrome-extension://abcdef",
            "*",
        ] {
            assert!(origin.parse::<Origin>().is_ok(), "{origin}");
        }
        for wrong in [
            "",
            "example.org",
            "https://example.org/",
            "https://example.org:443",
            "https://Example.org",
            "https://bücher.example",
            "https://example.org/page",
            "https://user@example.org",
            "https://*.example.org",
            "null",
            "data:text/plain,",
            "chrome-extension://abcdef/page",
            "https://a.example,https://b.example",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }
}
