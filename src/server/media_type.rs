//! Media types as headers name them: `type/subtype; parameter=value` (RFC 9110, 8.3.1).

/// A media type, or a range of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MediaType {
    /// Type and subtype, in small letters.
    pub(super) essence: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a media type; none where there is nothing of the shape `type/subtype`.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split(';');
        let essence = parts.next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        if kind.is_empty() || subtype.is_empty() {
            return None;
        }
        let parameters = parts.filter_map(|part| {
            let (name, value) = part.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
        });
        Some(Self { parameters: parameters.collect(), essence })
    }

    /// A parameter's value, unquoted.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The charset, where one is named.
    pub(super) fn charset(&self) -> Option<String> {
        self.parameter("charset").filter(|charset| !charset.is_empty()).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Option<(&str, Option<&str>)>) {
        let read = MediaType::parse(value);
        assert_eq!(read.as_ref().map(|read| (read.essence.as_str(), read.parameter("charset"))), expected, "{value}");
    }

    #[test]
    fn media_types_are_read() {
        check("text/html", Some(("text/html", None)));
        check("Text/HTML; Charset=\"windows-1252\"", Some(("text/html", Some("windows-1252"))));
        check("text/plain ;x=1; charset=utf-8 ", Some(("text/plain", Some("utf-8"))));
        check("text/html;charset", Some(("text/html", None)));
        check("html", None);
        check("/", None);
        check("", None);
    }
}
