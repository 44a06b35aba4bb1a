//! HTML: the article's own structure, written anew from blocks and then sanitised.

use std::fmt::Write as _;
use std::ops::Range;

use super::inline::{Piece, address, pieces};
use crate::engine::page::{Block, ContainerId, Inline, Page, Shape};

/// Writes the blocks that stay.
pub fn render(page: &Page, kept: &[usize], base: Option<&str>) -> String {
    let mut writer = Writer { base, out: String::new(), quotes: 0, lists: Vec::new(), table: None };
    let mut images = super::images(page, kept).into_iter().peekable();
    for at in kept {
        let block = &page.blocks[*at];
        let mut pictures = Vec::new();
        while let Some(image) = images.next_if(|image| image.before <= *at) {
            pictures.push(image);
        }
        writer.block(block, &pictures);
    }
    writer.close_all();
    ammonia::clean(&writer.out)
}

struct Writer<'a> {
    base: Option<&'a str>,
    out: String,
    quotes: u8,
    /// Open lists, outermost first: the end tag of each.
    lists: Vec<&'static str>,
    table: Option<ContainerId>,
}

impl Writer<'_> {
    fn block(&mut self, block: &Block, images: &[&crate::engine::page::Image]) {
        self.place(block);
        if matches!(block.shape, Shape::Caption) && !images.is_empty() {
            self.out.push_str("<figure>");
            for image in images {
                self.image(image);
            }
            self.wrapped("figcaption", block);
            self.out.push_str("</figure>\n");
            return;
        }
        for image in images {
            self.out.push_str("<p>");
            self.image(image);
            self.out.push_str("</p>\n");
        }
        match &block.shape {
            Shape::Heading(level) => {
                self.wrapped(["h1", "h2", "h3", "h4", "h5", "h6"][usize::from((*level).clamp(1, 6)) - 1], block);
            }
            Shape::ListItem => self.inline(block, 0..block.text.len()),
            Shape::TableRow => self.row(block),
            Shape::Code(language) => {
                let class =
                    language.as_deref().map_or(String::new(), |name| format!(" class=\"language-{}\"", escape(name)));
                let _ = writeln!(self.out, "<pre><code{class}>{}</code></pre>", escape(&block.text));
            }
            Shape::Term => {
                self.out.push_str("<p><strong>");
                self.inline(block, 0..block.text.len());
                self.out.push_str("</strong></p>\n");
            }
            Shape::Paragraph | Shape::Caption | Shape::Control | Shape::Definition => self.wrapped("p", block),
        }
    }

    /// Opens and closes quotes, lists and tables so that the block stands where it stood.
    fn place(&mut self, block: &Block) {
        if block.quote_depth != self.quotes {
            self.close_table();
            self.close_lists(0);
        }
        while self.quotes < block.quote_depth {
            self.out.push_str("<blockquote>\n");
            self.quotes += 1;
        }
        while self.quotes > block.quote_depth {
            self.out.push_str("</blockquote>\n");
            self.quotes -= 1;
        }
        let depth = block.list.map_or(0, |place| usize::from(place.depth));
        if block.table.map(|place| place.table) != self.table {
            self.close_table();
        }
        if block.shape == Shape::ListItem {
            self.open_item(block, depth.max(1));
        } else {
            self.close_lists(depth);
        }
        if let (Some(place), None) = (block.table, self.table) {
            self.out.push_str("<table>\n");
            self.table = Some(place.table);
        }
    }

    fn open_item(&mut self, block: &Block, depth: usize) {
        self.close_lists(depth);
        if self.lists.len() == depth {
            self.out.push_str("</li>\n<li>");
            return;
        }
        while self.lists.len() < depth {
            if let Some(number) = block.list.and_then(|place| place.number) {
                let _ = write!(self.out, "<ol start=\"{number}\">\n<li>");
                self.lists.push("</ol>");
            } else {
                self.out.push_str("<ul>\n<li>");
                self.lists.push("</ul>");
            }
        }
    }

    fn close_lists(&mut self, depth: usize) {
        while self.lists.len() > depth {
            self.out.push_str("</li>\n");
            self.out.push_str(self.lists.pop().unwrap_or_default());
            self.out.push('\n');
        }
    }

    fn close_table(&mut self) {
        if self.table.take().is_some() {
            self.out.push_str("</table>\n");
        }
    }

    fn close_all(&mut self) {
        self.close_table();
        self.close_lists(0);
        while self.quotes > 0 {
            self.out.push_str("</blockquote>\n");
            self.quotes -= 1;
        }
    }

    fn wrapped(&mut self, element: &str, block: &Block) {
        let _ = write!(self.out, "<{element}>");
        self.inline(block, 0..block.text.len());
        let _ = writeln!(self.out, "</{element}>");
    }

    fn row(&mut self, block: &Block) {
        let cell = if block.table.is_some_and(|place| place.header) { "th" } else { "td" };
        self.out.push_str("<tr>");
        let mut at = 0;
        for text in block.text.split('\t') {
            let _ = write!(self.out, "<{cell}>");
            self.inline(block, at..at + text.len());
            let _ = write!(self.out, "</{cell}>");
            at += text.len() + 1;
        }
        self.out.push_str("</tr>\n");
    }

    fn image(&mut self, image: &crate::engine::page::Image) {
        if let Some(src) = address(&image.src, self.base) {
            let _ = write!(self.out, "<img src=\"{}\" alt=\"{}\">", escape(&src), escape(&image.alt));
        }
    }

    fn inline(&mut self, block: &Block, part: Range<usize>) {
        for piece in pieces(block, part) {
            match piece {
                Piece::Text(text) => self.out.push_str(&escape(text).replace('\n', "<br>")),
                Piece::Open(kind) => match kind {
                    Inline::Link { href, .. } => match address(href, self.base) {
                        Some(href) => {
                            let _ = write!(self.out, "<a href=\"{}\">", escape(&href));
                        }
                        None => self.out.push_str("<span>"),
                    },
                    Inline::Strong => self.out.push_str("<strong>"),
                    Inline::Emphasis => self.out.push_str("<em>"),
                    Inline::Code => self.out.push_str("<code>"),
                    Inline::Superscript => self.out.push_str("<sup>"),
                    Inline::Subscript => self.out.push_str("<sub>"),
                },
                Piece::Close(kind) => self.out.push_str(match kind {
                    Inline::Link { href, .. } if address(href, self.base).is_some() => "</a>",
                    Inline::Link { .. } => "</span>",
                    Inline::Strong => "</strong>",
                    Inline::Emphasis => "</em>",
                    Inline::Code => "</code>",
                    Inline::Superscript => "</sup>",
                    Inline::Subscript => "</sub>",
                }),
            }
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use crate::engine::parse::html;
    use crate::engine::parse::prescan::prescan;

    #[track_caller]
    fn check(page: &str, expected: &str) {
        let page = html::parse(&prescan(page));
        let kept: Vec<usize> = (0..page.blocks.len()).collect();
        assert_eq!(super::render(&page, &kept, Some("https://example.org/a/")), expected);
    }

    #[test]
    fn structure_is_kept() {
        check(
            "<h2>One &amp; two</h2><p>A <b>b <i>c</i></b> <a href='/d'>d</a></p>",
            "<h2>One &amp; two</h2>\n<p>A <strong>b <em>c</em></strong> <a href=\"https://example.org/d\" rel=\"noopener noreferrer\">d</a></p>\n",
        );
        check(
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
            "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n",
        );
        check(
            "<blockquote><p>q</p></blockquote><pre>x\n  y</pre>",
            "<blockquote>\n<p>q</p>\n</blockquote>\n<pre><code>x\n  y</code></pre>\n",
        );
        check(
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "<table>\n<tbody><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>\n",
        );
    }

    #[test]
    fn nothing_that_runs_passes() {
        check("<p><a href='javascript:alert(1)'>x</a> &lt;script&gt;</p>", "<p><span>x</span> &lt;script&gt;</p>\n");
    }
}
