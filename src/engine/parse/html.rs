//! Lean HTML to a [`Page`]. The only file that names scraper: what it hands to `walk` is elements and
//! text in the order of the document, never a handle.

use scraper::{HtmlTreeSink, Node};

use super::nesting;
use super::prescan::Lean;
use super::walk::Walker;
use crate::engine::page::{Page, Tag};

/// An element's attributes, by name.
pub(super) struct Attributes<'a>(&'a scraper::node::Element);

impl<'a> Attributes<'a> {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.attr(name)
    }
}

/// Parses a document.
#[expect(clippy::disallowed_types, reason = "the one place that sees the DOM")]
pub fn parse(lean: &Lean<'_>) -> Page {
    let (document, capped_tags) = nesting::parse(&lean.html, HtmlTreeSink::new(scraper::Html::new_document()));
    let mut walker = Walker::new();
    let mut here = document.tree.root();
    'document: loop {
        let enter = match here.value() {
            Node::Text(text) => {
                walker.text(text);
                false
            }
            Node::Element(element) => walker.open(Tag::from_name(element.name()), &Attributes(element)),
            Node::Document => true,
            _ => false,
        };
        if let Some(child) = here.first_child().filter(|_| enter) {
            here = child;
            continue;
        }
        // An element that was entered and is empty is closed at once; one that was not entered was never opened.
        if enter && here.value().is_element() {
            walker.close();
        }
        loop {
            if let Some(sibling) = here.next_sibling() {
                here = sibling;
                break;
            }
            let Some(parent) = here.parent() else { break 'document };
            here = parent;
            if here.value().is_element() {
                walker.close();
            }
        }
    }
    let mut page = walker.finish();
    page.capped_tags = capped_tags;
    page.head.json_ld = lean.json_ld.iter().map(|source| (*source).to_owned()).collect();
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::page::Shape;
    use crate::engine::parse::prescan::prescan;

    fn describe(shape: &Shape) -> String {
        match shape {
            Shape::Paragraph => "p".to_owned(),
            Shape::Heading(level) => format!("h{level}"),
            Shape::ListItem => "li".to_owned(),
            Shape::TableRow => "tr".to_owned(),
            Shape::Code(language) => format!("code {}", language.as_deref().unwrap_or("?")),
            Shape::Caption => "caption".to_owned(),
            Shape::Control => "button".to_owned(),
            Shape::Term => "dt".to_owned(),
            Shape::Definition => "dd".to_owned(),
        }
    }

    #[track_caller]
    fn check(html: &str, blocks: &[&str]) {
        let page = parse(&prescan(html));
        let found: Vec<String> =
            page.blocks.iter().map(|block| format!("{}: {}", describe(&block.shape), block.text)).collect();
        assert_eq!(found, blocks);
    }

    #[test]
    fn text_beside_elements_is_paragraphs_of_its_own() {
        check("<div>one <b>two</b><p>three</p> four</div>", &["p: one two", "p: three", "p: four"]);
        check("<h2><div>a\n  title</div></h2><p>H<b>ello</b> you</p>", &["h2: a title", "p: Hello you"]);
    }

    #[test]
    fn two_line_breaks_end_a_paragraph_and_one_stays() {
        check("<p>one<br>two<br><br>three<br> <br>four</p>", &["p: one\ntwo", "p: three", "p: four"]);
    }

    #[test]
    fn lists_know_their_items() {
        check(
            "<ul><li><p>a</p><p>b</p></li><li>c<ol start=4><li>d</li></ol></li></ul>",
            &["li: a", "p: b", "li: c", "li: d"],
        );
        let page = parse(&prescan("<ol start=4><li>a</li><li>b</li></ol>"));
        assert_eq!(
            page.blocks.iter().map(|block| block.list.and_then(|list| list.number)).collect::<Vec<_>>(),
            [Some(4), Some(5)]
        );
    }

    #[test]
    fn rows_of_data_are_lines_and_layout_is_not() {
        check("<table><tr><th>a<th>b</tr><tr><td>1<td>2</tr></table>", &["tr: a\tb", "tr: 1\t2"]);
        check("<table><tr><td><h2>a</h2><p>b</p></td><td>c</td></tr></table>", &["h2: a", "p: b", "p: c"]);
    }

    #[test]
    fn code_keeps_its_lines_and_language() {
        check("<pre><code class='language-rust'>fn x() {\n    y\n}\n</code></pre>", &["code rust: fn x() {\n    y\n}"]);
    }

    #[test]
    fn what_shows_no_text_makes_none() {
        check("<select><option>a</select><template><p>b</p></template><textarea>c</textarea><p>d", &["p: d"]);
    }

    #[test]
    fn links_cover_what_they_hold_also_over_blocks() {
        let page = parse(&prescan("<a href=/x><h3>one</h3><p>two</p></a><a href=/y>three</a><a href=/z>four</a>"));
        let linked: Vec<(&str, usize)> =
            page.blocks.iter().map(|block| (block.text.as_str(), block.spans.len())).collect();
        assert_eq!(linked, [("one", 1), ("two", 1), ("three four", 2)]);
    }

    #[test]
    fn paths_name_the_way_to_a_block() {
        let page = parse(&prescan("<article><p>a</p><p>b</p></article>"));
        assert_eq!(page.path(&page.blocks[1]), "html>body>article[1]>p[2]");
    }

    #[test]
    fn nesting_is_capped_and_the_text_stays() {
        let page = parse(&prescan(&format!("{}deep{}<p>after</p>", "<div>".repeat(2_000), "</div>".repeat(2_000))));
        assert_eq!(page.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), ["deep", "after"]);
        assert!(page.capped_tags > 1_400 && page.containers.len() < 520, "{}", page.capped_tags);
        let flat = parse(&prescan(&"<p>a<b>c".repeat(2_000)));
        assert_eq!((flat.blocks.len(), flat.capped_tags), (2_000, 0), "paragraphs that are not closed are no nesting");
    }
}
