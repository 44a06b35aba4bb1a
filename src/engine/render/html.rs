//! HTML: the article's own structure, written anew from blocks and then sanitised.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use super::inline::{Piece, address, pieces};
use super::nesting::{Nesting, Step, is_within};
use super::shown;
use crate::engine::page::{Block, ContainerId, Image, Inline, Page, Shape, Tag};

/// What may stand in an answer, besides what the sanitiser lets pass by itself: a code's language, an item's number.
static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder.add_tag_attributes("code", ["class"]).add_tag_attributes("li", ["value"]);
    builder
});

/// Writes the blocks that stay.
pub fn render(page: &Page, kept: &[usize], base: Option<&str>) -> String {
    let nesting = Nesting::new(page);
    let mut writer = Writer { page, base, nesting, out: String::new(), open: Vec::new(), group: None };
    let mut images = super::images(page, kept).into_iter().peekable();
    for at in kept {
        let block = &page.blocks[*at];
        let mut lead: Vec<&Image> = Vec::new();
        let takes_all = block.shape == Shape::Caption;
        while let Some(image) = images.next_if(|image| image.before <= *at) {
            if takes_all || is_within(page, image.container, block) {
                lead.push(image);
            } else if address(&image.src, base).is_some() {
                let step = writer.nesting.enter_beside(image.container, block);
                writer.place(&step, block, None);
                writer.out.push_str("<p>");
                writer.image(image);
                writer.out.push_str("</p>\n");
            }
        }
        let step = writer.nesting.enter(*at);
        writer.place(&step, block, group(page, block));
        writer.block(block, &lead);
    }
    writer.end_group();
    writer.end(0);
    SANITISER.clean(&writer.out).to_string()
}

struct Writer<'a> {
    page: &'a Page,
    base: Option<&'a str>,
    nesting: Nesting<'a>,
    out: String,
    /// What ends each open quotation and item, and the number of the item.
    open: Vec<(&'static str, Option<u32>)>,
    /// The open table or list of definitions.
    group: Option<Group>,
}

/// A table or a list of definitions, whose blocks are its rows, terms and definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Table(ContainerId),
    Definitions(ContainerId),
}

impl Group {
    fn tag(self, closes: bool) -> &'static str {
        match (self, closes) {
            (Self::Table(_), false) => "<table>\n",
            (Self::Table(_), true) => "</table>\n",
            (Self::Definitions(_), false) => "<dl>\n",
            (Self::Definitions(_), true) => "</dl>\n",
        }
    }
}

fn group(page: &Page, block: &Block) -> Option<Group> {
    match block.shape {
        Shape::TableRow => block.table.map(|place| Group::Table(place.table)),
        Shape::Term | Shape::Definition => {
            let list = page.ancestors(block.container).find(|id| page.container(*id).tag == Tag::Dl)?;
            Some(Group::Definitions(list))
        }
        _ => None,
    }
}

impl Writer<'_> {
    fn block(&mut self, block: &Block, images: &[&Image]) {
        if block.shape == Shape::Caption && !images.is_empty() {
            self.out.push_str("<figure>");
            self.images(images);
            self.wrapped("figcaption", block);
            self.out.push_str("</figure>\n");
            return;
        }
        match &block.shape {
            Shape::Heading(level) => {
                self.wrapped(["h1", "h2", "h3", "h4", "h5", "h6"][usize::from((*level).clamp(1, 6)) - 1], block);
            }
            Shape::ListItem => {
                self.images(images);
                self.inline(block, shown(self.page, block));
            }
            Shape::TableRow => self.row(block, images),
            Shape::Code(language) => {
                let class =
                    language.as_deref().map_or(String::new(), |name| format!(" class=\"language-{}\"", escape(name)));
                let _ = write!(self.out, "<pre><code{class}>");
                self.inline(block, 0..block.text.len());
                self.out.push_str("</code></pre>\n");
            }
            Shape::Term if self.group.is_some() => self.wrapped("dt", block),
            Shape::Definition if self.group.is_some() => self.wrapped("dd", block),
            Shape::Term => {
                self.out.push_str("<p><strong>");
                self.inline(block, 0..block.text.len());
                self.out.push_str("</strong></p>\n");
            }
            Shape::Paragraph | Shape::Caption | Shape::Control | Shape::Definition => self.wrapped("p", block),
        }
    }

    /// Ends and begins quotations, items, tables and lists of definitions so that a block stands where it stood.
    fn place(&mut self, step: &Step, block: &Block, group: Option<Group>) {
        if self.group != group || step.stay < self.open.len() || !step.begun.is_empty() {
            self.end_group();
        }
        let number = block.list.and_then(|place| place.number);
        let ended = self.open.get(step.stay).map(|(_, number)| *number);
        let goes_on = step
            .begun
            .first()
            .zip(step.ended)
            .is_some_and(|(begun, ended)| begun.item_of.is_some() && begun.item_of == ended.item_of);
        if goes_on {
            self.end(step.stay + 1);
        } else {
            self.end(step.stay);
        }
        for (index, frame) in step.begun.iter().enumerate() {
            if frame.item_of.is_none() {
                self.out.push_str("<blockquote>\n");
                self.open.push(("</blockquote>\n", None));
                continue;
            }
            if goes_on && index == 0 {
                let tag = self.open.pop().map_or("", |(tag, _)| tag);
                let follows = ended.flatten().map(|before| before.saturating_add(1));
                let value = number.filter(|number| follows != Some(*number));
                let value = value.map_or(String::new(), |number| format!(" value=\"{number}\""));
                let _ = write!(self.out, "</li>\n<li{value}>");
                self.open.push((tag, number));
                continue;
            }
            if let Some(number) = number {
                let start = if number == 1 { String::new() } else { format!(" start=\"{number}\"") };
                let _ = write!(self.out, "<ol{start}>\n<li>");
            } else {
                self.out.push_str("<ul>\n<li>");
            }
            self.open.push((if number.is_some() { "</li>\n</ol>\n" } else { "</li>\n</ul>\n" }, number));
        }
        if let (Some(group), None) = (group, self.group) {
            self.out.push_str(group.tag(false));
            self.group = Some(group);
        }
    }

    fn end_group(&mut self) {
        if let Some(group) = self.group.take() {
            self.out.push_str(group.tag(true));
        }
    }

    /// Ends all but so many of the open quotations and items.
    fn end(&mut self, stay: usize) {
        for (tag, _) in self.open.drain(stay.min(self.open.len())..).rev() {
            self.out.push_str(tag);
        }
    }

    fn wrapped(&mut self, element: &str, block: &Block) {
        let _ = write!(self.out, "<{element}>");
        self.inline(block, shown(self.page, block));
        let _ = writeln!(self.out, "</{element}>");
    }

    fn row(&mut self, block: &Block, images: &[&Image]) {
        let cell = if block.table.is_some_and(|place| place.header) { "th" } else { "td" };
        self.out.push_str("<tr>");
        let mut at = 0;
        for text in block.text.split('\t') {
            let _ = write!(self.out, "<{cell}>");
            if at == 0 {
                self.images(images);
            }
            self.inline(block, at..at + text.len());
            let _ = write!(self.out, "</{cell}>");
            at += text.len() + 1;
        }
        self.out.push_str("</tr>\n");
    }

    fn images(&mut self, images: &[&Image]) {
        for image in images {
            self.image(image);
        }
    }

    fn image(&mut self, image: &Image) {
        if let Some(src) = address(&image.src, self.base) {
            let _ = write!(self.out, "<img src=\"{}\" alt=\"{}\">", escape(&src), escape(&image.alt));
        }
    }

    fn inline(&mut self, block: &Block, part: Range<usize>) {
        let is_code = matches!(block.shape, Shape::Code(_));
        for piece in pieces(&block.text, &block.spans, part) {
            match piece {
                Piece::Open(Inline::Code) | Piece::Close(Inline::Code) if is_code => {}
                Piece::Text(text) if is_code => self.out.push_str(&escape(text)),
                Piece::Text(text) => self.out.push_str(&escape(text).replace('\n', "<br>")),
                Piece::Open(kind) => match kind {
                    Inline::Link { href, .. } => match address(href, self.base) {
                        Some(href) => {
                            let _ = write!(self.out, "<a href=\"{}\">", escape(&href));
                        }
                        None => self.out.push_str("<span>"),
                    },
                    Inline::Strong => self.out.push_str("<strong>"),
                    Inline::Emphasis => self.out.push_str("<em>"),
                    Inline::Code => self.out.push_str("<code>"),
                    Inline::Superscript => self.out.push_str("<sup>"),
                    Inline::Subscript => self.out.push_str("<sub>"),
                },
                Piece::Close(kind) => self.out.push_str(match kind {
                    Inline::Link { href, .. } if address(href, self.base).is_some() => "</a>",
                    Inline::Link { .. } => "</span>",
                    Inline::Strong => "</strong>",
                    Inline::Emphasis => "</em>",
                    Inline::Code => "</code>",
                    Inline::Superscript => "</sup>",
                    Inline::Subscript => "</sub>",
                }),
            }
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
