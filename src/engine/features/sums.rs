//! Sums over containers and over runs of blocks, each worked out once for the whole page.

use super::columns::{Column, OWN_COLUMNS, Own};
use crate::engine::lexicon::marks::Mark;
use crate::engine::page::{ContainerId, Page};

/// What a container holds, with all that stands in it.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Held {
    pub(super) words: f32,
    pub(super) linked: f32,
    pub(super) prose: f32,
    pub(super) blocks: u32,
    pub(super) prose_blocks: u32,
    pub(super) furniture: u32,
    /// The first block in it; `u32::MAX` for none.
    pub(super) first: u32,
    /// The last block in it.
    pub(super) last: u32,
    /// How many siblings are of its make, itself included.
    pub(super) alike: u32,
    /// The words that they hold together.
    pub(super) alike_words: f32,
    /// The linked words that they hold together.
    pub(super) alike_linked: f32,
}

/// Sums of one page.
#[derive(Debug)]
pub(super) struct Sums {
    pub(super) containers: Vec<Held>,
    /// Sums before each block, and over all: words, linked words, prose words, sentences ended, furniture.
    pub(super) before: Vec<[f32; RUNNING]>,
    /// The deepest container that holds most of the prose.
    pub(super) main: ContainerId,
}

/// How many running sums are kept.
pub(super) const RUNNING: usize = 5;
pub(super) const WORDS: usize = 0;
pub(super) const LINKED: usize = 1;
pub(super) const PROSE: usize = 2;
pub(super) const ENDED: usize = 3;
pub(super) const FURNITURE: usize = 4;

/// Fewest words of a paragraph of prose.
const PROSE_WORDS: f32 = 10.0;
/// Most of a paragraph of prose that may be links.
const PROSE_LINK_SHARE: f32 = 0.4;
/// Share of its parent's prose that a container must hold to be the way to the main one.
const MAIN_SHARE: f32 = 0.6;

/// Whether a block reads as prose: a sentence or more that is not a list of links.
pub(super) fn is_prose(own: &[f32]) -> bool {
    own[Own::Words.index()] >= PROSE_WORDS
        && own[Own::LinkShare.index()] <= PROSE_LINK_SHARE
        && (own[Own::EndsSentence.index()] > 0.0
            || own[Own::Sentences.index()] > 0.0
            || own[Own::EndsColon.index()] > 0.0)
}

impl Sums {
    pub(super) fn of(page: &Page, own: &[f32]) -> Self {
        let mut containers = vec![Held { first: u32::MAX, ..Held::default() }; page.containers.len().max(1)];
        let mut before = Vec::with_capacity(page.blocks.len() + 1);
        let mut running = [0.0f32; RUNNING];
        for (index, (block, own)) in page.blocks.iter().zip(own.chunks_exact(OWN_COLUMNS)).enumerate() {
            before.push(running);
            let words = own[Own::Words.index()];
            let linked = words * own[Own::LinkShare.index()];
            let prose = if is_prose(own) { words } else { 0.0 };
            let furniture = u32::from(own[Own::FurnitureFamilies.index()] > 0.0);
            let held = &mut containers[block.container.0 as usize];
            held.words += words;
            held.linked += linked;
            held.prose += prose;
            held.blocks += 1;
            held.prose_blocks += u32::from(prose > 0.0);
            held.furniture += furniture;
            held.first = held.first.min(index as u32);
            held.last = held.last.max(index as u32);
            for (sum, value) in
                running.iter_mut().zip([words, linked, prose, own[Own::EndsSentence.index()], furniture as f32])
            {
                *sum += value;
            }
        }
        before.push(running);
        page.add_to_parents(&mut containers, |parent, held| {
            parent.words += held.words;
            parent.linked += held.linked;
            parent.prose += held.prose;
            parent.blocks += held.blocks;
            parent.prose_blocks += held.prose_blocks;
            parent.furniture += held.furniture;
            parent.first = parent.first.min(held.first);
            parent.last = parent.last.max(held.last);
        });
        count_alike(page, &mut containers);
        let main = main_container(page, &containers);
        Self { containers, before, main }
    }

    pub(super) fn held(&self, id: ContainerId) -> &Held {
        &self.containers[id.0 as usize]
    }

    /// The sum of one running column over the blocks `from..to`.
    pub(super) fn between(&self, column: usize, from: usize, to: usize) -> f32 {
        self.before[to][column] - self.before[from][column]
    }

    /// The sum of one running column over the page.
    pub(super) fn total(&self, column: usize) -> f32 {
        self.before[self.before.len() - 1][column]
    }
}

fn count_alike(page: &Page, containers: &mut [Held]) {
    let mut groups: std::collections::HashMap<(ContainerId, u64), (u32, f32, f32)> = std::collections::HashMap::new();
    for (container, held) in page.containers.iter().zip(containers.iter()).filter(|(_, held)| held.blocks > 0) {
        let group = groups.entry((container.parent, container.likeness)).or_default();
        *group = (group.0 + 1, group.1 + held.words, group.2 + held.linked);
    }
    for (container, held) in page.containers.iter().zip(containers.iter_mut()) {
        if let Some((count, words, linked)) = groups.get(&(container.parent, container.likeness)) {
            (held.alike, held.alike_words, held.alike_linked) = (*count, *words, *linked);
        }
    }
}

fn main_container(page: &Page, containers: &[Held]) -> ContainerId {
    let mut main = ContainerId::ROOT;
    // Parents stand before their children: one pass goes all the way down. Comments are not what a page is about.
    for (index, container) in page.containers.iter().enumerate().skip(1) {
        let (held, parent) = (&containers[index], &containers[main.0 as usize]);
        if container.parent == main
            && held.prose > MAIN_SHARE * parent.prose
            && held.prose_blocks >= 2
            && !container.marks.has(Mark::Comments)
        {
            main = ContainerId(index as u32);
        }
    }
    main
}
