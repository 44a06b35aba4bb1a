//! Words and pairs of words with fitted weights: how much a paragraph's wording tells, whatever it says. What no phrase
//! of a lexicon finds, the sum of many small weights may.

use super::hash::{ByHash, hash, more};
use super::normal;

/// For what a wording speaks: content, advertising, call to action.
pub const VOICES: usize = 3;
/// Most words of a block that are looked at: what it is shows in its beginning.
pub const WORDS: usize = 80;

/// The fitted weights.
#[derive(Debug, Default)]
pub struct Vocabulary {
    weights: ByHash<[f32; VOICES]>,
    start: [f32; VOICES],
}

impl Vocabulary {
    /// A vocabulary of words, pairs, beginnings and ends as [`grams`] spells them, with the weights of each; `start` is
    /// what is said of a text without any.
    pub fn new(start: [f32; VOICES], entries: impl Iterator<Item = (String, [f32; VOICES])>) -> Self {
        Self { weights: entries.map(|(gram, weights)| (hash(gram.as_bytes()), weights)).collect(), start }
    }

    /// Log-odds of what a text in normal form speaks for, by its words alone.
    pub fn weigh(&self, folded: &str, seen: &mut Vec<u64>) -> [f32; VOICES] {
        if self.weights.is_empty() {
            return [0.0; VOICES];
        }
        seen.clear();
        each_gram(&words(folded), |gram, _, _| seen.push(gram));
        seen.sort_unstable();
        seen.dedup();
        let mut sum = [0.0; VOICES];
        for weights in seen.iter().filter_map(|gram| self.weights.get(gram)) {
            for (sum, weight) in sum.iter_mut().zip(weights) {
                *sum += weight;
            }
        }
        let scale = (seen.len().max(1) as f32).sqrt().recip();
        std::array::from_fn(|voice| self.start[voice] + sum[voice] * scale)
    }

    /// The words of a text in normal form that say most against its being content, or for it.
    pub fn telling(&self, folded: &str, for_content: bool) -> Vec<String> {
        let mut found: Vec<(f32, &str, &str)> = Vec::new();
        each_gram(&words(folded), |gram, first, second| {
            let says =
                self.weights.get(&gram).map_or(0.0, |weights| if for_content { weights[0] } else { -weights[0] });
            if says > 0.0 {
                found.push((says, first, second));
            }
        });
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut telling: Vec<(&str, &str)> = Vec::with_capacity(MOST_TELLING);
        for (_, first, second) in found {
            if telling.len() < MOST_TELLING && !telling.contains(&(first, second)) {
                telling.push((first, second));
            }
        }
        let spelled = |(first, second): (&str, &str)| {
            if second.is_empty() { first.to_owned() } else { format!("{first} {second}") }
        };
        telling.into_iter().map(spelled).collect()
    }
}

/// Most words that are named as telling.
const MOST_TELLING: usize = 3;

/// The words, pairs, beginning and end of a text in normal form, spelled as a vocabulary spells them: `sign`, `sign up`,
/// `^sign`, `^sign up`, `today$`. Numbers are `0`; a sign of a script without spaces is a word.
pub fn grams(folded: &str) -> Vec<String> {
    let mut grams = Vec::new();
    let words = words(folded);
    for (at, word) in words.iter().enumerate() {
        grams.push((*word).to_owned());
        if let Some(next) = words.get(at + 1) {
            grams.push(format!("{word} {next}"));
        }
    }
    if let Some(first) = words.first() {
        grams.push(format!("^{first}"));
        grams.push(format!("{}$", words[words.len() - 1]));
    }
    if let [first, second, ..] = words.as_slice() {
        grams.push(format!("^{first} {second}"));
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

fn words(folded: &str) -> Vec<&str> {
    let mut words = Vec::with_capacity(WORDS);
    for word in normal::words(folded) {
        if words.len() >= WORDS {
            break;
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            words.push("0");
        } else if normal::has_unspaced(word) {
            words.extend(word.char_indices().map(|(at, sign)| &word[at..at + sign.len_utf8()]));
        } else {
            words.push(word);
        }
    }
    words.truncate(WORDS);
    words
}

/// Tells the hash of every gram of a text's words, and the one or two words in it.
fn each_gram<'a>(words: &[&'a str], mut tell: impl FnMut(u64, &'a str, &'a str)) {
    let mut before: Option<(u64, &str)> = None;
    for (at, word) in words.iter().enumerate() {
        let own = hash(word.as_bytes());
        tell(own, word, "");
        if let Some((hash, first)) = before {
            tell(more(hash, word.as_bytes()), first, word);
        }
        if at + 1 == words.len() {
            tell(more(own, b"$"), word, "");
        }
        before = Some((more(own, b" "), word));
    }
    if let Some(first) = words.first() {
        let beginning = more(hash(b"^"), first.as_bytes());
        tell(beginning, first, "");
        if let Some(second) = words.get(1) {
            tell(more(more(beginning, b" "), second.as_bytes()), first, second);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folded: &str, expected: &[&str]) {
        assert_eq!(grams(folded), expected);
        let mut spelled: Vec<u64> = grams(folded).iter().map(|gram| super::hash(gram.as_bytes())).collect();
        spelled.sort_unstable();
        let mut seen = Vec::new();
        Vocabulary::new([0.0; VOICES], std::iter::once((String::new(), [1.0; VOICES]))).weigh(folded, &mut seen);
        assert_eq!(seen, spelled, "what is weighed is what is spelled");
    }

    #[test]
    fn grams_are_words_pairs_and_ends() {
        check("", &[]);
        check("subscribe", &["^subscribe", "subscribe", "subscribe$"]);
        check("sign up 24", &["0", "0$", "^sign", "^sign up", "sign", "sign up", "up", "up 0"]);
        check("今日", &["^今", "^今 日", "今", "今 日", "日", "日$"]);
    }

    #[test]
    fn weights_add_up_by_the_root_of_their_number() {
        let entries = [("sign up".to_owned(), [-2.0, 0.0, 3.0]), ("goal".to_owned(), [5.0, 0.0, 0.0])];
        let vocabulary = Vocabulary::new([0.5, 0.0, 0.0], entries.into_iter());
        let [content, advertising, call] = vocabulary.weigh("sign up", &mut Vec::new());
        let scale = 6.0f32.sqrt();
        assert!((content - (0.5 - 2.0 / scale)).abs() < 1e-6 && advertising.abs() < 1e-6);
        assert!((call - 3.0 / scale).abs() < 1e-6);
        assert_eq!(vocabulary.telling("sign up", false), ["sign up"]);
        assert!(vocabulary.telling("sign up", true).is_empty());
    }
}
