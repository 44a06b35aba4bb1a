//! Sizes and times as people write them on a command line: `10MiB`, `30s`. Each is written back as it is read.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A number of bytes: `512`, `64KiB`, `10MiB`, `1GiB`, and with powers of ten `64kB`, `10MB`, `1GB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize);

/// A length of time: `250ms`, `30s`, `2m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// Largest first, so that a value is written in the largest unit that fits; of two of a size, the first is written.
const SIZES: [(&str, usize); 8] = [
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("KB", 1_000),
    ("B", 1),
];

/// In milliseconds, largest first.
const SPANS: [(&str, u64); 3] = [("m", 60_000), ("s", 1_000), ("ms", 1)];

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = split(text);
        let unit = if unit.is_empty() { "B" } else { unit };
        let factor = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, factor)| *factor);
        let bytes = number.parse::<usize>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
        match bytes {
            Some(bytes) if bytes > 0 => Ok(Self(bytes)),
            _ => Err("a size is a whole number above 0 and a unit, such as 512, 64KiB or 10MiB".to_owned()),
        }
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = split(text);
        let factor = SPANS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
        let millis = number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
        // Longer than a day is a slip of the keyboard, and far longer would overflow the clock.
        match millis {
            Some(millis @ 0..=86_400_000) => Ok(Self(Duration::from_millis(millis))),
            _ => Err("a time is a whole number and a unit, at most a day, such as 250ms, 30s or 2m".to_owned()),
        }
    }
}

impl Size {
    /// A size that has to fit into memory many times.
    ///
    /// # Errors
    /// A sentence that says what would do.
    pub fn of_a_body(text: &str) -> Result<Self, String> {
        let size: Self = text.parse()?;
        if size.0 > 1 << 30 { Err("the size must be at most 1GiB".to_owned()) } else { Ok(size) }
    }

    /// A size of memory.
    ///
    /// # Errors
    /// A sentence that says what would do.
    pub fn of_memory(text: &str) -> Result<Self, String> {
        let size: Self = text.parse()?;
        if size.0 > 1 << 40 { Err("the size must be at most 1024GiB".to_owned()) } else { Ok(size) }
    }
}

impl Span {
    /// A time in which something has to be done.
    ///
    /// # Errors
    /// A sentence that says what would do: no time at all is too little.
    pub fn above_zero(text: &str) -> Result<Self, String> {
        let span: Self = text.parse()?;
        if span.0.is_zero() { Err("the time must be above 0".to_owned()) } else { Ok(span) }
    }
}

/// The leading digits and what follows them.
fn split(text: &str) -> (&str, &str) {
    let (number, unit) = text.split_at(text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len()));
    (number, unit.trim_start())
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match SIZES.iter().find(|(name, factor)| name.ends_with("iB") && self.0.is_multiple_of(*factor)) {
            Some((unit, factor)) => write!(formatter, "{}{unit}", self.0 / factor),
            None => write!(formatter, "{}B", self.0),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        match SPANS.iter().find(|(_, factor)| millis > 0 && millis.is_multiple_of(*factor)) {
            Some((unit, factor)) => write!(formatter, "{}{unit}", millis / factor),
            None => write!(formatter, "{millis}ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written() {
        for (text, bytes, written) in [
            ("512", 512, "512B"),
            ("1024B", 1024, "1KiB"),
            ("10MiB", 10 << 20, "10MiB"),
            ("10 mib", 10 << 20, "10MiB"),
            ("64kB", 64_000, "64000B"),
            ("3GiB", 3 << 30, "3GiB"),
        ] {
            let size: Size = text.parse().unwrap();
            assert_eq!((size.0, size.to_string().as_str()), (bytes, written));
            assert_eq!(size.to_string().parse(), Ok(size));
        }
        for text in ["", "MiB", "0", "-1", "1.5MiB", "10XB", "10MiBs", "99999999999999999999", "99999999999999GiB"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_read_and_written() {
        for (text, millis, written) in [
            ("250ms", 250, "250ms"),
            ("30s", 30_000, "30s"),
            ("2m", 120_000, "2m"),
            ("90 s", 90_000, "90s"),
            ("0s", 0, "0ms"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.0.as_millis(), span.to_string().as_str()), (millis, written));
        }
        for text in ["", "s", "30", "-1s", "1.5s", "30S", "25h", "1441m", "99999999999999999999s"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        assert!(Span::above_zero("0s").is_err() && Span::above_zero("1ms").is_ok());
    }
}
