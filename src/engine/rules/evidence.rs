//! What a rule saw of a paragraph, in words for the person who asks why.

use std::borrow::Cow;
use std::ops::Range;

use super::{RuleId, rule};
use crate::engine::features::Features;
use crate::engine::features::columns::{Group, Own};
use crate::engine::lexicon::Lexicon;
use crate::engine::lexicon::family::Family;
use crate::engine::lexicon::marks::Mark;
use crate::engine::lexicon::normal;
use crate::engine::lexicon::phrase::Hit;
use crate::engine::page::{Block, Shape};

/// Longest piece of a paragraph that is quoted, in characters.
const QUOTED: usize = 80;

/// What the rule saw in a block.
pub fn of(id: RuleId, features: &Features<'_>, index: usize, lexicon: &Lexicon) -> Cow<'static, str> {
    let block = &features.page.blocks[index];
    let own = |column: Own| features.own(index, column);
    let percent = |share: f32, what: &str| format!("{} % {what}", whole(share * 100.0));
    let Some(group) = rule(id).group else { return Cow::Borrowed("") };
    Cow::Owned(match group {
        Group::Phrases(family) => phrase(family, features, index, lexicon),
        Group::Wording => percent(
            own(Own::AdvertisingPhrases)
                .max(own(Own::CallPhrases))
                .max(own(Own::BoilerplatePhrases))
                .max(own(Own::ContentPhrases)),
            "of the text",
        ),
        Group::TellingWords => telling(features, index),
        Group::SharedTopic => match own(Own::SharedProse) {
            share if share < 0.0 => return Cow::Borrowed("no word that carries a topic"),
            share => percent(share, "of its words stand in the article’s prose too"),
        },
        Group::Marked(mark) => return marked(features, index, mark),
        Group::TextLength => format!("{} words", whole(own(Own::Words))),
        Group::SentenceShape => {
            let ends = own(Own::EndsSentence) > 0.0;
            return Cow::Borrowed(if ends { "ends as a sentence does" } else { "does not end as a sentence does" });
        }
        Group::FunctionWords => percent(own(Own::FunctionShare), "common words"),
        Group::CapitalLetters => percent(own(Own::TitleCaseShare), "of the words begin with a capital"),
        Group::NumbersAndSigns => signs(features, index),
        Group::LinkShare => percent(own(Own::LinkShare), "of the text is linked"),
        Group::LinkTarget => return targets(features, index),
        Group::Element => return Cow::Borrowed(element(block)),
        Group::RepeatedText => format!("stands {} times", whole(own(Own::Repeats) + 1.0)),
        Group::TitleWords => percent(own(Own::TitleShare), "words of the title"),
        Group::SiteName => match own(Own::SiteNamed) {
            mentions if mentions > 0.0 => format!("names the site {} times", whole(mentions)),
            _ => return Cow::Borrowed("does not name the site"),
        },
        Group::ContainerShare | Group::AlikeSiblings | Group::MainContainer => features.page.path(block),
        Group::Position => format!("paragraph {} of {}", index + 1, features.len),
        Group::Surroundings | Group::TellingAround => around(features, index),
        Group::HeadingAbove => {
            features.heading_above(index).map_or_else(String::new, |heading| quote(&features.page.blocks[heading].text))
        }
        Group::PageKind | Group::Neighbours | Group::ContainerScores | Group::Outline | Group::Remainder => {
            return Cow::Borrowed("");
        }
    })
}

/// A number of words or hundredths without its fraction.
fn whole(number: f32) -> u32 {
    number.round_ties_even() as u32
}

/// The words that speak most for the side that all of them speak for.
fn telling(features: &Features<'_>, index: usize) -> String {
    let for_content = features.own(index, Own::WordsContent) >= 0.0;
    let words = features.scores.vocabulary.telling(features.folded(index), for_content);
    if words.is_empty() { "no word that tells much".to_owned() } else { words.join(", ") }
}

/// The words of the paragraph that a phrase of the family covers.
fn phrase(family: Family, features: &Features<'_>, index: usize, lexicon: &Lexicon) -> String {
    let hits = lexicon.matcher.find(features.folded(index));
    let longest = hits.into_iter().filter(|hit| hit.family == family).max_by_key(|hit| hit.end - hit.start);
    longest.map_or_else(String::new, |hit| covered(&features.page.blocks[index].text, hit))
}

/// The words of a text that a phrase covers which was found in its normal form; of a script without spaces between
/// words, the signs.
pub fn covered(text: &str, hit: Hit) -> String {
    let (start, end) = (hit.start as usize, hit.end as usize);
    let mut at = 0;
    let mut range: Option<(usize, usize)> = None;
    for word in text.split_whitespace() {
        if at >= end {
            break;
        }
        let length = normal::fold(word).len();
        if length > 0 {
            if at + length > start {
                let offset = word.as_ptr() as usize - text.as_ptr() as usize;
                let is_unspaced = word.contains(normal::is_unspaced);
                let part = if is_unspaced { part(word, start.saturating_sub(at), end - at) } else { 0..word.len() };
                range = Some((range.map_or(offset + part.start, |(first, _)| first), offset + part.end));
            }
            at += length + 1;
        }
    }
    quote(range.map_or(text, |(from, to)| &text[from..to]))
}

/// The part of a word that a stretch of its normal form was made from. Signs are taken one by one, which is not how the
/// normal form reads accents that are typed apart: there the part may be off by a letter.
fn part(word: &str, start: usize, end: usize) -> Range<usize> {
    let mut length = 0;
    let mut is_parted = false;
    let mut from = None;
    for (at, letter) in word.char_indices().filter(|(_, letter)| !normal::is_invisible(*letter)) {
        let folded = normal::fold(letter.encode_utf8(&mut [0; 4])).len();
        let is_sign = !letter.is_alphanumeric() && !normal::is_combining(letter);
        // Whatever stands between words is one space, and signs that stay are words.
        if folded > 0 {
            length += usize::from((is_parted || is_sign) && length > 0) + folded;
        }
        is_parted = is_sign && (is_parted || length > 0);
        if length > start && from.is_none() {
            from = Some(at);
        }
        if length >= end {
            return from.unwrap_or(at)..at + letter.len_utf8();
        }
    }
    from.unwrap_or(0)..word.len()
}

/// The beginning of a text, as much as is quoted.
fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn marked(features: &Features<'_>, index: usize, mark: Mark) -> Cow<'static, str> {
    let page = features.page;
    let holder = page.ancestors(page.blocks[index].container).find(|id| page.container(*id).marks.has(mark));
    holder.map_or_else(
        || Cow::Borrowed("on the text itself"),
        |id| Cow::Owned(format!("<{}> around the text", page.container(id).tag.name())),
    )
}

fn signs(features: &Features<'_>, index: usize) -> String {
    let named = [
        (Own::Prices, "price"),
        (Own::Percents, "percent"),
        (Own::Dates, "date"),
        (Own::Years, "year"),
        (Own::Clocks, "clock time"),
        (Own::Phones, "phone number"),
        (Own::Emails, "e-mail address"),
        (Own::Addresses, "web address"),
        (Own::Handles, "account name"),
        (Own::Hashtags, "hashtag"),
        (Own::Arrows, "arrow"),
        (Own::Bars, "bar"),
        (Own::Emoji, "emoji"),
    ];
    list(features, index, &named)
        .unwrap_or_else(|| format!("{} % digits", whole(features.own(index, Own::DigitShare) * 100.0)))
}

fn targets(features: &Features<'_>, index: usize) -> Cow<'static, str> {
    let named = [
        (Own::LinkShop, "a shop"),
        (Own::LinkAppStore, "an app store"),
        (Own::LinkSocial, "a social network"),
        (Own::LinkMail, "an e-mail address"),
        (Own::LinkPhone, "a phone number"),
        (Own::LinkSponsored, "a sponsor"),
        (Own::LinkTracked, "a tracked address"),
        (Own::LinkSignUp, "a sign-up or account page"),
        (Own::LinkTopic, "a topic page"),
        (Own::LinkAuthor, "an author’s page"),
        (Own::LinkFile, "a file"),
        (Own::LinkFragment, "a place on the page"),
        (Own::LinkNowhere, "nowhere"),
        (Own::LinkOtherSite, "another site"),
        (Own::LinkSameSite, "the same site"),
    ];
    list(features, index, &named).map_or(Cow::Borrowed("no link"), |names| Cow::Owned(format!("to {names}")))
}

fn list(features: &Features<'_>, index: usize, columns: &[(Own, &str)]) -> Option<String> {
    let names: Vec<&str> = columns
        .iter()
        .filter(|(column, _)| features.own(index, *column) > 0.0)
        .map(|(_, name)| *name)
        .take(3)
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn element(block: &Block) -> &'static str {
    match block.shape {
        Shape::Paragraph => "paragraph",
        Shape::Heading(_) => "heading",
        Shape::ListItem => "list item",
        Shape::TableRow => "table row",
        Shape::Code(_) => "code",
        Shape::Caption => "caption",
        Shape::Control => "button",
        Shape::Term => "term",
        Shape::Definition => "definition",
    }
}

fn around(features: &Features<'_>, index: usize) -> String {
    let words = |at: Option<usize>| {
        at.filter(|at| *at < features.len)
            .map_or(Cow::Borrowed("none"), |at| Cow::Owned(format!("{} words", whole(features.own(at, Own::Words)))))
    };
    format!("before: {}, after: {}", words(index.checked_sub(1)), words(Some(index + 1)))
}

/// Whether a rule's measurements say anything of a block: a phrase that is not there has nothing to show.
pub fn is_seen(id: RuleId, features: &Features<'_>, index: usize) -> bool {
    match rule(id).group {
        Some(Group::Phrases(family)) => features.own(index, family) > 0.0,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::lexicon::phrase::{Matcher, Phrase};

    #[track_caller]
    fn check(text: &str, pattern: &str, shown: &str) {
        let family = Family::ReadMore;
        let phrase = Phrase { family, pattern: pattern.to_owned(), hit: String::new(), miss: String::new() };
        let matcher = Matcher::new(&[phrase], !text.contains(normal::is_unspaced)).unwrap();
        assert_eq!(covered(text, matcher.find(&normal::fold(text))[0]), shown, "{pattern} in {text}");
    }

    #[test]
    fn whole_words_are_shown() {
        check("Please “sign-up” now!", "sign up", "“sign-up”");
        check("Sign up  for our newsletter.", "sign up … newsletter", "Sign up  for our newsletter.");
        check("Only $5 a week", "$ 5 a", "$5 a");
    }

    #[test]
    fn without_spaces_the_signs_are_shown() {
        check("请关注我们的微信公众号吧", "关注…公众号", "关注我们的微信公众号");
        check("“好”，（请）关注我们，谢谢", "关注我们", "关注我们");
        check("价格100€优惠 关注 我们", "优惠", "优惠");
        check("อ่าน\u{200b}ข่าว\u{200b}ทั้งหมด", "ข่าว", "ข่าว");
    }
}
