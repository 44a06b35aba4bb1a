//! Small things done to the texts that metadata is chosen from.

use crate::engine::lexicon::normal;

/// Longest entity, in bytes, without `&` and `;`.
const ENTITY_BYTES: usize = 10;

/// White space folded, and signs left out that only tell where a line may break.
pub(super) fn fold(text: &str) -> String {
    let visible: String =
        text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What makes two titles or names the same.
pub(super) fn key(text: &str) -> String {
    normal::fold(text)
}

/// A key without spaces: `The Daily` and `thedaily` are one site.
pub(super) fn squeezed(text: &str) -> String {
    key(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Entities decoded that are left where text was encoded twice or stands in JSON.
pub(super) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let name = rest[at + 1..].split_once(';').map(|(name, _)| name).filter(|name| name.len() <= ENTITY_BYTES);
        if let Some((name, c)) = name.and_then(|name| Some((name, entity(name)?))) {
            out.push(c);
            rest = &rest[at + name.len() + 2..];
        } else {
            out.push('&');
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, plain: &str) {
        assert_eq!(decoded(text), plain);
    }

    #[test]
    fn entities_are_decoded_and_the_rest_stays() {
        check("Q&amp;A &#038; more&#8217;s &#x27;x&#x27;", "Q&A & more’s 'x'");
        check("R&D; &unknown; & &#0; &", "R&D; &unknown; & &#0; &");
    }
}
