//! Which words of a paragraph its reasons quote.

use crate::Reason;
use crate::engine::rules;
use crate::engine::rules::told;

/// A part of a paragraph's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) text: &'a str,
    /// Whether a reason quotes it.
    pub(super) is_marked: bool,
}

/// Parts a text where words that a reason quotes begin and end. The parts put together are the text.
pub(super) fn mark<'a>(text: &'a str, reasons: &[Reason]) -> Vec<Segment<'a>> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for reason in reasons.iter().filter(|reason| quotes(&reason.rule)) {
        // A long quote is cut at its end.
        let quoted = reason.evidence.trim_end_matches('…');
        if let Some(start) = text.find(quoted).filter(|_| !quoted.is_empty()) {
            ranges.push((start, start + quoted.len()));
        }
    }
    ranges.sort_unstable();
    let mut segments = Vec::new();
    let mut at = 0;
    let mut push = |from: usize, to: usize, is_marked: bool| {
        if from < to {
            segments.push(Segment { text: &text[from..to], is_marked });
        }
    };
    for (start, end) in ranges {
        push(at, start.max(at), false);
        push(start.max(at), end, true);
        at = at.max(end);
    }
    push(at, text.len(), false);
    segments
}

/// Whether what a rule saw are words of the paragraph as they stand there.
fn quotes(id: &str) -> bool {
    let is_told = [told::CALLER_DROP, told::CALLER_KEEP, told::FILE_DROP, told::FILE_KEEP].contains(&id);
    is_told
        || rules::catalogue()
            .iter()
            .any(|rule| rule.id == id && rule.looks_for.starts_with("phrases in the document’s language"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Label;

    #[track_caller]
    fn check(text: &str, seen: &[(&'static str, &str)], expected: &str) {
        let reason = |(rule, evidence): &(&'static str, &str)| Reason {
            rule: (*rule).into(),
            label: Label::CallToAction,
            weight: 1.0,
            evidence: (*evidence).to_owned().into(),
        };
        let reasons: Vec<Reason> = seen.iter().map(reason).collect();
        let shown: String = mark(text, &reasons)
            .iter()
            .map(|part| if part.is_marked { format!("[{}]", part.text) } else { part.text.to_owned() })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn quoted_words_are_marked() {
        let newsletter = "newsletter-sign-up";
        check("Sign up for our newsletter!", &[(newsletter, "our newsletter")], "Sign up for [our newsletter]!");
        check("Sign up now", &[(newsletter, "Sign up"), ("caller-drop-phrase", "up now")], "[Sign up][ now]");
        check("Sign up now", &[(newsletter, "Sign up now"), ("caller-drop-phrase", "up")], "[Sign up now]");
        check("Sign up now, all of you", &[(newsletter, "Sign up now…")], "[Sign up now], all of you");
        check("A heading on a button", &[("element", "heading"), (newsletter, "")], "A heading on a button");
        check("", &[(newsletter, "newsletter")], "");
    }
}
