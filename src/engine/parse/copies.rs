//! Text that a page holds twice in a row, once for each kind of screen or reader: it is said once. What is said twice on
//! purpose, a refrain, stands in elements that are alike.

use std::ops::Range;

use crate::engine::lexicon::marks::{Mark, Marks};
use crate::engine::page::{Block, Page, Shape, Tag};

/// Fewest bytes that elements which differ in nothing but their class say twice by mistake: shorter ones are labels.
const COPY_BYTES: usize = 60;
/// Fewest bytes that elements alike say twice by mistake: longer than a refrain.
const ALIKE_BYTES: usize = 1_500;

/// An element whose end was met.
#[derive(Debug, Clone)]
pub(super) struct Closed {
    pub(super) tag: Tag,
    /// The blocks in it.
    pub(super) blocks: Range<usize>,
    /// How many pictures there were when it began.
    pub(super) images: usize,
    pub(super) likeness: u64,
    /// Whether its attributes say that it is for some readers or screens only.
    pub(super) is_for_some: bool,
    pub(super) marks: Marks,
}

impl Closed {
    fn is_hidden(&self) -> bool {
        self.marks.has(Mark::Hidden) || self.marks.has(Mark::ScreenReader)
    }
}

/// Takes out what two elements side by side say twice; the second is the one that was just closed. Says whether it did:
/// what is left then stands in place of both.
pub(super) fn drop_copy(page: &mut Page, first: &Closed, second: &Closed) -> bool {
    if !is_copy(page, first, second) {
        return false;
    }
    if first.is_hidden() && !second.is_hidden() {
        let kept = page.images.split_off(second.images);
        page.images.truncate(first.images);
        let moved = first.blocks.len();
        page.images.extend(kept.into_iter().map(|mut image| {
            image.before = image.before.saturating_sub(moved);
            image
        }));
        // The bullet stands before the first of the two.
        if let Some(Shape::ListItem) = page.blocks.get(first.blocks.start).map(|block| &block.shape) {
            page.blocks[second.blocks.start].shape = Shape::ListItem;
        }
        page.blocks.drain(first.blocks.clone());
    } else {
        page.blocks.truncate(second.blocks.start);
        page.images.truncate(second.images);
    }
    true
}

fn is_copy(page: &Page, first: &Closed, second: &Closed) -> bool {
    let is_adjacent = first.blocks.end == second.blocks.start;
    if !is_adjacent || second.blocks.is_empty() || first.blocks.len() != second.blocks.len() {
        return false;
    }
    if [first.tag, second.tag].iter().any(|tag| is_part(*tag)) {
        return false;
    }
    let says_same = |(a, b): (&Block, &Block)| a.text == b.text && is_same_shape(&a.shape, &b.shape);
    let blocks = |closed: &Closed| page.blocks[closed.blocks.clone()].iter();
    if !blocks(first).zip(blocks(second)).all(says_same) {
        return false;
    }
    let is_alike = first.likeness == second.likeness && first.is_hidden() == second.is_hidden();
    let least = match (first.is_for_some || second.is_for_some, is_alike) {
        (true, false) => return true,
        (false, false) => COPY_BYTES,
        (_, true) => ALIKE_BYTES,
    };
    blocks(second).map(|block| block.text.len()).sum::<usize>() >= least
}

/// Parts of lists and tables: what they say twice counts twice.
fn is_part(tag: Tag) -> bool {
    matches!(tag, Tag::Li | Tag::Dt | Tag::Dd | Tag::Td | Tag::Th | Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot)
}

fn is_same_shape(a: &Shape, b: &Shape) -> bool {
    // Of an item's paragraphs the first one has the bullet.
    a == b || matches!((a, b), (Shape::Heading(_), Shape::Heading(_)) | (Shape::ListItem, Shape::Paragraph))
}
