//! dechaff gives an article back without what does not belong to it: HTML or pasted text in, the cleaned article out,
//! and for every paragraph a label with its reasons.
//!
//! The way of the data, one module of [`engine`] a step:
//!
//! ```text
//! bytes → decode → prescan → parse → features → judge → settle → assemble → render
//! ```
//!
//! ```
//! use dechaff::{Label, Options, clean_text};
//!
//! let article = "Council votes for new bridge\n\n\
//!     The city council voted on Monday to build a second bridge over the river, ending a dispute of ten years.\n\n\
//!     Sign up for our newsletter\n\n\
//!     “We could not wait any longer,” the mayor said after the vote, which was closer than many had expected.";
//! let cleaned = clean_text(article, &Options::default()).unwrap();
//! assert_eq!(cleaned.paragraphs[2].label, Label::CallToAction);
//! assert!(!cleaned.text.contains("newsletter"));
//! ```

pub mod batch_line;
pub mod cli;
pub mod config;
pub mod engine;
pub mod server;
pub mod wire;

pub use engine::assemble::{Cleaned, Paragraph};
pub use engine::metadata::Metadata;
pub use engine::options::{Error, Format, Limits, Mode, Options, Reasons};
pub use engine::overrule::{PhraseError, Phrases, RulesFile, WrongLine};
pub use engine::verdict::{Label, Reason};
pub use engine::warning::{Warning, WarningCode};
pub use engine::{clean_html, clean_text};
