//! Flags of the service: a wrong one stops the start with a line that names it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use dechaff::server::problem::Code;

/// Starts the service, which must refuse with this in what it says.
#[track_caller]
fn check(flags: &[&str], variables: &[(&str, &str)], says: &str) {
    let program = env!("CARGO_BIN_EXE_dechaff");
    let variables = variables.iter().copied();
    let output = Command::new(program).arg("serve").args(flags).env_clear().envs(variables).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{flags:?}: {said}");
    assert!(said.contains(says) && output.stdout.is_empty(), "{flags:?}: {said}");
}

#[test]
fn a_wrong_value_stops_the_start() {
    for (flags, says) in [
        (&["--idle", "0s"][..], "'0s' for '--idle <TIME>': the time must be above 0"),
        (&["--body-deadline", "30"], "250ms, 30s or 2m"),
        (&["--requests", "0"], "0 is not in 1..=65535"),
        (&["--workers", "1025"], "1025 is not in 1..=1024"),
        (
            &["--cors-origin", "example.org"],
            "'example.org' for '--cors-origin <ORIGIN>': an origin is a scheme, a host",
        ),
        (&["--cors-origin", "https://a.example", "--cors-origin", "*"], "* stands for all origins and is named alone"),
        (&["--guard-metrics"], "--guard-metrics (DECHAFF_GUARD_METRICS) needs --keys (DECHAFF_KEYS)"),
        (&["--keys", "/no/such/file"], "/no/such/file: No such file or directory"),
        (&["--keys", "/dev/null"], "/dev/null: holds no key"),
    ] {
        check(flags, &[], says);
    }
    let wrong = [("DECHAFF_CORS_ORIGIN", "https://a.example,https://b.example/")];
    check(&[], &wrong, "'https://b.example/' for '--cors-origin <ORIGIN> (from DECHAFF_CORS_ORIGIN)'");
    check(&[], &[("DECHAFF_REQUESTS", "many")], "(from DECHAFF_REQUESTS)");
    check(&[], &[("DECHAFF_IDLE", "25h")], "(from DECHAFF_IDLE)");
    check(&[], &[("DECHAFF_KEYS", "/no/such/file")], "/no/such/file: ");
    check(&[], &[("DECHAFF_GUARD_METRICS", "perhaps")], "perhaps");
}

/// The rows of the tables in a file, as their cells without backquotes.
fn rows(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('|').map(|cell| cell.trim().replace('`', "")).collect()).collect()
}

/// What the help says of every flag, white space folded.
fn helped() -> BTreeMap<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_dechaff")).args(["serve", "--help"]).env_clear().output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let flags = help.split("\n      --").skip(1).map(|flag| flag.split("\n  -h").next().unwrap());
    let folded = flags.map(|flag| flag.split_whitespace().collect::<Vec<_>>().join(" "));
    folded.map(|flag| (format!("--{}", flag.split(' ').next().unwrap()), flag)).collect()
}

/// The values just below and just above these bounds.
fn outside(bounds: &str) -> Vec<String> {
    let (low, high) = bounds.split_once(" to ").unwrap();
    let split = |value: &str| {
        let unit = value.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(value.len());
        (value[..unit].parse::<u64>().unwrap(), value[unit..].to_owned())
    };
    let ((least, small), (most, large)) = (split(low), split(high));
    let below = least.checked_sub(1).map(|below| format!("{below}{small}"));
    below.into_iter().chain([format!("{}{large}", most + 1)]).collect()
}

#[test]
fn the_readme_knows_every_flag_as_the_program_does() {
    let helped = helped();
    let rows: Vec<_> = rows("README.md").into_iter().filter(|row| row[1].starts_with("DECHAFF_")).collect();
    let named: BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(named, helped.keys().collect(), "the flags of the README, and of the help");
    for row in &rows {
        let [flag, variable, default, bounds] = [&row[0], &row[1], &row[2], &row[3]];
        let help = &helped[flag];
        assert!(help.contains(&format!("[env: {variable}=")), "{variable}: {help}");
        let told = help.split_once("[default: ").map_or("none", |(_, rest)| rest.split(']').next().unwrap());
        let is_unset = ["none", "off"].contains(&default.as_str()) && told == "none";
        assert!(is_unset || told == default, "{flag} is {default} in the README, {told} in the help");
        assert!(help.contains(bounds), "{bounds}: {help}");
        if bounds.is_empty() {
            continue;
        }
        for wrong in outside(bounds) {
            check(&[flag, &wrong], &[], &format!("'{wrong}' for '{flag} "));
        }
        let (least, most) = bounds.split_once(" to ").unwrap();
        // The flags are read in their order: what is complained of is the last.
        for right in [least, most] {
            check(&[flag, right, "--log", "loud"], &[], "'loud' for '--log ");
        }
    }
}

#[test]
fn every_code_of_an_error_is_in_its_table() {
    let told: Vec<_> = rows("docs/problems.md").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let known = Code::ALL.map(|code| (code.name().to_owned(), code.status().as_u16().to_string()));
    assert_eq!(told, known);
}
