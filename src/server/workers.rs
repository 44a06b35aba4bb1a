//! Work on documents, away from the threads that talk to callers. A document takes a permit with it and gives it back
//! when the work has ended, not when the caller stops waiting, so that there are never more at work than there are
//! workers.
//!
//! Batches wait for a worker as long as it takes, and share some of the workers among them: the rest is kept free for
//! single documents, whose callers wait for a moment only.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use super::metrics::{GoesOn, Metrics};
use super::problem::{Code, Problem};
use crate::Error;

/// Says that it is enough; for the engine's limits.
pub(super) type Interrupt = Arc<dyn Fn() -> bool + Send + Sync>;

/// One in so many workers is kept free of batches, and at least one.
const RESERVED: usize = 4;

/// The workers.
pub(super) struct Workers {
    permits: Arc<Semaphore>,
    /// Batches need a turn here first.
    turns: Arc<Semaphore>,
    /// How many turns there are.
    shared: usize,
    wait: Duration,
    deadline: Duration,
    metrics: Arc<Metrics>,
}

/// Tells the work to stop when the request is dropped: its caller went away, or its answer is already decided.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Workers {
    pub(super) fn new(count: usize, wait: Duration, deadline: Duration, metrics: Arc<Metrics>) -> Self {
        let count = count.min(Semaphore::MAX_PERMITS);
        // A worker that is alone does both: who waits for it comes in turn.
        let shared = count.saturating_sub((count / RESERVED).max(1)).max(count.min(1));
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self { permits: semaphore(count), turns: semaphore(shared), shared, wait, deadline, metrics }
    }

    /// How many workers batches may have at once.
    pub(super) fn shared(&self) -> usize {
        self.shared
    }

    /// Does a job on a single document, where a worker comes free soon.
    pub(super) async fn run<T, J>(&self, job: J) -> Result<T, Problem>
    where
        T: Send + 'static,
        J: FnOnce(Interrupt) -> Result<T, Error> + Send + 'static,
    {
        let waiting = GoesOn::new(&self.metrics.queue);
        let permit = timeout(self.wait, Arc::clone(&self.permits).acquire_owned()).await;
        drop(waiting);
        match permit {
            Ok(Ok(permit)) => self.work(permit, job).await,
            _ => Err(self.busy()),
        }
    }

    /// Does a job on a document of a batch, once it is its turn.
    pub(super) async fn run_in_turn<T, J>(&self, job: J) -> Result<T, Problem>
    where
        T: Send + 'static,
        J: FnOnce(Interrupt) -> Result<T, Error> + Send + 'static,
    {
        if self.shared == 0 {
            return Err(self.busy());
        }
        // In this order: what waits for its turn keeps nobody else from a worker.
        let waiting = GoesOn::new(&self.metrics.queue);
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        drop(waiting);
        match (turn, permit) {
            (Ok(turn), Ok(permit)) => self.work((turn, permit), job).await,
            _ => Err(self.busy()),
        }
    }

    fn busy(&self) -> Problem {
        Problem::new(Code::Busy, format!("no worker came free within {:?}; try again a little later", self.wait))
    }

    /// Does a job. It is answered at its deadline at the latest, even where the work looks at its interrupt too seldom;
    /// what it holds is given back when the work has ended.
    async fn work<H, T, J>(&self, held: H, job: J) -> Result<T, Problem>
    where
        H: Send + 'static,
        T: Send + 'static,
        J: FnOnce(Interrupt) -> Result<T, Error> + Send + 'static,
    {
        let end = Instant::now() + self.deadline;
        let stop = StopOnDrop(Arc::default());
        let stopped = Arc::clone(&stop.0);
        let interrupt: Interrupt = Arc::new(move || stopped.load(Ordering::Relaxed) || Instant::now() >= end);
        let working = GoesOn::new(&self.metrics.busy);
        let work = tokio::task::spawn_blocking(move || {
            // In here, so that it is given back also where the job panics.
            let _held = (held, working);
            job(interrupt)
        });
        match timeout_at(end, work).await {
            Ok(Ok(Ok(done))) => Ok(done),
            Ok(Ok(Err(Error::Interrupted))) | Err(_) => {
                let detail = format!("the work was stopped after {:?}", self.deadline);
                Err(Problem::new(Code::DeadlineExceeded, detail))
            }
            Ok(Ok(Err(error))) => Err(error.into()),
            Ok(Err(_)) => Err(Problem::new(Code::Internal, "the document met a fault of the program")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const LATE: Duration = Duration::from_mins(1);

    fn workers(count: usize, wait: Duration, deadline: Duration) -> Workers {
        Workers::new(count, wait, deadline, Arc::new(Metrics::new(count)))
    }

    async fn code<T: Send + 'static>(workers: &Workers, job: fn(Interrupt) -> Result<T, Error>) -> Option<Code> {
        workers.run(job).await.err().map(|problem| problem.code)
    }

    fn until_stopped(interrupt: &Interrupt) -> Result<(), Error> {
        while !interrupt() {
            std::thread::yield_now();
        }
        Err(Error::Interrupted)
    }

    #[tokio::test]
    async fn work_ends_in_an_answer_or_a_problem() {
        let workers = workers(1, LATE, LATE);
        assert_eq!(code(&workers, |_| Ok(())).await, None);
        assert_eq!(code::<()>(&workers, |_| Err(Error::NotText)).await, Some(Code::NotText));
    }

    #[tokio::test]
    async fn a_panic_ends_one_document_alone() {
        let workers = workers(1, LATE, LATE);
        assert_eq!(code::<()>(&workers, |_| panic!("a fault")).await, Some(Code::Internal));
        assert_eq!(code(&workers, |_| Ok(())).await, None);
    }

    #[tokio::test]
    async fn work_stops_at_its_deadline() {
        let workers = workers(1, LATE, SOON);
        assert_eq!(code(&workers, |interrupt| until_stopped(&interrupt)).await, Some(Code::DeadlineExceeded));
        assert_eq!(code(&workers, |_| Ok(())).await, None);
    }

    #[tokio::test]
    async fn a_permit_is_held_until_the_work_ends() {
        let workers = workers(1, SOON, LATE);
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (end, ends) = std::sync::mpsc::channel::<()>();
        let job = move |interrupt: Interrupt| {
            begun.send(()).unwrap();
            ends.recv().unwrap();
            assert!(interrupt(), "the caller is gone");
            Ok(())
        };
        tokio::select! {
            _ = workers.run(job) => panic!("the work cannot have ended"),
            begun = begins => begun.unwrap(),
        }
        assert_eq!(code(&workers, |_| Ok(())).await, Some(Code::Busy));
        end.send(()).unwrap();
        let patient = Workers { wait: LATE, ..workers };
        assert_eq!(code(&patient, |_| Ok(())).await, None);
    }

    #[tokio::test]
    async fn batches_leave_a_worker_free() {
        for (count, shared) in [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (8, 6), (64, 48)] {
            assert_eq!(workers(count, SOON, LATE).shared(), shared, "of {count}");
        }
        let workers = Arc::new(workers(3, SOON, LATE));
        let (begun, begins) = std::sync::mpsc::channel();
        for _ in 0..5 {
            let (workers, begun) = (Arc::clone(&workers), begun.clone());
            tokio::spawn(async move {
                let job = move |interrupt: Interrupt| {
                    begun.send(()).unwrap();
                    until_stopped(&interrupt)
                };
                workers.run_in_turn(job).await
            });
        }
        for _ in 0..3 {
            assert_eq!(code(&workers, |_| Ok(())).await, None);
        }
        assert_eq!(begins.iter().take(2).count(), 2);
        assert!(begins.try_recv().is_err(), "batches have two of three workers");
    }
}
