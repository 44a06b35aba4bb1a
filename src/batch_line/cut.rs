//! Cuts a stream of bytes into lines, whatever the pieces that it comes in. Of a line that is too long no more is held
//! than the limit, and no more kept than its beginning, where its id may stand; the rest is passed over to its end.

use serde_json::value::RawValue;

use super::Fault;

/// How much of a line that is too long is kept, in bytes: room for an id that stands in front.
const HEAD: usize = 1024;

/// A line without its end, or why it cannot be had.
pub type Line = Result<Vec<u8>, Fault>;

/// Cuts lines.
#[derive(Debug)]
pub struct Cutter {
    limit: usize,
    line: Vec<u8>,
    is_too_long: bool,
}

impl Cutter {
    /// A cutter for lines of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new(), is_too_long: false }
    }

    /// Takes from the input up to the end of a line: how many bytes were taken, and the line where it is whole. To be
    /// called again with the rest of the input.
    pub fn take(&mut self, input: &[u8]) -> (usize, Option<Line>) {
        let end = memchr::memchr(b'\n', input);
        let part = &input[..end.unwrap_or(input.len())];
        if self.is_too_long || self.line.len() + part.len() > self.limit {
            self.is_too_long = true;
            let room = HEAD.saturating_sub(self.line.len()).min(part.len());
            self.line.extend_from_slice(&part[..room]);
            self.line.truncate(HEAD);
            self.line.shrink_to_fit();
        } else {
            self.line.extend_from_slice(part);
        }
        let line = end.map(|_| self.whole());
        (part.len() + usize::from(end.is_some()), line)
    }

    /// The line that the stream ends with, where it does not end with a line feed.
    pub fn end(&mut self) -> Option<Line> {
        (self.is_too_long || !self.line.is_empty()).then(|| self.whole())
    }

    fn whole(&mut self) -> Line {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.is_too_long) {
            return Err(Fault::TooLong { limit: self.limit, id: leading_id(&line) });
        }
        Ok(line)
    }
}

/// The id of a line of which only the beginning is known; found where it stands first.
fn leading_id(head: &[u8]) -> Option<Box<RawValue>> {
    let mut rest = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    for sign in [&b"{"[..], b"\"id\"", b":"] {
        rest = rest.trim_ascii_start().strip_prefix(sign)?;
    }
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Box<RawValue>>();
    let id = values.next()?.ok()?;
    // What ends with the head may have been cut through.
    (values.byte_offset() < rest.len()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as `Ok(line)`, and too long ones as `Err(id)`.
    fn lines(input: &[u8], limit: usize, step: usize) -> Vec<Result<String, String>> {
        let mut cutter = Cutter::new(limit);
        let mut lines = Vec::new();
        for mut piece in input.chunks(step) {
            while !piece.is_empty() {
                let (used, line) = cutter.take(piece);
                assert!(used > 0 && cutter.line.len() <= limit.max(HEAD));
                lines.extend(line);
                piece = &piece[used..];
            }
        }
        lines.extend(cutter.end());
        let told = |line: Line| match line {
            Ok(line) => Ok(String::from_utf8(line).unwrap()),
            Err(Fault::TooLong { id, .. }) => Err(id.map_or_else(String::new, |id| id.get().to_owned())),
            Err(other) => panic!("{other:?}"),
        };
        lines.into_iter().map(told).collect()
    }

    #[track_caller]
    fn check(input: &str, limit: usize, wanted: &[Result<&str, &str>]) {
        let wanted: Vec<_> = wanted.iter().map(|line| line.map(str::to_owned).map_err(str::to_owned)).collect();
        for step in [1, 2, 5, 64, 10_000] {
            assert_eq!(lines(input.as_bytes(), limit, step), wanted, "in steps of {step}");
        }
    }

    #[test]
    fn lines_are_cut_whatever_the_pieces() {
        check("a\n\nlong line\nbc\r\nd", 4, &[Ok("a"), Ok(""), Err(""), Ok("bc\r"), Ok("d")]);
        check("four\n", 4, &[Ok("four")]);
        check("five5", 4, &[Err("")]);
        check("", 4, &[]);
    }

    #[test]
    fn a_line_that_is_too_long_has_its_id_where_it_stands_first() {
        let long = "x".repeat(3 * HEAD);
        for (front, id) in [
            (r#"{"id":7,"html":""#, "7"),
            (" { \"id\" : \"a\\\"}b\" , ", "\"a\\\"}b\""),
            (r#"{"id":{"a":[1,{}]},"#, r#"{"a":[1,{}]}"#),
            ("\u{feff}{\"id\":null,", "null"),
            (r#"{"html":"","id":7"#, ""),
            (r#"{"id":"#, ""),
            (r#"{"id":""#, ""),
            ("", ""),
        ] {
            check(&format!("{front}{long}\nb"), 2 * HEAD, &[Err(id), Ok("b")]);
        }
        check(&format!("{{\"id\":{}", "7".repeat(3 * HEAD)), 10, &[Err("")]);
    }
}
