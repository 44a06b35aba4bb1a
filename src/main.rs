//! The program: reads the command line and starts what it names.

use std::process::ExitCode;

use dechaff::{cli, config};

fn main() -> ExitCode {
    match config::read(std::env::args_os()) {
        Ok(cli) => cli::run(cli.command),
        Err(error) => cli::refuse(&error),
    }
}
