//! Who wrote it: what JSON-LD and `<meta>` say, then what is marked or reads as a byline around the title.

use super::date::{self, Order};
use super::json_ld::Facts;
use super::names::{Source, names};
use super::near::Near;
use super::text;
use super::words::{behind, words};
use super::{Metas, Sites, title};
use crate::engine::page::{Fact, Inline, Page};

/// Most names of one byline.
const NAMES: usize = 6;
/// Longest line that is looked at for a byline, in bytes.
const LINE_BYTES: usize = 160;
/// Fewest letters of a word of a name that is looked for in an address.
const SLUG_LETTERS: usize = 3;
/// So many bylines are those of a list of entries.
const LIST: usize = 3;
/// How many blocks are looked at to tell a list of entries.
const LIST_BLOCKS: usize = 2_000;
/// Longest line that tells what somebody is, in bytes.
const TRADE_BYTES: usize = 80;
/// Most people of a scientific paper.
const PAPER_NAMES: usize = 30;

/// Fields of `<meta>` that name authors, likeliest first.
const FIELDS: [&str; 17] = [
    "author",
    "article:author",
    "article:author_name",
    "og:author",
    "book:author",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "byl",
    "authors",
    "author_name",
    "article.author",
    "creator",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "citation_authors",
];

/// Fields of papers, where names stand as "Lee, Ann", one a field.
const PAPER_FIELDS: [&str; 2] = ["citation_author", "citation_authors"];

/// Chooses the byline: names, parted by commas.
pub(super) fn choose(page: &Page, facts: &Facts, metas: &Metas<'_>, sites: &Sites, near: &Near<'_>) -> Option<String> {
    let mut weak = Vec::new();
    let mut found = Vec::new();
    for source in [of_paper, of_facts, of_metas] {
        let (people, others) = split(source(facts, metas), sites);
        if !people.is_empty() {
            found = people;
            break;
        }
        if weak.is_empty() {
            weak = others;
        }
    }
    if found.is_empty() {
        found = on_page(page, near, sites, facts.is_article || title::is_article(metas));
    }
    if found.is_empty() {
        found = weak;
    }
    let mut seen: Vec<String> = Vec::new();
    found.retain(|name| {
        let key = text::key(name);
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    let byline = found.join(", ");
    (!byline.is_empty()).then_some(byline)
}

/// A name and whether it is known to be a company's.
type Told = (String, bool);

/// People, and what may be companies and sites.
fn split(told: Vec<Told>, sites: &Sites) -> (Vec<String>, Vec<String>) {
    let (others, people): (Vec<Told>, Vec<Told>) =
        told.into_iter().partition(|(name, is_organization)| *is_organization || sites.is_site(name));
    let names = |told: Vec<Told>| told.into_iter().map(|(name, _)| name).collect();
    (names(people), names(others))
}

fn of_paper(_: &Facts, metas: &Metas<'_>) -> Vec<Told> {
    let each = PAPER_FIELDS.iter().flat_map(|field| metas.all(field)).take(PAPER_NAMES);
    let in_order = each.map(|name| match name.split_once(", ") {
        Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
        _ => name.to_owned(),
    });
    in_order.flat_map(|name| names(&name, Source::Told)).map(|name| (name, false)).collect()
}

fn of_facts(facts: &Facts, _: &Metas<'_>) -> Vec<Told> {
    let each = facts.authors.iter().take(NAMES);
    each.flat_map(|author| names(&author.name, Source::Told).into_iter().map(|name| (name, author.is_organization)))
        .collect()
}

fn of_metas(_: &Facts, metas: &Metas<'_>) -> Vec<Told> {
    let of = |field: &str| -> Vec<Told> {
        let each = metas.all(field).take(NAMES);
        each.flat_map(|name| names(name, Source::Told)).map(|name| (name, false)).collect()
    };
    let found = FIELDS.iter().map(|field| of(field)).find(|found| !found.is_empty());
    found.unwrap_or_else(|| {
        // Cards of some kinds name label and value: "Written by", "Ann Lee".
        let label = metas.first("twitter:label1").filter(|label| behind(label, &words().by) == Some(""));
        label.map(|_| of("twitter:data1")).unwrap_or_default()
    })
}

/// Whom the page itself names, likeliest places first.
fn on_page(page: &Page, near: &Near<'_>, sites: &Sites, is_article: bool) -> Vec<String> {
    let blocks = if !is_article && is_list(page) { Vec::new() } else { near.blocks() };
    let marked = |fact: Fact, is_near: bool| {
        let mut each = page.head.marked.iter().filter(|marked| {
            marked.fact == fact
                && near.is_near(marked.before) == is_near
                && !near.is_aside(marked.container)
                && !sites.is_site(&marked.text)
        });
        each.find_map(|marked| some(names(&marked.text, Source::Marked)))
    };
    let found = marked(Fact::Author, true)
        .or_else(|| byline(page, &blocks))
        .or_else(|| marked(Fact::AuthorClass, true))
        .or_else(|| linked(page, &blocks))
        .or_else(|| with_trade(page, &blocks).filter(|_| is_article))
        .or_else(|| marked(Fact::Author, false))
        .or_else(|| signature(page, near))
        .or_else(|| marked(Fact::AuthorClass, false).filter(|_| is_article));
    let mut found = found.unwrap_or_default();
    found.truncate(NAMES);
    found
}

fn some(names: Vec<String>) -> Option<Vec<String>> {
    (!names.is_empty()).then_some(names)
}

/// The names behind "by" and its likes, in lines around the title.
fn byline(page: &Page, blocks: &[usize]) -> Option<Vec<String>> {
    blocks.iter().find_map(|at| {
        let block = &page.blocks[*at];
        let mut lines = block.text.split(['\n', '\t', '|', '•', '·', '●', '»']).map(str::trim).peekable();
        while let Some(line) = lines.next() {
            if line.len() > LINE_BYTES {
                continue;
            }
            let Some((opening, rest)) = behind_by(line) else { continue };
            let next = || page.blocks.get(at + 1).map_or("", |block| block.text.as_str());
            let rest = if rest.is_empty() { lines.peek().copied().unwrap_or_else(next) } else { rest };
            let is_poster = words().posters.contains(&opening.trim_end_matches(':').to_lowercase());
            let source = if is_poster { Source::Marked } else { Source::Seen };
            let found = names(rest, source);
            if !found.is_empty() {
                return Some(found);
            }
        }
        None
    })
}

/// "By" and what stands behind it, at the beginning of a line, or behind a date or "Posted" in it.
fn behind_by(line: &str) -> Option<(&str, &str)> {
    let by_at = |at: usize| {
        let rest = behind(&line[at..], &words().by)?;
        Some((line[at..line.len() - rest.len()].trim(), rest))
    };
    if let Some(found) = by_at(0) {
        return Some(found);
    }
    let opens = [&words().published, &words().updated].iter().any(|words| behind(line, words).is_some());
    let mut words_at = line.match_indices(' ').map(|(at, _)| at + 1);
    words_at.find_map(|at| {
        let (opening, rest) = by_at(at).filter(|(_, rest)| !rest.is_empty())?;
        let is_dated = || date::read(&line[..at], Order::DayFirst).is_some();
        (opens || opening.contains(' ') || is_dated()).then_some((opening, rest))
    })
}

/// The names behind "Written by" and its likes anywhere on the page, where they are always the same.
fn signature(page: &Page, near: &Near<'_>) -> Option<Vec<String>> {
    let mut found: Option<Vec<String>> = None;
    let lines = page.blocks.iter().filter(|block| block.text.len() <= LINE_BYTES);
    for block in lines.filter(|block| !near.is_aside(block.container)) {
        let Some((opening, rest)) = behind_by(&block.text) else { continue };
        // A single small word says too little, so far from the title.
        let people = if opening.contains(' ') { names(rest, Source::Seen) } else { Vec::new() };
        match &found {
            _ if people.is_empty() => {}
            None => found = Some(people),
            Some(known) if *known == people => {}
            Some(_) => return None,
        }
    }
    found
}

/// Whether the page lists entries of several people.
fn is_list(page: &Page) -> bool {
    let mut people: Vec<Vec<String>> = Vec::new();
    for block in page.blocks.iter().take(LIST_BLOCKS).filter(|block| block.text.len() <= LINE_BYTES) {
        let Some((_, rest)) = behind_by(&block.text).filter(|(_, rest)| !rest.is_empty()) else { continue };
        let found = names(rest, Source::Seen);
        if !found.is_empty() && !people.contains(&found) {
            people.push(found);
        }
    }
    people.len() >= LIST
}

/// A name on a line of its own, and what the person is on the next.
fn with_trade(page: &Page, blocks: &[usize]) -> Option<Vec<String>> {
    blocks.iter().find_map(|at| {
        let next = page.blocks.get(at + 1)?;
        let last = next.text.rsplit([' ', '-']).next().unwrap_or_default();
        let is_trade = next.text.len() <= TRADE_BYTES && words().trades.contains(&last.to_lowercase());
        let text = &page.blocks[*at].text;
        let found = names(text, Source::Seen);
        let is_person = is_trade && found.len() == 1 && found[0] == *text && text.contains(' ');
        is_person.then_some(found)
    })
}

/// The text of links to people's pages, around the title.
fn linked(page: &Page, blocks: &[usize]) -> Option<Vec<String>> {
    blocks.iter().find_map(|at| {
        let block = &page.blocks[*at];
        block.spans.iter().find_map(|span| match &span.kind {
            Inline::Link { href, .. } => {
                let text = block.text.get(span.range.clone())?;
                some(names(text, Source::Seen)).filter(|names| is_page_of(href, &names[0]))
            }
            _ => None,
        })
    })
}

/// Whether an address is that of somebody's page: `/authors/ann-lee`.
fn is_page_of(href: &str, name: &str) -> bool {
    let path = href.split_once("://").map_or(href, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let mut parts = path.split(['/', '?', '#', '=']).filter(|part| !part.is_empty());
    let folder = parts.position(|part| words().author_paths.contains(part.to_lowercase().as_str()));
    let slug: String = folder.map(|_| parts.map(text::squeezed).collect()).unwrap_or_default();
    let key = text::key(name);
    let mut long = key.split(' ').filter(|word| word.chars().count() >= SLUG_LETTERS).peekable();
    long.peek().is_some() && long.all(|word| slug.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::engine::metadata::choose;
    use crate::engine::parse::{html, prescan::prescan};

    #[track_caller]
    fn check(page: &str, byline: Option<&str>) {
        assert_eq!(choose(&html::parse(&prescan(page)), None).byline.as_deref(), byline, "{page}");
    }

    #[test]
    fn fields_of_the_head_name_people() {
        check("<meta name=author content='By Ann Lee'>", Some("Ann Lee"));
        check("<meta name=author content=admin><meta name=byl content='Ann Lee'>", Some("Ann Lee"));
        check("<meta property=article:author content='https://a.example/ann'>", None);
        check(
            "<meta name=citation_author content='Lee, Ann'><meta name=citation_author content='Chan, Bo'>",
            Some("Ann Lee, Bo Chan"),
        );
        check(
            "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ann Lee'>",
            Some("Ann Lee"),
        );
        check("<meta name=twitter:label1 content='Price'><meta name=twitter:data1 content='Ann Lee'>", None);
    }

    #[test]
    fn the_site_is_its_author_only_where_nobody_else_is() {
        let site = "<meta property=og:site_name content='The Daily'><meta name=author content='The Daily'>";
        check(site, Some("The Daily"));
        check(&format!("{site}<h1>Storm</h1><p>By Ann Lee"), Some("Ann Lee"));
    }

    #[test]
    fn a_byline_stands_around_the_title() {
        check("<h1>Storm</h1><p>By Ann Lee and Bo Chan, 3 May 2024<p>It rained.", Some("Ann Lee, Bo Chan"));
        check("<h1>Der Sturm</h1><p>Von Ann Lee", Some("Ann Lee"));
        check("<h1>Storm</h1><p>3 May 2024 by Ann Lee", Some("Ann Lee"));
        check("<h1>Storm</h1><div>Written by<div>Ann Lee</div></div>", Some("Ann Lee"));
        check("<h1>Storm</h1><p><a href=/authors/ann-lee>Ann Lee</a>", Some("Ann Lee"));
        check("<h1>Storm</h1><p><a href=/places/ann-lee>Ann Lee</a>", None);
        check("<h1>Storm</h1><p>By the numbers we see", None);
        check("<h1>Storm</h1><section class=comments><p>By Ann Lee</section>", None);
        let prose = "It rained and it rained. ".repeat(10);
        check(&format!("<h1>Storm</h1><p>{prose}<p>{prose}<p>{prose}<p>By Ann Lee"), None);
        check(&format!("<h1>Storm</h1><p>{prose}<p>{prose}<p>{prose}<p>Written by Ann Lee"), Some("Ann Lee"));
    }

    #[test]
    fn a_list_of_entries_has_no_author() {
        let entry = |name: &str| format!("<li><h2>Storm</h2><p>By {name}</li>");
        let list = ["Ann Lee", "Bo Chan", "Cy Dean"].map(entry).concat();
        check(&format!("<h1>News</h1>{list}"), None);
    }

    #[test]
    fn marked_elements_near_the_title_come_first() {
        check("<h1>Storm</h1><p class=author>Ann Lee</p>", Some("Ann Lee"));
        check("<h1>Storm</h1><a rel=author href=/a>Ann Lee</a>, editor", Some("Ann Lee"));
        check("<h1>Storm</h1><p>x</p><aside class=related><a rel=author href=/a>Ann Lee</a></aside>", None);
    }
}
