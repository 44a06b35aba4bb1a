//! What the rules say of every paragraph by itself and its place on the page: the first of two votes.

use super::features::{Features, Row};
use super::options::Error;
use super::scores::{SIDE_BY_SIDE, Scores, Votes};

/// Judges every block; `with_rules` where reasons will be asked for. `check` is asked now and then whether to go on.
///
/// # Errors
/// What `check` says.
pub fn judge(
    features: &Features<'_>,
    scores: &Scores,
    with_rules: bool,
    check: impl Fn() -> Result<(), Error>,
) -> Result<Votes, Error> {
    let judge = &scores.stages(features.page).judge;
    let mut votes = Votes::none(features.len, with_rules);
    let mut rows = vec![Row::default(); SIDE_BY_SIDE];
    for first in (0..features.len).step_by(SIDE_BY_SIDE) {
        if first % INTERRUPT_BLOCKS == 0 {
            check()?;
        }
        let rows = &mut rows[..SIDE_BY_SIDE.min(features.len - first)];
        for (block, row) in (first..).zip(rows.iter_mut()) {
            features.row(block, row);
        }
        judge.vote(rows, first, &mut votes);
    }
    Ok(votes)
}

/// How many blocks are judged between two looks at the caller's interrupt.
const INTERRUPT_BLOCKS: usize = 64 * SIDE_BY_SIDE;

/// How strongly blocks speak for each label but content, in the order of the labels.
pub fn kinds(features: &Features<'_>, blocks: &[usize], scores: &Scores) -> Vec<[f32; 3]> {
    let mut kinds = Vec::with_capacity(blocks.len());
    let mut rows = vec![Row::default(); SIDE_BY_SIDE];
    for blocks in blocks.chunks(SIDE_BY_SIDE) {
        for (block, row) in blocks.iter().zip(rows.iter_mut()) {
            features.row(*block, row);
        }
        let [advertising, call, boilerplate] =
            scores.kinds.each_ref().map(|forest| forest.scores(&rows[..blocks.len()]));
        kinds.extend((0..blocks.len()).map(|at| [advertising[at], call[at], boilerplate[at]]));
    }
    kinds
}
