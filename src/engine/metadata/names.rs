//! Who is named in a text that is said to name somebody: "By Ann Lee | 3 May" is Ann Lee.

use super::text;
use super::words::{behind, words};
use crate::engine::lexicon::normal;

/// Longest byline, in bytes.
const NAME_BYTES: usize = 120;
/// Most words of a name that is told; some tell a post with it.
const TOLD_WORDS: usize = 16;
/// Most words of a name that is seen.
const SEEN_WORDS: usize = 5;
/// Most words before a name that are taken off.
const OPENINGS: usize = 3;

/// Signs of a template that was not filled in.
const PLACEHOLDERS: [&str; 4] = ["{{", "{%", "${", "%s"];

/// Most letters of a word before a full stop inside a name.
const ABBREVIATED: usize = 4;

/// How a text came to be read as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A field for authors says it: the name is taken as it is.
    Told,
    /// An element is marked as the author, and may hold more than the name.
    Marked,
    /// A line looks like a byline.
    Seen,
}

/// The names in a text.
pub(super) fn names(text: &str, source: Source) -> Vec<String> {
    if source == Source::Told {
        return told(text).into_iter().collect();
    }
    let lines = text.split(['\n', '\t']).map(str::trim).filter(|line| !line.is_empty());
    for line in lines.take(OPENINGS) {
        let found = in_line(line, source);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// A name as a field gives it, without what is said before it.
fn told(text: &str) -> Option<String> {
    let folded = text::fold(&text::decoded(text));
    // A name may be such a word: "Di", "Von".
    let name = Some(without_opening(&folded))
        .filter(|name| !name.is_empty())
        .unwrap_or(&folded)
        .trim_end_matches([',', ';', '|', '·', '-', ' ']);
    let fits = (2..=NAME_BYTES).contains(&name.len()) && name.split(' ').count() <= TOLD_WORDS;
    (fits && !is_no_name(name)).then(|| name.to_owned())
}

/// The names at the beginning of a line.
fn in_line(line: &str, source: Source) -> Vec<String> {
    if PLACEHOLDERS.iter().any(|sign| line.contains(sign)) {
        return Vec::new();
    }
    let line = before_the_rest(without_opening(line));
    let mut found: Vec<String> = Vec::new();
    for piece in pieces(line) {
        let name = without_opening(piece).trim_matches(|c: char| !c.is_alphanumeric() && c != '.').trim();
        let is_name = !is_no_name(name)
            && match source {
                Source::Told | Source::Marked => is_handle(name) || looks_like_name(name),
                Source::Seen => looks_like_name(name),
            };
        // What is no name behind a name is a post; what is no name at the beginning is no byline.
        if !is_name || (!found.is_empty() && (is_post(name) || name.split(' ').count() < 2)) {
            break;
        }
        found.push(name.to_owned());
    }
    found
}

/// "By" and the like taken off, several times: "Author: By Ann".
fn without_opening(text: &str) -> &str {
    let mut rest = text.trim();
    for _ in 0..OPENINGS {
        match behind(rest, &words().by) {
            Some(behind) if behind.len() < rest.len() => rest = behind,
            _ => break,
        }
    }
    rest
}

/// What stands before a sign that ends a name, a number, or a small word that goes on: "Ann Lee in Travel".
fn before_the_rest<'a>(line: &'a str) -> &'a str {
    let mut end = line.find(['|', '•', '·', '●', '⋅', '»', '›', '—', '(', '[', '<', '{', '\t']).unwrap_or(line.len());
    for sign in [
        " – ", " - ", " / ", " in ", " on ", " at ", " for ", " from ", " with ", " wrote", " posted", " says", " am ",
        " le ", " el ",
    ] {
        end = line.find(sign).map_or(end, |at| end.min(at));
    }
    end = dated_at(line).map_or(end, |at| end.min(at));
    let mut words = line.char_indices().filter(|(at, _)| *at == 0 || line[..*at].ends_with(' '));
    let number = words.find(|(at, c)| *at > 0 && c.is_ascii_digit()).map(|(at, _)| at);
    let cut = |line: &'a str| line.trim_end_matches([' ', ',', ':', ';', '-', '–', '.']);
    match number.filter(|at| *at <= end) {
        // "Ann Lee May 3": the month goes with its day.
        Some(at) => {
            let before = cut(&line[..at]);
            let last = before.rsplit(' ').next().unwrap_or_default();
            let hump = last.rfind(char::is_uppercase).unwrap_or_default();
            let last = &last[hump..];
            cut(if is_month(last) { &before[..before.len() - last.len()] } else { before })
        }
        // "Ann Lee, M.D." ends in a stop of its own.
        None if end == line.len() => line,
        None => cut(&line[..end]),
    }
}

/// Where "Published" and its likes begin in a line, also where they stand right behind the name, as in `LeeUpdated`.
fn dated_at(line: &str) -> Option<usize> {
    let mut previous = ' ';
    line.char_indices().skip(1).find_map(|(at, c)| {
        let begins = previous == ' ' || (previous.is_lowercase() && c.is_uppercase());
        previous = c;
        let rest = &line[at..];
        let is_dated = || [&words().published, &words().updated].iter().any(|words| behind(rest, words).is_some());
        (begins && c.is_alphabetic() && is_dated()).then_some(at)
    })
}

/// Whether a word is the name of a month, or its beginning.
fn is_month(word: &str) -> bool {
    words().months.contains_key(&word.trim_end_matches('.').to_lowercase())
}

/// Names parted by commas, "and" and the like.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    line.split([',', ';', '&', '、', '，', '+']).flat_map(|part| {
        let joined = [" and ", " AND ", " und ", " et ", " y ", " e ", " en ", " och ", " og ", " i ", " и ", " ve "];
        let at = joined.iter().find_map(|word| part.find(word).map(|at| (at, word.len())));
        let (first, second) = at.map_or((part, ""), |(at, length)| (&part[..at], &part[at + length..]));
        let second = second.trim();
        let first = first.trim();
        let first = first.strip_prefix("and ").or_else(|| first.strip_prefix("und ")).unwrap_or(first);
        [first, second].into_iter().filter(|piece| !piece.is_empty())
    })
}

/// Whether a text stands in place of a name: addresses, placeholders, words of the page's own buttons.
pub(super) fn is_no_name(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    letters < 2
        || name.contains("://")
        || name.starts_with(['@', '#', '/', '{', '%', '$', '<'])
        || PLACEHOLDERS.iter().any(|sign| name.contains(sign))
        || name.contains("www.")
        || (name.contains('@') && name.contains('.'))
        || words().no_names.contains(&name.to_lowercase())
        || behind(name, &words().joined).is_some()
}

/// Whether a piece behind a name tells what somebody is: a degree, a post.
fn is_post(piece: &str) -> bool {
    let is_degree = !piece.chars().any(char::is_lowercase) && piece.chars().any(char::is_uppercase) && piece.len() <= 8;
    is_degree || piece.split(' ').any(|word| words().trades.contains(&word.to_lowercase()))
}

/// One word, as users call themselves: `paulb203`.
fn is_handle(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_-.'’".contains(c);
    (2..=40).contains(&name.len()) && name.chars().all(plain) && name.chars().any(char::is_alphabetic)
}

/// A few words that begin with capitals, or are small words inside names, or are of a script without capitals.
fn looks_like_name(name: &str) -> bool {
    let count = name.split(' ').count();
    let fits = (3..=NAME_BYTES).contains(&name.len()) && count <= SEEN_WORDS && name.chars().any(char::is_alphabetic);
    let plain = |c: char| c.is_alphabetic() || "'’.-‐´`\u{ad}".contains(c) || normal::is_combining(c);
    let is_word = |word: &str| {
        let first = word.chars().next();
        let is_capital = first.is_some_and(|c| c.is_uppercase() || c.is_alphabetic() && !c.is_lowercase());
        let is_small = words().particles.contains(word) || words().collectives.contains(word);
        // A full stop ends a sentence, or a short title or initial: "Dr.", "J.R.R.".
        let is_stopped = word.trim_end_matches('.').chars().filter(|c| *c != '.').count() > ABBREVIATED;
        (is_capital || is_small) && word.chars().all(plain) && !(is_stopped && word.contains('.'))
    };
    let first = name.split(' ').next().unwrap_or_default();
    fits && name.split(' ').all(is_word) && !first.chars().all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: Source, text: &str, expected: &[&str]) {
        assert_eq!(names(text, source), expected, "{text}");
    }

    #[test]
    fn what_a_field_says_is_taken_as_it_is() {
        check(Source::Told, "By Ann Lee", &["Ann Lee"]);
        check(Source::Told, "Laura / House Plant House", &["Laura / House Plant House"]);
        check(Source::Told, "3d23d65-ddc6", &["3d23d65-ddc6"]);
        for none in ["admin", "https://example.org/ann", "@annlee", "ann@example.org", "undefined", "{{author}}", ""] {
            check(Source::Told, none, &[]);
        }
    }

    #[test]
    fn a_marked_element_may_hold_more_than_the_name() {
        check(Source::Marked, "By Ann Lee | 3. Mai", &["Ann Lee"]);
        check(Source::Marked, "By\nAnn Lee\nReporter", &["Ann Lee"]);
        check(Source::Marked, "paulb203", &["paulb203"]);
        check(Source::Marked, "Ann Lee, Bo Chan and Cy Dean", &["Ann Lee", "Bo Chan", "Cy Dean"]);
        check(Source::Marked, "Ann Lee, MD, Chief Editor", &["Ann Lee"]);
        check(Source::Marked, "von Ann Lee und Bo Chan", &["Ann Lee", "Bo Chan"]);
        check(Source::Marked, "Hi, {{name}}", &[]);
        check(Source::Marked, "Read more", &[]);
    }

    #[test]
    fn a_line_that_looks_like_a_byline_names_people() {
        check(Source::Seen, "Ann van der Lee in Travel", &["Ann van der Lee"]);
        check(Source::Seen, "Jean-Luc O’Neill – 3 May 2024", &["Jean-Luc O’Neill"]);
        check(Source::Seen, "Ann Lee 7 min read", &["Ann Lee"]);
        check(Source::Seen, "Ann LeePublished May 3", &["Ann Lee"]);
        check(Source::Seen, "Ann Lee. Last Updated: May 3", &["Ann Lee"]);
        check(Source::Seen, "Ann LeeMar 3, 2024", &["Ann Lee"]);
        check(Source::Seen, "山田太郎", &["山田太郎"]);
        check(Source::Seen, "the numbers we see", &[]);
        check(Source::Seen, "signing up you agree to our terms", &[]);
    }
}
