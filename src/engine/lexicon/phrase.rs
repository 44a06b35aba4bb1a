//! The phrase language of the lexicons, and the search for all phrases of a language in one pass over a paragraph.
//!
//! A phrase is words in a row. `word*` is any word that begins so; `…` is up to 48 characters of anything;
//! `(a|b)` is one of, and may be empty; `^` and `$` are the paragraph's ends.

use std::collections::HashMap;
use std::ops::ControlFlow;

use aho_corasick::{AhoCorasick, MatchKind};

use super::family::Family;
use super::normal;

/// How much may stand between the two sides of `…`, in characters: half a dozen words.
const GAP_CHARS: usize = 48;
/// Most variants that the alternatives of one phrase may make.
const VARIANTS: usize = 1_024;

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

/// What must lie between a literal and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// The rest of one word.
    WordEnd,
    /// Anything, up to `GAP_CHARS`.
    Gap,
}

/// One literal of a phrase's variant.
#[derive(Debug, Clone)]
struct Step {
    literal: String,
    between: Between,
    /// Whether it ends where a word ends.
    ends_word: bool,
    /// Whether it begins where a word begins.
    begins_word: bool,
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
    automaton: AhoCorasick,
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
        let mut builder = Builder::default();
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
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(ordered.iter().map(|(literal, _)| literal))
            .map_err(|error| error.to_string())?;
        Ok(Self { automaton, uses: builder.uses, slots: builder.slots as usize, is_spaced })
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
        for found in self.automaton.find_overlapping_iter(folded) {
            for usage in &self.uses[found.pattern().as_usize()] {
                let (mut start, end) = (found.start(), found.end());
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
                    None => {
                        if tell(Hit { family: usage.family, start: start as u32, end: end as u32 }).is_break() {
                            return;
                        }
                    }
                }
            }
        }
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
            let id = *self.literals.entry(step.literal).or_insert_with(|| {
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

/// Looks at a pattern that is nobody's yet: what a lexicon's own sentences would show is told here. Returns how many
/// bytes it has with its alternatives spelled out, which is what it costs to search for it.
///
/// # Errors
/// A sentence that says what is wrong with it, also where [`Matcher::new`] would read it otherwise than it looks.
pub fn spelled_out(pattern: &str) -> Result<usize, String> {
    check_brackets(pattern)?;
    let mut bytes = 0;
    for pattern in whole(pattern)? {
        let last = pattern.split('…').count() - 1;
        for (at, part) in pattern.split('…').enumerate() {
            for variant in expand(part)? {
                let variant = variant.trim();
                let inner = variant.strip_prefix('^').filter(|_| at == 0).unwrap_or(variant);
                let inner = inner.strip_suffix('$').filter(|_| at == last).unwrap_or(inner).trim();
                if inner.contains('^') || inner.starts_with('$') || inner.ends_with('$') {
                    return Err("“^” opens a pattern and “$” closes one; neither stands elsewhere".to_owned());
                }
                if inner.split_whitespace().any(|word| word.trim_end_matches('*').contains('*')) {
                    return Err("“*” stands at the end of a word alone".to_owned());
                }
                bytes += steps(inner)?.iter().map(|step| step.literal.len()).sum::<usize>();
            }
        }
    }
    Ok(bytes)
}

/// Whether alternatives are closed, not inside each other, and parted nowhere else.
fn check_brackets(pattern: &str) -> Result<(), String> {
    let mut is_open = false;
    for sign in pattern.chars() {
        match (sign, is_open) {
            ('(', true) => return Err("alternatives do not stand inside alternatives".to_owned()),
            (')', false) => return Err("a “)” without its “(”".to_owned()),
            ('|', false) => return Err("“|” parts alternatives: (a|b)".to_owned()),
            ('(', false) => is_open = true,
            (')', true) => is_open = false,
            _ => {}
        }
    }
    if is_open { Err("a “(” without its “)”".to_owned()) } else { Ok(()) }
}

/// The patterns of phrases; one whose alternatives hold gaps is taken apart first, so that gaps only stand outside.
fn whole_patterns(phrases: &[Phrase]) -> Result<Vec<(Family, String)>, String> {
    let mut patterns = Vec::with_capacity(phrases.len());
    for phrase in phrases {
        patterns.extend(whole(&phrase.pattern)?.into_iter().map(|pattern| (phrase.family, pattern)));
    }
    Ok(patterns)
}

/// A pattern with its gaps outside of alternatives: as it is, or its variants.
fn whole(pattern: &str) -> Result<Vec<String>, String> {
    let has_gap_inside =
        pattern.split('(').skip(1).any(|part| part.split(')').next().unwrap_or_default().contains('…'));
    if has_gap_inside { expand(pattern) } else { Ok(vec![pattern.to_owned()]) }
}

/// All variants that a pattern's alternatives make.
fn expand(pattern: &str) -> Result<Vec<String>, String> {
    let mut variants = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('(') {
        let (choices, left) =
            after.split_once(')').ok_or_else(|| format!("“{pattern}”: an alternative is not closed"))?;
        let choices: Vec<&str> = choices.split('|').collect();
        if variants.len() * choices.len() > VARIANTS {
            return Err(format!("“{pattern}”: over {VARIANTS} variants"));
        }
        variants = variants
            .iter()
            .flat_map(|variant| choices.iter().map(move |choice| format!("{variant}{before}{choice}")))
            .collect();
        rest = left;
    }
    for variant in &mut variants {
        variant.push_str(rest);
    }
    Ok(variants)
}

/// The literals of one variant of a part.
fn steps(variant: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut open: Option<Step> = None;
    for word in variant.split_whitespace() {
        let stem = normal::fold(word.trim_end_matches('*'));
        if stem.is_empty() {
            return Err(format!("“{variant}”: a word without a letter"));
        }
        let ends_word = !word.ends_with('*');
        open = Some(match open.take() {
            None => Step { literal: stem, between: Between::Gap, begins_word: true, ends_word },
            Some(before) if before.ends_word => Step { literal: before.literal + " " + &stem, ends_word, ..before },
            Some(before) => {
                steps.push(before);
                Step { literal: format!(" {stem}"), between: Between::WordEnd, begins_word: false, ends_word }
            }
        });
    }
    steps.push(open.ok_or_else(|| format!("“{variant}”: nothing beside a gap"))?);
    Ok(steps)
}

#[cfg(test)]
mod tests;
