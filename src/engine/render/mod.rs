//! What stays of a page, written as text, Markdown or HTML. Nothing inside a paragraph is changed.

pub mod html;
mod inline;
pub mod markdown;
mod nesting;
pub mod text;

use std::ops::Range;

use super::page::{Block, Page, Shape, Source, Tag};

/// The name of the element that a block is best described by.
pub fn element_name(page: &Page, block: &Block) -> &'static str {
    match block.shape {
        Shape::Heading(level) => ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(1, 6)) - 1],
        Shape::ListItem => "li",
        Shape::TableRow => "tr",
        Shape::Code(_) => "pre",
        Shape::Caption => "figcaption",
        Shape::Control => "button",
        Shape::Term => "dt",
        Shape::Definition => "dd",
        Shape::Paragraph if page.source == Source::Text => "p",
        Shape::Paragraph => match page.container(block.container).tag {
            Tag::Other => "p",
            tag => tag.name(),
        },
    }
}

/// The pictures that stay: those between two paragraphs that stay, and those above a caption that does.
fn images<'a>(page: &'a Page, kept: &[usize]) -> Vec<&'a super::page::Image> {
    let stays = |at: Option<usize>| at.is_some_and(|at| kept.binary_search(&at).is_ok());
    let belongs = |image: &&super::page::Image| {
        let is_caption = page.blocks.get(image.before).is_some_and(|block| block.shape == Shape::Caption);
        stays(Some(image.before)) && (is_caption || stays(image.before.checked_sub(1)))
    };
    page.images.iter().filter(belongs).collect()
}

/// The part of a block's text that stays where its form says the rest: pasted items begin with their bullets, pasted
/// headings with number signs.
fn shown(page: &Page, block: &Block) -> Range<usize> {
    let is_said = page.source == Source::Text && matches!(block.shape, Shape::ListItem | Shape::Heading(_));
    let start = if is_said { block.text.find(' ').map_or(0, |space| space + 1) } else { 0 };
    start..block.text.len()
}
