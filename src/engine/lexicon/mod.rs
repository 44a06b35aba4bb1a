//! Words: phrases by meaning in each language, the words that carry no topic, and the meanings of class names.

pub mod family;
pub mod hash;
pub mod marks;
pub mod normal;
pub mod phrase;
pub mod vocabulary;

use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use family::Family;
use hash::{Hashes, hash};
use phrase::{Matcher, Phrase};

/// The phrases of one language, ready to be searched for.
#[derive(Debug)]
pub struct Lexicon {
    /// The language's code (ISO 639-1).
    pub language: &'static str,
    /// Finds every phrase in one pass.
    pub matcher: Matcher,
    /// Whether words are parted by spaces.
    pub is_spaced: bool,
    /// The commonest words; their share tells prose from labels.
    function_words: Vec<String>,
    function_hashes: Hashes,
}

impl Lexicon {
    /// The commonest words.
    pub fn function_words(&self) -> impl Iterator<Item = &str> {
        self.function_words.iter().map(String::as_str)
    }

    /// Whether a word in normal form is one of the commonest.
    pub fn has_function_word(&self, word: &str) -> bool {
        self.function_hashes.contains(&hash(word.as_bytes()))
    }
}

/// A language and its file.
struct Source {
    code: &'static str,
    toml: &'static str,
    /// Whether words are parted by spaces.
    is_spaced: bool,
    loaded: OnceLock<Lexicon>,
}

macro_rules! languages {
    ($($code:literal $spaced:literal),* $(,)?) => {
        /// Every language with a file, sorted by code.
        static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| vec![$(Source {
            code: $code,
            toml: include_str!(concat!($code, ".toml")),
            is_spaced: $spaced,
            loaded: OnceLock::new(),
        }),*]);
    };
}

languages! {
    "cs" true,
    "da" true,
    "de" true,
    "el" true,
    "en" true,
    "es" true,
    "fi" true,
    "fr" true,
    "hu" true,
    "it" true,
    "ja" false,
    "ko" true,
    "nl" true,
    "no" true,
    "pl" true,
    "pt" true,
    "ro" true,
    "ru" true,
    "sv" true,
    "tr" true,
    "uk" true,
    "zh" false,
}

/// A language's file as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    language: String,
    function_words: Vec<String>,
    phrases: toml::Table,
}

/// The lexicon of a language, read when it is first asked for.
///
/// # Panics
/// Where a lexicon is not well-formed, which the tests rule out.
pub fn of(language: &str) -> Option<&'static Lexicon> {
    let source = SOURCES.iter().find(|source| source.code == language)?;
    Some(source.loaded.get_or_init(|| {
        let (lexicon, _) = load(source).expect("the lexicons are part of the program and read by its tests");
        lexicon
    }))
}

/// The lexicon for documents whose language has none: words that are written alike everywhere.
///
/// # Panics
/// Where English has no lexicon, which the tests rule out.
pub fn fallback() -> &'static Lexicon {
    of("en").expect("English has a lexicon")
}

fn load(source: &'static Source) -> Result<(Lexicon, Vec<Phrase>), String> {
    let file: File = toml::from_str(source.toml).map_err(|error| format!("{}.toml: {error}", source.code))?;
    if file.language != source.code {
        return Err(format!("{}.toml names the language “{}”", source.code, file.language));
    }
    let mut phrases = Vec::new();
    for (name, rows) in file.phrases {
        let family = Family::from_name(&name).ok_or_else(|| format!("{}.toml: no family “{name}”", source.code))?;
        let rows: Vec<[String; 3]> =
            rows.try_into().map_err(|error| format!("{}.toml: {name}: {error}", source.code))?;
        phrases.extend(rows.into_iter().map(|[pattern, hit, miss]| Phrase { family, pattern, hit, miss }));
    }
    let mut function_words = file.function_words;
    function_words.sort_unstable();
    function_words.dedup();
    let function_hashes = function_words.iter().map(|word| hash(word.as_bytes())).collect();
    let matcher = Matcher::new(&phrases, source.is_spaced).map_err(|error| format!("{}.toml: {error}", source.code))?;
    let (language, is_spaced) = (source.code, source.is_spaced);
    Ok((Lexicon { language, matcher, is_spaced, function_words, function_hashes }, phrases))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn languages_are_sorted() {
        assert!(SOURCES.is_sorted_by_key(|source| source.code));
    }

    #[test]
    fn every_phrase_hits_its_hit_and_misses_its_miss() {
        let mut wrong = Vec::new();
        for source in SOURCES.iter() {
            let (_, phrases) = load(source).expect("the file is well-formed");
            let mut seen: HashMap<&str, Family> = HashMap::new();
            for phrase in &phrases {
                let alone =
                    Matcher::new(std::slice::from_ref(phrase), source.is_spaced).expect("the phrase is well-formed");
                let finds = |text: &str| !alone.find(&normal::fold(text)).is_empty();
                let Phrase { family, pattern, hit, miss } = phrase;
                if !finds(hit) {
                    wrong.push(format!("{}: “{pattern}” does not hit “{hit}”", source.code));
                }
                if finds(miss) {
                    wrong.push(format!("{}: “{pattern}” hits “{miss}”", source.code));
                }
                if let Some(other) = seen.insert(pattern, *family) {
                    wrong.push(format!(
                        "{}: “{pattern}” stands in {} and {}",
                        source.code,
                        other.name(),
                        family.name()
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
