//! Whether a block names the site that it stands on: an article seldom does, its company's pitch always.

use super::link::host;
use crate::engine::lexicon::normal;
use crate::engine::page::Page;

/// Fewest letters of a name: shorter ones are words, or chance.
const NAME_LETTERS: usize = 4;
/// Most mentions of one block that are told apart.
const MENTIONS: usize = 3;

/// The names of a page's site, without spaces.
pub(super) struct SiteName(Vec<String>);

impl SiteName {
    /// The site's name as the page gives it, and as its host spells it.
    pub(super) fn of(page: &Page) -> Self {
        let meta =
            |name: &str| page.head.metas.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let address = page.head.canonical.as_deref().or_else(|| meta("og:url"));
        let label = address.and_then(host).and_then(|host| {
            let (labels, _) = host.rsplit_once('.')?;
            labels.split('.').max_by_key(|label| label.len())
        });
        let joined = |name: &str| normal::fold(name).replace(' ', "");
        let mut names: Vec<String> = [meta("og:site_name"), label].into_iter().flatten().map(joined).collect();
        names.retain(|name| name.len() >= NAME_LETTERS);
        names.dedup();
        Self(names)
    }

    /// How often a text in normal form names the site, as whole words.
    pub(super) fn mentions(&self, folded: &str) -> usize {
        let starts = || std::iter::once(0).chain(folded.match_indices(' ').map(|(at, _)| at + 1));
        let named = |from: usize| self.0.iter().any(|name| opens_with(&folded[from..], name));
        if self.0.is_empty() { 0 } else { starts().filter(|from| named(*from)).take(MENTIONS).count() }
    }
}

/// Whether the first words of a text, without the spaces between them, are a name.
fn opens_with(text: &str, name: &str) -> bool {
    let mut left = name;
    for word in text.split(' ') {
        let Some(rest) = left.strip_prefix(word) else { return false };
        if rest.is_empty() {
            return true;
        }
        left = rest;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parse::{html, prescan::prescan};

    #[track_caller]
    fn check(head: &str, text: &str, mentions: usize) {
        let name = SiteName::of(&html::parse(&prescan(head)));
        assert_eq!(name.mentions(&normal::fold(text)), mentions, "{text}");
    }

    #[test]
    fn names_are_found_as_whole_words() {
        let host = "<link rel=canonical href='https://www.bread-makers.example.com/blog/rye'>";
        check(host, "Call Bread Makers today, or visit breadmakers", 2);
        check(host, "The bread that makers bake", 0);
        check(host, "Good bread", 0);
        let site = "<meta property=og:site_name content='Rye & Co'>";
        check(site, "At Rye & Co, we bake for you", 1);
        check("<p>x", "Bread Makers", 0);
    }
}
