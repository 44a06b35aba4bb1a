//! The words of bylines and dates, read from `words.toml`.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

/// How much of a class attribute is looked at, in bytes.
const CLASS_BYTES: usize = 300;

/// The words, ready to be looked up.
pub(super) struct Words {
    /// What stands before a name.
    pub(super) by: Openings,
    /// What stands before the date of publication.
    pub(super) published: Openings,
    /// What stands before the date of a change.
    pub(super) updated: Openings,
    /// Every name of a month, with its number.
    pub(super) months: HashMap<String, u32>,
    /// Parts of addresses of people's pages.
    pub(super) author_paths: HashSet<String>,
    /// What stands in place of a name.
    pub(super) no_names: HashSet<String>,
    /// Small words inside names.
    pub(super) particles: HashSet<String>,
    /// What several people call themselves.
    pub(super) collectives: HashSet<String>,
    /// What stands before the day on which a member came.
    pub(super) joined: Openings,
    /// What stands before the name that a user took.
    pub(super) posters: HashSet<String>,
    /// Posts and trades.
    pub(super) trades: HashSet<String>,
    author_classes: AhoCorasick,
}

/// Words that stand before something, by the letter that they begin with; those of one letter longest first.
#[derive(Default)]
pub(super) struct Openings(HashMap<char, Vec<String>>);

impl<'a> FromIterator<&'a String> for Openings {
    fn from_iter<I: IntoIterator<Item = &'a String>>(words: I) -> Self {
        let mut by_letter: HashMap<char, Vec<String>> = HashMap::new();
        for word in words {
            let same = by_letter.entry(word.chars().next().unwrap_or_default()).or_default();
            if !same.contains(word) {
                same.push(word.clone());
            }
        }
        for words in by_letter.values_mut() {
            words.sort_unstable_by_key(|word| Reverse(word.len()));
        }
        Self(by_letter)
    }
}

impl Openings {
    /// The words that may stand at the beginning of a text.
    fn of(&self, text: &str) -> &[String] {
        let first = text.chars().next().and_then(|c| c.to_lowercase().next());
        first.and_then(|letter| self.0.get(&letter)).map_or(&[], Vec::as_slice)
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    author_classes: Vec<String>,
    author_paths: HashSet<String>,
    no_names: HashSet<String>,
    particles: HashSet<String>,
    collectives: HashSet<String>,
    joined: Vec<String>,
    posters: HashSet<String>,
    trades: HashSet<String>,
    language: Vec<Language>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    code: String,
    /// Twelve, or none; forms of one month are parted by bars.
    months: Vec<String>,
    by: Vec<String>,
    published: Vec<String>,
    updated: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    read(include_str!("words.toml")).expect("words.toml is part of the program and read by its tests")
});

/// The words of all languages: a byline is too short to tell its language.
pub(super) fn words() -> &'static Words {
    &WORDS
}

/// Whether a class speaks of an author: with a word at its beginning, or after a sign or hump.
pub fn is_author_class(class: &str) -> bool {
    let bytes = &class.as_bytes()[..class.len().min(CLASS_BYTES)];
    WORDS.author_classes.find_iter(bytes).any(|found| {
        let at = found.start();
        let begins = at == 0 || !bytes[at - 1].is_ascii_alphabetic() || bytes[at].is_ascii_uppercase();
        // Neither authorities nor what is authorized.
        begins && bytes.get(found.end()) != Some(&b'i')
    })
}

fn read(source: &str) -> Result<Words, String> {
    let file: File = toml::from_str(source).map_err(|error| error.to_string())?;
    let mut months = HashMap::new();
    for language in &file.language {
        if ![0, 12].contains(&language.months.len()) {
            return Err(format!("{} has {} months", language.code, language.months.len()));
        }
        for (number, names) in (1..).zip(&language.months) {
            for name in names.split('|') {
                months.entry(name.to_owned()).or_insert(number);
            }
        }
    }
    let all = |words: fn(&Language) -> &Vec<String>| file.language.iter().flat_map(words).collect::<Openings>();
    let author_classes = AhoCorasick::builder().ascii_case_insensitive(true).build(&file.author_classes);
    Ok(Words {
        by: all(|language| &language.by),
        published: all(|language| &language.published),
        updated: all(|language| &language.updated),
        months,
        author_paths: file.author_paths,
        no_names: file.no_names,
        particles: file.particles,
        collectives: file.collectives,
        joined: file.joined.iter().collect(),
        posters: file.posters,
        trades: file.trades,
        author_classes: author_classes.map_err(|error| error.to_string())?,
    })
}

/// The rest of a line behind one of these words at its beginning, and what stands between taken off.
pub(super) fn behind<'a>(line: &'a str, words: &Openings) -> Option<&'a str> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let ends = |c: char| !c.is_alphanumeric() || !c.is_ascii() && is_sign_letter(c);
    words.of(line).iter().find_map(|word| {
        let rest = strip_folded(line, word)?;
        // "ByAnn": two elements side by side.
        let is_hump = || {
            word.chars().count() > 1
                && rest.starts_with(char::is_uppercase)
                && line[..line.len() - rest.len()].ends_with(char::is_lowercase)
        };
        let is_whole = rest.chars().next().is_none_or(ends) || is_hump();
        is_whole.then(|| rest.trim_start_matches(|c: char| !c.is_alphanumeric() && !"([{“\"'".contains(c)))
    })
}

/// Signs that count as letters and part words all the same.
fn is_sign_letter(c: char) -> bool {
    matches!(c, 'ー' | '・')
}

/// A prefix taken off, whatever its case.
fn strip_folded<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    let mut rest = line.chars();
    for wanted in prefix.chars() {
        let found = rest.next()?;
        if found != wanted && !found.to_lowercase().eq(std::iter::once(wanted)) {
            return None;
        }
    }
    Some(rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_well_formed() {
        let file: File = toml::from_str(include_str!("words.toml")).expect("it is TOML of this shape");
        let lists = file.language.iter().flat_map(|language| [&language.by, &language.published, &language.updated]);
        for word in lists.flatten().chain(&file.no_names).chain(&file.particles).chain(&file.trades) {
            assert_eq!(word.to_lowercase(), *word, "words are compared in lower case");
        }
        assert_eq!(words().months["mai"], 5);
    }

    #[test]
    fn classes_of_authors_are_words_not_parts_of_words() {
        for class in ["author", "post-author", "authorName", "blog__authorname", "articleByline", "AUTHOR"] {
            assert!(is_author_class(class), "{class}");
        }
        for class in ["", "authorized-dealer", "autoridad", "coauthored", "underwriter"] {
            assert!(!is_author_class(class), "{class}");
        }
    }

    #[test]
    fn words_are_taken_off_whole() {
        let by = |line| behind(line, &words().by);
        assert_eq!(by("By: Ann Lee"), Some("Ann Lee"));
        assert_eq!(by("— WRITTEN BY Ann"), Some("Ann"));
        assert_eq!(by("Bygone days"), None);
        assert_eq!(by("文＝山田太郎"), Some("山田太郎"));
        assert_eq!(by("文化の日"), None);
    }
}
