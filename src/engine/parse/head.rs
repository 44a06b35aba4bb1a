//! What the head of a page, and marked parts of its body, say: noted as they are met, chosen from later.

use super::html::Attributes;
use crate::engine::page::{Head, Tag};

/// Most entries of one kind that are noted of a page.
const NOTED: usize = 1_000;

/// Notes what an element says; returns whether what is in it matters.
pub(super) fn note(head: &mut Head, tag: Tag, attributes: &Attributes<'_>) -> bool {
    match tag {
        Tag::Html | Tag::Body if head.language.is_none() => {
            let language = attributes.get("lang").or_else(|| attributes.get("xml:lang"));
            head.language = language.map(str::to_owned).filter(|language| !language.trim().is_empty());
        }
        Tag::Meta => {
            let name = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|name| attributes.get(name));
            if let (Some(name), Some(content)) = (name, attributes.get("content"))
                && head.metas.len() < NOTED
            {
                head.metas.push((name.trim().to_ascii_lowercase(), content.trim().to_owned()));
            }
            return false;
        }
        Tag::Link => {
            let rel = attributes.get("rel").unwrap_or_default();
            if rel.eq_ignore_ascii_case("canonical") && head.canonical.is_none() {
                head.canonical = attributes.get("href").map(|href| href.trim().to_owned());
            }
            return false;
        }
        Tag::Base => {
            head.base = head.base.take().or_else(|| attributes.get("href").map(|href| href.trim().to_owned()));
            return false;
        }
        Tag::Time if head.times.len() < NOTED => {
            if let Some(datetime) = attributes.get("datetime") {
                head.times.push(datetime.trim().to_owned());
            }
        }
        Tag::Form => head.forms += 1,
        Tag::Input | Tag::Textarea | Tag::Select => {
            head.fields += usize::from(attributes.get("type").is_none_or(|kind| !kind.eq_ignore_ascii_case("hidden")));
            return false;
        }
        _ => {}
    }
    true
}
