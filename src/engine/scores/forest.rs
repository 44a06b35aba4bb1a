//! Decision trees whose values add up, walked by eight rows side by side: a processor waits for the memory of one row while
//! it works on another's. A tree's nodes lie together, and a row that has come to a leaf stays there.

use std::borrow::Borrow;

use serde::Deserialize;

use super::super::features::columns::Group;
use super::super::rules::{self, RuleId};

/// How many rows go down a tree side by side.
pub const SIDE_BY_SIDE: usize = 8;
/// Room for the nodes of a tree, the root first; a scores file with a larger tree is refused.
const NODES: usize = 128;

/// A branch or a leaf. A leaf's threshold is above all values and its left child is itself.
#[derive(Debug, Clone, Copy)]
struct Node {
    threshold: f32,
    column: u16,
    /// The child for values up to the threshold; the other child follows it.
    left: u16,
}

/// What stands where a tree has no node.
const NO_NODE: Node = Node { threshold: f32::INFINITY, column: 0, left: 0 };

/// Trees whose values add up.
#[derive(Debug, Default)]
pub struct Forest {
    trees: Vec<[Node; NODES]>,
    /// The longest way from a root to a leaf.
    depth: u32,
    /// For each node of each tree the fitted mean of all that came there: a leaf's is what the tree says.
    values: Vec<f32>,
    /// For each node, where the steps on the way to it end among all steps; only leaves have any.
    ends: Vec<u32>,
    /// What each rule adds on the way to a leaf, one leaf after another.
    steps: Vec<(RuleId, f32)>,
}

/// What was said of the paragraphs of a document.
#[derive(Debug, Clone, Default)]
pub struct Votes {
    /// The log-odds of content of each.
    pub totals: Vec<f32>,
    /// What each rule added, the rules of one paragraph after those of another; empty where no reasons are asked for.
    by_rule: Vec<f32>,
}

impl Votes {
    /// No votes on so many paragraphs; `with_rules` where reasons will be asked for.
    pub fn none(paragraphs: usize, with_rules: bool) -> Self {
        let rules = if with_rules { paragraphs * rules::catalogue().len() } else { 0 };
        Self { totals: vec![0.0; paragraphs], by_rule: vec![0.0; rules] }
    }

    /// What each rule added for a paragraph; empty where the votes were counted without rules.
    pub fn by_rule(&self, paragraph: usize) -> &[f32] {
        let rules = rules::catalogue().len();
        self.by_rule.get(paragraph * rules..(paragraph + 1) * rules).unwrap_or_default()
    }
}

impl Forest {
    /// Adds what the trees say of rows to the votes on the paragraphs from `first` on, one a row. There are at most
    /// [`SIDE_BY_SIDE`] rows.
    pub fn vote<const N: usize, R: Borrow<[f32; N]>>(&self, rows: &[R], first: usize, votes: &mut Votes) {
        let Votes { totals, by_rule } = votes;
        let rules = if by_rule.is_empty() { 0 } else { rules::catalogue().len() };
        self.walk(rows, |row, leaf| {
            totals[first + row] += self.values[leaf];
            if rules > 0 {
                let said = &mut by_rule[(first + row) * rules..][..rules];
                for (rule, step) in self.steps_to(leaf) {
                    said[usize::from(*rule)] += step;
                }
            }
        });
    }

    /// The sums of what the trees say of each row. There are at most [`SIDE_BY_SIDE`] rows.
    pub fn scores<const N: usize, R: Borrow<[f32; N]>>(&self, rows: &[R]) -> [f32; SIDE_BY_SIDE] {
        let mut scores = [0.0; SIDE_BY_SIDE];
        self.walk(rows, |row, leaf| scores[row] += self.values[leaf]);
        scores
    }

    /// The sum of what the trees say of one row.
    pub fn score(&self, row: &[f32]) -> f32 {
        let leaf = |nodes: &[Node; NODES]| (0..self.depth).fold(0, |at: usize, _| nodes[at % NODES].child(row));
        self.trees.iter().enumerate().map(|(tree, nodes)| self.values[tree * NODES + leaf(nodes)]).sum()
    }

    fn steps_to(&self, leaf: usize) -> &[(RuleId, f32)] {
        let from = if leaf == 0 { 0 } else { self.ends[leaf - 1] };
        &self.steps[from as usize..self.ends[leaf] as usize]
    }

    /// Tells, for each tree and each row, the row's place and the leaf that it comes to.
    fn walk<const N: usize, R: Borrow<[f32; N]>>(&self, rows: &[R], mut tell: impl FnMut(usize, usize)) {
        let Some(last) = rows.last() else { return };
        let lanes: [&[f32; N]; SIDE_BY_SIDE] = std::array::from_fn(|lane| rows.get(lane).unwrap_or(last).borrow());
        for (tree, nodes) in self.trees.iter().enumerate() {
            let mut at = [0usize; SIDE_BY_SIDE];
            for _ in 0..self.depth {
                let mut moved = 0;
                for (at, row) in at.iter_mut().zip(lanes) {
                    let next = nodes[*at % NODES].child(row);
                    moved |= next ^ *at;
                    *at = next;
                }
                if moved == 0 {
                    break;
                }
            }
            for (row, at) in at.into_iter().enumerate().take(rows.len()) {
                tell(row, tree * NODES + at);
            }
        }
    }
}

impl Node {
    fn child(self, row: &[f32]) -> usize {
        usize::from(self.left) + usize::from(row[usize::from(self.column)] > self.threshold)
    }
}

/// A forest as it is written: one entry a node, in parallel lists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForestFile {
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

/// Reads a forest over columns, each with the group whose rule speaks for it, if one does.
pub(super) fn read(file: &ForestFile, columns: &[(String, Option<Group>)]) -> Result<Forest, String> {
    let count = file.column.len();
    if [file.threshold.len(), file.left.len(), file.value.len()].iter().any(|length| *length != count) {
        return Err("lists of nodes of unequal length".to_owned());
    }
    let place = |name: &String| {
        let index = columns.iter().position(|(known, _)| known == name).ok_or_else(|| format!("no column “{name}”"))?;
        Ok((index as u16, columns[index].1.map_or(0, rules::of_group)))
    };
    let columns = file.columns.iter().map(place).collect::<Result<Vec<(u16, RuleId)>, String>>()?;
    let mut forest = Forest::default();
    for root in &file.roots {
        let tree = read_tree(file, *root as usize, &columns)?;
        let mut nodes = [NO_NODE; NODES];
        for (at, read) in tree.iter().enumerate() {
            nodes[at] = read.node.unwrap_or(Node { left: at as u16, ..NO_NODE });
            forest.depth = forest.depth.max(read.way.len() as u32);
            forest.values.push(read.value);
            if read.node.is_none() {
                forest.steps.extend(summed(&read.way));
            }
            forest.ends.push(forest.steps.len() as u32);
        }
        forest.trees.push(nodes);
        forest.values.resize(forest.trees.len() * NODES, 0.0);
        forest.ends.resize(forest.trees.len() * NODES, forest.steps.len() as u32);
    }
    Ok(forest)
}

/// A node of a tree, as it is read.
struct Read {
    /// Its place in the file.
    at: usize,
    /// The branch; none for a leaf.
    node: Option<Node>,
    value: f32,
    /// The steps on the way to it.
    way: Vec<(RuleId, f32)>,
}

/// Reads the tree of a root, parents before their children; `columns` are the places in a row and the rules of the file's
/// columns.
fn read_tree(file: &ForestFile, root: usize, columns: &[(u16, RuleId)]) -> Result<Vec<Read>, String> {
    let value = *file.value.get(root).ok_or("a tree that is not there")?;
    let mut nodes = vec![Read { at: root, node: None, value, way: Vec::new() }];
    let mut next = 0;
    while next < nodes.len() {
        let Read { at, value, .. } = nodes[next];
        if let Ok(column) = usize::try_from(file.column[at]) {
            let (column, rule) = *columns.get(column).ok_or_else(|| format!("node {at}: no column {column}"))?;
            let left = file.left[at] as usize;
            // Children stand after their parents, so that every way ends.
            if left <= at || left + 1 >= file.column.len() {
                return Err(format!("node {at}: its children are not after it"));
            }
            if nodes.len() + 2 > NODES {
                return Err(format!("a tree of over {NODES} nodes"));
            }
            nodes[next].node = Some(Node { threshold: file.threshold[at], column, left: nodes.len() as u16 });
            for child in [left, left + 1] {
                let step = (rule, file.value[child] - value);
                let way = nodes[next].way.iter().copied().chain([step]).collect();
                nodes.push(Read { at: child, node: None, value: file.value[child], way });
            }
        }
        next += 1;
    }
    Ok(nodes)
}

/// The steps of a way, each rule's in one.
fn summed(way: &[(RuleId, f32)]) -> Vec<(RuleId, f32)> {
    let mut sums: Vec<(RuleId, f32)> = Vec::with_capacity(way.len());
    for (rule, step) in way {
        match sums.iter_mut().find(|(known, _)| known == rule) {
            Some((_, sum)) => *sum += step,
            None => sums.push((*rule, *step)),
        }
    }
    sums
}
