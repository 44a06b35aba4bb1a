//! What the rules say of every paragraph by itself and its place on the page: the first of two votes.

use super::features::{Features, Row};
use super::page::Source;
use super::scores::{Scores, Votes};

/// The first votes on a page.
#[derive(Debug)]
pub struct Judged {
    /// One a block.
    pub votes: Vec<Votes>,
    /// How each block of a page would be judged as pasted text: the log-odds of content. Pages are fitted on whole-page
    /// references, pasted text on lines that people labelled, which know more of promos. Empty for pasted text.
    pub reading: Vec<f32>,
}

/// Judges every block.
pub fn judge(features: &Features<'_>, scores: &Scores) -> Judged {
    let source = features.page.source;
    let stages = scores.stages(source);
    let mut row = Row::default();
    let mut judged = Judged { votes: Vec::with_capacity(features.len), reading: Vec::new() };
    for block in 0..features.len {
        features.row(block, &mut row);
        let mut votes = Votes::none();
        stages.judge.vote(&row.0, &mut votes);
        judged.votes.push(votes);
        if source == Source::Html {
            judged.reading.push(scores.text.judge.score(&row.0));
        }
    }
    judged
}

/// How strongly a block speaks for each label but content, in the order of the labels.
pub fn kinds(row: &Row, scores: &Scores) -> [f32; 3] {
    [scores.kinds[0].score(&row.0), scores.kinds[1].score(&row.0), scores.kinds[2].score(&row.0)]
}
