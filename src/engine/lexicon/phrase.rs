//! The phrase language of the lexicons, and the search for all phrases of a language in one pass over a paragraph.
//!
//! A phrase is words in a row. `word*` is any word that begins so; `…` is up to 48 characters of anything;
//! `(a|b)` is one of, and may be empty; `^` and `$` are the paragraph's ends.

mod pattern;

use std::collections::HashMap;
use std::ops::ControlFlow;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

use super::family::Family;
pub use pattern::spelled_out;
use pattern::{Between, expand, steps, whole_patterns};

/// How much may stand between the two sides of `…`, in characters: half a dozen words.
const GAP_CHARS: usize = 48;
/// One phrase of a lexicon, with a sentence that it must hit and one that it must miss.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// What it means.
    pub family: Family,
    /// The phrase, in the language of this module.
    pub pattern: String,
    /// A sentence that it must hit.
    pub hit: String,
    /// A sentence that it must miss.
    pub miss: String,
}

/// A phrase found in a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// What it means.
    pub family: Family,
    /// Where it begins in the folded text, in bytes.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// Where a literal is used.
#[expect(clippy::struct_excessive_bools, reason = "each is one condition on where the literal may stand")]
#[derive(Debug, Clone, Copy)]
struct Use {
    family: Family,
    /// The slot that says where the step before was found; none for a first step.
    after: Option<u32>,
    /// The slot of this step; none for a last step, which completes the phrase.
    slot: Option<u32>,
    between: Between,
    begins_word: bool,
    ends_word: bool,
    at_start: bool,
    at_end: bool,
}

/// All phrases of a language, as one automaton.
#[derive(Debug)]
pub struct Matcher {
    automaton: NFA,
    /// The state before a text begins. Where words are parted by spaces it has seen one: every literal then begins with a
    /// space, and in the midst of words nothing is looked for.
    start: StateID,
    uses: Vec<Vec<Use>>,
    slots: usize,
    is_spaced: bool,
}

/// What a search remembers between the literals of a phrase; one serves a whole document.
#[derive(Debug, Default)]
pub struct Scratch {
    /// For each slot, where its literal was found last and before that: start and end. What was found last may be a
    /// part of the next literal, which then needs the one before.
    found: Vec<[(u32, u32); 2]>,
    touched: Vec<u32>,
}

/// A slot whose literal was not found.
const NEVER: [(u32, u32); 2] = [(u32::MAX, u32::MAX); 2];

impl Matcher {
    /// Compiles phrases.
    ///
    /// # Errors
    /// A sentence that names the phrase and what is wrong with it.
    pub fn new(phrases: &[Phrase], is_spaced: bool) -> Result<Self, String> {
        let mut builder = Builder { is_spaced, ..Builder::default() };
        for (family, pattern) in whole_patterns(phrases)? {
            let parts: Vec<&str> = pattern.split('…').collect();
            let mut after = None;
            for (at, part) in parts.iter().enumerate() {
                // All variants of a part fill one slot: whichever was found, the next part may follow.
                let slot = (at + 1 < parts.len()).then(|| builder.slot());
                for variant in expand(part)? {
                    builder.add(family, &variant, after, slot)?;
                }
                after = slot;
            }
        }
        let mut ordered: Vec<(String, usize)> = builder.literals.into_iter().collect();
        ordered.sort_unstable_by_key(|(_, id)| *id);
        let automaton = NFA::builder()
            .match_kind(MatchKind::Standard)
            .build(ordered.iter().map(|(literal, _)| literal))
            .map_err(|error| error.to_string())?;
        let root = automaton.start_state(Anchored::No).map_err(|error| error.to_string())?;
        let start = if is_spaced { automaton.next_state(Anchored::No, root, b' ') } else { root };
        Ok(Self { automaton, start, uses: builder.uses, slots: builder.slots as usize, is_spaced })
    }

    /// Every phrase in a folded text, by where it ends.
    pub fn find(&self, folded: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.find_into(folded, &mut Scratch::default(), &mut hits);
        hits
    }

    /// Like [`Self::find`], with the scratch and the list of an earlier search.
    pub fn find_into(&self, folded: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        hits.clear();
        self.search(folded, scratch, |hit| {
            hits.push(hit);
            ControlFlow::Continue(())
        });
    }

    /// The phrase that ends first in a folded text: all that has to be known where any of them will do.
    pub fn first(&self, folded: &str, scratch: &mut Scratch) -> Option<Hit> {
        let mut first = None;
        self.search(folded, scratch, |hit| {
            first = Some(hit);
            ControlFlow::Break(())
        });
        first
    }

    /// Tells every phrase in a folded text, by where it ends, until that is enough.
    fn search(&self, folded: &str, scratch: &mut Scratch, mut tell: impl FnMut(Hit) -> ControlFlow<()>) {
        for slot in scratch.touched.drain(..) {
            scratch.found[slot as usize] = NEVER;
        }
        scratch.found.resize(self.slots, NEVER);
        let mut state = self.start;
        for (at, byte) in folded.bytes().enumerate() {
            state = self.automaton.next_state(Anchored::No, state, byte);
            if !self.automaton.is_special(state) || !self.automaton.is_match(state) {
                continue;
            }
            for found in 0..self.automaton.match_len(state) {
                let pattern = self.automaton.match_pattern(state, found);
                let length = self.automaton.pattern_len(pattern);
                if self.found(pattern.as_usize(), at + 1, length, folded, scratch, &mut tell).is_break() {
                    return;
                }
            }
        }
    }

    /// Looks at each use of a literal that ends at `end`, and tells the phrases that it completes.
    fn found(
        &self,
        literal: usize,
        end: usize,
        length: usize,
        folded: &str,
        scratch: &mut Scratch,
        tell: &mut impl FnMut(Hit) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for usage in &self.uses[literal] {
            // The space that a word begins with is not the word's.
            let mut start = (end + usize::from(usage.begins_word && self.is_spaced)).saturating_sub(length);
            if !self.fits(usage, folded, start, end) {
                continue;
            }
            if let Some(after) = usage.after {
                let before = scratch.found[after as usize];
                let Some((first, _)) =
                    before.into_iter().find(|(_, end)| bridges(folded, *end as usize, start, usage.between))
                else {
                    continue;
                };
                start = first as usize;
            }
            match usage.slot {
                Some(slot) => {
                    if scratch.found[slot as usize] == NEVER {
                        scratch.touched.push(slot);
                    }
                    let found = &mut scratch.found[slot as usize];
                    // Of literals that end at one place the longest comes first; it is one find.
                    if found[0].1 != end as u32 {
                        *found = [(start as u32, end as u32), found[0]];
                    }
                }
                None => tell(Hit { family: usage.family, start: start as u32, end: end as u32 })?,
            }
        }
        ControlFlow::Continue(())
    }

    fn fits(&self, usage: &Use, folded: &str, start: usize, end: usize) -> bool {
        (!usage.at_start || start == 0)
            && (!usage.at_end || end == folded.len() || (!usage.ends_word && !folded[end..].contains(' ')))
            && (!usage.begins_word || self.is_border(folded, start))
            && (!usage.ends_word || self.is_border(folded, end))
    }

    /// Whether a word may begin or end here. Without spaces, any place is good but the middle of a Latin word.
    fn is_border(&self, folded: &str, at: usize) -> bool {
        let bytes = folded.as_bytes();
        let (Some(before), Some(after)) = (at.checked_sub(1).map(|at| bytes[at]), bytes.get(at)) else { return true };
        if self.is_spaced {
            before == b' ' || *after == b' '
        } else {
            !(before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric())
        }
    }
}

/// Literals and their uses, while phrases are compiled.
#[derive(Default)]
struct Builder {
    literals: HashMap<String, usize>,
    uses: Vec<Vec<Use>>,
    slots: u32,
    is_spaced: bool,
}

impl Builder {
    fn slot(&mut self) -> u32 {
        self.slots += 1;
        self.slots - 1
    }

    /// Adds one variant of a part: it may follow what fills the slot `after`, and fills `slot`; a last part completes
    /// the phrase.
    fn add(&mut self, family: Family, variant: &str, after: Option<u32>, slot: Option<u32>) -> Result<(), String> {
        let variant = variant.trim();
        let (at_start, at_end) = (variant.starts_with('^'), variant.ends_with('$'));
        let steps = steps(variant.trim_matches(['^', '$', ' ']))?;
        let last = steps.len() - 1;
        let mut after = after;
        for (index, step) in steps.into_iter().enumerate() {
            let slot = if index == last { slot } else { Some(self.slot()) };
            let literal = if step.begins_word && self.is_spaced { format!(" {}", step.literal) } else { step.literal };
            let id = *self.literals.entry(literal).or_insert_with(|| {
                self.uses.push(Vec::new());
                self.uses.len() - 1
            });
            self.uses[id].push(Use {
                family,
                after,
                slot,
                between: step.between,
                begins_word: step.begins_word,
                ends_word: step.ends_word,
                at_start: at_start && index == 0,
                at_end: at_end && index == last,
            });
            after = slot;
        }
        Ok(())
    }
}

/// Whether what lies between two literals is what may lie there.
fn bridges(folded: &str, from: usize, to: usize, between: Between) -> bool {
    if from > to {
        return false;
    }
    match between {
        Between::WordEnd => !folded.as_bytes()[from..to].contains(&b' '),
        // A character has at most four bytes: a longer stretch need not be counted.
        Between::Gap => to - from <= GAP_CHARS * 4 && folded[from..to].chars().count() <= GAP_CHARS,
    }
}

#[cfg(test)]
mod tests;
