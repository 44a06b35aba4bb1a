//! Inline markup of a block's text, as a flat run of openings, text and closings that always nest.

use std::ops::Range;

use url::Url;

use crate::engine::page::{Inline, Span};

/// One piece of a block's inline content.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Open(&'a Inline),
    Text(&'a str),
    Close(&'a Inline),
}

/// Deepest nesting of inline markup that is kept.
const DEPTH: usize = 16;

/// The pieces of a part of a block's text. Spans that cross others, which broken pages have, are cut to what nests.
/// Spans stand in the order of their start, the outer before the inner.
pub(super) fn pieces<'a>(text: &'a str, spans: &'a [Span], part: Range<usize>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut open: Vec<(&Inline, usize)> = Vec::new();
    let mut at = part.start;
    for span in spans {
        let range = span.range.start.max(part.start)..span.range.end.min(part.end);
        if range.is_empty() {
            continue;
        }
        while let Some((kind, end)) = open.last().copied().filter(|(_, end)| *end <= range.start) {
            if at < end {
                pieces.push(Piece::Text(&text[at..end]));
                at = end;
            }
            pieces.push(Piece::Close(kind));
            open.pop();
        }
        let end = open.last().map_or(range.end, |(_, outer)| range.end.min(*outer));
        let same = open.iter().any(|(kind, _)| *kind == &span.kind || both_links(kind, &span.kind));
        if open.len() >= DEPTH || same || end <= range.start.max(at) {
            continue;
        }
        if at < range.start {
            pieces.push(Piece::Text(&text[at..range.start]));
            at = range.start;
        }
        pieces.push(Piece::Open(&span.kind));
        open.push((&span.kind, end));
    }
    while let Some((kind, end)) = open.pop() {
        if at < end {
            pieces.push(Piece::Text(&text[at..end]));
            at = end;
        }
        pieces.push(Piece::Close(kind));
    }
    if at < part.end {
        pieces.push(Piece::Text(&text[at..part.end]));
    }
    pieces
}

fn both_links(a: &Inline, b: &Inline) -> bool {
    matches!((a, b), (Inline::Link { .. }, Inline::Link { .. }))
}

/// An address that may stand in an answer: absolute where the page's address is known; nothing that runs.
pub(super) fn address(href: &str, base: Option<&str>) -> Option<String> {
    let href = href.trim();
    let scheme = href.split([':', '/', '?', '#']).next().filter(|scheme| href[scheme.len()..].starts_with(':'));
    match scheme.map(str::to_ascii_lowercase).as_deref() {
        Some("http" | "https" | "mailto" | "tel") => Some(href.to_owned()),
        Some(_) => None,
        None if href.is_empty() => None,
        None => match base.and_then(|base| Url::parse(base).ok()).map(|base| base.join(href)) {
            Some(Ok(full)) => Some(full.into()),
            Some(Err(_)) => None,
            None => Some(href.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_absolute() {
        let check = |href: &str, full: Option<&str>| {
            assert_eq!(address(href, Some("https://example.org/a/b?c")).as_deref(), full, "{href}");
        };
        check("https://x.org/", Some("https://x.org/"));
        check("//x.org/y", Some("https://x.org/y"));
        check("/y", Some("https://example.org/y"));
        check("y?z", Some("https://example.org/a/y?z"));
        check("../y", Some("https://example.org/y"));
        check("../../../y", Some("https://example.org/y"));
        check("#z", Some("https://example.org/a/b?c#z"));
        check("javascript:alert(1)", None);
        check("data:text/html,x", None);
        check("", None);
    }
}
