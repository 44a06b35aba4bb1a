//! Cuts what carries no text out of HTML before the parser sees it: scripts, styles, comments, raw-text elements,
//! drawings. JSON-LD is set aside. What is left parses to the same text as the whole page, in less time.
//!
//! It reads tags as the HTML standard's tokeniser does (13.2.5), and where it cannot be sure that a cut is safe it does
//! not cut: the parser then does the work.

use std::borrow::Cow;

use memchr::{memchr, memmem};

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
const RAW_TEXT: [&str; 6] = ["iframe", "noembed", "noframes", "noscript", "style", "xmp"];

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

/// Cuts a document.
pub fn prescan(html: &str) -> Lean<'_> {
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
                "plaintext" => break,
                "textarea" | "title" => at = raw_text_end(html, end, name).1,
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

    fn finish(mut self) -> Cow<'a, str> {
        if self.kept_from == 0 {
            return Cow::Borrowed(self.html);
        }
        self.out.push_str(&self.html[self.kept_from..]);
        Cow::Owned(self.out)
    }
}

/// What stands at a `<`.
enum Markup<'a> {
    StartTag { name: &'a str, attributes: &'a str, count: usize, self_closing: bool, end: usize },
    EndTag { name: &'a str, end: usize },
    Comment { end: usize },
}

impl<'a> Markup<'a> {
    /// Reads the markup that begins at `start`, where a `<` stands; `None` where it is just a sign.
    fn read(html: &'a str, start: usize) -> Option<Self> {
        let bytes = html.as_bytes();
        match *bytes.get(start + 1)? {
            b'!' => Some(Self::Comment { end: declaration_end(bytes, start)? }),
            // A bogus comment: up to the next `>`.
            b'?' => {
                Some(Self::Comment { end: memchr(b'>', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1) })
            }
            b'/' => match *bytes.get(start + 2)? {
                letter if letter.is_ascii_alphabetic() => {
                    let tag = tag_end(bytes, start + 2)?;
                    Some(Self::EndTag { name: &html[start + 2..tag.name_end], end: tag.end })
                }
                _ => Some(Self::Comment {
                    end: memchr(b'>', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1),
                }),
            },
            letter if letter.is_ascii_alphabetic() => {
                let TagEnd { name_end, self_closing, end, count } = tag_end(bytes, start + 1)?;
                let attributes = &html[name_end..end - 1];
                Some(Self::StartTag { name: &html[start + 1..name_end], attributes, count, self_closing, end })
            }
            _ => None,
        }
    }

    fn end(&self) -> usize {
        match self {
            Self::StartTag { end, .. } | Self::EndTag { end, .. } | Self::Comment { end } => *end,
        }
    }
}

/// The end of `<!…`: a comment, or a bogus one. `None` for a doctype, which stays.
fn declaration_end(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = &bytes[start + 2..];
    if rest.len() >= 7 && rest[..7].eq_ignore_ascii_case(b"doctype") {
        return None;
    }
    let Some(comment) = rest.strip_prefix(b"--") else {
        return Some(memchr(b'>', rest).map_or(bytes.len(), |end| start + 2 + end + 1));
    };
    let body = start + 4;
    if comment.starts_with(b">") {
        return Some(body + 1);
    }
    if comment.starts_with(b"->") {
        return Some(body + 2);
    }
    let mut at = body;
    while let Some(found) = memmem::find(&bytes[at..], b"--") {
        let dashes = at + found;
        match bytes.get(dashes + 2) {
            Some(b'>') => return Some(dashes + 3),
            Some(b'!') if bytes.get(dashes + 3) == Some(&b'>') => return Some(dashes + 4),
            _ => at = dashes + 1,
        }
    }
    Some(bytes.len())
}

/// Where the parts of a tag end.
struct TagEnd {
    name_end: usize,
    self_closing: bool,
    /// The position after `>`.
    end: usize,
    /// How many attributes it has.
    count: usize,
}

/// Reads a tag whose name begins at `start`. `None` where the document ends inside the tag: the tokeniser then drops it
/// with all that follows.
fn tag_end(bytes: &[u8], start: usize) -> Option<TagEnd> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
    let name_end = start + bytes[start..].iter().position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>'))?;
    let mut at = name_end;
    let mut count = 0;
    loop {
        // Before an attribute's name.
        at += bytes[at..].iter().position(|byte| !is_space(*byte) && *byte != b'/')?;
        if bytes[at] == b'>' {
            let self_closing = bytes[at - 1] == b'/' && at > name_end;
            return Some(TagEnd { name_end, self_closing, end: at + 1, count });
        }
        count += 1;
        // Its name; an equals sign may begin it.
        at += 1;
        at += bytes[at..].iter().position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>' | b'='))?;
        let after_name = at + bytes[at..].iter().position(|byte| !is_space(*byte))?;
        if bytes[after_name] != b'=' {
            at = if bytes[after_name] == b'>' || bytes[after_name] == b'/' { after_name } else { at };
            continue;
        }
        at = after_name + 1;
        at += bytes[at..].iter().position(|byte| !is_space(*byte))?;
        match bytes[at] {
            quote @ (b'"' | b'\'') => at += 2 + memchr(quote, &bytes[at + 1..])?,
            b'>' => {}
            _ => at += bytes[at..].iter().position(|byte| is_space(*byte) || *byte == b'>')?,
        }
        // A slash at the end of an unquoted value belongs to the value.
        if bytes.get(at) == Some(&b'>') {
            return Some(TagEnd { name_end, self_closing: false, end: at + 1, count });
        }
    }
}

/// Where the text of a raw-text element ends, and where its end tag ends; the document's end where there is none.
fn raw_text_end(html: &str, from: usize, name: &str) -> (usize, usize) {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(found) = memmem::find(&bytes[at..], b"</") {
        let start = at + found;
        if is_end_tag(bytes, start, name.as_bytes()) {
            return tag_end(bytes, start + 2).map_or((bytes.len(), bytes.len()), |tag| (start, tag.end));
        }
        at = start + 2;
    }
    (bytes.len(), bytes.len())
}

/// Whether the end tag of `name` stands at `start`.
fn is_end_tag(bytes: &[u8], start: usize, name: &[u8]) -> bool {
    let Some(rest) = bytes[start..].strip_prefix(b"</") else { return false };
    rest.len() > name.len()
        && rest[..name.len()].eq_ignore_ascii_case(name)
        && matches!(rest[name.len()], b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'>')
}

/// Like [`raw_text_end`], for a script: after `<!--` and `<script` its first end tag does not end it (13.2.5.20 ff.).
fn script_end(html: &str, from: usize) -> (usize, usize) {
    let bytes = html.as_bytes();
    let (mut escaped, mut double) = (false, false);
    let mut at = from;
    while at < bytes.len() {
        // Outside an escape only `<` matters; inside one, `-->` too.
        let next = if escaped { memchr::memchr2(b'<', b'-', &bytes[at..]) } else { memchr(b'<', &bytes[at..]) };
        let Some(found) = next else { break };
        at += found;
        let rest = &bytes[at..];
        if rest.starts_with(b"-->") {
            (escaped, double) = (false, false);
            at += 3;
        } else if !escaped && rest.starts_with(b"<!--") {
            escaped = true;
            // The dashes of `<!-->` and `<!--->` also end the escape.
            at += 2;
        } else if is_end_tag(bytes, at, b"script") {
            if !double {
                let end = tag_end(bytes, at + 2).map(|tag| tag.end);
                return end.map_or((bytes.len(), bytes.len()), |end| (at, end));
            }
            double = false;
            at += 8;
        } else if escaped && !double && is_script_start(rest) {
            double = true;
            at += 7;
        } else {
            at += 1;
        }
    }
    (bytes.len(), bytes.len())
}

fn is_script_start(rest: &[u8]) -> bool {
    rest.len() > 7
        && rest[..7].eq_ignore_ascii_case(b"<script")
        && matches!(rest[7], b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'>')
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
        check("1 < 2 <3 <- <p title='<script>'>x</p>", "1 < 2 <3 <- <p title='<script>'>x</p>");
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
        let attributes: String = (0..=ATTRIBUTES).map(|number| format!(" a{number}=1")).collect();
        check(&format!("<p{attributes}>x<p a=1>y"), "<p>x<p a=1>y");
    }

    #[test]
    fn a_slash_in_an_unquoted_value_is_the_values() {
        check("<a href=/x/>y</a><script/>z</script>w", "<a href=/x/>y</a>w");
    }
}
