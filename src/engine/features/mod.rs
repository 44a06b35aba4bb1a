//! What can be measured of a block: numbers and facts, no opinion. Own measurements of every block are taken once;
//! those that depend on what is around it are worked out when its row is asked for.

pub mod columns;
mod context;
pub mod kind;
mod link;
mod site_name;
mod sums;
mod topic;
mod wording;

use std::borrow::Borrow;
use std::sync::LazyLock;

use columns::{COLUMNS, Column, OWN_COLUMNS, Own};
use sums::Sums;

use super::lexicon::Lexicon;
use super::lexicon::family::{Family, Speaks};
use super::lexicon::normal;
use super::lexicon::phrase::{Hit, Scratch};
use super::lexicon::vocabulary::VOICES;
use super::page::{Page, Shape, Source, Tag};
use super::scores::Scores;
use super::verdict::Label;

/// Everything that was measured of a page.
#[derive(Debug)]
pub struct Features<'a> {
    /// The page that was measured.
    pub page: &'a Page,
    /// How many blocks there are.
    pub len: usize,
    /// The scores whose vocabulary and page kinds were asked.
    pub scores: &'a Scores,
    folded: Folded,
    own: Vec<f32>,
    sums: Sums,
    page_facts: context::PageFacts,
    headings: Vec<Option<u32>>,
}

/// Measures a page with the words of a lexicon; what the vocabulary and the trees of page kinds among the scores say
/// is measured too.
pub fn measure<'a>(page: &'a Page, lexicon: &Lexicon, scores: &'a Scores) -> Features<'a> {
    let mut own = vec![0.0; page.blocks.len() * OWN_COLUMNS];
    let mut scratch = Scratch::default();
    let mut hits = Vec::new();
    let mut grams = Vec::new();
    let mut folded = Folded::default();
    let mut stems = topic::Stems::default();
    let title = wording::TitleWords::of(page);
    let site = link::Site::of(page);
    let site_name = site_name::SiteName::of(page);
    for (block, row) in page.blocks.iter().zip(own.chunks_exact_mut(OWN_COLUMNS)) {
        let mut row = OwnRow(row);
        let folded = folded.add(&block.text);
        wording::measure(block, folded, lexicon, &title, &mut row);
        lexicon.matcher.find_into(folded, &mut scratch, &mut hits);
        count_phrases(&hits, folded.len(), &mut row);
        for (column, said) in TELLING.into_iter().zip(scores.vocabulary.weigh(folded, &mut grams)) {
            row.set(column, said);
        }
        row.set(Own::SiteNamed, site_name.mentions(folded) as f32);
        stems.add(folded);
        link::measure(block, &site, &mut row);
        measure_shape(page, block, &mut row);
    }
    wording::count_repeats(page, &mut own);
    stems.write(&mut own);
    let sums = Sums::of(page, &own);
    let page_facts = context::PageFacts::of(page, lexicon, &own, &sums, scores);
    let headings = context::headings_above(page);
    Features { page, len: page.blocks.len(), scores, folded, own, sums, page_facts, headings }
}

impl Features<'_> {
    /// One own measurement of a block.
    pub fn own(&self, block: usize, column: impl Column) -> f32 {
        self.own[block * OWN_COLUMNS + column.index()]
    }

    /// A block's text in normal form.
    pub fn folded(&self, block: usize) -> &str {
        self.folded.of(block)
    }

    /// The heading that a block stands under.
    pub fn heading_above(&self, block: usize) -> Option<usize> {
        self.headings[block].map(|heading| heading as usize)
    }

    /// The measurements of the page as a whole, by [`kind::columns`].
    pub fn kind_row(&self) -> &[f32] {
        &self.page_facts.kind_row
    }

    /// What kind of page it most likely is, as an index of [`kind::KINDS`]; none for pasted text.
    pub fn page_kind(&self) -> Option<usize> {
        self.page_facts.page_kind
    }

    /// The run of short lines without a full stop that a block is in, or comes right after; empty for none.
    pub fn bare_run(&self, block: usize) -> std::ops::Range<usize> {
        context::bare_run(self, block)
    }

    /// All measurements of a block.
    pub fn row(&self, block: usize, row: &mut Row) {
        row.0.fill(0.0);
        row.0[..OWN_COLUMNS].copy_from_slice(&self.own[block * OWN_COLUMNS..][..OWN_COLUMNS]);
        if self.page.source == Source::Html {
            context::measure_containers(self, block, row);
        }
        context::measure_surroundings(self, block, row);
        self.page_facts.write(row);
    }
}

/// The texts of blocks in normal form.
#[derive(Debug, Default)]
struct Folded {
    /// All of them, one after another.
    text: String,
    /// Where each one ends.
    ends: Vec<usize>,
}

impl Folded {
    /// Adds the next block's text, and returns it in normal form.
    fn add(&mut self, text: &str) -> &str {
        normal::fold_into(text, &mut self.text);
        self.ends.push(self.text.len());
        self.of(self.ends.len() - 1)
    }

    fn of(&self, block: usize) -> &str {
        let from = if block == 0 { 0 } else { self.ends[block - 1] };
        &self.text[from..self.ends[block]]
    }
}

/// What words speak for, in the order of a vocabulary's voices.
const TELLING: [Own; VOICES] = [Own::WordsContent, Own::WordsAdvertising, Own::WordsCall];

/// Natural logarithm of one more: counts of pages differ by orders of magnitude.
pub(super) fn log(count: f32) -> f32 {
    /// Most of what is asked for are small whole numbers.
    static SMALL: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|count| (count as f32).ln_1p()));
    let is_whole = count.fract().abs() < f32::MIN_POSITIVE;
    let known = if is_whole && count >= 0.0 { SMALL.get(count as usize) } else { None };
    known.map_or_else(|| count.max(0.0).ln_1p(), |known| *known)
}

/// The measurements of one block.
#[derive(Debug, Clone)]
pub struct Row(pub [f32; COLUMNS]);

impl Default for Row {
    fn default() -> Self {
        Self([0.0; COLUMNS])
    }
}

impl Borrow<[f32; COLUMNS]> for Row {
    fn borrow(&self) -> &[f32; COLUMNS] {
        &self.0
    }
}

impl Row {
    fn set(&mut self, column: impl Column, value: f32) {
        self.0[column.index()] = value;
    }
}

/// The own part of a row, while it is written.
struct OwnRow<'a>(&'a mut [f32]);

impl OwnRow<'_> {
    fn set(&mut self, column: impl Column, value: f32) {
        self.0[column.index()] = value;
    }

    fn flag(&mut self, column: impl Column, holds: bool) {
        self.set(column, f32::from(u8::from(holds)));
    }

    fn get(&self, column: impl Column) -> f32 {
        self.0[column.index()]
    }
}

/// Most hits of one family that are told apart.
const FAMILY_HITS: f32 = 3.0;

fn count_phrases(hits: &[Hit], length: usize, row: &mut OwnRow<'_>) {
    let mut covered = [0.0f32; 4];
    let mut reached = [0u32; 4];
    for hit in hits {
        row.set(hit.family, (row.get(hit.family) + 1.0).min(FAMILY_HITS));
        if let Speaks::For(label) = hit.family.speaks() {
            // Hits come by where they end: what an earlier one covered is not covered twice.
            let from = hit.start.max(reached[label as usize]);
            covered[label as usize] += hit.end.saturating_sub(from) as f32;
            reached[label as usize] = reached[label as usize].max(hit.end);
        }
    }
    let share = |label: Label| (covered[label as usize] / length.max(1) as f32).min(1.0);
    row.set(Own::ContentPhrases, share(Label::Content));
    row.set(Own::AdvertisingPhrases, share(Label::Advertising));
    row.set(Own::CallPhrases, share(Label::CallToAction));
    row.set(Own::BoilerplatePhrases, share(Label::Boilerplate));
    let families = Family::ALL.iter().filter(|family| row.get(**family) > 0.0);
    let promotional = families.filter(|family| {
        matches!(family.speaks(), Speaks::For(Label::Advertising | Label::CallToAction | Label::Boilerplate))
    });
    row.set(Own::FurnitureFamilies, promotional.count() as f32);
}

fn measure_shape(page: &Page, block: &super::page::Block, row: &mut OwnRow<'_>) {
    let heading = if let Shape::Heading(level) = block.shape { f32::from(level) } else { 0.0 };
    row.set(Own::HeadingLevel, heading);
    row.flag(Own::IsItem, block.shape == Shape::ListItem);
    row.flag(Own::IsRow, block.shape == Shape::TableRow);
    row.flag(Own::IsCode, matches!(block.shape, Shape::Code(_)));
    row.flag(Own::IsCaption, block.shape == Shape::Caption);
    row.flag(Own::IsControl, block.shape == Shape::Control);
    row.flag(Own::IsTerm, matches!(block.shape, Shape::Term | Shape::Definition));
    row.set(Own::ListDepth, block.list.map_or(0.0, |list| f32::from(list.depth)));
    row.set(Own::QuoteDepth, f32::from(block.quote_depth));
    row.set(Own::Pictures, f32::from(block.pictures));
    let tag = page.container(block.container).tag;
    row.flag(Own::InParagraph, tag == Tag::P);
    row.flag(Own::InDivision, tag == Tag::Div);
    row.flag(Own::InCell, matches!(tag, Tag::Td | Tag::Th));
    row.flag(Own::InSummary, tag == Tag::Summary);
}
