//! Elements and text in document order to blocks, as a reader sees them: a paragraph ends where a block-level element
//! begins or ends, at a rule, and at two line breaks.

mod inline;

use super::copies::{self, Closed};
use super::element::{is_block_level, is_skipped, likeness, number, shape_of};
use super::fold::{Gap, push_folded};
use super::head;
use super::html::Attributes;
use super::marked::{Marking, Place};
use super::run::{Run, Taken};
use super::shown;
use super::table::Table;
use crate::engine::lexicon::marks::{self, Mark, Marks};
use crate::engine::page::{Block, Container, ContainerId, Inline, ListPlace, Page, Shape, Tag};

/// Deepest list level that is told apart.
const LIST_DEPTH: u8 = 32;
/// Highest number of a list's first item; numbers are counted up from it.
const FIRST_NUMBER: u32 = 1_000_000;
/// Most pictures that are noted of one page.
const NOTED: usize = 1_000;

/// An element that is open.
struct Open {
    tag: Tag,
    kind: Kind,
    /// What text directly in it is.
    shape: Shape,
    /// What it says that it is.
    marks: Marks,
    /// How many blocks and pictures there were when it was opened, and how long the next block's text was.
    blocks: usize,
    images: usize,
    text: usize,
    /// Whether it began a span.
    has_span: bool,
    /// Whether it may hold nothing but the numbers of lines.
    numbers_lines: bool,
}

/// How an open element lies among the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its text is paragraphs of their own.
    Container { is_for_some: bool },
    /// It lies in a paragraph.
    Inline,
    /// It lies in a paragraph as far as is known: style sheets make it what it is.
    Custom,
    /// It is a line of code.
    Line,
}

/// A list item that is open.
struct Item {
    place: ListPlace,
    /// Whether its first block was made: the bullet stands before that one.
    begun: bool,
}

/// What an open container has held so far.
#[derive(Default)]
struct Held {
    /// How many children of each name.
    children: Vec<(Tag, u32)>,
    /// The last container in it that held blocks.
    last: Option<Closed>,
}

pub(super) struct Walker {
    page: Page,
    open: Vec<Open>,
    /// The innermost open container.
    here: ContainerId,
    /// What the open containers have held, the root first.
    held: Vec<Held>,
    run: Run,
    lists: Vec<(ContainerId, Option<u32>)>,
    items: Vec<Item>,
    tables: Vec<Table>,
    quotes: u8,
    preformatted: u32,
    links: u32,
    /// Whether a bracket for a reading was the last that was read.
    bracket: bool,
    in_title: bool,
    marking: Marking,
    title_gap: Gap,
    /// The address of the largest picture that the open `<picture>` offers.
    offered: Option<Box<str>>,
}

impl Walker {
    pub(super) fn new() -> Self {
        Self {
            page: Page { containers: vec![Container::root()], ..Page::default() },
            open: Vec::new(),
            here: ContainerId::ROOT,
            held: vec![Held::default()],
            run: Run::default(),
            lists: Vec::new(),
            items: Vec::new(),
            tables: Vec::new(),
            quotes: 0,
            preformatted: 0,
            links: 0,
            bracket: false,
            in_title: false,
            marking: Marking::default(),
            title_gap: Gap::None,
            offered: None,
        }
    }

    pub(super) fn finish(mut self) -> Page {
        self.end_block();
        self.page
    }

    /// Text between two tags.
    pub(super) fn text(&mut self, text: &str) {
        if self.in_title {
            let title = self.page.head.title.get_or_insert_default();
            push_folded(title, &mut self.title_gap, text);
            return;
        }
        self.marking.text(text);
        self.bracket = false;
        if self.preformatted > 0 {
            self.run.push_code(text);
        } else {
            self.run.push(text);
        }
    }

    /// An element begins; says whether what is in it matters.
    pub(super) fn open(&mut self, tag: Tag, attributes: &Attributes<'_>) -> bool {
        if tag == Tag::Meta {
            self.marking.meta(attributes);
        }
        let shows = head::note(&mut self.page.head, tag, attributes) && !is_skipped(tag);
        // A reading without brackets is small print over a word and would run into it.
        if !shows || (tag == Tag::Rt && !self.bracket) {
            return false;
        }
        let class = attributes.get("class").unwrap_or_default();
        let id = attributes.get("id").unwrap_or_default();
        let mut marks = marks::of_element(tag, class, id, attributes.get("role").unwrap_or_default());
        let is_hidden = shown::is_hidden(tag, attributes);
        if is_hidden {
            marks.insert(Mark::Hidden);
        }
        if tag == Tag::Title && self.page.head.title.is_none() && self.open.iter().any(|open| open.tag == Tag::Head) {
            (self.in_title, self.title_gap) = (true, Gap::None);
        }
        let place = Place { depth: self.open.len(), blocks: self.page.blocks.len(), container: self.here };
        self.marking.open(tag, attributes, place);
        if is_block_level(tag) && !self.is_in_code(tag) && !self.is_word(tag) {
            self.open_container(tag, marks, class, attributes);
        } else {
            if let Some(kind) = shown::aside(tag, marks, class, is_hidden, attributes) {
                self.run.open_aside(kind, self.open.len());
            }
            self.open_inline(tag, marks, class, attributes);
        }
        true
    }

    /// The innermost open element ends.
    pub(super) fn close(&mut self) {
        // A block is what its own element says: it ends while that is still open.
        if self.open.last().is_some_and(|open| matches!(open.kind, Kind::Container { .. })) {
            self.end_block();
        }
        let Some(open) = self.open.pop() else { return };
        self.marking.close(&mut self.page.head, self.open.len());
        match open.kind {
            Kind::Container { is_for_some } => {
                self.marking.end_line();
                self.close_container(&open, is_for_some);
            }
            _ => self.close_inline(&open),
        }
    }

    /// Whether a block-level element is lines of code: numbered lines are kept in lists and tables.
    fn is_in_code(&self, tag: Tag) -> bool {
        let Some(around) = self.open.last().filter(|_| self.preformatted > 0) else { return false };
        match tag {
            Tag::Ol | Tag::Table => matches!(around.tag, Tag::Pre | Tag::Code),
            Tag::Li | Tag::Tbody | Tag::Thead | Tag::Tr | Tag::Td | Tag::Th => {
                around.kind == Kind::Inline || around.kind == Kind::Line
            }
            _ => false,
        }
    }

    /// Whether a button is words of the sentence that it stands in.
    fn is_word(&self, tag: Tag) -> bool {
        tag == Tag::Button && self.run.len() > 0 && self.page.container(self.here).tag == Tag::P
    }

    fn shape(&self) -> Shape {
        self.open.last().map_or(Shape::Paragraph, |open| open.shape.clone())
    }

    fn push_open(&mut self, tag: Tag, kind: Kind, shape: Shape, marks: Marks) -> &mut Open {
        self.open.push(Open {
            tag,
            kind,
            shape,
            marks,
            blocks: self.page.blocks.len(),
            images: self.page.images.len(),
            text: self.run.len(),
            has_span: false,
            numbers_lines: false,
        });
        let last = self.open.len() - 1;
        &mut self.open[last]
    }

    fn open_container(&mut self, tag: Tag, mut marks: Marks, class: &str, attributes: &Attributes<'_>) {
        self.end_block();
        let parent = self.here;
        if self.links > 0 {
            marks.insert(Mark::Linked);
        }
        let id = ContainerId(self.page.containers.len() as u32);
        let nth = self.held.last_mut().map_or(1, |held| count(&mut held.children, tag));
        let depth = self.page.container(parent).depth.saturating_add(1);
        self.page.containers.push(Container { parent, tag, nth, depth, marks, likeness: likeness(tag, class) });
        let shape = shape_of(tag, class).unwrap_or_else(|| self.shape());
        match tag {
            Tag::Ul | Tag::Ol | Tag::Menu | Tag::Dir => {
                // A list that is counted down is not numbered: nothing says how long it will be.
                let is_numbered = tag == Tag::Ol && attributes.get("reversed").is_none();
                let first = number(attributes, "start").unwrap_or(1).min(FIRST_NUMBER);
                self.lists.push((id, is_numbered.then_some(first)));
            }
            Tag::Li => self.open_item(parent, number(attributes, "value")),
            Tag::Blockquote => self.quotes = self.quotes.saturating_add(1),
            Tag::Pre | Tag::Xmp => self.preformatted += 1,
            Tag::Table => self.tables.push(Table::new(id, attributes.get("role").unwrap_or_default())),
            Tag::Tr => {
                if let Some(table) = self.tables.last_mut() {
                    table.open_row(id, &self.page);
                }
            }
            Tag::Td | Tag::Th => {
                if let Some(table) = self.tables.last_mut() {
                    let covers = |name| number(attributes, name).unwrap_or(1) as usize;
                    table.open_cell(&self.page, tag == Tag::Th, covers("colspan"), covers("rowspan"));
                }
            }
            _ => {}
        }
        self.here = id;
        self.held.push(Held::default());
        let is_for_some = shown::is_for_some(class, marks);
        let numbers_lines = matches!(tag, Tag::Td | Tag::Div) && shown::is_line_numbers(class);
        self.push_open(tag, Kind::Container { is_for_some }, shape, marks).numbers_lines = numbers_lines;
    }

    fn open_item(&mut self, parent: ContainerId, value: Option<u32>) {
        let depth = (self.lists.len() as u8).clamp(1, LIST_DEPTH);
        let (list, number) = match self.lists.last_mut() {
            Some((list, number)) => {
                let mine = number.map(|number| value.map_or(number, |value| value.min(FIRST_NUMBER)));
                *number = mine.map(|number| number.saturating_add(1));
                (*list, mine)
            }
            None => (parent, None),
        };
        self.items.push(Item { place: ListPlace { list, depth, number }, begun: false });
    }

    fn close_container(&mut self, open: &Open, is_for_some: bool) {
        let (id, tag) = (self.here, open.tag);
        self.here = self.page.container(id).parent;
        self.held.pop();
        match tag {
            Tag::Ul | Tag::Ol | Tag::Menu | Tag::Dir => drop(self.lists.pop()),
            Tag::Li => drop(self.items.pop()),
            Tag::Blockquote => self.quotes = self.quotes.saturating_sub(1),
            Tag::Pre | Tag::Xmp => self.preformatted -= 1,
            Tag::Table => {
                if let Some(table) = self.tables.pop() {
                    table.close(&mut self.page);
                }
            }
            Tag::Tr => {
                if let Some(table) = self.tables.last_mut() {
                    table.close_row(&mut self.page);
                }
            }
            _ => {}
        }
        if open.numbers_lines && self.page.blocks[open.blocks..].iter().all(|block| shown::is_numbers(&block.text)) {
            self.page.blocks.truncate(open.blocks);
        }
        let likeness = self.page.container(id).likeness;
        let blocks = open.blocks..self.page.blocks.len();
        let Some(around) = self.held.last_mut().filter(|_| !blocks.is_empty()) else { return };
        let closed = Closed { tag, blocks, images: open.images, likeness, is_for_some, marks: open.marks };
        let is_copy = around.last.as_ref().is_some_and(|last| copies::drop_copy(&mut self.page, last, &closed));
        if !is_copy {
            around.last = Some(closed);
        }
    }

    /// Ends the paragraph that is being read, if there is one.
    fn end_block(&mut self) {
        let shape = self.shape();
        let Some(mut taken) = self.run.take(matches!(shape, Shape::Code(_))) else { return };
        for open in self.open.iter().rev().take_while(|open| !matches!(open.kind, Kind::Container { .. })) {
            taken.marks = taken.marks.union(open.marks);
        }
        let apart = std::mem::take(&mut taken.apart);
        self.push_block(taken, shape);
        for part in apart {
            let mut marks = part.marks;
            marks.insert(Mark::Hidden);
            let taken = Taken { text: part.text, spans: part.spans, marks, pictures: 0, apart: Vec::new() };
            let shape = self.shape();
            self.push_block(taken, shape);
        }
    }

    fn push_block(&mut self, taken: Taken, shape: Shape) {
        let Taken { text, spans, mut marks, pictures, .. } = taken;
        if self.links > 0 {
            marks.insert(Mark::Linked);
        }
        // Code of several lines that no `<pre>` holds.
        let is_code = shape == Shape::Paragraph && text.contains('\n') && {
            spans.first().is_some_and(|span| span.kind == Inline::Code && span.range == (0..text.len()))
        };
        let (shape, list) = self.item_shape(if is_code { Shape::Code(None) } else { shape });
        let (container, quote_depth) = (self.here, self.quotes);
        let block =
            Block { text, spans, shape, container, list, table: None, quote_depth, marks, pictures, range: None };
        self.page.blocks.push(block);
    }

    /// The bullet stands before an item's first block; the rest of the item is paragraphs in the list.
    fn item_shape(&mut self, shape: Shape) -> (Shape, Option<ListPlace>) {
        let Some(item) = self.items.last_mut() else {
            return (if shape == Shape::ListItem { Shape::Paragraph } else { shape }, None);
        };
        let first = !std::mem::replace(&mut item.begun, true);
        let shape = match shape {
            Shape::ListItem if !first => Shape::Paragraph,
            Shape::Paragraph if first => Shape::ListItem,
            other => other,
        };
        (shape, Some(item.place))
    }
}

/// Counts one more child of a name; returns how many there are.
fn count(children: &mut Vec<(Tag, u32)>, tag: Tag) -> u32 {
    if let Some((_, count)) = children.iter_mut().find(|(name, _)| *name == tag) {
        *count += 1;
        return *count;
    }
    children.push((tag, 1));
    1
}
