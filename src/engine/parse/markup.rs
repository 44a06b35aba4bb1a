//! Tags, comments and raw text as the HTML standard's tokeniser bounds them (13.2.5), for the prescan: where each piece
//! of markup ends, nothing of what it means.

use std::ops::Range;

use memchr::{memchr, memmem};

/// What stands at a `<`.
pub(super) enum Markup<'a> {
    StartTag { name: &'a str, attributes: &'a str, count: usize, self_closing: bool, end: usize },
    EndTag { name: &'a str, end: usize },
    Comment { end: usize },
}

impl<'a> Markup<'a> {
    /// Reads the markup that begins at `start`, where a `<` stands; `None` where it is just a sign.
    pub(super) fn read(html: &'a str, start: usize) -> Option<Self> {
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

    pub(super) fn end(&self) -> usize {
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

/// An attribute, as it stands in a document.
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    /// The position after its value.
    pub(super) end: usize,
}

/// What stands next in a tag.
enum Next {
    Attribute(Attribute),
    /// The `>`, at this position.
    End(usize),
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

/// Reads what follows a tag's name or an attribute. `None` where the document ends first.
fn next_in_tag(bytes: &[u8], at: usize) -> Option<Next> {
    let start = at + bytes[at..].iter().position(|byte| !is_space(*byte) && *byte != b'/')?;
    if bytes[start] == b'>' {
        return Some(Next::End(start));
    }
    // An equals sign may begin a name.
    let rest = &bytes[start + 1..];
    let name_end = start + 1 + rest.iter().position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>' | b'='))?;
    let name = start..name_end;
    let after_name = name_end + bytes[name_end..].iter().position(|byte| !is_space(*byte))?;
    if bytes[after_name] != b'=' {
        return Some(Next::Attribute(Attribute { name, value: name_end..name_end, end: name_end }));
    }
    let from = after_name + 1;
    let from = from + bytes[from..].iter().position(|byte| !is_space(*byte))?;
    let (value, end) = if let quote @ (b'"' | b'\'') = bytes[from] {
        let close = from + 1 + memchr(quote, &bytes[from + 1..])?;
        (from + 1..close, close + 1)
    } else {
        // A slash at the end of a value without quotes belongs to the value.
        let end = from + bytes[from..].iter().position(|byte| is_space(*byte) || *byte == b'>')?;
        (from..end, end)
    };
    Some(Next::Attribute(Attribute { name, value, end }))
}

/// The attributes of a tag whose name ends at `name_end`.
pub(super) fn attributes(html: &str, name_end: usize) -> impl Iterator<Item = Attribute> {
    let mut at = name_end;
    std::iter::from_fn(move || match next_in_tag(html.as_bytes(), at)? {
        Next::Attribute(attribute) => {
            at = attribute.end;
            Some(attribute)
        }
        Next::End(_) => None,
    })
}

/// Reads a tag whose name begins at `start`. `None` where the document ends inside the tag: the tokeniser then drops it
/// with all that follows.
fn tag_end(bytes: &[u8], start: usize) -> Option<TagEnd> {
    let name_end = start + bytes[start..].iter().position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>'))?;
    let (mut at, mut count) = (name_end, 0);
    loop {
        match next_in_tag(bytes, at)? {
            Next::Attribute(attribute) => {
                count += 1;
                at = attribute.end;
            }
            Next::End(end) => {
                let self_closing = end > at && bytes[end - 1] == b'/';
                return Some(TagEnd { name_end, self_closing, end: end + 1, count });
            }
        }
    }
}

/// Where the text of a raw-text element ends, and where its end tag ends; the document's end where there is none.
pub(super) fn raw_text_end(html: &str, from: usize, name: &str) -> (usize, usize) {
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
pub(super) fn is_end_tag(bytes: &[u8], start: usize, name: &[u8]) -> bool {
    let Some(rest) = bytes[start..].strip_prefix(b"</") else { return false };
    rest.len() > name.len()
        && rest[..name.len()].eq_ignore_ascii_case(name)
        && matches!(rest[name.len()], b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'>')
}

/// Like [`raw_text_end`], for a script: after `<!--` and `<script` its first end tag does not end it (13.2.5.20 ff.).
pub(super) fn script_end(html: &str, from: usize) -> (usize, usize) {
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
