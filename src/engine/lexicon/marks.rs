//! What classes, ids, roles and elements say that a container is. Tokens are matched whole, never as parts of others:
//! `contentWithSidebar` is `content`, `with` and `sidebar`, and a page's body class must not empty the page.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::hash::{ByHash, hash, more};
use crate::engine::page::Tag;

macro_rules! marks {
    ($($(#[$doc:meta])* $variant:ident $name:literal),* $(,)?) => {
        /// One meaning of a class, id or role.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Mark { $($(#[$doc])* $variant),* }

        impl Mark {
            /// Every mark, in the order of their bits.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The mark's name in marks.toml and in reasons.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

marks! {
    /// `<article>` and its likes.
    Article "article",
    /// `<main>`.
    Main "main",
    /// The body of an article or post.
    Body "body",
    /// Anything that calls itself content.
    Content "content",
    /// Menus and navigation.
    Navigation "navigation",
    /// Breadcrumbs.
    Breadcrumb "breadcrumb",
    /// Page headers and mastheads.
    Header "header",
    /// Page footers.
    Footer "footer",
    /// Asides and sidebars.
    Sidebar "sidebar",
    /// Related and recommended pieces.
    Related "related",
    /// Teasers and cards.
    Teaser "teaser",
    /// Reader comments.
    Comments "comments",
    /// Forum posts, questions, answers.
    Post "post",
    /// Share rows and social profiles.
    Social "social",
    /// Newsletter boxes.
    Newsletter "newsletter",
    /// Subscriptions and paywalls.
    Paywall "paywall",
    /// Advertising.
    Advertising "advertising",
    /// Promotion and calls to action.
    Promotion "promotion",
    /// Shops: carts, prices, buying.
    Shop "shop",
    /// Product details.
    Product "product",
    /// Product reviews.
    Review "review",
    /// Modals, pop-ups, overlays, banners.
    Overlay "overlay",
    /// Cookie and consent notices.
    Consent "consent",
    /// Tags and categories.
    Tags "tags",
    /// Bylines and dates.
    Byline "byline",
    /// Author boxes.
    Author "author",
    /// Captions and credits.
    Caption "caption",
    /// Titles and headlines.
    Title "title",
    /// Standfirsts and summaries.
    Summary "summary",
    /// Quotes and pull quotes.
    Quote "quote",
    /// Code and highlighting.
    Code "code",
    /// Search boxes and results.
    Search "search",
    /// Forms and fields.
    Form "form",
    /// Pagination.
    Pagination "pagination",
    /// Widgets of a page builder or blog.
    Widget "widget",
    /// Tools: print, font size, players.
    Tool "tool",
    /// Legal notices.
    Legal "legal",
    /// Text that is not shown.
    Hidden "hidden",
    /// Text for screen readers only.
    ScreenReader "screen-reader",
    /// Login and account.
    Account "account",
    /// Tables of contents.
    Contents "contents",
    /// Lists and grids of entries.
    Listing "listing",
    /// Notes, hints and boxes of documentation.
    Note "note",
    /// Galleries and sliders.
    Gallery "gallery",
    /// Questions and answers of a company's page.
    Faq "faq",
    /// Big openers of a service's page.
    Hero "hero",
    /// Inside a link that covers whole blocks.
    Linked "linked",
    /// In a quotation.
    Blockquote "blockquote",
    /// In a figure.
    Figure "figure",
    /// In a section element.
    Section "section",
    /// Signatures of forum users, member data.
    Member "member",
}

/// A set of marks.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Marks(u64);

impl Marks {
    /// Whether a mark is in the set.
    pub fn has(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u64) != 0
    }

    /// Adds a mark.
    pub fn insert(&mut self, mark: Mark) {
        self.0 |= 1 << mark as u64;
    }

    /// Both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its marks, in order.
    pub fn iter(self) -> impl Iterator<Item = Mark> {
        let mut bits = self.0;
        std::iter::from_fn(move || {
            if bits == 0 {
                return None;
            }
            let bit = bits.trailing_zeros();
            bits &= bits - 1;
            Some(Mark::ALL[bit as usize])
        })
    }
}

/// How much of one class or id attribute is read, in bytes.
const ATTRIBUTE_BYTES: usize = 400;

/// What an element says that it is.
pub fn of_element(tag: Tag, class: &str, id: &str, role: &str) -> Marks {
    let mut marks = of_tag(tag);
    for attribute in [class, id, role] {
        add_tokens(&mut marks, attribute);
    }
    // A page's outermost elements carry classes of the whole site: they say nothing of a part.
    if matches!(tag, Tag::Html | Tag::Body) { Marks::default() } else { marks }
}

fn of_tag(tag: Tag) -> Marks {
    let mut marks = Marks::default();
    let mark = match tag {
        Tag::Article => Mark::Article,
        Tag::Main => Mark::Main,
        Tag::Nav | Tag::Menu => Mark::Navigation,
        Tag::Header | Tag::Hgroup => Mark::Header,
        Tag::Footer => Mark::Footer,
        Tag::Aside => Mark::Sidebar,
        Tag::Blockquote => Mark::Blockquote,
        Tag::Figure => Mark::Figure,
        Tag::Figcaption | Tag::Caption => Mark::Caption,
        Tag::Section => Mark::Section,
        Tag::Form | Tag::Fieldset => Mark::Form,
        Tag::Dialog => Mark::Overlay,
        Tag::Search => Mark::Search,
        _ => return marks,
    };
    marks.insert(mark);
    marks
}

/// What each word, and each pair of words, means.
static TOKENS: LazyLock<ByHash<Marks>> = LazyLock::new(|| {
    let tokens = read(include_str!("marks.toml")).expect("marks.toml is part of the program and read by its tests");
    tokens.into_iter().map(|(word, marks)| (hash(word.as_bytes()), marks)).collect()
});

fn read(source: &str) -> Result<HashMap<String, Marks>, String> {
    let table: HashMap<String, Vec<String>> = toml::from_str(source).map_err(|error| error.to_string())?;
    let mut tokens: HashMap<String, Marks> = HashMap::new();
    for (name, words) in table {
        let mark = Mark::ALL.iter().find(|mark| mark.name() == name);
        let mark = *mark.ok_or_else(|| format!("marks.toml: no mark is called “{name}”"))?;
        for word in words {
            tokens.entry(word).or_default().insert(mark);
        }
    }
    Ok(tokens)
}

/// Cuts an attribute into lower-case words at signs, digits and humps, and adds what each word, and each pair of
/// neighbouring words, means.
fn add_tokens(marks: &mut Marks, attribute: &str) {
    let attribute = &attribute.as_bytes()[..attribute.len().min(ATTRIBUTE_BYTES)];
    for name in attribute.split(u8::is_ascii_whitespace) {
        // Hashes of the word that is being read, if it has a letter, and of that with the word before it.
        let (mut word, mut pair): (Option<u64>, Option<u64>) = (None, None);
        let mut was_lower = false;
        for byte in name.iter().copied().chain([b' ']) {
            let hump = byte.is_ascii_uppercase() && was_lower;
            if (hump || !byte.is_ascii_alphabetic())
                && let Some(whole) = word.take()
            {
                for meaning in [Some(whole), pair].into_iter().flatten().filter_map(|word| TOKENS.get(&word)) {
                    *marks = marks.union(*meaning);
                }
                pair = Some(more(whole, b"-"));
            }
            if byte.is_ascii_alphabetic() {
                let letter = [byte.to_ascii_lowercase()];
                word = Some(word.map_or_else(|| hash(&letter), |word| more(word, &letter)));
                pair = pair.map(|pair| more(pair, &letter));
            }
            was_lower = byte.is_ascii_lowercase();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(class: &str, names: &[&str]) {
        let marks = of_element(Tag::Div, class, "", "");
        assert_eq!(marks.iter().map(Mark::name).collect::<Vec<_>>(), names);
    }

    #[test]
    fn tokens_are_whole_words() {
        check("copyrightrichtext", &[]);
        check("contentWithSidebar", &["content", "sidebar"]);
        check("site-footer", &["footer"]);
        check("newsletterSignup", &["newsletter", "account"]);
    }

    #[test]
    fn the_body_element_has_no_marks() {
        assert!(of_element(Tag::Body, "sidebar footer", "content", "").is_empty());
    }

    #[test]
    fn every_word_of_the_table_can_be_met() {
        for word in read(include_str!("marks.toml")).expect("the file is well-formed").keys() {
            assert!(
                word.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase())),
                "{word}"
            );
            assert!(word.matches('-').count() <= 1, "{word}: words are looked up alone or in pairs");
        }
    }
}
