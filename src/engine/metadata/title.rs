//! What the page is called: the heading that readers see where it is the page's own, else what the head says, without the
//! name of the site.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::json_ld::Facts;
use super::{Metas, Sites, text};
use crate::engine::lexicon::marks::Mark;
use crate::engine::page::{Inline, Page, Shape};

/// Longest title, in bytes: what is longer is no title.
const TITLE_BYTES: usize = 400;
/// Most headings that are weighed.
const HEADINGS: usize = 100;
/// How much of a heading's words the head's titles must share for it to be the title of any page.
const SHARED: f32 = 0.6;
/// A page with more headings of the first rank than this has them for its sections too,
const FEW: usize = 3;
/// and of these the title shares at least so many words with the head.
const FEW_WORDS: usize = 3;
/// Most words of the name of a site that is known from nothing else.
const SITE_WORDS: usize = 5;
/// Letters of a word that make it the same word.
const STEM: usize = 5;

/// Signs that part a title from the name of the site, with white space around.
const SIGNS: [&str; 12] = ["|", "–", "—", "·", "•", "»", "«", "›", "-", "::", "~", "/"];

/// Chooses the title.
pub(super) fn choose(page: &Page, facts: &Facts, metas: &Metas<'_>, sites: &Sites) -> Option<String> {
    let in_head = page.head.title.as_deref();
    let open_graph = metas.first("og:title");
    let others = ["twitter:title", "dc.title", "dcterms.title", "citation_title", "parsely-title", "sailthru.title"];
    let told =
        [open_graph, in_head, facts.headline.as_deref()].into_iter().chain(others.map(|field| metas.first(field)));
    let told: Vec<String> =
        told.flatten().map(|title| text::fold(&text::decoded(title))).filter(|title| is_fit(title)).collect();
    let mut called: Vec<Called> = told.iter().map(|title| Called::new(title, sites)).collect();
    let of_site = site_headings(page, &called);
    if !of_site.is_empty() {
        let sites = sites.with(&of_site);
        called = told.iter().map(|title| Called::new(title, &sites)).collect();
    }
    if let Some(heading) =
        heading(page, &called, sites, &of_site, facts.is_article || metas.first("article:published_time").is_some())
    {
        return Some(heading);
    }
    // Where no heading of the first rank is the title, one of another may be what the head says.
    if let Some(heading) = lesser_heading(page, &called) {
        return Some(heading);
    }
    let named = called.iter().find(|called| !sites.is_site(&called.own)).or(called.first());
    named.map(|called| called.own.clone())
}

fn is_fit(title: &str) -> bool {
    (1..=TITLE_BYTES).contains(&title.len()) && title.chars().any(char::is_alphanumeric)
}

/// Whether Open Graph says that this is one article.
pub(super) fn is_article(metas: &Metas<'_>) -> bool {
    metas.first("article:published_time").is_some() || metas.first("og:type").is_some_and(|kind| kind == "article")
}

/// What the head calls the page.
struct Called {
    /// Without the name of the site.
    own: String,
    own_key: String,
    /// The whole, folded.
    key: String,
    /// Its parts between signs, folded.
    parts: Vec<String>,
    stems: HashSet<String>,
}

impl Called {
    fn new(title: &str, sites: &Sites) -> Self {
        let own = without_site(title, sites);
        let key = text::key(title);
        let parts: Vec<String> = parts(title).into_iter().map(text::key).collect();
        Self { stems: stems(&key), own_key: text::key(&own), own, key, parts }
    }
}

/// The words of a key by their beginnings; small words say nothing.
fn stems(key: &str) -> HashSet<String> {
    let weighty = |word: &&str| word.len() >= 3 || !word.is_ascii() || word.bytes().all(|byte| byte.is_ascii_digit());
    key.split(' ').filter(weighty).map(|word| word.chars().take(STEM).collect()).collect()
}

/// A title between the signs that part it.
fn parts(title: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for word in title.split(' ') {
        let end = at + word.len();
        if SIGNS.contains(&word) {
            parts.push(title[start..at].trim());
            start = end;
        }
        at = end + 1;
    }
    parts.push(title[start.min(title.len())..].trim());
    parts.retain(|part| part.chars().any(char::is_alphanumeric));
    parts
}

/// A title without the names of sites at its ends.
fn without_site(title: &str, sites: &Sites) -> String {
    let all = parts(title);
    let (mut first, mut last) = (0, all.len());
    while last > first + 1 && sites.is_site(all[last - 1]) {
        last -= 1;
    }
    while first + 1 < last && sites.is_site(all[first]) {
        first += 1;
    }
    // No name was found: what is behind a bar is one, or speaks of the site.
    while last > first + 1 && is_barred(title, all[last - 1]) {
        last -= 1;
    }
    between(title, all.get(first..last).unwrap_or_default())
}

/// Whether a last part stands behind a bar, and is short.
fn is_barred(title: &str, last: &str) -> bool {
    let before = title[..last.as_ptr() as usize - title.as_ptr() as usize].trim_end();
    before.ends_with(['|', '»', '·', '•']) || (before.ends_with('—') && last.split(' ').count() <= SITE_WORDS)
}

/// The stretch of a title from the first of these parts to the last.
fn between(title: &str, parts: &[&str]) -> String {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return title.to_owned() };
    let offset = |part: &str| part.as_ptr() as usize - title.as_ptr() as usize;
    title[offset(first)..offset(last) + last.len()].to_owned()
}

/// A heading that may be the title.
struct Heading {
    text: String,
    key: String,
    /// How many words it shares with what the head calls the page, and which share of its own words that is.
    shared: (usize, f32),
}

/// The heading that is the page's title, if one is.
fn heading(page: &Page, called: &[Called], sites: &Sites, of_site: &[String], is_article: bool) -> Option<String> {
    let blocks = page.blocks.iter().filter(|block| {
        let is_site =
            |block| links_home(block) || sites.is_site(&block.text) || of_site.contains(&text::key(&block.text));
        block.shape == Shape::Heading(1) && block.text.len() <= TITLE_BYTES && !is_site(block)
    });
    let hidden = [Mark::Overlay, Mark::Consent, Mark::Account];
    let is_shown = |block: &&crate::engine::page::Block| {
        !page.ancestors(block.container).any(|id| hidden.iter().any(|mark| page.container(id).marks.has(*mark)))
    };
    let headings: Vec<Heading> =
        blocks.filter(is_shown).take(HEADINGS).filter_map(|block| weigh(&block.text, called)).collect();
    let best = headings.iter().enumerate().max_by_key(|(at, heading)| (heading.shared.0, Reverse(*at)))?.1;
    let is_part = called.iter().any(|called| called.parts.contains(&best.key) || called.own_key == best.key);
    let (words, share) = best.shared;
    let is_title = is_part
        || called.is_empty()
        || if is_article { words > 0 } else { share >= SHARED && (words >= FEW_WORDS || headings.len() <= FEW) };
    is_title.then(|| best.text.clone())
}

/// A heading of a lesser rank that says just what the head calls the page.
fn lesser_heading(page: &Page, called: &[Called]) -> Option<String> {
    let headings = page.blocks.iter().filter(|block| matches!(block.shape, Shape::Heading(2..=4)));
    let texts = headings.map(|block| text::fold(&block.text)).filter(|text| text.len() <= TITLE_BYTES);
    texts.take(HEADINGS).find(|text| {
        let key = text::key(text);
        called.iter().any(|called| called.key == key || called.own_key == key) && text.contains(' ')
    })
}

fn weigh(text: &str, called: &[Called]) -> Option<Heading> {
    let text = text::fold(text.trim_end_matches(['¶', '#', '§', ' ']));
    let key = text::key(&text);
    let own = stems(&key);
    let shared = called.iter().map(|called| own.intersection(&called.stems).count()).max().unwrap_or_default();
    (!key.is_empty()).then(|| Heading { shared: (shared, shared as f32 / own.len().max(1) as f32), text, key })
}

/// Whether a heading is one link to the site's front page: the name of the site.
fn links_home(block: &crate::engine::page::Block) -> bool {
    block.spans.iter().any(|span| match &span.kind {
        Inline::Link { href, .. } => {
            let path =
                href.split_once("://").map_or(&**href, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
            let is_whole = span.range.len() + 2 >= block.text.len();
            is_whole && ["", "/", "./", "../", "index.html", "index.php", "./index.php"].contains(&path)
        }
        _ => false,
    })
}

/// Headings of the first rank that are the last of several parts of what the head calls the page, and not the longest, or
/// beside one that is the first: the name of the site.
fn site_headings(page: &Page, called: &[Called]) -> Vec<String> {
    let headings = page.blocks.iter().filter(|block| block.shape == Shape::Heading(1)).take(HEADINGS);
    let keys: Vec<String> = headings.map(|block| text::key(&block.text)).collect();
    let is_site = |key: &&String| {
        called.iter().any(|called| {
            let Some((last, others)) = called.parts.split_last() else { return false };
            let longest = others.iter().map(String::len).max().unwrap_or_default();
            last == *key && (key.len() < longest || others.iter().any(|other| keys.contains(other)))
        })
    };
    keys.iter().filter(is_site).cloned().collect()
}

#[cfg(test)]
mod tests {
    use crate::engine::metadata::choose;
    use crate::engine::parse::{html, prescan::prescan};

    #[track_caller]
    fn check(page: &str, title: Option<&str>) {
        assert_eq!(choose(&html::parse(&prescan(page)), None).title.as_deref(), title, "{page}");
    }

    #[test]
    fn the_name_of_the_site_is_cut_off() {
        let site = "<meta property=og:site_name content='Kitchen Notes'>";
        check("<title>Five ways to cook an egg | Kitchen Notes</title>", Some("Five ways to cook an egg"));
        check(&format!("{site}<title>Eggs - Kitchen Notes</title>"), Some("Eggs"));
        check(&format!("{site}<title>Kitchen Notes: Eggs</title>"), Some("Kitchen Notes: Eggs"));
        check(&format!("{site}<title>kitchennotes » Eggs - boiled</title>"), Some("Eggs - boiled"));
        check(&format!("{site}<title>Kitchen Notes</title>"), Some("Kitchen Notes"));
        check("<link rel=canonical href='https://www.rye.example/a'><title>Bread – Rye</title>", Some("Bread"));
        check("<title>Boiled - or fried - eggs</title>", Some("Boiled - or fried - eggs"));
    }

    #[test]
    fn a_heading_is_the_title_where_the_head_agrees() {
        let page = |heading: &str| format!("<title>Storm hits the northern coast | The Daily</title>{heading}");
        check(&page("<h1>Storm hits coast</h1>"), Some("Storm hits coast"));
        check(&page("<h1>The Daily</h1>"), Some("Storm hits the northern coast"));
        check(&page("<h1><a href=/>Welcome</a></h1><h1>Storm hits coast</h1>"), Some("Storm hits coast"));
        check(&page("<h1>Subscribe now</h1>"), Some("Storm hits the northern coast"));
        check(&page("<div class=modal><h1>Storm hits coast</h1></div>"), Some("Storm hits the northern coast"));
        check(&page("<h2>Storm hits the northern coast</h2>"), Some("Storm hits the northern coast"));
        check(&page("<h1>Storm hits coast ¶</h1>"), Some("Storm hits coast"));
    }

    #[test]
    fn the_heading_of_an_article_needs_to_agree_less() {
        let head = "<title>Why the coast floods - and what to do about it now</title>";
        let heading = "<h1>Floods: a guide to sandbags, pumps and dry cellars</h1>";
        check(&format!("{head}{heading}"), Some("Why the coast floods - and what to do about it now"));
        let article = "<meta property=article:published_time content=2024-05-01>";
        check(&format!("{head}{article}{heading}"), Some("Floods: a guide to sandbags, pumps and dry cellars"));
    }

    #[test]
    fn a_page_without_a_head_has_its_heading() {
        check("<h1>Eggs</h1><p>Boil them.", Some("Eggs"));
        check("<p>Boil them.", None);
        check("<title> | </title>", None);
        check("<title>Eggs &amp;amp; bread</title>", Some("Eggs & bread"));
    }
}
