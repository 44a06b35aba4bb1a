//! Reads lines one by one, however long the input; of a line that is too long no more than the limit is ever held.

use std::io::{self, BufRead};

use crate::batch_line::Fault;

/// Bytes read and written at once.
pub(super) const BUFFER: usize = 1 << 18;

/// The next line without its end, or why it cannot be had; `None` at the end of the input.
pub(super) fn next_line(input: &mut impl BufRead, limit: usize) -> io::Result<Option<Result<Vec<u8>, Fault>>> {
    let mut line = Vec::new();
    let (mut is_any, mut is_too_long) = (false, false);
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            break;
        }
        is_any = true;
        let end = memchr::memchr(b'\n', buffer);
        let part = &buffer[..end.unwrap_or(buffer.len())];
        is_too_long |= line.len() + part.len() > limit;
        if is_too_long {
            line = Vec::new();
        } else {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(is_any.then_some(if is_too_long { Err(Fault::TooLong { limit }) } else { Ok(line) }))
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn lines_are_cut_whatever_the_buffer() {
        let input = b"a\n\nlong line\nbc\r\nd";
        for capacity in [1, 2, 5, 64] {
            let mut reader = BufReader::with_capacity(capacity, &input[..]);
            let mut lines = Vec::new();
            while let Some(line) = next_line(&mut reader, 4).unwrap() {
                lines.push(line.map_err(|_| ()));
            }
            let wanted = [Ok(&b"a"[..]), Ok(b""), Err(()), Ok(b"bc\r"), Ok(b"d")];
            assert_eq!(lines, wanted.map(|line| line.map(<[u8]>::to_vec)), "{capacity}");
        }
    }
}
