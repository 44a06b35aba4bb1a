//! Which attributes anything is read from: by the walk, or by the parser itself. All others are cut by the prescan, since
//! to store an attribute costs more than to pass over it. An attribute that the walk asks for must stand here.

/// Longest name of an attribute that is read.
const NAME_BYTES: usize = 20;

/// Whether an attribute of an element may matter.
pub(super) fn is_read(tag: &str, name: &str, value: &str) -> bool {
    let mut lower = [0; NAME_BYTES];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"class"
        | b"id"
        | b"role"
        | b"hidden"
        | b"open"
        | b"aria-hidden"
        | b"itemprop"
        | b"content"
        | b"datetime"
        | b"pubdate"
        | b"lang"
        | b"xml:lang"
        | b"data-author"
        | b"data-author-name"
        | b"data-author-username" => true,
        b"style" => hides(value),
        b"href" | b"rel" => matches!(tag, "a" | "link" | "base"),
        b"src" | b"srcset" | b"alt" | b"width" | b"height" | b"data-src" | b"data-lazy-src" | b"data-original"
        | b"data-lazy" | b"data-url" | b"data-srcset" | b"data-lazy-srcset" => {
            matches!(tag, "img" | "image" | "source")
        }
        b"property" | b"name" | b"http-equiv" => tag == "meta",
        b"type" => matches!(tag, "input" | "textarea" | "select"),
        b"start" | b"reversed" => tag == "ol",
        b"value" => tag == "li",
        b"colspan" | b"rowspan" => matches!(tag, "td" | "th"),
        _ => false,
    }
}

/// Whether a style may hide its element: the word for it is in there.
fn hides(style: &str) -> bool {
    let has =
        |word: &str| style.as_bytes().windows(word.len()).any(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()));
    has("none") || has("hidden") || style.contains('&')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_walk_reads_stays() {
        let check = |tag: &str, name: &str, value: &str, expected: bool| {
            assert_eq!(is_read(tag, name, value), expected, "<{tag} {name}={value}>");
        };
        check("div", "CLASS", "a", true);
        check("div", "data-widget-configuration-of-the-page", "a", false);
        check("a", "href", "/b", true);
        check("div", "href", "/b", false);
        check("p", "style", "color: red", false);
        check("p", "style", "Display: NONE", true);
        check("img", "srcset", "a 1x", true);
        check("input", "type", "hidden", true);
    }
}
