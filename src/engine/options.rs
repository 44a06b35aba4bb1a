//! What a caller may choose, and the limits that hold.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::overrule::{Phrases, RulesFile};
use super::verdict::Label;

/// What a caller may choose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What happens to a doubtful paragraph.
    pub mode: Mode,
    /// Labels that stay in the cleaned article, besides content.
    pub keep: Vec<Label>,
    /// A paragraph that holds one of these goes, whatever its label and whatever [`keep`](Self::keep) says.
    pub drop_phrases: Phrases,
    /// A paragraph that holds one of these stays, also where it holds one that drops it.
    pub keep_phrases: Phrases,
    /// Paragraphs that stay, by their places among all of the document, from 0: whatever they are, and also where a phrase
    /// or [`drop_paragraphs`](Self::drop_paragraphs) drops them. Labels and reasons are those that they would have had.
    pub keep_paragraphs: BTreeSet<usize>,
    /// Paragraphs that go, whatever they are; as [`keep_paragraphs`](Self::keep_paragraphs).
    pub drop_paragraphs: BTreeSet<usize>,
    /// Rules of the operator's, which hold besides the caller's phrases.
    pub rules: RulesFile,
    /// The language of the document (ISO 639-1), where the caller knows it; told from the text otherwise.
    pub language: Option<String>,
    /// The address of the page, for links and metadata.
    pub url: Option<String>,
    /// The formats to render besides text.
    pub formats: Vec<Format>,
    /// Whether verdicts come with their reasons.
    pub reasons: Reasons,
    /// What is refused.
    pub limits: Limits,
}

impl Options {
    /// Whether a paragraph is to stay, where the caller says so of this very one.
    pub(super) fn says_of(&self, paragraph: usize) -> Option<bool> {
        if self.keep_paragraphs.contains(&paragraph) {
            return Some(true);
        }
        self.drop_paragraphs.contains(&paragraph).then_some(false)
    }

    /// How many of the places that the caller names are none of a document of so many paragraphs.
    pub(super) fn places_beyond(&self, paragraphs: usize) -> usize {
        self.keep_paragraphs.range(paragraphs..).count() + self.drop_paragraphs.range(paragraphs..).count()
    }
}

/// What happens to a doubtful paragraph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It goes.
    Precision,
    /// What is likelier right.
    #[default]
    Balanced,
    /// It stays.
    Recall,
}

/// A format that the cleaned article can be rendered in, besides text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `CommonMark` with tables.
    Markdown,
    /// Sanitised HTML.
    Html,
}

/// Whether verdicts come with their reasons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reasons {
    /// They do.
    #[default]
    Given,
    /// They do not: quicker, where nobody reads them.
    Omitted,
}

/// What is refused, and when work stops.
#[derive(Clone)]
pub struct Limits {
    /// Most paragraphs of one document.
    pub paragraphs: usize,
    /// Asked now and then while the work goes on; the work stops once it says yes.
    pub interrupt: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl Default for Limits {
    fn default() -> Self {
        // A book has some ten thousand; ten megabytes of one-sentence paragraphs have about a hundred thousand.
        Self { paragraphs: 200_000, interrupt: None }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Limits").field("paragraphs", &self.paragraphs).finish_non_exhaustive()
    }
}

/// Why a document was not cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// The bytes are no text: a picture, an archive, a program.
    NotText,
    /// The document has more paragraphs than the limit.
    TooManyParagraphs {
        /// The limit.
        limit: usize,
    },
    /// The caller's interrupt said that it is enough.
    Interrupted,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => {
                formatter.write_str("the document is not text: it looks like a picture, an archive or a program")
            }
            Self::TooManyParagraphs { limit } => write!(formatter, "the document has over {limit} paragraphs"),
            Self::Interrupted => formatter.write_str("the work was stopped before it was done"),
        }
    }
}

impl std::error::Error for Error {}
