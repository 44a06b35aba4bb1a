//! Starts the program and checks what it prints and how it ends.

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

/// One start of the program.
#[derive(Default)]
pub(crate) struct Run<'a> {
    pub(crate) arguments: &'a [&'a str],
    pub(crate) variables: &'a [(&'a str, &'a str)],
    pub(crate) input: &'a [u8],
}

/// What a start must come to: the exit code, and what stands somewhere in the two outputs.
pub(crate) struct Wanted<'a> {
    pub(crate) code: i32,
    pub(crate) output: &'a str,
    pub(crate) errors: &'a str,
}

pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dechaff"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn output_of(run: &Run) -> Output {
    let mut child = start(run.arguments, run.variables);
    let mut stdin = child.stdin.take().unwrap();
    let input = run.input.to_vec();
    // A program that was wrongly called ends without reading: then the pipe is closed, which is fine.
    let feeder = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = feeder.join().unwrap();
    output
}

#[track_caller]
pub(crate) fn check(run: &Run, wanted: &Wanted) -> String {
    let output = output_of(run);
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let told = format!("{:?} {:?}\n{stdout}\n{stderr}", run.arguments, run.variables);
    assert_eq!(output.status.code(), Some(wanted.code), "{told}");
    assert!(stdout.contains(wanted.output) && stderr.contains(wanted.errors), "{told}");
    assert_eq!(wanted.errors.is_empty(), stderr.is_empty(), "{told}");
    stdout
}

#[track_caller]
pub(crate) fn check_done(arguments: &[&str], variables: &[(&str, &str)], input: &[u8], output: &str) -> String {
    check(&Run { arguments, variables, input }, &Wanted { code: 0, output, errors: "" })
}

#[track_caller]
pub(crate) fn check_refused(arguments: &[&str], variables: &[(&str, &str)], errors: &str) {
    check(&Run { arguments, variables, input: b"" }, &Wanted { code: 2, output: "", errors });
}

/// A file that is gone when the test ends.
pub(crate) struct File(std::path::PathBuf);

impl File {
    pub(crate) fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("dechaff-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    pub(crate) fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
