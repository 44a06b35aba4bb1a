//! How a page is written. The files under `tests/render` hold a line `=== what is shown`, HTML (or, where that line ends
//! in `(pasted)`, text), a line `--- markdown` and what is written then, and so for `html` and `text`. Every case is also
//! read back: the Markdown by another reader of it, and the HTML, have the blocks of the page, and all its words.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod fixture;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use dechaff::engine::page::{Block, Inline, Page, Shape, Source};
use dechaff::engine::parse::prescan::prescan;
use dechaff::engine::parse::{html, text};
use dechaff::engine::render;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

const ADDRESS: &str = "https://example.org/a/";

/// A page in all forms.
struct Written {
    page: Page,
    markdown: String,
    html: String,
    text: String,
}

impl Written {
    fn of(source: &str, is_pasted: bool) -> Self {
        let page = if is_pasted { text::parse(source) } else { html::parse(&prescan(source)) };
        let kept: Vec<usize> = (0..page.blocks.len()).collect();
        let markdown = render::markdown::render(&page, &kept, Some(ADDRESS));
        let html = render::html::render(&page, &kept, Some(ADDRESS));
        let text = render::text::render(&page, &kept);
        Self { page, markdown, html, text }
    }

    /// The Markdown as HTML, by its other reader.
    fn read_back(&self) -> String {
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, Parser::new_ext(&self.markdown, Options::ENABLE_TABLES));
        html
    }

    /// What is wrong with what is read back; empty where nothing is.
    fn check_back(&self) -> String {
        let mut wrong = String::new();
        let wanted = blocks(&self.page);
        for (form, source) in [("Markdown", self.read_back()), ("HTML", self.html.clone())] {
            let found = blocks(&html::parse(&prescan(&source)));
            if found != wanted {
                let _ = write!(wrong, "\n{form} read back has the blocks\n{found}wanted\n{wanted}of\n{source}\n");
            }
        }
        wrong
    }
}

/// The blocks of a page, a line each: what any form can say of them.
fn blocks(page: &Page) -> String {
    let mut out = String::new();
    for block in &page.blocks {
        let shape = match &block.shape {
            Shape::Heading(level) => format!("h{level}"),
            Shape::ListItem => "li".to_owned(),
            Shape::TableRow if block.table.unwrap().header => "th".to_owned(),
            Shape::TableRow => "tr".to_owned(),
            Shape::Code(language) => format!("code:{}", language.as_deref().unwrap_or_default()),
            _ => "p".to_owned(),
        };
        let place = block.list.map_or(String::new(), |place| {
            let depth = place.depth;
            place.number.map_or(format!("/{depth}"), |number| format!("/{depth}#{number}"))
        });
        let quotes = "> ".repeat(usize::from(block.quote_depth));
        // A bullet and number signs of pasted text are the form's own.
        let said = page.source == Source::Text && matches!(block.shape, Shape::ListItem | Shape::Heading(_));
        let text = if said { block.text.split_once(' ').unwrap().1 } else { &block.text };
        let text = if shape.starts_with('h') { text.replace('\n', " ") } else { text.to_owned() };
        let _ = writeln!(out, "{quotes}{shape}{place} {:?}{}", text.trim_end(), links(block));
    }
    out
}

/// Links of a block with their words.
fn links(block: &Block) -> String {
    let mut out = String::new();
    // Markdown has no links in code.
    for span in block.spans.iter().filter(|_| !matches!(block.shape, Shape::Code(_))) {
        let Inline::Link { href, .. } = &span.kind else { continue };
        let full = url::Url::parse(ADDRESS).unwrap().join(href).unwrap();
        if ["http", "https", "mailto"].contains(&full.scheme()) {
            // Readers of Markdown write some signs of addresses as their numbers.
            let full = full.as_str().replace("%7C", "|").replace("%5B", "[").replace("%5D", "]");
            let _ = write!(out, " [{:?}]({full})", &block.text[span.range.clone()]);
        }
    }
    out
}

/// The words of Markdown, read by its other reader.
fn words_of_markdown(markdown: &str) -> Vec<String> {
    let mut text = String::new();
    let mut in_picture = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Image { .. }) => in_picture = true,
            Event::End(TagEnd::Image) => in_picture = false,
            Event::Text(_) | Event::Code(_) if in_picture => {}
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::InlineHtml(tag) if &*tag != "<br>" => {}
            Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Link)
            | Event::Start(Tag::Strong | Tag::Emphasis | Tag::Link { .. }) => {}
            _ => text.push(' '),
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

/// The words of the text, without what the form says of pasted blocks itself.
fn words(written: &Written) -> Vec<String> {
    let is_pasted = written.page.source == Source::Text;
    let mut words = Vec::new();
    for block in &written.page.blocks {
        let said = is_pasted && matches!(block.shape, Shape::ListItem | Shape::Heading(_));
        words.extend(block.text.split_whitespace().skip(usize::from(said)).map(str::to_owned));
    }
    words
}

/// What is wrong with the cases of a file; empty where nothing is.
fn check(name: &str, file: &str) -> String {
    let mut wrong = String::new();
    for case in file.split("\n=== ").skip(1) {
        let (title, rest) = case.split_once('\n').unwrap();
        let mut parts = rest.split("\n--- ");
        let source = parts.next().unwrap();
        let written = Written::of(source, title.ends_with("(pasted)"));
        let mut fail = |what: &str| {
            let _ = write!(wrong, "\n{name}: {title}\n{source}\n{what}\n");
        };
        let mut forms = 0;
        for part in parts {
            let (form, wanted) = part.split_once('\n').unwrap_or((part, ""));
            let found = match form {
                "markdown" => &written.markdown,
                "html" => &written.html,
                "text" => &written.text,
                form => panic!("{title}: {form}"),
            };
            forms += 1;
            if found.trim_end() != wanted.trim_end() {
                fail(&format!("wanted as {form}\n{wanted}\nfound\n{found}"));
            }
        }
        assert!(forms > 0, "{title} expects nothing");
        let back = written.check_back();
        if !back.is_empty() {
            fail(&back);
        }
        if words_of_markdown(&written.markdown) != words(&written) {
            fail(&format!("words are lost in\n{}", written.markdown));
        }
    }
    wrong
}

#[test]
fn pages_are_written_as_they_stand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render");
    let mut wrong = String::new();
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let file = format!("\n{}", fs::read_to_string(&path).unwrap());
        wrong.push_str(&check(path.file_name().unwrap().to_str().unwrap(), &file));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every paragraph of every fixture, whatever would stay of it.
#[test]
fn markdown_has_all_words_of_the_fixtures() {
    for (path, source) in fixture::all() {
        let (source, _) = fixture::split(&source);
        let written = Written::of(source, !fixture::is_html(&path));
        let (found, wanted) = (words_of_markdown(&written.markdown), words(&written));
        let first = found.iter().zip(&wanted).position(|(a, b)| a != b).unwrap_or(found.len().min(wanted.len()));
        let around = first.saturating_sub(4)..(first + 4);
        let part = |words: &[String]| words[around.start.min(words.len())..around.end.min(words.len())].join(" ");
        assert!(found == wanted, "{}: found “{}” for “{}”", path.display(), part(&found), part(&wanted));
    }
}

/// Words and markup, parted by spaces.
const PIECES: &str = "<p> <p> <p> <br> <b> </b> <b> </b> <i> </i> <i> </i> <a\u{a0}href='/x'> </a> <code> </code> <sup> \
    </sup> <a\u{a0}href='y(z)&amp;lt;'> </a> <h2> </h2> <ul><li> <li> </ul> <ol\u{a0}start=3><li> <ol><li> </ol> \
    <blockquote> </blockquote> <pre> </pre> <dl><dt> <dd> </dl> <table><tr><td>a <td>b <tr><th>c<th>d </table> \u{a0} \
    \u{a0} \u{a0} word Ring é 重要 」 1. 2) # - + * _ ` | \\ ! [x](y) &amp;amp; &lt;q>";

/// Words and markup in any order; the parser makes a page of it.
fn page() -> impl Strategy<Value = String> {
    let pieces: Vec<&str> = PIECES.split(' ').filter(|piece| !piece.is_empty()).collect();
    vec(select(pieces), 1..40).prop_map(|pieces| pieces.concat().replace('\u{a0}', " "))
}

proptest! {
    #![proptest_config(Config { cases: 2_000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() })]

    #[test]
    fn words_of_markdown_are_words_of_the_text(source in page()) {
        let written = Written::of(&source, false);
        prop_assert_eq!(words_of_markdown(&written.markdown), words(&written), "{}", written.markdown);
    }

    #[test]
    fn words_of_pasted_text_are_words_of_its_markdown(source in "([a#*_`>|~!\\[\\]1.)+-]|[ \n]){0,60}") {
        let written = Written::of(&source, true);
        prop_assert_eq!(words_of_markdown(&written.markdown), words(&written), "{}", written.markdown);
    }
}
