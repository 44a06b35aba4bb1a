//! Elements and text in document order to blocks, as a reader sees them: a paragraph ends where a block-level element
//! begins or ends, at a rule, and at two line breaks.

use super::element::{code_language, is_block_level, is_hidden, is_skipped, likeness, shape_of};
use super::fold::{Gap, push_folded, trim};
use super::head;
use super::html::Attributes;
use super::marked::{Marking, Place};
use super::row::Row;
use crate::engine::lexicon::marks::{self, Mark, Marks};
use crate::engine::page::{Block, Container, ContainerId, Image, Inline, ListPlace, Page, Shape, Span, Tag};

/// Deepest list level that is told apart.
const LIST_DEPTH: u8 = 32;
/// Most pictures that are noted of one page.
const NOTED: usize = 1_000;

/// An element that is open.
struct Open {
    tag: Tag,
    is_container: bool,
    /// What text directly in it is.
    shape: Shape,
    /// Marks of an inline element, for the block that its text ends up in.
    marks: Marks,
    /// How many blocks there were, and how long the next one's text was, when it was opened.
    opened_at: (usize, usize),
    /// Whether it began a span.
    has_span: bool,
}

/// A list item that is open.
struct Item {
    place: ListPlace,
    /// Whether its first block was made: the bullet stands before that one.
    begun: bool,
}

pub(super) struct Walker {
    page: Page,
    open: Vec<Open>,
    /// The innermost open container.
    here: ContainerId,
    /// How many children of each name every open container has had.
    children: Vec<Vec<(Tag, u32)>>,
    text: String,
    gap: Gap,
    spans: Vec<Span>,
    spans_open: Vec<(Inline, usize)>,
    block_marks: Marks,
    pictures: u16,
    lists: Vec<(ContainerId, Option<u32>)>,
    items: Vec<Item>,
    rows: Vec<Row>,
    tables: Vec<ContainerId>,
    quotes: u8,
    preformatted: u32,
    links: u32,
    in_title: bool,
    marking: Marking,
}

impl Walker {
    pub(super) fn new() -> Self {
        Self {
            page: Page { containers: vec![Container::root()], ..Page::default() },
            open: Vec::new(),
            here: ContainerId::ROOT,
            children: vec![Vec::new()],
            text: String::new(),
            gap: Gap::None,
            spans: Vec::new(),
            spans_open: Vec::new(),
            block_marks: Marks::default(),
            pictures: 0,
            lists: Vec::new(),
            items: Vec::new(),
            rows: Vec::new(),
            tables: Vec::new(),
            quotes: 0,
            preformatted: 0,
            links: 0,
            in_title: false,
            marking: Marking::default(),
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
            push_folded(title, &mut self.gap, text);
            return;
        }
        self.marking.text(text);
        if self.preformatted > 0 {
            self.text.push_str(text);
        } else {
            push_folded(&mut self.text, &mut self.gap, text);
        }
    }

    /// An element begins; says whether what is in it matters.
    pub(super) fn open(&mut self, tag: Tag, attributes: &Attributes<'_>) -> bool {
        if tag == Tag::Meta {
            self.marking.meta(attributes);
        }
        if !head::note(&mut self.page.head, tag, attributes) || is_skipped(tag) {
            return false;
        }
        let class = attributes.get("class").unwrap_or_default();
        let id = attributes.get("id").unwrap_or_default();
        let mut marks = marks::of_element(tag, class, id, attributes.get("role").unwrap_or_default());
        if is_hidden(attributes) {
            marks.insert(Mark::Hidden);
        }
        if tag == Tag::Title && self.page.head.title.is_none() && self.open.iter().any(|open| open.tag == Tag::Head) {
            self.in_title = true;
            self.gap = Gap::None;
        }
        let place = Place { depth: self.open.len(), blocks: self.page.blocks.len(), container: self.here };
        self.marking.open(tag, attributes, place);
        if is_block_level(tag) {
            self.open_container(tag, marks, class, attributes);
        } else {
            self.open_inline(tag, marks, attributes);
        }
        true
    }

    /// The innermost open element ends.
    pub(super) fn close(&mut self) {
        // A block is what its own element says: it ends while that is still open.
        if self.open.last().is_some_and(|open| open.is_container) {
            self.end_block();
        }
        let Some(open) = self.open.pop() else { return };
        self.marking.close(&mut self.page.head, self.open.len());
        if open.is_container {
            self.marking.end_line();
            self.close_container(open.tag);
        } else {
            self.close_inline(&open);
        }
    }

    fn shape(&self) -> Shape {
        self.open.last().map_or(Shape::Paragraph, |open| open.shape.clone())
    }

    fn open_container(&mut self, tag: Tag, mut marks: Marks, class: &str, attributes: &Attributes<'_>) {
        self.end_block();
        let parent = self.here;
        if self.links > 0 {
            marks.insert(Mark::Linked);
        }
        let id = ContainerId(self.page.containers.len() as u32);
        let nth = self.children.last_mut().map_or(1, |children| count(children, tag));
        let depth = self.page.container(parent).depth.saturating_add(1);
        self.page.containers.push(Container { parent, tag, nth, depth, marks, likeness: likeness(tag, class) });
        let shape = shape_of(tag, class).unwrap_or_else(|| self.shape());
        match tag {
            Tag::Ul | Tag::Ol | Tag::Menu | Tag::Dir => {
                let start = attributes.get("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1u32);
                self.lists.push((id, (tag == Tag::Ol).then_some(start.min(1_000_000))));
            }
            Tag::Li => self.open_item(parent),
            Tag::Blockquote => self.quotes = self.quotes.saturating_add(1),
            Tag::Pre => self.preformatted += 1,
            Tag::Table => self.tables.push(id),
            Tag::Tr => self.rows.push(Row { first_block: self.page.blocks.len(), cells: 0, heading_cells: 0 }),
            Tag::Td | Tag::Th => {
                if let Some(row) = self.rows.last_mut() {
                    row.cells += 1;
                    row.heading_cells += usize::from(tag == Tag::Th);
                }
            }
            _ => {}
        }
        self.here = id;
        self.children.push(Vec::new());
        let opened_at = (self.page.blocks.len(), 0);
        self.open.push(Open { tag, is_container: true, shape, marks, opened_at, has_span: false });
    }

    fn open_item(&mut self, parent: ContainerId) {
        let depth = (self.lists.len() as u8).clamp(1, LIST_DEPTH);
        let (list, number) = match self.lists.last_mut() {
            Some((list, number)) => {
                let mine = *number;
                *number = number.map(|number| number.saturating_add(1));
                (*list, mine)
            }
            None => (parent, None),
        };
        self.items.push(Item { place: ListPlace { list, depth, number }, begun: false });
    }

    fn close_container(&mut self, tag: Tag) {
        self.here = self.page.container(self.here).parent;
        self.children.pop();
        match tag {
            Tag::Ul | Tag::Ol | Tag::Menu | Tag::Dir => drop(self.lists.pop()),
            Tag::Li => drop(self.items.pop()),
            Tag::Blockquote => self.quotes = self.quotes.saturating_sub(1),
            Tag::Pre => self.preformatted -= 1,
            Tag::Table => drop(self.tables.pop()),
            Tag::Tr => self.close_row(),
            _ => {}
        }
    }

    fn close_row(&mut self) {
        if let (Some(row), Some(table)) = (self.rows.pop(), self.tables.last()) {
            row.close(&mut self.page, *table);
        }
    }

    fn open_inline(&mut self, tag: Tag, marks: Marks, attributes: &Attributes<'_>) {
        match tag {
            Tag::Br => return self.line_break(),
            Tag::Img => return self.picture(attributes),
            Tag::A => {
                // Two links side by side are two words, whatever style sheets make of them.
                if self
                    .spans
                    .last()
                    .is_some_and(|span| matches!(span.kind, Inline::Link { .. }) && span.range.end == self.text.len())
                    && self.gap == Gap::None
                {
                    self.gap = Gap::Space;
                }
                self.links += 1;
            }
            _ => {}
        }
        let kind = match tag {
            Tag::A => attributes.get("href").map(|href| Inline::Link {
                href: href.trim().into(),
                rel: attributes.get("rel").unwrap_or_default().to_ascii_lowercase().into(),
            }),
            Tag::Strong | Tag::B => Some(Inline::Strong),
            Tag::Em | Tag::I | Tag::Cite => Some(Inline::Emphasis),
            Tag::Code | Tag::Kbd | Tag::Samp | Tag::Tt if self.preformatted == 0 => Some(Inline::Code),
            _ => None,
        };
        if tag == Tag::Code && self.preformatted > 0 {
            let language = code_language(attributes.get("class").unwrap_or_default());
            if let (Some(Open { shape: Shape::Code(known @ None), .. }), Some(_)) = (self.open.last_mut(), &language) {
                *known = language;
            }
        }
        let has_span = kind.is_some();
        self.spans_open.extend(kind.map(|kind| (kind, self.text.len())));
        self.push_inline(tag, marks, has_span);
    }

    fn push_inline(&mut self, tag: Tag, marks: Marks, has_span: bool) {
        let opened_at = (self.page.blocks.len(), self.text.len());
        self.open.push(Open { tag, is_container: false, shape: self.shape(), marks, opened_at, has_span });
    }

    fn close_inline(&mut self, open: &Open) {
        match open.tag {
            Tag::A => self.links -= 1,
            Tag::Title => (self.in_title, self.gap) = (false, Gap::None),
            _ => {}
        }
        let (blocks, length) = open.opened_at;
        let text_from = if blocks == self.page.blocks.len() { length } else { 0 };
        if self.text.len() > text_from {
            self.block_marks = self.block_marks.union(open.marks);
        }
        if open.has_span
            && let Some((kind, start)) = self.spans_open.pop()
        {
            self.push_span(kind, start);
        }
    }

    fn push_span(&mut self, kind: Inline, start: usize) {
        let covered = &self.text[start.min(self.text.len())..];
        let start = self.text.len() - covered.trim_start().len();
        if start < self.text.len() {
            self.spans.push(Span { range: start..self.text.len(), kind });
        }
    }

    fn line_break(&mut self) {
        if self.preformatted > 0 {
            self.text.push('\n');
        } else if self.gap == Gap::Line && !self.text.is_empty() {
            self.end_block();
        } else if !self.text.is_empty() {
            self.gap = Gap::Line;
        }
        self.push_inline(Tag::Br, Marks::default(), false);
    }

    fn picture(&mut self, attributes: &Attributes<'_>) {
        self.pictures = self.pictures.saturating_add(1);
        let src = ["data-src", "data-lazy-src", "data-original", "src"].iter().find_map(|name| {
            attributes.get(name).map(str::trim).filter(|src| !src.is_empty() && !src.starts_with("data:"))
        });
        if let Some(src) = src
            && self.page.images.len() < NOTED
        {
            self.page.images.push(Image {
                src: src.into(),
                alt: attributes.get("alt").unwrap_or_default().trim().into(),
                before: self.page.blocks.len(),
                container: self.here,
            });
        }
        self.push_inline(Tag::Img, Marks::default(), false);
    }

    /// Ends the paragraph that is being read, if there is one.
    fn end_block(&mut self) {
        self.gap = Gap::None;
        let pictures = std::mem::take(&mut self.pictures);
        let mut marks = std::mem::take(&mut self.block_marks);
        for index in 0..self.spans_open.len() {
            let (kind, start) = self.spans_open[index].clone();
            self.push_span(kind, start);
            self.spans_open[index].1 = 0;
        }
        let mut text = std::mem::take(&mut self.text);
        let mut spans = std::mem::take(&mut self.spans);
        let shape = self.shape();
        trim(&mut text, &mut spans, matches!(shape, Shape::Code(_)));
        if text.is_empty() {
            return;
        }
        spans.sort_by_key(|span| (span.range.start, usize::MAX - span.range.end));
        for open in self.open.iter().rev().take_while(|open| !open.is_container) {
            marks = marks.union(open.marks);
        }
        if self.links > 0 {
            marks.insert(Mark::Linked);
        }
        let container = self.here;
        let (shape, list) = self.item_shape(shape);
        self.page.blocks.push(Block {
            text,
            spans,
            shape,
            container,
            list,
            table: None,
            quote_depth: self.quotes,
            marks,
            pictures,
            range: None,
        });
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
