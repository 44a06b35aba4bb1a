//! Text to [`Page`](super::page::Page): the prescan, the HTML parser, and the reader of pasted text.

mod element;
mod fold;
mod head;
pub mod html;
mod marked;
mod markup;
mod nesting;
pub mod prescan;
mod row;
pub mod text;
pub mod unseen;
mod walk;

pub use nesting::DEPTH;
