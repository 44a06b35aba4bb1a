//! Where on a page its title stands, and what stands around that: bylines and dates are looked for there.

use std::cmp::Reverse;

use super::{Sites, text};
use crate::engine::lexicon::marks::{Mark, Marks};
use crate::engine::page::{ContainerId, Page, Shape};

/// How many blocks before the heading may hold its byline.
const BEFORE: usize = 8;
/// How many blocks behind the heading may hold its byline.
const BEHIND: usize = 40;
/// From this length a paragraph is prose, in bytes.
const PROSE_BYTES: usize = 200;
/// So many paragraphs of prose behind the heading are looked at: a lead stands before many a byline.
const PROSE: usize = 2;

/// Most headings that are compared with the title.
const HEADINGS: usize = 100;

/// Parts of a page that are never its article's, however near.
const FOREIGN: [Mark; 6] =
    [Mark::Navigation, Mark::Comments, Mark::Newsletter, Mark::Advertising, Mark::Consent, Mark::Account];

/// Parts of a page that speak of other things than its article, when they stand away from its title.
const ASIDE: [Mark; 10] = [
    Mark::Footer,
    Mark::Overlay,
    Mark::Sidebar,
    Mark::Related,
    Mark::Teaser,
    Mark::Paywall,
    Mark::Review,
    Mark::Quote,
    Mark::Shop,
    Mark::Pagination,
];

/// The surroundings of a page's title.
pub(super) struct Near<'a> {
    page: &'a Page,
    /// The block that holds the title.
    pub(super) heading: Option<usize>,
    /// For every container whether it holds the title.
    holds_title: Vec<bool>,
}

impl<'a> Near<'a> {
    /// Finds the title on the page: the heading that says it, else any block that does.
    pub(super) fn new(page: &'a Page, title: Option<&str>, sites: &Sites) -> Self {
        let title = title.map(text::key).filter(|key| !key.is_empty());
        let says = |at: usize| title.as_ref().is_some_and(|title| text::key(&page.blocks[at].text) == *title);
        let length = title.as_ref().map_or(0, String::len);
        let may = |at: &usize| page.blocks[*at].text.len() <= length * 2 + 20;
        let is_heading = |at: &usize| matches!(page.blocks[*at].shape, Shape::Heading(_));
        let all = || (0..page.blocks.len()).filter(may);
        let heading = all()
            .filter(is_heading)
            .find(|at| says(*at))
            .or_else(|| only_heading(page, sites))
            .or_else(|| all().find(|at| says(*at)))
            .or_else(|| alike(page, title.as_deref()?))
            .or_else(|| page.blocks.iter().position(|block| block.shape == Shape::Heading(1)));
        let mut holds_title = vec![false; page.containers.len()];
        if let Some(heading) = heading {
            for id in page.ancestors(page.blocks[heading].container) {
                holds_title[id.0 as usize] = true;
            }
        }
        Self { page, heading, holds_title }
    }

    /// Blocks around the title, those behind it first, each list from the title away.
    pub(super) fn blocks(&self) -> Vec<usize> {
        let Some(heading) = self.heading else { return Vec::new() };
        let is_prose = |at: usize| {
            let block = &self.page.blocks[at];
            block.shape == Shape::Paragraph && block.text.len() >= PROSE_BYTES
        };
        let mut found = Vec::new();
        let mut prose = 0;
        for at in (heading + 1..self.page.blocks.len()).take(BEHIND) {
            prose += usize::from(is_prose(at));
            if prose > PROSE {
                break;
            }
            found.push(at);
        }
        found.extend((heading.saturating_sub(BEFORE)..heading).rev().take_while(|at| !is_prose(*at)));
        found.retain(|at| !FOREIGN.iter().any(|mark| self.marks(self.page.blocks[*at].container).has(*mark)));
        found
    }

    /// Whether a block stands near the title.
    pub(super) fn is_near(&self, at: usize) -> bool {
        self.heading.is_some_and(|heading| (heading.saturating_sub(BEFORE)..=heading + BEHIND).contains(&at))
    }

    /// Whether a container is, or stands in, a part of the page that speaks of other things: its marks, as far as it
    /// does not share them with the title.
    pub(super) fn is_aside(&self, container: ContainerId) -> bool {
        let marks = self.marks(container);
        FOREIGN.iter().chain(&ASIDE).any(|mark| marks.has(*mark))
    }

    /// What a container and those around it are marked as, up to the first that holds the title.
    fn marks(&self, container: ContainerId) -> Marks {
        let own = self.page.ancestors(container).take_while(|id| !self.holds_title[id.0 as usize]);
        own.fold(Marks::default(), |marks, id| marks.union(self.page.container(id).marks))
    }
}

/// The heading of the first rank that is not the name of the site, where there is only one.
fn only_heading(page: &Page, sites: &Sites) -> Option<usize> {
    let is_own = |at: &usize| {
        let block = &page.blocks[*at];
        block.shape == Shape::Heading(1) && !sites.is_site(&block.text)
    };
    let mut own = (0..page.blocks.len()).filter(is_own);
    own.next().filter(|_| own.next().is_none())
}

/// The heading that shares most words with a title, if it shares half of them.
fn alike(page: &Page, title: &str) -> Option<usize> {
    let words: Vec<&str> = title.split(' ').collect();
    let shared = |at: &usize| {
        let key = text::key(&page.blocks[*at].text);
        key.split(' ').filter(|word| words.contains(word)).count()
    };
    let headings = (0..page.blocks.len()).filter(|at| {
        let block = &page.blocks[*at];
        matches!(block.shape, Shape::Heading(1..=3)) && block.text.len() <= title.len() * 3
    });
    let best =
        headings.take(HEADINGS).map(|at| (shared(&at), at)).max_by_key(|(shared, at)| (*shared, Reverse(*at)))?;
    (best.0 * 2 >= words.len()).then_some(best.1)
}
