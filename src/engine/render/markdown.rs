//! Markdown: `CommonMark` with tables. Read back, it has the structure of the page and every word of it.

mod escape;
mod spans;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use self::escape::Line;
use self::spans::Manner;
use super::inline::address;
use super::nesting::{Nesting, Step, is_within};
use super::shown;
use super::text::runs_on;
use crate::engine::page::{Block, ContainerId, Image, Page, Shape};

/// Writes the blocks that stay.
pub fn render(page: &Page, kept: &[usize], base: Option<&str>) -> String {
    let mut writer = Writer { page, base, nesting: Nesting::new(page), out: String::new(), open: Vec::new() };
    let columns = columns(page, kept);
    let mut before: Option<&Block> = None;
    let mut images = super::images(page, kept).into_iter().peekable();
    for at in kept {
        let block = &page.blocks[*at];
        let mut lead = String::new();
        while let Some(image) = images.next_if(|image| image.before <= *at) {
            let Some(picture) = picture(image, base, block.shape == Shape::TableRow) else { continue };
            if is_within(page, image.container, block) {
                lead = format!("{lead}{picture} ");
                continue;
            }
            let step = writer.nesting.enter_beside(image.container, block);
            writer.begin(&step, block, false);
            writer.lines(&picture, &step);
            before = None;
        }
        let step = writer.nesting.enter(*at);
        writer.begin(&step, block, before.is_some_and(|before| runs_on(before, block)));
        let same_table = before.is_some_and(|before| step.begun.is_empty() && runs_on(before, block));
        let text = writer.block(block, lead, if same_table { None } else { table_width(block, &columns) });
        writer.lines(&text, &step);
        before = Some(block);
    }
    writer.out
}

struct Writer<'a> {
    page: &'a Page,
    base: Option<&'a str>,
    nesting: Nesting<'a>,
    out: String,
    /// What is written before a line for each open quotation and item.
    open: Vec<Lead>,
}

/// What stands before a line in a quotation or an item.
enum Lead {
    Quote,
    Item { marker: String, sign: char, number: Option<u32> },
}

impl Writer<'_> {
    /// Ends and begins quotations and items, and puts a blank line before what comes next unless it runs on.
    fn begin(&mut self, step: &Step, block: &Block, runs_on: bool) {
        let ended = self.open.drain(step.stay..).next();
        let number = block.list.and_then(|place| place.number);
        let mut begins_list = false;
        for (index, frame) in step.begun.iter().enumerate() {
            let Some(list) = frame.item_of else {
                self.open.push(Lead::Quote);
                continue;
            };
            let signs = if number.is_some() { ['.', ')'] } else { ['-', '*'] };
            let before = match &ended {
                Some(Lead::Item { sign, number, .. }) if index == 0 => {
                    Some((*sign, number.map(|number| number.saturating_add(1))))
                }
                _ => None,
            };
            let goes_on = step.ended.is_some_and(|ended| ended.item_of == Some(list));
            let sign = match before {
                Some((sign, next)) if goes_on && next == number => sign,
                // What follows on an item of another list, or leaves out numbers, is told from it by its sign.
                Some((sign, _)) => signs[usize::from(sign == signs[0])],
                None => signs[0],
            };
            begins_list |= before.is_none_or(|(before, _)| before != sign);
            let marker = number.map_or_else(|| format!("{sign} "), |number| format!("{number}{sign} "));
            self.open.push(Lead::Item { marker, sign, number });
        }
        if self.out.is_empty() {
            return;
        }
        self.out.push('\n');
        // A list of another number than 1 does not begin right under a paragraph.
        if !runs_on || (begins_list && number.is_some_and(|number| number != 1)) {
            let mut line = String::new();
            self.push_leads(&mut line, 0..step.stay, 0..0);
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    /// Writes lines within what is open; the markers of what has just begun stand before the first.
    fn lines(&mut self, text: &str, step: &Step) {
        for (number, line) in text.split('\n').enumerate() {
            let begun = if number == 0 { step.stay..self.open.len() } else { 0..0 };
            let mut lead = String::new();
            self.push_leads(&mut lead, 0..self.open.len(), begun);
            if number > 0 {
                self.out.push('\n');
            }
            self.out.push_str(if line.is_empty() { lead.trim_end() } else { &lead });
            self.out.push_str(line);
        }
    }

    fn push_leads(&self, line: &mut String, open: Range<usize>, begun: Range<usize>) {
        for (at, lead) in self.open[open].iter().enumerate() {
            match lead {
                Lead::Quote => line.push_str("> "),
                Lead::Item { marker, .. } if begun.contains(&at) => line.push_str(marker),
                Lead::Item { marker, .. } => line.extend(std::iter::repeat_n(' ', marker.len())),
            }
        }
    }

    /// One block, without what stands before its lines; `begins_table` is the width of the table that it begins.
    fn block(&self, block: &Block, lead: String, begins_table: Option<usize>) -> String {
        let manner = |line| Manner { line, base: self.base, is_strong: block.shape == Shape::Term };
        let part = shown(self.page, block);
        match &block.shape {
            Shape::Heading(level) => {
                let signs = "#".repeat(usize::from((*level).clamp(1, 6)));
                format!("{signs} {}", spans::write(lead, block, part, manner(Line::One)))
            }
            Shape::Code(language) => {
                let text = block.text.replace("\r\n", "\n").replace('\r', "\n");
                let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or_default();
                let fence = "`".repeat(longest.max(2) + 1);
                format!("{fence}{}\n{text}\n{fence}", language.as_deref().unwrap_or_default())
            }
            Shape::TableRow => self.row(block, lead, begins_table),
            _ => spans::write(lead, block, part, manner(Line::Hard)),
        }
    }

    fn row(&self, block: &Block, mut lead: String, begins_table: Option<usize>) -> String {
        let manner = Manner { line: Line::Cell, base: self.base, is_strong: false };
        let mut line = String::from("|");
        let (mut at, mut cells) = (0, 0);
        for text in block.text.split('\t') {
            let cell = spans::write(std::mem::take(&mut lead), block, at..at + text.len(), manner);
            let _ = write!(line, " {} |", cell.replace('|', "\\|"));
            at += text.len() + 1;
            cells += 1;
        }
        let Some(width) = begins_table else { return line };
        line.push_str(&"  |".repeat(width.saturating_sub(cells)));
        let rule = format!("|{}", " --- |".repeat(width));
        if block.table.is_some_and(|place| place.header) {
            return format!("{line}\n{rule}");
        }
        // Markdown knows no table without a heading row.
        format!("|{}\n{rule}\n{line}", "  |".repeat(width))
    }
}

/// How many columns every table has of which rows stay: cells beyond those of the first row would be lost.
fn columns(page: &Page, kept: &[usize]) -> HashMap<ContainerId, usize> {
    let mut columns = HashMap::new();
    for block in kept.iter().map(|at| &page.blocks[*at]) {
        if let Some(place) = block.table {
            let cells = block.text.bytes().filter(|byte| *byte == b'\t').count() + 1;
            let most = columns.entry(place.table).or_insert(0);
            *most = cells.max(*most);
        }
    }
    columns
}

fn table_width(block: &Block, columns: &HashMap<ContainerId, usize>) -> Option<usize> {
    block.table.and_then(|place| columns.get(&place.table).copied())
}

fn picture(image: &Image, base: Option<&str>, in_cell: bool) -> Option<String> {
    let src = address(&image.src, base)?;
    let mut alt = String::from("![");
    let line = if in_cell { Line::Cell } else { Line::One };
    escape::push_text(&mut alt, &image.alt.replace(['\n', '\t'], " "), line);
    Some(format!("{alt}]({})", escape::target(&src)))
}
