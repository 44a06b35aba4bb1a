//! Phrases of callers and operators have the last word, whatever the document: what holds one goes or stays, the reason
//! says so, and the verdict is still the sum of its reasons.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod fixture;

use std::sync::LazyLock;

use dechaff::{Cleaned, Label, Options, Paragraph, Phrases, RulesFile, clean_html, clean_text};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed};

/// Log-odds that a decided paragraph is at least away from the threshold, less what rounding may take.
const DECIDED: f32 = 4.9;

/// The fixtures: whether each is a page, and its input.
static INPUTS: LazyLock<Vec<(bool, String)>> = LazyLock::new(|| {
    let input =
        |(path, text): (std::path::PathBuf, String)| (fixture::is_html(&path), fixture::split(&text).0.to_owned());
    fixture::all().into_iter().map(input).collect()
});

fn clean(is_html: bool, input: &str, options: &Options) -> Cleaned {
    if is_html { clean_html(input.as_bytes(), None, options) } else { clean_text(input, options) }.unwrap()
}

/// Checks what was decided of a paragraph, and that its reasons add up to that.
#[track_caller]
fn check_decided(paragraph: &Paragraph, rule: &str, stays: bool) {
    let told = paragraph.reasons.iter().find(|reason| reason.rule == rule);
    let told = told.unwrap_or_else(|| panic!("{rule} is no reason: {paragraph:?}"));
    assert_eq!((paragraph.kept, paragraph.label == Label::Content), (stays, stays), "{paragraph:?}");
    assert!(!told.evidence.is_empty() && told.label == paragraph.label && told.weight >= DECIDED, "{paragraph:?}");
    let sum: f32 = paragraph.reasons.iter().map(dechaff::Reason::signed).sum();
    assert!(if stays { sum >= DECIDED } else { sum <= -DECIDED }, "sum {sum}: {paragraph:?}");
    let named = &paragraph.reasons[..paragraph.reasons.len() - 1];
    assert!(named.is_sorted_by(|a, b| a.weight >= b.weight), "{paragraph:?}");
}

/// Words of one paragraph of a cleaned document, as somebody else might write them.
fn some_words(cleaned: &Cleaned, paragraph: Index, from: Index, length: usize) -> Option<(usize, String)> {
    let at = paragraph.index(cleaned.paragraphs.len().max(1));
    let words: Vec<&str> = cleaned.paragraphs.get(at)?.text.split_whitespace().collect();
    let from = from.index(words.len());
    let phrase = words[from..words.len().min(from + length)].join(" \u{a0}").to_uppercase();
    Phrases::new(&[phrase.as_str()]).ok().map(|_| (at, phrase))
}

proptest! {
    #![proptest_config(Config { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() })]

    #[test]
    fn what_holds_a_phrase_goes_or_stays(
        document in any::<Index>(), paragraph in any::<Index>(), from in any::<Index>(), length in 1..6usize,
    ) {
        let (is_html, input) = document.get(&INPUTS);
        let usual = clean(*is_html, input, &Options::default());
        if let Some((at, phrase)) = some_words(&usual, paragraph, from, length) {
            let phrases = Phrases::new(&[phrase]).unwrap();
            // A label that is left in does not leave in what a phrase drops.
            let drop = Options { drop_phrases: phrases.clone(), keep: Label::ALL.to_vec(), ..Options::default() };
            check_decided(&clean(*is_html, input, &drop).paragraphs[at], "caller-drop-phrase", false);
            let keep = Options { keep_phrases: phrases, ..drop };
            check_decided(&clean(*is_html, input, &keep).paragraphs[at], "caller-keep-phrase", true);
        }
    }
}

const TEXT: &str = "The ferry Alma crossed the lake again on Saturday, after eleven years on dry land.\n\n\
    Sign up for our newsletter\n\n\
    “We never thought of giving up,” said the leader of the society that had restored her.";

/// Cleans [`TEXT`] and checks which of its paragraphs stay, with the labels of those that go.
#[track_caller]
fn check(drop: &[&str], keep: &[&str], rules: &str, wanted: [Label; 3]) {
    let options = Options {
        drop_phrases: Phrases::new(drop).unwrap(),
        keep_phrases: Phrases::new(keep).unwrap(),
        rules: RulesFile::read(rules).unwrap(),
        ..Options::default()
    };
    let cleaned = clean_text(TEXT, &options).unwrap();
    let labels: Vec<Label> = cleaned.paragraphs.iter().map(|paragraph| paragraph.label).collect();
    assert_eq!(labels, wanted, "{drop:?} {keep:?} {rules}");
    assert_eq!(clean_text(&cleaned.text, &options).unwrap().text, cleaned.text, "cleaning again changed the text");
}

#[test]
fn what_keeps_wins_over_what_drops() {
    use Label::{Advertising as A, Boilerplate as B, CallToAction as T, Content as C};
    check(&[], &[], "", [C, T, C]);
    check(&[], &["newsletter"], "", [C, C, C]);
    check(&["newsletter"], &["sign up"], "", [C, C, C]);
    check(&["newsletter"], &[], "keep sign up", [C, C, C]);
    check(&[], &["alma"], "drop advertising (lake|society)", [C, T, A]);
    check(&[], &[], "drop boilerplate ^sign … newsletter$\ndrop advertising alma", [A, B, C]);
    check(&[], &[], "[de]\ndrop advertising alma\n[en]\ndrop boilerplate society", [C, T, B]);
}

#[test]
fn a_title_that_a_phrase_keeps_is_repeated_in_the_text() {
    let page =
        format!("<title>The ferry Alma</title><h1>The ferry Alma</h1><p>{}</p>", TEXT.replace("\n\n", "</p><p>"));
    let text = |keep: &[&str]| {
        let options = Options { keep_phrases: Phrases::new(keep).unwrap(), ..Options::default() };
        clean_html(page.as_bytes(), None, &options).unwrap().text
    };
    assert!(!text(&[]).starts_with("The ferry Alma\n"));
    assert!(text(&["ferry alma"]).starts_with("The ferry Alma\n"));
}

#[test]
fn evidence_is_the_text_that_was_matched() {
    let check = |text: &str, phrase: &str, evidence: &str| {
        let options = Options { drop_phrases: Phrases::new(&[phrase]).unwrap(), ..Options::default() };
        let reasons = &clean_text(text, &options).unwrap().paragraphs[0].reasons;
        let told = reasons.iter().find(|reason| reason.rule == "caller-drop-phrase");
        assert_eq!(told.map(|reason| reason.evidence.as_ref()), Some(evidence), "“{phrase}”");
    };
    check(TEXT, "alma CROSSED", "Alma crossed");
    check("Book “lake-cruise” now", "lake cruise", "“lake-cruise”");
    let chinese = "市议会周一投票决定在河上修建第二座桥，结束了长达十年的争论。".repeat(3);
    check(&format!("{chinese}请关注我们的微信公众号！{chinese}"), "关注我们的微信", "关注我们的微信");
}
