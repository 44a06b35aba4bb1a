//! The form in which phrases are searched: lower case, one space between words, no punctuation. `Sign-up!`, `SIGN UP`
//! and `S I G N  U P` become findable alike.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Signs that stay, as words of their own: phrases speak of prices, accounts and rights.
const SIGNS: &str = "@#%$€£¥©";

/// Fewest single letters in a row that are read as one letter-spaced word.
const LETTER_SPACED: usize = 4;

/// A text in normal form.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    fold_into(text, &mut out);
    out
}

/// Appends a text in normal form to what is there.
pub fn fold_into(text: &str, out: &mut String) {
    let from = out.len();
    if text.is_ascii() {
        fold_ascii(text.as_bytes(), out);
    } else if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        fold_chars(text.chars(), out);
    } else {
        fold_chars(text.chars().nfkc(), out);
    }
    join_letter_spaced(out, from);
}

/// [`fold_chars`] of a text that is all ASCII.
fn fold_ascii(text: &[u8], out: &mut String) {
    let from = out.len();
    let is_word = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
    for (at, byte) in text.iter().copied().enumerate() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte.to_ascii_lowercase()));
        } else if matches!(byte, b'\'' | b'`') && at > 0 && is_word(at - 1) && is_word(at + 1) {
            out.push('\'');
        } else {
            separate(out, from, char::from(byte));
        }
    }
    if out.len() > from && out.ends_with(' ') {
        out.pop();
    }
}

fn fold_chars(chars: impl Iterator<Item = char>, out: &mut String) {
    let from = out.len();
    let mut chars = chars.filter(|c| !is_invisible(*c)).peekable();
    let mut previous = ' ';
    while let Some(c) = chars.next() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            out.push(c);
        } else if c.is_ascii_uppercase() {
            out.push(c.to_ascii_lowercase());
        } else if c.is_ascii() {
            let is_inner = c == '\'' || c == '`';
            if is_inner && previous.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric()) {
                out.push('\'');
            } else {
                separate(out, from, c);
            }
        } else if matches!(c, '’' | '‘' | 'ʼ')
            && previous.is_alphanumeric()
            && chars.peek().is_some_and(|next| next.is_alphanumeric())
        {
            out.push('\'');
        } else if c.is_alphanumeric() || is_combining(c) {
            // The dot that lower-casing leaves over a Turkish `İ` is no letter.
            out.extend(c.to_lowercase().filter(|c| *c != '\u{307}'));
        } else {
            separate(out, from, c);
        }
        previous = c;
    }
    if out.len() > from && out.ends_with(' ') {
        out.pop();
    }
}

/// Parts words in what is written from `from` on.
fn separate(out: &mut String, from: usize, c: char) {
    if out.len() > from && !out.ends_with(' ') {
        out.push(' ');
    }
    if SIGNS.contains(c) {
        out.push(c);
        out.push(' ');
    }
}

/// The words of a text in normal form.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        // Words are short: to look at each byte is quicker than to prepare a search.
        let end = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after.get(1..).unwrap_or_default();
        (!word.is_empty()).then_some(word)
    })
}

/// Whether a word has a letter of a script that parts no words by spaces.
pub fn has_unspaced(word: &str) -> bool {
    !word.is_ascii() && word.contains(is_unspaced)
}

/// Signs that take no room: soft hyphens, joiners, direction marks, byte order marks, variation selectors.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0f}')
}

/// Marks that belong to the letter before them: vowel signs of Indic and Thai scripts, accents typed apart.
pub fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether a letter is of a script that parts no words by spaces: Thai, Lao, Burmese, Khmer, kana, Chinese signs.
pub fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Joins `s u b s c r i b e` to one word.
fn join_letter_spaced(out: &mut String, from: usize) {
    let is_single = |word: &&str| word.chars().nth(1).is_none() && word.chars().all(char::is_alphabetic);
    let words = out[from..].split(' ');
    let mut run = 0;
    if !words.clone().any(|word| {
        run = if is_single(&word) { run + 1 } else { 0 };
        run >= LETTER_SPACED
    }) {
        return;
    }
    let words: Vec<&str> = words.collect();
    let mut joined = String::with_capacity(out.len() - from);
    let mut at = 0;
    while at < words.len() {
        let run = words[at..].iter().take_while(|word| is_single(word)).count();
        if !joined.is_empty() {
            joined.push(' ');
        }
        if run >= LETTER_SPACED {
            joined.extend(words[at..at + run].iter().copied());
            at += run;
        } else {
            joined.push_str(words[at]);
            at += 1;
        }
    }
    out.truncate(from);
    out.push_str(&joined);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, folded: &str) {
        assert_eq!(fold(text), folded);
    }

    #[test]
    fn signs_part_words() {
        check("  Sign-up!  for OUR “newsletter”… ", "sign up for our newsletter");
        check("Don’t miss it, it's 'free'", "don't miss it it's free");
        check("@name #tag 20% $5 ©2024", "@ name # tag 20 % $ 5 © 2024");
    }

    #[test]
    fn letters_in_other_dress_are_the_same() {
        check("ＳＩＧＮ　ＵＰ", "sign up");
        check("Sub\u{ad}scribe\u{200b}", "subscribe");
        check("S U B S C R I B E now", "subscribe now");
        check("a b c", "a b c");
        check("Cafe\u{301} İndir", "café indir");
    }
}
