//! Signs of a text that would mean something to Markdown, and what makes them mean nothing.

/// Longest name of a character reference, in bytes (HTML standard).
const REFERENCE_BYTES: usize = 33;

/// What a line break within a text is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A line break.
    Hard,
    /// A space: the text is a heading.
    One,
    /// An element: the text is a cell of a table.
    Cell,
}

/// Appends a text. Where a line begins, more signs mean something.
pub(super) fn push_text(out: &mut String, text: &str, line: Line) {
    let mut starts_line = out.is_empty() && line == Line::Hard;
    let mut before = out.chars().next_back();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let after = &rest[sign.len_utf8()..];
        let numbered = if starts_line { number_length(rest) } else { 0 };
        if numbered > 0 {
            out.push_str(&rest[..numbered]);
            out.push('\\');
            rest = &rest[numbered..];
            out.push_str(&rest[..1]);
            (before, starts_line) = (rest.chars().next(), false);
            rest = &rest[1..];
            continue;
        }
        if sign == '\n' {
            out.push_str(match line {
                Line::Hard => "\\\n",
                Line::One => " ",
                Line::Cell => "<br>",
            });
        } else if is_space(sign) {
            out.push(' ');
        } else {
            if means_something(sign, before, after) || (starts_line && begins_something(sign, after)) {
                out.push('\\');
            }
            out.push(sign);
        }
        starts_line = sign == '\n' && line == Line::Hard;
        before = Some(sign);
        rest = after;
    }
}

fn is_space(sign: char) -> bool {
    matches!(sign, '\t' | '\r' | '\x0b' | '\x0c')
}

/// Whether a sign means something wherever it stands.
fn means_something(sign: char, before: Option<char>, after: &str) -> bool {
    let next = after.chars().next();
    match sign {
        '\\' | '*' | '[' | ']' | '`' | '~' => true,
        // Inside a word it is a letter.
        '_' => !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
        '<' => next.is_none_or(|next| next.is_alphabetic() || "/!?".contains(next)),
        '&' => is_reference(after),
        _ => false,
    }
}

/// Whether a sign means something where a line begins.
fn begins_something(sign: char, after: &str) -> bool {
    match sign {
        '#' | '>' | '=' | '|' => true,
        '+' | '-' => !after.starts_with(char::is_alphanumeric),
        ':' => after.starts_with('-'),
        _ => false,
    }
}

/// How long the number is that a line begins with as an item does; 0 where it does not.
fn number_length(line: &str) -> usize {
    let digits = line.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let mut after = line[digits..].chars();
    let is_item = matches!(after.next(), Some('.' | ')')) && after.next().is_none_or(char::is_whitespace);
    if (1..=9).contains(&digits) && is_item { digits } else { 0 }
}

/// Whether what follows an ampersand makes a character reference of it.
pub(super) fn is_reference(after: &str) -> bool {
    let name = after.strip_prefix('#').unwrap_or(after).bytes();
    let length = name.take(REFERENCE_BYTES).take_while(u8::is_ascii_alphanumeric).count();
    length > 0 && after[usize::from(after.starts_with('#')) + length..].starts_with(';')
}

/// An address as the target of a link or picture.
pub(super) fn target(address: &str) -> String {
    // A backtick would begin code, which binds closer than a link.
    let address = &address.replace('`', "%60");
    let is_plain = address.char_indices().all(|(at, sign)| match sign {
        '<' | '>' | '(' | ')' | '\\' => false,
        '&' => !is_reference(&address[at + 1..]),
        _ => !sign.is_whitespace() && !sign.is_control(),
    });
    if is_plain && !address.is_empty() {
        return address.clone();
    }
    let mut out = String::with_capacity(address.len() + 8);
    out.push('<');
    for (at, sign) in address.char_indices() {
        match sign {
            '\n' | '\r' => continue,
            '<' | '>' | '\\' => out.push('\\'),
            '&' if is_reference(&address[at + 1..]) => out.push('\\'),
            _ => {}
        }
        out.push(sign);
    }
    out.push('>');
    out
}

/// Text in one line of code, between as many backticks as it needs.
pub(super) fn push_code(out: &mut String, text: &str) {
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let meets_fence = text.starts_with('`') || text.ends_with('`');
    let pad = if meets_fence || (text.starts_with(' ') && text.ends_with(' ')) { " " } else { "" };
    for part in [&fence, pad, text, pad, &fence] {
        out.push_str(part);
    }
}
