//! Quotations and list items around the blocks that stay, and what of them begins and ends between two blocks.

use crate::engine::page::{Block, ContainerId, ListPlace, Page, Shape, Source, Tag};

/// Deepest nesting that is written; what lies deeper stands at this depth.
const DEPTH: usize = 24;

/// A quotation or a list item that blocks stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// The container, or for a pasted item the block, which has no container of its own.
    key: usize,
    /// The list, where it is an item.
    pub(super) item_of: Option<ContainerId>,
}

/// Follows the blocks that stay from one to the next.
pub(super) struct Nesting<'a> {
    page: &'a Page,
    /// For every container the innermost quotation or item that it is or stands in.
    innermost: Vec<Option<ContainerId>>,
    /// For every container the innermost list that it is or stands in.
    lists: Vec<ContainerId>,
    open: Vec<Frame>,
}

/// What happens between two blocks.
pub(super) struct Step {
    /// How many of the open frames stay open, the outermost first.
    pub(super) stay: usize,
    /// The outermost that ends.
    pub(super) ended: Option<Frame>,
    /// Those that begin, outermost first; at most one of them is an item.
    pub(super) begun: Vec<Frame>,
}

impl<'a> Nesting<'a> {
    pub(super) fn new(page: &'a Page) -> Self {
        let mut innermost: Vec<Option<ContainerId>> = Vec::with_capacity(page.containers.len());
        let mut lists: Vec<ContainerId> = Vec::with_capacity(page.containers.len());
        for (index, container) in page.containers.iter().enumerate() {
            let id = ContainerId(index as u32);
            // Parents stand before their children; the root is its own.
            let parent = container.parent.0 as usize;
            let (around, list) =
                if index == 0 { (None, ContainerId::ROOT) } else { (innermost[parent], lists[parent]) };
            innermost.push(if matches!(container.tag, Tag::Blockquote | Tag::Li) { Some(id) } else { around });
            lists.push(if matches!(container.tag, Tag::Ul | Tag::Ol | Tag::Menu | Tag::Dir) { id } else { list });
        }
        Self { page, innermost, lists, open: Vec::new() }
    }

    /// Goes to a block.
    pub(super) fn enter(&mut self, at: usize) -> Step {
        let block = &self.page.blocks[at];
        let around = match (self.page.source, block.list) {
            (Source::Text, Some(place)) => vec![Frame { key: at, item_of: Some(place.list) }],
            _ => self.around(block.container),
        };
        self.go(&around, block.list)
    }

    /// Goes to what stands in a container beside a block, or before it in the same item.
    pub(super) fn enter_beside(&mut self, container: ContainerId, block: &Block) -> Step {
        let around = self.around(container);
        let innermost = |around: &[Frame]| around.iter().rev().find(|frame| frame.item_of.is_some()).copied();
        let same_item = innermost(&around) == innermost(&self.around(block.container));
        self.go(&around, block.list.filter(|_| same_item))
    }

    fn go(&mut self, around: &[Frame], place: Option<ListPlace>) -> Step {
        let (mut stay, mut reached) = (0, 0);
        for (index, frame) in around.iter().enumerate() {
            if self.open.get(stay) == Some(frame) {
                (stay, reached) = (stay + 1, index + 1);
            }
        }
        let ended = self.open.get(stay).copied();
        let rest = &around[reached..];
        // An item begins with the first of its blocks that stays. Around it may be items of which nothing stays.
        let item = place.and_then(|_| rest.iter().rposition(|frame| frame.item_of.is_some()));
        let begins =
            |(index, frame): (usize, &Frame)| (frame.item_of.is_none() || Some(index) == item).then_some(*frame);
        let begun: Vec<Frame> = rest.iter().enumerate().filter_map(begins).collect();
        self.open.truncate(stay);
        self.open.extend(&begun);
        Step { stay, ended, begun }
    }

    /// Quotations and items around what stands in a container, outermost first.
    fn around(&self, container: ContainerId) -> Vec<Frame> {
        let mut around = Vec::new();
        let mut next = self.innermost[container.0 as usize];
        while let Some(id) = next {
            let here = self.page.container(id);
            let item_of = (here.tag == Tag::Li).then(|| match self.lists[id.0 as usize] {
                ContainerId::ROOT => here.parent,
                list => list,
            });
            around.push(Frame { key: id.0 as usize, item_of });
            next = (id != here.parent).then(|| self.innermost[here.parent.0 as usize]).flatten();
        }
        around.reverse();
        around.truncate(DEPTH);
        around
    }
}

/// Whether a picture stands in the element of a block that is one line: an item, a row.
pub(super) fn is_within(page: &Page, picture: ContainerId, block: &Block) -> bool {
    matches!(block.shape, Shape::ListItem | Shape::TableRow)
        && page.ancestors(picture).any(|around| around == block.container)
}
