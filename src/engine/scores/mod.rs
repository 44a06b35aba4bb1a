//! The fitted scores: decision trees over measurements, read from `scores.json`, which `tools/fit` makes.
//!
//! A tree moves a paragraph's log-odds a step at every branch it takes; the step is the change of the fitted mean from
//! the node to its child (Saabas's attribution), so the steps add up to the score exactly. Each step counts for the
//! rule whose measurement the branch asked for.

use std::sync::LazyLock;

use serde::Deserialize;

use super::features::columns::{self, Group};
use super::features::kind;
use super::lexicon::vocabulary::{VOICES, Vocabulary};
use super::page::Page;
use super::rules::{self, RuleId};
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

/// A branch or a leaf. A leaf's threshold is above all values and its left child is itself.
#[derive(Debug, Clone, Copy)]
struct Node {
    column: u16,
    /// The rule that speaks for the column.
    rule: RuleId,
    is_leaf: bool,
    threshold: f32,
    /// The child for values up to the threshold; the other child follows it.
    left: u32,
    /// The fitted mean of all that came here.
    value: f32,
}

/// Most branches that one walk down a tree may take; a scores file with a deeper tree is refused.
const TREE_DEPTH: usize = 64;

/// Trees whose values add up.
#[derive(Debug, Default)]
pub struct Forest {
    nodes: Vec<Node>,
    roots: Vec<u32>,
}

/// What each rule said of one paragraph.
#[derive(Debug, Clone)]
pub struct Votes {
    /// The sum of all, with the start.
    pub total: f32,
    /// By rule: what it added.
    pub by_rule: Vec<f32>,
}

impl Votes {
    /// No votes.
    pub fn none() -> Self {
        Self { total: 0.0, by_rule: vec![0.0; rules::catalogue().len()] }
    }
}

/// How many trees are walked side by side: a processor waits for one node's children while it works on another's.
const SIDE_BY_SIDE: usize = 4;

impl Forest {
    /// Walks a row down every tree and adds what is said to the votes.
    pub fn vote(&self, row: &[f32], votes: &mut Votes) {
        let by_rule = &mut votes.by_rule;
        votes.total += self.walk(row, |node, child| by_rule[usize::from(node.rule)] += child.value - node.value);
    }

    /// The sum alone.
    pub fn score(&self, row: &[f32]) -> f32 {
        self.walk(row, |_, _| {})
    }

    /// Walks a row down every tree, tells each step from a node to its child, and returns the sum of the leaves.
    fn walk(&self, row: &[f32], mut step: impl FnMut(Node, Node)) -> f32 {
        let groups = self.roots.chunks_exact(SIDE_BY_SIDE);
        let mut sum = 0.0;
        for root in groups.remainder() {
            let mut node = self.nodes[*root as usize];
            while !node.is_leaf {
                let child = self.child(node, row);
                step(node, child);
                node = child;
            }
            sum += node.value;
        }
        for group in groups {
            let mut nodes: [Node; SIDE_BY_SIDE] = std::array::from_fn(|at| self.nodes[group[at] as usize]);
            while !nodes.iter().all(|node| node.is_leaf) {
                for node in &mut nodes {
                    // A leaf is its own child: the step says nothing.
                    let child = self.child(*node, row);
                    step(*node, child);
                    *node = child;
                }
            }
            sum += nodes.iter().map(|node| node.value).sum::<f32>();
        }
        sum
    }

    fn child(&self, node: Node, row: &[f32]) -> Node {
        let right = u32::from(row[usize::from(node.column)] > node.threshold);
        self.nodes[(node.left + right) as usize]
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

/// A forest as it is written: one entry a node, in parallel lists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForestFile {
    /// Names of the columns that are asked for.
    columns: Vec<String>,
    /// The node that each tree begins with.
    roots: Vec<u32>,
    /// For each node its column, as an index of `columns`; -1 for a leaf.
    column: Vec<i32>,
    threshold: Vec<f32>,
    left: Vec<u32>,
    value: Vec<f32>,
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
                judge: forest(file.judge, &measured)?,
                settle: forest(file.settle, &settled)?,
                thresholds: file.thresholds,
            })
        };
        let of_page: Vec<(String, Option<Group>)> = kind::columns().into_iter().map(|name| (name, None)).collect();
        let page_kinds: Vec<Forest> =
            file.page_kinds.into_iter().map(|file| forest(file, &of_page)).collect::<Result<_, String>>()?;
        if page_kinds.len() != kind::KINDS.len() {
            return Err(format!("{} kinds of pages", page_kinds.len()));
        }
        let [advertising, call, boilerplate] = file.kinds;
        Ok(Self {
            vocabulary: Vocabulary::new(start, grams.into_iter().zip(weights)),
            page_kinds,
            page: stages(file.page)?,
            text: stages(file.text)?,
            kinds: [forest(advertising, &measured)?, forest(call, &measured)?, forest(boilerplate, &measured)?],
        })
    }
}

/// Reads a forest over columns, each with the group whose rule speaks for it, if one does.
fn forest(file: ForestFile, columns: &[(String, Option<Group>)]) -> Result<Forest, String> {
    let count = file.column.len();
    if [file.threshold.len(), file.left.len(), file.value.len()].iter().any(|length| *length != count) {
        return Err("lists of nodes of unequal length".to_owned());
    }
    let known: Vec<(u16, RuleId)> = file
        .columns
        .iter()
        .map(|name| {
            let index =
                columns.iter().position(|(known, _)| known == name).ok_or_else(|| format!("no column “{name}”"))?;
            Ok((index as u16, columns[index].1.map_or(0, rules::of_group)))
        })
        .collect::<Result<_, String>>()?;
    let mut nodes = Vec::with_capacity(count);
    for at in 0..count {
        let value = file.value[at];
        let Ok(column) = usize::try_from(file.column[at]) else {
            let threshold = f32::INFINITY;
            nodes.push(Node { column: 0, rule: 0, is_leaf: true, threshold, left: at as u32, value });
            continue;
        };
        let (column, rule) = *known.get(column).ok_or_else(|| format!("node {at}: no column {column}"))?;
        let left = file.left[at];
        // Children stand after their parents, so that every walk ends.
        if left as usize <= at || left as usize + 1 >= count {
            return Err(format!("node {at}: its children are not after it"));
        }
        nodes.push(Node { column, rule, is_leaf: false, threshold: file.threshold[at], left, value });
    }
    if file.roots.iter().any(|root| *root as usize >= count || depth(&nodes, *root) > TREE_DEPTH) {
        return Err("a tree that is not there, or too deep".to_owned());
    }
    Ok(Forest { nodes, roots: file.roots })
}

fn depth(nodes: &[Node], root: u32) -> usize {
    let mut deepest = 0;
    let mut open = vec![(root, 0)];
    while let Some((at, depth)) = open.pop() {
        deepest = deepest.max(depth);
        let node = nodes[at as usize];
        if !node.is_leaf && depth <= TREE_DEPTH {
            open.push((node.left, depth + 1));
            open.push((node.left + 1, depth + 1));
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::features::Row;
    use crate::engine::features::columns::{Column, Own};

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
        let mut row = Row::default();
        row.0[Own::Words.index()] = 3.0;
        row.0[Own::LinkShare.index()] = 1.0;
        let mut votes = Votes::none();
        scores.page.judge.vote(&row.0, &mut votes);
        let said: f32 = votes.by_rule.iter().sum();
        assert!((votes.total + 3.0).abs() < 1e-6 && (0.1 + said - votes.total).abs() < 1e-6);
        assert!((scores.page.judge.score(&row.0) - votes.total).abs() < 1e-6);
        assert!((votes.by_rule[usize::from(rules::of_group(Group::LinkShare))] + 2.0).abs() < 1e-6);
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
        assert!(!built_in().page.judge.roots.is_empty());
    }
}
