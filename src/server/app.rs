//! What the endpoints share: the workers, the limits, the numbers, what the operator chose, and whether the service is
//! about to close.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::body::Limits;
use super::cors::Origin;
use super::keys::Keys;
use super::metrics::Metrics;
use super::problem::{Code, Problem};
use super::settings::Settings;
use super::workers::Workers;
use crate::RulesFile;

/// One in so many places is kept free of batches, which may last as long as their callers like.
const RESERVED: usize = 4;

/// A request's place among those that are under way, given back when it is dropped.
pub(super) struct Place {
    _place: OwnedSemaphorePermit,
    /// What its body takes of the memory for bodies.
    memory: Option<OwnedSemaphorePermit>,
}

/// What the endpoints share.
pub(super) struct App {
    pub(super) metrics: Arc<Metrics>,
    pub(super) workers: Workers,
    pub(super) bodies: Limits,
    /// How long a stream may stand still.
    pub(super) idle: Duration,
    pub(super) origins: Vec<Origin>,
    pub(super) keys: Option<Arc<Keys>>,
    pub(super) guards_metrics: bool,
    pub(super) rules: RulesFile,
    places: Arc<Semaphore>,
    /// Batches need one of these as well.
    batches: Arc<Semaphore>,
    /// What all bodies may have of memory, a permit a byte.
    memory: Arc<Semaphore>,
    phase: watch::Sender<Phase>,
}

/// How far the service has come, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Phase {
    Serving,
    /// New requests should go elsewhere; those that come are answered still.
    Closing,
    /// What has no end of its own ends now.
    Ending,
}

impl App {
    pub(super) fn new(settings: &Settings) -> Self {
        let metrics = Arc::new(Metrics::new(settings.workers));
        let places = settings.requests.min(Semaphore::MAX_PERMITS);
        Self {
            workers: Workers::new(settings.workers, settings.wait, settings.deadline, Arc::clone(&metrics)),
            metrics,
            bodies: Limits { bytes: settings.body_limit, deadline: settings.body_deadline },
            idle: settings.idle,
            origins: settings.origins.clone(),
            keys: settings.keys.clone(),
            guards_metrics: settings.guard_metrics,
            rules: settings.rules.clone(),
            places: Arc::new(Semaphore::new(places)),
            batches: Arc::new(Semaphore::new(places - places / RESERVED)),
            memory: Arc::new(Semaphore::new(settings.bodies.max(settings.body_limit).min(Semaphore::MAX_PERMITS))),
            phase: watch::Sender::new(Phase::Serving),
        }
    }

    /// A place for a request that brings a document, to be held until it is answered: what is read of bodies lies in
    /// memory before a worker looks at it, so that their number has a limit of its own.
    pub(super) fn enter(&self) -> Result<Place, Problem> {
        Ok(Place { _place: place_among(&self.places)?, memory: None })
    }

    /// Lets the body of a request grow by so many bytes.
    pub(super) fn grow(&self, place: &mut Place, bytes: usize) -> Result<(), Problem> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let more = Arc::clone(&self.memory).try_acquire_many_owned(bytes);
        let more = more.map_err(|_| Problem::new(Code::Busy, "bodies take all memory; try again a little later"))?;
        match &mut place.memory {
            Some(memory) => memory.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }

    /// Places for a batch, to be held until its end.
    pub(super) fn enter_batch(&self) -> Result<[OwnedSemaphorePermit; 2], Problem> {
        Ok([place_among(&self.batches)?, place_among(&self.places)?])
    }

    /// Whether new requests should go elsewhere.
    pub(super) fn is_closing(&self) -> bool {
        *self.phase.borrow() >= Phase::Closing
    }

    /// From now on, new requests should go elsewhere.
    pub(super) fn close(&self) {
        self.phase.send_replace(Phase::Closing);
    }

    /// From now on, streams take nothing more.
    pub(super) fn end(&self) {
        self.phase.send_replace(Phase::Ending);
    }

    /// Waits until streams should take nothing more.
    pub(super) async fn ending(&self) {
        // The sender is this app's own and cannot be gone.
        let _ = self.phase.subscribe().wait_for(|phase| *phase == Phase::Ending).await;
    }
}

fn place_among(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    let place = Arc::clone(places).try_acquire_owned();
    place.map_err(|_| Problem::new(Code::Busy, "too many requests are under way; try again a little later"))
}
