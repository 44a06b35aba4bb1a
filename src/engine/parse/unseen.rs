//! What a page holds but shows only to some: pages that are built by scripts carry their text in `<noscript>` or in
//! JSON-LD for readers who run none.

use std::fmt::Write;

use super::html;
use super::prescan::{prescan, prescan_opening_noscript};
use crate::engine::metadata;
use crate::engine::page::Page;

/// A page that shows less is looked at for text that it does not show, in bytes.
const LITTLE: usize = 800;
/// How many times as much as what is shown must be held elsewhere.
const TIMES: usize = 2;

/// Parses decoded HTML; where it shows next to nothing, what it holds for readers without scripts.
pub fn parse(html: &str) -> Page {
    let lean = prescan(html);
    let page = html::parse(&lean);
    let shown = length(&page);
    if shown >= LITTLE {
        return page;
    }
    if holds_noscript(html) {
        let opened = html::parse(&prescan_opening_noscript(html));
        if length(&opened) >= LITTLE.max(shown * TIMES) {
            return opened;
        }
    }
    let body = metadata::structured_body(&page).filter(|body| body.len() >= LITTLE.max(shown * TIMES));
    match body {
        Some(body) => Page { head: page.head, ..of_body(&body) },
        None => page,
    }
}

fn length(page: &Page) -> usize {
    page.blocks.iter().map(|block| block.text.len()).sum()
}

fn holds_noscript(html: &str) -> bool {
    memchr::memchr_iter(b'<', html.as_bytes())
        .any(|at| html.as_bytes()[at + 1..].get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"noscript")))
}

/// An article's body, as JSON-LD holds it: text with line ends, or HTML.
fn of_body(body: &str) -> Page {
    if body.contains("<p") || body.contains("<br") {
        return html::parse(&prescan(&format!("<article>{body}</article>")));
    }
    let mut document = String::with_capacity(body.len() + 64);
    document.push_str("<article>");
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = line.replace('<', "&lt;");
        let _ = write!(document, "<p>{line}</p>");
    }
    document.push_str("</article>");
    html::parse(&prescan(&document))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "The council voted for the bridge on Monday, after ten years of debate in the town. ";

    #[track_caller]
    fn check(html: &str, texts: &[&str]) {
        let page = parse(html);
        let found: Vec<&str> = page.blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(found, texts);
    }

    #[test]
    fn a_page_of_scripts_is_read_as_one_without() {
        let long = SENTENCE.repeat(12);
        let held = format!("<title>t</title><div id=app></div><noscript><p>{long}</p><p>b</p></noscript>");
        check(&held, &[long.trim(), "b"]);
        check(&format!("<p>{long}</p><noscript><p>{long}{long}{long}</p></noscript>"), &[long.trim()]);
        check("<p>a</p><noscript>Please turn on JavaScript.</noscript>", &["a"]);
    }

    #[test]
    fn a_body_in_json_ld_is_the_last_resort() {
        let long = SENTENCE.repeat(12);
        let long = long.trim();
        let ld = |body: &str| {
            format!(
                "<title>t</title><script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{body}\"}}\
                 </script><div>menu</div>"
            )
        };
        check(&ld(&format!("{long}\\n\\n1 < 2")), &[long, "1 < 2"]);
        check(&ld(&format!("<p>{long}</p><p>b</p>")), &[long, "b"]);
        check(&ld("short"), &["menu"]);
    }
}
