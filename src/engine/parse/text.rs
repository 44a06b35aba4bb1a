//! Pasted text to a [`Page`]: paragraphs where blank lines stand or, where there are none, one a line; hard-wrapped
//! lines joined again; list items told by their bullets. Every block knows its exact bytes in the input.

use std::ops::Range;

use crate::engine::lexicon::marks::Marks;
use crate::engine::page::{Block, Container, ContainerId, Inline, ListPlace, Page, Shape, Source, Span, Tag};

/// Lines of hard-wrapped text are at most this long, in characters (RFC 5322 recommends 78; some mailers use 80).
const WRAP_LONGEST: usize = 84;
/// And all but the last of a paragraph are at least this long: shorter lines were meant (verse, addresses).
const WRAP_SHORTEST: usize = 40;
/// Share of the lines of a text without blank lines that must look wrapped before its lines are joined.
const WRAPPED_SHARE: f32 = 0.6;
/// Longest address that is read as a link, in bytes.
const URL_BYTES: usize = 2_000;

/// One line of the input: its bytes without the line end and without white space around it.
type Line = Range<usize>;

/// Reads a text.
pub fn parse(text: &str) -> Page {
    let mut page = Page { source: Source::Text, containers: vec![Container::root()], ..Page::default() };
    let lines = lines(text);
    let has_blank = lines.iter().enumerate().any(|(at, line)| {
        line.is_empty() && lines[..at].iter().any(|before| !before.is_empty()) && at + 1 < lines.len()
    });
    let wrapped = !has_blank && is_hard_wrapped(text, &lines);
    for chunk in lines.split(std::ops::Range::is_empty).filter(|chunk| !chunk.is_empty()) {
        if has_blank {
            push_chunk(&mut page, text, chunk);
        } else if wrapped {
            push_wrapped(&mut page, text, chunk);
        } else {
            // One paragraph a line, but a run of bullets is a list.
            let is_item = |line: &Line| bullet(&text[line.clone()]).is_some();
            for run in chunk.chunk_by(|a, b| is_item(a) && is_item(b)) {
                push_chunk(&mut page, text, run);
            }
        }
    }
    page
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
        // A byte order mark at the start is no part of the first line.
        let mark = if start == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let trimmed = line[mark..].trim();
        // `\r\n` is one line end: the empty piece between its two signs is not a blank line.
        if !(line == "\n" && start > 0 && text.as_bytes()[start - 1] == b'\r') {
            let from = start + mark + (line.len() - mark - line[mark..].trim_start().len());
            lines.push(if trimmed.is_empty() { start..start } else { from..from + trimmed.len() });
        }
        start += line.len();
    }
    lines
}

/// Whether a text without blank lines was wrapped at a fixed width rather than written one paragraph a line.
fn is_hard_wrapped(text: &str, lines: &[Line]) -> bool {
    let lines: Vec<&str> = lines.iter().map(|line| &text[line.clone()]).filter(|line| !line.is_empty()).collect();
    let runs_on = |line: &&&str| {
        let length = line.chars().count();
        (WRAP_SHORTEST..=WRAP_LONGEST).contains(&length) && !line.ends_with(['.', '!', '?', ':', '”', '"', '。'])
    };
    let fits = lines.iter().all(|line| line.chars().count() <= WRAP_LONGEST);
    let wrapped = lines.iter().filter(runs_on).count();
    fits && lines.len() >= 4 && wrapped as f32 >= WRAPPED_SHARE * lines.len() as f32
}

/// Cuts wrapped lines into paragraphs: one ends with a line that is short of the width, or before an indent or bullet.
fn push_wrapped(page: &mut Page, text: &str, lines: &[Line]) {
    let width = lines.iter().map(|line| text[line.clone()].chars().count()).max().unwrap_or_default();
    let mut from = 0;
    for (at, line) in lines.iter().enumerate() {
        let line_text = &text[line.clone()];
        let is_last = at + 1 == lines.len();
        let short = line_text.chars().count() * 4 < width * 3;
        if is_last || short {
            push_chunk(page, text, &lines[from..=at]);
            from = at + 1;
        }
    }
}

/// One chunk of lines between blank lines: items where lines begin with bullets, otherwise one paragraph.
fn push_chunk(page: &mut Page, text: &str, lines: &[Line]) {
    let mut from = 0;
    let mut list = None;
    while from < lines.len() {
        let bullet = bullet(&text[lines[from].clone()]);
        let next = lines[from + 1..].iter().position(|line| self::bullet(&text[line.clone()]).is_some());
        let to = next.map_or(lines.len(), |offset| from + 1 + offset);
        match bullet {
            // One line that begins with a dash is speech or a quotation's source; a list has two items.
            Some(bullet) if list.is_some() || next.is_some() => {
                let list = *list.get_or_insert_with(|| open_list(page, bullet != Bullet::Sign));
                push_block(page, text, &lines[from..to], Some((list, bullet.number())));
            }
            _ => push_block(page, text, &lines[from..to], None),
        }
        from = to;
    }
}

fn open_list(page: &mut Page, is_ordered: bool) -> ContainerId {
    let id = ContainerId(page.containers.len() as u32);
    let tag = if is_ordered { Tag::Ol } else { Tag::Ul };
    page.containers.push(Container {
        parent: ContainerId::ROOT,
        tag,
        nth: 1,
        depth: 1,
        marks: Marks::default(),
        likeness: 0,
    });
    id
}

/// What an item begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bullet {
    /// `- `, `* `, `• ` and their likes.
    Sign,
    /// `3. ` or `3) `.
    Number(u32),
}

impl Bullet {
    fn number(self) -> Option<u32> {
        match self {
            Self::Sign => None,
            Self::Number(number) => Some(number),
        }
    }
}

/// The bullet that a line begins with.
fn bullet(line: &str) -> Option<Bullet> {
    if ["- ", "* ", "• ", "– ", "‣ ", "▪ ", "◦ ", "· "].iter().any(|sign| line.starts_with(sign)) {
        return Some(Bullet::Sign);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = &line[digits..];
    let numbered = (1..=3).contains(&digits) && (after.starts_with(". ") || after.starts_with(") "));
    line[..digits].parse().ok().filter(|_| numbered).map(Bullet::Number)
}

fn push_block(page: &mut Page, text: &str, lines: &[Line], item: Option<(ContainerId, Option<u32>)>) {
    let range = lines[0].start..lines[lines.len() - 1].end;
    let short_of_wrap = |line: &Line| {
        let length = text[line.clone()].chars().count();
        !(WRAP_SHORTEST..=WRAP_LONGEST).contains(&length)
    };
    let keeps_lines = lines[..lines.len() - 1].iter().any(short_of_wrap);
    let mut folded = String::with_capacity(range.len());
    for line in lines {
        if !folded.is_empty() {
            folded.push(if keeps_lines { '\n' } else { ' ' });
        }
        for (at, word) in text[line.clone()].split_whitespace().enumerate() {
            if at > 0 {
                folded.push(' ');
            }
            folded.push_str(word);
        }
    }
    let shape = match (item, heading_level(&folded)) {
        (Some(_), _) => Shape::ListItem,
        (None, Some(level)) => Shape::Heading(level),
        (None, None) => Shape::Paragraph,
    };
    page.blocks.push(Block {
        spans: links(&folded),
        text: folded,
        shape,
        container: item.map_or(ContainerId::ROOT, |(list, _)| list),
        list: item.map(|(list, number)| ListPlace { list, depth: 1, number }),
        table: None,
        quote_depth: 0,
        marks: Marks::default(),
        pictures: 0,
        range: Some(range),
    });
}

/// The level of a Markdown heading, which people paste as well.
fn heading_level(text: &str) -> Option<u8> {
    let signs = text.bytes().take_while(|byte| *byte == b'#').count();
    ((1..=6).contains(&signs) && text[signs..].starts_with(' ')).then_some(signs as u8)
}

/// Addresses that stand in the text.
fn links(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..], b"://") {
        let sign = at + found;
        let scheme = text[..sign].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let start = sign - scheme;
        let length =
            text[sign..].find(|c: char| c.is_whitespace() || "<>\"”)]".contains(c)).unwrap_or(text.len() - sign);
        let end = sign + text[sign..sign + length].trim_end_matches(['.', ',', ';', ':', '!', '?', '…']).len();
        if ["http", "https"].iter().any(|known| text[start..sign].eq_ignore_ascii_case(known))
            && end > sign + 3
            && end - start <= URL_BYTES
            && start >= at
        {
            spans
                .push(Span { range: start..end, kind: Inline::Link { href: text[start..end].into(), rel: "".into() } });
        }
        at = end.max(sign + 3);
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, paragraphs: &[&str]) {
        let page = parse(text);
        assert_eq!(page.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), paragraphs);
        for block in &page.blocks {
            let range = block.range.clone().expect("pasted text has ranges");
            let input: Vec<&str> = text[range].split_whitespace().collect();
            assert_eq!(input, block.text.split_whitespace().collect::<Vec<_>>());
        }
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        check("One.\n\nTwo  and\u{a0}more.\r\n\r\nThree.\n", &["One.", "Two and more.", "Three."]);
    }

    #[test]
    fn without_blank_lines_each_line_is_a_paragraph() {
        check("One.\nTwo.\r\nThree.", &["One.", "Two.", "Three."]);
        check("\n\nOne.\nTwo.\n\n", &["One.", "Two."]);
    }

    #[test]
    fn wrapped_lines_are_joined() {
        let wrapped = "The committee met on Tuesday to discuss the plans that had\n\
                       been put off twice since the spring and that nobody had\n\
                       wanted to bring forward again before the autumn came to\n\
                       an end.\n\
                       The second paragraph of the letter begins here and it goes\n\
                       on for another line as well.";
        check(
            wrapped,
            &[
                "The committee met on Tuesday to discuss the plans that had been put off twice since the spring and that \
                 nobody had wanted to bring forward again before the autumn came to an end.",
                "The second paragraph of the letter begins here and it goes on for another line as well.",
            ],
        );
    }

    #[test]
    fn verse_keeps_its_lines() {
        check("Roses are red,\nviolets are blue.\n\nEnd.", &["Roses are red,\nviolets are blue.", "End."]);
    }

    #[test]
    fn bullets_make_items() {
        check(
            "Buy:\n- eggs\n- milk\n\n- A dash alone is speech.",
            &["Buy:", "- eggs", "- milk", "- A dash alone is speech."],
        );
    }

    #[test]
    fn addresses_are_links() {
        let page = parse("See https://example.org/a?b=c. Or write.");
        assert_eq!(page.blocks[0].spans[0].range, 4..29);
    }
}
