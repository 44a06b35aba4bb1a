//! What an element's attributes say of how it is shown: hidden, only read aloud, drawn, on some screens only, as the
//! numbers of lines. They say nothing of what it means; that is for the marks.

use super::aside::Aside;
use super::html::Attributes;
use crate::engine::lexicon::marks::{Mark, Marks};
use crate::engine::page::Tag;

/// How much of a style attribute is read, in characters.
const STYLE_CHARS: usize = 400;
/// Classes of what numbers the lines of code.
const LINE_NUMBERS: [&str; 13] = [
    "blob-num",
    "crayon-nums",
    "gutter",
    "hljs-ln-numbers",
    "line-number",
    "line-numbers",
    "linenodiv",
    "lineno",
    "linenos",
    "linenumber",
    "ln",
    "lnt",
    "rouge-gutter",
];
/// Parts of classes, in lower case, that hide what they stand for from all but those who listen to the page. The mark
/// `ScreenReader` alone, which may be two letters in a chance name, is too little to cut words out of a sentence.
const READ_ALOUD: [&str; 14] = [
    "assistive",
    "caption-sr",
    "for-sr",
    "offscreen",
    "screen-reader",
    "screenreader",
    "sr-clipped",
    "sr-only",
    "sr-text",
    "sr_only",
    "sronly",
    "visible-sr",
    "visually-hidden",
    "visuallyhidden",
];
/// Words of classes that name a kind of screen.
const SCREENS: [&str; 10] =
    ["mobile", "desktop", "tablet", "phone", "smartphone", "handheld", "mobil", "movil", "laptop", "touch"];
/// Beginnings of classes that show or hide an element on some screens.
const SHOWS: [&str; 16] = [
    "d-block",
    "d-none",
    "d-lg-",
    "d-md-",
    "d-sm-",
    "d-xl-",
    "hidden-",
    "hide-",
    "hide-for-",
    "hide-on-",
    "is-hidden",
    "only-",
    "show-for-",
    "show-on-",
    "uk-hidden",
    "visible-",
];

/// Whether an element is hidden by itself: by its attribute, its style, or as a dialogue that is not open.
pub(super) fn is_hidden(tag: Tag, attributes: &Attributes<'_>) -> bool {
    let is_closed = tag == Tag::Dialog && attributes.get("open").is_none();
    is_closed
        || attributes.get("hidden").is_some()
        || attributes.get("style").is_some_and(|style| {
            let style: String = style.chars().take(STYLE_CHARS).filter(|c| !c.is_whitespace()).collect();
            let style = style.to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        })
}

/// Whether an element is kept from those who listen to the page.
fn is_silent(attributes: &Attributes<'_>) -> bool {
    attributes.get("aria-hidden").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// How a part of a paragraph is shown; none for what is simply seen.
pub(super) fn aside(
    tag: Tag,
    marks: Marks,
    class: &str,
    is_hidden: bool,
    attributes: &Attributes<'_>,
) -> Option<Aside> {
    if tag == Tag::Math {
        Some(Aside::Formula)
    } else if is_hidden {
        Some(Aside::Unseen)
    } else if marks.has(Mark::ScreenReader) && is_read_aloud(class) {
        Some(Aside::ReadAloud)
    } else {
        is_silent(attributes).then_some(Aside::Drawn)
    }
}

/// Whether a class says that its element is only read aloud, on every screen.
fn is_read_aloud(class: &str) -> bool {
    class.split_ascii_whitespace().any(|token| {
        let token = token.to_ascii_lowercase();
        token == "sr" || (!token.contains([':', '[']) && READ_ALOUD.iter().any(|part| token.contains(part)))
    })
}

/// Whether a class is that of line numbers.
pub(super) fn is_line_numbers(class: &str) -> bool {
    class.split_ascii_whitespace().any(|token| LINE_NUMBERS.contains(&token))
}

/// Whether a text is nothing but numbers, as they stand beside the lines of code.
pub(super) fn is_numbers(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace())
}

/// Whether an element is there for some readers or screens only, so that its like beside it says the same to others.
pub(super) fn is_for_some(class: &str, marks: Marks) -> bool {
    marks.has(Mark::Hidden)
        || marks.has(Mark::ScreenReader)
        || class.split_ascii_whitespace().take(40).any(|token| {
            SHOWS.iter().any(|start| token.starts_with(start))
                || [":hidden", ":block", ":flex"].iter().any(|end| token.ends_with(end))
                || names_screen(token)
        })
}

fn names_screen(token: &str) -> bool {
    let is_word = |word: &str| SCREENS.iter().any(|screen| word.eq_ignore_ascii_case(screen));
    let mut start = 0;
    let mut was_lower = false;
    for (at, byte) in token.bytes().enumerate() {
        if !byte.is_ascii_alphabetic() || (byte.is_ascii_uppercase() && was_lower) {
            if token.get(start..at).is_some_and(is_word) {
                return true;
            }
            start = if byte.is_ascii_alphabetic() { at } else { at + 1 };
        }
        was_lower = byte.is_ascii_lowercase();
    }
    token.get(start..).is_some_and(is_word)
}
