//! What phrases hit and what they miss.

use super::*;
use crate::engine::lexicon::normal;

#[track_caller]
fn check(pattern: &str, text: &str, found: Option<&str>) {
    let phrase =
        Phrase { family: Family::ReadMore, pattern: pattern.to_owned(), hit: String::new(), miss: String::new() };
    let matcher = Matcher::new(&[phrase], true).expect("the pattern is well-formed");
    let folded = normal::fold(text);
    let hits = matcher.find(&folded);
    assert_eq!(hits.first().map(|hit| &folded[hit.start as usize..hit.end as usize]), found, "{pattern} in {text}");
}

#[test]
fn words_are_whole() {
    check("sign up", "Please sign up!", Some("sign up"));
    check("sign up", "The sign uphill", None);
}

#[test]
fn a_star_ends_a_word_anyhow() {
    check("subscri* now", "Subscribe now", Some("subscribe now"));
    check("subscri* now", "Subscribe right now", None);
    check("abonn*", "Jetzt abonnieren", Some("abonn"));
}

#[test]
fn a_gap_is_short() {
    check("sign up … newsletter", "Sign up for our weekly newsletter", Some("sign up for our weekly newsletter"));
    let far = format!("Sign up {} newsletter", "word ".repeat(12));
    check("sign up … newsletter", &far, None);
    check("sign up … newsletter", "newsletter: sign up", None);
}

#[test]
fn anchors_are_the_ends_of_the_paragraph() {
    check("^advertisement$", "Advertisement", Some("advertisement"));
    check("^advertisement$", "An advertisement", None);
    check("^share", "Share this", Some("share"));
    check("^abonn*$", "Abonnieren", Some("abonn"));
    check("^abonn*$", "Abonnieren Sie", None);
    check("comments$", "12 comments", Some("comments"));
}

#[test]
fn alternatives_may_be_empty() {
    check("follow (us|me|) on (facebook|x)", "Follow us on X", Some("follow us on x"));
    check("follow (us|me|) on (facebook|x)", "Follow on Facebook", Some("follow on facebook"));
}

#[test]
fn without_spaces_words_are_parts() {
    let phrase =
        Phrase {
            family: Family::FollowUs, pattern: "关注…公众号".to_owned(), hit: String::new(), miss: String::new()
        };
    let matcher = Matcher::new(&[phrase], false).expect("the pattern is well-formed");
    assert_eq!(matcher.find("请关注我们的微信公众号吧").len(), 1);
}
