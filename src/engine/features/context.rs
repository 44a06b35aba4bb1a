//! Measurements of what is around a block: its containers, its neighbours, the heading above it, the page.

use std::ops::Range;

use super::columns::{Around, Column, OWN_COLUMNS, Own};
use super::sums::{ENDED, FURNITURE, LINKED, PROSE, Sums, WORDS, is_prose};
use super::{Features, Row, kind, log};
use crate::engine::lexicon::Lexicon;
use crate::engine::lexicon::marks::Mark;
use crate::engine::page::{Page, Shape, Source, Tag};
use crate::engine::scores::Scores;
use Around as A;

/// How many containers around a block are looked at.
const CONTAINERS: usize = 24;
/// What a mark on the block itself counts; one less for each container farther out.
const NEAREST_MARK: f32 = 24.0;
/// Farthest heading that a block may stand under, in blocks.
const HEADING_REACH: usize = 40;
/// Fewest words of a paragraph that surely is prose.
const LONG_PROSE_WORDS: f32 = 25.0;

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

pub(super) fn measure_containers(features: &Features<'_>, index: usize, row: &mut Row) {
    let page = features.page;
    let block = &page.blocks[index];
    for mark in block.marks.iter() {
        row.set(mark, NEAREST_MARK);
    }
    let prose = features.sums.total(PROSE);
    let (mut alike_most, mut alike_words, mut alike_linked) = (0, 0.0, 0.0);
    for (level, id) in page.ancestors(block.container).take(CONTAINERS).enumerate() {
        let container = page.container(id);
        for mark in container.marks.iter() {
            if row.0[mark.index()] == 0.0 {
                row.set(mark, NEAREST_MARK - level as f32);
            }
        }
        let held = features.sums.held(id);
        if level <= 3 {
            let alike = [Around::Alike0, Around::Alike1, Around::Alike2, Around::Alike3][level];
            row.set(alike, log(held.alike as f32));
        }
        if held.alike > alike_most && level <= 8 {
            (alike_most, alike_words, alike_linked) = (held.alike, held.alike_words, held.alike_linked);
        }
        let in_level = |columns: &[Around], row: &mut Row, value: f32| {
            if let Some(column) = level.checked_sub(1).and_then(|at| columns.get(at)) {
                row.set(*column, value);
            }
        };
        in_level(
            &[A::ProseShare1, A::ProseShare2, A::ProseShare3, A::ProseShare4, A::ProseShare5],
            row,
            share(held.prose, prose),
        );
        in_level(
            &[A::LinkShare1, A::LinkShare2, A::LinkShare3, A::LinkShare4, A::LinkShare5],
            row,
            share(held.linked, held.words),
        );
        in_level(
            &[A::ProseBlocks1, A::ProseBlocks2, A::ProseBlocks3, A::ProseBlocks4],
            row,
            log(held.prose_blocks as f32),
        );
        in_level(&[A::Words1, A::Words2, A::Words3, A::Words4], row, log(held.words));
        in_level(&[A::Blocks1, A::Blocks2, A::Blocks3], row, log(held.blocks as f32));
        in_level(&[A::Phrases1, A::Phrases2, A::Phrases3], row, share(held.furniture as f32, held.blocks as f32));
        if level == 7 {
            row.set(Around::ProseShare7, share(held.prose, prose));
        }
    }
    row.set(Around::AlikeMost, log(alike_most as f32));
    row.set(Around::AlikeWords, log(share(alike_words, alike_most as f32)));
    row.set(Around::AlikeLinkShare, share(alike_linked, alike_words));
    measure_main(features, index, row);
}

fn measure_main(features: &Features<'_>, index: usize, row: &mut Row) {
    let page = features.page;
    let block = &page.blocks[index];
    let main = features.sums.main;
    let depth = page.container(block.container).depth;
    let main_depth = page.container(main).depth;
    row.set(Around::Depth, f32::from(depth));
    let inside =
        page.ancestors(block.container).take(usize::from(depth.saturating_sub(main_depth)) + 1).any(|id| id == main);
    row.set(Around::InMain, f32::from(u8::from(inside)));
    let held = features.sums.held(main);
    row.set(Around::MainShare, share(held.prose, features.sums.total(PROSE)));
    if inside {
        row.set(Around::DepthInMain, f32::from(depth - main_depth));
    } else {
        // How far up from the main container one must go to find the block.
        let mut levels = 0;
        for id in page.ancestors(main).take(CONTAINERS) {
            let around = features.sums.held(id);
            if around.first as usize <= index && index <= around.last as usize {
                break;
            }
            levels += 1;
        }
        row.set(Around::LeavesMain, levels as f32);
    }
    row.set(
        Around::BeforeMain,
        log((held.first as usize).saturating_sub(index) as f32 * f32::from(u8::from(held.first != u32::MAX))),
    );
    row.set(Around::AfterMain, log(index.saturating_sub(held.last as usize) as f32));
}

pub(super) fn measure_surroundings(features: &Features<'_>, index: usize, row: &mut Row) {
    measure_position(features, index, row);
    let last = features.len - 1;
    let own = |at: usize, column: Own| features.own(at, column);
    let neighbour = |step: isize| index.checked_add_signed(step).filter(|at| *at <= last);
    let of = |step: isize, column: Own| neighbour(step).map_or(0.0, |at| own(at, column));
    row.set(Around::WordsPrevious, log(of(-1, Own::Words)));
    row.set(Around::WordsPrevious2, log(of(-2, Own::Words)));
    row.set(Around::WordsNext, log(of(1, Own::Words)));
    row.set(Around::WordsNext2, log(of(2, Own::Words)));
    row.set(Around::LinksPrevious, of(-1, Own::LinkShare));
    row.set(Around::LinksNext, of(1, Own::LinkShare));
    row.set(Around::PhrasesPrevious, of(-1, Own::FurnitureFamilies));
    row.set(Around::PhrasesNext, of(1, Own::FurnitureFamilies));
    for (column, previous, next, near) in [
        (Own::WordsContent, A::ContentPrevious, A::ContentNext, A::ContentNear),
        (Own::WordsAdvertising, A::AdvertisingPrevious, A::AdvertisingNext, A::AdvertisingNear),
        (Own::WordsCall, A::CallPrevious, A::CallNext, A::CallNear),
    ] {
        row.set(previous, of(-1, column));
        row.set(next, of(1, column));
        row.set(near, of(-2, column) + of(-1, column) + of(1, column) + of(2, column));
    }
    row.set(Around::SiteNamedNear, [-2, -1, 1, 2].into_iter().map(|step| of(step, Own::SiteNamed)).sum());
    row.set(Around::HeadingPrevious, of(-1, Own::HeadingLevel));
    row.set(Around::HeadingNext, of(1, Own::HeadingLevel));
    let container = features.page.blocks[index].container;
    let parent = features.page.container(container).parent;
    let same = |step: isize| {
        let at = neighbour(step)?;
        let other = features.page.blocks[at].container;
        Some(if other == container {
            2.0
        } else {
            f32::from(u8::from(features.page.container(other).parent == parent))
        })
    };
    row.set(Around::SamePrevious, same(-1).unwrap_or(-1.0));
    row.set(Around::SameNext, same(1).unwrap_or(-1.0));
    for (reach, words, links, sentences, phrases) in [
        (3, Around::WordsWindow3, Around::LinksWindow3, Around::SentencesWindow3, Around::PhrasesWindow3),
        (8, Around::WordsWindow8, Around::LinksWindow8, Around::SentencesWindow8, Around::PhrasesWindow8),
    ] {
        let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(features.len));
        let all = features.sums.between(WORDS, from, to);
        let count = (to - from) as f32;
        row.set(words, log(all / count));
        row.set(links, share(features.sums.between(LINKED, from, to), all));
        row.set(sentences, features.sums.between(ENDED, from, to) / count);
        row.set(phrases, features.sums.between(FURNITURE, from, to) / count);
    }
    measure_run(features, index, row);
    measure_heading_above(features, index, row);
}

/// The run of short lines without a full stop that a block is in, or comes right after.
pub(super) fn bare_run(features: &Features<'_>, index: usize) -> Range<usize> {
    let own = |at: usize, column: Own| features.own(at, column);
    let is_bare = |at: usize| own(at, Own::Words) < 20.0 && own(at, Own::EndsSentence) == 0.0;
    let before = (index.saturating_sub(HEADING_REACH)..index).rev().take_while(|at| is_bare(*at)).count();
    let after = if is_bare(index) {
        1 + (index + 1..features.len.min(index + HEADING_REACH)).take_while(|at| is_bare(*at)).count()
    } else {
        0
    };
    index - before..index + after
}

fn measure_run(features: &Features<'_>, index: usize, row: &mut Row) {
    let own = |at: usize, column: Own| features.own(at, column);
    let Range { start: from, end: to } = bare_run(features, index);
    if from == to {
        return;
    }
    let mean = |column: Own| (from..to).map(|at| own(at, column)).sum::<f32>() / (to - from) as f32;
    row.set(Around::BareRun, if to > index { log((to - from) as f32) } else { 0.0 });
    row.set(Around::RunContent, mean(Own::WordsContent));
    row.set(Around::RunShared, mean(Own::SharedProse));
    row.set(Around::RunFirstContent, own(from, Own::WordsContent));
    row.set(Around::RunFirstCall, own(from, Own::WordsCall));
    row.set(Around::RunFirstFurniture, own(from, Own::FurnitureFamilies));
}

fn measure_position(features: &Features<'_>, index: usize, row: &mut Row) {
    let facts = &features.page_facts;
    row.set(Around::Index, log(index as f32));
    row.set(Around::IndexFromEnd, log((features.len - 1 - index) as f32));
    row.set(Around::IndexShare, share(index as f32, (features.len - 1) as f32));
    let before = features.sums.before[index];
    row.set(Around::WordsBefore, share(before[WORDS], features.sums.total(WORDS)));
    row.set(Around::ProseBefore, share(before[PROSE], features.sums.total(PROSE)));
    let signed = |from: Option<usize>| {
        from.map_or(-9.0, |from| if index >= from { log((index - from) as f32) } else { -log((from - index) as f32) })
    };
    row.set(Around::FromFirstHeading, signed(facts.first_heading));
    row.set(Around::FromFirstProse, signed(facts.prose.map(|(first, _)| first)));
    row.set(Around::ToLastProse, -signed(facts.prose.map(|(_, last)| last)));
    row.set(Around::FromLongProse, signed(facts.long_prose.map(|(first, _)| first)));
    row.set(Around::ToLongProse, -signed(facts.long_prose.map(|(_, last)| last)));
}

fn measure_heading_above(features: &Features<'_>, index: usize, row: &mut Row) {
    let Some(heading) = features.heading_above(index) else { return };
    let own = |column: Own| features.own(heading, column);
    row.set(Around::HeadingDistance, log((index - heading) as f32));
    row.set(Around::HeadingAboveLevel, own(Own::HeadingLevel));
    row.set(Around::HeadingFurniture, own(Own::BoilerplatePhrases));
    row.set(Around::SiteNamedHeading, own(Own::SiteNamed));
    row.set(Around::HeadingContent, own(Own::WordsContent));
    row.set(Around::HeadingAdvertising, own(Own::WordsAdvertising));
    row.set(Around::HeadingCall, own(Own::WordsCall));
    row.set(Around::HeadingPitch, own(Own::CallPhrases) + own(Own::AdvertisingPhrases));
    let page = features.page;
    let parent_of = |at: usize| page.container(page.blocks[at].container).parent;
    let around = page.ancestors(page.blocks[index].container).take(4).any(|id| id == parent_of(heading));
    row.set(Around::HeadingSameContainer, f32::from(u8::from(around)));
}

/// For every block, the heading that it stands under, if one is near.
pub(super) fn headings_above(page: &Page) -> Vec<Option<u32>> {
    let mut heading = None;
    let mut above = Vec::with_capacity(page.blocks.len());
    for (index, block) in page.blocks.iter().enumerate() {
        above.push(heading.filter(|heading| index - *heading as usize <= HEADING_REACH));
        if matches!(block.shape, Shape::Heading(_)) {
            heading = Some(index as u32);
        }
    }
    above
}

/// What is measured once for the page and stands in every row.
#[derive(Debug)]
pub(super) struct PageFacts {
    values: Vec<(Around, f32)>,
    /// The measurements of the page as a whole, by [`kind::columns`]; none of pasted text.
    pub(super) kind_row: Vec<f32>,
    /// The kind that the trees find likeliest, as an index of [`kind::KINDS`]; none for pasted text.
    pub(super) page_kind: Option<usize>,
    first_heading: Option<usize>,
    /// First and last block of prose.
    prose: Option<(usize, usize)>,
    /// First and last block of long prose.
    long_prose: Option<(usize, usize)>,
}

impl PageFacts {
    pub(super) fn of(page: &Page, lexicon: &Lexicon, own: &[f32], sums: &Sums, scores: &Scores) -> Self {
        let blocks = || page.blocks.iter().zip(own.chunks_exact(OWN_COLUMNS));
        let words_where = |holds: &dyn Fn(&crate::engine::page::Block) -> bool| -> f32 {
            blocks().filter(|(block, _)| holds(block)).map(|(_, own)| own[Own::Words.index()]).sum()
        };
        let words = sums.total(WORDS);
        let marked = |mark: Mark| -> f32 {
            let outermost = page.containers.iter().enumerate().filter(|(_, container)| {
                container.marks.has(mark)
                    && !page.ancestors(container.parent).take(CONTAINERS).any(|id| page.container(id).marks.has(mark))
            });
            outermost.map(|(index, _)| sums.containers[index].words).sum()
        };
        let alike = page.containers.iter().zip(&sums.containers).filter(|(_, held)| held.alike >= 4);
        let alike_words = alike.map(|(_, held)| held.alike_words).fold(0.0, f32::max);
        let prose_blocks = sums.containers[0].prose_blocks;
        let articles = page.containers.iter().filter(|container| container.tag == Tag::Article).count();
        let headings = blocks().filter(|(block, _)| matches!(block.shape, Shape::Heading(_))).count();
        let prices: f32 = blocks().map(|(_, own)| own[Own::Prices.index()]).sum();
        let mut values = vec![
            (Around::PageWords, log(words)),
            (Around::PageBlocks, log(page.blocks.len() as f32)),
            (Around::PageLinkShare, share(sums.total(LINKED), words)),
            (Around::PageProseShare, share(sums.total(PROSE), words)),
            (Around::PageProseBlocks, log(prose_blocks as f32)),
            (Around::PageHeadings, log(headings as f32)),
            (Around::PageForms, log(page.head.forms as f32)),
            (Around::PageFields, log(page.head.fields as f32)),
            (Around::PageDates, log(page.head.times.len() as f32)),
            (Around::PagePrices, log(prices)),
            (Around::PageArticles, log(articles as f32)),
            (Around::PageCommentShare, share(marked(Mark::Comments), words)),
            (Around::PagePostShare, share(marked(Mark::Post), words)),
            (Around::PageCodeShare, share(words_where(&|block| matches!(block.shape, Shape::Code(_))), words)),
            (Around::PageListShare, share(words_where(&|block| block.list.is_some()), words)),
            (Around::PageRowShare, share(words_where(&|block| block.shape == Shape::TableRow), words)),
            (Around::PageAlikeShare, share(alike_words, words)),
            (Around::PageMainProse, log(sums.held(sums.main).prose)),
            (Around::PageSpaced, f32::from(u8::from(lexicon.is_spaced))),
        ];
        values.extend(page_claims(page));
        let kind_row = if page.source == Source::Html { kind::row(page, own, &values) } else { Vec::new() };
        let mut page_kind = None;
        if !kind_row.is_empty() {
            let said: Vec<(Around, f32)> = kind::say(&kind_row, &scores.page_kinds).collect();
            page_kind = (0..said.len()).max_by(|a, b| said[*a].1.total_cmp(&said[*b].1));
            values.extend(said);
        }
        let range = |least: f32| {
            let holds = |own: &[f32]| is_prose(own) && own[Own::Words.index()] >= least;
            let at: Vec<usize> = blocks().enumerate().filter(|(_, (_, own))| holds(own)).map(|(at, _)| at).collect();
            Some((*at.first()?, *at.last()?))
        };
        Self {
            values,
            kind_row,
            page_kind,
            first_heading: page.blocks.iter().position(|block| block.shape == Shape::Heading(1)),
            prose: range(0.0),
            long_prose: range(LONG_PROSE_WORDS),
        }
    }

    pub(super) fn write(&self, row: &mut Row) {
        for (column, value) in &self.values {
            row.set(*column, *value);
        }
    }
}

/// What a page says that it is, in Open Graph and JSON-LD, and what its address looks like.
fn page_claims(page: &Page) -> Vec<(Around, f32)> {
    let og =
        page.head.metas.iter().find(|(name, _)| name == "og:type").map(|(_, content)| content.to_ascii_lowercase());
    let og = og.unwrap_or_default();
    let ld = |types: &[&str]| {
        types.iter().any(|kind| page.head.json_ld.iter().any(|source| source.contains(&format!("\"{kind}\""))))
    };
    let flag = |holds: bool| f32::from(u8::from(holds));
    let article = ld(&["Article", "NewsArticle", "BlogPosting", "TechArticle", "ReportageNewsArticle"]);
    let forum = ld(&["DiscussionForumPosting", "QAPage", "Question"]);
    let list = ld(&["ItemList", "CollectionPage", "SearchResultsPage", "Blog"]);
    let company = ld(&["LocalBusiness", "Service", "ProfessionalService", "FAQPage"]);
    let og_url = page.head.metas.iter().find(|(name, _)| name == "og:url").map(|(_, content)| content.as_str());
    let address = page.head.canonical.as_deref().or(og_url).unwrap_or_default();
    let path = address.split_once("//").map_or("", |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let steps = path.split('/').filter(|step| !step.is_empty()).count();
    let words = path.rsplit('/').next().map_or(0, |step| step.split(['-', '_']).filter(|word| word.len() > 1).count());
    vec![
        (Around::PageSaysArticle, flag(og == "article") + 2.0 * flag(article)),
        (Around::PageSaysProduct, flag(og.contains("product")) + 2.0 * flag(ld(&["Product"]))),
        (Around::PageSaysForum, flag(forum)),
        (Around::PageSaysList, flag(list)),
        (Around::PageSaysCompany, flag(company)),
        (Around::PageSaysSite, flag(og == "website")),
        (Around::PagePathDepth, steps as f32),
        (Around::PagePathWords, words as f32),
    ]
}
