//! The file that `--rules` names, read once before any work. Whatever is wrong with it is a wrong call: every wrong line
//! is told as `FILE:LINE: what is wrong`, as compilers do, so that editors lead there.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Failure;
use crate::RulesFile;

/// Largest file, in bytes: far more than people write, far less than a file that was named by mistake.
const BYTES: usize = 1_000_000;

/// Reads the file; where none is named there are no rules.
pub(super) fn read(file: Option<&Path>) -> Result<RulesFile, Failure> {
    let Some(file) = file else { return Ok(RulesFile::default()) };
    let name = file.display();
    let bytes = beginning(file).map_err(|error| Failure::WrongCall(format!("{name}: {error}")))?;
    if bytes.len() > BYTES {
        return Err(Failure::WrongCall(format!("{name}: over {BYTES} bytes")));
    }
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = 1 + memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count();
        Failure::WrongCall(format!("{name}:{line}: not UTF-8"))
    })?;
    RulesFile::read(text).map_err(|wrong| {
        let lines: Vec<String> = wrong.iter().map(|line| format!("{name}:{line}")).collect();
        Failure::WrongCall(lines.join("\n"))
    })
}

/// As much of a file as tells whether it is too large.
fn beginning(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
