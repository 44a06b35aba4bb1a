//! White space as a page shows it: runs of it are one space, line breaks stay, both ends are bare.

use crate::engine::page::Span;

/// White space that is due before the next word.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    #[default]
    None,
    Space,
    Line,
}

/// Appends text with its white space folded.
pub(super) fn push_folded(out: &mut String, gap: &mut Gap, text: &str) {
    if text.starts_with(char::is_whitespace) && *gap == Gap::None {
        *gap = Gap::Space;
    }
    for word in text.split_whitespace() {
        if !out.is_empty() {
            match *gap {
                Gap::None => {}
                Gap::Space => out.push(' '),
                Gap::Line => out.push('\n'),
            }
        }
        out.push_str(word);
        *gap = Gap::Space;
    }
    if !text.ends_with(char::is_whitespace) && !text.is_empty() {
        *gap = Gap::None;
    }
}

/// Takes white space off both ends of a text, and moves its spans along; code keeps the indent of its first line.
pub(super) fn trim(text: &mut String, spans: &mut Vec<Span>, is_code: bool) {
    let length = text.trim_end().len();
    text.truncate(length);
    let lead = if is_code {
        text.len() - text.trim_start_matches(['\n', '\r']).len()
    } else {
        text.len() - text.trim_start().len()
    };
    text.drain(..lead);
    spans.retain_mut(|span| {
        span.range = span.range.start.saturating_sub(lead)..span.range.end.min(length).saturating_sub(lead);
        !span.range.is_empty()
    });
}
