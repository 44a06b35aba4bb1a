//! White space as a page shows it: runs of it are one space, line breaks stay, both ends are bare.

use crate::engine::page::Span;

/// A place where a word may be broken, which shows nothing unless it is.
const SOFT_HYPHEN: char = '\u{ad}';

/// White space that is due before the next word.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Gap {
    /// What it is in a text.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Space => " ",
            Self::Line => "\n",
        }
    }
}

/// Appends text with its white space folded, and without soft hyphens.
pub(super) fn push_folded(out: &mut String, gap: &mut Gap, text: &str) {
    if text.starts_with(char::is_whitespace) && *gap == Gap::None {
        *gap = Gap::Space;
    }
    for word in text.split_whitespace() {
        let length = out.len();
        if !out.is_empty() {
            out.push_str(gap.sign());
        }
        let start = out.len();
        if word.contains(SOFT_HYPHEN) {
            out.extend(word.chars().filter(|c| *c != SOFT_HYPHEN));
        } else {
            out.push_str(word);
        }
        if out.len() == start {
            out.truncate(length);
        } else {
            *gap = Gap::Space;
        }
    }
    let last = text.chars().rev().find(|c| *c != SOFT_HYPHEN);
    if last.is_some_and(|c| !c.is_whitespace()) {
        *gap = Gap::None;
    }
}

/// Takes white space off both ends of a text, and moves its spans along; code keeps the indent of its first line.
pub(super) fn trim(text: &mut String, spans: &mut Vec<Span>, is_code: bool) {
    let length = text.trim_end().len();
    text.truncate(length);
    let lead = if is_code { indent_start(text) } else { text.len() - text.trim_start().len() };
    text.drain(..lead);
    spans.retain_mut(|span| {
        span.range = span.range.start.saturating_sub(lead)..span.range.end.min(length).saturating_sub(lead);
        !span.range.is_empty()
    });
}

/// Where the first line that holds anything begins.
fn indent_start(text: &str) -> usize {
    let blank = text.len() - text.trim_start().len();
    text[..blank].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

/// Whether a text shows nothing: white space and signs without width, which pages hold empty paragraphs open with.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(c, SOFT_HYPHEN | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
    })
}
