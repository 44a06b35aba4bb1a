//! Measurements of what a block shares with the rest of the document: an article's paragraphs speak of the same things,
//! and the headline of another story does not.

use super::columns::{Column, OWN_COLUMNS, Own};
use super::sums::is_prose;
use super::{OwnRow, log};
use crate::engine::lexicon::hash::{ByHash, hash, more};
use crate::engine::lexicon::normal::{self, is_unspaced};

/// Fewest letters of a word that carries a topic.
const STEM_LETTERS: usize = 4;
/// How many letters of a word are compared: endings differ by grammar.
const STEM_BEGINNING: usize = 6;
/// Most different stems of one block that are looked at.
const MOST_STEMS: usize = 60;
/// How many paragraphs of prose before and after are near.
const NEAR: u32 = 3;
/// How many paragraphs of prose at the beginning say what the article is about.
const LEAD: u32 = 3;
/// Most stems that a block counts with in a window.
const WINDOW_STEMS: f32 = 10.0;
/// What a block without stems gets.
const NOTHING: f32 = -1.0;

/// Stems of a document's blocks, as they come.
#[derive(Debug, Default)]
pub(super) struct Stems {
    ids: ByHash<u32>,
    /// The stems of all blocks, one block after another.
    all: Vec<u32>,
    /// Where each block's stems end.
    ends: Vec<usize>,
}

impl Stems {
    /// Takes the stems of a block's text in normal form.
    pub(super) fn add(&mut self, folded: &str) {
        let from = self.all.len();
        let mut letter = None;
        for word in normal::words(folded) {
            if normal::has_unspaced(word) {
                // Where words are not parted, two signs are about one.
                for sign in word.chars().filter(|sign| is_unspaced(*sign)) {
                    let first = hash(sign.encode_utf8(&mut [0; 4]).as_bytes());
                    if let Some(before) = letter.replace(first) {
                        self.push(from, more(before, sign.encode_utf8(&mut [0; 4]).as_bytes()));
                    }
                }
                continue;
            }
            letter = None;
            if word.is_ascii() {
                if word.len() >= STEM_LETTERS && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                    self.push(from, hash(&word.as_bytes()[..word.len().min(STEM_BEGINNING)]));
                }
            } else if word.chars().nth(STEM_LETTERS - 1).is_some() && word.chars().all(char::is_alphabetic) {
                let end = word.char_indices().nth(STEM_BEGINNING).map_or(word.len(), |(at, _)| at);
                self.push(from, hash(&word.as_bytes()[..end]));
            }
        }
        self.ends.push(self.all.len());
    }

    fn push(&mut self, from: usize, stem: u64) {
        let new = self.ids.len() as u32;
        let id = *self.ids.entry(stem).or_insert(new);
        if self.all.len() - from < MOST_STEMS && !self.all[from..].contains(&id) {
            self.all.push(id);
        }
    }

    fn of(&self, block: usize) -> &[u32] {
        let from = if block == 0 { 0 } else { self.ends[block - 1] };
        &self.all[from..self.ends[block]]
    }

    /// Writes what each block shares with the others.
    pub(super) fn write(&self, own: &mut [f32]) {
        let prose: Vec<bool> = own.chunks_exact(OWN_COLUMNS).map(is_prose).collect();
        let mut shared = vec![Shared::default(); prose.len()];
        let counts = self.count(&prose);
        self.look_back(&prose, &counts, &mut shared);
        self.look_ahead(&prose, &mut shared);
        for (block, row) in own.chunks_exact_mut(OWN_COLUMNS).enumerate() {
            shared[block].write(self.of(block).len(), block, prose.len(), &mut OwnRow(row));
        }
        write_windows(own);
    }

    /// For each stem, in how many blocks and in how many paragraphs of prose it stands.
    fn count(&self, prose: &[bool]) -> Vec<(u32, u32)> {
        let mut counts = vec![(0, 0); self.ids.len()];
        for (block, is_prose) in prose.iter().enumerate() {
            for stem in self.of(block) {
                let count: &mut (u32, u32) = &mut counts[*stem as usize];
                count.0 += 1;
                count.1 += u32::from(*is_prose);
            }
        }
        counts
    }

    /// What each block shares with those before it, and with the whole.
    fn look_back(&self, prose: &[bool], counts: &[(u32, u32)], shared: &mut [Shared]) {
        let mut seen = vec![Seen::default(); self.ids.len()];
        let mut passed = 0;
        for (block, is_prose) in prose.iter().enumerate() {
            let mine = &mut shared[block];
            for stem in self.of(block) {
                let seen = &mut seen[*stem as usize];
                let (all, of_prose) = counts[*stem as usize];
                let others = of_prose - u32::from(*is_prose);
                let is_near = seen.prose > 0 && passed - (seen.prose - 1) <= NEAR;
                mine.prose += u32::from(others > 0);
                mine.weight += log(others as f32);
                mine.alone += u32::from(all == 1);
                mine.before += u32::from(seen.prose > 0);
                mine.near.push(is_near);
                mine.lead += u32::from(seen.first < LEAD || (*is_prose && passed < LEAD));
                mine.previous += u32::from(block > 0 && seen.block == block as u32);
                if *is_prose {
                    seen.prose = passed + 1;
                    seen.first = seen.first.min(passed);
                }
                seen.block = block as u32 + 1;
            }
            passed += u32::from(*is_prose);
        }
    }

    /// What each block shares with those after it.
    fn look_ahead(&self, prose: &[bool], shared: &mut [Shared]) {
        let mut seen = vec![Seen::default(); self.ids.len()];
        let mut passed = 0;
        for (block, is_prose) in prose.iter().enumerate().rev() {
            let mine = &mut shared[block];
            for (at, stem) in self.of(block).iter().enumerate() {
                let seen = &mut seen[*stem as usize];
                let distance = if seen.prose > 0 { passed - (seen.prose - 1) } else { u32::MAX };
                mine.after += u32::from(seen.prose > 0);
                mine.soon += u32::from(distance <= 2);
                mine.near[at] |= distance <= NEAR;
                mine.next += u32::from(seen.block == block as u32 + 1);
                if *is_prose {
                    seen.prose = passed + 1;
                }
                seen.block = block as u32;
            }
            passed += u32::from(*is_prose);
        }
    }
}

/// Where a stem was seen on the way through the document.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// One more than the paragraph of prose that held it last; nought for none.
    prose: u32,
    /// The first paragraph of prose that held it.
    first: u32,
    /// On the way ahead one more than the last block that held it, on the way back that block.
    block: u32,
}

impl Default for Seen {
    fn default() -> Self {
        Self { prose: 0, first: u32::MAX, block: 0 }
    }
}

/// How many of a block's stems stand elsewhere.
#[derive(Debug, Default, Clone)]
struct Shared {
    prose: u32,
    weight: f32,
    alone: u32,
    before: u32,
    after: u32,
    soon: u32,
    near: Vec<bool>,
    lead: u32,
    previous: u32,
    next: u32,
}

impl Shared {
    fn write(&self, stems: usize, block: usize, blocks: usize, row: &mut OwnRow<'_>) {
        let share = |count: u32| if stems > 0 { count as f32 / stems as f32 } else { NOTHING };
        row.set(Own::Stems, stems.min(20) as f32);
        row.set(Own::StemsAlone, if stems > 0 { self.alone as f32 } else { NOTHING });
        row.set(Own::SharedProse, share(self.prose));
        row.set(Own::SharedWeight, if stems > 0 { self.weight / stems as f32 } else { NOTHING });
        row.set(Own::SharedNear, share(self.near.iter().filter(|near| **near).count() as u32));
        row.set(Own::SharedBefore, share(self.before));
        row.set(Own::SharedAfter, share(self.after));
        row.set(Own::SharedSoon, share(self.soon));
        row.set(Own::SharedLead, share(self.lead));
        row.set(Own::SharedPrevious, if block > 0 { share(self.previous) } else { NOTHING });
        row.set(Own::SharedNext, if block + 1 < blocks { share(self.next) } else { NOTHING });
    }
}

/// Writes what the blocks around each share with the article's prose.
fn write_windows(own: &mut [f32]) {
    let mut before = vec![(0.0f32, 0.0f32)];
    for row in own.chunks_exact(OWN_COLUMNS) {
        let stems = row[Own::Stems.index()].min(WINDOW_STEMS);
        let (shared, all) = before[before.len() - 1];
        before.push((shared + stems * row[Own::SharedProse.index()].max(0.0), all + stems));
    }
    let blocks = before.len() - 1;
    for (block, row) in own.chunks_exact_mut(OWN_COLUMNS).enumerate() {
        for (column, reach) in [(Own::SharedWindow2, 2), (Own::SharedWindow6, 6)] {
            let (from, to) = (before[block.saturating_sub(reach)], before[(block + reach + 1).min(blocks)]);
            row[column.index()] = (to.0 - from.0) / (to.1 - from.1).max(1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::features;
    use crate::engine::lexicon;
    use crate::engine::parse::text;

    const ARTICLE: &str = "Council decides on the bridge\n\n\
        The council voted for the bridge over the river on Monday, after ten years of debate.\n\n\
        A second bridge had long been wanted by people who live across the river.\n\n\
        Celebrity chef opens restaurant\n\n\
        Work on the bridge begins in spring, said the council, and ends in three years.";

    #[track_caller]
    fn check(block: usize, column: Own, least: f32, most: f32) {
        let page = text::parse(ARTICLE);
        let scores = crate::engine::scores::Scores::empty();
        let features = features::measure(&page, lexicon::fallback(), &scores);
        let value = features.own(block, column);
        assert!((least..=most).contains(&value), "{column:?} of block {block} is {value}");
    }

    #[test]
    fn a_headline_of_the_article_shares_its_words() {
        check(0, Own::SharedProse, 0.6, 1.0);
        check(0, Own::SharedAfter, 0.6, 1.0);
        check(0, Own::SharedBefore, 0.0, 0.0);
        check(0, Own::SharedSoon, 0.6, 1.0);
    }

    #[test]
    fn a_headline_of_another_story_shares_none() {
        check(3, Own::SharedProse, 0.0, 0.0);
        check(3, Own::StemsAlone, 4.0, 4.0);
        check(3, Own::SharedNear, 0.0, 0.0);
        check(4, Own::SharedPrevious, 0.0, 0.0);
    }

    #[test]
    fn a_paragraph_does_not_share_with_itself() {
        check(4, Own::SharedProse, 0.1, 0.6);
        check(4, Own::SharedAfter, 0.0, 0.0);
        check(4, Own::SharedLead, 1.0, 1.0);
    }
}
