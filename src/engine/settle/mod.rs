//! The second vote: neighbours, containers and the article's outline speak, by their first votes. The only place where
//! one paragraph's verdict touches another's.

mod columns;

use columns::{Around, LIST};

use super::features::columns::{Group, Own};
use super::features::{Features, log};
use super::page::{ContainerId, Page, Shape};
use super::scores::{SIDE_BY_SIDE, Stages, Votes};

/// Log-odds beyond which a first vote says no more: one overconfident paragraph must not drown its neighbours.
const MOST: f32 = 6.0;
/// Probability from which a paragraph is surely content, if it is long enough.
const SURE: f32 = 0.7;
/// Probability below which a paragraph is surely not.
const REMOVED: f32 = 0.3;
/// Fewest words of a paragraph that is surely content.
const SURE_WORDS: f32 = 15.0;
/// Longest section under one heading, in blocks.
const SECTION_BLOCKS: usize = 60;

/// Name and group of every column of the second vote, by index.
pub fn columns() -> Vec<(String, Group)> {
    LIST.iter().map(|(name, group)| ((*name).to_owned(), *group)).collect()
}

/// Adds the second votes to the first.
pub fn settle(features: &Features<'_>, votes: &mut Votes, stages: &Stages) {
    if features.len == 0 {
        return;
    }
    let view = View::of(features, &votes.totals);
    let mut rows = [[0.0; LIST.len()]; SIDE_BY_SIDE];
    for first in (0..features.len).step_by(SIDE_BY_SIDE) {
        let rows = &mut rows[..SIDE_BY_SIDE.min(features.len - first)];
        for (block, row) in (first..).zip(rows.iter_mut()) {
            view.row(block, row);
        }
        stages.settle.vote(rows, first, votes);
    }
}

/// The rows of the second vote of a page, for fitting: one a block, by [`columns`]. `scores` are first
/// votes.
pub fn rows(features: &Features<'_>, scores: &[f32]) -> Vec<Vec<f32>> {
    let view = View::of(features, scores);
    let mut row = [0.0; LIST.len()];
    (0..features.len)
        .map(|block| {
            view.row(block, &mut row);
            row.to_vec()
        })
        .collect()
}

/// What a container's blocks came to in the first vote.
#[derive(Debug, Default, Clone, Copy)]
struct Held {
    /// Words, and words times the probability of content.
    words: f32,
    likely: f32,
    blocks: f32,
    kept: f32,
    best: f32,
    /// The same of siblings of its make.
    alike_words: f32,
    alike_likely: f32,
}

/// First votes of a page, summed up.
struct View<'a> {
    features: &'a Features<'a>,
    scores: Vec<f32>,
    /// Before each block, and over all: weight, and weight times probability.
    before: Vec<[f32; 2]>,
    containers: Vec<Held>,
    first_sure: Option<usize>,
    last_sure: Option<usize>,
    last_removed: Vec<usize>,
    next_removed: Vec<usize>,
    /// The block after the last one of the section that each heading opens.
    section_end: Vec<usize>,
}

fn probability(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { -1.0 }
}

impl<'a> View<'a> {
    fn of(features: &'a Features<'a>, scores: &[f32]) -> Self {
        let scores: Vec<f32> = scores.iter().map(|score| score.clamp(-MOST, MOST)).collect();
        let page = features.page;
        let mut before = Vec::with_capacity(scores.len() + 1);
        let mut sums = [0.0f32; 2];
        let mut containers = vec![Held::default(); page.containers.len().max(1)];
        for (index, score) in scores.iter().enumerate() {
            before.push(sums);
            let words = features.own(index, Own::Words);
            let likely = probability(*score);
            let held = &mut containers[page.blocks[index].container.0 as usize];
            held.words += words + 1.0;
            held.likely += (words + 1.0) * likely;
            held.blocks += 1.0;
            held.kept += f32::from(u8::from(likely > 0.5));
            held.best = held.best.max(likely);
            sums[0] += words + 1.0;
            sums[1] += (words + 1.0) * likely;
        }
        before.push(sums);
        add_up(page, &mut containers);
        let is_sure = |at: &usize| probability(scores[*at]) > SURE && features.own(*at, Own::Words) >= SURE_WORDS;
        let first_sure = (0..scores.len()).find(is_sure);
        let last_sure = (0..scores.len()).rev().find(is_sure);
        let is_removed = |at: usize| probability(scores[at]) < REMOVED;
        let mut last_removed = vec![usize::MAX; scores.len()];
        let mut next_removed = vec![usize::MAX; scores.len()];
        for at in 1..scores.len() {
            last_removed[at] = if is_removed(at - 1) { at - 1 } else { last_removed[at - 1] };
        }
        for at in (0..scores.len().saturating_sub(1)).rev() {
            next_removed[at] = if is_removed(at + 1) { at + 1 } else { next_removed[at + 1] };
        }
        let section_end = section_ends(page);
        Self { features, scores, before, containers, first_sure, last_sure, last_removed, next_removed, section_end }
    }

    fn mean(&self, from: usize, to: usize) -> f32 {
        let (from, to) = (self.before[from.min(to)], self.before[to]);
        share(to[1] - from[1], to[0] - from[0])
    }

    fn row(&self, block: usize, row: &mut [f32; LIST.len()]) {
        row.fill(0.0);
        self.write_neighbours(block, row);
        self.write_own(block, row);
        self.write_containers(block, row);
        self.write_outline(block, row);
    }

    fn write_neighbours(&self, block: usize, row: &mut [f32; LIST.len()]) {
        use Around as A;
        let score = |step: isize| block.checked_add_signed(step).and_then(|at| self.scores.get(at)).copied();
        let mut set = |column: A, value: f32| row[column as usize] = value;
        for (columns, side) in [
            ([A::Previous1, A::Previous2, A::Previous3, A::Previous4], -1),
            ([A::Next1, A::Next2, A::Next3, A::Next4], 1),
        ] {
            for (column, step) in columns.into_iter().zip(1..) {
                set(column, score(side * step).unwrap_or(-MOST));
            }
        }
        let count = self.scores.len();
        set(A::Before4, self.mean(block.saturating_sub(4), block));
        set(A::After4, self.mean(block + 1, (block + 5).clamp(block + 1, count.max(block + 1))));
        set(A::Before10, self.mean(block.saturating_sub(10), block));
        set(A::After10, self.mean(block + 1, (block + 11).min(count)));
        set(A::Window3, self.mean(block.saturating_sub(3), (block + 4).min(count)));
        let near = [-2, -1, 1, 2].into_iter().filter_map(score);
        set(A::Lowest2, near.fold(MOST, f32::min));
        let own = |step: isize, column: Own| {
            let at = block.checked_add_signed(step).filter(|at| *at < count);
            at.map_or(0.0, |at| self.features.own(at, column))
        };
        let pitch = |step: isize| own(step, Own::CallPhrases) + own(step, Own::AdvertisingPhrases);
        set(A::PreviousWords, log(own(-1, Own::Words)));
        set(A::NextWords, log(own(1, Own::Words)));
        set(A::PreviousHeading, own(-1, Own::HeadingLevel));
        set(A::NextHeading, own(1, Own::HeadingLevel));
        set(A::PreviousPitch, pitch(-1));
        set(A::NextPitch, pitch(1));
        set(A::Previous2Pitch, pitch(-2));
        set(A::Next2Pitch, pitch(2));
    }

    fn write_own(&self, block: usize, row: &mut [f32; LIST.len()]) {
        use Around as A;
        let own = |column: Own| self.features.own(block, column);
        row[A::Own as usize] = self.scores[block];
        row[A::OwnWords as usize] = own(Own::Words);
        row[A::OwnLinkShare as usize] = own(Own::LinkShare);
        row[A::OwnEnds as usize] = own(Own::EndsSentence);
        row[A::OwnHeading as usize] = own(Own::HeadingLevel);
        row[A::OwnItem as usize] = own(Own::IsItem);
        row[A::OwnRepeat as usize] = own(Own::RepeatOf);
        row[A::OwnFurniture as usize] = own(Own::FurnitureFamilies);
        row[A::OwnTitle as usize] = own(Own::TitleCovered);
    }

    fn write_containers(&self, block: usize, row: &mut [f32; LIST.len()]) {
        use Around as A;
        let page = self.features.page;
        let own_words = self.features.own(block, Own::Words) + 1.0;
        let own_likely = own_words * probability(self.scores[block]);
        let own_kept = f32::from(u8::from(self.scores[block] > 0.0));
        for (level, id) in page.ancestors(page.blocks[block].container).take(5).enumerate() {
            let held = &self.containers[id.0 as usize];
            // The container's others: a paragraph is not its own neighbour.
            let others = share(held.likely - own_likely, (held.words - own_words).max(0.0));
            row[[A::Container0, A::Container1, A::Container2, A::Container3, A::Container4][level] as usize] = others;
            let kept = share(held.kept - own_kept, held.blocks - 1.0);
            match level {
                1 => {
                    row[A::ContainerBest1 as usize] = held.best;
                    row[A::ContainerBlocks1 as usize] = log(held.blocks);
                    row[A::ContainerKept1 as usize] = kept;
                    row[A::Alike1 as usize] = share(held.alike_likely, held.alike_words);
                }
                2 => {
                    row[A::ContainerBest2 as usize] = held.best;
                    row[A::ContainerBlocks2 as usize] = log(held.blocks);
                    row[A::ContainerKept2 as usize] = kept;
                    row[A::Alike2 as usize] = share(held.alike_likely, held.alike_words);
                }
                3 => row[A::ContainerKept3 as usize] = kept,
                _ => {}
            }
        }
    }

    fn write_outline(&self, block: usize, row: &mut [f32; LIST.len()]) {
        use Around as A;
        let mut set = |column: A, value: f32| row[column as usize] = value;
        let heading = self.features.heading_above(block);
        set(A::HeadingScore, heading.map_or(0.0, |heading| self.scores[heading]));
        set(A::HeadingDistance, heading.map_or(-1.0, |heading| log((block - heading) as f32)));
        // A heading is judged with what stands under it, a paragraph with what stands under its heading.
        let start = if self.features.own(block, Own::HeadingLevel) > 0.0 { Some(block) } else { heading };
        if let Some(start) = start {
            let end = self.section_end[start].max(start + 1);
            set(A::Section, self.mean(start + 1, end.max(start + 1)));
            set(A::SectionWords, log(self.before[end][0] - self.before[start + 1][0]));
            let reach = end.min(start + 1 + SECTION_BLOCKS);
            let best = self.scores[(start + 1).min(reach)..reach].iter().copied().fold(-MOST, f32::max);
            set(A::SectionBest, best);
        }
        let signed = |from: Option<usize>| {
            from.map_or(
                -9.0,
                |from| if block >= from { log((block - from) as f32) } else { -log((from - block) as f32) },
            )
        };
        set(A::FromFirst, signed(self.first_sure));
        set(A::ToLast, -signed(self.last_sure));
        let distance = |at: usize| if at == usize::MAX { 9.0 } else { log(at.abs_diff(block) as f32) };
        set(A::FromRemoved, distance(self.last_removed[block]));
        set(A::ToRemoved, distance(self.next_removed[block]));
    }
}

/// Adds every container to its parent, and siblings of one make to each other.
fn add_up(page: &Page, containers: &mut [Held]) {
    page.add_to_parents(containers, |parent, held| {
        parent.words += held.words;
        parent.likely += held.likely;
        parent.blocks += held.blocks;
        parent.kept += held.kept;
        parent.best = parent.best.max(held.best);
    });
    let mut groups: std::collections::HashMap<(ContainerId, u64), (f32, f32)> = std::collections::HashMap::new();
    for (container, held) in page.containers.iter().zip(containers.iter()) {
        let group = groups.entry((container.parent, container.likeness)).or_default();
        *group = (group.0 + held.words, group.1 + held.likely);
    }
    for (container, held) in page.containers.iter().zip(containers.iter_mut()) {
        if let Some((words, likely)) = groups.get(&(container.parent, container.likeness)) {
            (held.alike_words, held.alike_likely) = (words - held.words, likely - held.likely);
        }
    }
}

/// For every block, where its section would end if it were a heading: at the next heading of its level or above.
fn section_ends(page: &Page) -> Vec<usize> {
    let mut ends = vec![0; page.blocks.len()];
    // For each level, the next heading of that level or above.
    let mut next = [page.blocks.len(); 7];
    for (index, block) in page.blocks.iter().enumerate().rev() {
        let level = if let Shape::Heading(level) = block.shape { usize::from(level.min(6)) } else { 0 };
        ends[index] = if level > 0 { next[level] } else { page.blocks.len() };
        ends[index] = ends[index].min(index + SECTION_BLOCKS);
        for at in next.iter_mut().skip(level).filter(|_| level > 0) {
            *at = index;
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::engine::features::measure;
    use crate::engine::lexicon;
    use crate::engine::parse::html;
    use crate::engine::parse::prescan::prescan;
    use crate::engine::scores::Scores;

    const PAGE: &str = "<h2>a</h2><p>one</p><h3>b</h3><p>two</p><h2>c</h2><p>three</p>";

    #[test]
    fn columns_have_names_of_their_own() {
        let names: HashSet<&str> = LIST.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), LIST.len());
    }

    #[test]
    fn a_section_ends_at_the_next_heading_of_its_level() {
        assert_eq!(section_ends(&html::parse(&prescan(PAGE))), [4, 6, 4, 6, 6, 6]);
    }

    #[test]
    fn a_paragraph_hears_its_neighbours_and_the_edges_are_silent() {
        let page = html::parse(&prescan(PAGE));
        let scores = Scores::empty();
        let features = measure(&page, lexicon::fallback(), &scores);
        let rows = rows(&features, &[1.0, 2.0, 3.0, 4.0, 5.0, 60.0]);
        // First votes are whole numbers here, so that they can be told apart exactly.
        let at = |block: usize, column: Around| rows[block][column as usize] as i32;
        assert_eq!([at(1, Around::Previous1), at(1, Around::Own), at(1, Around::Next1)], [1, 2, 3]);
        assert_eq!([at(0, Around::Previous1), at(4, Around::Next1)], [-6, 6], "none, and too sure");
        assert_eq!(at(3, Around::HeadingScore), 3);
    }
}
