//! What the walk asks of an element: whether it begins a paragraph, whether it shows anything.

use super::html::Attributes;
use crate::engine::page::{Shape, Tag};

/// How much of a class attribute tells siblings alike, in bytes.
const LIKENESS_BYTES: usize = 200;

/// What text in an element of this name is; none where that is what its parent says: a heading's `<div>`, an item's
/// `<p>`.
pub(super) fn shape_of(tag: Tag, class: &str) -> Option<Shape> {
    Some(match tag {
        Tag::Li => Shape::ListItem,
        Tag::Dt => Shape::Term,
        Tag::Dd => Shape::Definition,
        Tag::Figcaption | Tag::Caption | Tag::Legend => Shape::Caption,
        Tag::Button => Shape::Control,
        Tag::Pre | Tag::Xmp => Shape::Code(code_language(class)),
        Tag::Div | Tag::P | Tag::Center | Tag::Details | Tag::Summary => return None,
        _ => tag.heading_level().map_or(Shape::Paragraph, Shape::Heading),
    })
}

/// The language that a class names: `language-rust`, `lang-rust`, `highlight-source-rust`.
pub(super) fn code_language(class: &str) -> Option<Box<str>> {
    class.split_ascii_whitespace().find_map(|token| {
        let name = ["language-", "lang-", "highlight-source-"].iter().find_map(|prefix| token.strip_prefix(prefix))?;
        let plain =
            name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+#-_".contains(&byte));
        (plain && !name.is_empty()).then(|| name.into())
    })
}

/// A number that an attribute holds.
pub(super) fn number(attributes: &Attributes<'_>, name: &str) -> Option<u32> {
    attributes.get(name).and_then(|value| value.trim().parse().ok())
}

/// FNV-1a over an element's name and class.
pub(super) fn likeness(tag: Tag, class: &str) -> u64 {
    let class = &class.as_bytes()[..class.len().min(LIKENESS_BYTES)];
    std::iter::once(&(tag as u8))
        .chain(class)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Elements that show no text of an article; notes beside a formula say it once more.
pub(super) fn is_skipped(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Script
            | Tag::Annotation
            | Tag::AnnotationXml
            | Tag::Style
            | Tag::Noscript
            | Tag::Noembed
            | Tag::Noframes
            | Tag::Template
            | Tag::Svg
            | Tag::Iframe
            | Tag::Object
            | Tag::Embed
            | Tag::Audio
            | Tag::Video
            | Tag::Canvas
            | Tag::Datalist
            | Tag::Map
    )
}

/// Elements that begin a paragraph of their own (HTML standard, 15.3 "flow content"; buttons stand apart on a page).
pub(super) fn is_block_level(tag: Tag) -> bool {
    tag.heading_level().is_some()
        || matches!(
            tag,
            Tag::Address
                | Tag::Article
                | Tag::Aside
                | Tag::Blockquote
                | Tag::Body
                | Tag::Button
                | Tag::Caption
                | Tag::Center
                | Tag::Dd
                | Tag::Details
                | Tag::Dialog
                | Tag::Dir
                | Tag::Div
                | Tag::Dl
                | Tag::Dt
                | Tag::Fieldset
                | Tag::Figcaption
                | Tag::Figure
                | Tag::Footer
                | Tag::Form
                | Tag::Frameset
                | Tag::Head
                | Tag::Header
                | Tag::Hgroup
                | Tag::Hr
                | Tag::Html
                | Tag::Legend
                | Tag::Li
                | Tag::Main
                | Tag::Menu
                | Tag::Nav
                | Tag::Ol
                | Tag::P
                | Tag::Pre
                | Tag::Search
                | Tag::Section
                | Tag::Summary
                | Tag::Table
                | Tag::Tbody
                | Tag::Td
                | Tag::Tfoot
                | Tag::Th
                | Tag::Thead
                | Tag::Tr
                | Tag::Ul
                | Tag::Xmp
        )
}
