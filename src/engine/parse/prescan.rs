//! Cuts what carries no text out of HTML before the parser sees it: scripts, styles, comments, raw-text elements,
//! drawings. JSON-LD is set aside. What is left parses to the same text as the whole page, in less time.
//!
//! It reads tags as the HTML standard's tokeniser does (13.2.5), and where it cannot be sure that a cut is safe it does
//! not cut: the parser then does the work.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::attributes;
use super::markup::{self, Markup, is_end_tag, raw_text_end, script_end};

/// HTML without what carries no text, and what was set aside from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lean<'a> {
    /// The document, cut.
    pub html: Cow<'a, str>,
    /// The contents of `<script type="application/ld+json">`, in order.
    pub json_ld: Vec<&'a str>,
}

/// How much JSON-LD is kept of one page, in bytes; the rest of it is left.
const JSON_LD_BYTES: usize = 1 << 20;

/// Most attributes of one tag; the tokeniser compares each with all before it. A tag with more loses them all.
const ATTRIBUTES: usize = 256;

/// Elements whose contents the tokeniser reads as raw text and that show nothing (or nothing of an article).
const RAW_TEXT: [&str; 5] = ["iframe", "noembed", "noframes", "noscript", "style"];

/// Start tags that end a drawing when they stand in it (HTML standard, 13.2.6.5), so that it cannot be cut whole.
const BREAKOUT: [&str; 45] = [
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

/// What becomes of `<noscript>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoScript {
    /// It goes with what it holds.
    Cut,
    /// What it holds stays, as for a reader without scripts.
    Opened,
}

/// Cuts a document.
pub fn prescan(html: &str) -> Lean<'_> {
    scan(html, NoScript::Cut)
}

/// Cuts a document, and opens its `<noscript>` elements: what a reader without scripts sees.
pub fn prescan_opening_noscript(html: &str) -> Lean<'_> {
    scan(html, NoScript::Opened)
}

fn scan(html: &str, noscript: NoScript) -> Lean<'_> {
    let mut cuts = Cuts { html, kept_from: 0, out: String::new() };
    let mut json_ld = Vec::new();
    let mut json_ld_left = JSON_LD_BYTES;
    let mut at = 0;
    // In a drawing that was left standing, CDATA is text; elsewhere it is a comment. Which of the two it is only the
    // parser knows.
    let mut in_drawing = false;
    while let Some(offset) = memchr(b'<', &html.as_bytes()[at..]) {
        let start = at + offset;
        if in_drawing && html.as_bytes()[start..].starts_with(b"<![CDATA[") {
            break;
        }
        let Some(markup) = Markup::read(html, start) else {
            at = start + 1;
            continue;
        };
        at = markup.end();
        match markup {
            Markup::Comment { end } => cuts.cut(start, end),
            Markup::EndTag { name, end } if noscript == NoScript::Opened && name.eq_ignore_ascii_case("noscript") => {
                cuts.cut(start, end);
            }
            Markup::EndTag { .. } => {}
            Markup::StartTag { name, attributes, count, end, .. } => match name.to_ascii_lowercase().as_str() {
                "script" => {
                    let (inside, after) = script_end(html, end);
                    if json_ld_left >= inside - end && is_json_ld(attributes) {
                        json_ld_left -= inside - end;
                        json_ld.push(&html[end..inside]);
                    }
                    cuts.cut(start, after);
                    at = after;
                }
                "noscript" if noscript == NoScript::Opened => cuts.cut(start, end),
                "plaintext" => break,
                "textarea" | "title" | "xmp" => at = raw_text_end(html, end, name).1,
                "svg" => match drawing_end(html, start) {
                    Some(after) => {
                        cuts.cut(start, after);
                        at = after;
                    }
                    None => in_drawing = true,
                },
                // Inside MathML the tokeniser knows CDATA; formulas are rare, so they are left whole to the parser.
                "math" => at = memmem::find(&html.as_bytes()[end..], b"</math").map_or(html.len(), |found| end + found),
                lower if RAW_TEXT.contains(&lower) => {
                    let after = raw_text_end(html, end, name).1;
                    cuts.cut(start, after);
                    at = after;
                }
                _ if count > ATTRIBUTES => cuts.cut(end - 1 - attributes.len(), end - 1),
                // What a drawing's attributes mean is for the parser to say.
                lower if count > 0 && !in_drawing => cuts.cut_attributes(lower, end - 1 - attributes.len()),
                _ => {}
            },
        }
    }
    Lean { html: cuts.finish(), json_ld }
}

/// The parts of the document that stay.
struct Cuts<'a> {
    html: &'a str,
    kept_from: usize,
    out: String,
}

impl<'a> Cuts<'a> {
    fn cut(&mut self, start: usize, end: usize) {
        if self.out.is_empty() {
            self.out.reserve(self.html.len() / 2);
        }
        self.out.push_str(&self.html[self.kept_from..start]);
        self.kept_from = end;
    }

    /// Cuts the attributes that nothing is read from of a tag whose name ends at `name_end`.
    fn cut_attributes(&mut self, tag: &str, name_end: usize) {
        for attribute in markup::attributes(self.html, name_end) {
            if !attributes::is_read(tag, &self.html[attribute.name.clone()], &self.html[attribute.value]) {
                self.cut(attribute.name.start, attribute.end);
            }
        }
    }

    fn finish(mut self) -> Cow<'a, str> {
        if self.kept_from == 0 {
            return Cow::Borrowed(self.html);
        }
        self.out.push_str(&self.html[self.kept_from..]);
        Cow::Owned(self.out)
    }
}

/// Where the drawing that begins at `start` ends, if it can be cut whole: closed, and with nothing in it that would
/// break out of it.
fn drawing_end(html: &str, start: usize) -> Option<usize> {
    let bytes = html.as_bytes();
    let (mut depth, mut at) = (0usize, start);
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found;
        if bytes[at..].starts_with(b"<![CDATA[") {
            at += memmem::find(&bytes[at..], b"]]>")? + 3;
            continue;
        }
        let Some(markup) = Markup::read(html, at) else {
            at += 1;
            continue;
        };
        at = markup.end();
        match markup {
            Markup::StartTag { name, self_closing, .. } => {
                if name.eq_ignore_ascii_case("svg") {
                    depth += usize::from(!self_closing);
                } else if ["foreignobject", "desc", "title", "script"].iter().any(|tag| name.eq_ignore_ascii_case(tag))
                {
                    // HTML may stand in these, or text that looks like it.
                    at = memmem::find(&bytes[at..], b"</").map(|end| at + end)?;
                    let closed = is_end_tag(bytes, at, name.as_bytes());
                    if !closed && !self_closing {
                        return None;
                    }
                } else if BREAKOUT.iter().any(|tag| name.eq_ignore_ascii_case(tag)) {
                    return None;
                }
            }
            Markup::EndTag { name, .. } if name.eq_ignore_ascii_case("svg") => depth = depth.saturating_sub(1),
            Markup::EndTag { name, .. } if ["p", "br"].iter().any(|tag| name.eq_ignore_ascii_case(tag)) => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn is_json_ld(attributes: &str) -> bool {
    let lower = attributes.to_ascii_lowercase();
    lower.contains("application/ld+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, lean: &str) {
        assert_eq!(prescan(html).html, lean);
    }

    #[test]
    fn scripts_and_styles_go() {
        check("a<script>if (a < b) x('</div>')</script>b<style>p { }</style>c", "abc");
        check("a<SCRIPT src=x></Script >b", "ab");
    }

    #[test]
    fn a_script_that_writes_a_script_is_one_script() {
        check("a<script><!-- document.write('<script>x</script>') --></script>b", "ab");
        check("a<script><!-- x </script>b", "ab");
        check("a<script>'<script>'</script>b", "ab");
    }

    #[test]
    fn noscript_goes_unless_it_is_opened() {
        let page = "a<noscript><p>b<script>c</script></noscript>d";
        check(page, "ad");
        assert_eq!(prescan_opening_noscript(page).html, "a<p>bd");
    }

    #[test]
    fn unclosed_raw_text_takes_the_rest() {
        check("a<script>b", "a");
        check("a<style>b</styles>c", "a");
    }

    #[test]
    fn comments_go_as_the_standard_ends_them() {
        check("a<!-- b -- c --!>d<!-->e<!--->f<!-- <p> -->g<!-- h", "adefg");
        check("a<?php echo ?>b<!x>c</ d>e", "abce");
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        check("1 < 2 <3 <- <p class='<script>'>x</p>", "1 < 2 <3 <- <p class='<script>'>x</p>");
        check("<!DOCTYPE html><textarea><script></textarea>", "<!DOCTYPE html><textarea><script></textarea>");
        check("<plaintext><script>", "<plaintext><script>");
    }

    #[test]
    fn drawings_go_when_nothing_breaks_out_of_them() {
        check("a<svg><path d='M0'/><svg/><g></g></svg>b", "ab");
        check("a<svg><p>b</svg>c", "a<svg><p>b</svg>c");
        check("a<svg><path>b", "a<svg><path>b");
        check("a<svg><![CDATA[</svg>]]></svg>b", "ab");
    }

    #[test]
    fn json_ld_is_set_aside() {
        let lean = prescan("<script type='application/ld+json'>{\"a\":1}</script><script>x</script>");
        assert_eq!((lean.html.as_ref(), lean.json_ld.as_slice()), ("", &["{\"a\":1}"][..]));
    }

    #[test]
    fn a_tag_with_too_many_attributes_loses_them() {
        check(&format!("<p{}>x<p class=a>y", " class=a".repeat(ATTRIBUTES + 1)), "<p>x<p class=a>y");
    }

    #[test]
    fn attributes_that_nothing_is_read_from_go() {
        check("<p data-a='>' class=b onclick=\"c\"id=d>e", "<p  class=b id=d>e");
        check("<br data-a/><br data-b=c /><a data-d href=e>", "<br /><br  /><a  href=e>");
        check("<svg><p data-a=b>c", "<svg><p data-a=b>c");
    }

    #[test]
    fn a_slash_in_an_unquoted_value_is_the_values() {
        check("<a href=/x/>y</a><script/>z</script>w", "<a href=/x/>y</a>w");
    }
}
