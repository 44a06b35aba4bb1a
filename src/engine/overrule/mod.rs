//! What callers and operators say of paragraphs by phrases of their own. It has the last word: a paragraph that holds
//! such a phrase goes or stays whatever the scores say, and a reason says so.

mod phrases;
mod rules_file;
mod search;

pub use phrases::{PhraseError, Phrases};
pub use rules_file::{RulesFile, WrongLine};

use super::lexicon::normal;
use super::lexicon::phrase::Scratch;
use super::options::Options;
use super::rules::{evidence, told};
use super::verdict::Label;
use search::Search;

/// How far beyond the threshold a paragraph comes to stand that a phrase decides on, in log-odds: a confidence of 0.99.
const DECISIVE: f32 = 5.0;

/// What a phrase asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    /// The paragraph stays.
    Keep,
    /// It goes, as the label that the rule names; where it names none, as what it looks like most.
    Drop(Option<Label>),
}

/// What was said of one paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    action: Action,
    /// The name of the rule that says so.
    pub rule: &'static str,
    /// The words of the paragraph that it saw.
    pub evidence: String,
}

impl Ruling {
    /// What it adds to the log-odds of content over the threshold: as much as overrules `margin`, which is what the
    /// scores came to, and then enough to be sure.
    pub fn weight(&self, margin: f32) -> f32 {
        match self.action {
            Action::Keep => DECISIVE - margin.min(0.0),
            Action::Drop(_) => -DECISIVE - margin.max(0.0),
        }
    }

    /// The label that it names, for a paragraph that goes.
    pub fn label(&self) -> Option<Label> {
        match self.action {
            Action::Keep => None,
            Action::Drop(label) => label,
        }
    }
}

/// One list of phrases that may decide, and the name of its rule.
#[derive(Debug)]
struct Voice<'a> {
    action: Action,
    rule: &'static str,
    search: &'a Search,
}

impl Voice<'_> {
    /// What keeps is heard before what drops, whoever says it, and what names a label before what does not.
    fn rank(&self) -> u8 {
        match self.action {
            Action::Keep => 0,
            Action::Drop(Some(_)) => 1,
            Action::Drop(None) => 2,
        }
    }
}

/// Everything that may be said of the paragraphs of one document.
#[derive(Debug)]
pub struct Rulings<'a> {
    /// In the order in which they are heard; the first that finds something decides.
    voices: Vec<Voice<'a>>,
    scratch: Scratch,
}

impl<'a> Rulings<'a> {
    /// What may be said of a document of a language.
    pub fn of(options: &'a Options, language: Option<&str>) -> Self {
        let keep = options.keep_phrases.search();
        let drop = options.drop_phrases.search();
        let keep = keep.map(|search| Voice { action: Action::Keep, rule: told::CALLER_KEEP, search });
        let drop = drop.map(|search| Voice { action: Action::Drop(None), rule: told::CALLER_DROP, search });
        let file = options.rules.searches(language).map(|(action, search)| {
            let rule = if action == Action::Keep { told::FILE_KEEP } else { told::FILE_DROP };
            Voice { action, rule, search }
        });
        let mut voices: Vec<Voice<'a>> = keep.into_iter().chain(drop).chain(file).collect();
        // Voices of one rank keep their order: the caller is heard before the file.
        voices.sort_by_key(Voice::rank);
        Self { voices, scratch: Scratch::default() }
    }

    /// What is said of a paragraph, if anything.
    pub fn find(&mut self, text: &str) -> Option<Ruling> {
        if self.voices.is_empty() {
            return None;
        }
        let folded = normal::fold(text);
        let is_spaced = !folded.contains(normal::is_unspaced);
        let scratch = &mut self.scratch;
        self.voices.iter().find_map(|Voice { action, rule, search }| {
            let hit = search.matcher(is_spaced).first(&folded, scratch)?;
            Some(Ruling { action: *action, rule, evidence: evidence::covered(text, hit) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(action: Action, margin: f32, decided: f32) {
        let ruling = Ruling { action, rule: told::CALLER_DROP, evidence: String::new() };
        let sum = margin + ruling.weight(margin);
        assert!((sum - decided).abs() < 1e-6, "{action:?} over {margin} comes to {sum}");
    }

    #[test]
    fn a_ruling_overrules_the_scores_and_never_weakens_them() {
        check(Action::Keep, -9.0, DECISIVE);
        check(Action::Keep, 3.0, DECISIVE + 3.0);
        check(Action::Drop(None), 9.0, -DECISIVE);
        check(Action::Drop(None), -3.0, -DECISIVE - 3.0);
    }

    #[track_caller]
    fn check_first(drop: &[&str], keep: &[&str], file: &str, rule: &str, label: Option<Label>) {
        let options = Options {
            drop_phrases: Phrases::new(drop).unwrap(),
            keep_phrases: Phrases::new(keep).unwrap(),
            rules: RulesFile::read(file).unwrap(),
            ..Options::default()
        };
        let ruling = Rulings::of(&options, Some("en")).find("Buy two lamps now").unwrap();
        assert_eq!((ruling.rule, ruling.label()), (rule, label));
    }

    #[test]
    fn what_keeps_is_heard_first_then_what_names_a_label_then_the_caller() {
        let labelled = "drop boilerplate two\ndrop advertising lamps";
        check_first(&["buy"], &["now"], "keep two\ndrop buy", told::CALLER_KEEP, None);
        check_first(&["buy"], &[], "drop lamps\nkeep two", told::FILE_KEEP, None);
        check_first(&["buy"], &[], labelled, told::FILE_DROP, Some(Label::Boilerplate));
        check_first(&["buy"], &[], "drop two", told::CALLER_DROP, None);
        check_first(&[], &[], "drop two", told::FILE_DROP, None);
    }
}
