//! The catalogue: every rule that can speak in a verdict, what it looks for and, in words, what it saw.
//!
//! A rule is a named group of measurements. How much each measurement says was fitted ([`scores`](super::scores)); a
//! rule adds up what its measurements said of one paragraph. It reads measurements only. The rules of [`told`] measure
//! nothing: callers and operators speak through them.

pub mod evidence;
mod structural;
pub mod told;

use std::borrow::Cow;
use std::sync::LazyLock;

use super::features::columns::Group;
use super::lexicon::family::{Family, Speaks};
use super::lexicon::marks::Mark;
use super::verdict::Label;

/// One rule of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name: what it finds.
    pub id: Cow<'static, str>,
    /// What it speaks for when it fires; none where that depends on what it saw.
    pub label: Option<Label>,
    /// What it looks for.
    pub looks_for: Cow<'static, str>,
    /// What it measures; none where it is told.
    group: Option<Group>,
}

/// Index of a rule in the [`catalogue`].
pub type RuleId = u8;

static CATALOGUE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let families = Family::ALL.iter().map(|family| Rule {
        id: family.name().into(),
        label: if let Speaks::For(label) = family.speaks() { Some(label) } else { None },
        looks_for: format!("phrases in the document’s language: {}", family.finds()).into(),
        group: Some(Group::Phrases(*family)),
    });
    let marks = Mark::ALL.iter().map(|mark| Rule {
        id: format!("marked-{}", mark.name()).into(),
        label: None,
        looks_for: format!("an element, class, id or role around the paragraph that means “{}”", mark.name()).into(),
        group: Some(Group::Marked(*mark)),
    });
    let structural = structural::RULES.iter().map(|(group, id, looks_for)| Rule {
        id: (*id).into(),
        label: None,
        looks_for: (*looks_for).into(),
        group: Some(*group),
    });
    let told = told::RULES.iter().map(|(id, label, looks_for)| Rule {
        id: (*id).into(),
        label: *label,
        looks_for: (*looks_for).into(),
        group: None,
    });
    let mut rules: Vec<Rule> = families.chain(marks).chain(structural).chain(told).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules
});

/// Every rule, sorted by name.
pub fn catalogue() -> &'static [Rule] {
    &CATALOGUE
}

/// One rule.
pub fn rule(id: RuleId) -> &'static Rule {
    &CATALOGUE[usize::from(id)]
}

/// The rule that speaks for a group of measurements.
///
/// # Panics
/// Where a group has no rule, which the tests rule out.
pub fn of_group(group: Group) -> RuleId {
    let index = CATALOGUE.iter().position(|rule| rule.group == Some(group));
    index.expect("every group has a rule, as the tests hold") as RuleId
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::engine::features::columns;

    #[test]
    fn every_column_has_one_rule() {
        for (name, group) in columns::all() {
            assert_eq!(catalogue().iter().filter(|rule| rule.group == Some(group)).count(), 1, "{name}");
        }
    }

    #[test]
    fn names_are_sorted_unique_and_say_what_is_found() {
        let ids: Vec<&str> = catalogue().iter().map(|rule| rule.id.as_ref()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        for id in ids {
            assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{id}");
            assert!(!["remove-", "drop-", "avoid-", "no-", "strip-"].iter().any(|verb| id.starts_with(verb)), "{id}");
        }
    }

    #[test]
    fn rules_fit_their_index() {
        assert!(catalogue().len() <= usize::from(RuleId::MAX));
    }
}
