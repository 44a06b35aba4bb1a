//! How HTML becomes blocks, case by case: the files under `tests/blocks` hold a line `=== what is shown`, HTML, a line
//! `---`, and one line a block.
//!
//! A line is the block's shape and text: `h2 Text`, `p Text`, `li Text`, `tr one\ttwo` (`th` where all cells are
//! headings), `code:rust …`, `caption`, `button`, `dt`, `dd`. `> ` stands before it for each quotation around, `/2` after
//! the shape for the depth in lists, `#3` for an item's number, `~` where it is marked as hidden. `img ADDRESS "WORDS"`
//! is a picture. Spans are written into the text: `[words](address)`, `{b words}`, `{i words}`, `{code words}`,
//! `{sup words}`, `{sub words}`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use dechaff::engine::lexicon::marks::Mark;
use dechaff::engine::page::{Block, Inline, Page, Shape};
use dechaff::engine::parse::html;
use dechaff::engine::parse::prescan::prescan;

fn shape(block: &Block) -> String {
    match &block.shape {
        Shape::Paragraph => "p".to_owned(),
        Shape::Heading(level) => format!("h{level}"),
        Shape::ListItem => "li".to_owned(),
        Shape::TableRow if block.table.unwrap().header => "th".to_owned(),
        Shape::TableRow => "tr".to_owned(),
        Shape::Code(None) => "code".to_owned(),
        Shape::Code(Some(language)) => format!("code:{language}"),
        Shape::Caption => "caption".to_owned(),
        Shape::Control => "button".to_owned(),
        Shape::Term => "dt".to_owned(),
        Shape::Definition => "dd".to_owned(),
    }
}

fn is_hidden(page: &Page, block: &Block) -> bool {
    block.marks.has(Mark::Hidden)
        || page.ancestors(block.container).any(|id| page.container(id).marks.has(Mark::Hidden))
}

/// A block's text with its spans.
fn text(block: &Block) -> String {
    let mut signs: Vec<(usize, usize, String)> = Vec::new();
    for (order, span) in block.spans.iter().enumerate() {
        let (open, close) = match &span.kind {
            Inline::Link { href, .. } => ("[".to_owned(), format!("]({href})")),
            Inline::Strong => ("{b ".to_owned(), "}".to_owned()),
            Inline::Emphasis => ("{i ".to_owned(), "}".to_owned()),
            Inline::Code => ("{code ".to_owned(), "}".to_owned()),
            Inline::Superscript => ("{sup ".to_owned(), "}".to_owned()),
            Inline::Subscript => ("{sub ".to_owned(), "}".to_owned()),
        };
        // At one place, what ends comes before what begins, and the innermost ends first.
        signs.push((span.range.start, block.spans.len() + order, open));
        signs.push((span.range.end, block.spans.len() - 1 - order, close));
    }
    signs.sort();
    let mut out = String::new();
    let mut at = 0;
    for (place, _, sign) in signs {
        out.push_str(&block.text[at..place]);
        out.push_str(&sign);
        at = place;
    }
    out.push_str(&block.text[at..]);
    out.replace('\n', "\\n").replace('\t', "\\t")
}

fn lines(page: &Page) -> String {
    let mut out = String::new();
    let mut images = page.images.iter().peekable();
    for (at, block) in page.blocks.iter().enumerate() {
        while let Some(image) = images.next_if(|image| image.before <= at) {
            let _ = writeln!(out, "img {} {:?}", image.src, image.alt);
        }
        let _ = write!(out, "{}{}", "> ".repeat(usize::from(block.quote_depth)), shape(block));
        if let Some(place) = block.list {
            if block.shape != Shape::ListItem || place.depth > 1 {
                let _ = write!(out, "/{}", place.depth);
            }
            if let Some(number) = place.number.filter(|_| block.shape == Shape::ListItem) {
                let _ = write!(out, "#{number}");
            }
        }
        let _ = writeln!(out, "{} {}", if is_hidden(page, block) { "~" } else { "" }, text(block));
    }
    for image in images {
        let _ = writeln!(out, "img {} {:?}", image.src, image.alt);
    }
    out
}

/// What is wrong with the cases of a file; empty where nothing is.
fn check(name: &str, file: &str) -> String {
    let mut wrong = String::new();
    for case in file.split("\n=== ").skip(1) {
        let (title, rest) = case.split_once('\n').unwrap();
        let (source, expected) = rest.split_once("\n---\n").unwrap_or_else(|| panic!("{title}: no line ---"));
        let expected = expected.trim_end().to_owned() + "\n";
        let found = lines(&html::parse(&prescan(source)));
        if found.trim() != expected.trim() {
            let _ = write!(wrong, "\n{name}: {title}\n{source}\nwanted\n{expected}found\n{found}");
        }
    }
    wrong
}

#[test]
fn pages_are_cut_as_readers_see_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blocks");
    let mut wrong = String::new();
    let mut cases = 0;
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let file = format!("\n{}", fs::read_to_string(&path).unwrap());
        cases += file.matches("\n=== ").count();
        wrong.push_str(&check(path.file_name().unwrap().to_str().unwrap(), &file));
    }
    assert!(cases > 90, "{cases} cases");
    assert!(wrong.is_empty(), "{wrong}");
}
