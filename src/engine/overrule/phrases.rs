//! A caller's own phrases: literal text, found as words in the same normal form as the phrases of the lexicons.

use std::fmt;
use std::sync::Arc;

use super::search::Search;
use crate::engine::lexicon::{normal, phrase};

/// Most phrases of one list.
const PHRASES: usize = 1_000;
/// Longest phrase, in characters.
const PHRASE_CHARS: usize = 200;
/// How much of a phrase is quoted where it is refused, in characters.
const QUOTED: usize = 40;

/// A list of phrases. It is compiled at the first search, and clones share what was compiled.
///
/// ```
/// use dechaff::{Options, Phrases, clean_text};
///
/// let drop_phrases = Phrases::new(&["lake cruise"]).unwrap();
/// let options = Options { drop_phrases, ..Options::default() };
/// let cleaned = clean_text("The bridge opens in May.\n\nA LAKE  CRUISE for two!", &options).unwrap();
/// assert_eq!(cleaned.paragraphs[1].reasons[0].rule, "caller-drop-phrase");
/// assert_eq!(cleaned.paragraphs[1].reasons[0].evidence, "LAKE CRUISE");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Phrases(Option<Arc<Search>>);

/// Why phrases are not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhraseError {
    /// There are more than the limit.
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// One is longer than the limit.
    TooLong {
        /// How it begins.
        start: String,
        /// The limit, in characters.
        limit: usize,
    },
    /// One is empty or holds no letter and no digit.
    NoWord {
        /// How it begins.
        start: String,
    },
}

impl fmt::Display for PhraseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { limit } => write!(formatter, "there are over {limit} phrases"),
            Self::TooLong { start, limit } => write!(formatter, "“{start}…” has over {limit} characters"),
            Self::NoWord { start } => write!(formatter, "“{start}” holds no word"),
        }
    }
}

impl std::error::Error for PhraseError {}

impl Phrases {
    /// Takes up to 1,000 phrases of up to 200 characters, each with a letter or a digit in it.
    ///
    /// # Errors
    /// Which of these bounds does not hold, and for which phrase.
    pub fn new(phrases: &[impl AsRef<str>]) -> Result<Self, PhraseError> {
        if phrases.len() > PHRASES {
            return Err(PhraseError::TooMany { limit: PHRASES });
        }
        let patterns = phrases.iter().map(|phrase| pattern(phrase.as_ref())).collect::<Result<Vec<_>, _>>()?;
        Ok(Self((!patterns.is_empty()).then(|| Arc::new(Search::new(patterns)))))
    }

    /// The search for them; none where there are none.
    pub(super) fn search(&self) -> Option<&Search> {
        self.0.as_deref()
    }
}

/// A phrase as a pattern that means nothing but its own words.
fn pattern(phrase: &str) -> Result<String, PhraseError> {
    let start = || phrase.chars().take(QUOTED).collect();
    if phrase.chars().nth(PHRASE_CHARS).is_some() {
        return Err(PhraseError::TooLong { start: start(), limit: PHRASE_CHARS });
    }
    // Of the signs that mean something in a pattern, the normal form holds the dollar alone. Its full-width twin means
    // nothing there, and is the same sign once the pattern is folded.
    let pattern = normal::fold(phrase).replace('$', "＄");
    let has_word = pattern.contains(char::is_alphanumeric) && phrase::spelled_out(&pattern).is_ok();
    if has_word { Ok(pattern) } else { Err(PhraseError::NoWord { start: start() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::lexicon::phrase::Scratch;

    #[track_caller]
    fn check(phrase: &str, text: &str, is_found: bool) {
        let phrases = Phrases::new(&[phrase]).unwrap();
        let folded = normal::fold(text);
        let is_spaced = !folded.contains(normal::is_unspaced);
        let hit = phrases.search().unwrap().matcher(is_spaced).first(&folded, &mut Scratch::default());
        assert_eq!(hit.is_some(), is_found, "“{phrase}” in “{text}”");
    }

    #[test]
    fn phrases_are_found_as_words() {
        check("Lake Cruise", "Book a LAKE\tcruise!", true);
        check("lake cruise", "Lake cruisers", false);
        check("don't miss", "Don’t miss it", true);
        check("“don’t miss”", "Don't miss it", true);
        check("Ｓａｌｅ", "The sale ends", true);
        check("Sale ends", "S A L E ends", true);
        check("S A L E ends", "Sale ends", true);
        check("cafe", "Café", false);
    }

    #[test]
    fn signs_of_patterns_mean_nothing() {
        check("lake*", "Lakes", false);
        check("lake*", "A lake", true);
        check("lake … cruise", "A lake with a cruise", false);
        check("(lake|river)", "The river", false);
        check("(lake|river)", "Lake/River", true);
        check("^lake$", "The lake is", false);
        check("$5 off", "Now 5 off", false);
        check("$5 off", "Now $5 off!", true);
        check("only 5 $", "Only 5 $ a week", true);
        check("only 5 $", "Only 5", false);
    }

    #[test]
    fn scripts_without_spaces_are_found_anywhere() {
        check("公众号", "请关注我们的公众号吧", true);
        check("iPhone", "购买iPhone手机", true);
        check("phone", "购买iPhone手机", false);
        check("ข่าว", "อ่านข่าวทั้งหมด", true);
    }

    #[test]
    fn bounds_are_told() {
        let error = |phrases: &[String]| Phrases::new(phrases).unwrap_err().to_string();
        let long = "ä".repeat(PHRASE_CHARS);
        assert!(Phrases::new(&vec![long.clone(); PHRASES]).is_ok());
        assert_eq!(error(&vec!["a".to_owned(); PHRASES + 1]), "there are over 1000 phrases");
        assert_eq!(error(&[long + "b"]), format!("“{}…” has over 200 characters", "ä".repeat(QUOTED)));
        for empty in ["", " \n", "*", "…", "(|)", "$€", "\u{200b}"] {
            assert!(error(&["lake".to_owned(), empty.to_owned()]).ends_with("holds no word"), "{empty:?}");
        }
    }
}
