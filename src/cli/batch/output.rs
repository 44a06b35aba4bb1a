//! Where the answers of a batch go: to standard output, or to a folder in parts. A part is begun where the one before
//! it has reached its size and is on the disk; within a part, frames end at fixed sizes of answers. So what is written
//! depends on the answers alone, and a batch that was interrupted and went on leaves the same files as one that was not.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::super::lines::BUFFER;
use super::compression::{Compression, Frame};
use super::done::{Done, LastPart};
use crate::config::{PartName, Start};

/// Bytes of answers in a frame of a compressed part, before compression: few enough that little is lost with it, many
/// enough that it costs next to nothing.
const FRAME: u64 = 1 << 20;

/// Takes answers.
pub(super) trait Output {
    /// Takes an answer, which is a line without its end.
    fn answer(&mut self, answer: &[u8], is_failure: bool) -> io::Result<()>;

    /// Passes on what it holds, where somebody may wait for it.
    fn pass_on(&mut self) -> io::Result<()>;

    /// Takes no more: all is where it belongs.
    fn finish(&mut self) -> io::Result<()>;
}

impl<W: Write> Output for BufWriter<W> {
    fn answer(&mut self, answer: &[u8], _: bool) -> io::Result<()> {
        self.write_all(answer)?;
        self.write_all(b"\n")
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.flush()
    }
}

/// A folder of parts.
pub(super) struct Parts {
    folder: PathBuf,
    /// Held as long as this writes there.
    lock: File,
    name: PartName,
    compression: Compression,
    /// Bytes of answers from which the next part begins, and in a frame.
    sizes: (u64, u64),
    /// All answers so far.
    answered: Start,
    part: Option<Part>,
}

/// The part that is being written.
struct Part {
    /// Nothing where a frame has ended and the next has not begun.
    frame: Option<Frame<BufWriter<File>>>,
    file: File,
    bytes: u64,
    frame_bytes: u64,
}

impl Parts {
    /// Makes the folder where there is none, and keeps others from writing there.
    ///
    /// # Errors
    /// Also where another process writes there.
    pub(super) fn open(folder: &Path, name: &PartName, rotate: u64) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let lock = File::open(folder)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another batch writes there"),
            TryLockError::Error(error) => error,
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            lock,
            name: name.clone(),
            compression: Compression::of(&name.endings),
            sizes: (rotate, FRAME),
            answered: Start::default(),
            part: None,
        })
    }

    /// Goes on after what is done; what an interruption cut through is cut off.
    pub(super) fn resume(&mut self, done: &Done) -> io::Result<()> {
        self.answered = Start { documents: done.documents, failures: done.failures };
        let Some(LastPart { name, whole, answers }) = &done.last else { return Ok(()) };
        let mut file = OpenOptions::new().write(true).open(self.folder.join(name))?;
        file.set_len(*whole)?;
        file.seek(SeekFrom::End(0))?;
        self.part = Some(Part { frame: None, file, bytes: *answers, frame_bytes: 0 });
        Ok(())
    }

    fn begin_part(&mut self) -> io::Result<Part> {
        if let Some(mut part) = self.part.take() {
            part.end_frame()?;
            // A part that has a successor is whole, whatever happens.
            part.file.sync_all()?;
        }
        let path = self.folder.join(self.name.at(self.answered));
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        self.lock.sync_all()?;
        Ok(Part { frame: None, file, bytes: 0, frame_bytes: 0 })
    }
}

impl Part {
    fn frame(&mut self, compression: Compression) -> io::Result<&mut Frame<BufWriter<File>>> {
        let frame = match self.frame.take() {
            Some(frame) => frame,
            None => compression.begin(BufWriter::with_capacity(BUFFER, self.file.try_clone()?))?,
        };
        Ok(self.frame.insert(frame))
    }

    fn end_frame(&mut self) -> io::Result<()> {
        self.frame_bytes = 0;
        self.frame.take().map_or(Ok(()), |frame| frame.finish()?.flush())
    }
}

impl Output for Parts {
    fn answer(&mut self, answer: &[u8], is_failure: bool) -> io::Result<()> {
        let (part_size, frame_size) = self.sizes;
        let mut part = match self.part.take() {
            Some(part) if part.bytes < part_size => part,
            full => {
                self.part = full;
                self.begin_part()?
            }
        };
        let frame = part.frame(self.compression)?;
        frame.write_all(answer)?;
        frame.write_all(b"\n")?;
        let bytes = answer.len() as u64 + 1;
        part.bytes += bytes;
        part.frame_bytes += bytes;
        if part.frame_bytes >= frame_size {
            part.end_frame()?;
        }
        self.part = Some(part);
        self.answered.documents += 1;
        self.answered.failures += u64::from(is_failure);
        Ok(())
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.part.as_mut().and_then(|part| part.frame.as_mut()).map_or(Ok(()), Frame::flush)
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(part) = &mut self.part else { return Ok(()) };
        part.end_frame()?;
        part.file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::super::done::done;
    use super::*;

    type Files = BTreeMap<String, Vec<u8>>;

    /// Writes answers from where the folder's files end; gives back the files.
    fn write(folder: &Path, name: &PartName, answers: &[String]) -> Files {
        let mut parts = Parts::open(folder, name, 300).unwrap();
        parts.sizes.1 = 120;
        let done = done(folder, name).unwrap();
        parts.resume(&done).unwrap();
        let done = usize::try_from(done.documents).unwrap();
        for answer in &answers[done..] {
            parts.answer(answer.as_bytes(), answer.contains("error")).unwrap();
        }
        parts.finish().unwrap();
        assert_eq!(parts.answered, Start { documents: answers.len() as u64, failures: answers.len() as u64 / 4 });
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())).collect()
    }

    /// Whatever of the last part an interruption leaves, and whatever it adds, the files become the same.
    #[track_caller]
    fn check(name: &str, after: &[u8]) {
        let answer = |number| match number % 4 {
            3 => format!(r#"{{"id":{number},"error":{{"status":400}}}}"#),
            _ => format!(r#"{{"id":{number},"text":"{}"}}"#, "rain ".repeat(number % 5)),
        };
        let answers: Vec<String> = (0..28_usize).map(answer).collect();
        let folder = std::env::temp_dir().join(format!("dechaff-parts-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let part_name: PartName = name.parse().unwrap();
        let whole = write(&folder, &part_name, &answers);
        let parts: Vec<&String> = whole.keys().collect();
        let [_, part, later] = parts[..] else { panic!("{parts:?}") };
        // Not every length, and others for each name: a part that is begun waits for the disk.
        for length in (name.len() % 3..whole[part].len()).step_by(5) {
            fs::write(folder.join(part), [&whole[part][..length], after].concat()).unwrap();
            fs::remove_file(folder.join(later)).unwrap();
            assert_eq!(write(&folder, &part_name, &answers), whole, "{part} at {length}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_interruption_leaves_no_trace() {
        for name in ["plain.ndjson", "gzip.ndjson.gz", "zstd.ndjson.zst"] {
            check(name, b"");
            check(name, b"\0\0\0");
        }
    }
}
