//! What an interrupted batch has done. Its answers are all that it leaves, and all that is needed: there is one for
//! every document, in their order, and a part's name says how many stand before it. So only the last part is read.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde_json::value::RawValue;

use super::super::lines::BUFFER;
use super::compression::Compression;
use crate::batch_line::read_back;
use crate::config::{PartName, Start};

/// What is done, and where to go on.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Documents that have their answer.
    pub(super) documents: u64,
    /// Those of them whose answer is an error.
    pub(super) failures: u64,
    /// The id of the last answer in the last part; `None` where the part has none.
    pub(super) last_id: Option<Box<RawValue>>,
    /// The last part.
    pub(super) last: Option<LastPart>,
}

/// The part that an interruption may have cut through.
#[derive(Debug)]
pub(super) struct LastPart {
    /// Its name.
    pub(super) name: String,
    /// Bytes of the file that hold whole answers.
    pub(super) whole: u64,
    /// Bytes of these answers, before compression.
    pub(super) answers: u64,
}

/// Where the parts in a folder begin.
///
/// # Errors
/// Also where there are parts of the same stem with other endings: their documents would be done again.
fn starts(folder: &Path, name: &PartName) -> io::Result<Vec<Start>> {
    let mut starts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.file_name();
        let Some(file) = file.to_str() else { continue };
        let endings = file.find('.').map_or("", |dot| &file[dot..]);
        let of_its_endings = PartName { stem: name.stem.clone(), endings: endings.to_owned() };
        let Some(start) = of_its_endings.start_of(file) else { continue };
        if endings != name.endings {
            return Err(io::Error::other(format!("holds {file}, which is no part of {name}")));
        }
        starts.push(start);
    }
    Ok(starts)
}

/// What the parts in a folder say is done.
pub(super) fn done(folder: &Path, name: &PartName) -> io::Result<Done> {
    let Some(start) = starts(folder, name)?.into_iter().max() else { return Ok(Done::default()) };
    let file = name.at(start);
    let input = BufReader::with_capacity(BUFFER, File::open(folder.join(OsStr::new(&file)))?);
    let mut counted = Counted { inner: input, used: 0 };
    let mut done = Done { documents: start.documents, failures: start.failures, ..Done::default() };
    let (whole, answers) = read_part(Compression::of(&file), &mut counted, &mut done)?;
    done.last = Some(LastPart { name: file, whole, answers });
    Ok(done)
}

/// Counts the whole answers of a part: up to where in the file they go, and how long they are before compression.
fn read_part(compression: Compression, input: &mut Counted<impl BufRead>, done: &mut Done) -> io::Result<(u64, u64)> {
    if compression == Compression::None {
        let answers = read_answers(input, done)?.0;
        return Ok((answers, answers));
    }
    let (mut whole, mut answers) = (0, 0);
    while !input.fill_buf()?.is_empty() {
        let mut of_frame = Done::default();
        let read = match compression.read_frame(input) {
            Ok(frame) => read_answers(&mut BufReader::with_capacity(BUFFER, frame), &mut of_frame),
            Err(error) => Err(error),
        };
        // A frame that is cut cannot be read to its end: it was the last that was written.
        let Ok((bytes, true)) = read else { break };
        done.documents += of_frame.documents;
        done.failures += of_frame.failures;
        done.last_id = of_frame.last_id.or(done.last_id.take());
        (whole, answers) = (input.used, answers + bytes);
    }
    Ok((whole, answers))
}

/// Counts whole answers: how many bytes they are, and whether there is nothing else.
fn read_answers(lines: &mut impl BufRead, done: &mut Done) -> io::Result<(u64, bool)> {
    let (mut bytes, mut line) = (0, Vec::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok((bytes, true));
        }
        let Some((id, is_failure)) = line.strip_suffix(b"\n").and_then(read_back) else { return Ok((bytes, false)) };
        bytes += line.len() as u64;
        done.documents += 1;
        done.failures += u64::from(is_failure);
        done.last_id = Some(id);
    }
}

/// Counts what is used of an input, which may have been read ahead of that.
struct Counted<R> {
    inner: R,
    used: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.used += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.used += amount as u64;
        self.inner.consume(amount);
    }
}
