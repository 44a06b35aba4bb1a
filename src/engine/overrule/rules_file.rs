//! An operator's own rules, as a file of lines:
//!
//! ```text
//! # A comment
//! drop sign up … newsletter
//! drop advertising (summer|winter) sale*
//! keep ^editor's note
//!
//! [de]
//! drop jetzt abonnieren$
//!
//! [*]
//! keep correction
//! ```
//!
//! A pattern is written as those of the lexicons are ([`phrase`](crate::engine::lexicon::phrase)). Rules under `[de]`
//! hold for German documents, those under `[*]` and before the first heading for all. Every line that is wrong is told.

use std::fmt;
use std::sync::Arc;

use super::Action;
use super::search::Search;
use crate::engine::language;
use crate::engine::lexicon::phrase;
use crate::engine::verdict::Label;

/// Most lines of a file.
const LINES: usize = 20_000;
/// Longest pattern, in characters: what its alternatives make is spelled out before it is counted.
const PATTERN_CHARS: usize = 500;
/// Most bytes that all patterns may make with their alternatives spelled out; each costs memory for as long as the
/// program runs. The English lexicon makes a fifth of it.
const SPELLED_OUT: usize = 4_000_000;
/// Most wrong lines that are told.
const TOLD: usize = 20;

/// Rules that were read from a file. They are compiled at the first search, and clones share what was compiled.
///
/// ```
/// use dechaff::{Options, RulesFile, clean_text};
///
/// let rules = RulesFile::read("drop advertising lake cruise*\n[de]\nkeep Seefahrt").unwrap();
/// let options = Options { rules, ..Options::default() };
/// let cleaned = clean_text("The bridge opens in May.\n\nLake cruises for two!", &options).unwrap();
/// assert_eq!(cleaned.paragraphs[1].label, dechaff::Label::Advertising);
/// assert_eq!(RulesFile::read("drop\ndrop a\nstay b").unwrap_err().len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct RulesFile(Arc<[Section]>);

/// The rules for one language that ask for one thing.
#[derive(Debug)]
struct Section {
    /// Its code; none where they hold for all.
    language: Option<String>,
    action: Action,
    search: Search,
}

/// A line of a file that cannot be read as a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLine {
    /// Its number, from 1.
    pub number: usize,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for WrongLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.number, self.what)
    }
}

impl RulesFile {
    /// Reads the text of a file: up to 20,000 lines, up to 500 characters a pattern, and up to four million bytes of
    /// patterns with their alternatives spelled out.
    ///
    /// # Errors
    /// The lines that are wrong, in order, up to 20.
    pub fn read(text: &str) -> Result<Self, Vec<WrongLine>> {
        let mut file = Reader::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1..=LINES + 1).zip(text.lines()) {
            let read = if number > LINES { Err(format!("over {LINES} lines")) } else { file.read(line.trim()) };
            if let Err(what) = read {
                file.wrong.push(WrongLine { number, what });
            }
            if file.wrong.len() == TOLD || file.spelled_out > SPELLED_OUT {
                break;
            }
        }
        if !file.wrong.is_empty() {
            return Err(file.wrong);
        }
        let section = |(language, action, patterns)| Section { language, action, search: Search::new(patterns) };
        Ok(Self(file.sections.into_iter().map(section).collect()))
    }

    /// What is searched for in a document of a language, and what it asks for.
    pub(super) fn searches(&self, language: Option<&str>) -> impl Iterator<Item = (Action, &Search)> {
        let holds = move |section: &&Section| match &section.language {
            None => true,
            own => own.as_deref() == language,
        };
        self.0.iter().filter(holds).map(|section| (section.action, &section.search))
    }
}

/// What a line asks for, in which language: patterns that agree in both are searched for together.
type Patterns = (Option<String>, Action, Vec<String>);

/// A file while it is read.
#[derive(Default)]
struct Reader {
    /// The language that the last heading named.
    language: Option<String>,
    sections: Vec<Patterns>,
    spelled_out: usize,
    wrong: Vec<WrongLine>,
}

impl Reader {
    fn read(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(heading) = line.strip_prefix('[') {
            self.language = language_of(heading)?;
            return Ok(());
        }
        let (action, pattern) = rule(line)?;
        if pattern.chars().nth(PATTERN_CHARS).is_some() {
            return Err(format!("the pattern has over {PATTERN_CHARS} characters"));
        }
        self.spelled_out += phrase::spelled_out(pattern)?;
        if self.spelled_out > SPELLED_OUT {
            return Err(format!("the alternatives up to here make over {SPELLED_OUT} bytes when they are spelled out"));
        }
        let at = self.sections.iter().position(|(language, known, _)| (language, *known) == (&self.language, action));
        let at = at.unwrap_or_else(|| {
            self.sections.push((self.language.clone(), action, Vec::new()));
            self.sections.len() - 1
        });
        self.sections[at].2.push(pattern.to_owned());
        Ok(())
    }
}

/// The language of a heading, of which the first bracket was taken off; none for all.
fn language_of(heading: &str) -> Result<Option<String>, String> {
    match heading.strip_suffix(']').map(str::trim) {
        Some("*") => Ok(None),
        Some(code) if (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            Ok(Some(language::primary(code)))
        }
        _ => Err("a heading is a language’s code, such as [de], or [*] for all".to_owned()),
    }
}

/// What a line asks for, and the pattern that it asks it for.
fn rule(line: &str) -> Result<(Action, &str), String> {
    let (verb, rest) = first_word(line);
    let (label, after_label) = first_word(rest);
    let label = Label::ALL.into_iter().find(|known| known.name() == label);
    let (action, pattern) = match (verb, label) {
        ("keep", _) => (Action::Keep, rest),
        ("drop", None) => (Action::Drop(None), rest),
        ("drop", Some(Label::Content)) => {
            return Err("what is dropped is no content; the word itself is written (content)".to_owned());
        }
        ("drop", Some(label)) if after_label.is_empty() => {
            return Err(format!("a label without a pattern; the word itself is written ({})", label.name()));
        }
        ("drop", Some(label)) => (Action::Drop(Some(label)), after_label),
        (other, _) => {
            let other: String = other.chars().take(40).collect();
            return Err(format!("“{other}” is neither “drop” nor “keep”"));
        }
    };
    if pattern.is_empty() { Err(format!("“{verb}” without a pattern")) } else { Ok((action, pattern)) }
}

/// The first word of a line, and what follows it.
fn first_word(line: &str) -> (&str, &str) {
    let (word, rest) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
    (word, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::lexicon::normal;
    use crate::engine::lexicon::phrase::Scratch;

    /// What a file asks for of a text in a language, in the file's order.
    fn asked(file: &str, language: Option<&str>, text: &str) -> Vec<Action> {
        let rules = RulesFile::read(file).unwrap();
        let finds = |search: &Search| search.matcher(true).first(&normal::fold(text), &mut Scratch::default());
        rules.searches(language).filter(|(_, search)| finds(search).is_some()).map(|(action, _)| action).collect()
    }

    #[test]
    fn lines_are_read() {
        let file = "\u{feff}# drop everything\r\n\r\n  drop   sign up … newsletter\r\nkeep\tfree press$\n\
            drop advertising (summer|winter|) sale*\ndrop call_to_action ^join\ndrop (advertising)";
        let check = |text, action| assert_eq!(asked(file, None, text), [action], "{text}");
        check("Sign up for our newsletter", Action::Drop(None));
        check("For a free press", Action::Keep);
        check("Winter sales", Action::Drop(Some(Label::Advertising)));
        check("Join us", Action::Drop(Some(Label::CallToAction)));
        check("Some advertising", Action::Drop(None));
        assert!(asked(file, None, "A free press is dear; do join").is_empty());
    }

    #[test]
    fn headings_limit_rules_to_a_language() {
        let file = "drop a1\n[DE]\ndrop b1\nkeep c1\n[nb]\ndrop d1\n[*]\nkeep e1";
        let check = |language: Option<&str>, found: &[Action]| {
            assert_eq!(asked(file, language, "a1 b1 c1 d1 e1"), found, "{language:?}");
        };
        check(None, &[Action::Drop(None), Action::Keep]);
        check(Some("en"), &[Action::Drop(None), Action::Keep]);
        check(Some("de"), &[Action::Drop(None), Action::Drop(None), Action::Keep, Action::Keep]);
        check(Some("no"), &[Action::Drop(None), Action::Drop(None), Action::Keep]);
    }

    #[track_caller]
    fn check_wrong(file: &str, lines: &[&str]) {
        let wrong: Vec<String> = RulesFile::read(file).unwrap_err().iter().map(WrongLine::to_string).collect();
        assert_eq!(wrong, lines);
    }

    #[test]
    fn every_wrong_line_is_told() {
        let heading = "a heading is a language’s code, such as [de], or [*] for all";
        check_wrong("drop\n# fine\nkeep \n", &["1: “drop” without a pattern", "3: “keep” without a pattern"]);
        check_wrong("Drop it", &["1: “Drop” is neither “drop” nor “keep”"]);
        check_wrong("drop advertising", &["1: a label without a pattern; the word itself is written (advertising)"]);
        check_wrong("drop content x", &["1: what is dropped is no content; the word itself is written (content)"]);
        for wrong in ["[de", "[german]", "[]", "[d3]", "[pt-BR]"] {
            check_wrong(wrong, &[&format!("1: {heading}")]);
        }
        let many: Vec<String> =
            (1..=TOLD).map(|number| format!("{number}: “x” is neither “drop” nor “keep”")).collect();
        check_wrong(&"x\n".repeat(TOLD + 5), &many.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn patterns_that_would_not_find_what_they_say_are_told() {
        for (pattern, what) in [
            ("(a|b", "a “(” without its “)”"),
            ("a)", "a “)” without its “(”"),
            ("a|b", "“|” parts alternatives"),
            ("(a|(b|c))", "alternatives do not stand inside alternatives"),
            ("a*b", "“*” stands at the end of a word alone"),
            ("a ^b", "“^” opens a pattern"),
            ("a$ … b", "“$” closes one"),
            ("$5 off", "“$” closes one"),
            ("… a", "nothing beside a gap"),
            ("a ... b", "a word without a letter"),
            ("(a|) (b|)", "nothing beside a gap"),
            (&"(a|b)".repeat(11), "over 1024 variants"),
            (&"a".repeat(PATTERN_CHARS + 1), "over 500 characters"),
        ] {
            let wrong = RulesFile::read(&format!("drop {pattern}")).unwrap_err();
            assert!(wrong.len() == 1 && wrong[0].what.contains(what), "{pattern}: {wrong:?}");
        }
        for pattern in ["(^|my) abonn(e|iere)*$", "^(a|b … c)$", "5 $ off", "(^a|b) … c*$"] {
            assert!(RulesFile::read(&format!("drop {pattern}")).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn a_file_is_bounded() {
        check_wrong(&"\n".repeat(LINES + 1), &["20001: over 20000 lines"]);
        assert!(RulesFile::read(&"\n".repeat(LINES)).is_ok());
        let dear = format!("drop {}{}\n", "(a|b)".repeat(10), "x".repeat(400));
        let wrong = RulesFile::read(&dear.repeat(20)).unwrap_err();
        assert!(wrong.len() == 1 && wrong[0].what.contains("spelled out"), "{wrong:?}");
    }
}
