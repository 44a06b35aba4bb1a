//! How a pattern of the phrase language is read: alternatives spelled out, words to literals.

use super::super::family::Family;
use super::super::normal;
use super::Phrase;

/// Most variants that the alternatives of one phrase may make.
const VARIANTS: usize = 1_024;

/// What must lie between a literal and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// The rest of one word.
    WordEnd,
    /// Anything, up to `GAP_CHARS`.
    Gap,
}

/// One literal of a phrase's variant.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) literal: String,
    pub(super) between: Between,
    /// Whether it ends where a word ends.
    pub(super) ends_word: bool,
    /// Whether it begins where a word begins.
    pub(super) begins_word: bool,
}

/// Looks at a pattern that is nobody's yet: what a lexicon's own sentences would show is told here. Returns how many
/// bytes it has with its alternatives spelled out, which is what it costs to search for it.
///
/// # Errors
/// A sentence that says what is wrong with it, also where [`Matcher::new`](super::Matcher::new) would read it otherwise
/// than it looks.
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
pub(super) fn whole_patterns(phrases: &[Phrase]) -> Result<Vec<(Family, String)>, String> {
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
pub(super) fn expand(pattern: &str) -> Result<Vec<String>, String> {
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
pub(super) fn steps(variant: &str) -> Result<Vec<Step>, String> {
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
