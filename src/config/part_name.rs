//! What the parts of an output are named after: a file's name, cut in front of its endings, so that the numbers of a
//! part stand between the two: `answers.ndjson.zst` has parts `answers-000000012000-7.ndjson.zst`.

use std::fmt;
use std::str::FromStr;

/// A file's name without a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartName {
    /// Up to the first dot; never empty.
    pub stem: String,
    /// From the first dot; may be empty.
    pub endings: String,
}

/// Where a part begins, in the numbers that its name holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// Answers in the parts before.
    pub documents: u64,
    /// Those of them that are errors.
    pub failures: u64,
}

impl PartName {
    /// The name of the part that begins there. Names stand in the order of their parts up to 10^12 documents.
    pub fn at(&self, start: Start) -> String {
        format!("{}-{:012}-{}{}", self.stem, start.documents, start.failures, self.endings)
    }

    /// Where the part of a name begins; `None` where it is the name of something else.
    pub fn start_of(&self, name: &str) -> Option<Start> {
        let numbers = name.strip_prefix(&self.stem)?.strip_prefix('-')?.strip_suffix(&self.endings)?;
        let (documents, failures) = numbers.split_once('-')?;
        let start = Start { documents: documents.parse().ok()?, failures: failures.parse().ok()? };
        (self.at(start) == name).then_some(start)
    }
}

impl FromStr for PartName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let (stem, endings) = name.split_at(name.find('.').unwrap_or(name.len()));
        if stem.is_empty() || name.contains(['/', '\\', '\0']) {
            return Err("a name has no folder and does not begin with a dot, such as answers.ndjson.zst".to_owned());
        }
        Ok(Self { stem: stem.to_owned(), endings: endings.to_owned() })
    }
}

impl fmt::Display for PartName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.stem, self.endings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, file: &str, wanted: Option<(u64, u64)>) {
        let start = name.parse::<PartName>().unwrap().start_of(file);
        assert_eq!(start.map(|start| (start.documents, start.failures)), wanted, "{name} {file}");
    }

    #[test]
    fn a_part_tells_where_it_begins() {
        check("a.ndjson", "a-000000000000-0.ndjson", Some((0, 0)));
        check("a-b.ndjson.zst", "a-b-000000012000-17.ndjson.zst", Some((12_000, 17)));
        check("a", "a-1234567890123-5", Some((1_234_567_890_123, 5)));
        for other in ["a-12-0.ndjson", "a-000000000000-00.ndjson", "a-000000000000.ndjson", "a.ndjson", "b"] {
            check("a.ndjson", other, None);
        }
        check("a.ndjson", "a-000000000000-0.ndjson.gz", None);
        assert!([".gz", "a/b", ""].iter().all(|name| name.parse::<PartName>().is_err()));
    }
}
