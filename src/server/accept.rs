//! Chooses the form of an answer by `Accept` (RFC 9110, 12.5.1).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use super::media_type::MediaType;
use super::problem::{Code, Problem};
use crate::wire::Output;

/// The media type of lines of JSON.
pub(super) const NDJSON: &str = "application/x-ndjson";

/// All names of the same.
pub(super) const LINES: [&str; 3] = [NDJSON, "application/ndjson", "application/jsonl"];

/// What there is to choose from; where a caller likes two as much, the first.
const OFFERS: [(Output, &str, &str); 4] = [
    (Output::Json, "application/json", "application/*"),
    (Output::Text, "text/plain", "text/*"),
    (Output::Markdown, "text/markdown", "text/*"),
    (Output::Html, "text/html", "text/*"),
];

/// The form that the caller likes best; JSON where it says nothing.
pub(super) fn choose(headers: &HeaderMap) -> Result<Output, Problem> {
    let ranges = ranges(headers);
    let liked = |(output, exact, kind): (Output, &str, &str)| Some((output, quality(&ranges, exact, kind)?));
    let best = OFFERS.into_iter().filter_map(liked).reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(output, _)| output).ok_or_else(|| {
        Problem::new(Code::NotAcceptable, "there is application/json, text/plain, text/markdown and text/html")
    })
}

/// Whether the caller takes lines of JSON.
pub(super) fn takes_lines(headers: &HeaderMap) -> Result<(), Problem> {
    let ranges = ranges(headers);
    let is_taken = LINES.iter().any(|name| quality(&ranges, name, "application/*").is_some());
    if is_taken { Ok(()) } else { Err(Problem::new(Code::NotAcceptable, format!("there is {NDJSON}"))) }
}

/// Whether the caller likes `OpenMetrics` better than the older text format; who does not name it does not know it.
pub(super) fn likes_open_metrics(headers: &HeaderMap) -> bool {
    let ranges = ranges(headers);
    let named = |name: &str| {
        let fitting = ranges.iter().filter(|(range, _)| range.essence == name);
        fitting.map(|(_, quality)| *quality).fold(0.0, f32::max)
    };
    named("application/openmetrics-text") > named("text/plain")
}

fn ranges(headers: &HeaderMap) -> Vec<(MediaType, f32)> {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(range).collect()
}

/// How well the caller likes a media type; none where it does not take it. Who says nothing takes everything.
fn quality(ranges: &[(MediaType, f32)], exact: &str, kind: &str) -> Option<f32> {
    if ranges.is_empty() {
        return Some(1.0);
    }
    // The narrowest range that fits is the one that counts.
    let fits = |essence: &str| ranges.iter().find(|(range, _)| range.essence == essence);
    let (_, quality) = fits(exact).or_else(|| fits(kind)).or_else(|| fits("*/*"))?;
    (*quality > 0.0).then_some(*quality)
}

fn range(value: &str) -> Option<(MediaType, f32)> {
    let range = MediaType::parse(value)?;
    let quality = match range.parameter("q") {
        None => 1.0,
        Some(quality) => quality.parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality))?,
    };
    Some((range, quality))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: Option<Output>) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        assert_eq!(choose(&headers).ok(), expected, "{accept}");
    }

    #[test]
    fn open_metrics_is_for_those_who_know_it() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;q=0.5,\
                          text/plain;version=1.0.0;q=0.4,*/*;q=0.2";
        for (accept, likes) in [
            (prometheus, true),
            ("application/openmetrics-text", true),
            ("text/plain, application/openmetrics-text", false),
            ("application/openmetrics-text;q=0", false),
            ("*/*", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
            assert_eq!(likes_open_metrics(&headers), likes, "{accept}");
        }
    }

    #[test]
    fn the_best_liked_form_is_chosen() {
        check("", Some(Output::Json));
        check("*/*", Some(Output::Json));
        check("nonsense", Some(Output::Json));
        check("text/plain", Some(Output::Text));
        check("text/*", Some(Output::Text));
        check("TEXT/Markdown;q=0.5, text/html;q=0.4", Some(Output::Markdown));
        check("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Output::Html));
        check("application/json;q=0, */*", Some(Output::Text));
        check("text/*;q=0.5, text/plain;q=0.1", Some(Output::Markdown));
        check("image/png", None);
        check("*/*;q=0", None);
    }
}
