//! A document whose lines a reader labelled: pasted text of which it is known what must go.

use serde::Deserialize;

use crate::batch_line::Fault;

/// What a line of a labelled document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// Part of the article.
    Content,
    /// Something that must go.
    Goes,
    /// Something that may stay or go.
    Either,
}

impl Truth {
    /// In the order of the table's columns.
    pub(super) const ALL: [Self; 3] = [Self::Content, Self::Goes, Self::Either];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Goes => "goes",
            Self::Either => "either",
        }
    }

    /// What a reader's codes say: C content, A advertising, T call to action, B boilerplate, E either; several where
    /// several are right.
    fn of_codes(codes: &str) -> Option<Self> {
        let is_known = !codes.is_empty() && codes.bytes().all(|code| b"CATBE".contains(&code));
        is_known.then_some(if codes == "C" {
            Self::Content
        } else if codes.contains(['C', 'E']) {
            Self::Either
        } else {
            Self::Goes
        })
    }
}

/// A labelled document.
pub(super) struct Labelled {
    /// Its lines, a blank line between them.
    pub(super) text: String,
    /// Where each line begins in the text, in bytes, and what it is.
    lines: Vec<(usize, Truth)>,
}

#[derive(Deserialize)]
struct Line {
    lines: Option<Vec<(String, String)>>,
}

impl Labelled {
    /// Reads a line of NDJSON; none where it has no `lines`.
    pub(super) fn read(line: &[u8]) -> Result<Option<Self>, Fault> {
        // What is no object is refused where other documents are read.
        if !line.trim_ascii_start().starts_with(b"{") {
            return Ok(None);
        }
        let line: Line = serde_json::from_slice(line).map_err(|error| Fault::Malformed(error.to_string()))?;
        let Some(labelled) = line.lines else { return Ok(None) };
        let (mut text, mut lines) = (String::new(), Vec::with_capacity(labelled.len()));
        for (line, codes) in labelled {
            let truth = Truth::of_codes(&codes)
                .ok_or_else(|| Fault::Malformed("a code of a line is of the letters C, A, T, B and E".to_owned()))?;
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            lines.push((text.len(), truth));
            text.push_str(&line);
        }
        Ok(Some(Self { text, lines }))
    }

    /// What the line is that a paragraph begins in.
    pub(super) fn truth_at(&self, start: usize) -> Truth {
        let after = self.lines.partition_point(|(from, _)| *from <= start);
        after.checked_sub(1).map_or(Truth::Either, |at| self.lines[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_what_its_line_is() {
        let line = r#"{"id":1,"lines":[["Rain fell.","C"],["Sign up","TB"],["By Ann","E"],["Both","CA"]]}"#;
        let labelled = Labelled::read(line.as_bytes()).unwrap().unwrap();
        assert_eq!(labelled.text, "Rain fell.\n\nSign up\n\nBy Ann\n\nBoth");
        let truths =
            ["Rain", "fell", "Sign", "By", "Both"].map(|word| labelled.truth_at(labelled.text.find(word).unwrap()));
        assert_eq!(truths, [Truth::Content, Truth::Content, Truth::Goes, Truth::Either, Truth::Either]);
    }

    #[test]
    fn other_lines_are_left_to_others() {
        let read = |line: &str| Labelled::read(line.as_bytes()).map(|labelled| labelled.is_some()).map_err(|_| ());
        assert_eq!(read(r#"{"id":1,"text":"Rain fell."}"#), Ok(false));
        assert_eq!(read("[[]]"), Ok(false));
        assert_eq!(read(r#"{"lines":[]}"#), Ok(true));
        for wrong in
            [r#"{"lines":7}"#, r#"{"lines":[["Rain"]]}"#, r#"{"lines":[["Rain","X"]]}"#, r#"{"lines":[["Rain",""]]}"#]
        {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }
}
