//! Rows of tables: the cells of a row of data make one block, the cells of a layout table stay what they are.

use crate::engine::page::{Block, ContainerId, Page, Shape, Span, TablePlace};

/// Longest cell of a row that is read as one line, in bytes; a row with a longer one is layout, or prose in a table.
const CELL_BYTES: usize = 300;
/// Longest cell that is a row of data by itself, in bytes: a heading between rows.
const LONE_BYTES: usize = 100;
/// Fewest rows of data beside which such a cell is a row.
const ROWS_BESIDE: usize = 2;
/// Most columns that are kept in their places.
const COLUMNS: usize = 64;
/// Most rows that a cell is believed to stand beside.
const ROWS: usize = 1_000;

/// A table that is open.
pub(super) struct Table {
    id: ContainerId,
    row: Option<Row>,
    /// Rows that cells of rows above still reach down into, by column.
    reaching: Vec<usize>,
    /// Rows of which only one cell is filled: the block, its column, whether it is a heading.
    lone: Vec<(usize, usize, bool)>,
    /// How many rows of data it has had.
    data_rows: usize,
    /// Whether it says that it only puts things in their places.
    is_layout: bool,
}

/// A row that is open.
struct Row {
    container: ContainerId,
    first_block: usize,
    first_image: usize,
    cells: Vec<Cell>,
    next_column: usize,
}

struct Cell {
    first_block: usize,
    column: usize,
    is_heading: bool,
}

impl Table {
    pub(super) fn new(id: ContainerId, role: &str) -> Self {
        let is_layout = ["presentation", "none"].iter().any(|layout| role.eq_ignore_ascii_case(layout));
        Self { id, row: None, reaching: Vec::new(), lone: Vec::new(), data_rows: 0, is_layout }
    }

    pub(super) fn open_row(&mut self, container: ContainerId, page: &Page) {
        let (first_block, first_image) = (page.blocks.len(), page.images.len());
        self.row = Some(Row { container, first_block, first_image, cells: Vec::new(), next_column: 0 });
    }

    /// A cell begins; `columns` and `rows` are how many it is said to cover.
    pub(super) fn open_cell(&mut self, page: &Page, is_heading: bool, columns: usize, rows: usize) {
        let Some(row) = &mut self.row else { return };
        // Cells of rows above that reach down into this one.
        while let Some(left) = self.reaching.get_mut(row.next_column).filter(|left| **left > 0) {
            *left -= 1;
            row.next_column += 1;
        }
        let column = row.next_column;
        row.cells.push(Cell { first_block: page.blocks.len(), column, is_heading });
        row.next_column = (column + columns.clamp(1, COLUMNS)).min(COLUMNS);
        if rows > 1 && column < row.next_column {
            self.reaching.resize(self.reaching.len().max(row.next_column), 0);
            self.reaching[column..row.next_column].fill(rows.min(ROWS) - 1);
        }
    }

    /// Ends the row: where it is a row of data, its blocks become one.
    pub(super) fn close_row(&mut self, page: &mut Page) {
        let Some(row) = self.row.take().filter(|_| !self.is_layout) else { return };
        for left in self.reaching.iter_mut().skip(row.next_column) {
            *left = left.saturating_sub(1);
        }
        let blocks = &page.blocks[row.first_block.min(page.blocks.len())..];
        let is_cell = |block: &Block| block.shape == Shape::Paragraph && block.text.len() <= CELL_BYTES;
        if blocks.is_empty()
            || blocks.len() > row.cells.len()
            || !blocks.iter().all(is_cell)
            || !row.has_lone_blocks(page)
        {
            return;
        }
        if let [block] = blocks {
            if block.text.len() <= LONE_BYTES {
                let column = row.filled(page.blocks.len()).next().map_or(0, |cell| cell.column);
                self.lone.push((row.first_block, column, row.is_heading()));
            }
            return;
        }
        self.data_rows += 1;
        let cells = page.blocks.split_off(row.first_block);
        page.blocks.extend(row.merge(self.id, cells));
        for image in &mut page.images[row.first_image..] {
            image.before = image.before.min(row.first_block);
        }
    }

    /// Ends the table: a cell alone between rows of data is a row.
    pub(super) fn close(self, page: &mut Page) {
        if self.data_rows < ROWS_BESIDE {
            return;
        }
        for (at, column, header) in self.lone {
            let Some(block) = page.blocks.get_mut(at) else { continue };
            let shift = column.min(COLUMNS);
            block.text.insert_str(0, &"\t".repeat(shift));
            for span in &mut block.spans {
                span.range = span.range.start + shift..span.range.end + shift;
            }
            block.shape = Shape::TableRow;
            block.table = Some(TablePlace { table: self.id, header });
        }
    }
}

impl Row {
    fn is_heading(&self) -> bool {
        self.cells.iter().all(|cell| cell.is_heading)
    }

    /// Whether no cell holds more than one block.
    fn has_lone_blocks(&self, page: &Page) -> bool {
        let ends = self.cells.iter().skip(1).map(|cell| cell.first_block).chain([page.blocks.len()]);
        self.cells.iter().zip(ends).all(|(cell, end)| end - cell.first_block.min(end) <= 1)
    }

    /// The cells that hold a block.
    fn filled(&self, end: usize) -> impl Iterator<Item = &Cell> {
        let ends = self.cells.iter().skip(1).map(|cell| cell.first_block).chain([end]);
        self.cells.iter().zip(ends).filter(|(cell, end)| cell.first_block < *end).map(|(cell, _)| cell)
    }

    /// One block of the cells' blocks; empty cells keep their places, but for the last ones.
    fn merge(&self, table: ContainerId, blocks: Vec<Block>) -> Option<Block> {
        let end = self.first_block + blocks.len();
        let mut cells = self.filled(end).zip(blocks);
        let (first, block) = cells.next()?;
        let mut row = Block { text: String::new(), spans: Vec::new(), ..block.clone() };
        append(&mut row, first.column, block);
        let mut column = first.column;
        for (cell, block) in cells {
            row.pictures = row.pictures.saturating_add(block.pictures);
            row.marks = row.marks.union(block.marks);
            append(&mut row, cell.column.saturating_sub(column).max(1), block);
            column = cell.column;
        }
        row.container = self.container;
        row.shape = Shape::TableRow;
        row.table = Some(TablePlace { table, header: self.is_heading() });
        Some(row)
    }
}

/// Appends a cell to a row, after so many tabs.
fn append(row: &mut Block, tabs: usize, cell: Block) {
    row.text.extend(std::iter::repeat_n('\t', tabs));
    let offset = row.text.len();
    row.text.push_str(&cell.text);
    let moved = cell
        .spans
        .into_iter()
        .map(|span| Span { range: span.range.start + offset..span.range.end + offset, kind: span.kind });
    row.spans.extend(moved);
}
