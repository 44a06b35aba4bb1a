//! `dechaff rules --hits`: what the rules do in documents. One document is read at a time and nothing of it is kept but
//! counts, so that the memory stays the same however many there are.

mod labelled;
mod table;

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::lines::{BUFFER, next_line};
use super::{Failure, say};
use crate::batch_line::{Defaults, Document, Fault};
use crate::config::{Rules, RulesForm};
use crate::{Label, Options, Reasons, clean_text};
use labelled::{Labelled, Truth};
use table::Table;

/// Longest line, in bytes, as a batch has it unless told otherwise.
const LINE_BYTES: usize = 64 << 20;
/// Most bad lines that are told one by one; the others are counted.
const TOLD: usize = 20;

/// Everything that was counted.
struct Hits {
    /// Of documents that only have a verdict, by [`Label::ALL`].
    verdicts: Table,
    /// Of documents whose lines are labelled, by [`Truth::ALL`].
    truth: Table,
    lines: usize,
    bad: usize,
}

/// Prints the table of every rule.
pub(super) fn run(flags: &Rules) -> Result<(), Failure> {
    let mut hits = Hits {
        verdicts: Table::new(&Label::ALL.map(Label::name)),
        truth: Table::new(&Truth::ALL.map(Truth::name)),
        lines: 0,
        bad: 0,
    };
    let input = [PathBuf::from("-")];
    for file in if flags.files.is_empty() { &input[..] } else { &flags.files } {
        if file == Path::new("-") {
            hits.read("standard input", io::stdin().lock())?;
        } else {
            let name = file.display().to_string();
            hits.read(&name, File::open(file).map_err(|error| Failure::new(&name, error))?)?;
        }
    }
    if hits.bad > 0 {
        say(&format!("{} of {} lines could not be counted", hits.bad, hits.lines));
    }
    let printed = match flags.format {
        RulesForm::Text => hits.text(),
        RulesForm::Json => format!("{}\n", hits.json()),
    };
    let mut output = io::stdout().lock();
    output.write_all(printed.as_bytes()).and_then(|()| output.flush()).map_err(|error| Failure::output(&error))
}

impl Hits {
    /// Counts all documents of an input; a bad line is told and passed over.
    fn read(&mut self, name: &str, input: impl io::Read) -> Result<(), Failure> {
        let mut input = BufReader::with_capacity(BUFFER, input);
        let mut number = 0;
        while let Some(line) = next_line(&mut input, LINE_BYTES).map_err(|error| Failure::new(name, error))? {
            number += 1;
            let counted = line.and_then(|line| {
                if line.iter().all(u8::is_ascii_whitespace) {
                    return Ok(());
                }
                self.lines += 1;
                catch_unwind(AssertUnwindSafe(|| self.count(&line))).unwrap_or(Err(Fault::Failed))
            });
            if let Err(fault) = counted {
                self.lines += usize::from(matches!(fault, Fault::TooLong { .. }));
                self.bad += 1;
                if self.bad <= TOLD {
                    say(&format!("{name}:{number}: {fault}"));
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, line: &[u8]) -> Result<(), Fault> {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        if let Some(labelled) = Labelled::read(line)? {
            let cleaned = clean_text(&labelled.text, &Options::default()).map_err(Fault::Refused)?;
            self.truth.documents += 1;
            for paragraph in &cleaned.paragraphs {
                let start = paragraph.range.as_ref().map_or(0, |range| range.start);
                self.truth.count(labelled.truth_at(start) as usize, &paragraph.reasons);
            }
            return Ok(());
        }
        let mut document = Document::read(line, &Defaults::default())?;
        document.chosen.options.reasons = Reasons::Given;
        let cleaned = document.clean()?;
        self.verdicts.documents += 1;
        for paragraph in &cleaned.paragraphs {
            self.verdicts.count(paragraph.label as usize, &paragraph.reasons);
        }
        Ok(())
    }

    /// The tables that count something, for people; where none does, the one of verdicts with its zeros.
    fn text(&self) -> String {
        let truth = (self.truth.documents > 0).then(|| self.truth.text("by what they are"));
        let verdicts = (self.verdicts.documents > 0 || truth.is_none()).then(|| self.verdicts.text("by verdict"));
        [verdicts, truth].into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// The same for programs.
    fn json(&self) -> serde_json::Value {
        let truth = (self.truth.documents > 0).then(|| self.truth.json());
        let verdicts = (self.verdicts.documents > 0 || truth.is_none()).then(|| self.verdicts.json());
        serde_json::json!({ "bad_lines": self.bad, "by_verdict": verdicts, "by_truth": truth })
    }
}
