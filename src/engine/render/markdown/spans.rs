//! Inline markup as Markdown. Emphasis begins and ends only at certain signs (`CommonMark`, “left-flanking” and
//! “right-flanking”): where a page has it elsewhere, punctuation at its edges is left out of it, and where that does not
//! help it is written as an element.

use std::cmp::Reverse;
use std::ops::Range;

use super::escape::{self, Line};
use crate::engine::page::{Block, Inline, Span};
use crate::engine::render::inline::{Piece, address, pieces};

/// Rounds in which emphasis that would not be read becomes elements; what is left after them all does.
const ROUNDS: usize = 4;

/// A piece of the line that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Code(String),
    /// Markup as it is written: a picture, an element.
    Mark(String),
    OpenLink,
    CloseLink(String),
    Open(Emphasis),
    Close(Emphasis),
}

/// Emphasis; `strong` is of the second degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Emphasis {
    strong: bool,
    as_element: bool,
}

impl Emphasis {
    fn of(kind: &Inline) -> Self {
        Self { strong: *kind == Inline::Strong, as_element: false }
    }

    fn mark(self, closes: bool) -> &'static str {
        match (self.as_element, self.strong, closes) {
            (false, true, _) => "**",
            (false, false, _) => "*",
            (true, true, false) => "<strong>",
            (true, true, true) => "</strong>",
            (true, false, false) => "<em>",
            (true, false, true) => "</em>",
        }
    }
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner<'a> {
    /// What a line break is.
    pub(super) line: Line,
    /// The page's address.
    pub(super) base: Option<&'a str>,
    /// Whether all of it is strong.
    pub(super) is_strong: bool,
}

/// Writes a part of a block's text, after what stands before it in its line.
pub(super) fn write(lead: String, block: &Block, part: Range<usize>, manner: Manner<'_>) -> String {
    let mut tokens = tokens(block, part, manner);
    if !lead.is_empty() {
        tokens.insert(0, Token::Mark(lead));
    }
    settle(&mut tokens);
    let mut out = String::new();
    for token in &tokens {
        match token {
            Token::Text(text) => escape::push_text(&mut out, text, manner.line),
            Token::Code(text) => escape::push_code(&mut out, text),
            Token::Mark(mark) => out.push_str(mark),
            Token::OpenLink => {
                // An exclamation mark before a link would make a picture of it.
                if out.ends_with('!') {
                    out.insert(out.len() - 1, '\\');
                }
                out.push('[');
            }
            Token::CloseLink(target) => {
                for part in ["](", target, ")"] {
                    out.push_str(part);
                }
            }
            Token::Open(emphasis) => out.push_str(emphasis.mark(false)),
            Token::Close(emphasis) => out.push_str(emphasis.mark(true)),
        }
    }
    if manner.line == Line::One && out.ends_with('#') {
        out.insert(out.len() - 1, '\\');
    }
    out
}

fn tokens(block: &Block, part: Range<usize>, manner: Manner<'_>) -> Vec<Token> {
    let (spans, code) = markup(block, &part, manner.is_strong);
    let mut tokens = Vec::new();
    let mut at = part.start;
    let mut targets: Vec<Option<String>> = Vec::new();
    for piece in pieces(&block.text, &spans, part) {
        match piece {
            Piece::Text(text) => {
                push_text(&mut tokens, &block.text, at..at + text.len(), &code);
                at += text.len();
            }
            Piece::Open(kind) => match kind {
                Inline::Link { href, .. } => {
                    let target = address(href, manner.base).map(|full| escape::target(&full));
                    tokens.extend(target.as_ref().map(|_| Token::OpenLink));
                    targets.push(target);
                }
                Inline::Superscript => tokens.push(Token::Mark("<sup>".to_owned())),
                Inline::Subscript => tokens.push(Token::Mark("<sub>".to_owned())),
                Inline::Strong | Inline::Emphasis | Inline::Code => {
                    let emphasis = Emphasis::of(kind);
                    // Two of a kind side by side are one.
                    if tokens.last() == Some(&Token::Close(emphasis)) {
                        tokens.pop();
                    } else {
                        tokens.push(Token::Open(emphasis));
                    }
                }
            },
            Piece::Close(kind) => match kind {
                Inline::Link { .. } => tokens.extend(targets.pop().flatten().map(Token::CloseLink)),
                Inline::Superscript => tokens.push(Token::Mark("</sup>".to_owned())),
                Inline::Subscript => tokens.push(Token::Mark("</sub>".to_owned())),
                Inline::Strong | Inline::Emphasis | Inline::Code => tokens.push(Token::Close(Emphasis::of(kind))),
            },
        }
    }
    tokens
}

/// A part of the text, of which some may be code.
fn push_text(tokens: &mut Vec<Token>, text: &str, part: Range<usize>, code: &[Range<usize>]) {
    let mut at = part.start;
    let first = code.partition_point(|range| range.end <= part.start);
    for range in code[first..].iter().take_while(|range| range.start < part.end) {
        let inside = range.start.max(part.start)..range.end.min(part.end);
        push_plain(tokens, &text[at..inside.start]);
        let words = text[inside.clone()].replace(['\n', '\t', '\r'], " ");
        match tokens.last_mut() {
            Some(Token::Code(before)) => before.push_str(&words),
            _ if words.trim().is_empty() => push_plain(tokens, &words),
            _ => tokens.push(Token::Code(words)),
        }
        at = inside.end;
    }
    push_plain(tokens, &text[at..part.end]);
}

fn push_plain(tokens: &mut Vec<Token>, text: &str) {
    match tokens.last_mut() {
        _ if text.is_empty() => {}
        Some(Token::Text(before)) => before.push_str(text),
        _ => tokens.push(Token::Text(text.to_owned())),
    }
}

/// Links and emphasis as they can be written, and what of the text is code.
fn markup(block: &Block, part: &Range<usize>, is_strong: bool) -> (Vec<Span>, Vec<Range<usize>>) {
    let mut spans: Vec<Span> = Vec::new();
    let mut code: Vec<Range<usize>> = Vec::new();
    if is_strong {
        spans.push(Span { range: part.clone(), kind: Inline::Strong });
    }
    let inside = |span: &&Span| span.range.start < part.end && span.range.end > part.start;
    for span in block.spans.iter().filter(inside) {
        let range = span.range.start.max(part.start)..span.range.end.min(part.end);
        match (&span.kind, code.last_mut()) {
            (Inline::Code, Some(last)) if range.start <= last.end => last.end = last.end.max(range.end),
            (Inline::Code, _) => code.push(range),
            (Inline::Strong | Inline::Emphasis, _) => {
                let range = between_words(&block.text, range, part);
                spans.push(Span { range, kind: span.kind.clone() });
            }
            _ => spans.push(Span { range: within_blanks(&block.text, range), kind: span.kind.clone() }),
        }
    }
    spans.retain(|span| !span.range.is_empty());
    // A link around emphasis may stand within a word; emphasis around a link may not.
    let is_link = |span: &Span| matches!(span.kind, Inline::Link { .. });
    spans.sort_by_key(|span| (span.range.start, Reverse(span.range.end), !is_link(span)));
    (spans, code)
}

/// Leaves white space at the edges out of a link.
fn within_blanks(text: &str, range: Range<usize>) -> Range<usize> {
    let covered = &text[range.clone()];
    let start = range.start + (covered.len() - covered.trim_start().len());
    start..(range.end - (covered.len() - covered.trim_end().len())).max(start)
}

/// Leaves white space at the edges out of emphasis, and where a word meets an edge from without, punctuation within.
fn between_words(text: &str, mut range: Range<usize>, part: &Range<usize>) -> Range<usize> {
    while let Some(first) = text[range.clone()].chars().next() {
        let parts = text[part.start..range.start].chars().next_back().is_none_or(is_gap);
        if first.is_alphanumeric() || (parts && !is_blank(first)) {
            break;
        }
        range.start += first.len_utf8();
    }
    while let Some(last) = text[range.clone()].chars().next_back() {
        let parts = text[range.end..part.end].chars().next().is_none_or(is_gap);
        if last.is_alphanumeric() || (parts && !is_blank(last)) {
            break;
        }
        range.end -= last.len_utf8();
    }
    range
}

fn is_blank(sign: char) -> bool {
    sign.is_whitespace() || sign.is_control()
}

/// Whether emphasis may begin or end beside a sign whatever stands on its other side: white space, and what is surely
/// punctuation.
fn is_gap(sign: char) -> bool {
    let is_sign = matches!(sign, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}');
    sign.is_whitespace() || sign.is_ascii_punctuation() || is_sign || "¡§«¶·»¿".contains(sign)
}

/// Makes elements of emphasis that would not be read as such.
fn settle(tokens: &mut [Token]) {
    for round in 0..=ROUNDS {
        let mut unread = vec![false; tokens.len()];
        let mut any = false;
        let mut open: Vec<usize> = Vec::new();
        for at in 0..tokens.len() {
            let is_bad = match &tokens[at] {
                Token::Open(emphasis) if !emphasis.as_element => {
                    open.push(at);
                    !may_open(tokens, at) || round == ROUNDS
                }
                Token::Close(emphasis) if !emphasis.as_element => {
                    let Some(opened) = open.pop() else { continue };
                    unread[at] = unread[opened] || !may_close(tokens, at) || round == ROUNDS;
                    unread[opened] = unread[at];
                    any |= unread[at];
                    continue;
                }
                _ => continue,
            };
            unread[at] = is_bad;
        }
        if !any {
            return;
        }
        for (token, _) in tokens.iter_mut().zip(unread).filter(|(_, unread)| *unread) {
            if let Token::Open(emphasis) | Token::Close(emphasis) = token {
                emphasis.as_element = true;
            }
        }
    }
}

/// Whether stars at a place are read as opening: what they open is near, and no word stands before punctuation.
fn may_open(tokens: &[Token], at: usize) -> bool {
    let is_star = |token: &&Token| matches!(token, Token::Open(e) | Token::Close(e) if !e.as_element);
    // Stars that close and stars that open would run together.
    let closes_before = tokens[..at].iter().rev().take_while(is_star).any(|token| matches!(token, Token::Close(_)));
    let before = tokens[..at].iter().rev().find(|token| !is_star(token)).and_then(last_sign);
    let after = tokens[at..].iter().find(|token| !is_star(token)).and_then(first_sign);
    let is_left = after.is_some_and(|after| !is_blank(after) && (after.is_alphanumeric() || before.is_none_or(is_gap)));
    is_left && !closes_before
}

fn may_close(tokens: &[Token], at: usize) -> bool {
    let is_star = |token: &&Token| matches!(token, Token::Open(e) | Token::Close(e) if !e.as_element);
    let before = tokens[..at].iter().rev().find(|token| !is_star(token)).and_then(last_sign);
    let after = tokens[at..].iter().find(|token| !is_star(token)).and_then(first_sign);
    before.is_some_and(|before| !is_blank(before) && (before.is_alphanumeric() || after.is_none_or(is_gap)))
}

fn first_sign(token: &Token) -> Option<char> {
    match token {
        Token::Text(text) => text.chars().next(),
        Token::Code(_) => Some('`'),
        Token::Mark(mark) => mark.chars().next(),
        Token::OpenLink => Some('['),
        Token::CloseLink(_) => Some(']'),
        Token::Open(_) | Token::Close(_) => Some('<'),
    }
}

fn last_sign(token: &Token) -> Option<char> {
    match token {
        Token::Text(text) => text.chars().next_back(),
        Token::Code(_) => Some('`'),
        Token::Mark(mark) => mark.chars().next_back(),
        Token::OpenLink => Some('['),
        Token::CloseLink(_) => Some(')'),
        Token::Open(_) | Token::Close(_) => Some('>'),
    }
}
