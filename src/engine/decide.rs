//! From measurements to verdicts: both votes, the label, and the reasons in words.

use std::borrow::Cow;

use super::cut::cut;
use super::features::{self, Features, Row};
use super::judge::{self, Judged};
use super::language::Spoken;
use super::lexicon::Lexicon;
use super::options::{Error, Options, Reasons};
use super::overrule::{Ruling, Rulings};
use super::page::Page;
use super::rules::{self, RuleId, evidence};
use super::scores::{Scores, Votes};
use super::settle;
use super::verdict::{Ground, Label, Reason, Verdict};

/// Fewest log-odds of a reason that is named; what is less goes into `other-signs`.
const LEAST_WEIGHT: f32 = 0.1;
/// Most reasons that are named.
const MOST_REASONS: usize = 8;
/// How many blocks are worked on between two looks at the caller's interrupt.
const INTERRUPT_BLOCKS: usize = 512;

/// What was decided of a page.
#[derive(Debug)]
pub struct Decided {
    /// One verdict a block.
    pub verdicts: Vec<Verdict>,
}

impl Decided {
    /// Whether a block stays in the article.
    pub fn stays(&self, block: usize, options: &Options) -> bool {
        let Verdict { label, ground, .. } = self.verdicts[block];
        label == Label::Content || (ground == Ground::Scores && options.keep.contains(&label))
    }
}

/// Decides on every block of a page.
///
/// # Errors
/// [`Error::Interrupted`] where the caller's interrupt says so.
pub fn decide(page: &Page, spoken: &Spoken, options: &Options, scores: &Scores) -> Result<Decided, Error> {
    let check = || match &options.limits.interrupt {
        Some(interrupt) if interrupt() => Err(Error::Interrupted),
        _ => Ok(()),
    };
    check()?;
    let lexicon = spoken.words();
    let features = features::measure(page, lexicon, scores);
    check()?;
    let stages = scores.stages(page);
    let mut judged = judge::judge(&features, scores);
    check()?;
    settle::settle(&features, &mut judged, stages);
    let cut = cut(&features, &judged, &stages.thresholds, options.mode);
    let deciding = Deciding { features: &features, judged: &judged, cut, scores, options, lexicon };
    let mut rulings = Rulings::of(options, spoken.code.as_deref());
    let mut verdicts = Vec::with_capacity(features.len);
    let mut row = Row::default();
    for block in 0..features.len {
        if block % INTERRUPT_BLOCKS == 0 {
            check()?;
        }
        let ruling = rulings.find(&page.blocks[block].text);
        verdicts.push(deciding.verdict(block, ruling.as_ref(), &mut row));
    }
    Ok(Decided { verdicts })
}

/// Everything that a verdict is made from.
struct Deciding<'a> {
    features: &'a Features<'a>,
    judged: &'a Judged,
    /// The log-odds of content from which a paragraph stays.
    cut: f32,
    scores: &'a Scores,
    options: &'a Options,
    lexicon: &'a Lexicon,
}

impl Deciding<'_> {
    fn verdict(&self, block: usize, ruling: Option<&Ruling>, row: &mut Row) -> Verdict {
        let votes = &self.judged.votes[block];
        let judged = votes.total - self.cut;
        let told = ruling.map_or(0.0, |ruling| ruling.weight(judged));
        let margin = judged + told;
        let certainty = 1.0 / (1.0 + (-margin.abs()).exp());
        let (label, confidence) = if margin >= 0.0 {
            (Label::Content, certainty)
        } else if let Some(label) = ruling.and_then(Ruling::label) {
            (label, certainty)
        } else {
            self.features.row(block, row);
            let (label, share) = most_likely(judge::kinds(row, self.scores));
            (label, certainty * share)
        };
        let reasons = match self.options.reasons {
            Reasons::Given => {
                let told = ruling.map(|ruling| Reason {
                    rule: Cow::Borrowed(ruling.rule),
                    label,
                    weight: hundredths(told).abs(),
                    evidence: ruling.evidence.clone(),
                });
                self.reasons(block, votes, margin, told, label)
            }
            Reasons::Omitted => Vec::new(),
        };
        let ground = if ruling.is_some() { Ground::Phrase } else { Ground::Scores };
        Verdict { label, ground, confidence: hundredths(confidence), reasons }
    }

    /// What moved the verdict, strongest first, with what was told of it; all that is not named goes into one last
    /// reason, so that the weights add up to the margin.
    fn reasons(&self, block: usize, votes: &Votes, margin: f32, told: Option<Reason>, label: Label) -> Vec<Reason> {
        let mut said: Vec<(RuleId, f32)> = (0..).zip(votes.by_rule.iter().copied()).collect();
        said.retain(|(id, weight)| weight.abs() >= LEAST_WEIGHT && evidence::is_seen(*id, self.features, block));
        said.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        said.truncate(MOST_REASONS);
        let mut reasons: Vec<Reason> = told.into_iter().collect();
        reasons.extend(said.into_iter().map(|(id, weight)| {
            let rule = rules::rule(id);
            let against = rule.label.filter(|label| *label != Label::Content);
            Reason {
                rule: rule.id.clone(),
                label: speaks_for(weight, against, label),
                weight: hundredths(weight).abs(),
                evidence: evidence::of(id, self.features, block, self.lexicon),
            }
        }));
        reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let named: f32 = reasons.iter().map(Reason::signed).sum();
        let left = hundredths(hundredths(margin) - named);
        if left != 0.0 || reasons.is_empty() {
            reasons.push(Reason {
                rule: Cow::Borrowed("other-signs"),
                label: speaks_for(left, None, label),
                weight: left.abs(),
                evidence: String::new(),
            });
        }
        reasons
    }
}

/// The label that a weight speaks for: content where it keeps; where it does not, the rule's own label or the verdict's.
fn speaks_for(weight: f32, own: Option<Label>, verdict: Label) -> Label {
    match (own, verdict) {
        _ if weight >= 0.0 => Label::Content,
        (Some(own), _) => own,
        (None, Label::Content) => Label::Boilerplate,
        (None, verdict) => verdict,
    }
}

/// The label of the highest score, and its share of the probability.
fn most_likely(scores: [f32; 3]) -> (Label, f32) {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let total: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
    let index = scores.iter().position(|score| *score >= highest).unwrap_or(2);
    (Label::ALL[index + 1], 1.0 / total)
}

fn hundredths(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
