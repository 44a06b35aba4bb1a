//! Text to [`Page`](super::page::Page): the prescan, the HTML parser, and the reader of pasted text.

mod aside;
mod attributes;
mod copies;
mod element;
mod fold;
mod head;
pub mod html;
mod marked;
mod markup;
mod nesting;
mod picture;
pub mod prescan;
mod run;
mod shown;
mod table;
pub mod text;
pub mod unseen;
mod walk;

pub use nesting::DEPTH;
