//! What was odd about a document, or what a caller should know about the answer; never an error.

use serde::Serialize;
use utoipa::ToSchema;

/// A remark on a document or its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// What it is, for programs.
    pub code: WarningCode,
    /// What it is, for people. Holds nothing of the document's text but names that it declares.
    pub detail: String,
}

impl Warning {
    pub(crate) fn new(code: WarningCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// The kinds of [`Warning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WarningCode {
    /// The charset that was declared has no such name.
    CharsetUnknown,
    /// The bytes are not in the charset that was declared.
    CharsetMismatch,
    /// Bytes that are not text in the charset were replaced.
    InvalidBytes,
    /// Elements nested too deeply were left out; their text stays.
    DepthCapped,
    /// The document has no text.
    EmptyInput,
    /// No paragraph is content: the cleaned article is empty.
    NoContent,
    /// The caller names places of paragraphs that the document does not have.
    NoSuchParagraph,
    /// The document's language has no lexicon: only shapes and structure were judged.
    NoLexicon,
}
