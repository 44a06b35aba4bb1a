//! What the endpoints share: the workers, the limits on bodies, the operator's own rules, and whether the service is
//! about to close.

use std::sync::atomic::{AtomicBool, Ordering};

use super::body::Limits;
use super::settings::Settings;
use super::workers::Workers;
use crate::RulesFile;

/// What the endpoints share.
pub(super) struct App {
    pub(super) workers: Workers,
    pub(super) bodies: Limits,
    pub(super) rules: RulesFile,
    closing: AtomicBool,
}

impl App {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            workers: Workers::new(settings.workers, settings.wait, settings.deadline),
            bodies: Limits { bytes: settings.body_limit, deadline: settings.body_deadline },
            rules: settings.rules.clone(),
            closing: AtomicBool::new(false),
        }
    }

    /// Whether new requests should go elsewhere.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// From now on, new requests should go elsewhere; those that come are answered still.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }
}
