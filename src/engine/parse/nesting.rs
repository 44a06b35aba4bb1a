//! The cap on nesting: start tags beyond it are left out before the tree builder, which takes time quadratic in depth.
//! Their text stays, in the innermost element that was let in.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;

use html5ever::interface::{Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, local_name};

/// How deeply elements may be nested; browsers stop at the same depth.
pub const DEPTH: usize = 512;

/// Parses a document into a sink; returns what it made and how many start tags were left out.
pub(super) fn parse<Sink: TreeSink>(html: &str, sink: Sink) -> (Sink::Output, usize) {
    let builder = TreeBuilder::new(sink, TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() });
    let capped = Capped {
        builder,
        room: Cell::new(DEPTH),
        full: Cell::new(false),
        left_out: RefCell::default(),
        total: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(capped, TokenizerOpts::default());
    let input = BufferQueue::default();
    // One tendril holds at most 4 GiB; the pieces only need to end between two characters.
    for piece in pieces(html) {
        input.push_back(StrTendril::from_slice(piece));
        // A script that asks to be run is not run: the tokenizer is simply asked to go on.
        while let html5ever::TokenizerResult::Script(_) | html5ever::TokenizerResult::EncodingIndicator(_) =
            tokenizer.feed(&input)
        {}
    }
    tokenizer.end();
    (tokenizer.sink.builder.sink.finish(), tokenizer.sink.total.get())
}

/// The document in pieces of about a mebibyte: the tokenizer's buffer then stays small.
fn pieces(html: &str) -> impl Iterator<Item = &str> {
    const PIECE_BYTES: usize = 1 << 20;
    let mut rest = html;
    std::iter::from_fn(move || {
        let (piece, left) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES.min(rest.len())));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

struct Capped<Sink: TreeSink> {
    builder: TreeBuilder<Sink::Handle, Sink>,
    /// How many start tags may surely pass before the open elements must be counted again.
    room: Cell<usize>,
    /// Whether the last count found no room, and nothing was closed since.
    full: Cell<bool>,
    /// Names of the start tags that were left out and whose end tags are still to come, outermost first.
    left_out: RefCell<Vec<LocalName>>,
    total: Cell<usize>,
}

impl<Sink: TreeSink> Capped<Sink> {
    /// Whether this tag must not reach the tree builder.
    fn leaves_out(&self, tag: &Tag) -> bool {
        match tag.kind {
            TagKind::EndTag => self.leaves_out_end(&tag.name),
            TagKind::StartTag if is_void(&tag.name) => false,
            TagKind::StartTag => self.leaves_out_start(&tag.name),
        }
    }

    fn leaves_out_end(&self, name: &LocalName) -> bool {
        let mut left_out = self.left_out.borrow_mut();
        if left_out.last() == Some(name) {
            left_out.pop();
            return true;
        }
        self.full.set(false);
        false
    }

    fn leaves_out_start(&self, name: &LocalName) -> bool {
        if !self.full.get() && self.room.get() == 0 {
            let open = Counter::<Sink::Handle>(Cell::new(0), PhantomData);
            self.builder.trace_handles(&open);
            self.room.set(DEPTH.saturating_sub(open.0.get()));
            self.full.set(self.room.get() == 0);
        }
        if self.full.get() {
            self.total.set(self.total.get() + 1);
            self.left_out.borrow_mut().push(name.clone());
            return true;
        }
        self.room.set(self.room.get() - 1);
        false
    }
}

impl<Sink: TreeSink> TokenSink for Capped<Sink> {
    type Handle = Sink::Handle;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Sink::Handle> {
        match &token {
            Token::TagToken(tag) if self.leaves_out(tag) => TokenSinkResult::Continue,
            _ => self.builder.process_token(token, line_number),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Elements that never hold others.
fn is_void(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("hr")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("param")
            | local_name!("source")
            | local_name!("track")
            | local_name!("wbr")
    )
}

/// Counts the elements that the tree builder holds open.
struct Counter<Handle>(Cell<usize>, PhantomData<Handle>);

impl<Handle> Tracer for Counter<Handle> {
    type Handle = Handle;

    fn trace_handle(&self, _: &Handle) {
        self.0.set(self.0.get() + 1);
    }
}
