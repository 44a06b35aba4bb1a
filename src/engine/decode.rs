//! Bytes to text: byte order mark, declared charset, `<meta>` prescan, then detection. Says which it was; never fails.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::warning::{Warning, WarningCode};

/// How far into the document a `<meta charset>` is looked for, in bytes (HTML standard, prescan: 1024).
const PRESCAN_BYTES: usize = 1024;

/// Charsets whose letters beyond ASCII stand between ASCII letters. Servers name them by default, of pages in any charset.
const LATIN: [&str; 14] = [
    "windows-1250",
    "windows-1252",
    "windows-1254",
    "windows-1257",
    "ISO-8859-2",
    "ISO-8859-3",
    "ISO-8859-4",
    "ISO-8859-10",
    "ISO-8859-13",
    "ISO-8859-14",
    "ISO-8859-15",
    "ISO-8859-16",
    "macintosh",
    "x-user-defined",
];

/// Fewest bytes in rows beyond ASCII that speak against such a charset.
const FOREIGN_BYTES: usize = 12;

/// Of this many signs beyond ASCII, one that cannot be read is a slip, more are another charset.
const GARBLED: usize = 20;

/// Text and where its charset was told.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The document, UTF-8.
    pub text: String,
    /// The charset's name by the Encoding standard.
    pub charset: &'static str,
    /// What was odd about it.
    pub warnings: Vec<Warning>,
}

/// Decodes HTML, whose charset may stand in the bytes themselves.
pub fn html(bytes: &[u8], declared: Option<&str>) -> Decoded {
    decode(bytes, declared, meta_charset(&bytes[..bytes.len().min(PRESCAN_BYTES)]))
}

/// Decodes plain text, which cannot declare anything but a byte order mark. The mark of UTF-8 stays in the text, so that
/// places in it are places in the bytes.
pub fn plain(bytes: &[u8], declared: Option<&str>) -> Decoded {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return finish(bytes, UTF_8, Vec::new());
    }
    decode(bytes, declared, None)
}

fn decode(bytes: &[u8], declared: Option<&str>, in_page: Option<&'static Encoding>) -> Decoded {
    let mut warnings = Vec::new();
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return finish(&bytes[length..], encoding, warnings);
    }
    let named = declared.map(str::trim).filter(|label| !label.is_empty());
    let mut told = named.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let (Some(label), None) = (named, told) {
        let label: String = label.chars().take(40).collect();
        warnings.push(Warning::new(
            WarningCode::CharsetUnknown,
            format!("the declared charset “{label}” is not known; it was told from the document"),
        ));
    }
    told = told.or(in_page);
    let encoding = match told {
        Some(told) => match instead_of(told, in_page, bytes) {
            Some(read) => {
                warnings.push(mismatch(told, read));
                read
            }
            None => told,
        },
        None => match utf16_without_mark(bytes) {
            Some(utf16) => utf16,
            None if std::str::from_utf8(bytes).is_ok() && !has_escapes(bytes) => UTF_8,
            None => detect(bytes),
        },
    };
    finish(bytes, encoding, warnings)
}

/// What the bytes are read as where they refute what was told of them; the page's own word is heard before detection.
fn instead_of(told: &'static Encoding, in_page: Option<&'static Encoding>, bytes: &[u8]) -> Option<&'static Encoding> {
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    // Text that is valid UTF-8 beyond ASCII is hardly ever anything else, whatever it says of itself.
    if is_utf8 && told != UTF_8 && !bytes.is_ascii() && !is_utf16(told) && !has_escapes(bytes) {
        return Some(UTF_8);
    }
    if is_utf8 {
        return None;
    }
    let in_page = in_page.filter(|named| *named != told && *named != UTF_8);
    if fits(told, bytes) {
        // The bytes pass for both: two against one.
        return in_page.filter(|named| told != UTF_8 && !same(named, told) && same(named, detect(bytes)));
    }
    let in_page = in_page.filter(|named| fits(named, bytes));
    in_page.or_else(|| Some(detect(bytes)).filter(|found| *found != told && (told == UTF_8 || fits(found, bytes))))
}

/// Whether two charsets are one, or one holds the other.
fn same(a: &'static Encoding, b: &'static Encoding) -> bool {
    let is_chinese = |encoding: &Encoding| encoding == GBK || encoding == GB18030;
    a == b || (is_chinese(a) && is_chinese(b))
}

/// Whether the bytes may be text in this charset.
fn fits(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    if encoding == UTF_8 {
        return mostly_utf8(bytes);
    }
    if encoding.is_single_byte() {
        return !LATIN.contains(&encoding.name()) || !is_foreign(bytes);
    }
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    let count = |wanted: fn(char) -> bool| text.chars().filter(|c| wanted(*c)).count();
    !malformed || count(|c| c == char::REPLACEMENT_CHARACTER) * GARBLED <= count(|c| !c.is_ascii())
}

/// Whether most signs beyond ASCII stand in rows, as they do in alphabets that are not Latin and never in those that are.
fn is_foreign(bytes: &[u8]) -> bool {
    let (mut all, mut in_rows) = (0usize, 0usize);
    for row in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()).filter(|row| !row[0].is_ascii()) {
        all += row.len();
        in_rows += if row.len() >= 3 { row.len() } else { 0 };
    }
    in_rows >= FOREIGN_BYTES && in_rows * 2 > all
}

fn finish(bytes: &[u8], encoding: &'static Encoding, mut warnings: Vec<Warning>) -> Decoded {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    if malformed {
        warnings.push(Warning::new(
            WarningCode::InvalidBytes,
            format!("some bytes are not {}; each was replaced by U+FFFD", encoding.name()),
        ));
    }
    Decoded { text: text.into_owned(), charset: encoding.name(), warnings }
}

fn mismatch(declared: &'static Encoding, read: &'static Encoding) -> Warning {
    Warning::new(WarningCode::CharsetMismatch, format!("declared as {}, read as {}", declared.name(), read.name()))
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// ISO-2022-JP is ASCII with escape sequences, so it passes for UTF-8.
fn has_escapes(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\x1b$").is_some()
}

/// Whether only a byte here and there is wrong, as where a page was cut or pasted together.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut wrong, mut multibyte) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        wrong += usize::from(!chunk.invalid().is_empty());
        multibyte += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
    }
    wrong <= 2 || multibyte >= wrong * 4
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// UTF-16 without a mark shows as every other byte of its markup being zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(256) & !1];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let half = sample.len() / 2;
    match (zeros(0), zeros(1)) {
        _ if half < 8 => None,
        (even, odd) if odd * 4 >= half * 3 && even * 8 < half => Some(UTF_16LE),
        (even, odd) if even * 4 >= half * 3 && odd * 8 < half => Some(UTF_16BE),
        _ => None,
    }
}

/// The charset that a `<meta>` or an XML declaration names in the first bytes (HTML standard, "prescan a byte stream").
fn meta_charset(head: &[u8]) -> Option<&'static Encoding> {
    if let Some(label) = head.strip_prefix(b"<?xml").and_then(xml_encoding) {
        return Some(label);
    }
    let mut at = 0;
    while let Some(offset) = memchr::memchr(b'<', &head[at..]) {
        at += offset + 1;
        let rest = &head[at..];
        if let Some(comment) = rest.strip_prefix(b"!--") {
            // `<!-->` is a whole comment, hence the two dashes that the search starts on.
            at += 1 + memchr::memmem::find(&rest[1..], b"-->").map_or(comment.len(), |end| end + 3);
        } else if rest.len() > 5
            && rest[..4].eq_ignore_ascii_case(b"meta")
            && matches!(rest[4], b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/')
        {
            let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
            if let Some(encoding) = charset_of_meta(&rest[4..end]) {
                return Some(encoding);
            }
            at += end;
        }
        at = at.min(head.len());
    }
    None
}

fn charset_of_meta(attributes: &[u8]) -> Option<&'static Encoding> {
    let attributes = String::from_utf8_lossy(attributes);
    let (mut charset, mut content, mut is_content_type) = (None, None, false);
    for (name, value) in attribute_pairs(&attributes) {
        match name.as_str() {
            "charset" => charset = charset.or(Some(value)),
            "content" => content = content.or(Some(value)),
            "http-equiv" => is_content_type |= value.eq_ignore_ascii_case("content-type"),
            _ => {}
        }
    }
    let from_content = || {
        let content = content.filter(|_| is_content_type)?.to_ascii_lowercase();
        let (_, label) = content.split_once("charset")?;
        let label = label.trim_start().strip_prefix('=')?.trim_start();
        Some(label.trim_start_matches(['"', '\'']).split([';', ' ', '"', '\'']).next()?.to_owned())
    };
    let label = charset.or_else(from_content)?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page whose <meta> could be read is not UTF-16; x-user-defined means windows-1252 (HTML standard).
    Some(match encoding.name() {
        "UTF-16LE" | "UTF-16BE" => UTF_8,
        "x-user-defined" => WINDOWS_1252,
        _ => encoding,
    })
}

/// Names (lower case) and values of the attributes of one tag.
fn attribute_pairs(mut rest: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let name_end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        if name_end == 0 {
            return pairs;
        }
        let name = rest[..name_end].to_ascii_lowercase();
        rest = rest[name_end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let (found, left) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_at(after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len())),
            };
            found.clone_into(&mut value);
            rest = left;
        }
        pairs.push((name, value));
    }
}

fn xml_encoding(declaration: &[u8]) -> Option<&'static Encoding> {
    let end = memchr::memchr(b'>', declaration)?;
    let text = String::from_utf8_lossy(&declaration[..end]);
    let (_, label) = text.split_once("encoding")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start();
    Encoding::for_label(label.trim_start_matches(['"', '\'']).split(['"', '\'', '?']).next()?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], declared: Option<&str>, charset: &str, text: &str, codes: &[WarningCode]) {
        let decoded = html(bytes, declared);
        assert_eq!((decoded.charset, decoded.text.as_str()), (charset, text));
        assert_eq!(decoded.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn byte_order_mark_comes_first() {
        check(b"\xEF\xBB\xBFa\xC3\xA9", Some("windows-1252"), "UTF-8", "aé", &[]);
        check(b"\xFF\xFEa\0b\0", None, "UTF-16LE", "ab", &[]);
    }

    #[test]
    fn declared_charset_is_believed() {
        check(b"caf\xE9", Some("iso-8859-1"), "windows-1252", "café", &[]);
        check(b"\x82\xA0", Some("Shift_JIS"), "Shift_JIS", "あ", &[]);
    }

    #[test]
    fn declared_charset_that_the_bytes_refute_is_reported() {
        check("café".as_bytes(), Some("iso-8859-1"), "UTF-8", "café", &[WarningCode::CharsetMismatch]);
        check(
            b"Das w\xE4re f\xFCr alle sch\xF6n, gr\xFC\xDFt",
            Some("utf-8"),
            "windows-1252",
            "Das wäre für alle schön, grüßt",
            &[WarningCode::CharsetMismatch],
        );
    }

    #[test]
    fn unknown_charset_is_reported_and_told_from_the_bytes() {
        check("é".as_bytes(), Some("klingon-8"), "UTF-8", "é", &[WarningCode::CharsetUnknown]);
    }

    #[test]
    fn meta_is_read() {
        check(b"<meta charset=koi8-r>\xC1", None, "KOI8-R", "<meta charset=koi8-r>а", &[]);
        let page =
            b"<!-- <meta charset=big5> --><meta content='text/html; charset=gbk' http-equiv=Content-Type>\xB0\xA1";
        let text = "<!-- <meta charset=big5> --><meta content='text/html; charset=gbk' http-equiv=Content-Type>啊";
        check(page, None, "GBK", text, &[]);
    }

    #[test]
    fn a_description_that_speaks_of_charsets_is_not_believed() {
        let page = "<meta name=description content='charset=gbk'>é";
        check(page.as_bytes(), None, "UTF-8", page, &[]);
    }

    #[test]
    fn a_wrong_byte_in_utf8_is_replaced() {
        check(b"na\xC3\xAFve \xFF", Some("utf-8"), "UTF-8", "naïve \u{FFFD}", &[WarningCode::InvalidBytes]);
    }

    #[test]
    fn undeclared_legacy_text_is_detected() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("Москва не верит слезам, говорит старая пословица.");
        check(&bytes, None, "windows-1251", "Москва не верит слезам, говорит старая пословица.", &[]);
    }

    #[test]
    fn utf16_without_a_mark_is_seen() {
        let bytes: Vec<u8> = "<p>plain words</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&bytes, None, "UTF-16LE", "<p>plain words</p>", &[]);
    }
}
