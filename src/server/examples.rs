//! Documents of our own writing to try the page with.

use url::form_urlencoded;

/// A document to try the page with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Example {
    /// Its name in addresses.
    pub(super) name: &'static str,
    /// Its name for people.
    pub(super) title: &'static str,
    pub(super) document: &'static str,
}

/// In the order in which the page offers them.
pub(super) const EXAMPLES: [Example; 3] = [
    Example { name: "news", title: "a news page (HTML)", document: include_str!("../../static/examples/news.html") },
    Example { name: "blog", title: "a copied blog post", document: include_str!("../../static/examples/blog.txt") },
    Example {
        name: "bericht",
        title: "a report in German",
        document: include_str!("../../static/examples/bericht.txt"),
    },
];

/// The example of a name.
pub(super) fn named(name: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.name == name)
}

/// The example that a query names.
pub(super) fn named_in(query: &str) -> Option<&'static Example> {
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "example").and_then(|(_, value)| named(&value))
}
