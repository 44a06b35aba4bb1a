//! Dates as pages write them, to `YYYY-MM-DD`: ISO 8601, numbers with dots or slashes, months by name, and the parts of
//! an address.

use super::words::words;

/// How much of a text is looked at, in bytes.
const TEXT_BYTES: usize = 200;
/// Fewest letters of a month's name that is cut short.
const MONTH_LETTERS: usize = 3;

/// What the first of two numbers is that could both be day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `05/06/2024` is in June.
    DayFirst,
    /// `05/06/2024` is in May.
    MonthFirst,
}

/// The first date in a text, if it holds one that can be read.
pub(super) fn read(text: &str, order: Order) -> Option<String> {
    let text = &text[..text.floor_char_boundary(TEXT_BYTES)];
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    iso(text).or_else(|| compact(text)).or_else(|| numbers(text, order)).or_else(|| named(text))
}

/// The date in a path: `/2024/05/01/`, `/2024-05-01-title`, `/2024/may/1/`.
pub(super) fn in_address(address: &str) -> Option<String> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = &path[..path.floor_char_boundary(TEXT_BYTES)];
    let parts: Vec<&str> = path.split(['/', '-', '_', '+', '.']).collect();
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
        let plain = digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| plain)
    };
    let of_three = parts.windows(3).find_map(|window| {
        let year = number(window[0], 4..=4)?;
        let month = number(window[1], 1..=2).or_else(|| month(window[1]))?;
        write(year, month, number(window[2], 1..=2)?)
    });
    of_three.or_else(|| parts.iter().filter(|part| number(part, 8..=8).is_some()).find_map(|part| compact(part)))
}

fn write(year: u32, month: u32, day: u32) -> Option<String> {
    const DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let last = (month as usize).checked_sub(1).and_then(|index| DAYS.get(index))?;
    let is_date = (1990..=2100).contains(&year) && (1..=*last).contains(&day);
    is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// The digit groups of a text, each with what stands before it.
fn groups(text: &str) -> Vec<(&str, u32, usize)> {
    let mut groups = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let length = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(number) = rest[start..start + length].parse::<u32>() {
            groups.push((rest[..start].trim(), number, length));
        }
        rest = &rest[start + length..];
    }
    groups
}

fn iso(text: &str) -> Option<String> {
    groups(text).windows(3).find_map(|window| match window {
        [(_, year, 4), ("-" | "/" | "." | "年" | "년", month, 1..=2), ("-" | "/" | "." | "月" | "월", day, 1..=2)] => {
            write(*year, *month, *day)
        }
        _ => None,
    })
}

/// `20240501` and longer numbers that begin so.
fn compact(text: &str) -> Option<String> {
    let digits = text.trim();
    let is_compact =
        digits.len() >= 8 && digits.bytes().take(8).all(|byte| byte.is_ascii_digit()) && !digits.contains(' ');
    if !is_compact {
        return None;
    }
    write(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..8].parse().ok()?)
}

/// `01.05.2024` is day first; `05/13/2024` is what it can only be.
fn numbers(text: &str, order: Order) -> Option<String> {
    groups(text).windows(3).find_map(|window| match window {
        [(_, first, 1..=2), (".", second, 1..=2), (".", year, 4)] => {
            write(*year, *second, *first).or_else(|| write(*year, *first, *second))
        }
        [(_, first, 1..=2), ("/" | "-", second, 1..=2), ("/" | "-", year, 4)] => {
            let day_first = write(*year, *second, *first);
            let month_first = write(*year, *first, *second);
            if order == Order::DayFirst { day_first.or(month_first) } else { month_first.or(day_first) }
        }
        _ => None,
    })
}

/// The number of a month, by its name or the beginning of its name.
fn month(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    words().months.get(&lower).copied().filter(|_| lower.chars().count() >= MONTH_LETTERS)
}

/// `May 1, 2024`, `1 May 2024`, `1. Mai 2024`, `1 de mayo de 2024`, `2024 May 1`.
fn named(text: &str) -> Option<String> {
    let is_between = |word: &str| word.is_empty() || ["de", "del", "of", "the", "г"].contains(&word);
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !is_between(word)).collect();
    let day_of = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        let is_ordinal = word.len() - digits.len() <= 3;
        digits.parse::<u32>().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2 && is_ordinal)
    };
    let year_of = |word: &str| word.parse::<u32>().ok().filter(|_| word.len() == 4);
    words.windows(3).find_map(|window| {
        let (year, first, second) = match (year_of(window[0]), year_of(window[2])) {
            (_, Some(year)) => (year, window[0], window[1]),
            (Some(year), None) => (year, window[1], window[2]),
            (None, None) => return None,
        };
        let (month, day) = month(first).zip(day_of(second)).or_else(|| month(second).zip(day_of(first)))?;
        write(year, month, day)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, date: Option<&str>) {
        assert_eq!(read(text, Order::MonthFirst).as_deref(), date, "{text}");
    }

    #[test]
    fn dates_are_read_as_pages_write_them() {
        check("2024-05-01T10:00:00+02:00", Some("2024-05-01"));
        check("20240501", Some("2024-05-01"));
        check("01.05.2024, 10:00 Uhr", Some("2024-05-01"));
        check("13/05/2024", Some("2024-05-13"));
        check("05/01/2024", Some("2024-05-01"));
        check("Published May 1st, 2024", Some("2024-05-01"));
        check("1. Mai 2024", Some("2024-05-01"));
        check("1 de mayo de 2024", Some("2024-05-01"));
        check("15 juillet 2021", Some("2021-07-15"));
        check("2024年5月1日", Some("2024-05-01"));
        check("2024. 5. 1.", Some("2024-05-01"));
        check("2024년 5월 1일", Some("2024-05-01"));
        check("2024 May 1", Some("2024-05-01"));
        check("24 maggio 2021", Some("2021-05-24"));
        check("Sept. 4th, 2021", Some("2021-09-04"));
        check("3. prosince 2022", Some("2022-12-03"));
        check("15 marraskuuta 2022", Some("2022-11-15"));
        check("5 мая 2024 г.", Some("2024-05-05"));
    }

    #[test]
    fn the_language_tells_day_from_month() {
        assert_eq!(read("05/06/2024", Order::DayFirst).as_deref(), Some("2024-06-05"));
        assert_eq!(read("05/06/2024", Order::MonthFirst).as_deref(), Some("2024-05-06"));
        assert_eq!(read("05/13/2024", Order::DayFirst).as_deref(), Some("2024-05-13"));
    }

    #[test]
    fn addresses_hold_dates() {
        let check = |address: &str, date: Option<&str>| assert_eq!(in_address(address).as_deref(), date, "{address}");
        check("https://a.example/2024/05/01/title", Some("2024-05-01"));
        check("https://a.example/blog/2024-05-01-title", Some("2024-05-01"));
        check("https://a.example/2023/october/03/title/", Some("2023-10-03"));
        check("/news/20240501/title", Some("2024-05-01"));
        check("https://a.example/2024/05/title-1", None);
        check("https://2024.05.01.example/title", None);
        check("https://a.example/title?d=2024-05-01", None);
    }

    #[test]
    fn other_numbers_are_no_dates() {
        check("Call 555 123 4567", None);
        check("Chapter 3", None);
        check("99/99/2024", None);
        check("31.02.2024", None);
        check("Mary 12 2024", None);
    }
}
