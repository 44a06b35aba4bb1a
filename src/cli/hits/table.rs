//! How often each rule spoke, in columns, and how loudly. Weights are counted in hundredths, as answers have them, so
//! that the sums are exact.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::{Reason, wire};

/// Most columns that a table splits its counts by.
const COLUMNS: usize = 4;

/// The counts of every rule.
pub(super) struct Table {
    /// How many documents were counted.
    pub(super) documents: usize,
    columns: Vec<&'static str>,
    /// All paragraphs, by column.
    paragraphs: [usize; COLUMNS],
    /// By name, in order.
    rules: Vec<(&'static str, Counts)>,
}

/// What one rule did.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    /// Paragraphs among whose reasons it is, by column.
    paragraphs: [usize; COLUMNS],
    /// What it said for content, in hundredths of log-odds.
    weight_for: u64,
    /// What it said against.
    weight_against: u64,
}

impl Table {
    /// A table that counts nothing yet.
    pub(super) fn new(columns: &[&'static str]) -> Self {
        let rules = wire::rules().iter().map(|rule| (rule.id, Counts::default())).collect();
        Self { documents: 0, columns: columns.to_vec(), paragraphs: [0; COLUMNS], rules }
    }

    /// Counts a paragraph in a column.
    pub(super) fn count(&mut self, column: usize, reasons: &[Reason]) {
        self.paragraphs[column] += 1;
        for (at, reason) in reasons.iter().enumerate() {
            let Ok(rule) = self.rules.binary_search_by(|(id, _)| (*id).cmp(&reason.rule)) else { continue };
            let counts = &mut self.rules[rule].1;
            // What is left unnamed goes to a rule that may have been named before.
            let is_first = reasons[..at].iter().all(|before| before.rule != reason.rule);
            counts.paragraphs[column] += usize::from(is_first);
            let hundredths = (reason.weight * 100.0).round() as u64;
            let sum = if reason.signed() < 0.0 { &mut counts.weight_against } else { &mut counts.weight_for };
            *sum += hundredths;
        }
    }

    /// Every rule, the most frequent first.
    fn sorted(&self) -> Vec<(&'static str, Counts)> {
        let mut rules = self.rules.clone();
        rules.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.all()));
        rules
    }

    /// The table for people, under a line that says what it counts.
    pub(super) fn text(&self, split: &str) -> String {
        let mut head = vec!["rule".to_owned(), "paragraphs".to_owned()];
        head.extend(self.columns.iter().map(|column| (*column).to_owned()));
        head.extend(["weight for".to_owned(), "weight against".to_owned()]);
        let rows = self.sorted().into_iter().map(|(id, counts)| {
            let mut row = vec![id.to_owned(), counts.all().to_string()];
            row.extend(counts.paragraphs.iter().take(self.columns.len()).map(usize::to_string));
            row.extend([counts.weight_for, counts.weight_against].map(|sum| format!("{:.2}", log_odds(sum))));
            row
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..self.columns.len() + 4).map(width).collect();

        let all: usize = self.paragraphs.iter().sum();
        let shares = self.columns.iter().zip(self.paragraphs).map(|(column, count)| format!("{count} {column}"));
        let shares = shares.collect::<Vec<_>>().join(", ");
        let mut text = format!("Documents: {}. Paragraphs: {all}, {split}: {shares}.\n\n", self.documents);
        for row in &rows {
            let _ = write!(text, "{:width$}", row[0], width = widths[0]);
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                let _ = write!(text, "  {cell:>width$}");
            }
            text.push('\n');
        }
        text
    }

    /// The table for programs.
    pub(super) fn json(&self) -> Value {
        let split = |paragraphs: [usize; COLUMNS]| -> Map<String, Value> {
            self.columns.iter().zip(paragraphs).map(|(column, count)| ((*column).to_owned(), count.into())).collect()
        };
        let rule = |(id, counts): (&str, Counts)| {
            json!({
                "id": id,
                "paragraphs": counts.all(),
                "split": split(counts.paragraphs),
                "weight_for": log_odds(counts.weight_for),
                "weight_against": log_odds(counts.weight_against),
            })
        };
        let rules: Vec<Value> = self.sorted().into_iter().map(rule).collect();
        let paragraphs: usize = self.paragraphs.iter().sum();
        json!({
            "documents": self.documents,
            "paragraphs": paragraphs,
            "split": split(self.paragraphs),
            "rules": rules,
        })
    }
}

impl Counts {
    fn all(&self) -> usize {
        self.paragraphs.iter().sum()
    }
}

fn log_odds(hundredths: u64) -> f64 {
    hundredths as f64 / 100.0
}
