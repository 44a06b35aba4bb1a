//! What holds for every input, as checks that panic where it does not: the tests try them on documents of our own and on
//! what is made of these, the fuzz targets (`fuzz/`) on whatever comes to their mind.

use std::borrow::Cow;

use dechaff::batch_line::{Cutter, Defaults, Fault, Line, answer, answer_unread, id_of_line, read_back};
use dechaff::engine::decode;
use dechaff::engine::parse::html;
use dechaff::engine::parse::prescan::{Lean, prescan};
use dechaff::{Cleaned, Error, Label, Options, RulesFile, clean_html, clean_text};
use serde_json::value::RawValue;

/// Hundredths are rounded; a verdict that stands on the threshold may be off by these.
const ROUNDING: f32 = 0.02;
/// Most bytes of text that one byte becomes in any charset.
const BYTES_A_BYTE: usize = 3;
/// Most wrong lines of a rules file that are told.
const WRONG_LINES: usize = 20;
/// Charsets that may be declared, some wrongly.
const CHARSETS: [Option<&str>; 8] = [
    None,
    Some("utf-8"),
    Some("windows-1252"),
    Some("shift_jis"),
    Some("iso-2022-jp"),
    Some("gb18030"),
    Some("utf-16le"),
    Some("klingon-8"),
];
/// What rules are tried on: a phrase of every kind that rules are likely to name.
const RULED: &str = "Council votes for bridge\n\nThe city council voted on Monday to build a second bridge.\n\n\
    Sign up for our newsletter\n\nA lake cruise for two, from noon\n\nJetzt abonnieren\n\nCorrection: it was Tuesday.";

/// What holds for the answer to any document at all.
pub(crate) fn check_answer(cleaned: &Cleaned) {
    let mut rest = cleaned.text.as_str();
    for (at, paragraph) in cleaned.paragraphs.iter().filter(|paragraph| paragraph.kept).enumerate() {
        if at > 0 {
            rest = rest.strip_prefix("\n\n").or_else(|| rest.strip_prefix('\n')).expect("paragraphs stand apart");
        }
        rest = rest.strip_prefix(paragraph.text.as_str()).expect("the text is the kept paragraphs, in order");
    }
    assert_eq!(rest, "", "the text holds nothing but the kept paragraphs");
    for paragraph in &cleaned.paragraphs {
        assert!(!paragraph.text.trim().is_empty(), "no paragraph is empty");
        assert!(!paragraph.kept || paragraph.label == Label::Content, "only content is kept");
        assert!((0.0..=1.0).contains(&paragraph.confidence), "{} is a share", paragraph.confidence);
        assert!(!paragraph.reasons.is_empty(), "no label without a reason");
        assert!(paragraph.reasons.iter().all(|reason| reason.weight >= 0.0), "weights are never negative");
        let signed = paragraph.reasons.iter().map(|reason| match reason.label {
            Label::Content => reason.weight,
            _ => -reason.weight,
        });
        let sum: f32 = signed.sum();
        let adds_up = if paragraph.label == Label::Content { sum >= -ROUNDING } else { sum < ROUNDING };
        assert!(adds_up, "{} with a sum of {sum}: {paragraph:?}", paragraph.label.name());
    }
}

/// Whether words stand one after the other in a text, whatever stands between them; white space in the text counts for
/// nothing, since markup joins and parts words, and neither do soft hyphens, which a page does not show.
#[track_caller]
pub(crate) fn check_words_in_order(cleaned: &Cleaned, input: &str) {
    let input = input.replace('\u{ad}', "");
    let input: String = input.split_whitespace().collect();
    let mut from = 0;
    for word in cleaned.paragraphs.iter().flat_map(|paragraph| paragraph.text.split_whitespace()) {
        let found = input[from..].find(word).unwrap_or_else(|| panic!("{word:?} is not in the input, in its order"));
        from += found + word.len();
    }
}

/// The words of the page's text nodes, by the parser alone.
#[expect(clippy::disallowed_types, reason = "the measure is the parser, not the engine")]
fn text_nodes(html: &str) -> String {
    let document = scraper::Html::parse_document(html);
    let nodes = document.tree.root().descendants();
    nodes.filter_map(|node| node.value().as_text().map(|text| &**text)).collect()
}

pub(crate) fn check_page(bytes: &[u8]) {
    let options = Options::default();
    let cleaned = match clean_html(bytes, None, &options) {
        Ok(cleaned) => cleaned,
        Err(error) => return assert_eq!(error, Error::NotText),
    };
    check_answer(&cleaned);
    assert_eq!(clean_html(bytes, None, &options).unwrap(), cleaned, "the same input gives the same answer");
    check_words_in_order(&cleaned, &text_nodes(&decode::html(bytes, None).text));
}

pub(crate) fn check_text(text: &str) {
    let options = Options::default();
    let cleaned = match clean_text(text, &options) {
        Ok(cleaned) => cleaned,
        Err(error) => return assert_eq!(error, Error::NotText),
    };
    check_answer(&cleaned);
    assert_eq!(clean_text(text, &options).unwrap(), cleaned, "the same input gives the same answer");
    check_words_in_order(&cleaned, text);
    let mut end = 0;
    for paragraph in &cleaned.paragraphs {
        let range = paragraph.range.clone().expect("pasted text knows where its paragraphs stand");
        assert!(range.start >= end, "paragraphs keep their order");
        end = range.end;
        assert!(
            text[range.clone()].split_whitespace().eq(paragraph.text.split_whitespace()),
            "{range:?} {paragraph:?}"
        );
    }
}

pub(crate) fn check_cleaned_stays(text: &str) {
    let options = Options::default();
    let Ok(once) = clean_text(text, &options) else { return };
    let twice = clean_text(&once.text, &options).unwrap();
    assert_eq!(twice.text, once.text, "cleaning again changed the text");
}

/// The texts of the blocks of a page.
fn blocks(lean: &Lean<'_>) -> Vec<String> {
    html::parse(lean).blocks.into_iter().map(|block| block.text).collect()
}

pub(crate) fn check_prescan(page: &str) {
    let whole = blocks(&Lean { html: Cow::Borrowed(page), json_ld: Vec::new() });
    assert_eq!(blocks(&prescan(page)), whole, "{page}");
}

/// Bytes, of which the first chooses what charset is declared.
pub(crate) fn check_decode(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else { return };
    let declared = CHARSETS[usize::from(*choice) % CHARSETS.len()];
    for decode in [decode::html, decode::plain] {
        let decoded = decode(bytes, declared);
        assert_eq!(decode(bytes, declared), decoded, "the same bytes give the same text");
        assert!(decoded.text.len() <= bytes.len() * BYTES_A_BYTE, "{} is too long", decoded.text.len());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let without_mark = text.strip_prefix('\u{feff}').unwrap_or(text);
    assert_eq!(decode::html(bytes, Some("utf-8")).text, without_mark, "UTF-8 that is declared is read as it stands");
    assert_eq!(decode::plain(bytes, Some("utf-8")).text, text, "so it is as text, with its mark");
}

/// [`check_prescan`] for bytes.
pub(crate) fn check_prescan_of(data: &[u8]) {
    if let Ok(page) = std::str::from_utf8(data) {
        check_prescan(page);
    }
}

/// [`check_text`] and [`check_cleaned_stays`] for bytes.
pub(crate) fn check_text_of(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        check_text(text);
        check_cleaned_stays(text);
    }
}

/// A rules file is read, or its wrong lines are told; what it says is done, and nothing else.
pub(crate) fn check_rules_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let rules = match RulesFile::read(text) {
        Ok(rules) => rules,
        Err(wrong) => {
            assert!((1..=WRONG_LINES).contains(&wrong.len()), "{} wrong lines", wrong.len());
            assert!(wrong.is_sorted_by_key(|line| line.number), "wrong lines are told in order");
            assert!(wrong.iter().all(|line| (1..=text.lines().count()).contains(&line.number)), "{wrong:?}");
            return;
        }
    };
    let unruled = clean_text(RULED, &Options::default()).expect("it is text");
    let cleaned = clean_text(RULED, &Options { rules, ..Options::default() }).expect("it is text");
    check_answer(&cleaned);
    assert_eq!(unruled.paragraphs.len(), cleaned.paragraphs.len(), "rules cut no paragraphs");
    for (before, after) in unruled.paragraphs.iter().zip(&cleaned.paragraphs) {
        let asked = after.reasons.iter().any(|reason| reason.rule.starts_with("rules-file-"));
        assert!(asked || before.kept == after.kept, "{:?} changed unasked", after.text);
    }
}

/// Lines, after a byte that chooses the longest that a line may be, and one that chooses the pieces that they come in.
pub(crate) fn check_batch_reader(data: &[u8]) {
    let [limit, piece, input @ ..] = data else { return };
    let limit = usize::from(*limit) * 16 + 1;
    let lines = cut(input, limit, usize::from(*piece) + 1);
    let whole = cut(input, limit, input.len().max(1));
    assert!(lines.iter().map(shown).eq(whole.iter().map(shown)), "pieces change no line");
    let expected = input.split(|byte| *byte == b'\n').count() - usize::from(input.is_empty() || input.ends_with(b"\n"));
    assert_eq!(lines.len(), expected, "every line is one");
    for line in &lines {
        let answered = match line {
            Ok(line) => answer(line, &Defaults::default()),
            Err(fault) => answer_unread(fault),
        };
        assert!(!answered.json.contains(&b'\n'), "an answer is one line");
        let (id, is_error) = read_back(&answered.json).expect("an answer is read back");
        assert_eq!(id.get(), id_of_line(line).get(), "an answer has its line's id");
        assert_eq!(is_error, answered.outcome.is_err(), "an error is told as one");
    }
}

/// The lines of an input that comes in pieces of so many bytes.
fn cut(input: &[u8], limit: usize, piece: usize) -> Vec<Line> {
    let mut cutter = Cutter::new(limit);
    let mut lines = Vec::new();
    for mut piece in input.chunks(piece) {
        while !piece.is_empty() {
            let (used, line) = cutter.take(piece);
            lines.extend(line);
            piece = &piece[used..];
        }
    }
    lines.extend(cutter.end());
    lines
}

/// What can be compared of a line.
fn shown(line: &Line) -> Result<&[u8], Option<&str>> {
    match line {
        Ok(line) => Ok(line),
        Err(Fault::TooLong { id, .. }) => Err(id.as_deref().map(RawValue::get)),
        Err(other) => panic!("{other} is no fault of cutting"),
    }
}
