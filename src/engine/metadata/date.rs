//! Dates as pages write them, to `YYYY-MM-DD`: ISO 8601, numbers with dots or slashes, and months by name.

/// The first date in a text, if it holds one that can be read.
pub(super) fn read(text: &str) -> Option<String> {
    let text = &text[..text.floor_char_boundary(200)];
    iso(text).or_else(|| compact(text)).or_else(|| numbers(text)).or_else(|| named(text))
}

fn write(year: u32, month: u32, day: u32) -> Option<String> {
    let is_date = (1990..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// The digit groups of a text, each with what stands before it.
fn groups(text: &str) -> Vec<(&str, u32, usize)> {
    let mut groups = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let length = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(number) = rest[start..start + length].parse::<u32>() {
            groups.push((&rest[..start], number, length));
        }
        rest = &rest[start + length..];
    }
    groups
}

fn iso(text: &str) -> Option<String> {
    groups(text).windows(3).find_map(|window| match window {
        [(_, year, 4), ("-" | "/" | "." | "年", month, 1..=2), ("-" | "/" | "." | "月", day, 1..=2)] => {
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

/// `01.05.2024` is day first; `05/13/2024` is what it can only be, and month first where both would do.
fn numbers(text: &str) -> Option<String> {
    groups(text).windows(3).find_map(|window| match window {
        [(_, day, 1..=2), ("." | ". ", month, 1..=2), ("." | ". ", year, 4)] => write(*year, *month, *day),
        [(_, first, 1..=2), ("/" | "-", second, 1..=2), ("/" | "-", year, 4)] => {
            if *first > 12 {
                write(*year, *second, *first)
            } else {
                write(*year, *first, *second)
            }
        }
        _ => None,
    })
}

/// Beginnings of the months' names, in the languages of Latin script and in Russian.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen", "sty", "янв", "oca"],
    &["feb", "fév", "fev", "lut", "фев", "şub"],
    &["mar", "mär", "maa", "mrt", "мар"],
    &["apr", "avr", "abr", "kwi", "апр", "nis"],
    &["may", "mai", "maj", "mag", "mei", "мая", "май"],
    &["jun", "juin", "giu", "cze", "июн", "haz"],
    &["jul", "juil", "lug", "lip", "июл", "tem"],
    &["aug", "aoû", "aou", "ago", "sie", "авг", "ağu"],
    &["sep", "set", "wrz", "сен", "eyl"],
    &["oct", "okt", "out", "ott", "paź", "окт", "eki"],
    &["nov", "lis", "ноя", "kas"],
    &["dec", "dez", "déc", "dic", "gru", "дек", "ara"],
];

fn month(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    // The longest beginning wins: `juin` is June, `juil` July.
    let known = (1..).zip(MONTHS).flat_map(|(number, names)| names.iter().map(move |name| (number, *name)));
    known.filter(|(_, name)| lower.starts_with(name)).max_by_key(|(_, name)| name.len()).map(|(number, _)| number)
}

/// `May 1, 2024`, `1 May 2024`, `1. Mai 2024`, `1 de mayo de 2024`.
fn named(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "de" && *word != "del")
        .collect();
    let day_of = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        digits.parse::<u32>().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2)
    };
    let year_of = |word: &str| word.parse::<u32>().ok().filter(|_| word.len() == 4);
    words.windows(3).find_map(|window| {
        let year = year_of(window[2])?;
        let first = month(window[0]).filter(|_| window[0].chars().all(char::is_alphabetic)).zip(day_of(window[1]));
        let (month, day) = first.or_else(|| month(window[1]).zip(day_of(window[0])))?;
        write(year, month, day)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, date: Option<&str>) {
        assert_eq!(read(text).as_deref(), date, "{text}");
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
    }

    #[test]
    fn other_numbers_are_no_dates() {
        check("Call 555 123 4567", None);
        check("Chapter 3", None);
        check("99/99/2024", None);
    }
}
