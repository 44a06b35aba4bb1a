//! Measurements of a block's text: its length, the shape of its sentences, its numbers and signs, its commonest words.

use std::collections::HashMap;

use super::OwnRow;
use super::columns::{OWN_COLUMNS, Own};
use crate::engine::lexicon::Lexicon;
use crate::engine::lexicon::hash::{Hashes, hash};
use crate::engine::lexicon::normal::{self, is_unspaced};
use crate::engine::page::{Block, Page};

/// Words of the page's title, in normal form.
pub(super) struct TitleWords(Hashes);

impl TitleWords {
    pub(super) fn of(page: &Page) -> Self {
        let og = page.head.metas.iter().find(|(name, _)| name == "og:title").map(|(_, content)| content.as_str());
        let title = og.or(page.head.title.as_deref()).unwrap_or_default();
        let words = normal::fold(title);
        Self(normal::words(&words).map(|word| hash(word.as_bytes())).collect())
    }
}

/// Longest text whose title words are looked at, in words: a headline or a breadcrumb.
const TITLE_WORDS: usize = 40;

/// Measures a block's wording; `folded` is its text in normal form.
pub(super) fn measure(block: &Block, folded: &str, lexicon: &Lexicon, title: &TitleWords, row: &mut OwnRow<'_>) {
    let signs = Signs::of(&block.text);
    signs.write(&block.text, row);
    let spaced_words = normal::words(folded).count();
    // Scripts without spaces: two characters to a word, as an average of Chinese and Japanese.
    let words = spaced_words as f32 + signs.unspaced as f32 / 2.0;
    row.set(Own::Words, words);
    row.set(Own::WordLength, signs.chars as f32 / words.max(1.0));
    let common = if lexicon.is_spaced {
        normal::words(folded).filter(|word| lexicon.has_function_word(word)).count() as f32 / words.max(1.0)
    } else {
        let common: usize = lexicon.function_words().map(|word| folded.matches(word).count()).sum();
        common as f32 / words.max(1.0)
    };
    row.set(Own::FunctionShare, common);
    if spaced_words <= TITLE_WORDS && !title.0.is_empty() {
        let mut shared: Vec<u64> = Vec::new();
        for word in normal::words(folded).map(|word| hash(word.as_bytes())) {
            if title.0.contains(&word) && !shared.contains(&word) {
                shared.push(word);
            }
        }
        row.set(Own::TitleShare, shared.len() as f32 / words.max(1.0));
        row.set(Own::TitleCovered, shared.len() as f32 / title.0.len() as f32);
    }
    count_number_words(&block.text, row);
}

/// Counts of the kinds of characters in a text.
#[derive(Default)]
struct Signs {
    chars: usize,
    letters: usize,
    upper: usize,
    digits: usize,
    other: usize,
    unspaced: usize,
    commas: usize,
    questions: usize,
    exclamations: usize,
    quotes: usize,
    sentences: usize,
    lines: usize,
    prices: usize,
    percents: usize,
    arrows: usize,
    bars: usize,
    emoji: usize,
}

impl Signs {
    fn of(text: &str) -> Self {
        let mut signs = Self::default();
        let mut previous = ' ';
        for c in text.chars() {
            signs.chars += 1;
            match c {
                'a'..='z' => signs.letters += 1,
                'A'..='Z' => {
                    signs.letters += 1;
                    signs.upper += 1;
                }
                ' ' | '\t' => {
                    signs.sentences += usize::from(matches!(previous, '.' | '!' | '?' | '…'));
                }
                '\n' => signs.lines += 1,
                '0'..='9' => signs.digits += 1,
                _ => signs.count_sign(c),
            }
            previous = c;
        }
        signs.sentences += usize::from(ends_sentence(text));
        signs
    }

    fn count_sign(&mut self, c: char) {
        if c.is_alphabetic() {
            self.letters += 1;
            self.upper += usize::from(c.is_uppercase());
            self.unspaced += usize::from(is_unspaced(c));
            return;
        }
        self.other += 1;
        match c {
            ',' | ';' | '，' | '、' | '；' => self.commas += 1,
            '?' | '？' => self.questions += 1,
            '!' | '！' => self.exclamations += 1,
            '。' => self.sentences += 1,
            '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' => {
                self.quotes += 1;
                self.arrows += usize::from(c == '»');
            }
            '$' | '€' | '£' | '¥' | '₹' | '₽' | '₺' | '₩' | '￥' => self.prices += 1,
            '%' | '％' => self.percents += 1,
            '→' | '›' | '>' | '▶' | '►' | '➔' | '➜' | '👉' | '⇒' | '↓' | '▸' | '▼' | '⬇' | '↗' =>
            {
                self.arrows += 1;
            }
            '|' | '·' | '•' | '/' | '｜' => self.bars += 1,
            c if is_emoji(c) => self.emoji += 1,
            _ => {}
        }
    }

    fn write(&self, text: &str, row: &mut OwnRow<'_>) {
        let share = |count: usize, of: usize| count as f32 / of.max(1) as f32;
        let few = |count: usize| count.min(20) as f32;
        row.set(Own::Chars, self.chars as f32);
        row.set(Own::Lines, few(self.lines));
        row.set(Own::Sentences, few(self.sentences));
        row.flag(Own::EndsSentence, ends_sentence(text));
        row.flag(Own::EndsColon, text.ends_with([':', '：']));
        row.flag(Own::EndsEllipsis, text.ends_with('…') || text.ends_with("..."));
        row.flag(Own::StartsLower, text.starts_with(char::is_lowercase));
        row.set(Own::Commas, few(self.commas));
        row.set(Own::Questions, few(self.questions));
        row.set(Own::Exclamations, few(self.exclamations));
        row.set(Own::Quotes, few(self.quotes));
        row.flag(Own::OpensQuote, text.starts_with(['"', '“', '„', '«', '»', '‘', '\'', '「', '『', '–', '—']));
        row.flag(Own::OpensBracket, text.starts_with(['(', '[', '*', '（', '【', '†']));
        row.set(Own::UpperShare, share(self.upper, self.letters));
        row.flag(Own::AllCaps, self.letters >= 4 && self.upper * 10 >= self.letters * 9);
        row.set(Own::DigitShare, share(self.digits, self.chars));
        row.set(Own::SignShare, share(self.other, self.chars));
        row.set(Own::Prices, few(self.prices));
        row.set(Own::Percents, few(self.percents));
        row.set(Own::Arrows, few(self.arrows));
        row.set(Own::Bars, few(self.bars));
        row.set(Own::Emoji, few(self.emoji));
    }
}

/// Whether a text ends as a sentence does, quotation marks and brackets aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(['"', '”', '“', '’', '\'', '»', '«', ')', ']', '」', '』', '）', '*', ' ']);
    end.ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '؟', '۔'])
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f300}'..='\u{1faff}')
}

/// Longest text whose words are looked at one by one for addresses and numbers, in words.
const NUMBER_WORDS: usize = 400;

fn count_number_words(text: &str, row: &mut OwnRow<'_>) {
    let (mut years, mut clocks, mut dates, mut emails, mut addresses) = (0u32, 0u32, 0u32, 0u32, 0u32);
    let (mut handles, mut hashtags, mut phones, mut title_case, mut words) = (0u32, 0u32, 0u32, 0u32, 0u32);
    let mut run_of_digits = 0;
    for word in text.split_whitespace().take(NUMBER_WORDS) {
        words += 1;
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '#' | '+' | '('));
        let digits = bare.bytes().filter(u8::is_ascii_digit).count();
        let is_number = digits > 0 && bare.bytes().all(|b| b.is_ascii_digit() || b"+()-./".contains(&b));
        run_of_digits = if is_number { run_of_digits + digits } else { 0 };
        phones += u32::from((8..=15).contains(&run_of_digits) && !bare.contains("20"));
        years += u32::from(digits == 4 && bare.len() == 4 && (bare.starts_with("19") || bare.starts_with("20")));
        clocks += u32::from(bare.contains(':') && (3..=6).contains(&digits) && bare.len() <= 8);
        let parts = bare.matches(['.', '/', '-']).count();
        dates += u32::from(is_number && parts == 2 && (4..=8).contains(&digits));
        emails += u32::from(bare.contains('@') && bare.contains('.') && !bare.starts_with('@'));
        handles += u32::from(bare.starts_with('@') && bare.len() > 2);
        hashtags += u32::from(bare.starts_with('#') && bare.len() > 2);
        addresses += u32::from(word.contains("://") || word.starts_with("www.") || is_bare_domain(bare));
        title_case += u32::from(bare.starts_with(char::is_uppercase));
    }
    let few = |count: u32| count.min(20) as f32;
    row.set(Own::TitleCaseShare, title_case as f32 / words.max(1) as f32);
    row.set(Own::Years, few(years));
    row.set(Own::Clocks, few(clocks));
    row.set(Own::Dates, few(dates));
    row.set(Own::Phones, few(phones));
    row.set(Own::Emails, few(emails));
    row.set(Own::Addresses, few(addresses));
    row.set(Own::Handles, few(handles));
    row.set(Own::Hashtags, few(hashtags));
}

fn is_bare_domain(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or_default();
    !word.contains('@')
        && [".com", ".org", ".net", ".de", ".co.uk", ".io", ".fr", ".es", ".it", ".nl", ".pl", ".ru", ".com.br"]
            .iter()
            .any(|end| host.len() > end.len() + 1 && host.ends_with(end))
}

/// Writes how often each block's text stands on the page, and whether it stood before.
pub(super) fn count_repeats(page: &Page, own: &mut [f32]) {
    let mut counts: HashMap<&str, (u32, u32)> = HashMap::with_capacity(page.blocks.len());
    for block in &page.blocks {
        counts.entry(&block.text).or_default().0 += 1;
    }
    for (block, row) in page.blocks.iter().zip(own.chunks_exact_mut(OWN_COLUMNS)) {
        let Some((all, seen)) = counts.get_mut(block.text.as_str()) else { continue };
        let mut row = OwnRow(row);
        row.set(Own::Repeats, (*all - 1).min(20) as f32);
        row.set(Own::RepeatOf, (*seen).min(20) as f32);
        *seen += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::features::columns::Column;
    use crate::engine::lexicon;
    use crate::engine::parse::text;

    #[track_caller]
    fn check(text: &str, expected: &[(Own, f32)]) {
        let page = text::parse(text);
        let mut values = vec![0.0; OWN_COLUMNS];
        let lexicon = lexicon::of("en").expect("English has a lexicon");
        let folded = normal::fold(&page.blocks[0].text);
        measure(&page.blocks[0], &folded, lexicon, &TitleWords::of(&page), &mut OwnRow(&mut values));
        for (column, value) in expected {
            assert!(
                (values[column.index()] - value).abs() < 0.01,
                "{column:?} of {text} is {}",
                values[column.index()]
            );
        }
    }

    #[test]
    fn sentences_are_counted() {
        check(
            "“It rained,” she said. Then it stopped.",
            &[
                (Own::Sentences, 2.0),
                (Own::EndsSentence, 1.0),
                (Own::OpensQuote, 1.0),
                (Own::Commas, 1.0),
                (Own::Words, 7.0),
            ],
        );
        check("Read more", &[(Own::Sentences, 0.0), (Own::EndsSentence, 0.0)]);
    }

    #[test]
    fn numbers_are_told_apart() {
        check("Call 0800 555 123 before 18:30", &[(Own::Phones, 1.0), (Own::Clocks, 1.0)]);
        check(
            "Only $9.99, save 20% at shop.example.com",
            &[(Own::Prices, 1.0), (Own::Percents, 1.0), (Own::Addresses, 1.0)],
        );
        check("On 12.03.2024 in 1999", &[(Own::Dates, 1.0), (Own::Years, 1.0)]);
        check(
            "Write to news@example.org or @example #news",
            &[(Own::Emails, 1.0), (Own::Handles, 1.0), (Own::Hashtags, 1.0)],
        );
    }

    #[test]
    fn words_without_spaces_are_estimated() {
        check("今日は天気がいい", &[(Own::Words, 5.0)]);
    }
}
