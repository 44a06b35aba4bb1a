//! What the rules say of every paragraph by itself and its place on the page: the first of two votes.

use super::features::{Features, Row};
use super::scores::{Scores, Votes};

/// The first votes on a page.
#[derive(Debug)]
pub struct Judged {
    /// One a block.
    pub votes: Vec<Votes>,
}

/// Judges every block.
pub fn judge(features: &Features<'_>, scores: &Scores) -> Judged {
    let stages = scores.stages(features.page);
    let mut row = Row::default();
    let mut judged = Judged { votes: Vec::with_capacity(features.len) };
    for block in 0..features.len {
        features.row(block, &mut row);
        let mut votes = Votes::none();
        stages.judge.vote(&row.0, &mut votes);
        judged.votes.push(votes);
    }
    judged
}

/// How strongly a block speaks for each label but content, in the order of the labels.
pub fn kinds(row: &Row, scores: &Scores) -> [f32; 3] {
    [scores.kinds[0].score(&row.0), scores.kinds[1].score(&row.0), scores.kinds[2].score(&row.0)]
}
