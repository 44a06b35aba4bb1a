//! What a document is once it is parsed: blocks of text in reading order, the containers that they stand in, and what
//! its head says. Everything after the parser works on this; nothing here holds a DOM handle.

use std::ops::Range;

use super::lexicon::marks::Marks;

/// Fewest blocks of a whole page.
const WHOLE_BLOCKS: usize = 8;

/// A parsed document, from HTML or from pasted text.
#[derive(Debug, Default)]
pub struct Page {
    /// How the document came.
    pub source: Source,
    /// What the head and the page say of themselves, before anything is chosen from it.
    pub head: Head,
    /// Paragraphs, headings, list items, table rows, code, captions, buttons, in reading order; none is empty.
    pub blocks: Vec<Block>,
    /// Block-level elements that hold blocks, parents before children; the first is the root, its own parent.
    pub containers: Vec<Container>,
    /// Pictures, in reading order.
    pub images: Vec<Image>,
    /// How many start tags were left out because they were nested too deeply.
    pub capped_tags: usize,
}

impl Page {
    /// The container and everything around it, innermost first, the root last.
    pub fn ancestors(&self, from: ContainerId) -> impl Iterator<Item = ContainerId> + '_ {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let here = next?;
            next = (here != ContainerId::ROOT).then(|| self.container(here).parent);
            Some(here)
        })
    }

    /// Whether this is a whole page: a head that says something and more than a note in the body. A piece of a page has no
    /// furniture around its article.
    pub fn is_whole(&self) -> bool {
        let has_head = self.head.title.is_some() || !self.head.metas.is_empty();
        self.source == Source::Html && has_head && self.blocks.len() >= WHOLE_BLOCKS
    }

    /// One container.
    pub fn container(&self, id: ContainerId) -> &Container {
        &self.containers[id.0 as usize]
    }

    /// Adds what every container holds to its parent, from the innermost out. Parents stand before their children, so
    /// going back every container is whole before it is added.
    pub fn add_to_parents<Held: Copy>(&self, held: &mut [Held], add: impl Fn(&mut Held, Held)) {
        for index in (1..self.containers.len()).rev() {
            let child = held[index];
            add(&mut held[self.containers[index].parent.0 as usize], child);
        }
    }

    /// Where a block stands, as a path of element names: `html>body>article>p[3]`.
    pub fn path(&self, block: &Block) -> String {
        let around = self.ancestors(block.container).filter(|id| *id != ContainerId::ROOT);
        let around: Vec<&Container> = around.map(|id| self.container(id)).collect();
        let mut path = String::with_capacity(around.len() * 8);
        for container in around.into_iter().rev() {
            if !path.is_empty() {
                path.push('>');
            }
            container.write_step(&mut path);
        }
        path
    }
}

/// How a document came.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// As HTML, with elements around its blocks.
    #[default]
    Html,
    /// As plain text.
    Text,
}

/// Index of a container in [`Page::containers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerId(pub u32);

impl ContainerId {
    /// The document itself.
    pub const ROOT: Self = Self(0);
}

/// A block-level element that blocks stand in.
#[derive(Debug, Clone)]
pub struct Container {
    /// What it stands in.
    pub parent: ContainerId,
    /// Its element.
    pub tag: Tag,
    /// How many elements of its name its parent holds up to it, from 1.
    pub nth: u32,
    /// How many containers stand around it.
    pub depth: u16,
    /// What its class, id, role and element say that it is.
    pub marks: Marks,
    /// Equal for siblings alike in element and class: cards, posts, rows.
    pub likeness: u64,
}

impl Container {
    /// The document itself.
    pub fn root() -> Self {
        let marks = Marks::default();
        Self { parent: ContainerId::ROOT, tag: Tag::Other, nth: 1, depth: 0, marks, likeness: 0 }
    }

    fn write_step(&self, path: &mut String) {
        path.push_str(self.tag.name());
        if !matches!(self.tag, Tag::Html | Tag::Body | Tag::Main) {
            path.push('[');
            write_number(self.nth, path);
            path.push(']');
        }
    }
}

/// Writes a number as formatting would, which takes several times as long.
fn write_number(number: u32, out: &mut String) {
    let mut scale = number.max(1).ilog10();
    loop {
        out.push(char::from(b'0' + (number / 10u32.pow(scale) % 10) as u8));
        let Some(next) = scale.checked_sub(1) else { return };
        scale = next;
    }
}

/// One paragraph as a reader sees it.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its text: white space folded, a line feed where the page breaks the line, a tab between the cells of a row (so a
    /// row begins with one where its first cell is empty).
    pub text: String,
    /// Links, emphasis and code in it, as byte ranges of the text, in order of their start.
    pub spans: Vec<Span>,
    /// What it is.
    pub shape: Shape,
    /// The innermost block-level element around its text: the paragraph's own element where it has one.
    pub container: ContainerId,
    /// The list that it is an item of.
    pub list: Option<ListPlace>,
    /// The table that it is a row of.
    pub table: Option<TablePlace>,
    /// How many `<blockquote>` stand around it.
    pub quote_depth: u8,
    /// What the inline elements that hold its text say that it is.
    pub marks: Marks,
    /// Pictures inside it.
    pub pictures: u16,
    /// Where it stands in the input, in bytes.
    pub range: Option<Range<usize>>,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Running text, or text that nothing else describes.
    Paragraph,
    /// A heading, 1 to 6.
    Heading(u8),
    /// Text of a list item, or its first part.
    ListItem,
    /// A row of a table; cells are parted by tabs.
    TableRow,
    /// Preformatted text, with its language where the page names it.
    Code(Option<Box<str>>),
    /// Text of `<figcaption>` or `<caption>`.
    Caption,
    /// The words on a button.
    Control,
    /// A term of a definition list.
    Term,
    /// A definition.
    Definition,
}

/// A list item's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPlace {
    /// The `<ul>`, `<ol>` or pasted list.
    pub list: ContainerId,
    /// How many lists stand around the item, from 1.
    pub depth: u8,
    /// The item's number in an ordered list.
    pub number: Option<u32>,
}

/// A table row's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TablePlace {
    /// The `<table>`.
    pub table: ContainerId,
    /// Whether its cells are headings.
    pub header: bool,
}

/// Inline markup over a part of a block's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the block's text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Inline,
}

/// A kind of inline markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// A link with its address as written and its `rel`.
    Link {
        /// The address, as written.
        href: Box<str>,
        /// The `rel` attribute, lower case.
        rel: Box<str>,
    },
    /// `<strong>`, `<b>`.
    Strong,
    /// `<em>`, `<i>`, `<cite>`.
    Emphasis,
    /// `<code>`, `<kbd>`, `<samp>`, `<tt>`.
    Code,
    /// `<sup>`.
    Superscript,
    /// `<sub>`.
    Subscript,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its address as written.
    pub src: Box<str>,
    /// Its alternative text.
    pub alt: Box<str>,
    /// The index of the first block that ends after it.
    pub before: usize,
    /// What it stands in.
    pub container: ContainerId,
}

/// What the head, and marked parts of the body, say.
#[derive(Debug, Default)]
pub struct Head {
    /// The text of `<title>`.
    pub title: Option<String>,
    /// Name (or property, or itemprop), lower case, and content of every `<meta>`, in order.
    pub metas: Vec<(String, String)>,
    /// The address of `<link rel=canonical>`.
    pub canonical: Option<String>,
    /// The address of `<base>`.
    pub base: Option<String>,
    /// The `lang` of `<html>` or `<body>`.
    pub language: Option<String>,
    /// The source of every `<script type="application/ld+json">`.
    pub json_ld: Vec<String>,
    /// The `datetime` of every `<time>`, in order.
    pub times: Vec<String>,
    /// What elements marked as author or date say, in the order in which they end.
    pub marked: Vec<Marked>,
    /// How many forms the page holds.
    pub forms: usize,
    /// How many input fields the page holds.
    pub fields: usize,
}

/// What an element says that is marked as author or date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// What it is marked as.
    pub fact: Fact,
    /// Its text, line by line, or its value where it has one.
    pub text: String,
    /// The index of the first block that ends after it begins.
    pub before: usize,
    /// What it stands in.
    pub container: ContainerId,
}

/// What an element is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The author, by `itemprop`, `rel` or a `data-` attribute.
    Author,
    /// The author, by a class: a person's box, or a line with a name in it.
    AuthorClass,
    /// The date of publication, by `itemprop` or `pubdate`.
    Published,
    /// The date of the last change, by `itemprop`.
    Modified,
    /// A date, by `<time>`.
    Time,
}

/// Elements that the classifier or the renderer tells apart; every other one is `Other`.
macro_rules! tags {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// An element's name, as far as it matters; every other one is [`Tag::Other`].
        #[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each variant is the element of its name")]
        #[repr(u8)]
        pub enum Tag { #[default] Other, $($variant),* }

        impl Tag {
            /// The element of a lower-case name.
            pub fn from_name(name: &str) -> Self {
                match name { $($name => Self::$variant,)* _ => Self::Other }
            }

            /// The element's name; `*` for those that are not told apart.
            pub fn name(self) -> &'static str {
                match self { Self::Other => "*", $(Self::$variant => $name),* }
            }
        }
    };
}

tags! {
    A "a", Abbr "abbr", Address "address", Annotation "annotation", AnnotationXml "annotation-xml", Article "article",
    Aside "aside", Audio "audio", B "b", Base "base", Blockquote "blockquote", Body "body", Br "br", Button "button",
    Canvas "canvas", Caption "caption", Center "center", Cite "cite", Code "code", Datalist "datalist", Dd "dd",
    Details "details", Dialog "dialog", Dir "dir", Div "div", Dl "dl", Dt "dt", Em "em", Embed "embed",
    Fieldset "fieldset", Figcaption "figcaption", Figure "figure", Footer "footer", Form "form", Frameset "frameset",
    H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6", Head "head", Header "header", Hgroup "hgroup", Hr "hr",
    Html "html", I "i", Iframe "iframe", Img "img", Input "input", Kbd "kbd", Label "label", Legend "legend", Li "li",
    Link "link", Main "main", Map "map", Math "math", Menu "menu", Meta "meta", Nav "nav", Noembed "noembed", Noframes "noframes", Noscript "noscript",
    Object "object", Ol "ol", Option "option", P "p", Picture "picture", Pre "pre", Rp "rp", Rt "rt", Samp "samp",
    Script "script", Search "search", Section "section", Select "select", Source "source", Span "span",
    Strong "strong", Style "style", Sub "sub", Summary "summary", Sup "sup", Svg "svg", Table "table", Tbody "tbody",
    Td "td", Template "template", Textarea "textarea", Tfoot "tfoot", Th "th", Thead "thead", Time "time",
    Title "title", Tr "tr", Tt "tt", Ul "ul", Video "video", Xmp "xmp",
}

impl Tag {
    /// The heading level, 1 to 6.
    pub fn heading_level(self) -> Option<u8> {
        Some(match self {
            Self::H1 => 1,
            Self::H2 => 2,
            Self::H3 => 3,
            Self::H4 => 4,
            Self::H5 => 5,
            Self::H6 => 6,
            _ => return None,
        })
    }
}
