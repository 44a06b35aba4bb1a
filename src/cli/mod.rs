//! The commands, one file each. A command returns what kept it from its work; here that becomes a line on standard
//! error and an exit code: 0 done, 1 not done, 2 wrongly called, 3 done in part.

mod batch;
mod clean;
mod healthcheck;
mod hits;
mod lines;
mod own_rules;
mod rules;
mod serve;

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use crate::config::Command;

/// The exit code of a wrong call, which clap's is too.
const WRONG_CALL: u8 = 2;

/// The exit code of a batch that came to its end and has answers that are errors.
const PARTLY_DONE: u8 = 3;

/// Why a command did not do its work.
#[derive(Debug)]
enum Failure {
    /// Something to say to the caller.
    Message(String),
    /// What is wrong with the call, in lines that stand for themselves.
    WrongCall(String),
    /// All was tried and all is told, but not all could be done.
    Partial(String),
    /// Whoever read the output has gone, which is no error: `dechaff clean page.html | head -1`.
    OutputClosed,
}

impl Failure {
    fn new(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self::Message(format!("{what}: {why}"))
    }

    /// Of a failed write to standard output.
    fn output(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::new("standard output", error),
        }
    }
}

/// Does what the command line names.
pub fn run(command: Command) -> ExitCode {
    let done = match command {
        Command::Serve(flags) => serve::run(&flags),
        Command::Clean(flags) => clean::run(&flags),
        Command::Batch(flags) => batch::run(&flags),
        Command::Rules(flags) => rules::run(&flags),
        Command::Healthcheck(flags) => healthcheck::run(&flags),
    };
    match done {
        Ok(()) | Err(Failure::OutputClosed) => ExitCode::SUCCESS,
        Err(Failure::Message(message)) => {
            say(&message);
            ExitCode::FAILURE
        }
        Err(Failure::Partial(message)) => {
            say(&message);
            ExitCode::from(PARTLY_DONE)
        }
        Err(Failure::WrongCall(lines)) => {
            let _ = writeln!(io::stderr().lock(), "{lines}");
            ExitCode::from(WRONG_CALL)
        }
    }
}

/// Prints what is wrong with the command line, or the help that it asks for.
pub fn refuse(error: &clap::Error) -> ExitCode {
    // Where nobody reads it, the exit code is all that is left to give.
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// A line on standard error.
fn say(message: &str) {
    let _ = writeln!(io::stderr().lock(), "dechaff: {message}");
}
