//! What is known of a document besides its text: title, byline, date, site, language, address, lead picture. Chosen
//! from JSON-LD, Open Graph, `<meta>` and the page itself, in this order.

mod date;
mod json_ld;

use std::cmp::Reverse;

use super::lexicon::normal;
use super::page::{Page, Shape, Source};
use json_ld::Facts;

/// Longest title or site name, in bytes: what is longer is no title.
const TITLE_BYTES: usize = 400;
/// Longest byline, in bytes.
const BYLINE_BYTES: usize = 120;
/// Most names of one byline.
const NAMES: usize = 6;

/// What is known of a document besides its text; unknown is `None`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The headline.
    pub title: Option<String>,
    /// Who wrote it, names parted by commas.
    pub byline: Option<String>,
    /// When it was first published, as `YYYY-MM-DD`.
    pub published: Option<String>,
    /// The name of the site.
    pub site: Option<String>,
    /// The language's code, ISO 639-1.
    pub language: Option<String>,
    /// The page's own address: the canonical one, else the caller's.
    pub url: Option<String>,
    /// The address of the picture that stands for the page.
    pub image: Option<String>,
}

/// The article's text as the page's JSON-LD holds it.
pub fn structured_body(page: &Page) -> Option<String> {
    json_ld::read(&page.head.json_ld).body
}

/// Chooses a page's metadata.
pub fn choose(page: &Page, url: Option<&str>) -> Metadata {
    if page.source == Source::Text {
        return Metadata { title: text_title(page), url: url.map(str::to_owned), ..Metadata::default() };
    }
    let facts = json_ld::read(&page.head.json_ld);
    let meta = |names: &[&str]| {
        names.iter().find_map(|name| {
            let found = page.head.metas.iter().find(|(known, content)| known == name && !content.is_empty());
            found.map(|(_, content)| content.clone())
        })
    };
    let site = meta(&["og:site_name", "application-name", "twitter:site"]).or_else(|| facts.publisher.clone());
    let site = site
        .map(|site| fold(site.trim_start_matches('@')))
        .filter(|site| site.len() <= TITLE_BYTES && !site.is_empty());
    let canonical = page.head.canonical.clone().or_else(|| meta(&["og:url"])).filter(|address| address.contains("://"));
    Metadata {
        title: title(
            page,
            &facts,
            meta(&["og:title", "twitter:title", "dc.title", "citation_title"]).as_deref(),
            site.as_deref(),
        ),
        byline: byline(page, &facts, &meta),
        published: published(page, &facts, &meta),
        language: page
            .head
            .language
            .clone()
            .or_else(|| meta(&["og:locale", "content-language", "language", "dc.language"])),
        url: canonical.or_else(|| url.map(str::to_owned)),
        image: meta(&["og:image", "og:image:url", "twitter:image"]).or_else(|| facts.image.clone()),
        site,
    }
}

/// White space folded; entities are the parser's work.
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pasted text's first line, where it stands like a headline: short, no full stop, and more text after it.
fn text_title(page: &Page) -> Option<String> {
    let first = page.blocks.first().filter(|_| page.blocks.len() > 1)?;
    let text = first.text.trim_start_matches(['#', ' ']);
    let is_headline = text.len() <= 160 && !text.ends_with(['.', ',', ';', ':']) && !text.contains('\n');
    (is_headline && first.shape != Shape::ListItem && !text.is_empty()).then(|| text.to_owned())
}

fn title(page: &Page, facts: &Facts, og: Option<&str>, site: Option<&str>) -> Option<String> {
    let heading = main_heading(page);
    let from_head = page.head.title.as_deref().map(fold).filter(|title| !title.is_empty());
    let candidates = [og.map(fold), facts.headline.as_deref().map(fold), from_head];
    let told: Vec<String> =
        candidates.into_iter().flatten().filter(|title| !title.is_empty() && title.len() <= TITLE_BYTES).collect();
    // The heading that the head's titles agree with is the title as readers see it, without the site's name.
    if let Some(heading) = &heading {
        let key = normal::fold(heading);
        if key.len() > 3 && told.iter().any(|title| normal::fold(title).contains(&key)) {
            return Some(heading.clone());
        }
    }
    told.into_iter().next().map(|title| without_site(&title, site)).or(heading)
}

/// The page's first `<h1>`, or the one that shares most words with its title.
fn main_heading(page: &Page) -> Option<String> {
    let title = normal::fold(page.head.title.as_deref().unwrap_or_default());
    let words: Vec<&str> = title.split(' ').collect();
    let headings =
        page.blocks.iter().filter(|block| block.shape == Shape::Heading(1) && block.text.len() <= TITLE_BYTES);
    let shared = |text: &str| normal::fold(text).split(' ').filter(|word| words.contains(word)).count();
    let best = headings.enumerate().max_by_key(|(at, block)| (shared(&block.text), Reverse(*at)));
    best.map(|(_, block)| fold(&block.text))
}

/// A title without the site's name behind a bar or dash.
fn without_site(title: &str, site: Option<&str>) -> String {
    for sign in [" | ", " – ", " — ", " - ", " :: ", " » ", " · "] {
        if let Some((head, tail)) = title.rsplit_once(sign) {
            let is_site = site.is_some_and(|site| normal::fold(site) == normal::fold(tail));
            if is_site || (tail.split(' ').count() <= 4 && head.split(' ').count() >= 4 && sign != " - ") {
                return head.trim().to_owned();
            }
        }
    }
    title.to_owned()
}

fn byline(page: &Page, facts: &Facts, meta: &dyn Fn(&[&str]) -> Option<String>) -> Option<String> {
    let mut names: Vec<String> = facts.authors.iter().filter_map(|name| clean_name(name)).collect();
    if names.is_empty() {
        let told = meta(&[
            "author",
            "article:author",
            "dc.creator",
            "citation_author",
            "parsely-author",
            "sailthru.author",
            "byl",
        ]);
        names.extend(told.filter(|told| !told.contains("://")).as_deref().and_then(clean_name));
    }
    if names.is_empty() {
        names.extend(page.head.authors.iter().find_map(|name| clean_name(name)));
    }
    names.dedup();
    names.truncate(NAMES);
    let byline = names.join(", ");
    (!byline.is_empty()).then_some(byline)
}

/// A name without what stands around it: "By", the date, the site.
fn clean_name(text: &str) -> Option<String> {
    let folded = fold(text);
    let mut name = folded.as_str();
    for opening in [
        "By ",
        "by ",
        "BY ",
        "Von ",
        "von ",
        "Por ",
        "por ",
        "Par ",
        "par ",
        "Di ",
        "Door ",
        "Written by ",
        "Posted by ",
        "Author: ",
        "Autor: ",
        "By: ",
    ] {
        name = name.strip_prefix(opening).unwrap_or(name);
    }
    let end = name.find(['|', '•', '·', '—', '\n', '(', '/']).unwrap_or(name.len());
    let name = name[..end].trim_matches(|c: char| !c.is_alphanumeric() && c != '.').trim();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let fits = (2..=BYLINE_BYTES).contains(&name.len())
        && digits <= 2
        && !name.contains("://")
        && name.split(' ').count() <= 12;
    (fits && !["admin", "administrator", "author", "about the author", "staff"].contains(&name.to_lowercase().as_str()))
        .then(|| name.to_owned())
}

fn published(page: &Page, facts: &Facts, meta: &dyn Fn(&[&str]) -> Option<String>) -> Option<String> {
    let told = facts.published.clone().or_else(|| {
        meta(&[
            "article:published_time",
            "og:published_time",
            "datepublished",
            "date",
            "dc.date",
            "dc.date.issued",
            "dcterms.created",
            "publishdate",
            "pubdate",
            "publish-date",
            "parsely-pub-date",
            "sailthru.date",
            "citation_publication_date",
            "article:published",
            "publication_date",
            "release_date",
            "created",
        ])
    });
    told.as_deref()
        .and_then(date::read)
        .or_else(|| page.head.times.iter().find_map(|time| date::read(time)))
        .or_else(|| {
            meta(&["article:modified_time", "og:updated_time", "last-modified"]).as_deref().and_then(date::read)
        })
        .or_else(|| {
            page.blocks
                .iter()
                .take(60)
                .filter(|block| block.text.len() <= 120)
                .find_map(|block| date::read(&block.text))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parse::html;
    use crate::engine::parse::prescan::prescan;

    #[track_caller]
    fn check(page: &str, expected: &Metadata) {
        assert_eq!(&choose(&html::parse(&prescan(page)), None), expected);
    }

    #[test]
    fn json_ld_comes_first() {
        let page = r#"<title>Storm hits coast | The Daily</title><meta property="og:site_name" content="The Daily">
            <script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Storm hits coast",
            "datePublished":"2024-05-01T10:00:00Z","author":[{"@type":"Person","name":"Ann Lee"},{"name":"Bo Chan"}]}]}</script>
            <h1>Storm hits coast</h1>"#;
        check(
            page,
            &Metadata {
                title: Some("Storm hits coast".to_owned()),
                byline: Some("Ann Lee, Bo Chan".to_owned()),
                published: Some("2024-05-01".to_owned()),
                site: Some("The Daily".to_owned()),
                ..Metadata::default()
            },
        );
    }

    #[test]
    fn the_page_itself_is_read_where_its_head_is_silent() {
        let page = r#"<html lang=de><h1>Der Sturm</h1><p class=byline>Von Ann Lee | 3. Mai</p><time datetime="2023-12-31T23:00">gestern</time>"#;
        check(
            page,
            &Metadata {
                title: Some("Der Sturm".to_owned()),
                byline: Some("Ann Lee".to_owned()),
                published: Some("2023-12-31".to_owned()),
                language: Some("de".to_owned()),
                ..Metadata::default()
            },
        );
    }

    #[test]
    fn the_sites_name_is_no_part_of_the_title() {
        check(
            "<title>Five ways to cook an egg | Kitchen Notes</title>",
            &Metadata { title: Some("Five ways to cook an egg".to_owned()), ..Metadata::default() },
        );
    }
}
