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

    /// Whether its element is one that HTML does not know, named by the page: `<my-card>`.
    pub(super) fn is_custom(&self) -> bool {
        self.0.name().contains('-')
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
    use crate::engine::parse::prescan::prescan;

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
