//! What was decided of a paragraph, and why.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Part of the article.
    Content,
    /// Sells or promotes something for money.
    Advertising,
    /// Asks the reader to do something for the publisher.
    CallToAction,
    /// Page furniture.
    Boilerplate,
}

impl Label {
    /// Every label.
    pub const ALL: [Self; 4] = [Self::Content, Self::Advertising, Self::CallToAction, Self::Boilerplate];

    /// Its name in answers and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Advertising => "advertising",
            Self::CallToAction => "call_to_action",
            Self::Boilerplate => "boilerplate",
        }
    }
}

/// One rule's part in a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reason {
    /// The rule's name.
    #[schema(value_type = String)]
    pub rule: Cow<'static, str>,
    /// What it speaks for here.
    pub label: Label,
    /// How much it says, in log-odds, rounded to hundredths; never negative.
    #[schema(minimum = 0)]
    pub weight: f32,
    /// What it saw, in words of the paragraph where it was words.
    #[schema(value_type = String)]
    pub evidence: Cow<'static, str>,
}

impl Reason {
    /// Its weight, below zero where it speaks against content.
    pub fn signed(&self) -> f32 {
        if self.label == Label::Content { self.weight } else { -self.weight }
    }
}

/// What a decision rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The scores: a caller may leave labels in.
    Scores,
    /// A phrase of the caller's or the operator's: whoever names it means just that paragraph.
    Phrase,
}

/// The decision on one paragraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What the paragraph is.
    pub label: Label,
    /// What that rests on.
    pub ground: Ground,
    /// How likely the label is, 0 to 1.
    pub confidence: f32,
    /// Why, strongest first. Weights for `content` less the weights for the rest are the log-odds of content.
    pub reasons: Vec<Reason>,
}
