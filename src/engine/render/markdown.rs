//! Markdown: `CommonMark` with tables.

use std::fmt::Write as _;
use std::ops::Range;

use super::inline::{Piece, address, pieces};
use super::text::runs_on;
use crate::engine::page::{Block, Image, Inline, Page, Shape};

/// Writes the blocks that stay.
pub fn render(page: &Page, kept: &[usize], base: Option<&str>) -> String {
    let mut out = String::new();
    let mut before: Option<&Block> = None;
    let mut images = super::images(page, kept).into_iter().peekable();
    // The width of the markers of the open list items, outermost first: what stands in an item is indented so far.
    let mut indents: Vec<usize> = Vec::new();
    for at in kept {
        let block = &page.blocks[*at];
        while let Some(image) = images.next_if(|image| image.before <= *at) {
            if let Some(line) = picture(image, base) {
                let gap = if out.is_empty() { "" } else { "\n\n" };
                let _ = write!(out, "{gap}{line}");
                before = None;
            }
        }
        if !out.is_empty() {
            let close = before.is_some_and(|before| runs_on(before, block) && before.quote_depth == block.quote_depth);
            let quote = before.map_or(0, |before| before.quote_depth.min(block.quote_depth));
            out.push('\n');
            if !close {
                out.push_str(">".repeat(usize::from(quote)).as_str());
                out.push('\n');
            }
        }
        let depth = block.list.map_or(0, |place| usize::from(place.depth));
        let marker = marker(block);
        indents.truncate(if marker.is_some() { depth.saturating_sub(1) } else { depth });
        let quote = "> ".repeat(usize::from(block.quote_depth));
        let indent = " ".repeat(indents.iter().sum());
        let first =
            before.is_none_or(|before| before.table.map(|place| place.table) != block.table.map(|place| place.table));
        let lines = lines(block, base, first);
        for (number, line) in lines.lines().enumerate() {
            if number > 0 {
                out.push('\n');
            }
            let lead = match &marker {
                Some(marker) if number == 0 => marker.clone(),
                Some(marker) => " ".repeat(marker.len()),
                None => String::new(),
            };
            let line = format!("{quote}{indent}{lead}{line}");
            out.push_str(line.trim_end_matches(' '));
        }
        if let Some(marker) = marker {
            indents.push(marker.len());
        }
        before = Some(block);
    }
    out
}

/// What stands before the first line of a list item.
fn marker(block: &Block) -> Option<String> {
    let place = block.list.filter(|_| block.shape == Shape::ListItem)?;
    Some(place.number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. ")))
}

fn picture(image: &Image, base: Option<&str>) -> Option<String> {
    let src = address(&image.src, base)?;
    Some(format!("![{}](<{}>)", escape(&image.alt.replace('\n', " "), false), src.replace(['<', '>', '\n'], "")))
}

/// The lines of one block, without what its list and quotes put before them.
fn lines(block: &Block, base: Option<&str>, is_first_row: bool) -> String {
    let whole = || inline(block, 0..block.text.len(), base);
    match &block.shape {
        Shape::Heading(level) => {
            format!("{} {}", "#".repeat(usize::from(*level)), whole().replace("\\\n", " ").replace('\n', " "))
        }
        Shape::Code(language) => {
            let longest = block.text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
            let fence = "`".repeat(longest.max(2) + 1);
            format!("{fence}{}\n{}\n{fence}", language.as_deref().unwrap_or_default(), block.text)
        }
        Shape::TableRow => row(block, base, is_first_row),
        Shape::Term => format!("**{}**", escape(&block.text.replace(['\n', '\t'], " "), true)),
        _ => whole(),
    }
}

fn row(block: &Block, base: Option<&str>, is_first: bool) -> String {
    let mut line = String::from("|");
    let mut at = 0;
    let mut cells = 0;
    for text in block.text.split('\t') {
        let cell = inline(block, at..at + text.len(), base).replace("\\\n", " ").replace('\n', " ").replace('|', "\\|");
        let _ = write!(line, " {cell} |");
        at += text.len() + 1;
        cells += 1;
    }
    if is_first {
        // A table needs a heading row; the first row is taken for it.
        let _ = write!(line, "\n|{}", " --- |".repeat(cells));
    }
    line
}

fn inline(block: &Block, part: Range<usize>, base: Option<&str>) -> String {
    let mut out = String::new();
    let mut in_code = false;
    let mut links: Vec<Option<String>> = Vec::new();
    for piece in pieces(block, part) {
        match piece {
            Piece::Text(text) if in_code => out.push_str(&text.replace('\n', " ")),
            Piece::Text(text) => {
                let at_start = out.is_empty();
                out.push_str(&escape(text, at_start));
            }
            Piece::Open(Inline::Link { href, .. }) => {
                let target = address(href, base).filter(|_| !in_code);
                out.push_str(if target.is_some() { "[" } else { "" });
                links.push(target);
            }
            Piece::Close(Inline::Link { .. }) => {
                if let Some(Some(target)) = links.pop() {
                    let _ = write!(out, "](<{}>)", target.replace(['<', '>', '\n'], ""));
                }
            }
            Piece::Open(Inline::Strong) | Piece::Close(Inline::Strong) if !in_code => out.push_str("**"),
            Piece::Open(Inline::Emphasis) | Piece::Close(Inline::Emphasis) if !in_code => out.push('*'),
            Piece::Open(Inline::Code) => {
                in_code = true;
                out.push_str("`` ");
            }
            Piece::Close(Inline::Code) => {
                in_code = false;
                out.push_str(" ``");
            }
            _ => {}
        }
    }
    out
}

/// Text whose signs mean nothing to Markdown. A line break becomes a hard one.
fn escape(text: &str, at_start: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push_str("\\\n");
        }
        let starts_line = number > 0 || at_start;
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        for (at, c) in line.char_indices() {
            let is_mark = match c {
                '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '|' | '~' => true,
                '&' => line[at..].contains(';'),
                '#' | '+' | '-' | '=' => starts_line && at == 0,
                '.' | ')' => starts_line && at == digits && (1..=9).contains(&digits),
                '!' => line[at..].starts_with("!["),
                _ => false,
            };
            if is_mark {
                out.push('\\');
            }
            out.push(if c == '\t' { ' ' } else { c });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use crate::engine::parse::html;
    use crate::engine::parse::prescan::prescan;

    fn render(page: &str) -> String {
        let page = html::parse(&prescan(page));
        let kept: Vec<usize> = (0..page.blocks.len()).collect();
        super::render(&page, &kept, Some("https://example.org/"))
    }

    #[track_caller]
    fn check(page: &str, expected: &str) {
        assert_eq!(render(page), expected);
    }

    #[test]
    fn structure_is_kept() {
        check("<h2>One</h2><p>A <b>b</b> <a href=/d>d</a>", "## One\n\nA **b** [d](<https://example.org/d>)");
        check("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c");
        check("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b");
        check("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n>\n> r");
        check("<pre><code class=language-rust>let x = \"`\";</code></pre>", "```rust\nlet x = \"`\";\n```");
        check(
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>3</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1\\\\|2 | 3 |",
        );
    }

    #[test]
    fn what_looks_like_markup_is_text_when_it_is_read_back() {
        for text in
            ["1. not a list", "# not a heading", "a *b* _c_ [d](e) <f> `g` &amp;lt;", "- x", "+ y", "a | b", "![x](y)"]
        {
            let markdown = render(&format!("<p>{}</p>", text.replace("<f>", "&lt;f&gt;")));
            let mut read = String::new();
            for event in Parser::new_ext(&markdown, Options::ENABLE_TABLES) {
                match event {
                    Event::Text(piece) => read.push_str(&piece),
                    Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                    other => panic!("{text}: {other:?}"),
                }
            }
            assert_eq!(read, text.replace("&amp;", "&"));
        }
    }
}
