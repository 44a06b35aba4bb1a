//! Where a document is cut: the log-odds of content from which its paragraphs stay. Pasted text is cut where the mode
//! says. A page is cut where the words that stay are expected to match the article best: on a page whose paragraphs are
//! in doubt, to keep more of them is right oftener than not.

use super::features::Features;
use super::features::columns::Own;
use super::options::Mode;
use super::scores::{Balanced, Thresholds, Votes};

/// Bounds of where a page is cut in balanced mode, in log-odds: what is surely furniture goes from a page of nothing
/// else, what is surely content stays beside much that is surer.
const LOWEST: f32 = -1.5;
const HIGHEST: f32 = 0.5;

/// The log-odds from which paragraphs stay. A mode never keeps what the mode before it drops.
pub fn cut(features: &Features<'_>, votes: &Votes, thresholds: &Thresholds, mode: Mode) -> f32 {
    let balanced = match &thresholds.balanced {
        Balanced::At(threshold) => *threshold,
        Balanced::ByKind(shifts) => {
            let shift = features.page_kind().map_or(0.0, |kind| shifts[kind]);
            best_expected(features, votes, shift).clamp(LOWEST, HIGHEST)
        }
    };
    match mode {
        Mode::Precision => thresholds.precision.max(balanced),
        Mode::Balanced => balanced,
        Mode::Recall => thresholds.recall.min(balanced),
    }
}

/// The log-odds whose paragraphs and all surer ones have the highest expected F1, counted in words: twice the words
/// expected right, over the words that stay and those that are expected to be content. `shift` is added to all log-odds
/// first. See Lipton, Elkan and Narayanaswamy, “Optimal Thresholding of Classifiers to Maximize F1 Measure”, 2014.
fn best_expected(features: &Features<'_>, votes: &Votes, shift: f32) -> f32 {
    let mut blocks: Vec<(f32, f32)> =
        votes.totals.iter().enumerate().map(|(block, total)| (*total, features.own(block, Own::Words))).collect();
    blocks.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let likely = |score: f32, words: f32| words / (1.0 + (-score - shift).exp());
    let content: f32 = blocks.iter().map(|(score, words)| likely(*score, *words)).sum();
    let (mut right, mut stays) = (0.0, 0.0);
    let (mut best, mut at) = (0.0, f32::INFINITY);
    for (score, words) in blocks {
        right += likely(score, words);
        stays += words;
        let expected = 2.0 * right / (stays + content).max(f32::MIN_POSITIVE);
        if expected > best {
            (best, at) = (expected, score);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::features;
    use crate::engine::lexicon;
    use crate::engine::parse::{html, prescan::prescan};
    use crate::engine::scores::Scores;

    /// `scores` are the log-odds of paragraphs of ten words.
    #[track_caller]
    fn check(scores: &[f32], balanced: Balanced, mode: Mode, expected: f32) {
        let page =
            html::parse(&prescan(&"<p>one two three four five six seven eight nine ten</p>".repeat(scores.len())));
        let fitted = Scores::empty();
        let features = features::measure(&page, lexicon::fallback(), &fitted);
        let mut votes = Votes::none(scores.len(), false);
        votes.totals.copy_from_slice(scores);
        let thresholds = Thresholds { precision: 2.0, balanced, recall: -4.0 };
        let at = cut(&features, &votes, &thresholds, mode);
        assert!((at - expected).abs() < 1e-6, "{scores:?} is cut at {at}");
    }

    #[test]
    fn a_page_is_cut_where_it_is_expected_to_be_best() {
        let by_kind = || Balanced::ByKind([0.0; 7]);
        // A doubtful paragraph goes beside sure ones and stays where there are no others.
        check(&[3.0, -0.5, 3.0, -1.0], by_kind(), Mode::Balanced, HIGHEST);
        check(&[-0.5, -0.5, -0.6, -0.5], by_kind(), Mode::Balanced, -0.6);
        check(&[0.2, -0.1, -6.0, -6.0, -6.0], by_kind(), Mode::Balanced, -0.1);
        check(&[-3.0, -4.0], by_kind(), Mode::Balanced, LOWEST);
        check(&[], by_kind(), Mode::Balanced, HIGHEST);
        check(&[3.0, -0.5], by_kind(), Mode::Precision, 2.0);
        check(&[3.0, -0.5], by_kind(), Mode::Recall, -4.0);
    }

    #[test]
    fn a_fixed_threshold_is_taken_as_it_is_and_modes_stay_in_order() {
        check(&[3.0], Balanced::At(-1.0), Mode::Balanced, -1.0);
        check(&[3.0], Balanced::At(2.5), Mode::Precision, 2.5);
        check(&[3.0], Balanced::At(-5.0), Mode::Recall, -5.0);
    }
}
