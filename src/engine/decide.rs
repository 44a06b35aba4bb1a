//! From measurements to verdicts: both votes, the label, and the reasons in words.

use std::borrow::Cow;

use super::cut::cut;
use super::features::{self, Features};
use super::judge;
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
    let with_reasons = options.reasons == Reasons::Given;
    let mut votes = judge::judge(&features, scores, with_reasons, check)?;
    settle::settle(&features, &mut votes, stages);
    let cut = cut(&features, &votes, &stages.thresholds, options.mode);
    let mut rulings = Rulings::of(options, spoken.code.as_deref());
    let mut margins = Vec::with_capacity(features.len);
    for (at, (block, total)) in page.blocks.iter().zip(&votes.totals).enumerate() {
        if at % INTERRUPT_BLOCKS == 0 {
            check()?;
        }
        margins.push(Margin::of(total - cut, rulings.find(&block.text)));
    }
    let going: Vec<usize> = (0..margins.len()).filter(|at| margins[*at].asks_for_label()).collect();
    let mut kinds = judge::kinds(&features, &going, scores).into_iter();
    let deciding = Deciding { features: &features, votes: &votes, with_reasons, lexicon };
    let mut verdicts = Vec::with_capacity(features.len);
    for (block, margin) in margins.into_iter().enumerate() {
        if block % INTERRUPT_BLOCKS == 0 {
            check()?;
        }
        let kinds = if margin.asks_for_label() { kinds.next() } else { None };
        verdicts.push(deciding.verdict(block, margin, kinds));
    }
    Ok(Decided { verdicts })
}

/// How far a block is from where it would be judged otherwise.
struct Margin {
    /// Log-odds of content over those from which a paragraph stays, with what was told.
    all: f32,
    /// What a phrase added to that.
    told: f32,
    ruling: Option<Ruling>,
}

impl Margin {
    fn of(judged: f32, ruling: Option<Ruling>) -> Self {
        let told = ruling.as_ref().map_or(0.0, |ruling| ruling.weight(judged));
        Self { all: judged + told, told, ruling }
    }

    /// Whether the block goes, and nobody told what it is.
    fn asks_for_label(&self) -> bool {
        self.all < 0.0 && self.ruling.as_ref().and_then(Ruling::label).is_none()
    }
}

/// Everything that a verdict is made from.
struct Deciding<'a> {
    features: &'a Features<'a>,
    votes: &'a Votes,
    with_reasons: bool,
    lexicon: &'a Lexicon,
}

impl Deciding<'_> {
    /// `kinds` is how strongly a block that goes speaks for each label; what has none stays, or was told its label.
    fn verdict(&self, block: usize, margin: Margin, kinds: Option<[f32; 3]>) -> Verdict {
        let Margin { all, told, ruling } = margin;
        let certainty = 1.0 / (1.0 + (-all.abs()).exp());
        let (label, share) = match (kinds, ruling.as_ref().and_then(Ruling::label)) {
            (Some(kinds), _) => most_likely(kinds),
            (None, Some(label)) if all < 0.0 => (label, 1.0),
            _ => (Label::Content, 1.0),
        };
        let ground = if ruling.is_some() { Ground::Phrase } else { Ground::Scores };
        let reasons = if self.with_reasons {
            let told = ruling.map(|ruling| Reason {
                rule: Cow::Borrowed(ruling.rule),
                label,
                weight: hundredths(told).abs(),
                evidence: ruling.evidence.into(),
            });
            self.reasons(block, all, told, label)
        } else {
            Vec::new()
        };
        Verdict { label, ground, confidence: hundredths(certainty * share), reasons }
    }

    /// What moved the verdict, strongest first, with what was told of it; all that is not named goes into one last
    /// reason, so that the weights add up to the margin.
    fn reasons(&self, block: usize, margin: f32, told: Option<Reason>, label: Label) -> Vec<Reason> {
        let weights = (0..).zip(self.votes.by_rule(block).iter().copied());
        let mut said: Vec<(RuleId, f32)> = weights
            .filter(|(id, weight)| weight.abs() >= LEAST_WEIGHT && evidence::is_seen(*id, self.features, block))
            .collect();
        said.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        said.truncate(MOST_REASONS);
        let mut reasons: Vec<Reason> = told.into_iter().collect();
        reasons.extend(said.into_iter().map(|(id, weight)| {
            let rule = rules::rule(id);
            let against = rule.label.filter(|label| *label != Label::Content);
            Reason {
                rule: Cow::Borrowed(&rule.id),
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
                evidence: Cow::Borrowed(""),
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
