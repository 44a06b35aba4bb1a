//! `dechaff rules`: the catalogue of rules, or with `--hits` what they do.

use std::io::{self, Write};

use super::{Failure, hits};
use crate::config::{Rules, RulesForm};
use crate::wire::{self, RuleEntry};

/// Prints the catalogue, or what its rules do in documents.
pub(super) fn run(flags: &Rules) -> Result<(), Failure> {
    if flags.hits {
        return hits::run(flags);
    }
    let rules = wire::rules();
    let catalogue = match flags.format {
        RulesForm::Text => table(&rules),
        RulesForm::Json => format!("{}\n", serde_json::json!({ "rules": rules })),
    };
    let mut output = io::stdout().lock();
    output.write_all(catalogue.as_bytes()).and_then(|()| output.flush()).map_err(|error| Failure::output(&error))
}

/// One line a rule: its name, its label, what it looks for.
fn table(rules: &[RuleEntry]) -> String {
    let label = |rule: &RuleEntry| rule.label.map_or("any", |label| label.name());
    let ids = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let labels = rules.iter().map(|rule| label(rule).len()).max().unwrap_or_default();
    let line = |rule: &RuleEntry| format!("{:ids$}  {:labels$}  {}\n", rule.id, label(rule), rule.looks_for);
    rules.iter().map(line).collect()
}
