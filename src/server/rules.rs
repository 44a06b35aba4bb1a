//! `GET /v1/rules`: the catalogue of rules.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{self, RuleEntry};

/// The rules that paragraphs are judged by.
#[derive(Serialize, ToSchema)]
pub(super) struct Catalogue {
    rules: Vec<RuleEntry>,
}

pub(super) async fn rules() -> Json<Catalogue> {
    Json(Catalogue { rules: wire::rules() })
}
