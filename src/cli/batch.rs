//! `dechaff batch`: NDJSON in, NDJSON out, in the same order, in constant memory.
//!
//! Nothing is numbered or sorted: for every line the reader makes a place for the answer, hands the line with the
//! place's sender to the workers, and the place's receiver to the writer, through queues that are bounded. The writer
//! takes the places in the order of the lines, so that a slow document holds back at most a queue of finished ones.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::lines::{BUFFER, next_line};
use super::{Failure, own_rules};
use crate::Limits;
use crate::batch_line::{Defaults, Fault, answer, answer_unread};
use crate::config::Batch;

/// Answers that may wait for a slower one before them, for each thread: enough that a long document among short ones
/// does not leave threads idle, few enough that the memory stays small.
const WINDOW: usize = 16;

/// A line, and where its answer goes.
struct Job {
    line: Vec<u8>,
    answer: SyncSender<Vec<u8>>,
}

/// Answers every line of standard input.
pub(super) fn run(flags: &Batch) -> Result<(), Failure> {
    let threads = flags.threads.map_or_else(cores, usize::from);
    let choices = flags.choices().with_phrases_read();
    let choices = choices.map_err(|error| Failure::WrongCall(format!("dechaff: {error}")))?;
    let rules = own_rules::read(flags.rules())?;
    let defaults = Arc::new(Defaults { choices, rules, limits: Limits::default() });
    let (jobs, work) = sync_channel::<Job>(threads);
    let (places, answers) = sync_channel(threads * WINDOW);
    let work = Arc::new(Mutex::new(work));
    for number in 0..threads {
        let (work, defaults) = (Arc::clone(&work), Arc::clone(&defaults));
        start(format!("clean-{number}"), move || clean_all(&work, &defaults))?;
    }
    let limit = flags.line_limit.0;
    let reader = start("read".to_owned(), move || read_all(io::stdin().lock(), limit, &jobs, &places))?;
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    // Where the output is closed the reader may still wait for input: the program ends without it.
    write_all(output, &answers).map_err(|error| Failure::output(&error))?;
    match reader.join() {
        Ok(read) => read.map_err(|error| Failure::new("standard input", error)),
        Err(_) => Err(Failure::new("standard input", "reading failed")),
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn start<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<thread::JoinHandle<T>, Failure> {
    thread::Builder::new().name(name).spawn(work).map_err(|error| Failure::new("starting a thread", error))
}

/// A worker: ends when there is no more work.
fn clean_all(work: &Mutex<Receiver<Job>>, defaults: &Defaults) {
    loop {
        let job = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // The writer may have gone: then nobody wants the answer.
        let _ = job.answer.send(answer(&job.line, defaults).json);
    }
}

/// The reader: ends with the input, or when nobody takes what it reads.
fn read_all(
    input: impl BufRead,
    limit: usize,
    jobs: &SyncSender<Job>,
    places: &SyncSender<Receiver<Vec<u8>>>,
) -> io::Result<()> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    while let Some(line) = next_line(&mut input, limit)? {
        let (sender, place) = sync_channel(1);
        match line {
            Ok(line) if line.iter().all(u8::is_ascii_whitespace) => {}
            Ok(line) => {
                if places.send(place).is_err() || jobs.send(Job { line, answer: sender }).is_err() {
                    break;
                }
            }
            Err(fault) => {
                let _ = sender.send(answer_unread(&fault).json);
                if places.send(place).is_err() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// The writer: ends with the last answer. Whatever is written is passed on before it waits, so that one who feeds a
/// line and waits for its answer gets it.
fn write_all(mut output: impl Write, answers: &Receiver<Receiver<Vec<u8>>>) -> io::Result<()> {
    while let Some(place) = take(answers, &mut output)? {
        let answer = take(&place, &mut output)?.unwrap_or_else(|| answer_unread(&Fault::Failed).json);
        output.write_all(&answer)?;
        output.write_all(b"\n")?;
    }
    output.flush()
}

/// The next of a queue; flushes where it has to wait. `None` where there will be no more.
fn take<T>(queue: &Receiver<T>, output: &mut impl Write) -> io::Result<Option<T>> {
    match queue.try_recv() {
        Ok(item) => Ok(Some(item)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            output.flush()?;
            Ok(queue.recv().ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_passed_on_before_the_next_is_waited_for() {
        struct Flushed(Vec<u8>, usize);
        impl Write for Flushed {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                self.1 = self.0.len();
                Ok(())
            }
        }
        let (sender, queue) = sync_channel::<u8>(1);
        let mut output = Flushed(b"answer\n".to_vec(), 0);
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(std::time::Duration::from_millis(20));
                sender.send(1)
            });
            assert_eq!(take(&queue, &mut output).unwrap(), Some(1));
        });
        assert_eq!(output.1, 7);
    }
}
