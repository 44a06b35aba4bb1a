//! What is known of a document besides its text: title, byline, date, site, language, address, lead picture. Chosen
//! from JSON-LD, Open Graph, `<meta>` and the page itself.

mod address;
mod author;
mod date;
mod json_ld;
mod names;
mod near;
mod published;
mod text;
mod title;
mod words;

use std::collections::HashSet;

use super::page::{Page, Shape, Source};
use json_ld::Facts;
use near::Near;

pub use words::is_author_class;

/// Longest name of a site, in bytes: what is longer is no name.
const SITE_BYTES: usize = 200;

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
    json_ld::read(&page.head.json_ld, &[]).body
}

/// Chooses a page's metadata.
pub fn choose(page: &Page, url: Option<&str>) -> Metadata {
    if page.source == Source::Text {
        return Metadata { title: text_title(page), url: url.map(str::to_owned), ..Metadata::default() };
    }
    let metas = Metas(&page.head.metas);
    let titles = ["og:title", "twitter:title"].iter().filter_map(|field| metas.first(field));
    let titles = titles.chain(page.head.title.as_deref());
    let headings = page.blocks.iter().filter(|block| block.shape == Shape::Heading(1)).take(8);
    let titles: Vec<String> = titles.chain(headings.map(|block| block.text.as_str())).map(text::key).collect();
    let facts = json_ld::read(&page.head.json_ld, &titles);
    let address = address::of_page(page, &metas, url);
    let sites = Sites::new(page, &facts, &metas, address.as_deref());
    let title = title::choose(page, &facts, &metas, &sites);
    let near = Near::new(page, title.as_deref(), &sites);
    Metadata {
        byline: author::choose(page, &facts, &metas, &sites, &near),
        published: published::choose(page, &facts, &metas, &near, address.as_deref()),
        language: language(page, &metas),
        image: address::of_picture(page, &facts, &metas, address.as_deref()),
        site: sites.name,
        url: address,
        title,
    }
}

fn language(page: &Page, metas: &Metas<'_>) -> Option<String> {
    let fields = ["og:locale", "content-language", "language", "dc.language"];
    let told = || fields.iter().find_map(|field| metas.first(field)).map(str::to_owned);
    page.head.language.clone().or_else(told)
}

/// The fields of a page's `<meta>`.
struct Metas<'a>(&'a [(String, String)]);

impl<'a> Metas<'a> {
    /// What a field says, every time it says something.
    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, content)| known == name && !content.is_empty())
            .map(|(_, content)| &**content)
    }

    /// What a field says.
    fn first(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }
}

/// What the site is called.
struct Sites {
    /// As readers know it.
    name: Option<String>,
    /// All its names, without spaces and signs.
    keys: HashSet<String>,
}

impl Sites {
    fn new(page: &Page, facts: &Facts, metas: &Metas<'_>, address: Option<&str>) -> Self {
        // What readers know comes first: a handle is a name with its spaces taken out.
        let told = [
            metas.first("og:site_name"),
            metas.first("application-name"),
            facts.publisher.as_deref(),
            metas.first("apple-mobile-web-app-title"),
            metas.first("twitter:site").map(|handle| handle.trim_start_matches('@')),
        ];
        let told: Vec<String> = told.into_iter().flatten().map(|site| text::fold(&text::decoded(site))).collect();
        let name = told.iter().find(|site| (1..=SITE_BYTES).contains(&site.len())).cloned();
        let mut keys: HashSet<String> = told.iter().map(|site| text::squeezed(site)).collect();
        let host = address.or(page.head.base.as_deref()).and_then(|address| address.split_once("://"));
        let host = host.and_then(|(_, rest)| rest.split(['/', ':', '?']).next()).unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        keys.insert(text::squeezed(host));
        if let Some((names, _)) = host.rsplit_once('.') {
            keys.extend(names.split('.').map(text::squeezed));
        }
        keys.retain(|key| key.len() > 1);
        Self { name, keys }
    }

    /// The same with more names.
    fn with(&self, names: &[String]) -> Self {
        let keys = self.keys.iter().cloned().chain(names.iter().map(|name| text::squeezed(name)));
        Self { name: self.name.clone(), keys: keys.collect() }
    }

    /// Whether a text is the name of the site.
    fn is_site(&self, text: &str) -> bool {
        let key = text::squeezed(text);
        let bare = key.strip_prefix("the").unwrap_or(&key);
        !key.is_empty()
            && (self.keys.contains(&key) || self.keys.contains(bare) || self.keys.contains(&format!("the{key}")))
    }
}

/// A pasted text's first line, where it stands like a headline: short, no full stop, and more text after it.
fn text_title(page: &Page) -> Option<String> {
    let first = page.blocks.first().filter(|_| page.blocks.len() > 1)?;
    let text = first.text.trim_start_matches(['#', ' ']);
    let is_headline = text.len() <= 160 && !text.ends_with(['.', ',', ';', ':']) && !text.contains('\n');
    (is_headline && first.shape != Shape::ListItem && !text.is_empty()).then(|| text.to_owned())
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
    fn the_site_is_called_what_readers_know() {
        let site = |page: &str| choose(&html::parse(&prescan(page)), None).site;
        let name = "<meta property=og:site_name content='Bread &amp; Co'>";
        let handle = "<meta name=twitter:site content='@breadco'>";
        let publisher =
            r#"<script type="application/ld+json">{"@type":"Article","publisher":{"name":"Bread"}}</script>"#;
        assert_eq!(site(&[handle, publisher, name].concat()).as_deref(), Some("Bread & Co"));
        assert_eq!(site(&[handle, publisher].concat()).as_deref(), Some("Bread"));
        assert_eq!(site(handle).as_deref(), Some("breadco"));
        assert_eq!(site("<title>Rye | Bread</title>"), None);
    }

    #[test]
    fn the_language_is_what_the_page_declares() {
        let language = |page: &str| choose(&html::parse(&prescan(page)), None).language;
        assert_eq!(language("<html lang=de><meta property=og:locale content=en_US><p>x").as_deref(), Some("de"));
        assert_eq!(language("<html lang=''><meta property=og:locale content=en_US><p>x").as_deref(), Some("en_US"));
        assert_eq!(language("<html><body lang=fr><p>x").as_deref(), Some("fr"));
        assert_eq!(language("<p>x"), None);
    }
}
