//! The part of the walk that lies in paragraphs: links, emphasis, pictures, line breaks, lines of code.

use super::{Kind, NOTED, Open, Walker};
use crate::engine::lexicon::marks::Marks;
use crate::engine::page::{Image, Inline, Shape, Tag};
use crate::engine::parse::element::code_language;
use crate::engine::parse::html::Attributes;
use crate::engine::parse::{picture, shown};

impl Walker {
    pub(super) fn open_inline(&mut self, tag: Tag, marks: Marks, class: &str, attributes: &Attributes<'_>) {
        match tag {
            Tag::Br => self.line_break(),
            Tag::Img => self.picture(attributes),
            Tag::Source => self.offer(attributes),
            Tag::Picture => self.offered = None,
            Tag::A => {
                self.run.part_links();
                self.links += 1;
            }
            Tag::Button => self.run.part_word(),
            _ => {}
        }
        let kind = match tag {
            Tag::A => attributes.get("href").map(|href| Inline::Link {
                href: href.trim().into(),
                rel: attributes.get("rel").unwrap_or_default().to_ascii_lowercase().into(),
            }),
            Tag::Strong | Tag::B => Some(Inline::Strong),
            Tag::Em | Tag::I | Tag::Cite => Some(Inline::Emphasis),
            Tag::Sup => Some(Inline::Superscript),
            Tag::Sub => Some(Inline::Subscript),
            Tag::Code | Tag::Kbd | Tag::Samp | Tag::Tt if self.preformatted == 0 => Some(Inline::Code),
            _ => None,
        };
        if tag == Tag::Code && self.preformatted > 0 {
            let language = code_language(class);
            if let (Some(Open { shape: Shape::Code(known @ None), .. }), Some(_)) = (self.open.last_mut(), &language) {
                *known = language;
            }
        }
        let has_span = kind.is_some();
        if let Some(kind) = kind {
            self.run.open_span(kind);
        }
        let kind = self.inline_kind(tag, attributes);
        let numbers_lines = self.preformatted > 0 && shown::is_line_numbers(class);
        let shape = self.shape();
        let open = self.push_open(tag, kind, shape, marks);
        (open.has_span, open.numbers_lines) = (has_span, numbers_lines);
    }

    /// How an inline element lies among the text, as it begins.
    fn inline_kind(&mut self, tag: Tag, attributes: &Attributes<'_>) -> Kind {
        if self.preformatted > 0 && matches!(tag, Tag::Li | Tag::Tr) {
            self.run.begin_line();
            return Kind::Line;
        }
        let in_flow = self.open.last().is_some_and(|open| match open.kind {
            Kind::Container { .. } => open.tag != Tag::P && open.tag.heading_level().is_none(),
            kind => kind == Kind::Custom,
        });
        if !in_flow || self.preformatted > 0 || !attributes.is_custom() {
            return Kind::Inline;
        }
        // One after the other, and no word between: these are parts of a page, not of a sentence.
        if self.run.follows_custom() {
            self.end_block();
        }
        Kind::Custom
    }

    pub(super) fn close_inline(&mut self, open: &Open) {
        match open.tag {
            Tag::A => self.links -= 1,
            Tag::Title => self.in_title = false,
            Tag::Rp => self.bracket = true,
            _ => {}
        }
        let from = if open.blocks == self.page.blocks.len() { open.text } else { 0 };
        if open.numbers_lines {
            self.run.drop_line_numbers(from);
        }
        if self.run.len() > from {
            self.run.note(open.marks);
        }
        self.run.close_aside(self.open.len());
        if open.has_span {
            self.run.close_span();
        }
        match open.kind {
            Kind::Line => self.run.begin_line(),
            Kind::Custom => self.run.end_custom(),
            _ => {}
        }
    }

    fn line_break(&mut self) {
        if self.preformatted > 0 {
            self.run.push_code("\n");
        } else if self.run.break_line() {
            self.end_block();
        }
    }

    /// A `<source>` of a `<picture>`.
    fn offer(&mut self, attributes: &Attributes<'_>) {
        if self.offered.is_none() {
            self.offered = picture::largest_of(attributes).map(Into::into);
        }
    }

    fn picture(&mut self, attributes: &Attributes<'_>) {
        self.run.pictures = self.run.pictures.saturating_add(1);
        let src = picture::address(attributes).map(Into::into).or_else(|| self.offered.take());
        if let Some(src) = src
            && self.page.images.len() < NOTED
        {
            self.page.images.push(Image {
                src,
                alt: attributes.get("alt").unwrap_or_default().trim().into(),
                before: self.page.blocks.len(),
                container: self.here,
            });
        }
    }
}
