//! When it was first published: what JSON-LD and `<meta>` say, what is marked or written around the title, the page's
//! address.

use super::Metas;
use super::date::{self, Order};
use super::json_ld::Facts;
use super::near::Near;
use super::words::{Openings, behind, words};
use crate::engine::page::{Fact, Page};

/// Longest line that is looked at for a date, in bytes.
const LINE_BYTES: usize = 160;

/// Longest line that is a date though nothing before it says so, in bytes.
const PLAIN_BYTES: usize = 120;

/// Fields of `<meta>` that tell when a page was published, likeliest first.
const PUBLISHED: [&str; 33] = [
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime",
    "article:published",
    "published_time",
    "published-date",
    "published_date",
    "published",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "pubdate",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "date",
    "datecreated",
    "article.published",
    "release_date",
    "created",
];

/// Fields of `<meta>` that tell when a page was changed.
const MODIFIED: [&str; 8] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "updated",
    "revised",
];

/// Chooses the date, as `YYYY-MM-DD`.
pub(super) fn choose(
    page: &Page,
    facts: &Facts,
    metas: &Metas<'_>,
    near: &Near<'_>,
    address: Option<&str>,
) -> Option<String> {
    let order = order(page, metas);
    let read = |text: &str| date::read(text, order);
    let of = |fields: &[&str]| fields.iter().flat_map(|field| metas.all(field)).find_map(read);
    let told = facts.published.as_deref().and_then(read).or_else(|| of(&PUBLISHED));
    let shown = shown(page, near, order);
    // A site that was moved or rebuilt tells the day of that; readers are shown the day of the article.
    let seen = shown.published.or(shown.plain);
    let first = match (told, seen) {
        (Some(told), Some(seen)) => Some(told.min(seen)),
        (told, seen) => told.or(seen),
    };
    first
        .or_else(|| address.and_then(date::in_address))
        .or_else(|| labelled(page, near, order))
        .or_else(|| facts.modified.as_deref().and_then(read))
        .or_else(|| of(&MODIFIED))
        .or(shown.updated)
}

/// Whether `05/06/2024` is the fifth of June: everywhere but in American English.
fn order(page: &Page, metas: &Metas<'_>) -> Order {
    let language = page.head.language.as_deref().or_else(|| metas.first("og:locale")).unwrap_or("en");
    let language = language.trim().to_lowercase().replace('_', "-");
    if ["en", "en-us", "es-us", ""].contains(&language.as_str()) { Order::MonthFirst } else { Order::DayFirst }
}

/// Dates that the page shows around its title, by what is written before them.
#[derive(Debug, Default)]
struct Shown {
    published: Option<String>,
    plain: Option<String>,
    updated: Option<String>,
}

fn shown(page: &Page, near: &Near<'_>, order: Order) -> Shown {
    let mut shown = Shown::default();
    for marked in &page.head.marked {
        if near.is_aside(marked.container) {
            continue;
        }
        let date = || date::read(&marked.text, order);
        match marked.fact {
            Fact::Published => shown.published = shown.published.take().or_else(date),
            Fact::Modified => shown.updated = shown.updated.take().or_else(date),
            _ => {}
        }
    }
    let mut opening = "";
    // Some write the day before the title, in one heading.
    for at in near.blocks().into_iter().chain(near.heading) {
        let text = &page.blocks[at].text;
        for line in text.split(['\n', '\t', '|', '•', '·', '●']).map(str::trim).filter(|line| line.len() <= LINE_BYTES)
        {
            let kind = |line: &str| {
                let is = |words: &Openings| behind(line, words).is_some();
                (is(&words().published), is(&words().updated))
            };
            if [line, opening].iter().any(|line| behind(line, &words().joined).is_some()) {
                opening = "";
                continue;
            }
            let own = kind(line);
            let (is_published, is_updated) = if own == (false, false) { kind(opening) } else { own };
            opening = if line.len() <= 30 { line } else { "" };
            // What the reader sees may be "yesterday": the element says the day.
            let timed = page.head.marked.iter().filter(|marked| marked.fact == Fact::Time && marked.before == at);
            let date = date::read(line, order)
                .or_else(|| timed.map(|marked| marked.text.as_str()).find_map(|text| date::read(text, order)));
            let Some(date) = date else { continue };
            opening = "";
            let place = match (is_published, is_updated) {
                (true, _) => &mut shown.published,
                (_, true) => &mut shown.updated,
                _ if line.len() > PLAIN_BYTES => continue,
                _ => &mut shown.plain,
            };
            place.get_or_insert(date);
        }
    }
    shown
}

/// The date behind "Published" and its likes anywhere on the page, where there is only one.
fn labelled(page: &Page, near: &Near<'_>, order: Order) -> Option<String> {
    let mut found: Option<String> = None;
    let lines = page.blocks.iter().filter(|block| block.text.len() <= LINE_BYTES);
    for block in lines.filter(|block| !near.is_aside(block.container)) {
        let date = behind(&block.text, &words().published).and_then(|rest| date::read(rest, order));
        match (&found, date) {
            (_, None) => {}
            (None, date) => found = date,
            (Some(known), Some(date)) if *known == date => {}
            _ => return None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::engine::metadata::choose;
    use crate::engine::parse::{html, prescan::prescan};

    #[track_caller]
    fn check(page: &str, published: Option<&str>) {
        assert_eq!(choose(&html::parse(&prescan(page)), None).published.as_deref(), published, "{page}");
    }

    #[test]
    fn what_the_head_says_of_publication_comes_before_changes() {
        let changed = "<meta property=article:modified_time content=2024-06-01>";
        check(&format!("{changed}<meta property=article:published_time content=2024-05-01>"), Some("2024-05-01"));
        check(&format!("{changed}<meta name=date content='May 1, 2024'>"), Some("2024-05-01"));
        check(changed, Some("2024-06-01"));
        check(&format!("{changed}<link rel=canonical href='https://a.example/2024/05/01/storm'>"), Some("2024-05-01"));
    }

    #[test]
    fn a_shown_date_is_heard_before_a_later_one_that_is_told() {
        let told = "<meta property=article:published_time content=2024-05-01>";
        check(&format!("{told}<h1>Storm</h1><p>Published 3 April 2021"), Some("2021-04-03"));
        check(&format!("{told}<h1>Storm</h1><p>Updated 3 April 2021"), Some("2024-05-01"));
        check(&format!("{told}<h1>Storm</h1><p>5 May 2024"), Some("2024-05-01"));
    }

    #[test]
    fn dates_are_read_around_the_title() {
        check("<h1>Storm</h1><p>Updated 5 May 2024 | Published 3 May 2024", Some("2024-05-03"));
        check("<h1>Storm</h1><div>Published<div>3 May 2024</div></div>", Some("2024-05-03"));
        check("<h1>Storm</h1><p><time datetime=2024-05-03>yesterday</time>", Some("2024-05-03"));
        check("<h1>Storm</h1><p>Member since 3 May 2004", None);
        check("<h1>Storm</h1><section class=comments><p>3 May 2024</section>", None);
        check("<h1>Storm</h1><p>Last updated: 3 May 2024", Some("2024-05-03"));
        check("<h1>Storm</h1><p>It rained.", None);
    }

    #[test]
    fn the_language_tells_how_a_date_is_written() {
        check("<html lang=en-US><h1>Storm</h1><p>05/06/2024", Some("2024-05-06"));
        check("<html lang=fr><h1>Orage</h1><p>05/06/2024", Some("2024-06-05"));
    }
}
