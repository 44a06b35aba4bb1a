//! The operator's own rules as the program reads them, a caller's phrases as flags, and the table of what rules do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fmt::Write as _;
use std::net::TcpListener;

use program::{File, Run, Wanted, check, check_done, check_refused};
use serde_json::{Value, json};

const TEXT: &str = "The ferry Alma crossed the lake again on Saturday, after eleven years on dry land.\n\n\
    Sign up for our newsletter\n\n\
    “We never thought of giving up,” said the leader of the society that had restored her.";

/// Checks whether the first paragraph of [`TEXT`] stays, and whether the second does.
#[track_caller]
fn check_stays(arguments: &[&str], variables: &[(&str, &str)], first: bool, second: bool) {
    let batch = arguments.first() == Some(&"batch");
    let line = json!({ "text": TEXT }).to_string();
    let text = check_done(arguments, variables, if batch { line.as_bytes() } else { TEXT.as_bytes() }, "giving up");
    let stays = [text.contains("ferry Alma crossed"), text.contains("Sign up")];
    assert_eq!(stays, [first, second], "{arguments:?} {variables:?}");
}

#[test]
fn phrases_are_flags_that_may_be_repeated() {
    for command in [&["clean"][..], &["batch", "--paragraphs", "none"]] {
        let with = |flags: &[&'static str]| [command, flags].concat();
        check_stays(command, &[], true, false);
        check_stays(&with(&["--drop-phrase", "x", "--drop-phrase", "Ferry  ALMA"]), &[], false, false);
        check_stays(&with(&["--drop-phrase", "alma", "--keep-phrase", "dry land"]), &[], true, false);
        check_stays(&with(&["--keep-phrase", "-sign up-", "--drop-phrase=-alma"]), &[], false, true);
        check_stays(
            command,
            &[("DECHAFF_DROP_PHRASE", "lorem\nthe lake"), ("DECHAFF_KEEP_PHRASE", "sign up")],
            false,
            true,
        );
    }
    check_stays(&["clean", "--keep-paragraphs", "1", "--drop-paragraphs", "0"], &[], false, true);
    check_stays(&["clean", "--drop-phrase", "alma"], &[("DECHAFF_KEEP_PARAGRAPHS", "0, 1")], true, true);
    let many = vec!["--drop-phrase=a"; 1_001];
    for command in ["clean", "batch"] {
        check_refused(&[&[command][..], &many].concat(), &[], "dechaff: drop_phrases: there are over 1000 phrases\n");
    }
}

#[test]
fn lines_of_a_batch_may_bring_their_own_phrases() {
    let own = json!({ "id": 1, "text": TEXT, "options": { "drop_phrases": ["society"] } });
    let wrong = json!({ "id": 2, "text": TEXT, "options": { "drop_phrases": ["…"] } });
    let input = format!("{own}\n{wrong}\n{}\n", json!({ "id": 3, "text": TEXT }));
    let run = Run { arguments: &["batch", "--drop-phrase", "alma"], input: input.as_bytes(), ..Run::default() };
    let stdout = check(&run, &Wanted { code: 3, output: "", errors: "dechaff: 1 of 3 documents have an error" });
    let answers: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let label = |answer: &Value, at: usize| answer["paragraphs"][at]["kept"].as_bool().unwrap();
    assert_eq!([label(&answers[0], 0), label(&answers[0], 2)], [true, false], "a line's list wins over the flags'");
    assert_eq!(answers[1]["error"]["code"], "invalid-option");
    assert_eq!([label(&answers[2], 0), label(&answers[2], 2)], [false, true]);
}

#[test]
fn a_file_of_rules_holds_for_every_document() {
    let file = File::new(
        "own.txt",
        "\u{feff}# Ours\r\ndrop advertising ^the ferry …cross*\r\n[de]\nkeep newsletter".as_bytes(),
    );
    for command in [&["clean"][..], &["batch", "--paragraphs", "none"]] {
        let with = |flags: &[&'static str]| [command, flags].concat();
        check_stays(&[command, &["--rules", file.name()]].concat(), &[], false, false);
        let variable = [("DECHAFF_RULES", file.name())];
        check_stays(command, &variable, false, false);
        check_stays(&with(&["--keep-phrase", "alma"]), &variable, true, false);
        check_stays(&with(&["--language", "de"]), &variable, false, true);
    }
    check_done(&["clean", "--format", "json", "--rules", file.name()], &[], TEXT.as_bytes(), "\"advertising\":1");
}

#[test]
fn a_wrong_file_of_rules_stops_the_start() {
    // A service that would start all the same ends at once, since it cannot listen here.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = &taken.local_addr().unwrap().to_string();
    let refused = |content: &[u8], errors: &str| {
        let file = File::new("wrong.txt", content);
        let errors = errors.replace("FILE", file.name());
        for command in [&["serve", "--listen", taken][..], &["clean"], &["batch"]] {
            check_refused(&[command, &["--rules", file.name()]].concat(), &[], &errors);
        }
    };
    refused(
        b"drop a\nkeep\ndrop (a\n",
        "FILE:2: \u{201c}keep\u{201d} without a pattern\nFILE:3: a \u{201c}(\u{201d} without its",
    );
    refused(b"drop a\n\xff\n", "FILE:2: not UTF-8\n");
    refused(&b"#\n".repeat(500_001), "FILE: over 1000000 bytes\n");
    refused("drop\n".repeat(30).as_bytes(), "FILE:20: \u{201c}drop\u{201d} without a pattern\n");
    check_refused(&["clean"], &[("DECHAFF_RULES", "/no/such/file")], "/no/such/file: No such file");
}

/// The counts of a rule in a table: by column, and the two sums of weights.
fn counts(table: &Value, rule: &str) -> (Value, f64, f64) {
    let rules = table["rules"].as_array().unwrap();
    let counts = rules.iter().find(|counts| counts["id"] == rule).unwrap();
    (counts["split"].clone(), counts["weight_for"].as_f64().unwrap(), counts["weight_against"].as_f64().unwrap())
}

#[test]
fn hits_count_what_rules_do() {
    let options = json!({ "drop_phrases": ["alma"], "keep_phrases": ["sign up"], "paragraphs": "none" });
    let mut input = json!({ "id": 1, "text": TEXT, "options": options }).to_string();
    writeln!(input, "\n\n{}", json!({ "html": "<p>Sign up for our newsletter", "options": options })).unwrap();
    let printed = check_done(&["rules", "--hits", "--format", "json"], &[], input.as_bytes(), "");
    let printed: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&printed["bad_lines"], &printed["by_truth"]), (&json!(0), &Value::Null));
    let table = &printed["by_verdict"];
    assert_eq!((&table["documents"], &table["paragraphs"]), (&json!(2), &json!(4)));
    let (split, weight_for, weight_against) = counts(table, "caller-keep-phrase");
    assert_eq!(split, json!({ "content": 2, "advertising": 0, "call_to_action": 0, "boilerplate": 0 }));
    assert!(weight_for >= 10.0 && weight_against == 0.0, "{table}");
    let (split, weight_for, weight_against) = counts(table, "caller-drop-phrase");
    assert_eq!(split.as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>(), 1);
    assert!(split["content"] == 0 && weight_for == 0.0 && weight_against >= 5.0, "{table}");

    let rules = table["rules"].as_array().unwrap();
    assert!(rules.is_sorted_by_key(|rule| std::cmp::Reverse(rule["paragraphs"].as_u64())), "the most frequent first");
    let catalogue = check_done(&["rules"], &[], b"", "");
    assert_eq!(rules.len(), catalogue.lines().count(), "rules that never speak are listed too");
    let table =
        check_done(&["rules", "--hits", "-"], &[], input.as_bytes(), "Documents: 2. Paragraphs: 4, by verdict: ");
    let cells = |rule: &str| {
        let line = table.lines().find(|line| line.starts_with(rule)).unwrap();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(cells("caller-keep-phrase")[..6], ["caller-keep-phrase", "2", "2", "0", "0", "0"]);
    assert_eq!(cells("cookie-notice"), ["cookie-notice", "0", "0", "0", "0", "0", "0.00", "0.00"]);
    check_done(&["rules", "--hits"], &[], b"", "Documents: 0. Paragraphs: 0, by verdict: ");
}

#[test]
fn hits_in_labelled_lines_are_split_by_what_they_are() {
    let line = json!({ "id": "a", "lines": [
        ["Sign up for our newsletter, never miss a story and follow us on Facebook", "T"],
        ["The ferry Alma crossed the lake again on Saturday, after eleven years on dry land.", "C"],
        ["By Ines Roth", "E"],
        ["Advertisement", "AB"],
    ]});
    let file = File::new("labelled.jsonl", line.to_string().as_bytes());
    let table = check_done(
        &["rules", "--hits", file.name(), file.name()],
        &[],
        b"",
        "Documents: 2. Paragraphs: 8, by what they are: 2 content, 4 goes, 2 either.\n",
    );
    assert!(table.contains("content  goes  either  weight for  weight against\n"), "{table}");
    let both = format!("{line}\n{}\n", json!({ "text": TEXT }));
    let table = check_done(&["rules", "--hits"], &[], both.as_bytes(), "Documents: 1. Paragraphs: 3, by verdict: ");
    assert!(table.contains("Documents: 1. Paragraphs: 4, by what they are: 1 content, 2 goes, 1 either.\n"), "{table}");
}

#[test]
fn bad_lines_are_told_and_counted() {
    let input = format!("{}\n{{\n{}\n{{\"id\":1}}\n", json!({ "text": TEXT }), json!({ "lines": [["a", "X"]] }));
    let run = Run { arguments: &["rules", "--hits"], input: input.as_bytes(), ..Run::default() };
    let errors = "dechaff: standard input:3: a code of a line is of the letters C, A, T, B and E\n\
        dechaff: standard input:4: exactly one of “html” and “text” must be there\n\
        dechaff: 3 of 4 lines could not be counted\n";
    check(&run, &Wanted { code: 0, output: "Documents: 1. Paragraphs: 3, by verdict: ", errors });
    let run = Run { arguments: &["rules", "--hits", "/no/such/file"], ..Run::default() };
    check(&run, &Wanted { code: 1, output: "", errors: "dechaff: /no/such/file: No such file" });
}
