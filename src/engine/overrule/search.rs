//! Patterns that all ask for one thing, and the search for any of them. They are compiled when they are first searched
//! for, which is where work may take its time, and for the writing of the paragraph: in a script without spaces a word
//! is found wherever it stands.

use std::fmt;
use std::sync::OnceLock;

use crate::engine::lexicon::family::Family;
use crate::engine::lexicon::phrase::{Matcher, Phrase};

/// Patterns that ask for one thing.
pub(super) struct Search {
    /// In the language of [`phrase`](crate::engine::lexicon::phrase), and looked at by its `spelled_out`.
    patterns: Vec<String>,
    spaced: OnceLock<Matcher>,
    unspaced: OnceLock<Matcher>,
}

impl Search {
    /// Takes patterns that `phrase::spelled_out` has no complaint about.
    pub(super) fn new(patterns: Vec<String>) -> Self {
        Self { patterns, spaced: OnceLock::new(), unspaced: OnceLock::new() }
    }

    /// What finds the patterns in a paragraph whose words are parted by spaces, or are not.
    pub(super) fn matcher(&self, is_spaced: bool) -> &Matcher {
        let matcher = if is_spaced { &self.spaced } else { &self.unspaced };
        matcher.get_or_init(|| {
            Matcher::new(&self.phrases(), is_spaced).expect("the patterns were looked at when they were taken")
        })
    }

    fn phrases(&self) -> Vec<Phrase> {
        // A family tells meanings apart within one matcher: here all patterns have the same, and nobody asks for it.
        let phrase = |pattern: &String| Phrase {
            family: Family::ALL[0],
            pattern: pattern.clone(),
            hit: String::new(),
            miss: String::new(),
        };
        self.patterns.iter().map(phrase).collect()
    }
}

impl fmt::Debug for Search {
    /// Without the patterns, which may be a caller's, and the automata, which are large.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Search").field("patterns", &self.patterns.len()).finish_non_exhaustive()
    }
}
