//! Parts of a paragraph that are not simply seen: words for those who listen to the page, drawings of words for those
//! who see it, formulas, words that wait for a click. A paragraph says everything once, and as it reads.

use std::ops::Range;

use super::fold::{Gap, is_blank};
use crate::engine::lexicon::marks::Marks;
use crate::engine::lexicon::normal::is_unspaced;
use crate::engine::page::Span;

/// Fewest words of an unseen part that make it a paragraph of its own; a shorter one goes.
const OWN_PARAGRAPH: usize = 8;
/// The same in characters, for scripts that part words without spaces.
const OWN_PARAGRAPH_UNSPACED: usize = 16;
/// Most words of a drawing that are looked for in what says it; a longer one is text.
const COMPARED: usize = 50;

/// How a part of a paragraph is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aside {
    /// Not shown, but read aloud: `sr-only` and its likes.
    ReadAloud,
    /// Shown, but not read aloud: `aria-hidden`.
    Drawn,
    /// A formula, or other words that are shown as a drawing beside them.
    Formula,
    /// Neither.
    Unseen,
}

/// One such part.
#[derive(Debug, Clone)]
struct Part {
    kind: Aside,
    range: Range<usize>,
    /// The white space before it.
    gap: Gap,
    /// What its elements say that it is.
    marks: Marks,
    /// Whether it and one beside it say the same.
    is_paired: bool,
    goes: bool,
}

/// A part that was cut out and is a paragraph of its own.
pub(super) struct Apart {
    pub(super) text: String,
    pub(super) spans: Vec<Span>,
    pub(super) marks: Marks,
}

/// The parts of one paragraph, in order; none lies in another.
#[derive(Debug, Default)]
pub(super) struct Asides {
    parts: Vec<Part>,
    /// The outermost element that is open, and its depth.
    open: Option<(usize, Aside)>,
    open_from: (usize, Gap),
    open_marks: Marks,
}

impl Asides {
    /// What an element within says that it is, where that is said of an open part rather than of the paragraph.
    pub(super) fn note(&mut self, marks: Marks) -> bool {
        self.open_marks = self.open_marks.union(marks);
        self.open.is_some()
    }

    pub(super) fn open(&mut self, kind: Aside, depth: usize, start: usize, gap: Gap) {
        match &mut self.open {
            None => {
                self.open = Some((depth, kind));
                self.open_from = (start, gap);
                self.open_marks = Marks::default();
            }
            // A formula that is kept unseen is shown as a picture: what it says stays.
            Some((_, outer @ Aside::Unseen)) if kind == Aside::Formula && self.open_from.0 == start => *outer = kind,
            Some(_) => {}
        }
    }

    pub(super) fn close(&mut self, depth: usize, end: usize) {
        if let Some((_, kind)) = self.open.take_if(|(opened, _)| *opened == depth) {
            self.push(kind, end);
        }
    }

    fn push(&mut self, kind: Aside, end: usize) {
        let (start, gap) = self.open_from;
        if start < end {
            self.parts.push(Part {
                kind,
                range: start..end,
                gap,
                marks: self.open_marks,
                is_paired: false,
                goes: false,
            });
        }
    }

    /// Forgets the parts of a text that was taken back from here on.
    pub(super) fn truncate(&mut self, from: usize) {
        self.parts.retain(|part| part.range.end <= from);
    }

    /// Takes the parts of a paragraph that ends; an open one goes on in the next.
    pub(super) fn take(&mut self, end: usize) -> Self {
        if let Some((_, kind)) = self.open {
            self.push(kind, end);
            self.open_from = (0, Gap::None);
        }
        Self { parts: std::mem::take(&mut self.parts), ..Self::default() }
    }

    /// Cuts what is not seen out of a paragraph; returns what of it is long enough to stand by itself. What is said of
    /// the parts that stay is said of the paragraph.
    pub(super) fn cut(mut self, text: &mut String, spans: &mut Vec<Span>, marks: &mut Marks) -> Vec<Apart> {
        self.choose(text);
        for part in self.parts.extract_if(.., |part| !part.goes).filter(|part| part.kind != Aside::Formula) {
            *marks = marks.union(part.marks);
        }
        let mut apart = Vec::new();
        if self.parts.is_empty() {
            return apart;
        }
        for part in self.parts.iter().filter(|part| part.kind == Aside::Unseen) {
            let unseen = &text[part.range.clone()];
            if is_paragraph(unseen) {
                let spans = within(spans, &trimmed(text, &part.range));
                apart.push(Apart { text: unseen.trim().to_owned(), spans, marks: part.marks });
            }
        }
        self.remove(text, spans);
        apart
    }

    /// Says which parts go.
    fn choose(&mut self, text: &str) {
        let has_words = |kind| matches!(kind, Aside::ReadAloud | Aside::Formula);
        for at in 1..self.parts.len() {
            let (before, after) = self.parts.split_at_mut(at);
            let (a, b) = (&mut before[at - 1], &mut after[0]);
            if !is_blank(&text[a.range.end..b.range.start]) || a.is_paired {
                continue;
            }
            let (drawn, words) = match (a.kind, b.kind) {
                (Aside::Drawn, kind) if has_words(kind) => (a, b),
                (kind, Aside::Drawn) if has_words(kind) => (b, a),
                _ => continue,
            };
            // Two copies side by side: what is drawn goes, what says the same in words stays.
            if words.kind == Aside::Formula || says_as_much(&text[words.range.clone()], &text[drawn.range.clone()]) {
                (drawn.goes, words.kind) = (true, Aside::Formula);
                (drawn.is_paired, words.is_paired) = (true, true);
            }
        }
        let is_unseen = |part: &Part| part.goes || matches!(part.kind, Aside::ReadAloud | Aside::Unseen);
        // What stands alone in its paragraph is the paragraph: what becomes of it is not for the parser to say.
        if self.outside(text, is_unseen) {
            for part in &mut self.parts {
                part.goes = is_unseen(part);
            }
        }
    }

    /// Whether anything stands outside of these parts.
    fn outside(&self, text: &str, is_unseen: impl Fn(&Part) -> bool) -> bool {
        let mut at = 0;
        for part in self.parts.iter().filter(|part| is_unseen(part)) {
            if !is_blank(&text[at..part.range.start]) {
                return true;
            }
            at = part.range.end;
        }
        !is_blank(&text[at..])
    }

    fn remove(&self, text: &mut String, spans: &mut Vec<Span>) {
        let mut out = String::with_capacity(text.len());
        // Where each part was, and where what follows it is now.
        let mut moved: Vec<(Range<usize>, usize)> = Vec::with_capacity(self.parts.len());
        let mut at = 0;
        let mut due = Gap::None;
        for part in self.parts.iter().map(Some).chain([None]) {
            let piece = &text[at..part.map_or(text.len(), |part| part.range.start)];
            if !piece.is_empty() {
                let joins = out.ends_with(|c: char| c.is_alphanumeric() || ".,:;!?".contains(c))
                    && piece.starts_with(char::is_alphanumeric);
                // Two words stay two words.
                let gap = if joins && !moved.is_empty() && due == Gap::None { Gap::Space } else { due };
                if !out.is_empty() && !piece.starts_with(char::is_whitespace) {
                    out.push_str(gap.sign());
                }
                if let Some((_, new)) = moved.last_mut() {
                    *new = out.len();
                }
                out.push_str(piece);
                due = Gap::None;
            }
            let Some(part) = part else { break };
            due = if due == Gap::None { part.gap } else { due };
            moved.push((part.range.clone(), out.len()));
            at = part.range.end;
        }
        let place = |old: usize| match moved.partition_point(|(range, _)| range.start <= old).checked_sub(1) {
            None => old,
            Some(last) => {
                let (range, new) = &moved[last];
                new + old.saturating_sub(range.end)
            }
        };
        spans.retain_mut(|span| {
            span.range = place(span.range.start)..place(span.range.end);
            let start = span.range.start;
            let covered = out[start..span.range.end.max(start)].trim();
            let lead = out[start..].len() - out[start..].trim_start().len();
            span.range = start + lead..start + lead + covered.len();
            !covered.is_empty()
        });
        *text = out;
    }
}

/// Whether an unseen part is long enough to stand by itself.
fn is_paragraph(text: &str) -> bool {
    text.split_whitespace().nth(OWN_PARAGRAPH - 1).is_some()
        || text.chars().filter(|c| is_unspaced(*c)).nth(OWN_PARAGRAPH_UNSPACED - 1).is_some()
}

/// Whether every word of a drawing is in what says it; numbers and signs are written in many ways.
fn says_as_much(words: &str, drawing: &str) -> bool {
    if drawing.split_whitespace().nth(COMPARED).is_some() {
        return false;
    }
    let (words, drawing) = (words.to_lowercase(), drawing.to_lowercase());
    drawing
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().nth(1).is_some() && word.chars().all(char::is_alphabetic))
        .all(|word| words.contains(word))
}

/// A range of a text without the white space at its ends.
fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

/// Spans over a part of a text, as they lie in it.
fn within(spans: &[Span], part: &Range<usize>) -> Vec<Span> {
    let cut = |span: &Span| {
        let range = span.range.start.max(part.start)..span.range.end.min(part.end);
        (!range.is_empty())
            .then(|| Span { range: range.start - part.start..range.end - part.start, kind: span.kind.clone() })
    };
    spans.iter().filter_map(cut).collect()
}
