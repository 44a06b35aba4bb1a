//! Rows of tables: the cells of a row of data make one block, the cells of a layout table stay what they are.

use crate::engine::page::{ContainerId, Page, Shape, Span, TablePlace};

/// Longest cell of a row that is read as one line, in bytes; a row with a longer one is layout, or prose in a table.
const CELL_BYTES: usize = 300;

/// A row that is open.
pub(super) struct Row {
    /// How many blocks there were when it was opened.
    pub(super) first_block: usize,
    pub(super) cells: usize,
    pub(super) heading_cells: usize,
}

impl Row {
    /// Ends the row: where it is a row of data, its blocks become one.
    pub(super) fn close(&self, page: &mut Page, table: ContainerId) {
        let cells = &page.blocks[self.first_block..];
        let is_data = cells.len() >= 2
            && cells.len() <= self.cells
            && cells.iter().all(|cell| cell.shape == Shape::Paragraph && cell.text.len() <= CELL_BYTES);
        if !is_data {
            return;
        }
        let mut cells = page.blocks.split_off(self.first_block).into_iter();
        let Some(mut merged) = cells.next() else { return };
        for cell in cells {
            merged.text.push('\t');
            let offset = merged.text.len();
            merged.text.push_str(&cell.text);
            merged.spans.extend(
                cell.spans
                    .into_iter()
                    .map(|span| Span { range: span.range.start + offset..span.range.end + offset, kind: span.kind }),
            );
            merged.pictures = merged.pictures.saturating_add(cell.pictures);
            merged.marks = merged.marks.union(cell.marks);
        }
        // The row is the cell's parent.
        merged.container = page.container(merged.container).parent;
        merged.shape = Shape::TableRow;
        merged.table = Some(TablePlace { table, header: self.heading_cells == self.cells });
        page.blocks.push(merged);
    }
}
