//! `--progress`: how far a batch is, on standard error. It is looked at when an answer is written; nothing runs beside.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::say;
use super::done::Done;
use super::input::Input;

/// How often a line is written.
const LINES: Duration = Duration::from_secs(10);

/// How often the bar is drawn.
const BAR: Duration = Duration::from_millis(200);

/// Tells how far a batch is.
pub(super) struct Progress {
    shown: Shown,
    started: Instant,
    told: Instant,
    read: Arc<AtomicU64>,
    /// Bytes of the input that were read before the first document was cleaned.
    passed_over: u64,
    size: Option<u64>,
    /// Documents answered and errors among the answers, with those of an interrupted run before; bytes of documents.
    pub(super) documents: u64,
    pub(super) failures: u64,
    bytes: u64,
}

enum Shown {
    Nothing,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    /// Begins to count.
    pub(super) fn new(is_asked_for: bool, input: &Input, done: &Done) -> Self {
        let shown = match (is_asked_for, io::stderr().is_terminal()) {
            (false, _) => Shown::Nothing,
            (true, false) => Shown::Lines,
            (true, true) => Shown::Bar(bar(input.size)),
        };
        let now = now();
        Self {
            shown,
            started: now,
            told: now,
            read: Arc::clone(&input.read),
            passed_over: input.read.load(Ordering::Relaxed),
            size: input.size,
            documents: done.documents,
            failures: done.failures,
            bytes: 0,
        }
    }

    /// Counts an answer to a document of so many bytes.
    pub(super) fn count(&mut self, bytes: usize, is_failure: bool) {
        self.documents += 1;
        self.failures += u64::from(is_failure);
        self.bytes += bytes as u64;
        let every = match self.shown {
            Shown::Nothing => return,
            Shown::Lines => LINES,
            Shown::Bar(_) => BAR,
        };
        let now = now();
        if now - self.told >= every {
            self.told = now;
            self.tell(now - self.started, self.left(now - self.started));
        }
    }

    /// Tells how it came out.
    pub(super) fn end(&self) {
        self.tell(now() - self.started, None);
        if let Shown::Bar(bar) = &self.shown {
            bar.abandon();
        }
    }

    fn tell(&self, elapsed: Duration, left: Option<Duration>) {
        let rate = self.bytes as f64 / 1e6 / elapsed.as_secs_f64().max(1e-3);
        let line = line(self.documents, rate, self.failures, left);
        match &self.shown {
            Shown::Nothing => {}
            Shown::Lines => say(&line),
            Shown::Bar(bar) => {
                bar.set_position(self.read.load(Ordering::Relaxed));
                bar.set_message(line);
            }
        }
    }

    /// The time that the rest of a file takes at the pace so far.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        let read = self.read.load(Ordering::Relaxed);
        let (done, rest) = (read.saturating_sub(self.passed_over), self.size?.saturating_sub(read));
        (done > 0).then(|| Duration::try_from_secs_f64(elapsed.as_secs_f64() * rest as f64 / done as f64).ok())?
    }
}

#[expect(clippy::disallowed_methods, reason = "progress is work in time")]
fn now() -> Instant {
    Instant::now()
}

fn bar(size: Option<u64>) -> ProgressBar {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "[{bar:24}] {percent:>3}%  {msg}"),
        None => (ProgressBar::no_length(), "{msg}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    // A template that cannot be read leaves indicatif's own.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// `12345 documents, 10.2 MB/s, 17 errors, 1 min 20 s left`; the rate in 10^6 bytes of documents.
fn line(documents: u64, rate: f64, failures: u64, left: Option<Duration>) -> String {
    let left = left.map_or_else(String::new, |left| match left.as_secs() {
        seconds @ 0..60 => format!(", {seconds} s left"),
        seconds @ 60..3600 => format!(", {} min {} s left", seconds / 60, seconds % 60),
        seconds => format!(", {} h {} min left", seconds / 3600, seconds / 60 % 60),
    });
    format!("{documents} documents, {rate:.1} MB/s, {failures} errors{left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_for_people() {
        let check = |left: Option<u64>, wanted: &str| {
            assert_eq!(line(12_345, 10.24, 17, left.map(Duration::from_secs)), wanted);
        };
        check(None, "12345 documents, 10.2 MB/s, 17 errors");
        check(Some(59), "12345 documents, 10.2 MB/s, 17 errors, 59 s left");
        check(Some(80), "12345 documents, 10.2 MB/s, 17 errors, 1 min 20 s left");
        check(Some(7_320), "12345 documents, 10.2 MB/s, 17 errors, 2 h 2 min left");
    }

    #[test]
    fn what_is_left_goes_by_the_pace_after_what_was_passed_over() {
        let now = now();
        let mut progress = Progress {
            shown: Shown::Nothing,
            started: now,
            told: now,
            read: Arc::new(AtomicU64::new(600)),
            passed_over: 500,
            size: Some(1000),
            documents: 0,
            failures: 0,
            bytes: 0,
        };
        assert_eq!(progress.left(Duration::from_secs(10)), Some(Duration::from_secs(40)));
        progress.passed_over = 600;
        assert_eq!(progress.left(Duration::from_secs(10)), None);
        progress.size = None;
        assert_eq!(progress.left(Duration::from_secs(10)), None);
    }
}
