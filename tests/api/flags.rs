//! Flags of the service: a wrong one stops the start with a line that names it.

use std::process::Command;

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
