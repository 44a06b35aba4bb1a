//! Which address a picture has: pages that load pictures late keep it beside `src`, and offer several sizes.

use super::html::Attributes;

/// Attributes that hold a picture's address, the likeliest first.
const ADDRESSES: [&str; 6] = ["data-src", "data-lazy-src", "data-original", "data-lazy", "data-url", "src"];
/// Attributes that hold several addresses with their sizes.
const SETS: [&str; 3] = ["data-srcset", "data-lazy-srcset", "srcset"];
/// How much of a set of addresses is read, in bytes.
const SET_BYTES: usize = 8_000;

/// The address of an `<img>`; none where it shows nothing.
pub(super) fn address<'a>(attributes: &Attributes<'a>) -> Option<&'a str> {
    if is_dot(attributes) {
        return None;
    }
    let single = ADDRESSES.iter().find_map(|name| attributes.get(name).map(str::trim).filter(|src| is_address(src)));
    // What is shown until the picture is loaded is no picture.
    single.filter(|src| !is_placeholder(src)).or_else(|| largest_of(attributes)).or(single)
}

/// The largest picture of the sets of an `<img>` or `<source>`.
pub(super) fn largest_of<'a>(attributes: &Attributes<'a>) -> Option<&'a str> {
    SETS.iter().find_map(|name| attributes.get(name).and_then(largest))
}

/// The address of the largest picture of a set (HTML standard, 4.8.4.2.1: `address size, …`).
fn largest(set: &str) -> Option<&str> {
    let mut best: Option<(&str, f32)> = None;
    let mut rest = &set[..set.floor_char_boundary(SET_BYTES)];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return best.map(|(address, _)| address);
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        // An address with a comma at its end has no size; commas within belong to it.
        let address = word.trim_end_matches(',');
        let (sizes, after) =
            if address.len() < word.len() { ("", after) } else { after.split_once(',').unwrap_or((after, "")) };
        rest = after;
        let size = sizes.trim().trim_end_matches(['w', 'x', 'h']).parse().unwrap_or(1.0);
        if is_address(address) && best.is_none_or(|(_, most)| size > most) {
            best = Some((address, size));
        }
    }
}

fn is_address(src: &str) -> bool {
    !src.is_empty() && !src.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

fn is_placeholder(src: &str) -> bool {
    let file = src.rsplit('/').next().unwrap_or_default();
    ["blank.", "placeholder", "spacer.", "1x1.", "pixel.", "transparent."].iter().any(|name| file.contains(name))
}

/// Whether a picture is a dot that counts its readers.
fn is_dot(attributes: &Attributes<'_>) -> bool {
    let is_one = |name| attributes.get(name).is_some_and(|size| matches!(size.trim(), "0" | "1"));
    is_one("width") && is_one("height")
}
