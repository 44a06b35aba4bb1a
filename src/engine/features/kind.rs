//! What kind of page it is: measurements of the page as a whole, and what fitted trees make of them. A post is content in
//! a forum and furniture under an article; a list of headlines is what a listing is for.

use super::columns::{Around, Column, OWN_COLUMNS, Own};
use super::log;
use crate::engine::lexicon::family::Family;
use crate::engine::lexicon::marks::{Mark, Marks};
use crate::engine::page::Page;
use crate::engine::scores::Forest;

/// The kinds that are told apart, in the order of their forests.
pub const KINDS: [&str; 7] = ["article", "collection", "documentation", "forum", "listing", "product", "service"];

/// The columns that hold what the trees say, in the order of [`KINDS`].
const SAID: [Around; 7] = [
    Around::KindArticle,
    Around::KindCollection,
    Around::KindDocumentation,
    Around::KindForum,
    Around::KindListing,
    Around::KindProduct,
    Around::KindService,
];

/// Words that addresses and generators of pages of a kind hold.
const HINTS: [(&str, &[&str]); 8] = [
    ("blog", &["article", "articles", "blog", "blogs", "journal", "magazine", "news", "post", "posts", "story", "wp"]),
    ("collection", &["c", "cat", "categories", "category", "collection", "collections", "range", "shop", "store"]),
    (
        "documentation",
        &[
            "api",
            "doc",
            "docs",
            "documentation",
            "docusaurus",
            "guide",
            "guides",
            "handbook",
            "help",
            "learn",
            "manual",
            "mdn",
            "mkdocs",
            "reference",
            "sphinx",
            "tutorial",
            "wiki",
        ],
    ),
    (
        "forum",
        &[
            "board",
            "boards",
            "community",
            "discourse",
            "discuss",
            "discussion",
            "discussions",
            "flarum",
            "forum",
            "forums",
            "nodebb",
            "phpbb",
            "question",
            "questions",
            "showthread",
            "stackexchange",
            "thread",
            "threads",
            "topic",
            "topics",
            "vbulletin",
            "viewtopic",
            "xenforo",
        ],
    ),
    (
        "listing",
        &[
            "archive",
            "archives",
            "author",
            "directory",
            "index",
            "jobs",
            "latest",
            "list",
            "page",
            "search",
            "section",
            "tag",
            "tags",
            "top",
        ],
    ),
    ("product", &["buy", "dp", "item", "itm", "magento", "p", "pd", "prod", "product", "products", "shopify", "sku"]),
    (
        "service",
        &["about", "company", "contact", "features", "platform", "pricing", "service", "services", "solutions"],
    ),
    ("number", &[]),
];

/// Names of the measurements of a page, by index.
pub fn columns() -> Vec<String> {
    let facts = Around::page_facts().map(|(name, _)| name.to_owned());
    let marks = Mark::ALL.iter().map(|mark| format!("words-marked-{}", mark.name()));
    let families = Family::ALL.iter().map(|family| format!("blocks-with-{}", family.name()));
    let hints = HINTS.iter().map(|(kind, _)| format!("address-{kind}"));
    facts.chain(marks).chain(families).chain(hints).collect()
}

/// Measures a page; `facts` are the page's own columns.
pub(super) fn row(page: &Page, own: &[f32], facts: &[(Around, f32)]) -> Vec<f32> {
    let mut row: Vec<f32> = Around::page_facts()
        .map(|(_, column)| facts.iter().find(|(known, _)| *known as usize == column).map_or(0.0, |(_, value)| *value))
        .collect();
    let mut around: Vec<Marks> = Vec::with_capacity(page.containers.len());
    for (at, container) in page.containers.iter().enumerate() {
        // Parents stand before their children.
        let outer = if at == 0 { Marks::default() } else { around[container.parent.0 as usize] };
        around.push(outer.union(container.marks));
    }
    let (mut marked, mut with) = (vec![0.0f32; Mark::ALL.len()], vec![0.0f32; Family::ALL.len()]);
    let mut words = 0.0;
    for (block, own) in page.blocks.iter().zip(own.chunks_exact(OWN_COLUMNS)) {
        let own_words = own[Own::Words.index()];
        words += own_words;
        for mark in around[block.container.0 as usize].union(block.marks).iter() {
            marked[mark as usize] += own_words;
        }
        for (with, family) in with.iter_mut().zip(Family::ALL) {
            *with += f32::from(u8::from(own[family.index()] > 0.0));
        }
    }
    row.extend(marked.iter().map(|held| held / words.max(1.0)));
    row.extend(with.into_iter().map(log));
    row.extend(hints(page));
    row
}

/// How many words of its address and generator hint at each kind, and how long the longest number in the address is.
fn hints(page: &Page) -> [f32; HINTS.len()] {
    let meta =
        |name: &str| page.head.metas.iter().find(|(known, _)| known == name).map(|(_, content)| content.as_str());
    let address = page.head.canonical.as_deref().or_else(|| meta("og:url")).unwrap_or_default();
    let mut counts = [0.0f32; HINTS.len()];
    let text = format!("{address} {}", meta("generator").unwrap_or_default()).to_ascii_lowercase();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).take(64) {
        for (count, (_, known)) in counts.iter_mut().zip(HINTS) {
            *count += f32::from(u8::from(known.contains(&word)));
        }
        if word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            let longest = &mut counts[HINTS.len() - 1];
            *longest = longest.max(word.len() as f32);
        }
    }
    counts
}

/// What the trees make of a page's measurements: log-odds of each kind, as columns.
pub(super) fn say(row: &[f32], kinds: &[Forest]) -> impl Iterator<Item = (Around, f32)> {
    SAID.into_iter().zip(kinds).map(|(column, forest)| (column, forest.score(row)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::features;
    use crate::engine::lexicon;
    use crate::engine::parse::{html, prescan::prescan};
    use crate::engine::scores::Scores;

    #[track_caller]
    fn check(page: &str, column: &str, expected: f32) {
        let page = html::parse(&prescan(page));
        let scores = Scores::empty();
        let features = features::measure(&page, lexicon::fallback(), &scores);
        let at = columns().iter().position(|name| name == column).expect("the column is there");
        let value = features.kind_row()[at];
        assert!((value - expected).abs() < 0.01, "{column} is {value}");
    }

    #[test]
    fn a_page_is_measured_as_a_whole() {
        let page = "<link rel=canonical href='https://forum.example/thread/12345/wet-bread'>\
            <div class=comments><p>one two three</p></div><p>four</p><p>Sign up for our newsletter</p>";
        check(page, "address-forum", 2.0);
        check(page, "address-number", 5.0);
        check(page, "words-marked-comments", 3.0 / 9.0);
        check(page, "blocks-with-newsletter-sign-up", 2.0f32.ln());
        check(page, "page-blocks", 4.0f32.ln());
    }
}
