//! Work on documents, away from the threads that talk to callers. A document takes a permit with it and gives it back
//! when the work has ended, not when the caller stops waiting, so that there are never more at work than there are
//! workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use super::problem::{Code, Problem};
use crate::Error;

/// Says that it is enough; for the engine's limits.
pub(super) type Interrupt = Arc<dyn Fn() -> bool + Send + Sync>;

/// The workers.
pub(super) struct Workers {
    permits: Arc<Semaphore>,
    wait: Duration,
    deadline: Duration,
}

/// Tells the work to stop when the request is dropped: its caller went away, or its answer is already decided.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Workers {
    pub(super) fn new(count: usize, wait: Duration, deadline: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS))), wait, deadline }
    }

    /// Does a job on one document. It is answered at its deadline at the latest, even where the work looks at its
    /// interrupt too seldom.
    pub(super) async fn run<T, J>(&self, job: J) -> Result<T, Problem>
    where
        T: Send + 'static,
        J: FnOnce(Interrupt) -> Result<T, Error> + Send + 'static,
    {
        let permit = timeout(self.wait, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            let detail = format!("no worker came free within {:?}; try again a little later", self.wait);
            return Err(Problem::new(Code::Busy, detail));
        };
        let end = Instant::now() + self.deadline;
        let stop = StopOnDrop(Arc::default());
        let stopped = Arc::clone(&stop.0);
        let interrupt: Interrupt = Arc::new(move || stopped.load(Ordering::Relaxed) || Instant::now() >= end);
        let work = tokio::task::spawn_blocking(move || {
            let done = job(interrupt);
            drop(permit);
            done
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
        let workers = Workers::new(1, LATE, LATE);
        assert_eq!(code(&workers, |_| Ok(())).await, None);
        assert_eq!(code::<()>(&workers, |_| Err(Error::NotText)).await, Some(Code::NotText));
    }

    #[tokio::test]
    async fn a_panic_ends_one_document_alone() {
        let workers = Workers::new(1, LATE, LATE);
        assert_eq!(code::<()>(&workers, |_| panic!("a fault")).await, Some(Code::Internal));
        assert_eq!(code(&workers, |_| Ok(())).await, None);
    }

    #[tokio::test]
    async fn work_stops_at_its_deadline() {
        let workers = Workers::new(1, LATE, SOON);
        assert_eq!(code(&workers, |interrupt| until_stopped(&interrupt)).await, Some(Code::DeadlineExceeded));
        assert_eq!(code(&workers, |_| Ok(())).await, None);
    }

    #[tokio::test]
    async fn a_permit_is_held_until_the_work_ends() {
        let workers = Workers::new(1, SOON, LATE);
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
}
