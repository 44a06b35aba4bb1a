//! What elements say that are marked as author or date, wherever on the page they stand: noted as they are met, chosen
//! from later.

use super::element::is_block_level;
use super::fold::{Gap, push_folded};
use super::html::Attributes;
use crate::engine::metadata::is_author_class;
use crate::engine::page::{ContainerId, Fact, Head, Marked, Tag};

/// Most marked elements that are noted of one page.
const NOTED: usize = 1_000;
/// Most marked elements that are read inside each other.
const NESTED: usize = 8;
/// Longest text of a marked element, in bytes.
const MARKED_BYTES: usize = 300;
/// Attributes that hold an author's name.
const AUTHOR_ATTRIBUTES: [&str; 3] = ["data-author", "data-author-name", "data-author-username"];

/// Where an element stands in the walk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// How many elements are open around it.
    pub(super) depth: usize,
    /// How many blocks have ended before it.
    pub(super) blocks: usize,
    /// What it stands in.
    pub(super) container: ContainerId,
}

/// Reads the elements that are marked as author or date.
#[derive(Debug, Default)]
pub(super) struct Marking {
    open: Vec<Noting>,
}

/// What an open element is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Fact(Fact),
    /// The name inside an author: `itemprop=name`.
    Name,
}

/// A marked element that is open.
#[derive(Debug)]
struct Noting {
    role: Role,
    place: Place,
    text: String,
    gap: Gap,
    /// What its attributes say; then its text does not matter.
    value: Option<String>,
}

impl Marking {
    /// An element begins.
    pub(super) fn open(&mut self, tag: Tag, attributes: &Attributes<'_>, place: Place) {
        if tag == Tag::Br || is_block_level(tag) {
            self.end_line();
        }
        let Some((role, value)) = role(tag, attributes, !self.open.is_empty()) else { return };
        if self.open.len() < NESTED {
            self.open.push(Noting { role, place, text: String::new(), gap: Gap::None, value });
        }
    }

    /// A `<meta>` is met: inside an author it may be the name.
    pub(super) fn meta(&mut self, attributes: &Attributes<'_>) {
        if let Some(author) = self.open.iter_mut().rev().find(|noting| noting.role == Role::Fact(Fact::Author))
            && attributes.get("itemprop") == Some("name")
            && author.value.is_none()
        {
            author.value = attributes.get("content").map(cut);
        }
    }

    /// Text between two tags.
    pub(super) fn text(&mut self, text: &str) {
        for noting in self.open.iter_mut().filter(|noting| noting.text.len() < MARKED_BYTES) {
            push_folded(&mut noting.text, &mut noting.gap, text);
        }
    }

    /// A line ends, as a reader sees it.
    pub(super) fn end_line(&mut self) {
        for noting in &mut self.open {
            noting.gap = Gap::Line;
        }
    }

    /// The element at this depth ends: what it says, if it is marked.
    pub(super) fn close(&mut self, head: &mut Head, depth: usize) {
        while let Some(noting) = self.open.pop_if(|noting| noting.place.depth >= depth) {
            let Noting { role, place, text, value, .. } = noting;
            let text = value.unwrap_or_else(|| cut(&text));
            if text.is_empty() {
                continue;
            }
            match role {
                Role::Fact(fact) if head.marked.len() < NOTED => {
                    head.marked.push(Marked { fact, text, before: place.blocks, container: place.container });
                }
                Role::Fact(_) => {}
                Role::Name => {
                    if let Some(author) = self.open.iter_mut().rev().find(|open| open.role == Role::Fact(Fact::Author))
                    {
                        author.value.get_or_insert(text);
                    }
                }
            }
        }
    }
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(MARKED_BYTES)].trim().to_owned()
}

/// What an element is marked as, with its value where an attribute holds it; inside an author, also the name.
fn role(tag: Tag, attributes: &Attributes<'_>, is_inside: bool) -> Option<(Role, Option<String>)> {
    let value = |names: &[&str]| names.iter().find_map(|name| attributes.get(name)).map(cut);
    let (fact, value) = match attributes.get("itemprop").unwrap_or_default() {
        "author" | "creator" => (Fact::Author, value(&["content"])),
        "datePublished" | "dateCreated" => (Fact::Published, value(&["content", "datetime"])),
        "dateModified" => (Fact::Modified, value(&["content", "datetime"])),
        "name" if is_inside => return Some((Role::Name, value(&["content"]))),
        _ => match tag {
            Tag::Html | Tag::Body | Tag::Main | Tag::Section => return None,
            Tag::Time if attributes.get("pubdate").is_some() => (Fact::Published, value(&["datetime"])),
            Tag::Time => (Fact::Time, value(&["datetime"])),
            Tag::A if has_token(attributes.get("rel"), "author") => (Fact::Author, None),
            _ => match value(&AUTHOR_ATTRIBUTES) {
                Some(name) if !name.is_empty() => (Fact::Author, Some(name)),
                _ if tag != Tag::Article && attributes.get("class").is_some_and(is_author_class) => {
                    (Fact::AuthorClass, None)
                }
                _ => return None,
            },
        },
    };
    Some((Role::Fact(fact), value))
}

fn has_token(attribute: Option<&str>, token: &str) -> bool {
    attribute.is_some_and(|tokens| tokens.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(token)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parse::{html, prescan::prescan};

    #[track_caller]
    fn check(source: &str, expected: &[(Fact, &str)]) {
        let page = html::parse(&prescan(source));
        let marked: Vec<(Fact, &str)> =
            page.head.marked.iter().map(|marked| (marked.fact, marked.text.as_str())).collect();
        assert_eq!(marked, expected, "{source}");
    }

    #[test]
    fn elements_say_what_they_are_marked_as() {
        check("<a rel='nofollow author' href=/ann>Ann  Lee</a>", &[(Fact::Author, "Ann Lee")]);
        check("<div class=post-author>By<p>Ann Lee</p>Reporter</div>", &[(Fact::AuthorClass, "By\nAnn Lee\nReporter")]);
        check("<div data-author='Ann Lee'>Some text</div>", &[(Fact::Author, "Ann Lee")]);
        check("<time datetime=2024-05-01>yesterday</time>", &[(Fact::Time, "2024-05-01")]);
        check("<time pubdate datetime=2024-05-01>yesterday</time>", &[(Fact::Published, "2024-05-01")]);
        check("<span itemprop=dateModified>1 May 2024</span>", &[(Fact::Modified, "1 May 2024")]);
        check("<article class=author><p>Ann</article><body class=author><p>Ann", &[]);
    }

    #[test]
    fn the_name_of_an_author_is_what_is_marked_as_name() {
        let author = |inner: &str| format!("<div itemprop=author>{inner}</div>");
        check(&author("By <span itemprop=name>Ann Lee</span>, 40 posts"), &[(Fact::Author, "Ann Lee")]);
        check(&author("By Ann <meta itemprop=name content='Ann Lee'>"), &[(Fact::Author, "Ann Lee")]);
        check("<span itemprop=name>Rye bread</span>", &[]);
    }

    #[test]
    fn what_is_noted_is_bounded() {
        let deep = "<b class=author>".repeat(NESTED + 5);
        let nested = html::parse(&prescan(&format!("{deep}Ann")));
        assert_eq!(nested.head.marked.len(), NESTED);
        let many = html::parse(&prescan(&"<b class=author>Ann</b>".repeat(NOTED + 5)));
        assert_eq!(many.head.marked.len(), NOTED);
        let long = html::parse(&prescan(&format!("<b class=author>{}</b>", "ä".repeat(MARKED_BYTES))));
        assert_eq!(long.head.marked[0].text.len(), MARKED_BYTES);
    }
}
