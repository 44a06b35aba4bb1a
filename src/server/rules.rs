//! `GET /v1/rules`: the catalogue of rules.

use axum::Json;
use serde::Serialize;

use crate::wire::{self, RuleEntry};

#[derive(Serialize)]
pub(super) struct Catalogue {
    rules: Vec<RuleEntry>,
}

pub(super) async fn rules() -> Json<Catalogue> {
    Json(Catalogue { rules: wire::rules() })
}
