//! Where the documents of a batch come from: a file, compressed or not, or standard input. How much of a file was read
//! is counted as it lies on the disk, so that its size tells how much is left.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::Failure;
use super::super::lines::{BUFFER, next_line};
use super::compression::Compression;
use super::done::Done;
use crate::batch_line::{Line, id_of_line};

/// Documents to read, line by line.
pub(super) struct Input {
    /// What the input is called in messages.
    pub(super) name: String,
    /// Bytes that were read of the file.
    pub(super) read: Arc<AtomicU64>,
    /// Bytes of the file; `None` where it is not one that ends by its size.
    pub(super) size: Option<u64>,
    lines: Box<dyn BufRead + Send>,
    limit: usize,
}

struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Input {
    /// Opens a file, or standard input where there is none or it is named “-”. A line has at most `limit` bytes.
    pub(super) fn open(file: Option<&Path>, limit: usize) -> Result<Self, Failure> {
        let Some(file) = file.filter(|file| *file != Path::new("-")) else {
            let lines = Box::new(BufReader::with_capacity(BUFFER, io::stdin()));
            return Ok(Self { name: "standard input".to_owned(), read: Arc::default(), size: None, lines, limit });
        };
        let name = file.display().to_string();
        Self::of_file(file, name.clone(), limit).map_err(|error| Failure::new(name, error))
    }

    fn of_file(file: &Path, name: String, limit: usize) -> io::Result<Self> {
        let inner = File::open(file)?;
        let about = inner.metadata()?;
        let read = Arc::default();
        let counting = BufReader::with_capacity(BUFFER, Counting { inner, read: Arc::clone(&read) });
        let lines = Compression::of(&name).read(counting)?;
        Ok(Self { name, read, size: about.is_file().then_some(about.len()), lines, limit })
    }

    /// The next document; blank lines are none.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            match next_line(&mut self.lines, self.limit)? {
                Some(Ok(line)) if line.iter().all(u8::is_ascii_whitespace) => {}
                line => return Ok(line),
            }
        }
    }

    /// Passes over the documents that are done. Where the last of them is not the last that was answered, this is not
    /// the input that the answers are of.
    pub(super) fn skip(&mut self, done: &Done) -> Result<(), Failure> {
        let mut last = None;
        for number in 0..done.documents {
            last = self.next().map_err(|error| Failure::new(&self.name, error))?;
            if last.is_none() {
                let message = format!("holds {number} documents, of which {} are answered", done.documents);
                return Err(Failure::new(&self.name, message));
            }
        }
        let id = last.as_ref().map(id_of_line);
        match (id, &done.last_id) {
            (Some(id), Some(answered)) if id.get() != answered.get() => Err(Failure::new(
                &self.name,
                format!(
                    "document {} has the id {id}, and its answer {answered}: this is another input",
                    done.documents
                ),
            )),
            _ => Ok(()),
        }
    }
}
