//! Reads lines one by one, however long the input.

use std::io::{self, BufRead};

use crate::batch_line::{Cutter, Line};

/// Bytes read and written at once.
pub(super) const BUFFER: usize = 1 << 18;

/// The next line without its end, or why it cannot be had; `None` at the end of the input.
pub(super) fn next_line(input: &mut impl BufRead, limit: usize) -> io::Result<Option<Line>> {
    let mut cutter = Cutter::new(limit);
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            return Ok(cutter.end());
        }
        let (used, line) = cutter.take(buffer);
        input.consume(used);
        if line.is_some() {
            return Ok(line);
        }
    }
}
