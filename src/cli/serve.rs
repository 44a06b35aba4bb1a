//! `dechaff serve`: the service, on a runtime of its own.

use super::{Failure, own_rules};
use crate::config::Serve;
use crate::server;

/// Serves until it is told to stop.
pub(super) fn run(flags: &Serve) -> Result<(), Failure> {
    let keys = flags.keys().map(server::Keys::read).transpose().map_err(Failure::WrongCall)?;
    let settings = flags.settings(own_rules::read(flags.rules())?, keys);
    let what = format!("serve on {}", settings.listen);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("starting the runtime", error))?;
    runtime.block_on(server::serve(settings)).map_err(|error| Failure::new(what, error))
}
