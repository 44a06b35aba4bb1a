//! Options as query parameters: the names and values of JSON's `options`, and a list as its name given again and again.

use serde_json::map::Entry;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::problem::{Code, Problem};
use crate::wire::Choices;

/// Parameters that may be given more than once: one phrase each.
const LISTS: [&str; 2] = ["drop_phrases", "keep_phrases"];

/// Reads a query, without its question mark.
pub(super) fn read(query: &str) -> Result<Choices, Problem> {
    let mut choices = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let is_list = LISTS.contains(&name.as_ref());
        let value = Value::String(value.into_owned());
        match choices.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(if is_list { Value::Array(vec![value]) } else { value });
            }
            Entry::Occupied(mut entry) => {
                let Value::Array(list) = entry.get_mut() else {
                    let detail = format!("the parameter “{}” is given more than once", entry.key());
                    return Err(Problem::new(Code::InvalidOption, detail));
                };
                list.push(value);
            }
        }
    }
    serde_json::from_value(Value::Object(choices))
        .map_err(|error| Problem::new(Code::InvalidOption, format!("the query: {error}")))
}
