//! Plain text: a blank line between paragraphs, items of one list and rows of one table on lines of their own.

use crate::engine::page::{Block, Page, Shape, Source};

/// Writes the blocks that stay.
pub fn render(page: &Page, kept: &[usize]) -> String {
    // A pasted text without blank lines is one paragraph a line: where a single paragraph stays, it must be one line.
    if let ([only], Source::Text) = (kept, page.source) {
        return page.blocks[*only].text.replace('\n', " ");
    }
    let length: usize = kept.iter().map(|at| page.blocks[*at].text.len() + 2).sum();
    let mut out = String::with_capacity(length);
    let mut before: Option<&Block> = None;
    for block in kept.iter().map(|at| &page.blocks[*at]) {
        if let Some(before) = before {
            out.push_str(if runs_on(before, block) { "\n" } else { "\n\n" });
        }
        out.push_str(&block.text);
        before = Some(block);
    }
    out
}

/// Whether two blocks are lines of one list or table.
pub(super) fn runs_on(before: &Block, block: &Block) -> bool {
    let both = |shape: &Shape| before.shape == *shape && block.shape == *shape;
    let same_table = before.table.zip(block.table).is_some_and(|(a, b)| a.table == b.table);
    // An item and the items of the list within it are lines of one list.
    let same_list = before.list.zip(block.list).is_some_and(|(a, b)| a.list == b.list || a.depth != b.depth);
    (both(&Shape::ListItem) && same_list) || (both(&Shape::TableRow) && same_table)
}
