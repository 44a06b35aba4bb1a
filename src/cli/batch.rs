//! `dechaff batch`: NDJSON in, NDJSON out, in the same order, in constant memory.
//!
//! Nothing is numbered or sorted: for every line the reader makes a place for the answer, hands the line with the
//! place's sender to the workers, and the place's receiver to the writer, through queues that are bounded. The writer
//! takes the places in the order of the lines, so that a slow document holds back at most a queue of finished ones. So the
//! answers that are written are those to the first lines, which is all that it takes to go on after an interruption.

mod compression;
mod done;
mod input;
mod output;
mod progress;

use std::io::{self, BufWriter};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use self::done::Done;
use self::input::Input;
use self::output::{Output, Parts};
use self::progress::Progress;
use super::lines::BUFFER;
use super::{Failure, own_rules};
use crate::Limits;
use crate::batch_line::{Answered, Defaults, Fault, answer, answer_unread};
use crate::config::Batch;

/// Answers that may wait for a slower one before them, for each thread: enough that a long document among short ones
/// does not leave threads idle, few enough that the memory stays small.
const WINDOW: usize = 16;

/// A line, and where its answer goes.
struct Job {
    line: Vec<u8>,
    answer: SyncSender<Answered>,
}

/// Where the answer to a line of so many bytes comes.
struct Place {
    bytes: usize,
    answer: Receiver<Answered>,
}

/// Answers every line of the input.
pub(super) fn run(flags: &Batch) -> Result<(), Failure> {
    let choices = flags.choices().with_phrases_read();
    let choices = choices.map_err(|error| Failure::WrongCall(format!("dechaff: {error}")))?;
    let rules = own_rules::read(flags.rules())?;
    let defaults = Defaults { choices, rules, limits: Limits::default() };
    let mut input = Input::open(flags.file.as_deref(), flags.line_limit.0)?;
    let (mut output, done) = open_output(flags)?;
    input.skip(&done)?;
    let mut progress = Progress::new(flags.progress, &input, &done);
    let threads = flags.threads.map_or_else(cores, usize::from);
    let written = |error: io::Error| match &flags.output_dir {
        Some(folder) => Failure::new(folder.display(), error),
        None => Failure::output(&error),
    };
    clean_lines(input, output.as_mut(), &mut progress, defaults, threads, written)?;
    if flags.progress {
        progress.end();
    }
    match progress.failures {
        0 => Ok(()),
        failures => {
            let message = format!("{failures} of {} documents have an error for an answer", progress.documents);
            Err(Failure::Partial(message))
        }
    }
}

/// Where the answers go, and what is there already.
fn open_output(flags: &Batch) -> Result<(Box<dyn Output>, Done), Failure> {
    let Some(folder) = &flags.output_dir else {
        if flags.resume {
            let message = "dechaff: --resume (DECHAFF_RESUME) needs --output-dir (DECHAFF_OUTPUT_DIR)";
            return Err(Failure::WrongCall(message.to_owned()));
        }
        return Ok((Box::new(BufWriter::with_capacity(BUFFER, io::stdout().lock())), Done::default()));
    };
    let (parts, done) = open_parts(folder, flags).map_err(|error| Failure::new(folder.display(), error))?;
    if done.last.is_some() && !flags.resume {
        let message = format!("{}: holds answers of a batch; --resume goes on after them", folder.display());
        return Err(Failure::WrongCall(format!("dechaff: {message}")));
    }
    Ok((Box::new(parts), done))
}

fn open_parts(folder: &Path, flags: &Batch) -> io::Result<(Parts, Done)> {
    let mut parts = Parts::open(folder, &flags.output_name, flags.rotate.0 as u64)?;
    let done = done::done(folder, &flags.output_name)?;
    if flags.resume {
        parts.resume(&done)?;
    }
    Ok((parts, done))
}

/// Answers the lines of an input on so many threads.
fn clean_lines(
    mut input: Input,
    output: &mut dyn Output,
    progress: &mut Progress,
    defaults: Defaults,
    threads: usize,
    written: impl Fn(io::Error) -> Failure,
) -> Result<(), Failure> {
    let defaults = Arc::new(defaults);
    let (jobs, work) = sync_channel::<Job>(threads);
    let (places, answers) = sync_channel(threads * WINDOW);
    let work = Arc::new(Mutex::new(work));
    for number in 0..threads {
        let (work, defaults) = (Arc::clone(&work), Arc::clone(&defaults));
        start(format!("clean-{number}"), move || clean_all(&work, &defaults))?;
    }
    let name = input.name.clone();
    let reader = start("read".to_owned(), move || read_all(&mut input, &jobs, &places))?;
    // Where the output is closed the reader may still wait for input: the program ends without it.
    write_all(output, &answers, progress).map_err(written)?;
    match reader.join() {
        Ok(read) => read.map_err(|error| Failure::new(name, error)),
        Err(_) => Err(Failure::new(name, "reading failed")),
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
        let _ = job.answer.send(answer(&job.line, defaults));
    }
}

/// The reader: ends with the input, or when nobody takes what it reads.
fn read_all(input: &mut Input, jobs: &SyncSender<Job>, places: &SyncSender<Place>) -> io::Result<()> {
    while let Some(line) = input.next()? {
        let (sender, answer) = sync_channel(1);
        let bytes = line.as_ref().map_or(0, Vec::len);
        if places.send(Place { bytes, answer }).is_err() {
            break;
        }
        let is_taken = match line {
            Ok(line) => jobs.send(Job { line, answer: sender }).is_ok(),
            Err(fault) => sender.send(answer_unread(&fault)).is_ok(),
        };
        if !is_taken {
            break;
        }
    }
    Ok(())
}

/// The writer: ends with the last answer. Whatever is written is passed on before it waits, so that one who feeds a
/// line and waits for its answer gets it.
fn write_all(output: &mut dyn Output, answers: &Receiver<Place>, progress: &mut Progress) -> io::Result<()> {
    while let Some(place) = take(answers, output)? {
        let answered = take(&place.answer, output)?.unwrap_or_else(|| answer_unread(&Fault::Failed));
        let is_failure = answered.outcome.is_err();
        output.answer(&answered.json, is_failure)?;
        progress.count(place.bytes, is_failure);
    }
    output.finish()
}

/// The next of a queue; flushes where it has to wait. `None` where there will be no more.
fn take<T>(queue: &Receiver<T>, output: &mut dyn Output) -> io::Result<Option<T>> {
    match queue.try_recv() {
        Ok(item) => Ok(Some(item)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            output.pass_on()?;
            Ok(queue.recv().ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_passed_on_before_the_next_is_waited_for() {
        let (sender, queue) = sync_channel::<u8>(1);
        let mut output = BufWriter::new(Vec::new());
        output.answer(b"answer", false).unwrap();
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(std::time::Duration::from_millis(20));
                sender.send(1)
            });
            assert_eq!(take(&queue, &mut output).unwrap(), Some(1));
        });
        assert_eq!(output.get_ref(), b"answer\n");
    }
}
