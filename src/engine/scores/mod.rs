//! The fitted scores: decision trees over measurements, read from `scores.json`, which `tools/fit` makes.
//!
//! A tree moves a paragraph's log-odds a step at every branch it takes; the step is the change of the fitted mean from
//! the node to its child (Saabas's attribution), so the steps add up to the score exactly. Each step counts for the
//! rule whose measurement the branch asked for.

mod forest;

use std::sync::LazyLock;

use serde::Deserialize;

pub use forest::{Forest, SIDE_BY_SIDE, Votes};
use forest::{ForestFile, read as forest};

use super::features::columns::{self, Group};
use super::features::kind;
use super::lexicon::vocabulary::{VOICES, Vocabulary};
use super::page::Page;
use super::settle;

/// Everything that was fitted.
#[derive(Debug, Default)]
pub struct Scores {
    /// What single words and pairs of words tell.
    pub vocabulary: Vocabulary,
    /// What kind of page it is: log-odds by [`kind::KINDS`].
    pub page_kinds: Vec<Forest>,
    /// For HTML.
    pub page: Stages,
    /// For pasted text.
    pub text: Stages,
    /// For each label but content, in the order of [`Label::ALL`](super::verdict::Label::ALL): log-odds up to a common term.
    pub kinds: [Forest; 3],
}

/// The two stages of deciding whether a paragraph stays.
#[derive(Debug, Default)]
pub struct Stages {
    /// A paragraph by its measurements.
    pub judge: Forest,
    /// What its neighbours' scores add.
    pub settle: Forest,
    /// The log-odds of content at which a paragraph stays, by mode.
    pub thresholds: Thresholds,
}

/// Log-odds of content at which a paragraph stays.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// A doubtful paragraph goes.
    pub precision: f32,
    /// The best of both.
    pub balanced: Balanced,
    /// A doubtful paragraph stays.
    pub recall: f32,
}

/// How the best of both is found.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Balanced {
    /// The same for all documents.
    At(f32),
    /// For each page by what is expected of its own paragraphs ([`cut`](super::cut)), after the log-odds are shifted by
    /// what its kind asks for, in the order of [`kind::KINDS`].
    ByKind([f32; kind::KINDS.len()]),
}

impl Default for Balanced {
    fn default() -> Self {
        Self::At(0.0)
    }
}

/// The scores that come with the program.
pub fn built_in() -> &'static Scores {
    static BUILT_IN: LazyLock<Scores> = LazyLock::new(|| {
        Scores::read(include_str!("scores.json")).expect("scores.json is part of the program and read by its tests")
    });
    &BUILT_IN
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    vocabulary: VocabularyFile,
    page_kinds: Vec<ForestFile>,
    page: StagesFile,
    text: StagesFile,
    kinds: [ForestFile; 3],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StagesFile {
    judge: ForestFile,
    settle: ForestFile,
    thresholds: Thresholds,
}

/// The vocabulary as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VocabularyFile {
    start: [f32; VOICES],
    /// The words and pairs, each with its weights at the same place of `weights`.
    grams: Vec<String>,
    weights: Vec<[f32; VOICES]>,
}

impl Scores {
    /// Scores that say nothing, for measuring what scores are fitted on.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The stages that judge a document: those for pages need a page around the article.
    pub fn stages(&self, page: &Page) -> &Stages {
        if page.is_whole() { &self.page } else { &self.text }
    }

    /// Reads a scores file.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn read(source: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(source).map_err(|error| error.to_string())?;
        let VocabularyFile { start, grams, weights } = file.vocabulary;
        if grams.len() != weights.len() {
            return Err("words and weights of unequal number".to_owned());
        }
        let grouped = |(name, group): (String, Group)| (name, Some(group));
        let measured: Vec<(String, Option<Group>)> = columns::all().map(grouped).collect();
        let settled: Vec<(String, Option<Group>)> = settle::columns().into_iter().map(grouped).collect();
        let stages = |file: StagesFile| -> Result<Stages, String> {
            Ok(Stages {
                judge: forest(&file.judge, &measured)?,
                settle: forest(&file.settle, &settled)?,
                thresholds: file.thresholds,
            })
        };
        let of_page: Vec<(String, Option<Group>)> = kind::columns().into_iter().map(|name| (name, None)).collect();
        let page_kinds: Vec<Forest> =
            file.page_kinds.iter().map(|file| forest(file, &of_page)).collect::<Result<_, String>>()?;
        if page_kinds.len() != kind::KINDS.len() {
            return Err(format!("{} kinds of pages", page_kinds.len()));
        }
        let [advertising, call, boilerplate] = file.kinds;
        Ok(Self {
            vocabulary: Vocabulary::new(start, grams.into_iter().zip(weights)),
            page_kinds,
            page: stages(file.page)?,
            text: stages(file.text)?,
            kinds: [forest(&advertising, &measured)?, forest(&call, &measured)?, forest(&boilerplate, &measured)?],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::features::Row;
    use crate::engine::features::columns::{Column, Own};
    use crate::engine::rules;

    const LEAF_FOREST: &str = r#"{"columns":[],"roots":[0],"column":[-1],"threshold":[0],"left":[0],"value":[0.5]}"#;

    fn file(judge: &str) -> String {
        let thresholds = r#"{"precision":1,"balanced":0,"recall":-1}"#;
        let stages = |judge: &str| format!(r#"{{"judge":{judge},"settle":{LEAF_FOREST},"thresholds":{thresholds}}}"#);
        format!(
            r#"{{"vocabulary":{{"start":[0,0,0],"grams":[],"weights":[]}},"page_kinds":[{}],"page":{},"text":{},
            "kinds":[{LEAF_FOREST},{LEAF_FOREST},{LEAF_FOREST}]}}"#,
            [LEAF_FOREST; 7].join(","),
            stages(judge),
            stages(LEAF_FOREST)
        )
    }

    #[test]
    fn steps_add_up_to_the_score() {
        let judge = r#"{"columns":["words","link-share"],"roots":[0],"column":[0,1,-1,-1,-1],"threshold":[5,0.5,0,0,0],
            "left":[1,3,0,0,0],"value":[0.1,-1.0,2.0,-0.5,-3.0]}"#;
        let scores = Scores::read(&file(judge)).expect("the file is well-formed");
        let check = |words: f32, links: f32, expected: f32| {
            let mut row = Row::default();
            row.0[Own::Words.index()] = words;
            row.0[Own::LinkShare.index()] = links;
            let mut votes = Votes::none(3, true);
            scores.page.judge.vote(&[Row::default(), row.clone()], 1, &mut votes);
            let said: f32 = votes.by_rule(2).iter().sum();
            assert!((votes.totals[2] - expected).abs() < 1e-6, "{words} words, {links} linked");
            assert!((0.1 + said - expected).abs() < 1e-6, "{words} words, {links} linked");
            assert!((scores.page.judge.scores(&[row.clone()])[0] - expected).abs() < 1e-6);
            assert!(votes.totals[0] == 0.0 && votes.by_rule(0).iter().all(|said| *said == 0.0), "no row, no vote");
            let mut without = Votes::none(1, false);
            scores.page.judge.vote(&[row], 0, &mut without);
            assert!((without.totals[0] - expected).abs() < 1e-6 && without.by_rule(0).is_empty());
            votes.by_rule(2)[usize::from(rules::of_group(Group::LinkShare))]
        };
        check(5.0, 0.5, -0.5);
        check(7.0, 1.0, 2.0);
        assert!((check(3.0, 1.0, -3.0) + 2.0).abs() < 1e-6);
    }

    #[test]
    fn a_row_comes_to_the_leaf_of_its_values() {
        // A tree that ends early on some ways, over two columns: every leaf says its own number.
        let judge = r#"{"columns":["words","commas"],"roots":[0],"column":[0,1,0,-1,1,-1,-1,-1,0,-1,-1],
            "threshold":[10,2,20,0,4,0,0,0,5,0,0],"left":[1,3,5,0,7,0,0,0,9,0,0],
            "value":[0,0,0,1,0,4,5,2,0,3,3.5]}"#;
        let scores = Scores::read(&file(judge)).expect("the file is well-formed");
        let check = |words: f32, commas: f32, leaf: f32| {
            let mut row = Row::default();
            row.0[Own::Words.index()] = words;
            row.0[Own::Commas.index()] = commas;
            let said = scores.page.judge.scores(&[row])[0];
            assert!((said - leaf).abs() < 1e-6, "{words} words, {commas} commas: {said}");
        };
        check(10.0, 2.0, 1.0);
        check(10.0, 4.0, 2.0);
        check(5.0, 5.0, 3.0);
        check(6.0, 5.0, 3.5);
        check(20.0, 0.0, 4.0);
        check(21.0, 9.0, 5.0);
        check(f32::NAN, 0.0, 1.0);
    }

    #[test]
    fn files_that_would_loop_or_miss_are_refused() {
        let check = |judge: &str, message: &str| {
            assert!(Scores::read(&file(judge)).is_err_and(|error| error.contains(message)), "{message}");
        };
        check(
            r#"{"columns":["words"],"roots":[0],"column":[0,-1],"threshold":[0,0],"left":[0,0],"value":[0,0]}"#,
            "children",
        );
        check(r#"{"columns":["wards"],"roots":[],"column":[],"threshold":[],"left":[],"value":[]}"#, "wards");
        check(r#"{"columns":[],"roots":[7],"column":[-1],"threshold":[0],"left":[0],"value":[0]}"#, "not there");
        check(r#"{"columns":[],"roots":[0],"column":[-1],"threshold":[],"left":[0],"value":[0]}"#, "unequal");
    }

    #[test]
    fn the_built_in_scores_are_whole() {
        let said = |forest: &Forest| forest.scores(&[Row::default()])[0] != 0.0;
        assert!(said(&built_in().page.judge) && said(&built_in().text.judge));
    }
}
