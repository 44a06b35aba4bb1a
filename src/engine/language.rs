//! Which language a document is in, and which lexicon reads it.

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
fn primary(tag: &str) -> String {
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

/// The two-letter code of a language that can be detected; its three-letter code where it has no other.
fn iso_639_1(language: whatlang::Lang) -> &'static str {
    use whatlang::Lang as L;
    match language {
        L::Epo => "eo",
        L::Eng => "en",
        L::Rus => "ru",
        L::Cmn => "zh",
        L::Spa => "es",
        L::Por => "pt",
        L::Ita => "it",
        L::Ben => "bn",
        L::Fra => "fr",
        L::Deu => "de",
        L::Ukr => "uk",
        L::Kat => "ka",
        L::Ara => "ar",
        L::Hin => "hi",
        L::Jpn => "ja",
        L::Heb => "he",
        L::Yid => "yi",
        L::Pol => "pl",
        L::Amh => "am",
        L::Jav => "jv",
        L::Kor => "ko",
        L::Nob => "no",
        L::Dan => "da",
        L::Swe => "sv",
        L::Fin => "fi",
        L::Tur => "tr",
        L::Nld => "nl",
        L::Hun => "hu",
        L::Ces => "cs",
        L::Ell => "el",
        L::Bul => "bg",
        L::Bel => "be",
        L::Mar => "mr",
        L::Kan => "kn",
        L::Ron => "ro",
        L::Slv => "sl",
        L::Hrv => "hr",
        L::Srp => "sr",
        L::Mkd => "mk",
        L::Lit => "lt",
        L::Lav => "lv",
        L::Est => "et",
        L::Tam => "ta",
        L::Vie => "vi",
        L::Urd => "ur",
        L::Tha => "th",
        L::Guj => "gu",
        L::Uzb => "uz",
        L::Pan => "pa",
        L::Aze => "az",
        L::Ind => "id",
        L::Tel => "te",
        L::Pes => "fa",
        L::Mal => "ml",
        L::Ori => "or",
        L::Mya => "my",
        L::Nep => "ne",
        L::Sin => "si",
        L::Khm => "km",
        L::Tuk => "tk",
        L::Aka => "ak",
        L::Zul => "zu",
        L::Sna => "sn",
        L::Afr => "af",
        L::Lat => "la",
        L::Slk => "sk",
        L::Cat => "ca",
        L::Tgl => "tl",
        L::Hye => "hy",
        other => other.code(),
    }
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
        check("Menu", None, Some("fi"), Some("fi"), false);
        check("Menu", None, None, None, true);
    }
}
