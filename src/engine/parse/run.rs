//! The paragraph that is being read: its text as it grows, the links and emphasis in it, and what of it is not seen.

use super::aside::{Apart, Aside, Asides};
use super::fold::{Gap, is_blank, push_folded, trim};
use super::shown::is_numbers;
use crate::engine::lexicon::marks::Marks;
use crate::engine::page::{Inline, Span};

#[derive(Default)]
pub(super) struct Run {
    text: String,
    gap: Gap,
    spans: Vec<Span>,
    /// Links and emphasis that are open, with the beginning of their text.
    open: Vec<(Inline, usize)>,
    asides: Asides,
    /// What the inline elements that have ended in it say that it is.
    marks: Marks,
    /// How many pictures stand in it.
    pub(super) pictures: u16,
    /// Where the last custom element ended.
    custom_end: Option<usize>,
    /// Whether the next text begins a new line of code.
    line_due: bool,
}

/// A paragraph that was read.
pub(super) struct Taken {
    pub(super) text: String,
    pub(super) spans: Vec<Span>,
    pub(super) marks: Marks,
    pub(super) pictures: u16,
    /// Texts that stood in it unseen, long enough to be paragraphs of their own.
    pub(super) apart: Vec<Apart>,
}

impl Run {
    /// Text as a page shows it.
    pub(super) fn push(&mut self, text: &str) {
        push_folded(&mut self.text, &mut self.gap, text);
    }

    /// Text of code, with its white space.
    pub(super) fn push_code(&mut self, text: &str) {
        if std::mem::take(&mut self.line_due) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(text);
    }

    /// What comes next begins a line of code.
    pub(super) fn begin_line(&mut self) {
        self.line_due = true;
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// A line break; says whether it is the second in a row, which ends the paragraph.
    pub(super) fn break_line(&mut self) -> bool {
        if self.text.is_empty() {
            return false;
        }
        self.gap == Gap::Line || {
            self.gap = Gap::Line;
            false
        }
    }

    /// Puts a space between two links side by side: they are two words, whatever style sheets make of them.
    pub(super) fn part_links(&mut self) {
        let is_link = |span: &Span| matches!(span.kind, Inline::Link { .. });
        if self.gap == Gap::None && self.spans.last().is_some_and(|span| is_link(span) && span.range.end == self.len())
        {
            self.gap = Gap::Space;
        }
    }

    /// Puts a space between a word and what begins here.
    pub(super) fn part_word(&mut self) {
        if self.gap == Gap::None && self.text.ends_with(char::is_alphanumeric) {
            self.gap = Gap::Space;
        }
    }

    pub(super) fn open_span(&mut self, kind: Inline) {
        self.open.push((kind, self.text.len()));
    }

    pub(super) fn close_span(&mut self) {
        if let Some((kind, start)) = self.open.pop() {
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

    /// What an inline element that ends says that it is.
    pub(super) fn note(&mut self, marks: Marks) {
        if !self.asides.note(marks) {
            self.marks = self.marks.union(marks);
        }
    }

    /// An element begins whose text is not simply seen; `depth` tells it from those within.
    pub(super) fn open_aside(&mut self, kind: Aside, depth: usize) {
        self.asides.open(kind, depth, self.text.len(), self.gap);
    }

    /// The element that was opened at this depth ends.
    pub(super) fn close_aside(&mut self, depth: usize) {
        self.asides.close(depth, self.text.len());
    }

    /// A custom element ends here.
    pub(super) fn end_custom(&mut self) {
        self.custom_end = Some(self.text.len());
    }

    /// Whether a custom element ended just before what comes next.
    pub(super) fn follows_custom(&self) -> bool {
        !self.text.is_empty() && self.custom_end == Some(self.text.len())
    }

    /// Takes back what was read since, where it is the numbers of lines of code.
    pub(super) fn drop_line_numbers(&mut self, from: usize) {
        if self.text.get(from..).is_some_and(is_numbers) {
            self.line_due |= self.text[from..].starts_with('\n');
            self.text.truncate(from);
            self.asides.truncate(from);
            self.spans.retain(|span| span.range.end <= from);
        }
    }

    /// Ends the paragraph; none where nothing was read that shows.
    pub(super) fn take(&mut self, is_code: bool) -> Option<Taken> {
        self.gap = Gap::None;
        (self.custom_end, self.line_due) = (None, false);
        for index in (0..self.open.len()).rev() {
            // Most links and emphasis end with their paragraph; what goes on is cut where the paragraph ends.
            if self.open[index].1 < self.text.len() {
                let (kind, start) = self.open[index].clone();
                self.push_span(kind, start);
            }
            self.open[index].1 = 0;
        }
        let asides = self.asides.take(self.text.len());
        let mut text = std::mem::take(&mut self.text);
        let mut spans = std::mem::take(&mut self.spans);
        let (mut marks, pictures) = (std::mem::take(&mut self.marks), std::mem::take(&mut self.pictures));
        if is_blank(&text) {
            return None;
        }
        let apart = asides.cut(&mut text, &mut spans, &mut marks);
        trim(&mut text, &mut spans, is_code);
        // Of two that cover the same, the outer one ended last, and comes first.
        spans.reverse();
        spans.sort_by_key(|span| (span.range.start, usize::MAX - span.range.end));
        Some(Taken { text, spans, marks, pictures, apart })
    }
}
