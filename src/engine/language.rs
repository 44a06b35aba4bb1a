//! Which language a document is in, and which lexicon reads it.

use whatlang::Lang;

use super::lexicon::{self, Lexicon};
use super::page::Page;

/// How much text the language is told from, in bytes.
const SAMPLE_BYTES: usize = 4_000;
/// Fewest letters from which a language can be told.
const SAMPLE_LETTERS: usize = 40;
/// Fewest words of a paragraph that goes into the sample: menus are in any language.
const SAMPLE_WORDS: usize = 8;
/// How sure the detection must be to overrule what a page says of itself (0 to 1).
const SURE: f64 = 0.8;

/// A document's language.
#[derive(Debug)]
pub struct Spoken {
    /// Its code, ISO 639-1 where there is one.
    pub code: Option<String>,
    /// Its lexicon, if it has one.
    pub lexicon: Option<&'static Lexicon>,
}

impl Spoken {
    /// The lexicon to read with: the language's own, or the one for all others.
    pub fn words(&self) -> &'static Lexicon {
        self.lexicon.unwrap_or_else(lexicon::fallback)
    }
}

/// Tells a document's language: what the caller says, what its prose shows, what the page declares.
pub fn of(page: &Page, told: Option<&str>, declared: Option<&str>) -> Spoken {
    let declared = declared.map(primary).filter(|code| !code.is_empty());
    let code = match told.map(primary).filter(|code| !code.is_empty()) {
        Some(told) => Some(told),
        None => match detect(page) {
            Some((code, confidence)) if confidence >= SURE || declared.is_none() => Some(code),
            _ => declared,
        },
    };
    let lexicon = match &code {
        Some(code) => lexicon::of(code),
        // Too little text to tell: what pages of every language hold is English.
        None => Some(lexicon::fallback()),
    };
    Spoken { code, lexicon }
}

/// The primary subtag: `en` of `en-GB`. Norwegian and Chinese go by one name each.
pub(super) fn primary(tag: &str) -> String {
    let code: String = tag.trim().split(['-', '_']).next().unwrap_or_default().chars().take(8).collect();
    match code.to_ascii_lowercase().as_str() {
        "nb" | "nn" => "no".to_owned(),
        "cmn" | "yue" => "zh".to_owned(),
        code => code.to_owned(),
    }
}

fn detect(page: &Page) -> Option<(String, f64)> {
    let mut sample = String::new();
    let long = |text: &str| text.split(' ').nth(SAMPLE_WORDS - 1).is_some() || !text.is_ascii();
    for wanted in [true, false] {
        for block in page.blocks.iter().filter(|block| long(&block.text) == wanted) {
            if sample.len() >= SAMPLE_BYTES {
                break;
            }
            sample.push_str(&block.text[..block.text.floor_char_boundary(SAMPLE_BYTES)]);
            sample.push('\n');
        }
        if sample.chars().filter(|c| c.is_alphabetic()).count() >= SAMPLE_LETTERS {
            break;
        }
    }
    if sample.chars().filter(|c| c.is_alphabetic()).count() < SAMPLE_LETTERS && sample.is_ascii() {
        return None;
    }
    let info = whatlang::detect(&sample)?;
    Some((iso_639_1(info.lang()).to_owned(), info.confidence()))
}

/// The two-letter codes (ISO 639-1) of the languages that can be detected.
#[rustfmt::skip]
const CODES: &[(Lang, &str)] = &[
    (Lang::Epo, "eo"), (Lang::Eng, "en"), (Lang::Rus, "ru"), (Lang::Cmn, "zh"), (Lang::Spa, "es"), (Lang::Por, "pt"),
    (Lang::Ita, "it"), (Lang::Ben, "bn"), (Lang::Fra, "fr"), (Lang::Deu, "de"), (Lang::Ukr, "uk"), (Lang::Kat, "ka"),
    (Lang::Ara, "ar"), (Lang::Hin, "hi"), (Lang::Jpn, "ja"), (Lang::Heb, "he"), (Lang::Yid, "yi"), (Lang::Pol, "pl"),
    (Lang::Amh, "am"), (Lang::Jav, "jv"), (Lang::Kor, "ko"), (Lang::Nob, "no"), (Lang::Dan, "da"), (Lang::Swe, "sv"),
    (Lang::Fin, "fi"), (Lang::Tur, "tr"), (Lang::Nld, "nl"), (Lang::Hun, "hu"), (Lang::Ces, "cs"), (Lang::Ell, "el"),
    (Lang::Bul, "bg"), (Lang::Bel, "be"), (Lang::Mar, "mr"), (Lang::Kan, "kn"), (Lang::Ron, "ro"), (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"), (Lang::Srp, "sr"), (Lang::Mkd, "mk"), (Lang::Lit, "lt"), (Lang::Lav, "lv"), (Lang::Est, "et"),
    (Lang::Tam, "ta"), (Lang::Vie, "vi"), (Lang::Urd, "ur"), (Lang::Tha, "th"), (Lang::Guj, "gu"), (Lang::Uzb, "uz"),
    (Lang::Pan, "pa"), (Lang::Aze, "az"), (Lang::Ind, "id"), (Lang::Tel, "te"), (Lang::Pes, "fa"), (Lang::Mal, "ml"),
    (Lang::Ori, "or"), (Lang::Mya, "my"), (Lang::Nep, "ne"), (Lang::Sin, "si"), (Lang::Khm, "km"), (Lang::Tuk, "tk"),
    (Lang::Aka, "ak"), (Lang::Zul, "zu"), (Lang::Sna, "sn"), (Lang::Afr, "af"), (Lang::Lat, "la"), (Lang::Slk, "sk"),
    (Lang::Cat, "ca"), (Lang::Tgl, "tl"), (Lang::Hye, "hy"),
];

/// The two-letter code of a language; its three-letter code where it has no other.
fn iso_639_1(language: Lang) -> &'static str {
    CODES.iter().find(|(known, _)| *known == language).map_or_else(|| language.code(), |(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parse::text;

    #[track_caller]
    fn check(text: &str, told: Option<&str>, declared: Option<&str>, code: Option<&str>, has_lexicon: bool) {
        let spoken = of(&text::parse(text), told, declared);
        assert_eq!((spoken.code.as_deref(), spoken.lexicon.is_some()), (code, has_lexicon));
    }

    const GERMAN: &str =
        "Der Ausschuss hat am Dienstag beschlossen, die Pläne für das neue Rathaus noch einmal zu prüfen.";

    #[test]
    fn the_caller_knows_best() {
        check(GERMAN, Some("fr-CA"), Some("en"), Some("fr"), true);
    }

    #[test]
    fn prose_overrules_what_a_page_declares() {
        check(GERMAN, None, Some("en-US"), Some("de"), true);
    }

    #[test]
    fn a_short_text_is_what_the_page_declares() {
        check("Menu", None, Some("is"), Some("is"), false);
        check("Menu", None, None, None, true);
    }
}
