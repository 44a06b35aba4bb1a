//! Whole articles through the engine: every paragraph of every fixture gets the label that its fixture asks for.
//!
//! A fixture is an input, a line `=====`, and one expectation a paragraph, in order: `LABEL | FIRST WORDS`. LABEL is
//! `content`, `advertising`, `call_to_action` or `boilerplate`, several of them with `/` where more than one is right,
//! `removed` for any label but content, or `either` where nobody would complain.
//!
//! `!` before an expectation says that it is right and that the present scores miss it. The test holds the miss as
//! firmly as the hits, so that scores that do better must be noticed. `DECHAFF_BLESS=1 cargo test --test clean` sets and
//! takes away these marks and writes nothing else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod fixture;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use dechaff::{Cleaned, Label, Options, Paragraph, clean_html, clean_text};

/// Sets the marks of missed expectations anew.
const BLESS: &str = "DECHAFF_BLESS";

/// What a paragraph should be.
struct Expectation<'a> {
    /// Whether the present scores are known to miss it.
    is_missed: bool,
    wanted: Wanted,
    /// The words that the paragraph begins with.
    words: &'a str,
}

enum Wanted {
    /// One of these labels.
    Labels(Vec<Label>),
    /// Any label but content.
    Removed,
    /// Any label.
    Either,
}

impl<'a> Expectation<'a> {
    fn read(line: &'a str) -> Self {
        let (label, words) = line.split_once(" | ").unwrap_or_else(|| panic!("no ` | ` in the expectation {line:?}"));
        let (is_missed, label) = label.strip_prefix('!').map_or((false, label), |label| (true, label));
        let wanted = match label {
            "removed" => Wanted::Removed,
            "either" => Wanted::Either,
            labels => Wanted::Labels(labels.split('/').map(named).collect()),
        };
        assert!(!(is_missed && matches!(wanted, Wanted::Either)), "`either` cannot be missed: {line:?}");
        Self { is_missed, wanted, words }
    }

    fn is_met(&self, label: Label) -> bool {
        match &self.wanted {
            Wanted::Labels(labels) => labels.contains(&label),
            Wanted::Removed => label != Label::Content,
            Wanted::Either => true,
        }
    }
}

fn named(name: &str) -> Label {
    Label::ALL.into_iter().find(|label| label.name() == name).unwrap_or_else(|| panic!("no label is named {name:?}"))
}

/// Cleans a fixture's input as its name says: a page or pasted text.
fn clean(path: &Path, input: &str) -> Cleaned {
    let options = Options::default();
    if fixture::is_html(path) { clean_html(input.as_bytes(), None, &options) } else { clean_text(input, &options) }
        .unwrap()
}

/// What is wrong with the answer to a fixture; empty where nothing is.
fn check(path: &Path, text: &str) -> String {
    let (input, lines) = fixture::split(text);
    let paragraphs = clean(path, input).paragraphs;
    let mut wrong = misread(&paragraphs, lines);
    if !wrong.is_empty() {
        return wrong;
    }
    for (line, paragraph) in lines.lines().zip(&paragraphs) {
        let expectation = Expectation::read(line);
        if expectation.is_met(paragraph.label) == expectation.is_missed {
            let hint = if expectation.is_missed { " (met now: take the ! away, or bless)" } else { "" };
            let _ = writeln!(wrong, "  wanted {line}{hint}");
            describe(&mut wrong, paragraph);
        }
    }
    wrong
}

/// Where the paragraphs are not those of the fixture at all: one of both is cut otherwise.
fn misread(paragraphs: &[Paragraph], lines: &str) -> String {
    let mut wrong = String::new();
    let starts = |paragraph: &Paragraph, words: &str| {
        let folded = paragraph.text.split_whitespace().collect::<Vec<_>>().join(" ");
        folded.starts_with(words)
    };
    for (at, line) in lines.lines().enumerate() {
        let words = Expectation::read(line).words;
        let found = paragraphs.get(at);
        if !found.is_some_and(|paragraph| starts(paragraph, words)) {
            let found = found.map_or("nothing", |paragraph| paragraph.text.as_str());
            let _ = writeln!(wrong, "  paragraph {at} should begin {words:?}, found {found:?}");
            return wrong;
        }
    }
    if let Some(extra) = paragraphs.get(lines.lines().count()) {
        let _ = writeln!(wrong, "  nothing is expected of the paragraph {:?}", extra.text);
    }
    wrong
}

/// A paragraph with its label and its reasons.
fn describe(out: &mut String, paragraph: &Paragraph) {
    let start: String = paragraph.text.chars().take(100).collect();
    let _ = writeln!(out, "  {} {:.2} <{}> {start:?}", paragraph.label.name(), paragraph.confidence, paragraph.tag);
    for reason in &paragraph.reasons {
        let sign = if reason.label == Label::Content { '+' } else { '-' };
        let _ = writeln!(
            out,
            "    {sign}{:.2} {} ({}): {}",
            reason.weight,
            reason.rule,
            reason.label.name(),
            reason.evidence
        );
    }
}

/// The fixture with a `!` at exactly the expectations that are missed now; `None` where it is cut otherwise.
fn blessed(path: &Path, text: &str) -> Option<String> {
    let (input, lines) = fixture::split(text);
    let paragraphs = clean(path, input).paragraphs;
    if !misread(&paragraphs, lines).is_empty() {
        return None;
    }
    let mut out = text[..text.len() - lines.len()].to_owned();
    for (line, paragraph) in lines.lines().zip(&paragraphs) {
        let is_met = Expectation::read(line).is_met(paragraph.label);
        let mark = if is_met { "" } else { "!" };
        let _ = writeln!(out, "{mark}{}", line.trim_start_matches('!'));
    }
    Some(out)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the variable is the test's own")]
#[expect(clippy::print_stdout, reason = "who blesses wants to know how much is missed")]
fn every_paragraph_gets_its_label() {
    let is_blessing = std::env::var_os(BLESS).is_some();
    let mut wrong = String::new();
    let (mut missed, mut expected) = (0, 0);
    for (path, mut text) in fixture::all() {
        if is_blessing
            && let Some(marked) = blessed(&path, &text)
            && marked != text
        {
            fs::write(&path, &marked).unwrap();
            text = marked;
        }
        let lines = fixture::split(&text).1;
        missed += lines.lines().filter(|line| line.starts_with('!')).count();
        expected += lines.lines().filter(|line| !line.starts_with("either")).count();
        let found = check(&path, &text);
        if !found.is_empty() {
            let _ = write!(wrong, "\n{}\n{found}", path.display());
        }
    }
    println!("{missed} of {expected} expectations are missed and marked so");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every paragraph of a fixture with its label and reasons, as a snapshot shows them.
fn reasons(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let text = fs::read_to_string(&path).unwrap();
    let mut out = String::new();
    for paragraph in &clean(&path, fixture::split(&text).0).paragraphs {
        describe(&mut out, paragraph);
    }
    out
}

#[test]
fn reasons_of_a_pasted_text() {
    insta::assert_snapshot!(reasons("en/news-with-promos-as-scraped.txt"));
}

#[test]
fn reasons_of_a_page() {
    insta::assert_snapshot!(reasons("de/nachrichten-mit-kaesten.html"));
}

#[test]
fn blessing_sets_and_takes_away_marks_only() {
    let input = "Sign up for our free newsletter and never miss a story.\n\nFollow us on Facebook";
    let answer = clean_text(input, &Options::default()).unwrap();
    assert!(answer.paragraphs.iter().all(|paragraph| paragraph.label != Label::Content));
    let before = format!("{input}\n=====\n!call_to_action/advertising | Sign up for\ncontent | Follow us\n");
    let after = format!("{input}\n=====\ncall_to_action/advertising | Sign up for\n!content | Follow us\n");
    let path = Path::new("a.txt");
    assert_eq!(blessed(path, &before).as_deref(), Some(after.as_str()));
    assert_eq!(blessed(path, &after).as_deref(), Some(after.as_str()));
    assert!(check(path, &before).contains("met now"));
    assert!(check(path, &after).is_empty());
    assert_eq!(blessed(path, "One paragraph.\n=====\ncontent | Another\n"), None);
}
