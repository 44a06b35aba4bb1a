//! The engine: bytes in, a cleaned article out. It knows no HTTP, no async, no clock and no disk: the same input gives
//! the same answer.
//!
//! [`clean_html`] and [`clean_text`] are the pipeline; each step is a module.

pub mod assemble;
pub mod cut;
pub mod decide;
pub mod decode;
pub mod features;
pub mod judge;
pub mod language;
pub mod lexicon;
pub mod metadata;
pub mod options;
pub mod overrule;
pub mod page;
pub mod parse;
pub mod render;
pub mod rules;
pub mod scores;
pub mod settle;
pub mod verdict;
pub mod warning;

use assemble::Cleaned;
use decide::Decided;
use options::{Error, Options, Reasons};
use page::{Block, Page};
use scores::Scores;
use warning::{Warning, WarningCode};

/// Cleans an HTML document of any charset. `charset` is what the transport declared, if it did.
///
/// # Errors
/// Only where a limit is passed, the caller interrupts, or the bytes are no text at all; broken HTML is not an error.
pub fn clean_html(bytes: &[u8], charset: Option<&str>, options: &Options) -> Result<Cleaned, Error> {
    clean_html_with(bytes, charset, options, scores::built_in())
}

/// Cleans pasted text.
///
/// # Errors
/// Only where a limit is passed or the caller interrupts.
pub fn clean_text(text: &str, options: &Options) -> Result<Cleaned, Error> {
    clean_text_with(text, options, scores::built_in())
}

/// [`clean_html`] with scores of the caller's.
///
/// # Errors
/// As [`clean_html`].
pub fn clean_html_with(
    bytes: &[u8],
    charset: Option<&str>,
    options: &Options,
    scores: &Scores,
) -> Result<Cleaned, Error> {
    if looks_binary(bytes) {
        return Err(Error::NotText);
    }
    let decoded = decode::html(bytes, charset);
    let page = parse::unseen::parse(&decoded.text);
    clean_page(page, decoded.warnings, options, scores)
}

/// [`clean_text`] with scores of the caller's.
///
/// # Errors
/// As [`clean_text`].
pub fn clean_text_with(text: &str, options: &Options, scores: &Scores) -> Result<Cleaned, Error> {
    if looks_binary(text.as_bytes()) {
        return Err(Error::NotText);
    }
    let page = parse::text::parse(text);
    clean_page(page, Vec::new(), options, scores)
}

/// Cleans pasted text of any charset.
///
/// # Errors
/// As [`clean_html`].
pub fn clean_text_bytes(bytes: &[u8], charset: Option<&str>, options: &Options) -> Result<Cleaned, Error> {
    if looks_binary(bytes) {
        return Err(Error::NotText);
    }
    let decoded = decode::plain(bytes, charset);
    let page = parse::text::parse(&decoded.text);
    clean_page(page, decoded.warnings, options, scores::built_in())
}

fn clean_page(page: Page, mut warnings: Vec<Warning>, options: &Options, scores: &Scores) -> Result<Cleaned, Error> {
    if page.blocks.len() > options.limits.paragraphs {
        return Err(Error::TooManyParagraphs { limit: options.limits.paragraphs });
    }
    if page.capped_tags > 0 {
        let detail = format!(
            "{} elements nested deeper than {} were left out; their text stays",
            page.capped_tags,
            parse::DEPTH
        );
        warnings.push(Warning::new(WarningCode::DepthCapped, detail));
    }
    if page.blocks.is_empty() {
        warnings.push(Warning::new(WarningCode::EmptyInput, "the document has no text"));
    }
    let metadata = metadata::choose(&page, options.url.as_deref());
    let spoken = language::of(&page, options.language.as_deref(), metadata.language.as_deref());
    if spoken.lexicon.is_none() && !page.blocks.is_empty() {
        let name = spoken.code.as_deref().unwrap_or("of the document");
        let detail = format!("no lexicon for the language {name}: only shape and structure were judged");
        warnings.push(Warning::new(WarningCode::NoLexicon, detail));
    }
    let decided = decide_until_stable(&page, &spoken, options, scores)?;
    let metadata = metadata::Metadata { language: spoken.code.clone(), ..metadata };
    Ok(assemble::assemble(page, decided, metadata, warnings, options))
}

/// Most times that a pasted text is looked at again without what was taken out.
const LOOKS: usize = 8;

/// Decides on a page. What is left of a pasted text is read once more as if it had been pasted so, until nothing more
/// goes: cleaning a cleaned text changes nothing.
fn decide_until_stable(
    page: &Page,
    spoken: &language::Spoken,
    options: &Options,
    scores: &Scores,
) -> Result<Decided, Error> {
    let mut decided = decide::decide(page, spoken, options, scores)?;
    if page.source == page::Source::Html {
        return Ok(decided);
    }
    let without_reasons = Options { reasons: Reasons::Omitted, ..options.clone() };
    for _ in 1..LOOKS {
        let left: Vec<usize> = (0..page.blocks.len()).filter(|at| decided.stays(*at, options)).collect();
        if left.is_empty() {
            break;
        }
        let text = render::text::render(page, &left);
        let again = parse::text::parse(&text);
        // Where reading it again cuts it otherwise, what was decided first holds; where it is the same, so is what is
        // decided.
        if again.blocks.len() != left.len() || reads_alike(page, &again) {
            break;
        }
        let language = language::of(&again, options.language.as_deref(), None);
        let mut second = decide::decide(&again, &language, &without_reasons, scores)?;
        let going: Vec<usize> = (0..left.len()).filter(|at| !second.stays(*at, options)).collect();
        if going.is_empty() {
            break;
        }
        if options.reasons == Reasons::Given {
            second = decide::decide(&again, &language, options, scores)?;
        }
        for at in going {
            decided.verdicts[left[at]] = second.verdicts[at].clone();
        }
    }
    Ok(decided)
}

/// Whether two pasted texts are the same paragraphs.
fn reads_alike(one: &Page, other: &Page) -> bool {
    let alike = |one: &Block, other: &Block| {
        let same_place = one.list == other.list && one.quote_depth == other.quote_depth;
        same_place && one.shape == other.shape && one.text == other.text
    };
    one.blocks.len() == other.blocks.len() && one.blocks.iter().zip(&other.blocks).all(|(one, other)| alike(one, other))
}

/// How much of a document is looked at to tell whether it is text, in bytes.
const SNIFFED: usize = 1024;

/// Whether bytes are those of a picture, an archive or a program (MIME Sniffing standard, 6 and 7: signatures and
/// binary data bytes).
fn looks_binary(bytes: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 14] = [
        b"\x89PNG\r\n\x1a\n",
        b"\xFF\xD8\xFF",
        b"GIF87a",
        b"GIF89a",
        b"%PDF-",
        b"PK\x03\x04",
        b"\x1F\x8B\x08",
        b"RIFF",
        b"OggS\0",
        b"\x7FELF",
        b"wOFF",
        b"wOF2",
        b"\0asm",
        b"7z\xBC\xAF\x27\x1C",
    ];
    if SIGNATURES.iter().any(|signature| bytes.starts_with(signature)) {
        return true;
    }
    let head = &bytes[..bytes.len().min(SNIFFED)];
    let is_utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || utf16_like(head);
    let binary = head.iter().filter(|byte| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)).count();
    // A stray control sign is a scar; a tenth of them is no text.
    !is_utf16 && binary * 10 > head.len()
}

/// Whether every other byte is zero, as in UTF-16 of Latin script.
fn utf16_like(head: &[u8]) -> bool {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    half >= 8 && (zeros(0) * 4 >= half * 3) != (zeros(1) * 4 >= half * 3)
}
